"""By which identities a page is known: those that articles found at its address would have."""

from __future__ import annotations

from collections.abc import Mapping

from flows.sources.loading import source_of_url
from parsers.identity import article_id
from parsers.items import Source
from parsers.urls import canonicalise, is_web_address


class PageIdentities:
    """Tells the identities of a page from its source, its address and its path.

    A page with an address has one or two: with its source's host aliases, and without, since
    aliases may have been declared later. One without an address goes by source and path.
    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources

    def __call__(self, source_id: str | None, url: str | None, path: str | None) -> tuple[str, ...]:
        """The identities, that of the declared source first; none without address and path."""
        if url and is_web_address(url):
            source = self._sources.get(source_id or "") or source_of_url(url, self._sources)
            aliases, home = (source.host_aliases, source.home) if source else ((), None)
            forms = dict.fromkeys((canonicalise(url, aliases, home), canonicalise(url)))
            return tuple(article_id(form, None, None) for form in forms)
        return (article_id(None, source_id, path),) if path else ()
