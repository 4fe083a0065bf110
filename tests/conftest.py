"""How the tests are spread over processes: how many, and names that are the same in each."""

from __future__ import annotations

import pytest

from flows.settings import usable_cores


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: object) -> int:
    """For ``-n auto``, more than there are cores: many tests wait for a server or a clock."""
    return usable_cores() + 1


def pytest_make_parametrize_id(config: object, val: object, argname: str) -> str | None:
    """Bytes are numbered: compressed ones hold the time at which they were made."""
    return argname if isinstance(val, bytes) else None
