"""Whole runs without Prefect: what is loaded, what is kept, and what happens when things break."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from flows.reading.missed import Missed
from flows.runs.batches import Batch, batches
from flows.runs.parsing import ParserPool
from flows.runs.parsing.processes import Processes
from flows.runs.recording import LOG_NAME
from flows.runs.report import Summary
from flows.runs.steps import (
    NothingToDoError,
    UnknownSourceError,
    load_batches,
    plan_ingest,
)
from flows.settings import Settings
from flows.sources.loading import SourceError
from parsers.items import Snapshot, Unread
from tests.flows.faulty_parsers import (
    parse_or_die,
    parse_with_a_bug,
    parse_with_a_false_account,
)
from tests.flows.newsroom import (
    Silence,
    ask,
    ingest,
    page_text,
    settings_in,
    write_pages,
    write_source,
)
from warehouse import NotAWarehouse, WarehouseBusy, open_writer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def outcomes(summary: Summary) -> dict[str, int]:
    return {name: count for name, count in summary.report.outcomes.items() if count}


# --- What a run brings -----------------------------------------------------------------------


def test_a_folder_becomes_articles_that_readers_see(settings: Settings, tmp_path: Path) -> None:
    write_pages(tmp_path / "in", 3)

    summary = ingest(settings, tmp_path / "in")

    assert outcomes(summary) == {"new": 3}
    assert summary.healthy
    assert ask(settings.warehouse, "FROM articles SELECT headline ORDER BY headline") == [
        (f"Night patrols return to {town} Hill after a summer of complaints",)
        for town in ("Arlsey under", "Brindle upon", "Corvey under")
    ]
    assert ask(settings.warehouse, "FROM runs SELECT kind, status, new") == [
        ("ingest", "completed", 3)
    ]


def test_the_same_pages_again_change_nothing_but_the_ledgers(
    settings: Settings, tmp_path: Path
) -> None:
    write_pages(tmp_path / "in", 3)
    tables = ("article_versions", "blocks", "snapshots", "images", "links", "date_evidence")
    ingest(settings, tmp_path / "in")
    before = [ask(settings.warehouse, f"FROM {table} ORDER BY ALL") for table in tables]

    summary = ingest(settings, tmp_path / "in")

    assert outcomes(summary) == {"unchanged": 3}
    assert [ask(settings.warehouse, f"FROM {table} ORDER BY ALL") for table in tables] == before
    assert ask(settings.warehouse, "FROM runs SELECT count(*)") == [(2,)]


def test_a_changed_page_becomes_another_version(settings: Settings, tmp_path: Path) -> None:
    (page,) = write_pages(tmp_path / "in", 1)
    ingest(settings, tmp_path / "in")
    page.write_text(page_text("Otherham"))

    summary = ingest(settings, tmp_path / "in")

    assert outcomes(summary) == {"updated": 1}
    assert ask(
        settings.warehouse, "FROM article_versions SELECT version, cause ORDER BY version"
    ) == [(1, "captured"), (2, "captured")]


def test_a_broken_page_is_recorded_and_the_run_ends_well(
    settings: Settings, tmp_path: Path
) -> None:
    write_pages(tmp_path / "in", 2)
    (tmp_path / "in" / "empty.txt").write_bytes(b"")

    summary = ingest(settings, tmp_path / "in")

    assert outcomes(summary) == {"new": 2, "rejected": 1}
    assert summary.healthy
    assert [(s.target, s.reason) for s in summary.setbacks] == [("empty.txt", "empty")]


def test_a_target_that_is_not_there_is_named(settings: Settings, tmp_path: Path) -> None:
    (page,) = write_pages(tmp_path / "in", 1)

    summary = ingest(settings, tmp_path / "nowhere", page)

    assert outcomes(summary) == {"new": 1, "unread": 1}
    assert not summary.healthy
    assert [(s.target, s.reason) for s in summary.setbacks] == [("nowhere", "unread")]


def test_equal_bytes_are_captured_once_however_the_batches_fall(
    settings: Settings, tmp_path: Path
) -> None:
    (page,) = write_pages(tmp_path / "in", 1)
    for name in ("same.html", "same_too.html"):
        shutil.copy(page, tmp_path / "in" / name)

    ingest(settings.model_copy(update={"batch_pages": 1}), tmp_path / "in")
    ingest(settings, tmp_path / "in")

    assert ask(settings.warehouse, "FROM snapshots SELECT count(*)") == [(1,)]
    assert len(list(tmp_path.rglob("*.warc.gz"))) == 1


def test_every_page_comes_out_of_many_batches_in_order(tmp_path: Path) -> None:
    write_pages(tmp_path / "in", 20)
    settings = settings_in(tmp_path, workers=2, batch_pages=3)

    summary = ingest(settings, tmp_path / "in")

    assert outcomes(summary) == {"new": 20}
    assert ask(settings.warehouse, "FROM fetches SELECT target ORDER BY rowid") == [
        (f"{position:03}.html",) for position in range(20)
    ]


# --- What a run reads ------------------------------------------------------------------------


def test_without_targets_every_enabled_source_is_read(settings: Settings, tmp_path: Path) -> None:
    write_source(settings.seeds, "herald")
    write_source(settings.seeds, "gazette")
    write_source(settings.seeds, "retired", enabled=False)
    for name in ("herald", "gazette", "retired"):
        write_pages(settings.seeds / name, 1)

    summary = ingest(settings)

    assert summary.report.by_source == {"herald": {"new": 1}, "gazette": {"new": 1}}


def test_a_source_named_alone_is_read_alone(settings: Settings) -> None:
    write_source(settings.seeds, "herald")
    write_source(settings.seeds, "gazette")
    for name in ("herald", "gazette"):
        write_pages(settings.seeds / name, 1)

    assert ingest(settings, source="gazette").report.by_source == {"gazette": {"new": 1}}


def test_a_source_named_with_targets_is_theirs(settings: Settings, tmp_path: Path) -> None:
    write_source(settings.seeds, "herald")
    (page,) = write_pages(tmp_path / "in", 1)

    ingest(settings, page, source="herald")

    assert ask(settings.warehouse, "FROM articles SELECT source_id, publisher") == [
        ("herald", "Herald")
    ]


@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        ("nobody", UnknownSourceError, "there are: elsewhere, gazette"),
        ("elsewhere", NothingToDoError, "'elsewhere' has no folder"),
        (None, NothingToDoError, "no enabled source"),
    ],
)
def test_what_cannot_be_read_is_said_before_anything_is_done(
    settings: Settings, source: str | None, error: type[Exception], words: str
) -> None:
    write_source(settings.seeds, "gazette", enabled=False)
    write_source(settings.seeds, "elsewhere", enabled=False, folder="null")

    with pytest.raises(error, match=words):
        plan_ingest([], source, settings)


def test_a_false_declaration_stops_the_run(settings: Settings, tmp_path: Path) -> None:
    write_source(settings.seeds, "herald", publisher_type="tabloid")

    with pytest.raises(SourceError, match=r"herald\.yaml: publisher_type"):
        ingest(settings, tmp_path)
    assert not settings.warehouse.exists()


def test_assertions_are_held_against_a_whole_source(settings: Settings) -> None:
    write_source(settings.seeds, "herald", assertions="{fewest_pages: 5, share_with_date: 0.5}")
    write_pages(settings.seeds / "herald", 2)

    summary = ingest(settings)

    assert outcomes(summary) == {"new": 2}
    assert not summary.healthy
    fewest, dated = summary.report.problems
    assert fewest.startswith("herald: 2 articles, fewer than the 5")
    assert dated.startswith("herald: 0% of articles have a date")


def test_assertions_say_nothing_of_a_part_of_a_source(settings: Settings) -> None:
    write_source(settings.seeds, "herald", assertions="{fewest_pages: 5}")
    (page,) = write_pages(settings.seeds / "herald", 1)

    assert ingest(settings, page).healthy


# --- Bugs ------------------------------------------------------------------------------------


def test_a_bug_costs_one_page_and_surfaces(settings: Settings, tmp_path: Path) -> None:
    pages = write_pages(tmp_path / "in", 3)
    pages[1].write_text("fail here")

    summary = ingest(settings, tmp_path / "in", parse=parse_with_a_bug)

    assert outcomes(summary) == {"new": 2, "unread": 1}
    assert not summary.healthy
    (problem,) = summary.report.problems
    assert problem.startswith("001.html: bug in the parsers: KeyError")
    log = (tmp_path / "news.duckdb.d" / LOG_NAME).read_text()
    assert "Traceback (most recent call last)" in log
    assert "the parser's own mistake" in log
    assert ask(settings.warehouse, "FROM runs SELECT problems") == [([problem],)]


@pytest.mark.parametrize("batch_pages", [1, 4, 100])
def test_a_page_that_kills_its_process_is_found(tmp_path: Path, batch_pages: int) -> None:
    pages = write_pages(tmp_path / "in", 9)
    for position in (2, 3):
        pages[position].write_text("die here")
    settings = settings_in(tmp_path, workers=2, batch_pages=batch_pages)

    summary = ingest(settings, tmp_path / "in", parse=parse_or_die)

    assert outcomes(summary) == {"new": 7, "unread": 2}
    killed = "bug in the parsers: the page killed the process parsing it"
    assert summary.report.problems == (f"002.html: {killed}", f"003.html: {killed}")


def test_a_false_account_costs_one_page(settings: Settings, tmp_path: Path) -> None:
    pages = write_pages(tmp_path / "in", 3)
    pages[1].write_text(page_text("Brindle where they lose here and there"))

    summary = ingest(settings, tmp_path / "in", parse=parse_with_a_false_account)

    assert outcomes(summary) == {"new": 2, "unread": 1}
    (problem,) = summary.report.problems
    assert problem.startswith("001.html: bug in the parsers")
    assert ask(settings.warehouse, "FROM snapshots SELECT count(*)") == [(3,)]


# --- Ends that come early --------------------------------------------------------------------


class StoppedAfter(Silence):
    """Stops the run when its first batch is loaded."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def advance(self, outcomes: Iterable[str]) -> None:
        raise self._error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KeyboardInterrupt(), "cancelled"),
        (SystemExit(143), "cancelled"),
        (OSError(28, "No space left on device"), "failed"),
    ],
)
def test_what_was_loaded_before_an_early_end_is_published(
    tmp_path: Path, error: BaseException, status: str
) -> None:
    write_pages(tmp_path / "in", 6)
    settings = settings_in(tmp_path, batch_pages=2)

    with pytest.raises(type(error)):
        ingest(settings, tmp_path / "in", progress=StoppedAfter(error))

    assert ask(settings.warehouse, "FROM runs SELECT status, new") == [(status, 2)]
    assert ask(settings.warehouse, "FROM articles SELECT count(*)") == [(2,)]
    assert outcomes(ingest(settings, tmp_path / "in")) == {"unchanged": 2, "new": 4}


