"""Site memory on real pages: chrome proposed, tried, accepted once; standard sentences survive."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.commands import app
from flows.memory.accepting import accept_rules, with_rules
from flows.memory.proposing import pattern_of
from flows.sources.loading import SourceError, load_sources
from parsers.items import SourceRule
from parsers.source_patterns import source_pattern
from tests.flows.newsroom import ask

PAGES = 30
CHROME = "The Harrow Gazette answers to the Guild of Local Papers, whose code it has signed."
STANDARD = "We have completed our investigation and shared what we found with the force."
CLOSING = "The force has accepted each of the findings that we made."
CRIMESTOPPERS = "You can also call the charity Crimestoppers on 0800 555 111 and give no name."
DECLARATION = """\
# Written by hand.
publisher: Harrow Gazette
publisher_type: newspaper
checked: null  # nobody has looked
notes: >-
  Pages end with a line about
  the Guild.
"""


def sentence(chance: random.Random) -> str:
    words = ["".join(chance.choices("aeiourstlnm", k=chance.randint(3, 8))) for _ in range(22)]
    return " ".join(words).capitalize() + "."


def gazette_page(number: int) -> str:
    chance = random.Random(number)
    body = "\n".join(sentence(chance) for _ in range(5))
    return f"Story {number} of Harrow\n\n{body}\nShare this article\n{CHROME}\n"


def watchdog_page(number: int) -> str:
    chance = random.Random(1000 + number)
    first, second, third, fourth = (sentence(chance) for _ in range(4))
    parts = (first, second, STANDARD, third, fourth, CLOSING, CRIMESTOPPERS)
    return f"Inquiry {number} into a stop\n\n" + "\n".join(parts) + "\n"


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pages of two sources, read into a warehouse."""
    folder = tmp_path_factory.mktemp("newsroom")
    sources = folder / "seeds" / "sources"
    sources.mkdir(parents=True)
    (sources / "gazette.yaml").write_text(DECLARATION)
    (sources / "watchdog.yaml").write_text("publisher: Watchdog\npublisher_type: oversight_body\n")
    for name, page in (("gazette", gazette_page), ("watchdog", watchdog_page)):
        (folder / name).mkdir()
        for number in range(PAGES):
            (folder / name / f"{number:02}.txt").write_text(page(number))
        result = newsgrain(folder, "ingest", "--direct", name, "--source", name)
        assert result.exit_code == 0, result.output
    return folder


def newsgrain(folder: Path, *arguments: str) -> Result:
    before = Path.cwd()
    os.chdir(folder)
    try:
        return CliRunner().invoke(app, arguments, env={"NEWSGRAIN_WORKERS": "1"})
    finally:
        os.chdir(before)


def kept(folder: Path, text: str) -> int:
    query = f"SELECT count(*) FROM articles WHERE contains(article_body, '{text}')"
    [(count,)] = ask(folder / "newsgrain.duckdb", query)
    return int(count)


def test_from_proposal_to_reparse(newsroom: Path) -> None:
    assert kept(newsroom, CHROME) == PAGES
    proposed = newsgrain(newsroom, "memory", "propose")
    assert proposed.exit_code == 0, proposed.output
    name = "the_harrow_gazette_answers_to"
    assert name in proposed.output
    for text in (STANDARD, CLOSING, CRIMESTOPPERS):
        assert text not in proposed.output
    doubtful = newsgrain(newsroom, "memory", "propose", "--doubtful")
    assert STANDARD not in doubtful.output
    assert CRIMESTOPPERS not in doubtful.output

    tried = newsgrain(newsroom, "memory", "try")
    assert tried.exit_code == 0, tried.output
    assert f"{PAGES} pages would change: {PAGES} blocks lost, 0 pages no longer" in tried.output
    assert "Story 7 of Harrow" in tried.output

    accepted = newsgrain(newsroom, "memory", "accept", "--source", "gazette", name)
    assert accepted.exit_code == 0, accepted.output
    text = (newsroom / "seeds" / "sources" / "gazette.yaml").read_text()
    assert text.startswith(DECLARATION.rstrip())
    [rule] = load_sources(newsroom / "seeds")["gazette"].rules
    assert (rule.name, rule.scope) == (name, "block")

    again = newsgrain(newsroom, "memory", "propose")
    assert "nothing to propose" in again.output
    refused = newsgrain(newsroom, "memory", "accept", "--source", "gazette", name)
    assert refused.exit_code == 2
    assert "nothing is proposed as" in refused.output

    assert newsgrain(newsroom, "reparse", "--source", "gazette").exit_code == 0
    assert kept(newsroom, CHROME) == 0
    assert [kept(newsroom, text) for text in (STANDARD, CLOSING, CRIMESTOPPERS)] == [PAGES] * 3


