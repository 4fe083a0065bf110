"""Captures in WARC files: written whole, read back checked, readable by others."""

from __future__ import annotations

import gzip
import io
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

import flows.archive.warc
from flows.archive.warc import ArchiveError, CaptureWriter, read_payload
from parsers.items import Capture, Snapshot

AT = datetime(2025, 11, 21, 9, 30, 15, 250_000, tzinfo=UTC)
PAGE = Snapshot(
    body=b"<!doctype html><p>One officer resigned.</p>\r\n\r\n" * 50,
    url="https://www.example.org/news/1/",
    requested_url="http://example.org/news/1",
    source_id="courier",
    fetched_at=AT,
    http_status=200,
    media_type="text/html",
    charset="utf-8",
    http_headers=(
        ("Content-Type", "text/html;charset=UTF-8"),
        ("Content-Encoding", "gzip"),
        ("Content-Length", "88"),
        ("ETag", '"a1"'),
    ),
)
FILE = Snapshot(
    body=b"Line one\n\nLine two", path="näws/a b.txt", source_id="lbc", media_type="text/plain"
)


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "captures"


def capture(folder: Path, *snapshots: Snapshot) -> list[Capture]:
    with CaptureWriter(folder) as writer:
        return [writer.add(snapshot) for snapshot in snapshots]


def records(folder: Path) -> list[tuple[str, dict[str, str], dict[str, str], bytes]]:
    """Type, WARC headers, HTTP headers and payload of every record, as warcio reads them."""
    (file,) = folder.rglob("*.warc.gz")
    with file.open("rb") as stream:
        return [
            (
                record.rec_type,
                dict(record.rec_headers.headers),
                dict(record.http_headers.headers) if record.http_headers else {},
                record.content_stream().read(),
            )
            for record in ArchiveIterator(stream, check_digests="raise")
        ]


# --- What is written -------------------------------------------------------------------------


def test_a_capture_says_where_it_lies_and_what_was_known(folder):
    page, file = capture(folder, PAGE, FILE)
    assert re.fullmatch(r"\d{4}/\d\d/newsgrain-\d{14}-[0-9a-f]{8}\.warc\.gz", page.warc_file)
    assert (folder / page.warc_file).is_file()
    assert 0 < page.warc_offset < file.warc_offset
    assert (page.payload_digest, page.size) == (PAGE.payload_digest, len(PAGE.body))
    assert (page.url, page.requested_url, page.path) == (PAGE.url, PAGE.requested_url, None)
    assert (page.source_id, page.fetched_at, page.http_status) == ("courier", AT, 200)
    assert (page.media_type, page.charset) == ("text/html", "utf-8")
    assert file.fetched_at.tzinfo is not None


def test_the_file_begins_with_a_warcinfo(folder):
    (page,) = capture(folder, PAGE)
    kind, headers, _, body = records(folder)[0]
    assert kind == "warcinfo"
    assert headers["WARC-Filename"] == Path(page.warc_file).name
    assert b"software: newsgrain/" in body
    assert b"format: WARC File Format 1.1" in body


def test_a_fetched_page_is_a_response(folder):
    capture(folder, PAGE)
    kind, headers, http, body = records(folder)[1]
    assert (kind, body) == ("response", PAGE.body)
    assert headers["WARC-Target-URI"] == PAGE.url
    assert headers["WARC-Payload-Digest"] == PAGE.payload_digest
    assert headers["WARC-Date"] == "2025-11-21T09:30:15.250000Z"
    assert headers["Content-Type"] == "application/http; msgtype=response"
    assert http == {
        "Content-Type": "text/html;charset=UTF-8",
        "X-Archive-Orig-Content-Encoding": "gzip",
        "X-Archive-Orig-Content-Length": "88",
        "ETag": '"a1"',
        "Content-Length": str(len(PAGE.body)),
    }


def test_a_file_is_a_resource_without_a_folder_of_this_machine(folder):
    capture(folder, FILE)
    kind, headers, http, body = records(folder)[1]
    assert (kind, http, body) == ("resource", {}, FILE.body)
    assert headers["WARC-Target-URI"] == "urn:newsgrain:lbc:n%C3%A4ws/a%20b.txt"
    assert headers["Content-Type"] == "text/plain"
    assert headers["WARC-Payload-Digest"] == FILE.payload_digest


