"""What can be wrong with a warehouse, in words for the person who asked for it."""

from __future__ import annotations


class WarehouseError(Exception):
    """The warehouse cannot be used as asked. The text says what, where, and a cure."""


class WarehouseBusy(WarehouseError):
    """Another process writes to the warehouse."""


class NotAWarehouse(WarehouseError):
    """What lies at the path is something else; it is left untouched."""


class NewerWarehouse(WarehouseError):
    """A newer Newsgrain made the database; this one would harm it."""


class NoWarehouse(WarehouseError):
    """Nothing has been published at the path yet."""


class AccountError(Exception):
    """An article whose blocks do not add up to its document: a bug in a parser, not a rejection."""