def test_an_unknown_source_is_told(newsroom: Path) -> None:
    result = newsgrain(newsroom, "memory", "propose", "--source", "nobody")
    assert (result.exit_code, "no source 'nobody'" in result.output) == (2, True)


def test_a_pattern_takes_no_time_whatever_it_is(tmp_path: Path) -> None:
    assert not source_pattern("(a+)+$").search("a" * 100_000 + "b")
    file = tmp_path / "sources" / "paper.yaml"
    file.parent.mkdir()
    rule = "{name: own, reason: label, pattern: '(?=a)b'}"
    file.write_text(f"publisher: A\npublisher_type: other\nrules: [{rule}]\n")
    with pytest.raises(SourceError, match="without lookaround and back references"):
        load_sources(tmp_path)


@pytest.mark.parametrize(
    "text", ["12 comments (so far) [new]", "a.b*c?", "é — “x”", "two\nlines", "$5 ^ {x} | \\d"]
)
def test_a_pattern_knows_its_text_and_other_numbers(text: str) -> None:
    pattern = source_pattern(pattern_of(text))
    assert pattern.search(text)
    assert pattern.search(text.upper())
    assert pattern.search(text.replace("12", "7").replace("5", "900"))
    assert not pattern.search(f"{text} and more")
    assert not pattern.search(f"more {text}")


RULE = SourceRule(name="own", reason="furniture", pattern="^It's [0-9]+ o'clock: #1\\.$")


@pytest.mark.parametrize(
    "declaration",
    [
        DECLARATION,
        "publisher: A\npublisher_type: other\nrules: []\n",
        "rules: [{name: a, reason: label, pattern: ^x$}]\npublisher: A\npublisher_type: other\n",
        "rules:\n- name: a\n  reason: label\n  pattern: >-\n    ^x\n    y$\n# about A\n"
        "publisher: A\npublisher_type: other",
        "publisher: A\npublisher_type: other\nrules:\n  # first\n"
        "  - {name: a, reason: label, pattern: ^x$}  # kept\n",
    ],
)
def test_a_declaration_keeps_what_a_person_wrote(tmp_path: Path, declaration: str) -> None:
    file = tmp_path / "sources" / "paper.yaml"
    file.parent.mkdir()
    file.write_text(declaration)
    assert accept_rules(tmp_path, "paper", [RULE]) == file
    for line in declaration.splitlines():
        assert line.rstrip("[] ") in file.read_text()
    assert load_sources(tmp_path)["paper"].rules[-1] == RULE
    assert list(file.parent.iterdir()) == [file]


def test_a_rule_that_is_unsound_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "sources" / "paper.yaml"
    file.parent.mkdir()
    file.write_text(DECLARATION)
    with pytest.raises(SourceError):
        accept_rules(tmp_path, "paper", [SourceRule(name="x", reason="label", pattern="(")])
    assert file.read_text() == DECLARATION
    assert list(file.parent.iterdir()) == [file]


def test_every_declared_source_can_take_a_rule() -> None:
    for file in (Path(__file__).parents[3] / "seeds" / "sources").glob("*.yaml"):
        before = file.read_text("utf-8")
        after = with_rules(before, [RULE])
        assert [line for line in before.splitlines() if line not in after.splitlines()] == []
