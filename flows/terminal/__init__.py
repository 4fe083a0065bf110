"""What a person sees on a terminal: progress, tables, text made safe to print."""
