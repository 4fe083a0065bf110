"""A site with a certificate that nobody vouches for."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.flows.webserver import Site, WebServer


@pytest.fixture
def secure_site(web: WebServer, ca_file: Path) -> Site:
    """A site whose certificate is for news.example."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file, ca_file.with_suffix(".key"))
    return web.site(tls=context)
