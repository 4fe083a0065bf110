"""Targets become snapshots: what is read, what is said of it, and what is not read."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.reading.missed import Missed
from flows.reading.targets import read_targets
from flows.settings import Settings
from parsers.items import Politeness, Rejection, Snapshot, Source, Unread

LBC = Source(id="lbc", publisher="LBC", publisher_type="broadcaster", home="https://lbc.example/")
DEMO = Source(id="demo", publisher="Demo", publisher_type="other", folder="pages", enabled=True)
SOURCES = {source.id: source for source in (LBC, DEMO)}


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "given"
    folder.mkdir()
    return folder


def write(file: Path, body: str = "text") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(body, encoding="utf-8")
    return file


def read(*targets: Path | str, source_id: str | None = None, **settings) -> list[Snapshot | Missed]:
    return list(read_targets([*map(str, targets)], SOURCES, Settings(**settings), source_id))


def paths(found: list[Snapshot | Missed]) -> list[str | None]:
    return [page.path for page in found]


# --- Files -----------------------------------------------------------------------------------


def test_a_file_is_read_as_it_is(folder):
    before = datetime.now(UTC)
    (folder / "a.html").write_bytes(b"\xff\x00<p>\r\n")
    (page,) = read(folder / "a.html")
    assert page.body == b"\xff\x00<p>\r\n"
    assert (page.path, page.media_type) == ("a.html", "text/html")
    assert (page.url, page.source_id, page.http_status, page.charset) == (None, None, None, None)
    assert before <= page.fetched_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.html", "text/html"),
        ("a.HTM", "text/html"),
        ("a.xhtml", "application/xhtml+xml"),
        ("a.txt", "text/plain"),
        ("a.md", "text/markdown"),
        ("a.json", "application/json"),
        ("a.xml", "application/xml"),
        ("a.pdf", "application/pdf"),
        ("a.unheard-of", None),
        ("a", None),
    ],
)
def test_the_extension_gives_the_media_type(folder, name, media_type):
    (page,) = read(write(folder / name))
    assert page.media_type == media_type


def test_an_empty_file_is_a_page(folder):
    (page,) = read(write(folder / "a.txt", ""))
    assert page.body == b""


def test_a_file_too_large_is_not_read(folder):
    file = folder / "large.html"
    with file.open("wb") as stream:
        stream.truncate(50_000_000)
    tracemalloc.start()
    try:
        (missed,) = read(file)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert missed.outcome == Rejection(
        "too_large", "50,000,000 bytes, more than the 20,000,000 allowed"
    )
    assert (missed.target, missed.path) == ("large.html", "large.html")


def test_the_allowed_bytes_are_read_and_one_more_is_not(folder):
    write(folder / "a.txt", "x" * 10)
    write(folder / "b.txt", "x" * 11)
    page, missed = read(folder, max_bytes=10)
    assert len(page.body) == 10
    assert missed.outcome.reason == "too_large"


def test_a_file_that_grows_while_it_is_read_is_read_whole_or_not_at_all(folder, monkeypatch):
    file = write(folder / "a.txt", "as it was")
    before = file.stat()
    write(file, "as it is now")
    stat = Path.stat
    monkeypatch.setattr(
        Path, "stat", lambda self, **kw: before if self == file else stat(self, **kw)
    )
    (page,) = read(file)
    assert page.body == b"as it is now"
    (missed,) = read(file, max_bytes=10)
    assert missed.outcome == Rejection("too_large", "more bytes than the 10 allowed")


@pytest.mark.parametrize(
    ("name", "why"),
    [("missing.html", "no such file"), ("n" * 300, "name too long"), ("a\0b", "null")],
)
def test_a_file_that_cannot_be_is_unread(folder, name, why):
    (missed,) = read(f"{folder}/{name}")
    assert isinstance(missed.outcome, Unread)
    assert why in missed.outcome.detail
    assert str(folder) not in repr(missed)


def test_a_dangling_link_is_unread(folder):
    (folder / "a.html").symlink_to(folder / "gone.html")
    for target in (folder / "a.html", folder):
        (missed,) = read(target)
        assert missed == Missed(
            "a.html", None, None, missed.path, Unread("no such file or directory")
        )


def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe.html")
    (missed,) = read(folder / "pipe.html")
    assert missed.outcome == Unread("is not a regular file")
    (missed,) = read(folder)
    assert "no pages in folder" in missed.outcome.detail


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_an_unreadable_file_and_folder_are_unread(folder):
    write(folder / "a.txt").chmod(0)
    (folder / "b").mkdir(mode=0)
    write(folder / "c.txt")
    first, second, third = read(folder)
    assert first.outcome == second.outcome == Unread("permission denied")
    assert third.body == b"text"


def test_a_folder_that_fails_when_read_is_unread_and_the_rest_is_read(folder, monkeypatch):
    write(folder / "a" / "x.txt")
    write(folder / "b.txt")
    iterdir = Path.iterdir

    def failing(self: Path) -> Iterator[Path]:
        if self.name == "a":
            raise PermissionError(13, "Permission denied", str(self))
        return iterdir(self)

    monkeypatch.setattr(Path, "iterdir", failing)
    missed, page = read(folder)
    assert missed == Missed("a", None, None, "a", Unread("permission denied"))
    assert page.path == "b.txt"


# --- Folders ---------------------------------------------------------------------------------


def test_a_folder_is_read_with_its_folders_by_name(folder):
    for name in ("b.txt", "a/z.html", "a/b/c.md", "a.txt", "Z.txt"):
        write(folder / name)
    assert paths(read(folder)) == ["Z.txt", "a/b/c.md", "a/z.html", "a.txt", "b.txt"]


def test_what_speaks_about_pages_is_no_page(folder):
    for name in (".hidden.html", ".git/a.html", "README.md", "a/README.md", "a/b.txt"):
        write(folder / name)
    write(folder / "manifest.yaml", "[]")
    assert paths(read(folder)) == ["a/b.txt"]


@pytest.mark.parametrize("names", [[], [".hidden"], ["manifest.yaml"], ["a/.b"]])
def test_a_folder_without_pages_says_so(folder, names, monkeypatch):
    for name in names:
        write(folder / name, "")
    monkeypatch.chdir(folder.parent)
    (missed,) = read("given")
    assert missed == Missed("given", None, None, None, Unread("no pages in folder given"))


def test_a_path_does_not_depend_on_where_the_folder_lies(folder, monkeypatch):
    write(folder / "a" / "b.txt")
    monkeypatch.chdir(folder / "a")
    for target in (folder, f"{folder}/", "..", f"{folder}/a/.."):
        assert paths(read(target)) == ["a/b.txt"]


def test_links_in_circles_end(folder):
    write(folder / "a" / "b.txt")
    (folder / "a" / "up").symlink_to(folder)
    (folder / "self").symlink_to("self")
    (folder / "z").symlink_to("a")
    page, loop = read(folder)
    assert page.path == "a/b.txt"
    assert loop.path == "self"
    assert isinstance(loop.outcome, Unread)


def test_a_link_inside_the_folder_is_read_and_one_that_leaves_it_is_not(folder, tmp_path):
    write(tmp_path / "secret" / "key.txt")
    write(folder / "b.txt")
    (folder / "a.txt").symlink_to("b.txt")
    (folder / "c.txt").symlink_to(tmp_path / "secret" / "key.txt")
    (folder / "d").symlink_to(tmp_path / "secret")
    *pages, file, place = read(folder)
    assert paths(pages) == ["a.txt", "b.txt"]
    assert "link out of the folder" in file.outcome.detail
    assert "link out of the folder" in place.outcome.detail


def test_a_link_that_is_named_as_the_target_is_read(folder, tmp_path):
    write(folder / "a.txt")
    (tmp_path / "link").symlink_to(folder)
    assert paths(read(tmp_path / "link")) == ["a.txt"]


def test_a_name_that_is_no_text_is_escaped(folder):
    (Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt"))).write_bytes(b"x")
    assert paths(read(folder)) == ["caf\\xe9.txt"]


def test_folders_nested_deeply_are_read(folder):
    place = folder
    for _ in range(300):
        place = place / "d"
    write(place / "a.txt")
    assert paths(read(folder)) == ["d/" * 300 + "a.txt"]


def test_pages_are_held_one_at_a_time(folder):
    for number in range(30):
        (folder / f"{number}.html").write_bytes(bytes(1_000_000))
    tracemalloc.start()
    try:
        assert sum(len(page.body) for page in read_targets([str(folder)], {}, Settings())) == 30e6
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


# --- Where a page comes from -----------------------------------------------------------------


def test_the_manifest_gives_source_and_address(folder):
    write(folder / "manifest.yaml", "- {file: a.txt, source: lbc, url: 'https://lbc.example/1'}")
    write(folder / "a.txt")
    write(folder / "b.txt")
    known, unknown = read(folder)
    assert (known.source_id, known.url) == ("lbc", "https://lbc.example/1")
    assert (unknown.source_id, unknown.url) == (None, None)
    (alone,) = read(folder / "a.txt")
    assert (alone.source_id, alone.url) == ("lbc", "https://lbc.example/1")


def test_a_manifest_speaks_for_the_folders_below_and_a_nearer_one_wins(folder):
    write(
        folder / "manifest.yaml", "- {file: a/x.txt, source: far}\n- {file: a/y.txt, source: far}"
    )
    write(folder / "a" / "manifest.yaml", "- {file: x.txt, source: near}")
    write(folder / "a" / "x.txt")
    write(folder / "a" / "y.txt")
    assert [page.source_id for page in read(folder)] == ["near", "far"]


def test_the_source_given_for_all_wins(folder):
    write(folder / "manifest.yaml", "- {file: a.txt, source: lbc, url: 'https://lbc.example/1'}")
    write(folder / "a.txt")
    (page,) = read(folder, source_id="demo")
    assert (page.source_id, page.url) == ("demo", "https://lbc.example/1")


def test_a_missed_page_keeps_what_is_known_of_it(folder):
    write(folder / "manifest.yaml", "- {file: a.txt, source: lbc, url: 'https://lbc.example/1'}")
    write(folder / "a.txt", "too large")
    (missed,) = read(folder, max_bytes=3)
    assert (missed.source_id, missed.url) == ("lbc", "https://lbc.example/1")


def test_a_broken_manifest_leaves_its_folder_unread_and_the_others_read(folder):
    write(folder / "a" / "manifest.yaml", "- {file: ../b.txt}")
    write(folder / "a" / "x.txt")
    write(folder / "b.txt")
    missed, page = read(folder)
    assert (missed.target, missed.path) == ("a", "a")
    assert missed.outcome.detail.startswith("manifest.yaml: entry 1: file: must name a file inside")
    assert page.path == "b.txt"
    (missed,) = read(folder / "a" / "x.txt")
    assert "manifest.yaml: entry 1" in missed.outcome.detail


def test_a_page_in_a_declared_folder_belongs_to_the_source_its_folder_names(tmp_path):
    seeds = tmp_path / "seeds"
    for name in ("lbc/a.txt", "lbc/b/c.txt", "unheard/d.txt", "e.txt"):
        write(seeds / "pages" / name)
    whole = read(seeds / "pages", seeds=seeds)
    assert [(page.path, page.source_id) for page in whole] == [
        ("e.txt", "demo"),
        ("lbc/a.txt", "lbc"),
        ("lbc/b/c.txt", "lbc"),
        ("unheard/d.txt", "demo"),
    ]
    (alone,) = read(seeds / "pages" / "lbc" / "a.txt", seeds=seeds)
    assert alone.source_id == "lbc"


# --- Addresses -------------------------------------------------------------------------------


def test_an_address_is_fetched(site):
    url = site.page("/a", b"<p>hello")
    (page,) = read(url, allow_private_hosts=True)
    assert (page.body, page.url, page.path, page.source_id) == (b"<p>hello", url, None, None)


def test_an_address_belongs_to_the_source_of_its_host(site):
    site.page("/a", b"<p>hello")
    home = site.url("/")
    local = Source(id="local", publisher="Local", publisher_type="newspaper", home=home)
    settings = Settings(allow_private_hosts=True)
    (page,) = read_targets([site.url("/a")], {"local": local}, settings)
    assert page.source_id == "local"
    (page,) = read_targets([site.url("/a")], SOURCES | {"local": local}, settings, "lbc")
    assert page.source_id == "lbc"


def test_addresses_are_read_as_politely_as_any_page(web, site):
    site.robots("User-agent: *\nDisallow: /private/")
    politeness = Politeness(delay=0.1)
    local = Source(
        id="local",
        publisher="Local",
        publisher_type="newspaper",
        home=site.url("/"),
        politeness=politeness,
    )
    urls = [site.page(path, b"<p>hello") for path in ("/a", "/private/b", "/c")]
    settings = Settings(allow_private_hosts=True)
    first, second, third = read_targets(urls, {"local": local}, settings)
    assert (first.url, third.url) == (urls[0], urls[2])
    assert second.outcome == Unread(f"{urls[1]}: Disallow: /private/ (User-agent: *)")
    assert web.targets() == ["/robots.txt", "/a", "/c"]
    began = [exchange.began for exchange in web.log]
    assert min(began[1] - began[0], began[2] - began[1]) >= 0.1


def test_an_address_that_does_not_answer_is_unread(web, site):
    web.close()
    url = site.url("/a")
    (missed,) = read(url, allow_private_hosts=True, retries=0)
    assert (missed.target, missed.url, missed.path) == (url, url, None)
    assert missed.outcome == Unread(f"{url}: Connection refused")


def test_a_private_address_is_unread(web, site):
    (missed,) = read(site.page("/a", b"hello"))
    assert "not a public address" in missed.outcome.detail
    assert web.connections == 0


def test_an_address_with_too_many_bytes_is_a_rejection(site):
    url = site.page("/a", bytes(101))
    (missed,) = read(url, allow_private_hosts=True, max_bytes=100)
    assert missed.outcome == Rejection("too_large", f"{url}: more than 100 bytes")


def test_other_addresses_are_not_read():
    (missed,) = read("ftp://a.example/b")
    assert missed.outcome == Unread("ftp addresses are not read")


def test_a_password_in_an_address_is_not_kept():
    (missed,) = read("https://me:secret@a.example/b")
    assert "secret" not in repr(missed)
