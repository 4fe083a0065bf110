"""Backfills: what a source published in a span of days, window by window, the newest first."""
