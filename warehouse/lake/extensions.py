"""DuckDB's extensions, from packages: each holds one built for exactly one version of DuckDB."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import duckdb

from warehouse.lake.errors import NoLakeExtension


def load_extensions(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Load extensions from their files: nothing is fetched from anywhere.

    Raises:
        NoLakeExtension: a package is missing, or is for another DuckDB.
    """
    for name in names:
        place = str(extension_file(name)).replace("'", "''")
        connection.execute(f"LOAD '{place}'")


def extension_file(name: str) -> Path:
    """The file of an extension for the DuckDB that is installed.

    Raises:
        NoLakeExtension: its package is missing, or is for another DuckDB.
    """
    version = duckdb.__version__
    package = f"duckdb-extension-{name.replace('_', '-')}"
    found = find_spec(package.replace("-", "_"))
    if found is None or not found.submodule_search_locations:
        raise NoLakeExtension(
            f"a lake needs the package {package}, which is not installed: "
            "pip install 'newsgrain[lake]'"
        )
    folder = Path(found.submodule_search_locations[0]) / "extensions"
    file = folder / f"v{version}" / f"{name}.duckdb_extension"
    if not file.is_file():
        others = ", ".join(sorted(other.name for other in folder.glob("v*"))) or "none"
        raise NoLakeExtension(
            f"the package {package} is for DuckDB {others}, and {version} is installed: "
            f"pip install '{package}=={version}'"
        )
    return file
