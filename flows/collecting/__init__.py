"""Collecting: which pages are due, asking for them, and what a look at a page changes."""
