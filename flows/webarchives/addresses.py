"""Addresses of captures in a web archive, and how to ask it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from parsers.items import Politeness, Source, WebArchive
from parsers.urls import is_web_address

# The timestamp, what the archive is to make of the page (id_: nothing), the original address.
_CAPTURE = re.compile(r"([0-9]{14})([a-z]{2}_)?/(https?:/{1,2}.+)", re.S)


class Replay(NamedTuple):
    """What the address of a capture says: when it was made, and of which address."""

    captured_at: datetime
    url: str


def replay_base(archive: WebArchive) -> str:
    """What the addresses of an archive's captures begin with, as they are asked for."""
    return str(httpx.URL(archive.replay.rstrip("/") + "/"))


def replay_address(archive: WebArchive, replay: Replay) -> str:
    """The address of a capture as it was received, without anything that archives add to pages."""
    return f"{replay_base(archive)}{replay.captured_at:%Y%m%d%H%M%S}id_/{replay.url}"


def replay_of(archive: WebArchive, address: str) -> Replay | None:
    """What the address of a capture as received says; None for any other address."""
    base = replay_base(archive)
    match = _CAPTURE.fullmatch(address[len(base) :]) if address.startswith(base) else None
    if match is None or match[2] != "id_":
        return None
    try:
        moment = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    # Archives answer addresses with one slash too.
    url = re.sub(r"^(https?):/+", r"\1://", match[3])
    return Replay(moment, url) if is_web_address(url) else None


def asking(source: Source, archive: WebArchive) -> Source:
    """For whom an archive is asked: the source, on the archive's hosts at the archive's pace."""
    index = urlsplit(archive.index).hostname or ""
    return Source(
        id=source.id,
        publisher=source.publisher,
        publisher_type=source.publisher_type,
        language=source.language,
        home=archive.replay,
        host_aliases=(index,),
        politeness=Politeness(delay=archive.delay),
        allow_private_hosts=source.allow_private_hosts,
    )
