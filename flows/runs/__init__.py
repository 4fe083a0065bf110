"""A run: pages are read, parsed, captured, loaded and published, and the run says what it did."""
