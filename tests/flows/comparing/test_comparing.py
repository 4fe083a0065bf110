"""``newsgrain reparse --diff``: what today's parsers would change, told without loading it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import parsers
from flows.commands import app
from flows.comparing.comparing import compare_pages
from flows.comparing.differences import (
    BUG,
    NO_BLOCK,
    BlockChange,
    Difference,
    Fate,
    FieldChange,
    PageName,
    RuleChange,
    StoredArticle,
    difference,
    told_fields,
)
from flows.comparing.notes import Noted, forget, open_notes, state_of
from flows.comparing.summing import Comparison, Summing
from flows.pages.comparison import comparison_page
from flows.runs.erasing import erase
from flows.runs.parsing import Failure
from flows.runs.reparse import reparse_pages
from flows.settings import Settings
from parsers.items import Article, Rejection, Snapshot
from tests.flows.faulty_parsers import parse_otherwise, parse_with_a_bug
from tests.flows.newsroom import (
    Silence,
    ask,
    ingest,
    page_text,
    settings_in,
    write_pages,
    write_source,
)
from tests.flows.pages.looking import HOSTILE, TURNED, looked_at, words
from warehouse import open_writer

RULE = """
rules:
  - {name: letters, reason: related, pattern: eleven letters}
"""
PAGE = PageName("news/patrols", "herald")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A warehouse with three pages of ``herald``, one of ``gazette``, and one that is none."""
    settings = settings_in(tmp_path, batch_pages=2)
    for name, number in (("gazette", 1), ("herald", 3)):
        write_source(settings.seeds, name)
        write_pages(settings.seeds / name, number)
    (settings.seeds / "gazette" / "000.html").write_text(page_text("Wending"))
    (settings.seeds / "herald" / "empty.html").write_bytes(b"")
    ingest(settings)
    return settings


def add_rule(settings: Settings, source: str) -> None:
    file = settings.seeds / "sources" / f"{source}.yaml"
    file.write_text(file.read_text() + RULE)


def compare(settings: Settings, **given: object) -> Comparison:
    return compare_pages(None, settings, Silence(), **given)  # type: ignore[arg-type]


def reparse(settings: Settings, *options: object) -> Result:
    arguments = ["reparse", "--seeds", str(settings.seeds), *map(str, options)]
    return CliRunner().invoke(
        app,
        [*arguments, "--warehouse", str(settings.warehouse)],
        env={"NEWSGRAIN_WORKERS": "1", "COLUMNS": "200"},
    )


# --- Whole comparisons -----------------------------------------------------------------------


def test_the_same_parsers_change_nothing(settings: Settings) -> None:
    comparison = compare(settings)
    assert (comparison.pages, comparison.differing, comparison.versions) == (5, 0, 0)
    assert comparison.healthy
    assert [*comparison.rules, *comparison.fields, *comparison.outcomes, *comparison.worst] == []


def test_a_rule_is_told_with_what_it_takes_and_nothing_is_loaded(settings: Settings) -> None:
    before = ask(settings.warehouse, "FROM article_versions ORDER BY ALL")
    add_rule(settings, "herald")

    comparison = compare(settings)

    (rule,) = comparison.rules
    assert (rule.source_id, rule.by, rule.pages, rule.lost) == ("herald", "source.letters", 3, 3)
    assert "eleven letters" in rule.example
    assert comparison.versions == 3
    assert ask(settings.warehouse, "FROM article_versions ORDER BY ALL") == before
    assert ask(settings.warehouse, "SELECT count(*) FROM runs") == [(1,)]

    reparse_pages(None, settings, Silence())
    assert ask(settings.warehouse, "SELECT updated FROM runs ORDER BY run_id") == [(0,), (3,)]
    assert compare(settings).differing == 0


def test_what_a_rule_gave_back_is_told_with_its_name(settings: Settings) -> None:
    file = settings.seeds / "sources" / "herald.yaml"
    without = file.read_text()
    add_rule(settings, "herald")
    reparse_pages(None, settings, Silence())
    file.write_text(without)

    (rule,) = compare(settings).rules
    assert (rule.by, rule.lost, rule.gained) == ("source.letters", 0, 3)


