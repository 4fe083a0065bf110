"""What a person can put right about a source that is added."""

from __future__ import annotations


class NothingToPropose(ValueError):
    """An address from which no source can be made: says why."""


class UnknownPublisherType(ValueError):
    """A word that is no publisher type: says which ones are."""


class AlreadyDeclared(ValueError):
    """There is a file for this source; it is not written over."""
