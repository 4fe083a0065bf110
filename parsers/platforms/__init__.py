"""Site systems that many publishers share, one module each. No platform imports another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from parsers.platforms.iopc import IOPC
from parsers.platforms.single_online_home import SINGLE_ONLINE_HOME
from parsers.records.pairs import Platform

PLATFORMS: Final[Mapping[str, Platform]] = {
    platform.name: platform for platform in (SINGLE_ONLINE_HOME, IOPC)
}
"""The platforms whose records are read, by the name that sources declare."""
