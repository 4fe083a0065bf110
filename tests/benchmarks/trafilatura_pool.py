"""Extract a folder of pages with trafilatura, text only, in a pool of processes.

    python -m tests.benchmarks.trafilatura_pool FOLDER PROCESSES

What ``ingest.py`` compares with: it reads each file, extracts, and keeps nothing.
"""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from multiprocessing import Pool
from pathlib import Path
from typing import Any

_trafilatura: Any = import_module("trafilatura")


def main(folder: str, processes: str) -> None:
    """Extract every ``.html`` file below the folder; print how many had a text."""
    logging.disable(logging.CRITICAL)
    paths = sorted(Path(folder).rglob("*.html"))
    with Pool(int(processes)) as pool:
        lengths = list(pool.imap_unordered(_text_length, paths, chunksize=8))
    print(f"{sum(map(bool, lengths))} texts of {len(paths)} pages")


def _text_length(path: Path) -> int:
    return len(_trafilatura.extract(path.read_bytes(), include_comments=False) or "")


if __name__ == "__main__":
    main(*sys.argv[1:])
