"""WARC files that others made, in the forms that their tools write."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import brotli
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import flows.reading.warc_files
from flows.archive.warc import CaptureWriter
from flows.reading.days import ALL_DAYS, Days
from flows.reading.missed import Missed
from flows.reading.targets import read_targets
from flows.reading.warc_files import Selection, read_warc
from flows.runs.steps import NothingToDoError, ingest_pages, plan_ingest
from flows.settings import Settings
from parsers.items import Rejection, Snapshot, Source, Unread
from tests.flows.newsroom import Silence, ask, page_text, settings_in

PAGE = "<!doctype html><p>The bridge opens on Monday. Ffôn.</p>".encode()
HTML = ("Content-Type", "text/html; charset=UTF-8")
AT = "2024-03-09T08:07:06Z"
ALL = Selection(max_bytes=1_000_000)


def record(
    body: bytes = PAGE,
    *headers: tuple[str, str],
    url: str = "https://news.example/a",
    status: str = "200 OK",
    kind: str = "response",
    protocol: str = "HTTP/1.1",
    date: str = AT,
    compressed: bool = True,
    **warc_headers: str,
) -> bytes:
    """One record as warcio writes it."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=compressed, warc_version="WARC/1.0")
    http = StatusAndHeaders(status, list(headers or (HTML,)), protocol=protocol)
    extra = {"WARC-Date": date} | {k.replace("_", "-"): v for k, v in warc_headers.items()}
    writer.write_record(
        writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            http_headers=http if kind in ("response", "request", "revisit") else None,
            warc_content_type="text/html" if kind not in ("response", "request") else "",
            warc_headers_dict=extra,
        )
    )
    return out.getvalue()


def read(content: bytes | Iterable[bytes], wanted: Selection = ALL) -> list[Snapshot | Missed]:
    whole = content if isinstance(content, bytes) else b"".join(content)
    return list(read_warc(io.BytesIO(whole), "crawl.warc.gz", wanted))


def the_page(content: bytes, wanted: Selection = ALL) -> Snapshot:
    (page,) = read(content, wanted)
    assert isinstance(page, Snapshot), page
    return page


def urls(pages: Iterable[Snapshot | Missed]) -> list[str]:
    return [
        (page.url or page.target if isinstance(page, Missed) else page.url)[-1] for page in pages
    ]


def chunked(body: bytes, size: int = 20) -> bytes:
    pieces = [body[n : n + size] for n in range(0, len(body), size)]
    return b"".join(b"%X;x=y\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\nT: 1\r\n\r\n"


def deflated(body: bytes) -> bytes:
    return zlib.compress(body)


def bare(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(body) + stream.flush()


# --- What a page is --------------------------------------------------------------------------


def test_a_response_is_a_page_of_its_own_day():
    page = the_page(record(PAGE, HTML, ("ETag", '"x"'), url="https://u:p@news.example/a#part"))
    assert page.body == PAGE
    assert page.url == page.requested_url == "https://news.example/a"
    assert page.fetched_at == datetime(2024, 3, 9, 8, 7, 6, tzinfo=UTC)
    assert (page.http_status, page.media_type, page.charset) == (200, "text/html", "utf-8")
    assert ("ETag", '"x"') in page.http_headers
    assert (page.path, page.source_id) == (None, None)


def test_a_resource_is_a_page_without_http():
    page = the_page(record(kind="resource"))
    assert (page.body, page.http_status, page.media_type) == (PAGE, None, "text/html")


@pytest.mark.parametrize("protocol", ["HTTP/1.0", "HTTP/2", "HTTP/2.0", "HTTP/3"])
@pytest.mark.parametrize("status", ["200 OK", "200", "404 Not Found"])
def test_every_status_line_is_read(protocol, status):
    assert the_page(record(status=status, protocol=protocol)).http_status == int(status[:3])


@pytest.mark.parametrize(
    ("coding", "code"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", deflated),
        ("deflate", bare),
        ("br", brotli.compress),
        ("gzip, br", lambda body: brotli.compress(gzip.compress(body))),
        ("identity", bytes),
    ],
)
@pytest.mark.parametrize("in_chunks", [True, False])
def test_bodies_kept_as_sent_are_decoded(coding, code, in_chunks):
    headers = [HTML, ("Content-Encoding", coding)]
    if in_chunks:
        headers.append(("Transfer-Encoding", "chunked"))
    body = chunked(code(PAGE)) if in_chunks else code(PAGE)
    assert the_page(record(body, *headers)).body == PAGE


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "zstd", "utf-8", ""])
def test_bodies_kept_decoded_are_taken_as_they_are(coding):
    stated = (HTML, ("Content-Encoding", coding), ("Transfer-Encoding", "chunked"))
    assert the_page(record(PAGE, *stated)).body == PAGE


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (gzip.compress(PAGE * 9)[:-20], "ends early"),
        (gzip.compress(PAGE)[:30] + bytes(40), "damaged"),
        (chunked(PAGE)[:-30], "ends early"),
    ],
)
def test_a_body_cut_short_is_unread(body, why):
    stated = [HTML, ("Transfer-Encoding", "chunked")]
    if body.startswith(b"\x1f\x8b"):
        stated.append(("Content-Encoding", "gzip"))
    (page,) = read(record(body, *stated))
    assert isinstance(page, Missed)
    assert page.url == "https://news.example/a"
    assert isinstance(page.outcome, Unread)
    assert why in page.outcome.detail


