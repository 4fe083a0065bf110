from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.urls import (
    absolute,
    canonicalise,
    date_of_path,
    is_web_address,
    without_tracking,
)

HOME = "https://www.pell-courier.example/"


@pytest.mark.parametrize(
    "variant",
    [
        "https://www.pell-courier.example/news/weir",
        "https://www.pell-courier.example/news/weir/",
        "HTTPS://WWW.Pell-Courier.Example/news/weir",
        "https://www.pell-courier.example:443/news/weir",
        "https://www.pell-courier.example./news/weir",
        "https://www.pell-courier.example/news/weir#comments",
        "https://www.pell-courier.example/news/weir?utm_source=x&fbclid=1",
        "https://reader@www.pell-courier.example/news/weir",
        " https://www.pell-courier.example/news/weir ",
    ],
)
def test_spellings_of_one_address_are_one(variant: str) -> None:
    assert canonicalise(variant) == "https://www.pell-courier.example/news/weir"


@pytest.mark.parametrize(
    "other",
    [
        "https://www.pell-courier.example/News/weir",
        "https://www.pell-courier.example/news/weir?page=2",
        "https://www.pell-courier.example:8080/news/weir",
        "https://pell-courier.example/news/weir",
    ],
)
def test_other_addresses_stay_apart(other: str) -> None:
    assert canonicalise(other) != "https://www.pell-courier.example/news/weir"


def test_the_order_of_a_query_makes_no_difference() -> None:
    assert canonicalise(f"{HOME}a?b=2&a=1") == canonicalise(f"{HOME}a?a=1&b=2")


def test_a_query_value_that_is_empty_is_kept() -> None:
    assert canonicalise(f"{HOME}search?ct=&q=bridge").endswith("?ct=&q=bridge")


def test_an_alias_of_the_host_becomes_the_host() -> None:
    url = "https://courier.example/news/weir"
    assert canonicalise(url, ("courier.example",), HOME) == f"{HOME}news/weir"


def test_a_host_that_is_no_alias_stays() -> None:
    url = "https://other.example/news/weir"
    assert canonicalise(url, ("courier.example",), HOME) == url


def test_an_international_host_is_written_in_ascii() -> None:
    assert canonicalise("https://bücher.example/a") == "https://xn--bcher-kva.example/a"


def test_the_root_keeps_its_slash() -> None:
    assert canonicalise("https://pell.example") == "https://pell.example/"


def test_an_international_host_is_written_as_browsers_do() -> None:
    assert canonicalise("https://straße.example/a") == "https://xn--strae-oqa.example/a"


def test_an_international_home_is_the_home_of_its_aliases() -> None:
    known = canonicalise("https://old.example/a", ("old.example",), "https://bücher.example/")
    assert known == "https://xn--bcher-kva.example/a"


def test_an_address_of_numbers_keeps_its_brackets() -> None:
    assert canonicalise("http://[2001:DB8::1]:8080/a") == "http://[2001:db8::1]:8080/a"


@pytest.mark.parametrize(
    "variant",
    [
        f"{HOME}caf%C3%A9",
        f"{HOME}caf%c3%a9",
        f"{HOME}caf\u00e9",
        f"{HOME}%63af%C3%A9/",
        "http://www.pell-courier.example/caf\u00e9",
        "http://courier.example:80/caf\u00e9",
    ],
)
def test_one_way_of_quoting_and_the_scheme_of_the_home(variant: str) -> None:
    known = canonicalise(variant, ("courier.example",), HOME)
    assert known == "https://www.pell-courier.example/caf%C3%A9"


def test_bytes_that_are_no_unicode_stay_apart() -> None:
    assert canonicalise(f"{HOME}a?q=%E9") == f"{HOME}a?q=%E9" != canonicalise(f"{HOME}a?q=%E8")


