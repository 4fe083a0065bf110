"""Site systems are recognised on pages of their shape, and on no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsers.platforms.recognising import GENERAL_MARKS, MARKS, recognise

PAGES = Path(__file__).parents[2] / "seeds" / "pages"
OF_SOURCES = {
    "bbc_news": "bbc",
    "bedford_today": "national_world",
    "bedfordshire_police": "single_online_home",
    "dyfed_powys_police": "single_online_home",
    "gov_uk": "gov_uk",
    "iopc": "iopc",
    "lbc": "global",
    "met_police": "mynewsdesk",
    "nottinghamshire_police": "single_online_home",
}


@pytest.mark.parametrize(
    "page",
    [page for page in sorted(PAGES.glob("*/*.html")) if page.parent.name in OF_SOURCES],
    ids=lambda page: f"{page.parent.name}/{page.stem}",
)
def test_a_reference_page_is_of_its_platform(page: Path) -> None:
    assert recognise(page.read_bytes()) == OF_SOURCES[page.parent.name]


@pytest.mark.parametrize(
    ("page", "platform"),
    [
        (b'<link href="/wp-content/themes/a.css">', "wordpress"),
        (b'<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">', "drupal"),
        (b'<meta name="generator" content="Joomla! - Open Source">', "joomla"),
        (b'<script>var NQ_CONFIG={"a":1}</script><link href="/wp-content/a.css">', "newsquest"),
        (b"<html><body><p>A bridge opens.</p></body></html>", None),
        (b"", None),
    ],
)
def test_marks_tell(page: bytes, platform: str | None) -> None:
    assert recognise(page) == platform


def test_no_platform_is_named_twice() -> None:
    assert not MARKS.keys() & GENERAL_MARKS.keys()
