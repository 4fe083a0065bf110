"""Order and I/O: runs that bring pages into the warehouse, and the commands that ask it."""
