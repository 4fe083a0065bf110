"""A web archive on loopback, in one form or the other, and settings to read it with."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.backfilling import running
from flows.settings import Settings
from tests.flows.newsroom import page_text, settings_in
from tests.flows.webarchives.fake_archives import FakeArchive, FakeWayback, day
from tests.flows.webserver import Site


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, retries=0, allow_private_hosts=True)


@pytest.fixture(autouse=True)
def no_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the lock here."""
    monkeypatch.setattr(running, "TURN_SECONDS", 0)


@pytest.fixture
def archive(request: pytest.FixtureRequest, site: Site) -> FakeArchive:
    """An archive that has three articles, one of them changed, and what is no article."""
    kind: type[FakeArchive] = getattr(request, "param", FakeWayback)
    archive = kind(site)
    archive.hold("/news/1", day(3), text=page_text("Arlsey"))
    archive.hold("/news/2", day(12), text=page_text("Brindle"))
    archive.hold("/news/3", day(20), day(22), text=page_text("Corvey"))
    archive.hold("/news/3", day(27), text=page_text("Corvey Green"))
    archive.hold("/news/4", day(32), text=page_text("Dunmore"))  # of November
    archive.hold("/about", day(9), text=page_text("Eastholt"))
    archive.hold("/news/5", day(9), text="moved", status=301)
    archive.hold("/news/6", day(9), text="a picture", media_type="image/png")
    archive.hold("https://www.elsewhere.example/news/7", day(9), text=page_text("Fenwick"))
    return archive
