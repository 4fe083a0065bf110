"""What can go wrong in serving, told to a person."""

from __future__ import annotations


class CannotServe(Exception):
    """Serving cannot begin, or has ended: says why, and what to do."""
