from __future__ import annotations

import pytest

from parsers import document as d
from parsers.items import Kind
from parsers.readers.html import read_html
from tests.parsers.building import (
    LEAD,
    STORY,
    article_of_html,
    assert_accounted,
    html_document,
    paragraphs,
)


def texts(body: str) -> list[str]:
    return [block.text for block in html_document(body).blocks]


def kinds(body: str) -> list[tuple[str, Kind]]:
    return [(block.text, block.kind) for block in html_document(body).blocks]


def test_block_elements_end_a_block() -> None:
    assert texts("<p>one</p><div>two</div>three<section>four</section>") == [
        "one",
        "two",
        "three",
        "four",
    ]


def test_inline_elements_do_not_end_a_block() -> None:
    assert texts("<p>one <b>two</b> <a href=/x>thr<i>ee</i></a><span>four</span></p>") == [
        "one two threefour"
    ]


def test_text_around_an_inner_block_is_two_blocks() -> None:
    assert texts("<div>before<p>inside</p>after</div>") == ["before", "inside", "after"]


def test_one_line_break_stays_in_the_block() -> None:
    assert texts("<p>one<br>two</p>") == ["one\ntwo"]


def test_two_line_breaks_end_a_block() -> None:
    assert texts("<p>one<br><br>two<br> <br>three</p>") == ["one", "two", "three"]


def test_lines_and_tabs_of_the_source_are_spaces() -> None:
    assert kinds("<p>\n\tone\n\t\ttwo\r\n  three\n</p>") == [("one two three", "paragraph")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<h2>a</h2>", [("a", "heading")]),
        ("<ul><li>a<li><p>b</p></ul>", [("a", "list_item"), ("b", "list_item")]),
        ("<dl><dt>a<dd>b</dl>", [("a", "list_item"), ("b", "list_item")]),
        ("<blockquote><p>a</p></blockquote>", [("a", "quote")]),
        ("<figure><img src=x><figcaption>a</figcaption></figure>", [("a", "caption")]),
        ("<pre>a\n  b</pre>", [("a\nb", "preformatted")]),
        ("<button>a</button>", [("a", "other")]),
        ("<h3><p>a</p></h3>", [("a", "heading")]),
    ],
)
def test_kinds_of_elements(body: str, expected: list[tuple[str, Kind]]) -> None:
    assert kinds(body) == expected


def test_a_row_of_a_data_table_is_one_block() -> None:
    body = "<table><tr><th>Town<th>Calls<tr><td><p>Pell</p><td>46<tr><td>Wrensham<td>8</table>"
    assert kinds(body) == [
        ("Town\tCalls", "table_row"),
        ("Pell\t46", "table_row"),
        ("Wrensham\t8", "table_row"),
    ]


def test_a_table_that_lays_out_a_page_is_no_data() -> None:
    cell = f"<p>{LEAD}</p>" * 4
    body = f"<table><tr><td><a href=/>Home</a></td><td>{cell}</td></tr></table>"
    assert [kind for _, kind in kinds(body)] == ["paragraph"] * 5


def test_tabs_in_preformatted_text_make_no_table() -> None:
    assert [kind for _, kind in kinds("<pre>one\ttwo</pre>")] == ["preformatted"]


@pytest.mark.parametrize("tag", ["script", "style", "template"])
def test_what_is_no_text_for_anyone_makes_no_block(tag: str) -> None:
    document = html_document(f"<p>one</p><{tag}>two</{tag}>")
    assert [block.text for block in document.blocks] == ["one"]
    assert document.input_characters == 3


def test_comments_make_no_block() -> None:
    assert texts("<p>one<!-- two --></p><!-- three -->") == ["one"]


@pytest.mark.parametrize(
    "element",
    [
        "<div hidden>{}</div>",
        "<div style='display: none'>{}</div>",
        "<div class=u-hidden>{}</div>",
        "<div class='taxonomy-tooltip'><p>{}</p></div>",
        "<div role=tooltip>{}</div>",
        "<dialog>{}</dialog>",
        "<noscript>{}</noscript>",
        "<svg><title>{}</title></svg>",
        "<iframe>{}</iframe>",
    ],
)
def test_what_a_reader_does_not_see_is_a_block_that_is_removed_as_hidden(element: str) -> None:
    article = article_of_html(paragraphs(*STORY) + element.format("Not to be seen by any reader."))
    (block,) = [b for b in article.blocks if "Not to be seen" in b.text]
    assert (block.disposition, block.reason) == ("removed", "hidden")
    assert_accounted(article)


