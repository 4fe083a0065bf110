"""Erasing: the text leaves every file, a stub stays, the page is not loaded again."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import flows.runs.erasing
from flows.archive.stored import sample_captures
from flows.archive.warc import CaptureWriter, read_payload
from flows.runs.erasing import NothingErasedError, allow_again, erase, is_unfinished
from flows.runs.reparse import reparse_pages
from flows.runs.steps import writer_when_free
from flows.settings import Settings
from parsers.items import Snapshot
from tests.flows.newsroom import Silence, ask, ingest, page_text, settings_in, write_source
from warehouse import captures_folder, open_reader, verify

TOWN = "Quillfeather Magna"
OTHER = "Brindle"
SLUG = "night-patrols-quillfeather"
URL = f"https://www.gazette.example/news/{SLUG}"
WORDS = (TOWN, "Quillfeather", "quillfeather", SLUG)
AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def fetched(url: str, text: str, **changes: object) -> Snapshot:
    page = Snapshot(
        body=text.encode(),
        url=url,
        requested_url=f"{url}?utm_source=feed",
        http_status=200,
        media_type="text/html",
        fetched_at=AT,
        request_headers=(("User-Agent", "newsgrain"),),
    )
    return replace(page, **changes)  # type: ignore[arg-type]


def archive_of(folder: Path, *snapshots: Snapshot) -> Path:
    """A WARC file of another warehouse, to be ingested."""
    with CaptureWriter(folder) as writer:
        for snapshot in snapshots:
            writer.add(snapshot)
    return folder


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three versions of one page, a rejection under its address, another page, a file."""
    tmp_path = tmp_path_factory.mktemp("newsroom")
    settings = settings_in(tmp_path)
    write_source(settings.seeds, "gazette", home="https://www.gazette.example/", enabled=False)
    first = fetched(URL, page_text(TOWN))
    edited = replace(first, body=first.body.replace(b"every evening", b"each morning"))
    failed = replace(first, body=f"<p>{TOWN}".encode(), http_status=404)
    other = fetched("https://www.gazette.example/brindle", page_text(OTHER))
    for number, snapshot in enumerate((first, edited, failed, other)):
        ingest(settings, archive_of(tmp_path / f"archive{number}", snapshot))
    ingest(settings, archive_of(tmp_path / "again", replace(first, fetched_at=datetime.now(UTC))))
    page = tmp_path / "files" / f"{SLUG}.html"
    page.parent.mkdir()
    page.write_text(page_text("Corvey"))
    ingest(settings, page.parent)
    return tmp_path


@pytest.fixture
def settings(newsroom: Path, tmp_path: Path) -> Settings:
    """A copy of that newsroom."""
    shutil.copytree(newsroom, tmp_path, dirs_exist_ok=True)
    return settings_in(tmp_path)


def where_found(settings: Settings, words: tuple[str, ...] = WORDS) -> dict[str, str]:
    """The files in which any of the words stands, WARC records decompressed, or a table."""
    found = {}
    folder = captures_folder(settings.warehouse).parent
    for file in [settings.warehouse, *folder.rglob("*")]:
        if file.is_file():
            content = file.read_bytes()
            content += gzip.decompress(content) if file.suffix == ".gz" else b""
            for word in words:
                if word.encode() in content:
                    found[file.name] = word
    with open_reader(settings.warehouse) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        for (table,) in tables:
            text = str(connection.execute(f"FROM {table}").fetchall())
            for word in words:
                if word in text:
                    found[table] = word
    return found


def payloads(settings: Settings) -> list[bytes]:
    """Every payload that the index names, read back."""
    with open_reader(settings.warehouse) as connection:
        captures = sample_captures(connection, 100)
    return [read_payload(captures_folder(settings.warehouse), capture) for capture in captures]


def erase_page(settings: Settings, name: str = URL) -> flows.runs.erasing.Erased:
    with writer_when_free(settings, Silence(), 0) as writer:
        return erase(name, "asked by the person named", settings, writer)