def test_a_file_whose_address_is_known_goes_by_it(folder):
    capture(folder, replace(FILE, url="https://a.example/ä b"))
    assert records(folder)[1][1]["WARC-Target-URI"] == "https://a.example/%C3%A4%20b"


def test_nothing_can_be_written_into_a_header(folder):
    evil = "x\r\nWARC-Type: metadata\r\n\r\n"
    snapshot = replace(
        PAGE,
        url=f"https://a.example/{evil}",
        media_type=f"text/html{evil}",
        http_headers=(("X-A", evil), (evil, "b"), ("", ""), (":", "\r\n"), ("X-Unicode", "☃")),
    )
    (page,) = capture(folder, snapshot)
    assert [record[0] for record in records(folder)] == ["warcinfo", "response"]
    assert records(folder)[1][3] == PAGE.body
    assert read_payload(folder, page) == PAGE.body


def test_headers_keep_their_bytes_whatever_their_length(folder):
    sent = (("Set-Cookie", "a=\x85é"), ("Set-Cookie", "b=2"), ("X-Long", "a" * 200_000))
    url = "https://example.org/" + "a" * 200_000
    (page,) = leave_open(folder, replace(PAGE, url=url, http_headers=sent))
    CaptureWriter(folder)
    assert read_payload(folder, page) == PAGE.body
    with gzip.open(folder / page.warc_file) as file:
        written = file.read()
    assert url.encode() in written
    assert all(f"\r\n{name}: {value}\r\n".encode("latin-1") in written for name, value in sent)


@pytest.mark.parametrize("body", [b"", b"\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nWARC/1.1\r\n\r\n"])
@pytest.mark.parametrize("status", [None, 404, 799])
def test_any_payload_comes_back(folder, body, status):
    (page,) = capture(folder, replace(PAGE, body=body, http_status=status))
    assert read_payload(folder, page) == body
    assert records(folder)[1][3] == body


def test_another_reader_finds_the_same_places_and_digests(folder):
    captures = capture(folder, PAGE, FILE, replace(PAGE, body=os.urandom(300_000)))
    with (folder / captures[0].warc_file).open("rb") as stream:
        found = [record.stream_pos for record in FastIterator(stream, parse_http=True)]
    assert found[1:] == [capture.warc_offset for capture in captures]


def test_a_run_that_captures_nothing_leaves_no_file(folder):
    capture(folder)
    assert list(folder.rglob("*")) == []


def test_a_file_that_is_full_is_followed_by_another(folder, monkeypatch):
    monkeypatch.setattr(flows.archive.warc, "MAX_FILE_BYTES", 1_000)
    bodies = [os.urandom(800) for _ in range(4)]
    captures = capture(folder, *(replace(PAGE, body=body) for body in bodies))
    assert len({capture.warc_file for capture in captures}) == 4
    assert [read_payload(folder, capture) for capture in captures] == bodies


# --- What is read back -----------------------------------------------------------------------


def test_a_payload_is_found_by_its_place_alone(folder):
    captures = capture(folder, *(replace(PAGE, body=os.urandom(5_000)) for _ in range(20)))
    assert read_payload(folder, captures[13]) != read_payload(folder, captures[14])


def test_a_payload_that_was_changed_is_noticed(folder):
    (page,) = capture(folder, PAGE)
    with pytest.raises(ArchiveError, match="the payload is not sha256:00"):
        read_payload(folder, replace(page, payload_digest="sha256:" + "00" * 32))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"warc_file": "2020/01/gone.warc.gz"}, "No such file"),
        ({"warc_file": "../elsewhere.warc.gz"}, "leads out of the captures folder"),
        ({"warc_file": "/etc/hostname"}, "leads out of the captures folder"),
        ({"warc_offset": 7}, "no whole record"),
        ({"warc_offset": 10_000_000}, "no whole record"),
        ({"warc_offset": 0}, "the payload is not"),
    ],
)
def test_a_capture_that_is_not_there_is_an_error(folder, change, why):
    (page,) = capture(folder, PAGE)
    with pytest.raises(ArchiveError, match=why):
        read_payload(folder, replace(page, **change))


