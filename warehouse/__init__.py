"""The warehouse: every article with the account of its page, every run, every capture.

One process writes, under a lock; anyone reads the published copy at any moment.
"""

from warehouse.errors import (
    AccountError,
    NewerWarehouse,
    NotAWarehouse,
    NoWarehouse,
    WarehouseBusy,
    WarehouseError,
)
from warehouse.files import captures_folder
from warehouse.reader import open_reader
from warehouse.snapshots import StoredPage
from warehouse.verification import Problem, verify
from warehouse.writer import Writer, open_writer

__all__ = [
    "AccountError",
    "NewerWarehouse",
    "NoWarehouse",
    "NotAWarehouse",
    "Problem",
    "StoredPage",
    "WarehouseBusy",
    "WarehouseError",
    "Writer",
    "captures_folder",
    "open_reader",
    "open_writer",
    "verify",
]
