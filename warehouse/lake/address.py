"""How a lake is named: by the address that DuckDB attaches."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

PREFIX = "ducklake:"

_PASSWORD = re.compile(r"(?:^|[\s?&])password\s*=|^\s*postgres(?:ql)?://[^/@]*:[^/@]*@", re.I)


class BadAddress(ValueError):
    """The address of a lake that cannot be used; says what to write, without repeating it."""


@dataclass(frozen=True, slots=True)
class Lake:
    """A warehouse in a DuckLake.

    ``catalog`` says where its tables are listed: ``postgres:`` and libpq's connection string, or
    ``sqlite:`` and a path. ``data`` is the folder or the object storage that a new lake puts its
    Parquet files in; one that exists knows. ``folder`` is this machine's own, for captures, lock
    and log.
    """

    catalog: str
    data: str | None = None
    folder: Path = Path("newsgrain.d")

    def __str__(self) -> str:
        return PREFIX + self.catalog

    @property
    def name(self) -> str:
        """What to call it in a title."""
        return str(self)

    @property
    def kind(self) -> Literal["postgres", "sqlite"]:
        """The system that keeps the catalog."""
        return "postgres" if self.catalog.startswith("postgres:") else "sqlite"

    @property
    def connection_string(self) -> str:
        """What names the catalog to its system: libpq's connection string, or a path."""
        return self.catalog.partition(":")[2]

    def absolute(self) -> Lake:
        """The same lake, named so that it is found from any working folder."""
        data = self.data if self.data is None or is_remote(self.data) else _absolute(self.data)
        catalog = self.catalog
        if self.kind == "sqlite":
            catalog = f"sqlite:{_absolute(self.connection_string)}"
        return replace(self, catalog=catalog, data=data, folder=self.folder.absolute())


def parse_lake(address: str) -> Lake:
    """The lake with an address like ``ducklake:postgres:dbname=news host=db``.

    Raises:
        BadAddress: it names no catalog that several processes can share, or holds a password.
    """
    catalog = address.removeprefix(PREFIX)
    kind, colon, rest = catalog.partition(":")
    if not colon or kind not in ("postgres", "sqlite") or (kind == "sqlite" and not rest):
        raise BadAddress(
            "write ducklake:postgres:dbname=NAME host=HOST or ducklake:sqlite:PATH; other catalogs"
            " do not let several processes in"
        )
    if _PASSWORD.search(rest):
        raise BadAddress(
            "a password in an address ends up in logs: leave it out and set PGPASSWORD, or name a"
            " PGPASSFILE or a PGSERVICE"
        )
    return Lake(catalog)


def is_remote(data: str) -> bool:
    """Whether Parquet files lie on object storage, like ``s3://bucket/news/``."""
    return "://" in data


def _absolute(path: str) -> str:
    return str(Path(path).absolute())
