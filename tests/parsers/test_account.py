"""Whatever a page holds: nothing raises, nothing vanishes, nothing depends on chance."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parsers import explain, parse
from parsers.items import Article, Snapshot
from parsers.readers import Unreadable, read
from tests.parsers.building import (
    END,
    HEADLINE,
    LEAD,
    MIDDLE,
    STORY,
    assert_accounted,
    lines,
    page,
    paragraphs,
)

# The machine is shared and an example is a whole page: time says nothing about an example here.
unhurried = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])

PAGES = Path(__file__).parents[2] / "seeds" / "pages"
REFERENCE = [file.read_bytes() for file in sorted(PAGES.glob("*/*.*")) if file.suffix != ".yaml"]

TOKENS = (
    "<p>", "</p>", "<div>", "</div>", "<div class=related>", "<div hidden>", "<span>", "</span>",
    "<h1>", "</h1>", "<h2>", "</h2>", "<ul>", "<li>", "</ul>", "<dl><dt>", "<dd>", "<blockquote>",
    "</blockquote>", "<table>", "<tr>", "<td>", "<th>", "</table>", "<pre>", "</pre>", "<br>",
    "<br><br>", "<a href='/x'>", "<a href='http://['>", "</a>", "<b>", "</b>", "<img src=x alt=y>",
    "<figure>", "<figcaption>", "</figure>", "<script>", "</script>", "<style>", "</style>",
    "<template>", "</template>", "<noscript>", "</noscript>", "<svg><title>", "</svg>", "<math>",
    "<select><option>", "</select>", "<textarea>", "</textarea>", "<button>", "<form>", "<iframe>",
    "<title>", "</title>", "<body>", "</body>", "<html lang=x>", "<head>", "</head>", "<frameset>",
    "<plaintext>", "<time datetime='2020-02-30'>", "<span itemprop=author>", "<!--", "-->",
    "<![CDATA[", "]]>", "<base href='::'>", "<meta property=og:title content='t'>",
    "<link rel=canonical href='//[x'>", "<script type='application/ld+json'>",
    '{"@type":', '"Article"',
    "&nbsp;", "&#0;", "&#x1F468;&#x200D;", "&lt;", "\u00ad", "\u200d", "\u0301", "e", "\x00",
    "\x1c", "\x85", "\u2028", "\t", "\n", " ",
    "By Ann Example", "4 December 2020", "Most Read", HEADLINE,
    LEAD, MIDDLE, "We use cookies.", "Picture: Alamy", "�", "漢字",
)  # fmt: skip
soup = st.lists(st.sampled_from(TOKENS) | st.text(max_size=8), max_size=60).map("".join)

edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 400), st.sampled_from(TOKENS)),
    min_size=1,
    max_size=12,
)

BOILERPLATE = (
    "Advertisement",
    "Share this article",
    "Most Read",
    "We use cookies to give you the best experience of this site.",
    "Sign up to our free newsletter and get the news straight to your inbox.",
    "The weir in winter - Credit: Ann Example",
    "Press Escape to leave this site quickly",
    "© Pell Courier 2024. All rights reserved.",
)
PROSE = (
    MIDDLE,
    "“It is a bridge that my father built, and it will be there when I am gone,” he said.",
    "Eleven people spoke at the meeting in Pell and none of them was for the plan.",
    "- the deck is to be lifted out by a crane in one piece, which takes a whole night of work.",
    "Anyone who saw what happened can call 101.",
    "Find out more about how bridges are looked after.",
    "“No,” he said.",
)
texts = st.lists(st.sampled_from(PROSE + BOILERPLATE), min_size=3, max_size=20, unique=True)

KEYS = (
    "title",
    "date",
    "author",
    "url",
    "og",
    "description",
    "area",
    "a.b",
    "x y",
    "'q'",
    "- l",
    "?",
)
VALUES = (
    "", "Weir shut", "2020-02-30", "4 Dec 2020", "[1, [2, {a: b}]]", "{a: {b: c}}", "&x y", "*x",
    "|", ">",
    "!!python/object:x.Y {}", "!!binary aGk=", "http://[", "https://pell.example/a", "'", '"',
    "a: b: c", "\t", "~", "0x1F", "%", "@", "`", "# no", "é\u0301\u200b", "- - -", "---",
)  # fmt: skip
front_matter = st.lists(
    st.tuples(
        st.integers(0, 4), st.sampled_from(KEYS), st.sampled_from(VALUES) | st.text(max_size=12)
    ),
    max_size=12,
).map(lambda entries: "\n".join(f"{' ' * indent}{key}: {value}" for indent, key, value in entries))


def assert_nothing_lost(body: bytes, media_type: str | None = None) -> None:
    """Parse a page twice and check the account of its blocks, article or not."""
    snapshot = Snapshot(body=body, media_type=media_type, url="https://pell.example/news/2024/05/a")
    told = explain(snapshot)
    assert told == explain(snapshot)
    assert_accounted(told.outcome)
    if isinstance(told.outcome, Article):
        assert told.blocks == told.outcome.blocks
    try:
        document = read(snapshot)
    except Unreadable:
        assert told.blocks == ()
    else:
        assert sum(block.characters for block in told.blocks) == document.input_characters


@given(soup)
@unhurried
def test_of_tag_soup_nothing_is_lost(body: str) -> None:
    assert_nothing_lost(f"<html>{body}".encode())


@given(soup, soup)
@unhurried
def test_of_tag_soup_about_a_story_nothing_is_lost(above: str, below: str) -> None:
    assert_nothing_lost(page(above + paragraphs(*STORY) + below))


@pytest.mark.skipif(not REFERENCE, reason="there are no reference pages in seeds/pages")
@given(st.data(), edits)
@unhurried
def test_of_a_damaged_page_nothing_is_lost(
    data: st.DataObject, changes: list[tuple[float, int, str]]
) -> None:
    body = data.draw(st.sampled_from(REFERENCE), label="page")
    for where, length, token in changes:
        start = int(where * len(body))
        body = body[:start] + token.encode("utf-8", "replace") + body[start + length :]
    assert_nothing_lost(body)


@given(st.binary(max_size=400))
@unhurried
def test_of_any_bytes_nothing_is_lost(body: bytes) -> None:
    assert_nothing_lost(body)
    assert_nothing_lost(body, "text/html")


@given(st.text(max_size=400))
@unhurried
def test_of_any_text_nothing_is_lost(text: str) -> None:
    assert_nothing_lost(text.encode(), "text/plain")


@given(st.text(max_size=200))
@unhurried
def test_of_any_text_among_a_story_nothing_is_lost(text: str) -> None:
    assert_nothing_lost(lines(HEADLINE, LEAD, text, MIDDLE, END), "text/plain")


@given(front_matter, st.sampled_from(["---\n{}\n---", "```yaml\n{}\n```", "---\n{}"]))
@unhurried
def test_of_any_front_matter_nothing_is_lost(inner: str, fences: str) -> None:
    assert_nothing_lost(fences.format(inner).encode() + b"\n\n" + lines(*STORY), "text/plain")


@pytest.mark.skipif(not REFERENCE, reason="there are no reference pages in seeds/pages")
def test_of_the_reference_pages_nothing_is_lost() -> None:
    for body in REFERENCE:
        assert_nothing_lost(body)


@given(texts)
@unhurried
def test_the_story_is_kept_in_its_order_whatever_stands_between(told: list[str]) -> None:
    outcome = parse(Snapshot(body=lines(HEADLINE, LEAD, *told, END), media_type="text/plain"))
    assert isinstance(outcome, Article)
    assert outcome.paragraphs == (LEAD, *(text for text in told if text in PROSE), END)


@given(texts)
@unhurried
def test_the_kept_text_of_a_text_is_kept_when_it_is_read_again(told: list[str]) -> None:
    assert_kept_again(lines(HEADLINE, LEAD, *told, END), "text/plain")


@given(texts)
@unhurried
def test_the_kept_text_of_a_page_is_kept_when_it_is_read_again(told: list[str]) -> None:
    assert_kept_again(page(paragraphs(LEAD, *told, END)), "text/html")


def assert_kept_again(body: bytes, media_type: str) -> None:
    """What was kept is kept again, in order, when nothing but it is left.

    The first line may differ: with the headline gone, a short one can be taken for it. Nothing
    else may: what stood between is gone, and no rule looks at more than a line and its list.
    """
    first = parse(Snapshot(body=body, media_type=media_type))
    assert isinstance(first, Article)
    again = parse(Snapshot(body=first.article_body.encode(), media_type="text/plain"))
    assert isinstance(again, Article)
    begin = 0 if again.headline is None else 1
    assert again.paragraphs == first.paragraphs[begin:]
