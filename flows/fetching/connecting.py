"""Connections that a fetch may make: to checked addresses only."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterable
from typing import Any, Protocol

import httpcore
import httpx

from flows.fetching.addresses import Address, is_public, resolve
from flows.fetching.urls import host_name

MAX_ADDRESSES_TRIED = 4
"""A host's addresses that are tried before it counts as not answering."""

CONNECT_SECONDS = 10.0
"""How long the addresses of a host may take together to accept a connection."""

KEEP_ALIVE_SECONDS = 30.0
"""How long an idle connection is kept for the host's next page."""

KEPT_CONNECTIONS = 200
"""Idle connections that are kept, over all hosts."""

PRIVATE_ALLOWED = "private_allowed"
"""The request extension that says whether this request may go to an address that is not public."""


class AddressRefused(Exception):
    """A host has an address that is not public."""


class HostNotFound(Exception):
    """A name leads nowhere. The cause is the resolver's OSError."""


class Network(Protocol):
    """The two ways in which a fetch touches the network."""

    async def resolve(self, host: str, port: int) -> list[Address]:
        """The addresses of a host; see ``flows.fetching.addresses.resolve``."""

    async def connect(
        self, address: Address, port: int, timeout: float
    ) -> httpcore.AsyncNetworkStream:
        """A TCP connection to exactly this address; raises httpcore's network errors."""


class SystemNetwork:
    """The network of this machine."""

    def __init__(self) -> None:
        self._backend = httpcore.AnyIOBackend()

    async def resolve(self, host: str, port: int) -> list[Address]:
        """The addresses that the system's resolver gives."""
        return await resolve(host, port)

    async def connect(
        self, address: Address, port: int, timeout: float
    ) -> httpcore.AsyncNetworkStream:
        """A TCP connection to an address."""
        return await self._backend.connect_tcp(str(address), port, timeout)


class CheckedTransport(httpx.AsyncBaseTransport):
    """An httpx transport whose every connection is to an address that was checked.

    Names are resolved once, by us, and the address that passed the check is the one connected to:
    a second answer of the name server (DNS rebinding) is never asked for. TLS still verifies the
    host's name. Requests that may go to private addresses have connections of their own, so that
    one which may not never finds such a connection open.

    Behind a proxy it is the proxy that connects. Hosts that are known here to have an address that
    is not public are refused all the same; names that only the proxy knows are left to it.
    """

    def __init__(self, network: Network, tls: ssl.SSLContext, proxy: str | None = None) -> None:
        self._network = network
        self._behind_proxy = proxy is not None
        anywhere = _CheckedBackend(network, private_allowed=True)
        public_only = anywhere if proxy else _CheckedBackend(network, private_allowed=False)
        self._anywhere = _pool(anywhere, tls, proxy)
        self._public_only = _pool(public_only, tls, proxy)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the body of the answer is left to be streamed.

        Raises:
            AddressRefused, HostNotFound: nothing was connected to.
            httpcore's errors, ``ssl.SSLError``: as they come.
        """
        private_allowed = request.extensions[PRIVATE_ALLOWED]
        if self._behind_proxy and not private_allowed:
            await self._refuse_if_known_private(request.url)
        pool = self._anywhere if private_allowed else self._public_only
        response = await pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._public_only.aclose()
        await self._anywhere.aclose()

    async def _refuse_if_known_private(self, url: httpx.URL) -> None:
        host = host_name(url)
        try:
            addresses = await self._network.resolve(host, url.port or 0)
        except OSError:
            return
        _refuse_private(host, addresses)


def _pool(
    backend: _CheckedBackend, tls: ssl.SSLContext, proxy: str | None
) -> httpcore.AsyncConnectionPool:
    # The number of requests in flight is held elsewhere.
    limits: dict[str, Any] = {
        "max_connections": None,
        "max_keepalive_connections": KEPT_CONNECTIONS,
        "keepalive_expiry": KEEP_ALIVE_SECONDS,
    }
    if proxy:
        way = httpx.Proxy(proxy)
        return httpcore.AsyncHTTPProxy(
            str(way.url),
            proxy_auth=way.raw_auth,
            ssl_context=tls,
            network_backend=backend,
            **limits,
        )
    return httpcore.AsyncConnectionPool(ssl_context=tls, network_backend=backend, **limits)


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._response.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    def __init__(self, network: Network, *, private_allowed: bool) -> None:
        self._network = network
        self._private_allowed = private_allowed

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolve(host, port)
        if not self._private_allowed:
            _refuse_private(host, addresses)
        tried = addresses[:MAX_ADDRESSES_TRIED]
        for position, address in enumerate(tried):
            try:
                # A dead address leaves the others their share of the time.
                return await self._network.connect(address, port, CONNECT_SECONDS / len(tried))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if position + 1 == len(tried):
                    raise
        raise HostNotFound(f"{host} has no address")

    async def _resolve(self, host: str, port: int) -> list[Address]:
        try:
            return await self._network.resolve(host, port)
        except OSError as error:
            raise HostNotFound(f"{host}: {error.strerror or error}") from error


def _refuse_private(host: str, addresses: Iterable[Address]) -> None:
    for address in addresses:
        if not is_public(address):
            raise AddressRefused(f"{host} is at {address}, which is not a public address")
