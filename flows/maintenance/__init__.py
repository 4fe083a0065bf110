"""Keeping a warehouse in order: old captures dropped, files compacted, health and size told."""