def test_the_words_are_found_in_no_file(settings: Settings) -> None:
    (article_id,) = ask(settings.warehouse, f"FROM articles SELECT article_id WHERE url = '{URL}'")[
        0
    ]
    before = where_found(settings, (TOWN, SLUG))
    assert {"article_versions", "fetches", "snapshots", "news.duckdb"} <= before.keys()
    assert sum(name.endswith(".warc.gz") for name in before) >= 4

    erasure, shared_with = erase_page(settings)

    # The file of that name was not erased: it is another article.
    left = where_found(settings)
    assert set(left.values()) <= {SLUG, "quillfeather"}
    erase_page(settings, f"{SLUG}.html")
    assert where_found(settings) == {}
    assert shared_with == frozenset()
    assert (erasure.article_id, erasure.versions, erasure.captures) == (article_id, 3, 3)
    assert (erasure.visits, erasure.rejections) == (4, 1)


def test_a_stub_stays_and_the_ledgers_still_add_up(settings: Settings) -> None:
    counted = ask(settings.warehouse, "FROM fetches SELECT run_id, outcome ORDER BY ALL")
    erasure, _ = erase_page(settings)
    assert ask(settings.warehouse, "FROM fetches SELECT run_id, outcome ORDER BY ALL") == counted
    assert ask(settings.warehouse, "FROM erasures SELECT article_id, reason, versions") == [
        (erasure.article_id, "asked by the person named", 3)
    ]
    assert ask(settings.warehouse, "FROM publication SELECT kind, status") == [
        ("erase", "completed")
    ]
    with open_reader(settings.warehouse) as connection:
        assert list(verify(connection)) == []


def test_what_others_have_stays(settings: Settings) -> None:
    before = ask(settings.warehouse, "FROM blocks WHERE text NOT LIKE '%Quill%' ORDER BY ALL")
    own = "FROM articles SELECT article_id, headline WHERE headline NOT LIKE '%Quill%' ORDER BY ALL"
    articles = ask(settings.warehouse, own)
    erasure, _ = erase_page(settings)
    assert ask(settings.warehouse, own) == articles
    expected = [row for row in before if row[0] != erasure.article_id]
    assert ask(settings.warehouse, "FROM blocks ORDER BY ALL") == expected
    assert len(payloads(settings)) == 2
    assert reparse_pages(None, settings, Silence()).report.outcomes["unchanged"] == 2


@pytest.mark.parametrize("name", [URL, f"{URL}?utm_campaign=x#top", f"{SLUG}.html", "article_id"])
def test_it_goes_by_address_path_or_id(settings: Settings, name: str) -> None:
    ids = dict(ask(settings.warehouse, "FROM articles SELECT coalesce(url, '.'), article_id"))
    expected = ids["." if name.endswith("html") else URL]
    erasure, _ = erase_page(settings, expected if name == "article_id" else name)
    assert erasure.article_id == expected


def test_what_is_not_there_cannot_be_erased(settings: Settings) -> None:
    with pytest.raises(NothingErasedError, match="no page in"):
        erase_page(settings, "https://www.gazette.example/elsewhere")
    assert ask(settings.warehouse, "SELECT count(*) FROM erasures") == [(0,)]
    assert not is_unfinished(settings.warehouse)


def test_erased_pages_are_not_loaded_again(settings: Settings, tmp_path: Path) -> None:
    erase_page(settings)
    later = fetched(f"{URL}/?utm_source=x", page_text(TOWN) + "<p>More.")
    led = fetched("https://www.gazette.example/moved", page_text(TOWN), requested_url=URL)
    fresh = fetched("https://www.gazette.example/fresh", page_text("Dunmore"))
    archive = archive_of(tmp_path / "later", later, led, fresh)
    summary = ingest(settings, archive)
    assert summary.report.outcomes["new"] == 1
    assert summary.report.rejections == {"erased": 2}
    assert set(where_found(settings).values()) <= {SLUG, "quillfeather"}  # the file, not the page
    assert TOWN not in where_found(settings).values()