def test_a_signal_in_the_middle_of_a_query_cancels(tmp_path: Path) -> None:
    write_pages(tmp_path / "in", 2)
    error = RuntimeError("Query interrupted")  # as DuckDB raises it
    error.__cause__ = KeyboardInterrupt()

    with pytest.raises(KeyboardInterrupt):
        ingest(settings_in(tmp_path), tmp_path / "in", progress=StoppedAfter(error))

    assert ask(tmp_path / "news.duckdb", "FROM runs SELECT status") == [("cancelled",)]


# --- One writer ------------------------------------------------------------------------------


def test_a_second_run_is_turned_away(settings: Settings, tmp_path: Path) -> None:
    write_pages(tmp_path / "in", 1)
    with open_writer(settings.warehouse), pytest.raises(WarehouseBusy):
        ingest(settings, tmp_path / "in")


def test_a_second_run_waits_and_says_so(settings: Settings, tmp_path: Path) -> None:
    write_pages(tmp_path / "in", 1)
    progress = Silence()
    held = open_writer(settings.warehouse)
    threading.Timer(0.5, held.close).start()

    summary = ingest(settings, tmp_path / "in", progress=progress, wait=30)

    assert outcomes(summary) == {"new": 1}
    (said,) = progress.said
    assert said.endswith("waiting up to 30 s for it")