def test_changed_fields_are_told_by_source(settings: Settings) -> None:
    comparison = compare(settings, parse=parse_otherwise)
    told = [(field.source_id, field.field, field.pages) for field in comparison.fields]
    assert told == [("herald", "headline", 3), ("gazette", "headline", 1)]
    example = comparison.fields[1].example
    assert example.after == (example.before or "").upper()
    assert comparison.healthy


def test_a_bug_comes_first_and_is_no_health(settings: Settings) -> None:
    page = settings.seeds / "herald" / "bug.html"
    page.write_text(page_text("fail here"))
    ingest(settings)
    comparison = compare(settings, parse=parse_with_a_bug)
    assert comparison.outcomes[0].after == BUG
    assert comparison.worst[0].target == "bug.html"
    assert "KeyError" in comparison.worst[0].detail
    assert not comparison.healthy


def test_a_lost_capture_is_told(settings: Settings) -> None:
    for file in (settings.warehouse.parent / f"{settings.warehouse.name}.d/captures").rglob("*.gz"):
        file.unlink()
    comparison = compare(settings)
    assert len(comparison.unread) == comparison.pages == 5
    assert not comparison.healthy


# --- Going on --------------------------------------------------------------------------------


class Impatient(Silence):
    """Progress that stops the comparison after the first batch."""

    def advance(self, outcomes: Iterable[str]) -> None:
        super().advance(outcomes)
        raise KeyboardInterrupt


def test_a_comparison_that_was_stopped_goes_on(settings: Settings) -> None:
    add_rule(settings, "herald")
    whole = compare(settings)
    forget(settings.warehouse)

    with pytest.raises(KeyboardInterrupt):
        compare_pages(None, settings, Impatient())
    further = Silence()
    assert compare_pages(None, settings, further) == whole
    assert len(further.outcomes) == 3  # two of five were compared before
    again = Silence()
    assert compare_pages(None, settings, again) == whole
    assert again.outcomes == []


def test_a_note_that_a_kill_cut_off_is_made_again(settings: Settings) -> None:
    whole = compare(settings)
    (notes,) = (settings.warehouse.parent / f"{settings.warehouse.name}.d/differences").iterdir()
    content = notes.read_bytes()
    os.truncate(notes, len(content) - 5)
    further = Silence()
    assert compare_pages(None, settings, further) == whole
    assert len(further.outcomes) == 1


def test_other_sources_are_another_state(settings: Settings) -> None:
    compare(settings)
    add_rule(settings, "herald")
    assert compare(settings).differing == 3


def test_an_erasure_removes_the_notes(settings: Settings) -> None:
    add_rule(settings, "herald")
    compare(settings)
    folder = settings.warehouse.parent / f"{settings.warehouse.name}.d/differences"
    assert folder.exists()
    with open_writer(settings.warehouse) as writer:
        erase("000.html", "asked to", settings, writer)
    assert not folder.exists()


def test_notes_are_read_as_they_were_written(tmp_path: Path) -> None:
    found = difference(PAGE, "x", stored("a", "b"), article("b", "c"))
    state = state_of(parsers.parse, {})
    with open_notes(tmp_path / "news.duckdb", state) as notes:
        notes.add([Noted("one", found), Noted("two", None)])
        assert notes.read() == {"one": found, "two": None}


# --- On a terminal and on a page -------------------------------------------------------------


def test_it_is_told_in_tables_and_on_a_page(settings: Settings, tmp_path: Path) -> None:
    add_rule(settings, "herald")
    out = tmp_path / "diff.html"
    result = reparse(settings, "--diff", "--html", out)
    assert result.exit_code == 0, result.output
    assert "source.letters" in result.stdout
    assert "3 blocks lost" in result.stdout
    tree = looked_at(out.read_text("utf-8"))
    assert words(tree, "h1") == ["3 of 5 pages come out otherwise"]
    assert len(tree.css("ol.blocks > li.removed")) == 3


def test_a_page_wants_a_comparison(settings: Settings, tmp_path: Path) -> None:
    assert reparse(settings, "--html", tmp_path / "diff.html").exit_code == 2


