"""``newsgrain explain``: which page is meant, and how its account looks on paper and on screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

import parsers
from flows.answers.explaining import show, unread_page
from flows.commands import app
from flows.settings import Settings
from parsers.items import Block, Evidence, Explanation, Rejection, Snapshot
from tests.flows.newsroom import ask, ingest, page_text, settings_in, write_pages, write_source

TITLE = "Night patrols return to Arlsey under Hill after a summer of complaints"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A warehouse with one page of the source ``herald``, its file gone."""
    settings = settings_in(tmp_path)
    write_source(settings.seeds, "herald", home="https://www.herald.example/")
    folder = settings.seeds / "herald"
    (page,) = write_pages(folder, 1)
    (folder / "manifest.yaml").write_text(
        "- file: 000.html\n  url: https://www.herald.example/news/patrols\n"
    )
    (folder / "empty.html").write_bytes(b"")
    ingest(settings)
    page.unlink()
    return settings


def explain(settings: Settings, page: object, **environment: str) -> Result:
    arguments = ["explain", str(page), "--seeds", str(settings.seeds)]
    arguments += ["--warehouse", str(settings.warehouse)]
    return CliRunner().invoke(app, arguments, env=environment)


def explanation_of(body: str) -> Explanation:
    return parsers.explain(Snapshot(body.encode(), media_type="text/html"))


def printed(explanation: Explanation, width: int, *, terminal: bool, **given: object) -> str:
    console = Console(width=width, force_terminal=terminal, **given)  # type: ignore[arg-type]
    with console.capture() as capture:
        show(explanation, console)
    return capture.get()


# --- Which page ------------------------------------------------------------------------------


