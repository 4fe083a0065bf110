"""Declared sources: what is read, and errors that name file, key and cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.sources.loading import SourceError, load_sources, source_hosts, source_of_url
from parsers.items import Discovery, Politeness, Removal, Source, SourceRule

SEEDS = Path(__file__).parents[3] / "seeds"
NAMES = "publisher: The Courier\npublisher_type: newspaper\n"


@pytest.fixture
def load(tmp_path):
    def load(**files: str) -> dict[str, Source]:
        folder = tmp_path / "sources"
        folder.mkdir()
        for name, text in files.items():
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load_sources(tmp_path)

    return load


def problems(load, text: str) -> list[tuple[str, str, str]]:
    """Key, problem and cure of each problem of one file."""
    with pytest.raises(SourceError) as caught:
        load(courier=text)
    assert {problem.file for problem in caught.value.problems} == {"courier.yaml"}
    return [(p.key, p.problem, p.cure) for p in caught.value.problems]


# --- What is read ----------------------------------------------------------------------------


def test_two_keys_make_a_source(load):
    assert load(courier=NAMES) == {
        "courier": Source(id="courier", publisher="The Courier", publisher_type="newspaper")
    }


def test_every_key_is_read(load):
    text = NAMES + (
        "id: courier\nhome: https://www.courier.example/\nplatform: newsquest\narea: Northmere\n"
        "language: no\ntime_zone: Europe/Oslo\nenabled: true\nchecked: 2025-11-21\nfolder: pages\n"
        "discovery: {feeds: ['https://www.courier.example/rss']}\n"
        "article_url: /news/\\d+\nhost_aliases: [courier.example]\n"
        "politeness: {delay: 2, concurrency: 3}\n"
        "rules: [{name: promo, reason: appeal, pattern: ^Subscribe, scope: run}]\n"
        "assertions: {fewest_pages: 5, share_with_date: 0.9}\n"
        "removals: [{what: news, days: 28}]\nallow_private_hosts: true\nnotes: seen once\n"
    )
    source = load(courier=text)["courier"]
    assert source.language == "no"
    assert source.checked == "2025-11-21"
    assert source.discovery == Discovery(feeds=("https://www.courier.example/rss",))
    assert source.politeness == Politeness(delay=2, concurrency=3)
    assert source.rules == (
        SourceRule(name="promo", reason="appeal", pattern="^Subscribe", scope="run"),
    )
    assert source.removals == (Removal(what="news", days=28),)
    assert source.enabled
    assert source.allow_private_hosts


def test_sources_come_in_the_order_of_their_ids(load):
    assert list(load(b=NAMES, a=NAMES, c=NAMES)) == ["a", "b", "c"]


def test_without_a_sources_folder_there_are_none(tmp_path):
    assert load_sources(tmp_path / "nowhere") == {}


def test_the_addresses_of_a_file_are_pages_of_the_source(load, tmp_path):
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "a.txt").write_text(
        "\ufeff# from a colleague\nhttps://a.example/1\n\n https://a.example/2\n", encoding="utf-8"
    )
    text = NAMES + "discovery: {pages: ['https://a.example/0'], pages_file: lists/a.txt}\n"
    pages = load(courier=text)["courier"].discovery.pages
    assert pages == tuple(f"https://a.example/{number}" for number in range(3))


@pytest.mark.parametrize(
    ("body", "problem", "cure"),
    [
        (b"https://a.example/1\nnews/2\n", "line 2 of a.txt is 'news/2'", "write an address"),
        (b"\xff\xfe", "a.txt is not UTF-8", "save it as UTF-8"),
        (b"#" * 1_000_001, "larger than 1,000,000 bytes", "in parts"),
    ],
)
def test_a_list_of_addresses_is_checked_line_by_line(load, tmp_path, body, problem, cure):
    (tmp_path / "a.txt").write_bytes(body)
    ((key, what, how),) = problems(load, NAMES + "discovery: {pages_file: a.txt}\n")
    assert key == "discovery.pages_file"
    assert problem in what
    assert cure in how


# --- What is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "key", "problem", "cure"),
    [
        ("hom: https://a.example/", "hom", "is not a key of a source", "correct its spelling"),
        ("discovery: {feed: []}", "discovery.feed", "is not a key", "correct its spelling"),
        ("rules: [{name: a, reason: b, pattern: c}]", "rules.0.reason", "is 'b'", "'appeal'"),
        ("rules: [{name: a, reason: appeal}]", "rules.0.pattern", "is missing", "add it"),
        ("enabled: perhaps", "enabled", "is 'perhaps'", "boolean"),
        ("language: 1", "language", "is 1", "string"),
        ("host_aliases: www.a.example", "host_aliases", "is 'www.a.example'", "tuple"),
        ("publisher_type: blog", "publisher_type", "is 'blog'", "'newspaper'"),
        ("politeness: {delay: soon}", "politeness.delay", "is 'soon'", "number"),
        ("publisher: ' '", "publisher", "is ' '", "fill it in"),
        ("home: www.a.example", "home", "is 'www.a.example'", "https://www.example.org"),
        ("home: ftp://a.example/", "home", "is 'ftp://a.example/'", "https://www.example.org"),
        ("home: 'https://me:pw@a.example/'", "home", "is", "https://www.example.org"),
        ("home: 'https://a.example:x/'", "home", "is", "https://www.example.org"),
        ("home: 'https://[::1/'", "home", "is", "https://www.example.org"),
        ("discovery: {feeds: [rss.xml]}", "discovery.feeds.0", "is 'rss.xml'", "write an address"),
        ("host_aliases: ['https://a.example/']", "host_aliases.0", "is", "write a host"),
        ("host_aliases: [A.example]", "host_aliases.0", "is 'A.example'", "small letters"),
        ("language: English", "language", "is 'English'", "language code"),
        ("time_zone: Europe/Nowhere", "time_zone", "is 'Europe/Nowhere'", "Europe/London"),
        ("time_zone: ../../etc/passwd", "time_zone", "is", "Europe/London"),
        ("checked: yesterday", "checked", "is 'yesterday'", "2025-11-21"),
        ("checked: 2025-02-30", "checked", "is '2025-02-30'", "2025-11-21"),
        ("article_url: '('", "article_url", "is '('", "unterminated subpattern"),
        ("folder: ../elsewhere", "folder", "is '../elsewhere'", "inside the seeds folder"),
        ("discovery: {pages: [a]}", "discovery.pages.0", "is 'a'", "write an address"),
        ("discovery: {pages_file: /etc/passwd}", "discovery.pages_file", "is", "the seeds folder"),
        (
            "discovery: {pages_file: list.txt}",
            "discovery.pages_file",
            "cannot be read",
            "text file",
        ),
        ("discovery: {listing_links: 'a[['}", "discovery.listing_links", "is", "CSS selector"),
        ("discovery: {first_page: 2}", "discovery.first_page", "out of range", "0 or 1"),
        ("discovery: {max_listing_pages: 0}", "discovery.max_listing_pages", "range", "1 to 10000"),
        ("discovery: {max_sitemaps: 0}", "discovery.max_sitemaps", "range", "1 to 10000"),
        ("folder: /etc", "folder", "is '/etc'", "inside the seeds folder"),
        ("host_aliases: [a.example]", "home", "is missing", "host_aliases"),
        ("allow_private_hosts: true", "home", "is missing", "allow_private_hosts"),
        ("politeness: {delay: -1}", "politeness.delay", "out of range", "0 to 3600"),
        ("politeness: {delay: .nan}", "politeness.delay", "is '.nan'", "number"),
        ("politeness: {concurrency: 0}", "politeness.concurrency", "out of range", "1 to 16"),
        ("assertions: {share_with_date: 90}", "assertions.share_with_date", "range", "0 to 1"),
        ("removals: [{what: news, days: 0}]", "removals.0.days", "is below 1", "give days"),
        ("id: other", "id", "is 'other'", "the id is the file's name, 'courier'"),
    ],
)
def test_a_problem_names_key_and_cure(load, line, key, problem, cure):
    kept = "".join(x + "\n" for x in NAMES.splitlines() if x.split(":")[0] != line.split(":")[0])
    found = problems(load, kept + line + "\n")
    first_key, first_problem, first_cure = found[0]
    assert first_key == key
    assert problem in first_problem
    assert cure in first_cure


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not a mapping"),
        ("- a", "is not a mapping"),
        ("a: b: c", "line 1, column 5"),
        ("a: &x b", "anchors and aliases"),
        ("publisher: a\npublisher: b", "the key 'publisher' is written twice"),
        ("#" * 300_000, "is larger than 200,000 bytes"),
    ],
)
def test_a_file_that_is_no_declaration_is_named(load, text, problem):
    ((key, what, cure),) = problems(load, text)
    assert key == ""
    assert problem in what
    assert cure


def test_all_problems_of_all_files_come_at_once(load):
    with pytest.raises(SourceError) as caught:
        load(a="publisher: A\ntime_zone: Mars\nhom: x", b="a: b: c", c=NAMES)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.problems) == 4
    assert "a.yaml: publisher_type: is missing; add it" in lines
    assert "a.yaml: hom: is not a key of a source; correct its spelling or remove it" in lines
    assert "a.yaml: time_zone: is 'Mars'; write a time zone like Europe/London" in lines
    assert any(line.startswith("b.yaml: line 1") for line in lines)


def test_a_file_name_that_is_no_id_is_refused(load):
    with pytest.raises(SourceError, match=r"Big-Courier\.yaml: id: .* small letters"):
        load(**{"Big-Courier": NAMES})


def test_an_alias_belongs_to_one_source(load):
    a = NAMES + "home: https://a.example/\nhost_aliases: [old.example]\n"
    b = NAMES + "home: https://old.example/\n"
    with pytest.raises(
        SourceError, match=r"a\.yaml: host_aliases: old\.example is a host of b too"
    ):
        load(a=a, b=b)


# --- Hosts -----------------------------------------------------------------------------------


def test_the_hosts_of_a_source_are_those_of_home_and_aliases(load):
    text = NAMES + "home: https://WWW.A.example/news\nhost_aliases: [a.example]\n"
    assert source_hosts(load(a=text)["a"]) == {"www.a.example", "a.example"}


def test_an_address_belongs_to_the_source_of_its_host(load):
    sources = load(
        a=NAMES + "home: https://a.example/\nhost_aliases: [old.example]\n",
        b=NAMES + "home: https://shared.example/\narticle_url: /b/\n",
        c=NAMES + "home: https://shared.example/\narticle_url: /c/\n",
    )
    assert source_of_url("http://OLD.example/x", sources) == sources["a"]
    assert source_of_url("https://shared.example/c/1", sources) == sources["c"]
    assert source_of_url("https://shared.example/d/1", sources) is None
    assert source_of_url("https://other.example/", sources) is None
    assert source_of_url("https://[", sources) is None


# --- The seeds -------------------------------------------------------------------------------


def test_the_seeds_load():
    sources = load_sources(SEEDS)
    assert {"bedfordshire_police", "demo", "iopc", "lbc", "the_comet"} <= sources.keys()
    assert sources["bedfordshire_police"].publisher == "Bedfordshire Police"
    assert "www.bedfordshire.police.uk" in source_hosts(sources["bedfordshire_police"])
    assert sources["iopc"].publisher == "Independent Office for Police Conduct"
    assert sources["the_comet"].publisher == "The Comet"
    assert sources["lbc"].publisher == "LBC"


def test_demo_reads_a_folder_and_nothing_unchecked_is_enabled():
    sources = load_sources(SEEDS)
    assert [source.id for source in sources.values() if source.enabled] == ["demo"]
    assert (SEEDS / sources["demo"].folder).is_dir()
    for source in sources.values():
        assert source.id == "demo" or (source.checked is None and source.notes)