def test_what_the_crawler_cut_short_is_unread():
    (page,) = read(record(WARC_Truncated="length"))
    assert page.outcome == Unread("cut short when it was captured (length)")


@pytest.mark.parametrize("compressed", [True, False])
def test_a_page_that_was_altered_is_unread(compressed):
    content = record(compressed=False).replace(b"Monday", b"Sunday")
    (page,) = read(gzip.compress(content) if compressed else content)
    assert page.outcome == Unread("the record is not what its digest says")


def test_a_bomb_is_too_large_and_a_large_page_is_not_held():
    bomb = gzip.compress(bytes(50_000_000))
    large = b"<p>" + bytes(3_000_000)
    pages = read(
        [
            record(bomb, HTML, ("Content-Encoding", "gzip"), url="https://news.example/b"),
            record(large, url="https://news.example/c"),
            record(url="https://news.example/d"),
        ]
    )
    assert urls(pages) == ["b", "c", "d"]
    assert [getattr(page, "outcome", None) for page in pages] == [
        Rejection("too_large", "more than the 1,000,000 bytes allowed"),
        Rejection("too_large", "more than the 1,000,000 bytes allowed"),
        None,
    ]


# --- What holds no page ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "passed_by",
    [
        record(kind="request", status="GET / HTTP/1.1", protocol=""),
        record(b"", kind="revisit"),
        record(kind="conversion"),
        record(kind="metadata"),
        record(kind="warcinfo"),
        record(status="301 Moved", url="https://news.example/b"),
        record(b"\x89PNG", ("Content-Type", "image/png")),
        record(b"{}", ("Content-Type", "application/json")),
        record(b"a{}", ("Content-Type", "text/css")),
        record(
            b"User-agent: *", ("Content-Type", "text/plain"), url="https://n.example/robots.txt"
        ),
        record(kind="resource", url="urn:pageinfo:https://news.example/"),
        record(kind="response", url="dns:news.example"),
        record(kind="resource", url="https://[news.example/"),
    ],
)
def test_records_without_a_page_are_passed_by(passed_by):
    assert urls(read([passed_by, record(url="https://news.example/z")])) == ["z"]


def test_only_pages_of_the_wanted_hosts_are_read():
    wanted = Selection(1_000_000, hosts=frozenset({"news.example"}))
    content = [
        record(url=f"https://{host}/{n}")
        for n, host in enumerate(
            ["other.example", "news.example", "NEWS.example:443", "x.news.example"]
        )
    ]
    assert urls(read(content, wanted)) == ["1", "2"]


def test_only_pages_of_the_wanted_days_are_read():
    moments = [
        "2024-03-08T23:59:59Z",
        "2024-03-09T00:00:00Z",
        "2024-03-10T23:59:59.9Z",
        "2024-03-11T00:00:00Z",
    ]
    content = [record(url=f"https://a.example/{n}", date=m) for n, m in enumerate(moments)]
    days = Days(date(2024, 3, 9), date(2024, 3, 10))
    assert urls(read(content, Selection(1_000_000, days=days))) == ["1", "2"]
    assert urls(read(content, Selection(1_000_000, days=Days(since=date(2024, 3, 10))))) == [
        "2",
        "3",
    ]


