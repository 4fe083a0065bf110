"""Targets of a run become snapshots: files, folders with their manifests, addresses."""
