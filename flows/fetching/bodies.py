"""Bodies of answers, read within bounds: bytes as sent, bytes made of them, and their ratio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    aclosing,
    asynccontextmanager,
)

import httpx

from flows.fetching.decompression import decoder

MAX_RATIO = 200
"""How many times its size as sent a body may expand. Repetitive pages reach 50, bombs 1,000."""

SMALL_BODY_BYTES = 1_000_000
"""A body of this size is held without asking, and may expand as it likes."""

LARGE_BODIES = 4
"""Bodies over ``SMALL_BODY_BYTES`` that are read at once, over all hosts."""

MAX_DRAINED_BYTES = 64 * 1024
"""Bytes of an unwanted body that are read so that its connection can be used again."""

Turn = Callable[[], AbstractAsyncContextManager[None]]
"""Gives a large body its turn."""

Reader = Callable[[httpx.Response, Turn], Awaitable[bytes]]
"""Takes what is wanted of an answer's body."""


class TooManyBytes(Exception):
    """A body is larger than allowed, as sent or decompressed, or expands too much."""


class LargeBodies:
    """Keeps memory bounded however many hosts answer at once: large bodies take turns."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(LARGE_BODIES)

    @asynccontextmanager
    async def turn(self, deadline: asyncio.Timeout) -> AsyncIterator[None]:
        """Wait for room; the server is not to blame for that, so the deadline waits as well."""
        loop = asyncio.get_running_loop()
        began, end = loop.time(), deadline.when()
        deadline.reschedule(None)
        async with self._room:
            if end is not None:
                deadline.reschedule(end + loop.time() - began)
            yield


def whole_body(max_bytes: int) -> Reader:
    """A reader of whole bodies of at most ``max_bytes``, as sent and as decompressed.

    It raises TooManyBytes, and BadCoding when the body is damaged or ends early.
    """

    async def read(response: httpx.Response, large: Turn) -> bytes:
        announced = response.headers.get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced[:20]) > max_bytes:
            raise TooManyBytes(f"more than {max_bytes:,} bytes")
        body = bytearray()
        async with AsyncExitStack() as stack:
            pieces = await stack.enter_async_context(aclosing(_decoded(response, max_bytes)))
            async for piece in pieces:
                if len(body) <= SMALL_BODY_BYTES < len(body) + len(piece):
                    await stack.enter_async_context(large())
                body += piece
                if len(body) > max_bytes:
                    raise TooManyBytes(f"more than {max_bytes:,} bytes")
            return bytes(body)

    return read


def beginning_of_body(max_bytes: int) -> Reader:
    """A reader of a body's first ``max_bytes``, decompressed; what follows is left unread.

    It raises TooManyBytes when they expand too much, and BadCoding.
    """

    async def read(response: httpx.Response, large: Turn) -> bytes:
        body = bytearray()
        async with aclosing(_decoded(response, max_sent=None)) as pieces:
            async for piece in pieces:
                body += piece[: max_bytes - len(body)]
                if len(body) == max_bytes:
                    break
        return bytes(body)

    return read


async def drain(response: httpx.Response) -> None:
    """Read the body of an answer of which only the head matters, if it is short."""
    total = 0
    async for chunk in response.aiter_raw():
        total += len(chunk)
        if total > MAX_DRAINED_BYTES:
            return


async def _decoded(response: httpx.Response, max_sent: int | None) -> AsyncGenerator[bytes]:
    body = decoder(response.headers.get("content-encoding", ""))
    sent = made = 0
    async for chunk in response.aiter_raw():
        sent += len(chunk)
        if max_sent is not None and sent > max_sent:
            raise TooManyBytes(f"more than {max_sent:,} bytes")
        for piece in body.feed(chunk):
            made += len(piece)
            if made > max(sent * MAX_RATIO, SMALL_BODY_BYTES):
                raise TooManyBytes(f"expands to more than {MAX_RATIO} times what was sent")
            yield piece
    body.end()
