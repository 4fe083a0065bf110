"""What can be wrong with a lake, beyond what can be wrong with any warehouse."""

from __future__ import annotations

from warehouse.errors import WarehouseError


class LakeError(WarehouseError):
    """The lake cannot be used as asked. The text says what, where, and a cure."""


class NoLakeExtension(LakeError):
    """A package with one of DuckDB's extensions is missing, or is for another DuckDB."""


class NotOnALake(LakeError):
    """Something that only a warehouse in a file has, or that a lake cannot do."""
