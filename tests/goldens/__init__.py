"""What each reference page is known to say: one reviewed JSON file a page, and their keeping.

``python -m tests.goldens`` shows how the parsers differ from the goldens today, ``--update``
writes what they say now.
"""
