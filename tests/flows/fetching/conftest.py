"""The server of these tests, and certificates that nobody vouches for."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.webserver import Site, WebServer


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as web:
        yield web


@pytest.fixture
def site(web: WebServer) -> Site:
    return web.site()


@pytest.fixture
def secure_site(web: WebServer, ca_file: Path) -> Site:
    """A site whose certificate is for news.example."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file, ca_file.with_suffix(".key"))
    return web.site(tls=context)