def test_hostile_text_stays_text() -> None:
    summing = Summing()
    nasty = HOSTILE + TURNED
    blocks = (BlockChange(nasty, nasty),)
    fields = (FieldChange(nasty, nasty, None),)
    rules = (RuleChange(nasty, 1, 1, 1, 1),)
    found = Difference(
        nasty, nasty, None, nasty, "article", BUG, nasty, rules, blocks, blocks, fields, True
    )
    summing.add(nasty, found)
    summing.add_unread(nasty, nasty)
    tree = looked_at(comparison_page(summing.done(), nasty, nasty))
    assert all(HOSTILE in text for text in words(tree, ".said"))


# --- One page --------------------------------------------------------------------------------


def article(*texts: str) -> Article:
    """An article that keeps these paragraphs."""
    found = parsers.parse(Snapshot(page_text("Brindle").encode(), media_type="text/html"))
    assert isinstance(found, Article)
    kept = next(block for block in found.blocks if block.disposition == "kept")
    blocks = [kept._replace(position=n, text=text) for n, text in enumerate(texts)]
    return replace(found, blocks=tuple(blocks))


def stored(*texts: str, left: Iterable[Fate] = ()) -> StoredArticle:
    """The same as the warehouse holds it, with blocks that left it."""
    same = article(*texts)
    fates = [Fate(text, "body") for text in texts]
    return StoredArticle(
        same.article_id, 1, "x", same.body_digest, told_fields(same), fates, list(left)
    )


def test_the_same_texts_are_no_difference() -> None:
    assert difference(PAGE, "x", stored("a", "b"), article("a", "b")) is None


def test_texts_are_lost_to_a_rule_or_to_nothing() -> None:
    after = article("b")
    removed = after.blocks[0]._replace(
        position=9, text="a", disposition="removed", role=None, rule="r.s", reason="related"
    )
    after = replace(after, blocks=(*after.blocks, removed))
    found = difference(PAGE, "x", stored("a", "b", "c"), after)
    assert found is not None
    assert found.lost == (BlockChange("a", "r.s"), BlockChange("c", NO_BLOCK))
    assert found.makes_version


def test_a_text_told_twice_is_lost_once() -> None:
    found = difference(PAGE, "x", stored("a", "a"), article("a"))
    assert found is not None
    assert found.rules == (RuleChange(NO_BLOCK, 1, 1, 0, 0),)


def test_a_text_is_gained_from_the_rule_that_took_it() -> None:
    found = difference(PAGE, "x", stored("a", left=[Fate("b", "r.s")]), article("a", "b"))
    assert found is not None
    assert found.gained == (BlockChange("b", "r.s"),)


def test_another_role_is_a_changed_field() -> None:
    after = article("a")
    after = replace(after, blocks=(after.blocks[0]._replace(role="contact"),))
    found = difference(PAGE, "x", stored("a"), after)
    assert found is not None
    assert found.fields == (FieldChange("role", "body", "contact"),)


def test_fields_of_no_version_are_compared_for_the_same_bytes_alone() -> None:
    after = replace(article("a"), description="Eleven letters, one answer")
    assert difference(PAGE, "other bytes", stored("a"), after) is None
    found = difference(PAGE, "x", stored("a"), after)
    assert found is not None
    assert found.fields == (FieldChange("description", None, "Eleven letters, one answer"),)
    assert not found.makes_version


def test_pages_are_lost_and_gained() -> None:
    rejection = Rejection("over_stripped", "3 words are left")
    lost = difference(PAGE, "x", stored("a b", "c"), rejection)
    assert lost is not None
    assert lost.page_lost
    assert lost.rules == (RuleChange("over_stripped", 2, 3, 0, 0),)
    gained = difference(PAGE, "x", "over_stripped", article("a"))
    assert gained is not None
    assert gained.page_gained
    assert gained.makes_version
    assert difference(PAGE, "x", "over_stripped", rejection) is None
    assert difference(PAGE, "x", "quarantined", article("a")) is None
    other = difference(PAGE, "x", "empty", rejection)
    assert other is not None
    assert (other.before, other.after, other.makes_version) == ("empty", "over_stripped", False)
    assert max(lost, gained, other, key=lambda found: found.badness) is lost
    bug = difference(PAGE, "x", stored("a"), Failure("KeyError: 'x'", ""))
    assert bug is not None
    assert bug.badness > lost.badness