# --- What is broken --------------------------------------------------------------------------

GOOD = [record(url=f"https://news.example/{n}") for n in range(5)]


@pytest.mark.parametrize("whole", [False, True])
def test_files_compressed_as_a_whole_or_not_at_all_are_read(whole):
    plain = b"".join(record(url=f"https://news.example/{n}", compressed=False) for n in range(5))
    assert urls(read(gzip.compress(plain) if whole else plain)) == list("01234")


def damaged(record: bytes) -> bytes:
    return record[:200] + bytes(30) + record[230:]


LIAR = record(url="https://news.example/x", compressed=False).replace(
    b"Content-Length: ", b"Content-Length: 9"
)


@pytest.mark.parametrize(
    "broken",
    [
        damaged(record(url="https://news.example/x")),
        record(url="https://news.example/x")[:-60],
        gzip.compress(LIAR),
        gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: x\r\n\r\nabc\r\n\r\n"),
        gzip.compress(b"WARC/1.0\r\n" + b"X: " + b"a" * 3_000_000 + b"\r\n\r\n"),
        record(url="https://news.example/x", date="yesterday"),
        record(url="https://news.example/x", protocol="garbage"),
    ],
)
@pytest.mark.parametrize("place", [0, 2, 5])
def test_a_broken_record_costs_one_page(broken, place):
    pages = read([*GOOD[:place], broken, *GOOD[place:]])
    read_ones = [page for page in pages if isinstance(page, Snapshot)]
    (missed,) = [page for page in pages if isinstance(page, Missed)]
    assert urls(read_ones) == list("01234")
    assert isinstance(missed.outcome, Unread)
    assert missed.target in (
        "https://news.example/x",
        f"crawl.warc.gz@{len(b''.join(GOOD[:place]))}",
    )


@pytest.mark.parametrize("junk", [b"junk\r\n\r\n", bytes(5_000), b"\x1f\x8b\x08 no member", LIAR])
def test_junk_between_records_is_passed(junk):
    plain = [record(url=f"https://news.example/{n}", compressed=False) for n in range(4)]
    pages = read([*plain[:2], junk, *plain[2:]])
    assert urls(page for page in pages if isinstance(page, Snapshot)) == list("0123")


def test_wherever_a_file_is_torn_its_whole_records_are_read():
    whole = b"".join(GOOD[:2])
    for size in range(len(GOOD[0]), len(whole)):
        pages = read(whole[:size])
        assert [page.body for page in pages if isinstance(page, Snapshot)][:1] == [PAGE]
        assert len(pages) <= 2


@pytest.mark.parametrize(
    "content", [b"<html>no archive", gzip.compress(b"<html>"), bytes(3_000_000)]
)
def test_a_file_without_a_record_is_unread(content):
    assert read(content) == [
        Missed("crawl.warc.gz", None, None, None, Unread("no WARC record in it"))
    ]
    assert read(b"") == []


def test_a_file_of_broken_records_is_given_up(monkeypatch):
    monkeypatch.setattr(flows.reading.warc_files, "MAX_BROKEN", 10)
    pages = read([gzip.compress(b"WARC/1.0\r\n")] * 50)
    assert len(pages) == 11
    assert pages[-1].outcome == Unread("10 broken records; the rest was not read")


# --- As a target -----------------------------------------------------------------------------

GAZETTE = Source(
    id="gazette", publisher="G", publisher_type="newspaper", home="https://www.gazette.example/"
)
SETTINGS = Settings(seeds=Path("none"))


@pytest.fixture
def archive(tmp_path) -> Path:
    content = [
        record(url="https://www.gazette.example/a"),
        record(url="https://www.other.example/b", date="2020-01-01T00:00:00Z"),
    ]
    (tmp_path / "crawl.warc.gz").write_bytes(b"".join(content))
    (tmp_path / "page.html").write_bytes(PAGE)
    return tmp_path


def targets(
    archive, target="", source_id=None, days=ALL_DAYS
) -> list[tuple[str | None, str | None]]:
    sources = {"gazette": GAZETTE}
    pages = read_targets([str(archive / target)], sources, SETTINGS, source_id, days)
    return [(page.url or page.path, page.source_id) for page in pages]


def test_a_folder_is_read_with_the_pages_in_its_archives(archive):
    assert targets(archive) == [
        ("https://www.gazette.example/a", "gazette"),
        ("https://www.other.example/b", None),
        ("page.html", None),
    ]


