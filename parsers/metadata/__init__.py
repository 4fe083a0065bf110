"""One ladder of witnesses per field: what each says, which is trusted, what they contradict."""

from parsers.metadata.resolve import Metadata, Setting, resolve

__all__ = ["Metadata", "Setting", "resolve"]
