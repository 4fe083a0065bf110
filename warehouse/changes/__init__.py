"""What changed between two versions of an article: passages, and whether they mean something.

Pure: ``comparing`` is the door, and loading stores what it finds.
"""
