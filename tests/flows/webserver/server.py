"""The server: sites on loopback addresses, scripts by path, every request in the log."""

from __future__ import annotations

import asyncio
import inspect
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from http.client import responses
from itertools import count
from types import TracebackType
from typing import Self


class _Act(Enum):
    CLOSE = "close"
    RESET = "reset"


CLOSE = _Act.CLOSE
"""End the connection here, as if the answer were whole."""
RESET = _Act.RESET
"""Reset the connection here (TCP RST)."""

Part = bytes | float | _Act
"""What to do next: bytes are sent, a number is a pause in seconds, CLOSE and RESET end it."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the server read it; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Exchange:
    """One request in the log, in the order in which they came.

    ``began`` and ``ended`` are seconds of ``time.monotonic``: when the request had come, and when
    the last byte of the answer was handed to the system (None: not yet, or broken off).
    ``connection`` numbers the connections of the whole server.
    """

    site: str
    connection: int
    request: Request
    began: float
    ended: float | None = None

    @property
    def target(self) -> str:
        return self.request.target

    @property
    def headers(self) -> Mapping[str, str]:
        return self.request.headers


Script = Callable[[Request], Iterable[Part]] | Callable[[], Iterable[Part]] | Iterable[Part]


@dataclass(slots=True)
class _Answer:
    script: Callable[[Request], Iterable[Part]]
    keeps_alive: bool


@dataclass(eq=False)
class Site:
    """One address and port of the server with pages of its own. Paths without a page give 404."""

    address: str
    port: int
    scheme: str
    _answers: dict[str, _Answer] = field(default_factory=dict)
    _otherwise: _Answer | None = None

    @property
    def origin(self) -> str:
        """As in ``http://127.0.0.2:40123``."""
        return f"{self.scheme}://{self.address}:{self.port}"

    def url(self, path: str, host: str | None = None) -> str:
        """The address of a path, under another spelling of the host if one is given."""
        return f"{self.scheme}://{host or self.address}:{self.port}{path}"

    def page(
        self,
        path: str,
        body: bytes = b"",
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Script a path with a whole, honest answer that leaves the connection open."""
        parts = [whole(body, status=status, headers=headers)]
        self._answers[path] = _Answer(lambda _: parts, keeps_alive=True)
        return self.url(path)

    def redirect(self, path: str, location: str, status: int = 302) -> str:
        """Script a path with a redirect."""
        return self.page(path, status=status, headers={"Location": location})

    def robots(self, text: str) -> str:
        """Script robots.txt."""
        return self.page("/robots.txt", text.encode(), headers={"Content-Type": "text/plain"})

    def answer(self, path: str, answer: Callable[[Request], bytes]) -> str:
        """Script a path with whole answers, made anew for each request (see ``whole``)."""
        self._answers[path] = _Answer(lambda request: [answer(request)], keeps_alive=True)
        return self.url(path)

    def answer_all(self, answer: Callable[[Request], bytes]) -> None:
        """Whole answers for each path that has none of its own."""
        self._otherwise = _Answer(lambda request: [answer(request)], keeps_alive=True)

    def send(self, path: str, *parts: Part) -> str:
        """Script a path with raw parts, status line and headers included; then it is closed."""
        return self.run(path, parts)

    def run(self, path: str, script: Script) -> str:
        """Like ``send``, with parts that may be endless or depend on the request."""
        self._answers[path] = _Answer(_callable(script), keeps_alive=False)
        return self.url(path)

    def _answer_to(self, request: Request) -> _Answer:
        return self._answers.get(request.target) or self._otherwise or _MISSING


def whole(body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a whole answer; headers that are given stand in for the usual ones."""
    fields = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        **(headers or {}),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    phrase = responses.get(status, "Unheard Of")
    return f"HTTP/1.1 {status} {phrase}\r\n{lines}\r\n".encode("latin-1") + body


def _callable(script: Script) -> Callable[[Request], Iterable[Part]]:
    if not callable(script):
        parts = script
        return lambda _: parts
    if inspect.signature(script).parameters:
        return script  # type: ignore[return-value]  # told apart by its parameters
    return lambda _: script()  # type: ignore[call-arg]


_MISSING = _Answer(lambda _: [whole(b"nothing here", status=404)], keeps_alive=True)


class WebServer:
    """A server in a thread of its own. ``log`` has every request to every site, in order."""

    def __init__(self) -> None:
        self.log: list[Exchange] = []
        self.connections = 0
        self._numbers = count(1)
        self._listening: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="web", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def site(self, address: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None) -> Site:
        """A new site on a free port of a loopback address (127.0.0.1 to 127.255.255.254)."""
        listener = socket.create_server((address, 0), backlog=200)
        site = Site(address, listener.getsockname()[1], "https" if tls else "http")

        async def listen() -> None:
            server = await asyncio.start_server(
                lambda reader, writer: self._serve(site, reader, writer),
                sock=listener,
                ssl=tls,
                limit=1 << 20,
            )
            self._listening.append(server)

        asyncio.run_coroutine_threadsafe(listen(), self._loop).result(5)
        return site

    def targets(self, site: Site | None = None) -> list[str]:
        """The paths asked for, in order; of one site only if one is given."""
        return [e.target for e in self.log if site is None or e.site == site.origin]

    def pages(self, site: Site | None = None) -> list[str]:
        """The same without robots.txt."""
        return [target for target in self.targets(site) if target != "/robots.txt"]

    def close(self) -> None:
        """Break off every connection and stop listening."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            self._loop.close()

    async def _stop(self) -> None:
        for server in self._listening:
            server.close()
        others = [t for t in asyncio.all_tasks(self._loop) if t is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(
        self, site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        number = next(self._numbers)
        # A client that gives up half way is what many tests are about; close() cancels.
        gone = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
        with suppress(*gone, asyncio.CancelledError):
            try:
                while request := await _read_request(reader):
                    exchange = Exchange(site.origin, number, request, time.monotonic())
                    self.log.append(exchange)
                    answer = site._answer_to(request)
                    await _play(answer.script(request), writer)
                    exchange.ended = time.monotonic()
                    if not answer.keeps_alive:
                        break
            finally:
                writer.close()


async def _read_request(reader: asyncio.StreamReader) -> Request:
    """The next request; IncompleteReadError when the client has gone."""
    head = await reader.readuntil(b"\r\n\r\n")
    request_line, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = request_line.split(" ", 2)
    headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
    await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, target, headers)


async def _play(parts: Iterable[Part], writer: asyncio.StreamWriter) -> None:
    for part in parts:
        if part is CLOSE:
            raise ConnectionAbortedError
        if part is RESET:
            _reset(writer)
            raise ConnectionResetError
        if isinstance(part, bytes):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)  # an endless body leaves the others their turn
        elif isinstance(part, int | float):
            await asyncio.sleep(part)
    await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the other end gets RST and not FIN."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
