"""Bad input ends in an outcome, in bounded time, and never in an exception.

The limits are wide: they tell a loop that never ends from a slow machine, not fast from slow.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from parsers import parse
from parsers.items import Article, Rejection, RejectionReason, Snapshot
from tests.parsers.building import (
    END,
    HEADLINE,
    LEAD,
    MIDDLE,
    STORY,
    article_of,
    assert_accounted,
    lines,
    page,
    paragraphs,
    within,
)

SECONDS = 10.0


def outcome_of(body: bytes, media_type: str | None = None) -> Article | Rejection:
    with within(SECONDS):
        outcome = parse(Snapshot(body=body, media_type=media_type))
    assert_accounted(outcome)
    return outcome


def article(body: bytes, media_type: str | None = None) -> Article:
    outcome = outcome_of(body, media_type)
    assert isinstance(outcome, Article), outcome
    return outcome


def reason(body: bytes, media_type: str | None = None) -> RejectionReason:
    outcome = outcome_of(body, media_type)
    assert isinstance(outcome, Rejection), outcome.paragraphs[:3]
    return outcome.reason


def story_with(*parts: str) -> bytes:
    return page(paragraphs(*STORY) + "".join(parts))


# --- Bytes -----------------------------------------------------------------------------------


def test_an_empty_file() -> None:
    assert reason(b"") == "empty"


def test_a_binary_file() -> None:
    assert reason(b"\x7fELF" + bytes(range(256)) * 2_000) == "unsupported_media_type"


def test_a_pdf_named_html() -> None:
    assert reason(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" * 100, "text/html") == "unsupported_media_type"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("media_type", ["text/html", "text/plain", None])
def test_utf16_with_and_without_its_mark(encoding: str, media_type: str | None) -> None:
    body = page().decode() if media_type == "text/html" else lines(HEADLINE, *STORY).decode()
    found = article(body.encode(encoding), media_type)
    assert (found.headline, found.paragraphs) == (HEADLINE, STORY)


def test_utf16_cut_off_in_the_middle_of_a_character() -> None:
    assert LEAD in article(lines(HEADLINE, *STORY).decode().encode("utf-16")[:-1]).paragraphs


def test_a_few_invalid_bytes_in_utf8() -> None:
    body = page(paragraphs(*STORY, "Thieves took POUND46 from the till."))
    found = article(body.replace(b"POUND", b"\xa3"))
    assert found.paragraphs[:3] == STORY
    assert "46 from the till." in found.paragraphs[3]


def test_bytes_that_are_no_text_in_any_encoding() -> None:
    assert reason(bytes(range(1, 32)) * 3_000) in ("undecodable", "unsupported_media_type")


def test_the_first_half_of_a_page() -> None:
    body = story_with("<p>" + "The end is missing. " * 50)
    assert article(body[: len(body) * 2 // 3]).paragraphs[:3] == STORY


# --- Trees -----------------------------------------------------------------------------------


def test_a_hundred_thousand_nested_elements() -> None:
    found = article(story_with("<div>" * 100_000, "deep down", "</div>" * 100_000))
    assert found.paragraphs[:3] == STORY


def test_a_hundred_thousand_nested_inline_elements() -> None:
    assert article(story_with("<b><i>" * 50_000, "deep down")).paragraphs[:3] == STORY


def test_nested_tables_and_lists() -> None:
    found = article(story_with("<table><tr><td>" * 2_000, "<ul><li>" * 20_000, "deep down"))
    assert found.paragraphs[:3] == STORY


def test_the_story_at_the_bottom_of_ten_thousand_elements() -> None:
    assert article(b"<html><body>" + b"<div>" * 10_000 + page()).paragraphs == STORY


def test_tags_that_are_never_closed() -> None:
    body = "<html><body><article><div>" + "".join(f"<p>{text}<b><i>" for text in STORY)
    assert article(body.encode()).paragraphs == STORY


def test_the_page_ends_inside_a_tag() -> None:
    assert article(page() + b"<p><a href='https://pell.exam").paragraphs == STORY


def test_attributes_that_are_never_closed() -> None:
    assert outcome_of(page() + b"<p class='" + b"x" * 1_000_000)


def test_a_hundred_thousand_siblings() -> None:
    assert LEAD in article(story_with("<p>x</p>" * 100_000)).paragraphs


def test_a_million_siblings() -> None:
    assert reason(story_with("<p>x</p>" * 1_000_000)) == "too_large"
    assert reason(story_with("x<br>" * 1_000_000)) == "too_large"
    assert reason(story_with("<i></i>" * 1_000_000)) == "too_large"


def test_more_blocks_than_any_article_has() -> None:
    assert reason(story_with("<p>x</p>" * 110_001)) == "too_large"
    assert reason(lines(HEADLINE, *["x"] * 110_001), "text/plain") == "too_large"
    assert reason(lines(HEADLINE, *["x"] * 1_000_000), "text/plain") == "too_large"


def test_a_hundred_thousand_links() -> None:
    found = article(story_with("".join(f"<a href=/{n}>part {n}</a> " for n in range(100_000))))
    assert found.paragraphs[:3] == STORY


def test_a_table_of_a_hundred_thousand_cells() -> None:
    found = article(story_with("<table>", "<tr><td>1<td>2<td>3<td>4" * 25_000, "</table>"))
    assert LEAD in found.paragraphs


def test_tables_side_by_side() -> None:
    assert LEAD in article(story_with("<table><tr><td>a<td>b</table>" * 20_000)).paragraphs


def test_ten_thousand_pictures() -> None:
    pictures = "<figure><img src=/a.jpg><figcaption>The weir in winter</figcaption></figure>"
    assert article(story_with(pictures * 10_000)).paragraphs == STORY


def test_ten_thousand_headings() -> None:
    found = outcome_of(story_with("<h1>Another title of the page</h1>" * 10_000))
    assert isinstance(found, Article)


def test_ten_thousand_date_lines() -> None:
    assert outcome_of(page(above="<p class=date>4 December 2020</p>" * 10_000))


def test_ten_thousand_bylines() -> None:
    assert outcome_of(page(above="<p class=byline>By Ann Example</p>" * 10_000))


def test_huge_attributes() -> None:
    big = "x-y " * 500_000
    element = f"<div class='{big}' style='{big}' id='{big}' data-x='{big}'>{LEAD}</div>"
    assert LEAD in article(story_with(element)).paragraphs


def test_many_attributes() -> None:
    many = " ".join(f"a{n}={n}" for n in range(5_000))
    assert article(story_with(f"<div {many}><p>Told in the end.</p></div>")).paragraphs[:3] == STORY


# --- Text ------------------------------------------------------------------------------------


MOST_MEMORY_OF = """
import re, sys
from pathlib import Path
from parsers import parse
from parsers.items import Snapshot
form = sys.argv[1]
text = "The weir at Pell is shut to all boats, and so is the lock. " * 340_000
page = text if form == "text" else f"<html lang=en><body><h1>Weir shut</h1><p>caf\\xe9 {text}"
body = page.encode("latin-1" if "latin" in form else "utf-8")
del page, text
assert parse(Snapshot(body=body)).input_characters > 15_000_000
print(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="told by Linux only")
@pytest.mark.parametrize("form", ["html", "html in latin-1", "text"])
def test_twenty_megabytes_take_little_memory(form: str) -> None:
    # In a process of its own: the most memory that a process ever took cannot be set back.
    command = [sys.executable, "-c", MOST_MEMORY_OF, form]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert int(done.stdout) < 250_000  # kB


