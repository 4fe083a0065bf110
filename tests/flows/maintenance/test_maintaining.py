"""A round of maintenance: what is dropped, what stays, what is told, and what a kill leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from flows.maintenance import dropping
from flows.maintenance.maintaining import Maintenance, maintain_warehouse, markdown
from flows.runs.reparse import reparse_pages
from flows.settings import Settings
from tests.flows.newsroom import Silence, ask, ingest, page_text, settings_in, write_source
from warehouse import captures_folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A page that was seen three times: as it was, with another advert, with another sentence."""
    settings = settings_in(tmp_path, captures_kept=30)
    write_source(settings.seeds, "gazette")
    page = settings.seeds / "gazette" / "patrols.html"
    page.parent.mkdir()
    first = page_text("Arlsey")
    advert = first.replace("</body>", "<aside>Half-price kettles</aside></body>")
    other = page_text("Arlsey").replace("eleven letters", "twelve letters")
    for version in (first, advert, other, advert.replace("kettles", "toasters")):
        page.write_text(version)
        ingest(settings)
    return settings


def age(settings: Settings, days: int) -> None:
    """Let the captures be so old."""
    database = captures_folder(settings.warehouse).parent / "warehouse.duckdb"
    then = datetime.now(UTC) - timedelta(days=days)
    with duckdb.connect(str(database)) as connection:
        connection.execute("UPDATE snapshots SET fetched_at = ?", [then])


def maintain(settings: Settings) -> Maintenance:
    return maintain_warehouse(settings, Silence())


def broken(done: Maintenance) -> list[str]:
    return [f"{f.subject}: {f.detail}" for f in done.findings if f.state == "broken"]


def payloads(settings: Settings) -> int:
    ((number,),) = ask(settings.warehouse, "SELECT count(*) FROM snapshots")
    return int(number)


def test_old_captures_that_changed_nothing_are_dropped(settings: Settings) -> None:
    assert payloads(settings) == 4
    assert maintain(settings).dropped == 0, "they are young"
    age(settings, 31)

    done = maintain(settings)

    # The first and the third made versions, the last is the page's latest.
    assert (done.dropped, payloads(settings)) == (1, 3)
    assert done.freed > 0
    assert b"kettles" not in capture_bytes(settings)
    assert not broken(done)
    assert done.healthy
    kinds = ask(settings.warehouse, "FROM runs SELECT kind, status ORDER BY run_id DESC LIMIT 1")
    assert kinds == [("maintain", "completed")]
    assert "| captures |" in markdown(done)
    assert reparse_pages(None, settings, Silence()).report.outcomes["unread"] == 0


def capture_bytes(settings: Settings) -> bytes:
    from fastwarc.warc import ArchiveIterator

    found = b""
    for file in captures_folder(settings.warehouse).rglob("*.warc.gz"):
        with file.open("rb") as stream:
            found += b"".join(record.reader.read() for record in ArchiveIterator(stream))
    return found


def test_without_the_setting_all_is_kept(settings: Settings) -> None:
    age(settings, 3_000)
    assert maintain(settings.model_copy(update={"captures_kept": None})).dropped == 0
    assert payloads(settings) == 4


def test_what_a_kill_leaves_is_finished_next_time(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(settings, 31)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(dropping, "rewrite_files", killed)
        with pytest.raises(KeyboardInterrupt):
            maintain(settings)
    assert b"kettles" in capture_bytes(settings)

    done = maintain(settings)

    assert b"kettles" not in capture_bytes(settings)
    assert not broken(done)
    files = list(captures_folder(settings.warehouse).rglob("*.warc.gz"))
    maintain(settings)
    assert list(captures_folder(settings.warehouse).rglob("*.warc.gz")) == files


def test_what_is_broken_is_told_with_its_cure(settings: Settings) -> None:
    lost = next(captures_folder(settings.warehouse).rglob("*.warc.gz"))
    lost.unlink()
    done = maintain(settings)
    assert not done.healthy
    assert any("is indexed but not there" in told for told in broken(done))
    assert "1 findings are broken" in done.headline
