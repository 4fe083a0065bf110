"""One request and its answer, under one deadline; what goes wrong becomes a value."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import httpcore
import httpx

from flows.fetching.bodies import LargeBodies, Reader, TooManyBytes, drain
from flows.fetching.connecting import PRIVATE_ALLOWED, AddressRefused, HostNotFound
from flows.fetching.decompression import BadCoding
from flows.fetching.outcomes import FailureKind

TEMPORARY_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
"""Answers that say: not now."""

MAX_DETAIL_CHARACTERS = 300
"""Characters that are kept of an error which may quote the server."""

_WITHOUT_BODY = TEMPORARY_STATUSES | {304}
_HEADERS_TOO_LARGE = 431


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. ``body`` is decompressed; empty where only the head matters.

    ``request_headers`` are those that it was asked for with.
    """

    address: httpx.URL
    status: int
    headers: httpx.Headers
    request_headers: httpx.Headers
    body: bytes

    @property
    def redirects_to(self) -> str | None:
        """The Location of a redirect, as it was sent."""
        if self.status in (301, 302, 303, 307, 308):
            location: str | None = self.headers.get("location")
            return location
        return None

    @property
    def is_temporary(self) -> bool:
        """Whether the same request may have another answer soon."""
        return self.status in TEMPORARY_STATUSES


@dataclass(frozen=True, slots=True)
class Trouble:
    """No answer. ``is_temporary``: the same request may have one soon."""

    kind: FailureKind
    detail: str
    is_temporary: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask: the address, headers besides the usual ones, how to take the body."""

    address: httpx.URL
    headers: Mapping[str, str]
    private_allowed: bool
    read: Reader


def with_headers(question: Question, headers: Mapping[str, str]) -> Question:
    """The same question with more headers."""
    return replace(question, headers={**question.headers, **headers})


class Exchanges:
    """Asks, with one httpx transport for all hosts; knows nothing of turns, robots or retries.

    There is no ``httpx.AsyncClient`` here: it keeps cookies, and it works on every Location before
    we have looked at it, which some hostile ones do not survive.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, headers: Mapping[str, str], deadline: float
    ) -> None:
        self._transport = transport
        self._headers = headers
        self._deadline = deadline
        self._large_bodies = LargeBodies()

    async def ask(self, question: Question) -> Answer | Trouble:
        """Send one GET request and read the answer, within the deadline in all."""
        try:
            async with asyncio.timeout(self._deadline) as limit:
                return await self._answer(question, limit)
        except TimeoutError:
            why = f"no whole answer within {self._deadline:g} seconds"
            return Trouble("timeout", why, is_temporary=True)
        except (AddressRefused, httpcore.LocalProtocolError) as error:
            return Trouble("address", str(error))
        except TooManyBytes as error:
            return Trouble("too_large", str(error))
        except BadCoding as error:
            return Trouble("damaged", str(error))
        except httpcore.RemoteProtocolError as error:
            return _protocol_trouble(error)
        except (HostNotFound, ssl.SSLError, httpcore.NetworkError, httpcore.ProxyError) as error:
            return _connection_trouble(error)
        except httpcore.TimeoutException:
            return Trouble("timeout", "no connection in time", is_temporary=True)

    async def _answer(self, question: Question, limit: asyncio.Timeout) -> Answer:
        request = httpx.Request(
            "GET",
            question.address,
            headers={**self._headers, **question.headers},
            extensions={PRIVATE_ALLOWED: question.private_allowed},
        )
        response = await self._transport.handle_async_request(request)
        try:
            answer = Answer(
                question.address, response.status_code, response.headers, request.headers, b""
            )
            if answer.redirects_to or answer.status in _WITHOUT_BODY:
                await drain(response)
                return answer
            body = await question.read(response, partial(self._large_bodies.turn, limit))
            return replace(answer, body=body)
        finally:
            await response.aclose()


def _protocol_trouble(error: httpcore.RemoteProtocolError) -> Trouble:
    """An answer that is no HTTP, or not all of it: the connection was closed too early."""
    told = str(error)[:MAX_DETAIL_CHARACTERS]
    # httpcore hands on h11's error, which reads 100 KiB of headers and names this status.
    if any(getattr(cause, "error_status_hint", None) == _HEADERS_TOO_LARGE for cause in error.args):
        return Trouble("too_large", "more headers than are read")
    if "without sending a response" in told:
        return Trouble("connection", told, is_temporary=True)
    return Trouble("damaged", told, is_temporary="closed connection" in told)


def _connection_trouble(error: Exception) -> Trouble:
    """What a connection ended with; the system's own word for it lies below several wrappers."""
    chain = list(_causes(error))
    secured = next((cause for cause in chain if isinstance(cause, ssl.SSLError)), None)
    if secured:
        return Trouble("tls", str(secured)[:MAX_DETAIL_CHARACTERS])
    system = next((cause for cause in reversed(chain) if isinstance(cause, OSError)), None)
    if isinstance(system, socket.gaierror):
        return Trouble("connection", str(error), is_temporary=system.errno == socket.EAI_AGAIN)
    told = os.strerror(system.errno) if system and system.errno else str(error)
    return Trouble("connection", told or type(error).__name__, is_temporary=True)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
