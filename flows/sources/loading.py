"""Sources as an analyst declares them: one YAML file each in ``seeds/sources``, fully checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from flows.sources.declarations import DeclarationError, read_declaration
from flows.sources.values import CHECKS, check_address
from parsers.items import Source

MAX_FILE_BYTES = 200_000
"""Bytes that one source file may have."""

MAX_PAGES_FILE_BYTES = 1_000_000
"""Bytes that a list of addresses may have."""

_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SOURCE = TypeAdapter(Source)


class SourceProblem(NamedTuple):
    """What is wrong in one place of one source file, and what to do about it."""

    file: str
    key: str
    problem: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place}: {self.problem}; {self.cure}"


class SourceError(ValueError):
    """The declared sources cannot be used. ``problems`` holds every problem of every file."""

    def __init__(self, problems: tuple[SourceProblem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load_sources(seeds: Path) -> dict[str, Source]:
    """The declared sources by id, in the order of their ids; none without ``seeds/sources``.

    Raises:
        SourceError: with all problems of all files at once.
    """
    sources: dict[str, Source] = {}
    problems: list[SourceProblem] = []
    for file in sorted((seeds / "sources").glob("*.yaml")):
        found = read_source(file, seeds)
        if isinstance(found, Source):
            sources[found.id] = found
        else:
            problems += found
    problems += contested_hosts(sources)
    if problems:
        raise SourceError(tuple(problems))
    return sources


def source_hosts(source: Source) -> frozenset[str]:
    """The hosts a source answers on, lower case: that of its home, and the aliases."""
    home = urlsplit(source.home).hostname if source.home else None
    return frozenset(source.host_aliases) | ({home} if home else set())


def source_of_url(url: str, sources: Mapping[str, Source]) -> Source | None:
    """The one source that an address belongs to: by its host, or by article pattern if shared.

    None when no source, or more than one, claims it.
    """
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    claims = [source for source in sources.values() if host in source_hosts(source)]
    if len(claims) > 1:
        claims = [
            source for source in claims if source.article_url and re.search(source.article_url, url)
        ]
    return claims[0] if len(claims) == 1 else None


# --- One file --------------------------------------------------------------------------------


def read_source(file: Path, seeds: Path) -> Source | list[SourceProblem]:
    """One declared source, or all that is wrong with its file.

    ``seeds`` is the folder that ``discovery.pages_file`` lies in.
    """

    def problem(key: str, what: str, cure: str) -> SourceProblem:
        return SourceProblem(file.name, key, what, cure)

    try:
        declared = read_declaration(file, MAX_FILE_BYTES)
    except DeclarationError as error:
        what, _, cure = str(error).partition("; ")
        return [problem("", what, cure or "correct the file")]
    if not isinstance(declared, dict):
        return [problem("", "is not a mapping", "write lines like `publisher: ...`")]
    if not _ID.fullmatch(file.stem):
        cure = "use small letters, digits and underscores, a letter first"
        return [problem("id", f"the file name {file.stem!r} is no id", cure)]

    problems = []
    if declared.setdefault("id", file.stem) != file.stem:
        cure = f"leave the key out: the id is the file's name, {file.stem!r}"
        problems.append(problem("id", f"is {declared['id']!r}", cure))
    problems += [problem(*finding) for finding in _unfit_values(declared)]
    try:
        source = _SOURCE.validate_python(declared, extra="forbid")
    except ValidationError as error:
        return [problem(*finding) for finding in _unfit_types(error)] + problems
    problems += [problem(*finding) for finding in _unfit_together(source)]
    if problems or source.discovery.pages_file is None:
        return problems or source
    try:
        return _with_pages_of_file(source, seeds / source.discovery.pages_file)
    except _UnfitPagesFile as error:
        return [problem("discovery.pages_file", *error.args)]


class _UnfitPagesFile(ValueError):
    """Problem and cure of a list of addresses."""


def _with_pages_of_file(source: Source, file: Path) -> Source:
    """The source with the addresses of a file, one a line; # begins a comment."""
    name = source.discovery.pages_file
    try:
        with file.open("rb") as stream:
            body = stream.read(MAX_PAGES_FILE_BYTES + 1)
        lines = body.decode("utf-8-sig").splitlines()
    except OSError as error:
        cure = "name a text file in the seeds folder"
        raise _UnfitPagesFile(f"{name} cannot be read: {error.strerror}", cure) from error
    except UnicodeDecodeError as error:
        raise _UnfitPagesFile(f"{name} is not UTF-8", "save it as UTF-8") from error
    if len(body) > MAX_PAGES_FILE_BYTES:
        size = f"{name} is larger than {MAX_PAGES_FILE_BYTES:,} bytes"
        raise _UnfitPagesFile(size, "give it to `newsgrain ingest` in parts")
    pages = []
    for number, line in enumerate(lines, 1):
        address = line.strip()
        if not address or address.startswith("#"):
            continue
        if unfit := check_address(address):
            raise _UnfitPagesFile(f"line {number} of {name} is {_shown(address)}", unfit)
        pages.append(address)
    discovery = replace(source.discovery, pages=(*source.discovery.pages, *pages))
    return replace(source, discovery=discovery)


