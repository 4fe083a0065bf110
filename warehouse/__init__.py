"""The warehouse: every article with the account of its page, every run, every capture.

One process writes, under a lock; anyone reads the published copy at any moment.
"""

from warehouse.backfills import Backfill, OpenWindow
from warehouse.collecting import Discovered, Host
from warehouse.erasure import Erasure, Erasures
from warehouse.errors import (
    AccountError,
    NewerWarehouse,
    NotAWarehouse,
    NoWarehouse,
    WarehouseBusy,
    WarehouseError,
)
from warehouse.fulltext.index import NoSearchIndex, SearchError
from warehouse.fulltext.question import BadQuestion
from warehouse.fulltext.searching import Hit, Hits, search
from warehouse.lake.address import BadAddress, Lake, is_remote, parse_lake
from warehouse.lake.attaching import data_place
from warehouse.lake.errors import LakeError, NoLakeExtension, NotOnALake
from warehouse.pages import Page, PageLookup, found_page
from warehouse.places import Place, captures_folder, place_of
from warehouse.quarantine import HeldPage, Quarantine
from warehouse.ranges import History, Listing, Ranges, Signature, Yield
from warehouse.reader import open_reader
from warehouse.snapshots import StoredPage
from warehouse.verification import Problem, verify
from warehouse.writer import Writer, open_writer

__all__ = [
    "AccountError",
    "Backfill",
    "BadAddress",
    "BadQuestion",
    "Discovered",
    "Erasure",
    "Erasures",
    "HeldPage",
    "History",
    "Hit",
    "Hits",
    "Host",
    "Lake",
    "LakeError",
    "Listing",
    "NewerWarehouse",
    "NoLakeExtension",
    "NoSearchIndex",
    "NoWarehouse",
    "NotAWarehouse",
    "NotOnALake",
    "OpenWindow",
    "Page",
    "PageLookup",
    "Place",
    "Problem",
    "Quarantine",
    "Ranges",
    "SearchError",
    "Signature",
    "StoredPage",
    "WarehouseBusy",
    "WarehouseError",
    "Writer",
    "Yield",
    "captures_folder",
    "data_place",
    "found_page",
    "is_remote",
    "open_reader",
    "open_writer",
    "parse_lake",
    "place_of",
    "search",
    "verify",
]