def test_a_file_that_was_damaged_is_noticed(folder):
    (page,) = capture(folder, replace(PAGE, body=os.urandom(10_000)))
    file = folder / page.warc_file
    whole = file.read_bytes()
    file.write_bytes(whole[:-2_000])
    with pytest.raises(ArchiveError, match="no whole record: the file ends early"):
        read_payload(folder, page)
    file.write_bytes(whole[:-2_000] + bytes(1_000) + whole[-1_000:])
    with pytest.raises(ArchiveError):
        read_payload(folder, page)


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"WARC/1.1\r\nWARC-Type: resource\r\nContent-Length: 5000000\r\n\r\n", "larger than what"),
        (b"WARC/1.1\r\nWARC-Type: ", "no whole record"),
    ],
)
def test_a_record_larger_than_was_captured_is_not_unpacked(folder, head, why):
    (page,) = capture(folder, PAGE)
    bomb = io.BytesIO()
    with gzip.GzipFile(fileobj=bomb, mode="wb") as stream:
        stream.write(head + b" " * 5_000_000)
    (folder / page.warc_file).write_bytes(bomb.getvalue())
    with pytest.raises(ArchiveError, match=why):
        read_payload(folder, replace(page, warc_offset=0))


# --- What a process that died leaves ---------------------------------------------------------


def leave_open(folder: Path, *snapshots: Snapshot) -> list[Capture]:
    """Capture, flush, and die: nobody closes the file."""
    writer = CaptureWriter(folder)
    captures = [writer.add(snapshot) for snapshot in snapshots]
    writer.flush()
    return captures


def test_a_file_is_not_in_place_before_it_is_closed(folder):
    with CaptureWriter(folder) as writer:
        page = writer.add(PAGE)
        assert [file.suffix for file in folder.rglob("*.warc.gz*")] == [".open"]
        writer.flush()
        assert read_payload(folder, page) == PAGE.body
    assert [file.suffix for file in folder.rglob("*.warc.gz*")] == [".gz"]


def test_an_error_while_writing_keeps_what_was_captured(folder):
    captures = []

    def capture_and_stop() -> None:
        with CaptureWriter(folder) as writer:
            captures.append(writer.add(PAGE))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        capture_and_stop()
    assert (folder / captures[0].warc_file).is_file()
    assert read_payload(folder, captures[0]) == PAGE.body


def test_what_was_flushed_survives_and_is_put_in_place_by_the_next_writer(folder):
    page, file = leave_open(folder, PAGE, FILE)
    assert read_payload(folder, page) == PAGE.body
    with CaptureWriter(folder):
        assert (folder / page.warc_file).is_file()
    assert read_payload(folder, page) == PAGE.body
    assert read_payload(folder, file) == FILE.body
    assert len(records(folder)) == 3


@pytest.mark.parametrize("lost", [1, 30, 200])
def test_the_record_it_died_in_is_cut_off(folder, lost):
    page, torn = leave_open(folder, PAGE, replace(PAGE, body=os.urandom(5_000)))
    (left,) = folder.rglob("*.open")
    left.write_bytes(left.read_bytes()[:-lost])
    CaptureWriter(folder)
    assert read_payload(folder, page) == PAGE.body
    assert (folder / page.warc_file).stat().st_size == torn.warc_offset
    assert len(records(folder)) == 2


@pytest.mark.parametrize(
    "tail", [bytes(4096), b"\x1f\x8b\x08\0", b"WARC/1.1\r\n", bytes(range(256))]
)
def test_what_never_reached_the_disk_is_cut_off(folder, tail):
    (page,) = leave_open(folder, PAGE)
    (left,) = folder.rglob("*.open")
    whole = left.read_bytes()
    left.write_bytes(whole + tail)
    CaptureWriter(folder)
    assert (folder / page.warc_file).read_bytes() == whole
    assert read_payload(folder, page) == PAGE.body


def test_wherever_a_file_is_torn_its_whole_records_remain(folder):
    first, second = leave_open(folder, PAGE, FILE)
    (left,) = folder.rglob("*.open")
    whole = left.read_bytes()
    for size in range(second.warc_offset, len(whole) + 1):
        left.write_bytes(whole[:size])
        CaptureWriter(folder)
        expected = second.warc_offset if size < len(whole) else size
        file = folder / first.warc_file
        assert file.stat().st_size == expected
        file.unlink()


@pytest.mark.parametrize("size", [0, 100])
def test_a_file_left_without_a_capture_is_removed(folder, size):
    leave_open(folder, PAGE)
    (left,) = folder.rglob("*.open")
    os.truncate(left, size)
    CaptureWriter(folder)
    assert list(folder.rglob("*.warc*")) == []
