"""What a page says. Pure: no network, file, clock or database.

``parse`` makes a snapshot into an Article or a Rejection, ``explain`` also tells what led there,
and ``extract`` does it for a bare page.
"""

from __future__ import annotations

from parsers.items import Article, Explanation, Rejection, Snapshot, Source
from parsers.version import PARSER_VERSION

__all__ = ["PARSER_VERSION", "Article", "Rejection", "explain", "extract", "parse"]


# The stages are imported when first used: who only hands articles on need not wait for them.


def parse(
    snapshot: Snapshot, source: Source | None = None, *, default_time_zone: str = "Europe/London"
) -> Article | Rejection:
    """Return the article a snapshot holds, or why it holds none.

    ``source`` gives publisher, time zone, host aliases and rules; without it, times that state no
    zone are taken in ``default_time_zone``.
    """
    from parsers import assemble

    return assemble.parse(snapshot, source, default_time_zone=default_time_zone)


def explain(
    snapshot: Snapshot, source: Source | None = None, *, default_time_zone: str = "Europe/London"
) -> Explanation:
    """Parse a page and tell everything that led to the outcome."""
    from parsers import assemble

    return assemble.explain(snapshot, source, default_time_zone=default_time_zone)


def extract(
    body: bytes, url: str | None = None, *, content_type: str | None = None
) -> Article | Rejection:
    """Return the article of a bare page. ``content_type`` is as in HTTP, with its charset."""
    media_type, charset = _content_type(content_type)
    return parse(Snapshot(body=body, url=url, media_type=media_type, charset=charset))


def _content_type(value: str | None) -> tuple[str | None, str | None]:
    if not value:
        return None, None
    media_type, *parameters = (part.strip() for part in value.split(";"))
    for parameter in parameters:
        name, _, setting = parameter.partition("=")
        if name.strip().lower() == "charset":
            return media_type.lower(), setting.strip(" \"'") or None
    return media_type.lower(), None