def test_a_page_that_says_it_is_an_erased_one_is_refused(
    settings: Settings, tmp_path: Path
) -> None:
    erase_page(settings)
    erase_page(settings, f"{SLUG}.html")
    link = f'<head><link rel="canonical" href="{URL}">'
    amp = fetched("https://www.gazette.example/amp/1", page_text(TOWN).replace("<head>", link))
    summary = ingest(settings, archive_of(tmp_path / "amp", amp))
    assert summary.report.rejections == {"erased": 1}
    assert is_unfinished(settings.warehouse)  # its capture was written before it was parsed
    other = fetched("https://www.gazette.example/x", page_text("Dunmore"))
    ingest(settings, archive_of(tmp_path / "next", other))
    assert not is_unfinished(settings.warehouse)
    assert where_found(settings) == {}
    summary = ingest(settings, tmp_path / "amp")
    assert summary.report.rejections == {"erased": 1}
    assert where_found(settings) == {}


def test_an_erased_page_may_be_allowed_again(settings: Settings, tmp_path: Path) -> None:
    erased, _ = erase_page(settings)
    with writer_when_free(settings, Silence(), 0) as writer:
        assert allow_again(URL, "a mistake", settings, writer) == erased.article_id
    assert ingest(settings, tmp_path / "archive0").report.outcomes["new"] == 1
    with (
        writer_when_free(settings, Silence(), 0) as writer,
        pytest.raises(NothingErasedError, match="was not erased"),
    ):
        allow_again(URL, "twice", settings, writer)
    again, _ = erase_page(settings)
    assert again.article_id == erased.article_id
    assert TOWN not in where_found(settings).values()


def test_bytes_that_another_page_sent_stay_and_are_told_of(
    settings: Settings, tmp_path: Path
) -> None:
    copy = fetched("https://www.gazette.example/copy", page_text(TOWN))
    ingest(settings, archive_of(tmp_path / "copy", copy))
    erasure, shared_with = erase_page(settings)
    assert erasure.captures == 2
    (other,) = shared_with
    erase_page(settings, other)
    erase_page(settings, f"{SLUG}.html")
    assert where_found(settings) == {}


def test_captures_that_no_run_has_loaded_go_too(settings: Settings, tmp_path: Path) -> None:
    writer = CaptureWriter(captures_folder(settings.warehouse))
    writer.add(fetched(URL, f"<p>{TOWN} in a run that died"))
    writer.add(fetched("https://www.gazette.example/kept", "<p>kept"))
    writer.flush()
    del writer
    erase_page(settings)
    assert TOWN not in where_found(settings).values()
    assert where_found(settings, ("gazette.example/kept",))


# --- Killed in between -----------------------------------------------------------------------


class _Killed(BaseException):
    pass


STEPS: dict[str, tuple[object, str]] = {
    "rewritten": (flows.runs.erasing, "rewrite_files"),
    "compacted": (flows.runs.erasing.Writer, "rewrite"),
    "published": (flows.runs.erasing.Writer, "publish"),
    "settled": (flows.runs.erasing, "settle"),
}


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("step", STEPS)
def test_the_next_command_finishes_what_a_kill_interrupted(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, before: bool
) -> None:
    owner, name = STEPS[step]
    real: Callable[..., object] = getattr(owner, name)

    def killed(*given: object) -> object:
        if not before:
            result = real(*given)
            if name == "rewrite_files":
                next(result)  # type: ignore[call-overload]  # one file only
        raise _Killed

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, killed)
        with pytest.raises(_Killed):
            erase_page(settings)
    assert is_unfinished(settings.warehouse)

    other = fetched("https://www.gazette.example/after", page_text("Dunmore"))
    ingest(settings, archive_of(tmp_path / "after", other))
    assert not is_unfinished(settings.warehouse)
    assert TOWN not in where_found(settings).values()
    captures = captures_folder(settings.warehouse)
    assert list(captures.rglob("*.open")) == []
    with open_reader(settings.warehouse) as connection:
        assert list(verify(connection)) == []
    assert len(payloads(settings)) == 3
    assert sum(1 for _ in captures.rglob("*.warc.gz")) <= 6
