"""The web: one page at a time, checked addresses, bounded bytes and time, nothing believed."""
