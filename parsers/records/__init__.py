"""Pages that are records: label and value pairs, read beside the article as its attributes.

``reading`` is the door; what one site system writes, and how, is in ``parsers.platforms``.
"""