def test_of_a_source_its_hosts_are_read_and_of_days_their_captures(archive):
    assert targets(archive, "crawl.warc.gz", "gazette") == [
        ("https://www.gazette.example/a", "gazette")
    ]
    assert targets(archive, "crawl.warc.gz", None, Days(until=date(2020, 1, 1))) == [
        ("https://www.other.example/b", None)
    ]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_collection_is_read_with_all_its_archives(tmp_path, method):
    with zipfile.ZipFile(tmp_path / "crawl.wacz", "w", method) as collection:
        collection.writestr("archive/b.warc.gz", b"".join(GOOD[2:]) + damaged(GOOD[0]))
        collection.writestr("archive/a.warc.gz", b"".join(GOOD[:2]))
        collection.writestr("archive/../c.warc.gz", GOOD[0])
        collection.writestr("pages/pages.jsonl", "{}")
    pages = list(read_targets([str(tmp_path)], {}, SETTINGS))
    assert urls(page for page in pages if isinstance(page, Snapshot)) == list("01234")
    assert len(pages) == 6


@pytest.mark.parametrize("damage", [b"no zip", None])
def test_a_collection_that_cannot_be_read_is_unread(tmp_path, damage):
    file = tmp_path / "crawl.wacz"
    with zipfile.ZipFile(file, "w") as collection:
        collection.writestr("archive/a.warc.gz", GOOD[0] * 50)
    content = file.read_bytes()
    file.write_bytes(damage or content.replace(GOOD[0][-20:], bytes(20), 1))
    pages = list(read_targets([str(file)], {}, SETTINGS))
    assert isinstance(pages[-1].outcome, Unread)


def test_a_manifest_names_the_source_of_an_archive(archive):
    (archive / "manifest.yaml").write_text("- file: crawl.warc.gz\n  source: gazette\n")
    assert targets(archive, "crawl.warc.gz") == [("https://www.gazette.example/a", "gazette")]


def test_captures_of_another_warehouse_keep_what_was_known(tmp_path):
    known = Snapshot(
        body=PAGE, path="a b.txt", source_id="gazette", media_type="text/plain",
        fetched_at=datetime(2021, 2, 3, tzinfo=UTC),
    )  # fmt: skip
    fetched = Snapshot(
        body=b"<p>Other", url="https://www.gazette.example/é", http_status=200, charset="utf-8",
        requested_url="https://gazette.example/e", media_type="text/html", source_id="unknown",
        fetched_at=datetime(2021, 2, 4, tzinfo=UTC),
    )  # fmt: skip
    with CaptureWriter(tmp_path) as writer:
        writer.add(known)
        writer.add(fetched)
    first, second = read_targets([str(tmp_path)], {"gazette": GAZETTE}, SETTINGS)
    assert first == known
    assert (second.body, second.source_id) == (fetched.body, "gazette")
    assert (second.requested_url, second.charset) == (fetched.requested_url, "utf-8")
    assert second.url == "https://www.gazette.example/%C3%A9"


def test_a_run_reads_an_archive_and_loads_its_days(archive):
    settings = settings_in(archive, max_bytes=1_000_000)
    content = [
        record(page_text(town).encode(), url=f"https://www.gazette.example/{n}", date=moment)
        for n, (town, moment) in enumerate(
            (("Arlsey", AT), ("Brindle", "2024-03-10T00:00:00Z"), ("Corvey", AT))
        )
    ]
    content[2] = damaged(content[2])
    (archive / "crawl.warc.gz").write_bytes(b"".join(content))
    plan = plan_ingest(
        [str(archive / "crawl.warc.gz")], None, settings, Days(until=date(2024, 3, 9))
    )
    summary = ingest_pages(plan, settings, Silence())
    assert {k: v for k, v in summary.report.outcomes.items() if v} == {"new": 1, "unread": 1}
    assert ask(settings.warehouse, "SELECT first_seen_at::VARCHAR FROM articles") == [
        ("2024-03-09 08:07:06+00",)
    ]
    (asked,) = ask(settings.warehouse, "SELECT parameters->>'until' FROM runs")
    assert asked == ("2024-03-09",)
    with pytest.raises(NothingToDoError, match="name the files"):
        plan_ingest([], None, settings, Days(since=date(2024, 3, 9)))
