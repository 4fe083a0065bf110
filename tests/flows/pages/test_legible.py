"""Text made safe to show, and which addresses a page leads to."""

from __future__ import annotations

import pytest

from flows.pages.legible import is_web_address, legible
from tests.flows.pages.looking import TURNED


def test_what_turns_or_moves_a_text_is_replaced() -> None:
    assert legible(TURNED) == "paid �gpj.exe� to �someone� �[31m���"


def test_words_of_all_languages_and_line_ends_stay() -> None:
    text = "Ŵyl ‘haf’ – שלום\u200f! مرحبا\u061c café 👩\u200d🚒\nnext line"
    assert legible(text) == text
    assert legible("one\r\ntwo\ttabbed\u2028three") == "one\n\ntwo tabbed\nthree"


@pytest.mark.parametrize("address", ["https://www.herald.example/a?b=1&c", "http://127.0.0.1:8/"])
def test_a_page_on_the_web_may_be_led_to(address: str) -> None:
    assert is_web_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "//evil.example/",
        "https:///path",
        "https://[::1",
        "https://a.example/\u202efdp.exe",
        "news/patrols.html",
        None,
    ],
)
def test_nothing_else_may(address: str | None) -> None:
    assert not is_web_address(address)
