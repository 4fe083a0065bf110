"""``newsgrain sources add``: from an address to a declaration that works, end to end."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.commands import app
from flows.sources.addresses import article_pattern
from flows.sources.loading import load_sources, read_source
from flows.sources.places import zone_of_host
from flows.sources.writing import as_yaml
from parsers.items import Discovery, Politeness, Source
from tests.flows.sources import courier
from tests.flows.webserver import Site, WebServer


def add(seeds: Path, *arguments: str, answer: str = "") -> Result:
    given = ["sources", "add", *arguments, "--seeds", str(seeds)]
    if "--delay" not in arguments:
        given += ["--delay", "0"]
    return CliRunner().invoke(app, given, input=answer, env={"NEWSGRAIN_ALLOW_PRIVATE_HOSTS": "1"})


def test_a_source_is_proposed_tried_and_written(site: Site, tmp_path: Path) -> None:
    result = add(tmp_path, site.url("/news/"), "--yes")
    assert result.exit_code == 0, result.output
    source = load_sources(tmp_path)["pellbrook_courier"]
    assert source.publisher == "Pellbrook Courier"
    assert source.platform == "wordpress"
    assert source.language == "en-GB"
    assert source.home == site.url("/")
    assert source.discovery == Discovery(
        feeds=(site.url("/feed/"),),
        sitemaps=(site.url("/sitemap.xml"),),
        listings=(site.url("/news/"),),
    )
    assert source.article_url == "^https?://[^/]+/news/.+"
    assert not source.enabled
    assert source.checked is None


def test_it_shows_what_becomes_of_the_newest_pages(site: Site, tmp_path: Path) -> None:
    output = add(tmp_path, site.url("/news/"), "--dry-run", "--pages", "2").output
    assert "3 pages listed; the newest 2:" in output
    first, second, _ = courier.STORIES
    assert output.index(first) < output.index(second)
    assert "Night patrols return to Arlsey after a summer of complaints" in output
    assert "2026-11-20 09:00 +0000; blocks: 4 kept, 1 moved, " in output
    assert "| Officers will walk the centre of Arlsey every evening from Monday" in output


def test_a_dry_run_writes_nothing(site: Site, tmp_path: Path) -> None:
    result = add(tmp_path, site.url("/news/"), "--dry-run")
    assert result.exit_code == 0
    assert "publisher: Pellbrook Courier  # og:site_name" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("answer", "written"), [("y\n", True), ("n\n", False)])
def test_it_asks_before_it_writes(site: Site, tmp_path: Path, answer: str, written: bool) -> None:
    result = add(tmp_path, site.url("/news/"), answer=answer)
    assert "Write " in result.output
    assert (tmp_path / "sources" / "pellbrook_courier.yaml").exists() is written
    assert result.exit_code == 0


def test_an_existing_file_is_never_written_over(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "sources" / "pellbrook_courier.yaml"
    file.parent.mkdir()
    file.write_text("publisher: Mine\npublisher_type: other\n")
    result = add(tmp_path, site.url("/news/"), "--yes")
    assert result.exit_code == 2
    assert "exists; name another with --id" in result.output
    assert file.read_text() == "publisher: Mine\npublisher_type: other\n"
    assert add(tmp_path, site.url("/news/"), "--yes", "--id", "courier_2").exit_code == 0


def test_what_the_person_says_stands(site: Site, tmp_path: Path) -> None:
    given = ("--publisher", "The Courier: Evening", "--type", "newspaper", "--delay", "0.01")
    assert add(tmp_path, site.url("/news/"), "--yes", *given).exit_code == 0
    source = load_sources(tmp_path)["the_courier_evening"]
    assert (source.publisher, source.publisher_type) == ("The Courier: Evening", "newspaper")
    assert source.politeness == Politeness(delay=0.01)


def test_from_a_feed_its_site_is_found(site: Site, tmp_path: Path) -> None:
    assert add(tmp_path, site.url("/feed/"), "--yes").exit_code == 0
    source = load_sources(tmp_path)["pellbrook_courier"]
    assert source.discovery.feeds == (site.url("/feed/"),)
    assert source.discovery.listings == (site.url("/"),)


def test_robots_are_obeyed(web: WebServer, site: Site, tmp_path: Path) -> None:
    site.robots("User-agent: *\nDisallow: /news/\n")
    result = add(tmp_path, site.url("/news/"), "--yes")
    assert result.exit_code == 1
    assert "robots: " in result.output
    assert web.pages() == []


@pytest.mark.parametrize(
    ("path", "body", "why"),
    [
        ("/gone", None, "the server answered 404"),
        ("/bare", b"<p>Nothing</p>", "neither a feed nor a sitemap"),
    ],
)
def test_nothing_to_propose_is_told(
    web: WebServer, tmp_path: Path, path: str, body: bytes | None, why: str
) -> None:
    site = web.site()
    if body:
        site.page(path, body)
    result = add(tmp_path, site.url(path), "--yes")
    assert result.exit_code == 1
    assert why in result.output


def test_an_unknown_type_is_a_matter_of_usage(site: Site, tmp_path: Path) -> None:
    result = add(tmp_path, site.url("/news/"), "--type", "blog")
    assert result.exit_code == 2
    assert "one is police_force, " in result.output


# --- Its parts -------------------------------------------------------------------------------


def test_what_is_written_is_what_was_proposed(tmp_path: Path) -> None:
    source = Source(
        id="courier",
        publisher="The: Courier # 1",
        publisher_type="newspaper",
        home="https://courier.example/",
        language="no",
        host_aliases=("www.courier.example",),
        article_url=r"^https?://[^/]+/(?:a|b)/\d+",
        discovery=Discovery(feeds=("https://courier.example/a?b={c},d",), first_page=0),
    )
    file = tmp_path / "courier.yaml"
    file.write_text(as_yaml(source, {"language": "as its pages say", "discovery": "seen"}))
    assert read_source(file, tmp_path) == source


@pytest.mark.parametrize(
    ("paths", "pattern"),
    [
        (["news/a-b", "news/c", "news/d/e"], "news/.+"),
        (["news/x/news/2024/a", "news/x/news/2025/b", "news/x/news/2025/c"], "news/x/news/.+"),
        (["news/1234567.a/", "sport/7654321.b/", "c/a-1234568"], r"(?:.+/)?[^/]*\d{6,}[^/]*/?$"),
        (["2024/05/a", "b/2024/06/07/c", "2025/1/d"], r"(?:.+/)?(?:19|20)\d\d/\d{1,2}/.+"),
        (["news/a", "news/b", "sport/c", "sport/d"], "(?:news|sport)/.+"),
        (["the-weir-is-shut", "a-ferry-runs-again", "so-does-the-bus"], "[^/]+(?:-[^/-]+){3,}/?$"),
        (["a", "b", "c-d"], None),
        (["news/a", "news/b"], None),
    ],
)
def test_the_pattern_is_what_addresses_share(paths: list[str], pattern: str | None) -> None:
    found = article_pattern(f"https://pell.example/{path}" for path in paths)
    assert found == (pattern and f"^https?://[^/]+/{pattern}")


@pytest.mark.parametrize(
    ("host", "zone"),
    [
        ("www.courier.co.uk", "Europe/London"),
        ("courier.ie", "Europe/Dublin"),
        ("courier.au", None),
        ("courier.example", None),
    ],
)
def test_a_zone_is_that_of_a_country_with_only_one(host: str, zone: str | None) -> None:
    assert zone_of_host(host) == zone