def test_the_address_to_ask_for_is_the_one_written_less_what_only_tracks() -> None:
    written = "http://courier.example/a/?b=2&utm_source=feed&a=%e9&utm%5Fmedium=x#top"
    assert without_tracking(written) == "http://courier.example/a/?b=2&a=%e9"


@pytest.mark.parametrize(
    "url", ["", "no address", "http://[::1", "https://host:port/", "mailto:a@b"]
)
def test_what_cannot_be_split_is_returned_as_it_is(url: str) -> None:
    assert canonicalise(url) == url


@given(
    st.one_of(st.text(max_size=40), st.text("%/?&=+ 2567abEe.", max_size=40)).map(
        lambda path: f"https://pell.example/{path}"
    )
)
def test_the_canonical_form_of_a_canonical_form_is_itself(url: str) -> None:
    assert canonicalise(canonicalise(url)) == canonicalise(url)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("/news/a", "https://pell.example/news/a"),
        ("b", "https://pell.example/news/b"),
        ("//cdn.example/x.jpg", "https://cdn.example/x.jpg"),
        ("https://other.example/", "https://other.example/"),
        ("#top", "https://pell.example/news/weir#top"),
    ],
)
def test_links_are_resolved_against_the_page(url: str, whole: str) -> None:
    assert absolute(url, "https://pell.example/news/weir") == whole


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "mailto:a@b.example", "tel:101", "data:,x", "http://["],
)
def test_what_is_no_web_address_is_none(url: str) -> None:
    assert absolute(url, "https://pell.example/news/weir") is None


def test_a_relative_link_on_a_page_without_address_is_none() -> None:
    assert absolute("/news/a", None) is None


def test_an_address_of_many_thousand_characters_is_none() -> None:
    assert absolute("https://pell.example/" + "a" * 10_000, None) is None


@given(st.text(max_size=60))
def test_an_absolute_address_has_a_host(text: str) -> None:
    found = absolute(text, "https://pell.example/news/")
    assert found is None or (is_web_address(found) and urlsplit(found).hostname)


@pytest.mark.parametrize(
    ("path", "raw", "moment", "precision"),
    [
        ("news/2023/10/27/weir-closes", "2023/10/27", "2023-10-27", "day"),
        ("news/2014-03-27/report", "2014-03-27", "2014-03-27", "day"),
        ("news/2023/03-march/force-welcomes", "2023/03-march", "2023-03-01", "month"),
        ("news/2025/april/slug", "2025/april", "2025-04-01", "month"),
        ("cy/news/2025/mawrth/apel", "2025/mawrth", "2025-03-01", "month"),
        ("news/2023/03/slug", "2023/03", "2023-03-01", "month"),
        ("notes/2014-03-27+weir", "2014-03-27", "2014-03-27", "day"),
        ("news/weir-closes-20231027093045-pc", "20231027093045", "2023-10-27", "day"),
        ("news/20231027-pell-weir", "20231027", "2023-10-27", "day"),
        ("read/A2023102709300001234", "2023102709300001234", "2023-10-27", "day"),
    ],
)
def test_folders_of_an_address_tell_day_or_month(
    path: str, raw: str, moment: str, precision: str
) -> None:
    found = date_of_path(f"https://pell.example/{path}/")
    assert found is not None
    assert (found[0], found[1].value.date().isoformat(), found[1].precision) == (
        raw,
        moment,
        precision,
    )


@pytest.mark.parametrize(
    "path",
    [
        "news/weir-5291004",
        "news/weir-20231327",
        "news/weir-2023102799",
        "news/weir-202310271",
        "web/20231027093045/https://weir.example/closes",
        "news/2023/weir",
        "news/2023/99/weir",
        "news/2023/03-april/weir",
        "news/2023/autumn/weir",
        "news/20231/03/weir",
        "news/weir?date=2023/03/01",
        "recommendations/northmere-police-june-2021",
        "",
    ],
)
def test_what_folders_do_not_tell_is_not_guessed(path: str) -> None:
    assert date_of_path(f"https://pell.example/{path}") is None
