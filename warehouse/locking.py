"""One writer at a time: a lock on a file, and word of who holds it."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from warehouse.errors import WarehouseBusy


def take_lock(folder: Path, wait: float) -> BaseFileLock:
    """The writer's lock of a warehouse folder, taken within ``wait`` seconds.

    The operating system frees it when its process ends, however it ends. Raises WarehouseBusy.
    """
    # Not bound to a thread: a flow may open, load and close in different ones.
    lock = FileLock(folder / "lock", thread_local=False, preserve_lock_file=True)
    holder = folder / "lock.holder"
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise WarehouseBusy(
            f"The warehouse {folder.with_suffix('')} is being written by {_told(holder)}. "
            "Wait until it has ended; readers are not affected."
        ) from None
    holder.write_text(
        f"process {os.getpid()} on {socket.gethostname()} since "
        f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        encoding="utf-8",
    )
    return lock


def _told(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8") or "another process"
    except OSError:
        return "another process"
