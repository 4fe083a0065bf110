"""Raw captures in WARC files, written once and read back."""
