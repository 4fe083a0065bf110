"""Web archives on loopback that answer in the forms of the Wayback Machine and of pywb."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

from tests.flows.webserver import Request, Site
from tests.flows.webserver.server import whole

HOST = "www.pellbrook.example"


@dataclass(frozen=True)
class Held:
    """A capture that the archive has."""

    url: str
    captured_at: datetime
    body: bytes
    status: int = 200
    media_type: str = "text/html"

    @property
    def timestamp(self) -> str:
        return f"{self.captured_at:%Y%m%d%H%M%S}"

    @property
    def digest(self) -> str:
        return base64.b32encode(hashlib.sha1(self.body).digest()).decode()

    @property
    def key(self) -> str:
        """The address as indexes sort it."""
        parts = urlsplit(self.url)
        name = (parts.hostname or "").removeprefix("www.")
        return ",".join(reversed(name.split("."))) + ")" + (parts.path or "/")


class FakeArchive(ABC):
    """The parts that both have in common. ``asked`` are the questions to the index."""

    name: str

    def __init__(self, site: Site) -> None:
        self.site = site
        self.held: list[Held] = []
        self.asked: list[dict[str, list[str]]] = []
        site.answer_all(self._answer)

    def hold(self, path: str, *moments: datetime, text: str | None = None, **told: object) -> None:
        """Have captures of a page, each of another text unless one is given."""
        for moment in moments:
            body = (text or f"<html><body>{path} at {moment}</body></html>").encode()
            url = path if "//" in path else f"https://{HOST}{path}"
            self.held.append(Held(url, moment, body, **told))  # type: ignore[arg-type]
        self.held.sort(key=lambda held: (held.key, held.timestamp))

    @property
    def index(self) -> str:
        return self.site.url(f"/{self.name}/cdx")

    @property
    def replay(self) -> str:
        return self.site.url(f"/{self.name}/")

    def declaration(self, **keys: object) -> str:
        """What a source declares of it."""
        told = {"index": f"'{self.index}'", "replay": f"'{self.replay}'", "delay": 0.0, **keys}
        return "{" + ", ".join(f"{name}: {value}" for name, value in told.items()) + "}"

    def _answer(self, request: Request) -> bytes:
        target = request.target.removeprefix(f"/{self.name}/")
        if target.startswith("cdx?"):
            query = parse_qs(urlsplit(request.target).query)
            self.asked.append(query)
            return self.answer_to(query)
        match = re.fullmatch(r"(\d{14})id_/(.+)", target)
        return self.play(match[1], match[2]) if match else whole(b"nothing", status=404)

    def matching(self, query: dict[str, list[str]], *, whole_field: bool) -> list[Held]:
        """What a question names, in the order of the index."""
        (url,), (kind,) = query["url"], query["matchType"]
        host = url.split("/")[0].split(":")[0] if kind == "host" else None
        found = []
        for held in self.held:
            at = urlsplit(held.url)
            near = at.hostname == host if host else held.url.startswith(url)
            timely = query["from"][0] <= held.timestamp <= query["to"][0]
            fields = {"statuscode": str(held.status), "mimetype": held.media_type}
            passes = all(
                re.fullmatch(wanted, fields[field]) if whole_field else wanted in fields[field]
                for field, _, wanted in (told.partition(":") for told in query["filter"])
            )
            if near and timely and passes:
                found.append(held)
        return found

    def nearest(self, timestamp: str, url: str) -> Held | None:
        own = [held for held in self.held if held.url == url]
        asked = _moment(timestamp)
        return min(own, key=lambda held: abs(held.captured_at - asked), default=None)

    @abstractmethod
    def answer_to(self, query: dict[str, list[str]]) -> bytes:
        """The index's answer."""

    @abstractmethod
    def play(self, timestamp: str, url: str) -> bytes:
        """The answer to a request for a capture."""


class FakeWayback(FakeArchive):
    """Rows under a header, a key to resume with, redirects to the capture that there is."""

    name = "web"

    def answer_to(self, query: dict[str, list[str]]) -> bytes:
        found = self.matching(query, whole_field=True)
        first = int(query.get("resumeKey", ["0"])[0])
        limit = int(query["limit"][0])
        header = "urlkey timestamp original mimetype statuscode digest length".split()
        rows: list[list[str]] = [header]
        rows += [
            [h.key, h.timestamp, h.url, h.media_type, str(h.status), h.digest, "1000"]
            for h in found[first : first + limit]
        ]
        if len(found) > first + limit:
            rows += [[], [str(first + limit)]]
        body = "[" + ",\n".join(map(json.dumps, rows)) + "]\n"
        return whole(body.encode(), headers={"Content-Type": "application/json"})

    def play(self, timestamp: str, url: str) -> bytes:
        held = self.nearest(timestamp, url)
        if held is None:
            return whole(b"The Wayback Machine has not archived that URL.", status=404)
        if held.timestamp != timestamp:
            place = f"{self.replay}{held.timestamp}id_/{url}"
            return whole(b"", status=302, headers={"Location": place})
        headers = {
            "Content-Type": held.media_type,
            "Memento-Datetime": format_datetime(held.captured_at, usegmt=True),
            "X-Archive-Orig-Server": "newsroom/1",
            "X-Archive-Orig-Content-Type": held.media_type,
            "Server": "archive",
        }
        return whole(held.body, status=held.status, headers=headers)


class FakePywb(FakeArchive):
    """An object a line, no key; any page of its answers is the first; the nearest capture as is."""

    name = "news"

    def answer_to(self, query: dict[str, list[str]]) -> bytes:
        found = self.matching(query, whole_field=False)[: int(query["limit"][0])]
        lines = [
            json.dumps(
                {
                    "urlkey": h.key,
                    "timestamp": h.timestamp,
                    "url": h.url,
                    "mime": h.media_type,
                    "status": str(h.status),
                    "digest": f"sha1:{h.digest}",
                }
            )
            for h in found
        ]
        body = "".join(f"{line}\n" for line in lines).encode()
        return whole(body, headers={"Content-Type": "text/x-ndjson"})

    def play(self, timestamp: str, url: str) -> bytes:
        held = self.nearest(timestamp, url)
        if held is None:
            return whole(b"not found", status=404)
        headers = {
            "Content-Type": held.media_type,
            "Memento-Datetime": format_datetime(held.captured_at, usegmt=True),
            "X-Archive-Orig-Server": "newsroom/1",
        }
        return whole(held.body, status=held.status, headers=headers)


def _moment(timestamp: str) -> datetime:
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def day(number: int, hour: int = 9) -> datetime:
    """A moment in October 2021; the days go on into November."""
    return datetime(2021, 10, 1, hour, 30, tzinfo=UTC) + timedelta(days=number - 1)
