"""docs/sources.md is held to the code: every key, and what the commands really say."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.commands import app
from parsers.items import Source
from tests.flows.webserver import Site

DOC = (Path(__file__).parents[3] / "docs" / "sources.md").read_text(encoding="utf-8")
ORIGIN = "https://www.pell-courier.example"
SHOWN = re.findall(r"^```sh\n([^`]*)```\n```text\n(.*?)^```$", DOC, re.M | re.S)


def keys(kind: type, prefix: str = "") -> Iterator[str]:
    """The keys of a declaration with those inside them, dotted."""
    hints = typing.get_type_hints(kind)
    for field in fields(kind):  # type: ignore[arg-type]
        yield prefix + field.name
        inner = (hints[field.name], *typing.get_args(hints[field.name]))
        for part in inner:
            if is_dataclass(part) and isinstance(part, type):
                yield from keys(part, f"{prefix}{field.name}.")


def test_every_key_is_explained_and_no_other() -> None:
    explained = re.findall(r"^\| `([a-z_.]+)` \|", DOC, re.M)
    assert sorted(explained) == sorted(set(keys(Source)) - {"id"})


@pytest.mark.parametrize("cap", ["max_listing_pages", "max_sitemaps"])
def test_the_caps_are_those_of_the_code(cap: str) -> None:
    (told,) = re.findall(rf"`discovery\.{cap}` .*\(`(\d+)`\)", DOC)
    assert int(told) == getattr(
        Source(id="a", publisher="A", publisher_type="other").discovery, cap
    )


def test_the_commands_say_what_is_shown(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSGRAIN_ALLOW_PRIVATE_HOSTS", "1")
    monkeypatch.setenv("COLUMNS", "100")
    (add, added), (check, checked) = SHOWN

    written = run(add.replace(ORIGIN, site.origin) + " --yes --delay 0", site)
    # The tests do not wait between requests, and the file says so.
    assert written.replace("politeness:\n  delay: 0.0\n", "") == added

    file = tmp_path / "seeds" / "sources" / "pellbrook_courier.yaml"
    file.write_text(file.read_text().replace("/feed/", "/rss/"))
    assert run(check, site) == checked


def run(command: str, site: Site) -> str:
    """What a command writes to standard output, with the address of the example."""
    result = CliRunner().invoke(app, command.split()[1:])
    return result.stdout.strip().replace(site.origin, ORIGIN) + "\n"
