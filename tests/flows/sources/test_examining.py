"""``newsgrain sources check ID``: a declaration held against its site."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.commands import app
from flows.sources.examining import named_sitemaps
from tests.flows.sources import courier
from tests.flows.webserver import Site, WebServer


def declare(seeds: Path, site: Site, more: str = "", feed: str = "/feed/") -> None:
    file = seeds / "sources" / "courier.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        f"publisher: Pellbrook Courier\npublisher_type: newspaper\nhome: {site.url('/')}\n"
        f"discovery: {{feeds: ['{site.url(feed)}'], listings: ['{site.url('/news/')}']}}\n"
        f"politeness: {{delay: 0}}\nallow_private_hosts: true\n{more}"
    )


def check(seeds: Path, *arguments: str) -> Result:
    given = ["sources", "check", *arguments, "--seeds", str(seeds)]
    return CliRunner().invoke(app, given, env={"COLUMNS": "400"})


def rows(result: Result) -> list[list[str]]:
    """The cells of the table's rows."""
    lines = (line for line in result.stdout.splitlines() if line.startswith("│"))
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]


def test_a_sound_source_passes(web: WebServer, site: Site, tmp_path: Path) -> None:
    declare(tmp_path, site, "assertions: {fewest_pages: 3, share_with_date: 1.0}\n")
    result = check(tmp_path, "courier")
    assert result.exit_code == 0, result.output
    found = {row[0]: row[1:] for row in rows(result)}
    assert found["/feed/"] == ["ok", "feed of 3 pages, newest 2026-11-20", ""]
    assert found["/news/"] == ["ok", "listing of 3 pages, newest 2026-11-20", ""]
    for path, (town, day) in courier.STORIES.items():
        state, told, _ = found[path]
        assert state == "ok"
        assert told.startswith(f"Night patrols return to {town} after a summer of complaints;")
        assert f"2026-11-{day} 09:00 +0000; 4 kept, " in told
    (robots,) = (row for row in rows(result) if row[1] == "warning")
    assert "sitemaps that are not declared" in robots[2]
    assert "discovery.sitemaps" in robots[3]


@pytest.mark.parametrize(
    ("more", "feed", "subject", "told"),
    [
        ("", "/gone/", "/gone/", "the server answered 404"),
        ("", "/news/", "/news/", "is no feed"),
        ("article_url: /story/\n", "/feed/", "/feed/", "3 others do not fit"),
        ("article_url: /story/\n", "/feed/", "pages", "no page of the source was found"),
        ("assertions: {fewest_pages: 9}\n", "/feed/", "assertions.fewest_pages", "3 pages are"),
    ],
)
def test_what_is_wrong_is_told_with_a_cure(
    site: Site, tmp_path: Path, more: str, feed: str, subject: str, told: str
) -> None:
    declare(tmp_path, site, more, feed)
    result = check(tmp_path, "courier")
    assert result.exit_code == 1
    wrong = [row for row in rows(result) if row[1] == "wrong"]
    (row,) = (row for row in wrong if row[0] == subject)
    assert told in row[2]
    assert row[3]


def test_pages_that_are_no_articles_are_told(site: Site, tmp_path: Path) -> None:
    for path in list(courier.STORIES)[:2]:
        site.page(path, b"Not found", status=404)
    declare(tmp_path, site, "assertions: {share_with_date: 1.0}\n")
    result = check(tmp_path, "courier")
    assert result.exit_code == 1
    assert "only 1 of 3 pages read as articles" in result.output
    assert [row[1] for row in rows(result)].count("warning") == 3


def test_robots_that_refuse_are_the_answer(web: WebServer, site: Site, tmp_path: Path) -> None:
    site.robots("User-agent: *\nDisallow: /\n")
    declare(tmp_path, site)
    result = check(tmp_path, "courier")
    assert result.exit_code == 1
    assert "Disallow: /" in result.output
    assert web.pages() == []


def test_without_an_id_nothing_is_asked(web: WebServer, site: Site, tmp_path: Path) -> None:
    declare(tmp_path, site)
    result = check(tmp_path)
    assert (result.exit_code, result.stdout) == (0, "1 sources, all declarations sound\n")
    assert check(tmp_path, "--live").exit_code == 0  # none is enabled
    assert web.log == []


def test_live_asks_every_enabled_source(web: WebServer, site: Site, tmp_path: Path) -> None:
    declare(tmp_path, site, "enabled: true\n")
    assert check(tmp_path, "--live").exit_code == 0
    assert "/feed/" in web.pages()


def test_an_unknown_id_is_a_matter_of_usage(site: Site, tmp_path: Path) -> None:
    declare(tmp_path, site)
    result = check(tmp_path, "herald")
    assert result.exit_code == 2
    assert "courier" in result.output


def test_a_folder_has_no_site(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    text = "publisher: A\npublisher_type: other\nfolder: pages\n"
    (tmp_path / "sources" / "demo.yaml").write_text(text)
    result = check(tmp_path, "demo")
    assert result.exit_code == 0
    assert "no site to look at" in result.output


def test_robots_name_sitemaps() -> None:
    robots = (
        b"User-agent: *\n SITEMAP : /a.xml\nSitemap: https://pell.example/b.xml # x\nSitemap:\n"
    )
    assert named_sitemaps(robots, "https://pell.example/") == (
        "https://pell.example/a.xml",
        "https://pell.example/b.xml",
    )