def test_five_megabytes_in_one_line() -> None:
    line = f"{MIDDLE} " * 35_000
    assert LEAD in article(lines(HEADLINE, LEAD, line, END), "text/plain").paragraphs


def test_five_megabytes_without_a_space() -> None:
    assert outcome_of(b"x" * 5_000_000, "text/plain")
    assert outcome_of(page("<p>" + "x" * 5_000_000))


def test_twenty_thousand_lines() -> None:
    told = [f"{n} people crossed the bridge on day {n} of the year." for n in range(20_000)]
    assert len(article(lines(HEADLINE, *told), "text/plain").paragraphs) == 20_000


@pytest.mark.parametrize("label", ["Most Read", "Share this article", "Advertisement", "Follow us"])
def test_ten_thousand_labels(label: str) -> None:
    assert outcome_of(lines(HEADLINE, *STORY, *[label] * 10_000), "text/plain")


def test_labels_and_teasers_by_turns() -> None:
    teasers = [t for n in range(5_000) for t in ("Most Read", f"Swan {n} holds up traffic")]
    assert outcome_of(lines(HEADLINE, *STORY, *teasers), "text/plain")


def _rising(piece: str, count: int, most: int) -> Iterable[str]:
    """Lines that repeat a piece, no two alike, so that none is remembered."""
    return (f"{piece * (most // len(piece))}{n}" for n in range(count))


@pytest.mark.parametrize(
    "piece",
    [
        "www.",
        "a@",
        "call www.",
        "follow ",
        "sign up ",
        "our ",
        "“",
        ". ",
        "- ",
        "cookies ",
        "0800 ",
    ],
)
def test_many_lines_that_almost_match_a_rule(piece: str) -> None:
    assert outcome_of(lines(HEADLINE, *STORY, *_rising(piece, 300, 590)), "text/plain")


def test_a_page_that_begins_with_many_comments() -> None:
    assert outcome_of(b"<!-- x -->" * 700 + b"no tag follows " * 20)


def test_a_page_that_begins_with_a_comment_that_never_ends() -> None:
    assert outcome_of(b"<!-- " * 100_000)


def test_many_joiners() -> None:
    assert outcome_of(lines(HEADLINE, *STORY, "अ" + "\u200d" * 50_000 + "अ"), "text/plain")


