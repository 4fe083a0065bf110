"""A Dask worker that only parses: `dask worker --preload flows.runs.parsing.dask_worker`.

Nothing needs it; the first pages come sooner with it, and all of them a little.
"""

from __future__ import annotations

from flows.runs.parsing.processes import settle_in


def dask_setup(worker: object) -> None:
    """What Dask calls when the worker starts, in its main thread."""
    import parsers.assemble  # noqa: F401 — so that the first page need not wait for it

    settle_in()
