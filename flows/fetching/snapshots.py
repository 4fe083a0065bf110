"""An HTTP answer becomes a snapshot: the page's bytes, and what the server said of them."""

from __future__ import annotations

import re
from datetime import datetime
from email.message import Message

import httpx

from flows.fetching.exchange import Answer
from parsers.items import Snapshot, Source


def snapshot_of(answer: Answer, source: Source | None, fetched_at: datetime) -> Snapshot:
    """The snapshot of an answer, whatever its status."""
    media_type, charset = _content_type(answer.headers.get("content-type", ""))
    return Snapshot(
        body=answer.body,
        url=str(answer.address),
        source_id=source.id if source else None,
        fetched_at=fetched_at,
        http_status=answer.status,
        media_type=media_type,
        charset=charset,
        http_headers=_raw(answer.headers),
        request_headers=_raw(answer.request_headers),
    )


def _raw(headers: httpx.Headers) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)


def _content_type(value: str) -> tuple[str | None, str | None]:
    """Media type and charset of a Content-Type header; None for what is not well formed."""
    message = Message()
    message["Content-Type"] = value[:500]
    stated = value.partition(";")[0].strip().lower()
    media_type = stated if re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,80}", stated, re.ASCII) else None
    charset = message.get_content_charset() or ""
    return media_type, charset if re.fullmatch(r"[\w.:+-]{1,40}", charset, re.ASCII) else None
