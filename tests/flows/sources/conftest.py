"""The invented newsroom on loopback, for sources that are added and checked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flows.sources import courier
from tests.flows.webserver import Site, WebServer


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as web:
        yield web


@pytest.fixture
def site(web: WebServer) -> Site:
    site = web.site()
    courier.build(site)
    return site