def test_a_file_is_read_with_what_its_folder_says(settings: Settings) -> None:
    file = settings.seeds / "herald" / "another.html"
    file.write_text(page_text("Dunmore"))

    answer = explain(settings, file)

    assert answer.exit_code == 0
    assert "Night patrols return to Dunmore" in answer.stdout
    assert re.search(r"^source +herald$", answer.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", ["https://www.herald.example/news/patrols", "000.html", "id"])
def test_a_stored_page_is_found_by_each_of_its_names(settings: Settings, name: str) -> None:
    ((article_id,),) = ask(settings.warehouse, "FROM articles SELECT article_id")

    answer = explain(settings, article_id if name == "id" else name)

    assert answer.exit_code == 0
    assert answer.stdout.startswith(TITLE)
    assert article_id in answer.stdout


def test_a_stored_rejection_is_explained_too(settings: Settings) -> None:
    answer = explain(settings, "empty.html")
    assert answer.exit_code == 0
    assert answer.stdout.startswith("Rejected: empty\n")


def test_a_file_too_large_is_the_rejection_it_would_be(settings: Settings, tmp_path: Path) -> None:
    (page,) = write_pages(tmp_path / "in", 1)
    answer = explain(settings, page, NEWSGRAIN_MAX_BYTES="10")
    assert answer.exit_code == 0
    assert answer.stdout.startswith("Rejected: too_large\n")


@pytest.mark.parametrize(
    ("name", "words"),
    [("nothing", "no page in"), (".", "is a folder"), ("https://x.example/", "no page in")],
)
def test_what_cannot_be_found_is_said_with_a_cure(
    settings: Settings, name: str, words: str
) -> None:
    answer = explain(settings, name)
    assert answer.exit_code == 1
    assert words in answer.stderr
    assert answer.stdout == ""


def test_of_an_erased_page_it_is_told_when_and_why(settings: Settings) -> None:
    ((article_id,),) = ask(settings.warehouse, "FROM articles SELECT article_id")
    options = ["--seeds", str(settings.seeds), "--warehouse", str(settings.warehouse)]
    words = ["erase", article_id, "--reason", "a name that is nobody's business"]
    assert CliRunner().invoke(app, [*words, *options]).exit_code == 0

    for name in (article_id, "https://www.herald.example/news/patrols", f"erased:{article_id}"):
        answer = explain(settings, name)
        assert answer.exit_code == 1
        assert re.search(
            rf"{article_id} was erased on 20\d\d-\d\d-\d\d \d\d:\d\d UTC:"
            rf" a name that is nobody's business; `newsgrain erase --undo {article_id}",
            answer.stderr,
        ), name

    lifted = ["erase", "--undo", article_id, "--reason", "it was ours"]
    assert CliRunner().invoke(app, [*lifted, *options]).exit_code == 0
    assert "no page in" in explain(settings, article_id).stderr


def test_without_a_warehouse_the_cure_is_told(tmp_path: Path) -> None:
    answer = explain(settings_in(tmp_path), "0123456789abcdef")
    assert answer.exit_code == 1
    assert "newsgrain ingest" in answer.stderr


# --- How it looks ----------------------------------------------------------------------------


def test_a_pipe_gets_one_line_a_block_and_no_colour() -> None:
    explanation = explanation_of(page_text("Arlsey"))

    lines = printed(explanation, 80, terminal=False).splitlines()

    begin = lines.index("+ kept   > moved   - removed") + 1
    blocks = lines[begin : begin + len(explanation.blocks)]
    assert [line[17:].split("  [")[0] for line in blocks] == [b.text for b in explanation.blocks]
    assert not any("\x1b" in line for line in lines)


def test_each_block_says_where_it_went_and_why() -> None:
    explanation = explanation_of(page_text("Arlsey"))

    lines = printed(explanation, 80, terminal=False).splitlines()

    for block in explanation.blocks:
        glyph = {"kept": "+", "moved": ">", "removed": "-"}[block.disposition]
        word = block.role or block.field or block.reason
        rule = f"  [{block.rule}]" if block.rule else ""
        assert f"{glyph} {word}".ljust(17) + block.text + rule in lines
    assert {block.disposition for block in explanation.blocks} == {"kept", "moved", "removed"}


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_terminal_gets_texts_wrapped_beside_their_labels(width: int) -> None:
    explanation = explanation_of(page_text("Arlsey"))

    shown = printed(explanation, width, terminal=True, color_system=None)

    lines = shown.splitlines()
    assert max(map(len, lines)) <= width
    assert not any(line != line.rstrip() for line in lines)
    began = lines.index(next(line for line in lines if line.startswith("+ body")))
    words = " ".join(line[17:] for line in lines[began : lines.index("Account")])
    kept = next(block for block in explanation.blocks if block.role == "body")
    assert words.startswith(kept.text)


def test_no_color_is_honoured_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    explanation = explanation_of(page_text("Arlsey"))
    coloured = printed(explanation, 80, terminal=True, color_system="standard")
    monkeypatch.setenv("NO_COLOR", "1")
    plain = printed(explanation, 80, terminal=True, color_system="standard")
    assert "\x1b[32m" in coloured
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", plain)


def test_the_account_adds_up() -> None:
    explanation = explanation_of(page_text("Arlsey"))

    lines = printed(explanation, 80, terminal=False).splitlines()

    for line in lines[lines.index("Account") + 1 :]:
        total, *parts = (int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", line))
        assert total == sum(parts)
        assert total > 0


def test_a_false_account_is_said() -> None:
    block = Block(0, "words", "paragraph", "kept", role="body")
    true = explanation_of(page_text("Arlsey"))
    false = Explanation(true.outcome, (*true.blocks, block), true.evidence, true.features)
    assert "The account is false by -5 characters." in printed(false, 80, terminal=False)


def test_each_field_shows_its_witnesses_the_believed_one_first() -> None:
    evidence = (
        Evidence("headline", "title", "Patrols | Herald", "Patrols", 2, chosen=False),
        Evidence("headline", "h1", "Patrols", "Patrols", 1, chosen=True),
        Evidence("date_published", "text", "May", None, 1, chosen=False, note="a bare month"),
    )
    true = explanation_of(page_text("Arlsey"))

    lines = printed(
        Explanation(true.outcome, true.blocks, evidence, {}), 80, terminal=False
    ).splitlines()

    begin = lines.index("Fields, and who says so") + 1
    assert lines[begin : begin + 3] == [
        "date_published     text: (nothing)  from “May”  (a bare month)",
        "headline         * h1: Patrols",
        "                   title: Patrols  from “Patrols | Herald”",
    ]


def test_a_rejection_comes_first_with_its_detail() -> None:
    shown = printed(unread_page(Rejection("too_large", "30 MB")), 80, terminal=False)
    assert shown.splitlines() == ["Rejected: too_large", "30 MB"]


def test_long_removed_texts_are_cropped_on_a_terminal_only() -> None:
    text = "word " * 200 + "end"
    block = Block(0, text, "other", "removed", rule="hidden.element", reason="hidden")
    explanation = Explanation(Rejection("body_missing", "nothing"), (block,), (), {})
    assert "… (1,003 characters)" in printed(explanation, 80, terminal=True)
    assert text in printed(explanation, 80, terminal=False)


def test_what_a_page_says_cannot_move_the_cursor() -> None:
    witness = Evidence("headline", "h1", "\x1b[2Jgone\x9b31m", "\x1b]0;title\x07", 1, chosen=True)
    explanation = Explanation(Rejection("malformed", "\x1b[2J"), (), (witness,), {})
    shown = printed(explanation, 80, terminal=True, color_system=None)
    assert not set(shown) & {"\x1b", "\x9b", "\x07"}


def test_a_record_is_told_by_label() -> None:
    pages = Path(__file__).parents[3] / "seeds" / "pages" / "nottinghamshire_police"
    page = (pages / "outcome-former-detective-searches.html").read_text("utf-8")
    told = printed(explanation_of(page), 200, terminal=False)
    assert "would have been dismissed" in told.lower()
    assert "(would_have_been_dismissed)" in told
    assert re.search(r"^\(unknown\) +Costs of the panel: £4,180$", told, re.M)
