"""Requests and revisits beside the captures, and what a record tells of its page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import WarcRecordType

from flows.archive.records import CAPTURES, IDENTICAL_PAYLOAD, records, snapshot_of
from flows.archive.warc import CaptureWriter, read_payload
from tests.flows.archive.test_warc import FILE, PAGE
from tests.flows.archive.test_warc import records as read_with_warcio

ASKED = (("User-Agent", "newsgrain/1"), ("Accept", "text/html"))
LATER = datetime(2026, 1, 5, 7, 0, 0, 1, tzinfo=UTC)


def test_a_request_stands_beside_its_response(tmp_path):
    with CaptureWriter(tmp_path) as writer:
        writer.add(replace(PAGE, url="https://example.org/a b?q=ä#x", request_headers=ASKED))
    _, response, request = read_with_warcio(tmp_path)
    kind, headers, http, body = request
    assert (kind, body) == ("request", b"")
    assert http == {"Host": "example.org", **dict(ASKED)}
    assert headers["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]
    assert headers["WARC-Target-URI"] == response[1]["WARC-Target-URI"]
    assert headers["WARC-Date"] == response[1]["WARC-Date"]
    assert headers["Content-Type"] == "application/http; msgtype=request"
    (file,) = tmp_path.rglob("*.warc.gz")
    with file.open("rb") as stream:
        asked = next(records(stream, WarcRecordType.request))
        assert asked.reader.read().startswith(b"GET /a%20b?q=%C3%A4 HTTP/1.1\r\nHost: example.org")


def test_nothing_can_be_written_into_a_request(tmp_path):
    evil = "x\r\nWARC-Type: response\r\n\r\nGET /b"
    page = replace(
        PAGE, url=f"https://example.org/{evil}", request_headers=(("A", evil), (evil, "b"))
    )
    with CaptureWriter(tmp_path) as writer:
        writer.add(page)
    found = read_with_warcio(tmp_path)
    assert [kind for kind, *_ in found] == ["warcinfo", "response", "request"]
    assert set(found[2][2]) == {"Host", "A"}


def test_a_look_at_the_same_bytes_is_a_revisit(tmp_path):
    with CaptureWriter(tmp_path) as writer:
        stored = writer.add(PAGE)
        again = replace(
            PAGE,
            url="https://www.example.org/news/one/",
            fetched_at=LATER,
            http_headers=(("ETag", '"b2"'),),
            request_headers=ASKED,
        )
        writer.revisit(again, stored)
    _, response, revisit, request = read_with_warcio(tmp_path)
    kind, headers, http, body = revisit
    assert (kind, body) == ("revisit", b"")
    assert headers["WARC-Profile"] == IDENTICAL_PAYLOAD
    assert headers["WARC-Refers-To-Target-URI"] == response[1]["WARC-Target-URI"]
    assert headers["WARC-Refers-To-Date"] == response[1]["WARC-Date"]
    assert headers["WARC-Payload-Digest"] == response[1]["WARC-Payload-Digest"]
    assert headers["WARC-Target-URI"] == "https://www.example.org/news/one/"
    assert headers["WARC-Date"] == "2026-01-05T07:00:00.000001Z"
    assert http["ETag"] == '"b2"'
    assert request[1]["WARC-Concurrent-To"] == headers["WARC-Record-ID"]
    assert read_payload(tmp_path, stored) == PAGE.body


@pytest.mark.parametrize("other", [{"body": b"other"}, {"http_status": None}])
def test_only_the_same_bytes_over_http_are_a_revisit(tmp_path, other):
    with CaptureWriter(tmp_path) as writer:
        stored = writer.add(PAGE)
        with pytest.raises(ValueError, match="a revisit is"):
            writer.revisit(replace(PAGE, **other), stored)
    assert [kind for kind, *_ in read_with_warcio(tmp_path)] == ["warcinfo", "response"]


def only_capture(folder: Path):
    (file,) = folder.rglob("*.warc.gz")
    with file.open("rb") as stream:
        record = next(records(stream, CAPTURES))
        return snapshot_of(record)


@pytest.mark.parametrize(
    "snapshot",
    [
        PAGE,
        replace(FILE, fetched_at=LATER),
        replace(
            PAGE, url="https://example.org/ä b", requested_url="http://exämple.org", charset=None
        ),
        replace(PAGE, http_status=599, media_type=None, source_id=None),
        replace(FILE, fetched_at=LATER, path="\udcff\r\nWARC-Type: x", source_id="ü☃"),
    ],
)
def test_a_record_tells_all_that_reading_its_page_needs(tmp_path, snapshot):
    with CaptureWriter(tmp_path) as writer:
        writer.add(snapshot)
    found = only_capture(tmp_path)
    assert replace(found, http_headers=snapshot.http_headers) == snapshot
    assert found.http_headers[: len(snapshot.http_headers)] == snapshot.http_headers
