"""Connections that a fetch may make: to checked addresses only, and never past the deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import httpcore
import httpx

from flows.fetching.addresses import Address, is_public, resolve

MAX_ADDRESSES_TRIED = 4
"""A host's addresses that are tried before it counts as not answering."""


class DeadlineExceeded(Exception):
    """The time for the whole fetch is over."""


class AddressRefused(Exception):
    """A host has an address that is not public."""


class Deadline:
    """The moment at which a fetch must be over, whatever it is doing."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, above 0.

        Raises:
            DeadlineExceeded: none is left.
        """
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise DeadlineExceeded
        return seconds


class Network(Protocol):
    """The two ways in which a fetch touches the network."""

    def resolve(self, host: str, port: int, timeout: float) -> list[Address]:
        """The addresses of a host; see ``flows.fetching.addresses.resolve``."""

    def connect(self, address: Address, port: int, timeout: float) -> httpcore.NetworkStream:
        """A TCP connection to exactly this address; raises httpcore's network errors."""


class SystemNetwork:
    """The network of this machine."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def resolve(self, host: str, port: int, timeout: float) -> list[Address]:
        """The addresses that the system's resolver gives."""
        return resolve(host, port, timeout)

    def connect(self, address: Address, port: int, timeout: float) -> httpcore.NetworkStream:
        """A TCP connection to an address."""
        return self._backend.connect_tcp(str(address), port, timeout)


class CheckedTransport(httpx.BaseTransport):
    """An httpx transport whose every connection is checked and under one deadline.

    Names are resolved once, by us, and the address that passed the check is the one connected to:
    a second answer of the name server (DNS rebinding) is never asked for. TLS still verifies the
    host's name.
    """

    def __init__(
        self,
        network: Network,
        may_be_private: Callable[[str], bool],
        deadline: Deadline,
        tls: ssl.SSLContext,
    ) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=1,
            network_backend=_CheckedBackend(network, may_be_private, deadline),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the body of the answer is left to be streamed."""
        response = self._pool.handle_request(
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

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _CheckedBackend(httpcore.NetworkBackend):
    def __init__(
        self, network: Network, may_be_private: Callable[[str], bool], deadline: Deadline
    ) -> None:
        self._network = network
        self._may_be_private = may_be_private
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._resolve(host, port)
        if not self._may_be_private(host):
            _refuse_private(host, addresses)
        tried = addresses[:MAX_ADDRESSES_TRIED]
        for position, address in enumerate(tried):
            # A dead address leaves the others their share of the time.
            share = self._deadline.remaining() / (len(tried) - position)
            try:
                stream = self._network.connect(address, port, share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if position + 1 == len(tried):
                    raise
            else:
                return _DeadlineStream(stream, self._deadline)
        raise httpcore.ConnectError(f"{host} has no address")

    def _resolve(self, host: str, port: int) -> list[Address]:
        try:
            return self._network.resolve(host, port, self._deadline.remaining())
        except TimeoutError as error:
            raise DeadlineExceeded from error
        except OSError as error:
            raise httpcore.ConnectError(f"{host}: {error.strerror or error}") from error


def _refuse_private(host: str, addresses: Iterable[Address]) -> None:
    for address in addresses:
        if not is_public(address):
            raise AddressRefused(f"{host} is at {address}, which is not a public address")


class _DeadlineStream(httpcore.NetworkStream):
    """A stream each of whose steps ends by the deadline, however slowly bytes trickle."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.remaining())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, self._deadline.remaining())
        return _DeadlineStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()