def test_many_combining_marks() -> None:
    # The library's normalisation sorts a run of marks in quadratic time: 2 MB take a quarter hour.
    with within(2):
        parse(Snapshot(body=lines(HEADLINE, *STORY, "e" + "\u0301\u0316" * 40_000)))


def test_every_character_there_is() -> None:
    every = "".join(map(chr, [*range(1, 0xD800), *range(0xE000, 0x30000)]))
    assert outcome_of(lines(HEADLINE, *STORY, every), "text/plain")
    assert outcome_of(story_with(f"<p>{every}</p>"))


# --- What a page says of itself --------------------------------------------------------------


def linked_data(text: str) -> str:
    return f"<script type='application/ld+json'>{text}</script>"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"a":' * 200_000,
        '{"@graph":[' * 50_000 + "]}" * 50_000,
        '{"@type":"Article","author":' * 2_000 + '"x"' + "}" * 2_000,
        json.dumps([{"@type": "NewsArticle", "headline": "x" * 100}] * 20_000),
        json.dumps({"@type": "NewsArticle", "headline": "a - " * 200_000}),
        json.dumps({"@type": "NewsArticle", "headline": "x", "author": ", a" * 200_000}),
        json.dumps({"@type": "NewsArticle", "headline": "x", "datePublished": "1:" * 200_000}),
        "9" * 100_000,
        '{"@type": "NewsArticle", "datePublished": ' + "9" * 100_000 + "}",
        ", " * 500_000,
    ],
    ids=lambda text: text[:24],
)
def test_linked_data_that_is_deep_or_long(text: str) -> None:
    assert article(page(head=linked_data(text))).paragraphs[-3:] == STORY


def test_ten_thousand_pieces_of_linked_data() -> None:
    one = linked_data('{"@type": "NewsArticle", "headline": "x", "datePublished": "2020-02-30"}')
    assert article(page(head=one * 10_000)).paragraphs[-3:] == STORY


@pytest.mark.parametrize(
    "head",
    [
        "<title>{}</title>",
        "<meta property='og:title' content='{}'>",
        "<meta name=author content='{}'>",
        "<meta name=date content='{}'>",
        "<meta property='og:description' content='{}'>",
        "<link rel=canonical href='{}'>",
        "<base href='{}'>",
        "<meta property='og:locale' content='{}'>",
    ],
)
@pytest.mark.parametrize("piece", ["a - ", "a, ", "by ", "1 ", "https://x/"])
def test_statements_of_many_thousand_characters(head: str, piece: str) -> None:
    assert outcome_of(page(head=head.format(piece * (50_000 // len(piece)))))


def test_ten_thousand_statements() -> None:
    many = "".join(f"<meta name=author content='Author Number{n}'>" for n in range(10_000))
    assert len(article(page(head=many)).authors) < 100


# --- Front matter ----------------------------------------------------------------------------


def front(inner: str) -> Article:
    return article(
        f"---\ntitle: Weir shut\n{inner}\n---\n\n".encode() + lines(*STORY), "text/plain"
    )


def test_front_matter_with_a_python_object() -> None:
    found = front("x: !!python/object/new:os.system ['exit 1']")
    assert (found.headline, found.paragraphs) == ("Weir shut", STORY)


def test_an_anchor_bomb() -> None:
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    found = front("\n".join(bomb))
    assert (found.headline, found.paragraphs) == ("Weir shut", STORY)


def test_a_key_given_twice() -> None:
    found = front("title: Weir open")
    assert (found.headline, found.paragraphs) == ("Weir shut", STORY)
    assert "front_matter_duplicate_key" in found.flags


def test_a_date_that_does_not_exist() -> None:
    found = front("date: 2020-02-30")
    assert (found.date_published, found.date_published_precision) == (None, "unknown")
    assert "date_unreadable" in found.flags
    assert found.paragraphs == STORY


def test_front_matter_of_ten_thousand_lines() -> None:
    body = b"---\n" + b"key: value\n" * 10_000 + b"---\n\n" + lines(*STORY)
    assert article(body, "text/plain").paragraphs[-3:] == STORY


@pytest.mark.parametrize("inner", ["x: " + "[" * 20_000, "? " * 10_000, "x: " + "a: " * 20_000])
def test_front_matter_that_is_deep(inner: str) -> None:
    assert front(inner).paragraphs == STORY


# --- Surroundings ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["", "x", "http://[", "https://pell.example/" + "a/" * 5_000, "https://\udc00/", "//"]
)
def test_an_address_that_is_none(url: str) -> None:
    assert article_of(page(), url=url).paragraphs == STORY


@pytest.mark.parametrize("charset", ["", "utf-7", "idna", "rot13", "hex", "x" * 10_000, "\x00"])
def test_a_charset_that_is_none(charset: str) -> None:
    assert article_of(page(), charset=charset).paragraphs == STORY