class _Finding(NamedTuple):
    key: str
    problem: str
    cure: str


def _unfit_types(error: ValidationError) -> Iterator[_Finding]:
    for detail in error.errors(include_url=False):
        key = ".".join(map(str, detail["loc"]))
        match detail["type"]:
            case "unexpected_keyword_argument":
                yield _Finding(key, "is not a key of a source", "correct its spelling or remove it")
            case "missing":
                yield _Finding(key, "is missing", "add it")
            case _:
                message = detail["msg"][0].lower() + detail["msg"][1:]
                yield _Finding(key, f"is {_shown(detail['input'])}", message)


def _unfit_values(declared: Mapping[str, Any]) -> Iterator[_Finding]:
    for path, check in CHECKS.items():
        for key, value in _values_at(declared, path.split(".")):
            cure = check(value) if isinstance(value, str) else None
            if cure:
                yield _Finding(key, f"is {_shown(value)}", cure)


def _unfit_together(source: Source) -> Iterator[_Finding]:
    if not source.home and source.host_aliases:
        yield _Finding("home", "is missing", "name the home that host_aliases stand for")
    if not source.home and source.allow_private_hosts:
        yield _Finding("home", "is missing", "name the home that allow_private_hosts is about")
    if not 0 <= source.politeness.delay <= 3600:
        yield _Finding("politeness.delay", "is out of range", "give seconds from 0 to 3600")
    if not 1 <= source.politeness.concurrency <= 16:
        yield _Finding("politeness.concurrency", "is out of range", "give 1 to 16 requests")
    discovery = source.discovery
    if not 0 <= discovery.first_page <= 1:
        yield _Finding("discovery.first_page", "is out of range", "give 0 or 1")
    if not 1 <= discovery.max_listing_pages <= 10_000:
        yield _Finding("discovery.max_listing_pages", "is out of range", "give 1 to 10000 pages")
    if not 1 <= discovery.max_sitemaps <= 10_000:
        yield _Finding("discovery.max_sitemaps", "is out of range", "give 1 to 10000 sitemaps")
    if source.assertions.fewest_pages < 0:
        yield _Finding("assertions.fewest_pages", "is negative", "give a number of pages")
    if not 0 <= source.assertions.share_with_date <= 1:
        yield _Finding("assertions.share_with_date", "is out of range", "give a share from 0 to 1")
    if source.archive and not 0 <= source.archive.delay <= 3600:
        yield _Finding("archive.delay", "is out of range", "give seconds from 0 to 3600")
    for position, removal in enumerate(source.removals):
        if removal.days < 1:
            yield _Finding(f"removals.{position}.days", "is below 1", "give days")


def contested_hosts(sources: Mapping[str, Source]) -> Iterator[SourceProblem]:
    """An alias stands for one source's home, so no other source may answer on it."""
    for source in sources.values():
        for alias in source.host_aliases:
            for other in sources.values():
                if other.id != source.id and alias in source_hosts(other):
                    yield SourceProblem(
                        f"{source.id}.yaml",
                        "host_aliases",
                        f"{alias} is a host of {other.id} too",
                        "leave it with one of them",
                    )


def _values_at(declared: Any, path: list[str], key: str = "") -> Iterator[tuple[str, Any]]:
    """The values under a dotted path, ``*`` for each item of a list, with their exact keys."""
    if not path:
        yield key, declared
        return
    step, *rest = path
    items: list[tuple[object, Any]]
    if step == "*" and isinstance(declared, list):
        items = list(enumerate(declared))
    elif step != "*" and isinstance(declared, dict) and step in declared:
        items = [(step, declared[step])]
    else:
        items = []
    for name, value in items:
        yield from _values_at(value, rest, f"{key}.{name}" if key else str(name))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