@pytest.mark.parametrize(
    "element",
    [
        "<dialog open>{}</dialog>",
        "<div hidden=until-found>{}</div>",
        "<div>{}</div>",
        "<div role=region aria-labelledby=opener style='display:none'>{}</div>",
    ],
)
def test_what_a_reader_can_see_is_not_hidden(element: str) -> None:
    (block,) = html_document(element.format("seen")).blocks
    assert not block.context & d.HIDDEN


def test_a_hidden_word_in_a_paragraph_is_a_block_of_its_own() -> None:
    blocks = html_document("<p>one <span hidden>two</span> three</p>").blocks
    assert {(b.text, bool(b.context & d.HIDDEN)) for b in blocks} == {
        ("one three", False),
        ("two", True),
    }


def test_links_are_kept_with_their_text_and_counted() -> None:
    (block,) = html_document("<p>see <a href='/x'>the <b>full</b> report</a></p>").blocks
    assert block.links == (("/x", "the full report"),)
    assert (block.link_characters, block.characters) == (13, 16)


def test_an_anchor_without_an_address_is_no_link() -> None:
    (block,) = html_document("<p><a name=top>one</a></p>").blocks
    assert block.links == ()


def test_entities_are_characters() -> None:
    assert texts("<p>&pound;46 &amp; &#8220;more&#8221;&nbsp;x</p>") == ["£46 & “more” x"]


def test_names_of_elements_are_handed_down() -> None:
    (block,) = html_document("<div class=related><ul><li><b>one</b></ul></div>").blocks
    assert block.context & d.H_RELATED
    assert block.context & d.LIST


def test_frames_are_a_tree_in_document_order() -> None:
    frames = read_html(b"<div><p>a</p></div><ul><li>b</ul>").frames
    assert frames.parent[0] == -1
    assert all(parent < index for index, parent in enumerate(frames.parent))


def test_every_column_of_frames_is_as_long() -> None:
    frames = read_html(b"<main><p class=x>a</p></main>").frames
    assert len({len(frames.parent), len(frames.tag), len(frames.context), len(frames.name)}) == 1


def test_the_reader_counts_what_the_blocks_hold() -> None:
    document = html_document(
        "<p>ca&#769;fe\u00ad x</p><td>loose</td><p hidden>y</p><select><option>z</select>"
        "<textarea>t</textarea><title>again</title><ruby>漢<rp>(</rp><rt>kan</rt></ruby>"
    )
    assert sum(block.characters for block in document.blocks) == document.input_characters


def test_pictures_are_seen_with_their_alternative_text() -> None:
    document = html_document("<p>one</p><img src=/a.jpg alt='The  weir'><p>two</p>")
    (image,) = document.images
    assert (image.url, image.alt, image.position) == ("/a.jpg", "The weir", 1)


def test_a_picture_that_loads_late_is_seen_by_its_real_address() -> None:
    document = html_document("<img src='data:image/gif;base64,R0' data-src=/real.jpg>")
    assert document.images[0].url == "/real.jpg"


def test_a_nul_does_not_end_the_page() -> None:
    assert texts("<p>one\x00 two</p><p>three</p>") == ["one two", "three"]


def test_an_empty_page_has_no_blocks() -> None:
    document = read_html(b"<!doctype html>")
    assert (document.blocks, document.input_characters) == ((), 0)


def test_the_head_is_read() -> None:
    head = read_html(
        b"<html lang=cy><head><title>One &amp; two</title><base href=https://pell.example/>"
        b"<meta property=og:title content=Three><meta name=Author content=' '>"
        b"<link rel='canonical shortlink' href=' /node/1 '></head><body>x</body></html>"
    ).head
    assert (head.language, head.title, head.base) == ("cy", "One & two", "https://pell.example/")
    assert head.meta == {"og:title": ("Three",)}
    assert head.links == {"canonical": "/node/1", "shortlink": "/node/1"}


def test_the_title_of_a_picture_is_not_the_title_of_the_page() -> None:
    head = read_html(b"<body><svg><title>Arrow</title></svg><p>x").head
    assert head.title is None


def test_a_break_within_a_cell_of_a_row_is_a_space() -> None:
    table = "<table><tr><th>Standards<td>Honesty<br>Duties</tr><tr><th>Rank<td>PC</tr></table>"
    assert texts(table) == ["Standards\tHonesty Duties", "Rank\tPC"]


def test_the_reading_of_a_character_stands_in_its_brackets() -> None:
    ruby = "<ruby>堰<rp>（</rp><rt>せき</rt><rp>）</rp></ruby>"
    assert texts(f"<p>{ruby}の橋</p>") == ["堰（せき）の橋"]