def test_a_text_file_is_left_as_it_is(settings: Settings, tmp_path: Path) -> None:
    settings.warehouse.write_text("my notes")
    with pytest.raises(NotAWarehouse):
        ingest(settings, tmp_path)
    assert settings.warehouse.read_text() == "my notes"


# --- Batches ---------------------------------------------------------------------------------


def test_a_batch_ends_at_its_pages_or_its_bytes() -> None:
    missed = Missed("x", None, None, "x", Unread("gone"))
    pages = [Snapshot(b"ab"), Snapshot(b"cd"), missed, Snapshot(b"e" * 10), Snapshot(b"f")]

    found = list(batches(pages, max_pages=3, max_bytes=10))

    assert found == [
        Batch((pages[0], pages[1]), (missed,)),  # type: ignore[arg-type]
        Batch((pages[3],), ()),  # type: ignore[arg-type]
        Batch((pages[4],), ()),  # type: ignore[arg-type]
    ]


class _Loads:
    """Stands for a recorder: only counts what was loaded."""

    loaded = 0

    def load(self, batch: Batch, outcomes: list[object], captures: object) -> tuple[str, ...]:
        self.loaded += len(outcomes)
        return ("new",) * len(outcomes)


class _NothingErased:
    """Stands for what was erased: nothing was."""

    def set_aside(self, batch: Batch) -> Batch:
        return batch

    def refuse(self, parsed: object) -> object:
        return parsed


def test_reading_stays_few_batches_ahead_of_loading() -> None:
    recorder = _Loads()
    ahead = []

    def pages() -> Iterator[Snapshot]:
        for position in range(40):
            ahead.append(position - recorder.loaded)
            yield Snapshot(page_text(f"Arlsey {position}").encode(), media_type="text/html")

    with closing(Processes(2)) as processes:
        load_batches(
            batches(pages(), 5),
            ParserPool(processes, {}),
            lambda _, __: (),
            recorder,  # type: ignore[arg-type]
            Silence(),
            _NothingErased(),  # type: ignore[arg-type]
        )

    assert recorder.loaded == 40
    assert max(ahead) < (2 + 1) * 5
