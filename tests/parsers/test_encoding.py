from __future__ import annotations

import codecs

import pytest

from parsers.encoding import NotText, Undecodable, decode
from tests.parsers.building import LEAD, STORY, article_of_html, paragraphs, within

POUND = "Thieves took £46 from the café’s till. " + LEAD


def test_plain_utf8_is_read_as_such() -> None:
    assert decode(POUND.encode()).text == POUND


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_a_byte_order_mark_decides(mark: bytes, encoding: str) -> None:
    decoded = decode(mark + POUND.encode(encoding), charset="iso-8859-1")
    assert decoded.text.lstrip("\ufeff") == POUND


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_known_without_a_mark(encoding: str) -> None:
    assert decode(POUND.encode(encoding)).text == POUND


def test_the_charset_of_http_is_believed() -> None:
    assert (
        decode("Привет из Лондона".encode("koi8-r"), charset="koi8-r").text == "Привет из Лондона"
    )


def test_a_charset_in_meta_is_believed() -> None:
    body = f'<meta charset="iso-8859-2"><p>Łódź. {LEAD}'.encode("iso-8859-2")
    assert "Łódź" in decode(body).text


def test_http_wins_over_meta() -> None:
    body = '<meta charset="iso-8859-2"><p>Привет из Лондона'.replace("iso-8859-2", "utf-7")
    assert "Привет" in decode(body.encode("windows-1251"), charset="windows-1251").text


def test_latin1_means_windows_1252_as_the_standard_says() -> None:
    assert decode("“Leave now,” he said".encode("cp1252"), charset="iso-8859-1").text == (
        "“Leave now,” he said"
    )


def test_the_five_bytes_that_windows_1252_leaves_open_do_not_fail() -> None:
    body = b"caf\xe9 " * 100 + b"\x81\x8d\x8f\x90\x9d"
    assert decode(body, charset="windows-1252").text.endswith("\x81\x8d\x8f\x90\x9d")


def test_undeclared_bytes_that_are_no_utf8_are_windows_1252_in_english_text() -> None:
    body = (f"<p>{POUND}</p>" * 5).encode("cp1252")
    assert "£46 from the café’s till" in decode(body).text


def test_valid_utf8_outranks_a_wrong_single_byte_declaration() -> None:
    decoded = decode(POUND.encode(), charset="iso-8859-2")
    assert (decoded.text, decoded.flags) == (POUND, ("charset_mismatch",))


def test_an_unknown_charset_is_passed_over() -> None:
    assert decode(POUND.encode(), charset="x-klingon").text == POUND


def test_a_few_bad_bytes_are_replaced_and_flagged() -> None:
    decoded = decode((LEAD * 20).encode() + b"\xff\xfe" + LEAD.encode(), charset="utf-8")
    assert decoded.text.startswith(LEAD)
    assert "replacement_characters" in decoded.flags


def test_replacement_characters_of_the_publisher_are_flagged() -> None:
    article = article_of_html(paragraphs("Thieves took �46 from the till.", *STORY))
    assert "replacement_characters" in article.flags


@pytest.mark.parametrize(
    "start",
    [
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04",
        b"GIF89a",
        b"\x1f\x8b\x08",
        b"\xff\xd8\xff\xe0",
    ],
)
def test_a_binary_format_is_known_by_its_signature(start: bytes) -> None:
    with pytest.raises(NotText):
        decode(start + bytes(range(256)) * 20, charset="utf-8")


def test_bytes_with_many_nuls_are_not_text() -> None:
    with pytest.raises(NotText):
        decode(b"\x00\x00\x00\x01" * 1_000)


def test_control_characters_all_over_are_not_a_text() -> None:
    with pytest.raises((NotText, Undecodable)):
        decode(bytes(range(1, 32)) * 400)


def test_detection_does_not_read_the_whole_of_a_large_page() -> None:
    with within(10):
        decode(("<p>" + POUND + "</p>").encode("cp1252") * 20_000)
