"""Conditional requests (RFC 9110, 13): what to send, and whether an answer fits it."""

from __future__ import annotations

import re

import httpx

from flows.fetching.exchange import Answer
from flows.fetching.outcomes import Validators

# What a server gave is sent back to it on one header line, never as a line of its own.
_SENDABLE = re.compile(r"[\x20-\x7e]{1,1000}")


def conditional_headers(validators: Validators, address: httpx.URL) -> dict[str, str]:
    """The headers that ask for a page only if it has changed; none for another page's validators.

    ``*`` is left out: as a condition it means any page at all.
    """
    if validators.url is not None and validators.url != str(address):
        return {}
    wanted = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {
        name: value
        for name, value in wanted.items()
        if value and _SENDABLE.fullmatch(value) and value.strip() != "*"
    }


def agrees(answer: Answer, validators: Validators) -> bool:
    """Whether a 304 speaks of the version that was asked about: its ETag, if any, is the same."""
    told = answer.headers.get("etag")
    return told is None or validators.etag is None or _opaque(told) == _opaque(validators.etag)


def _opaque(etag: str) -> str:
    return etag.strip().removeprefix("W/")
