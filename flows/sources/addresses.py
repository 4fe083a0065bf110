"""The pattern that addresses of a site's articles share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

_MOST = 0.9
"""The share of addresses that must have a shape before it counts as theirs."""

_FEWEST = 3
_MOST_FOLDERS = 6
_ANY_HOST = "^https?://[^/]+/"
# The surest first: a number that is the article's key, a date among the folders.
_SHAPES = (
    r"(?:.+/)?[^/]*\d{6,}[^/]*/?$",
    r"(?:.+/)?(?:19|20)\d\d/\d{1,2}/.+",
)
_SLUG = r"[^/]+(?:-[^/-]+){3,}/?$"


def article_pattern(addresses: Iterable[str]) -> str | None:
    """A regular expression for the addresses of articles, from samples; None when none is sure."""
    paths = [urlsplit(address).path for address in dict.fromkeys(addresses)]
    if len(paths) < _FEWEST:
        return None
    folders = [path.strip("/").split("/")[:-1] for path in paths]
    common = _common_folders(folders)
    for shape in _SHAPES:
        if _share(paths, f"^/{shape}") >= _MOST:
            return _ANY_HOST + shape
    if common:
        return f"{_ANY_HOST}{'/'.join(map(re.escape, common))}/.+"
    firsts = Counter(path[0] for path in folders if path)
    often = [name for name, number in firsts.most_common(_MOST_FOLDERS) if number > 1]
    if sum(firsts[name] for name in often) >= _MOST * len(paths):
        return f"{_ANY_HOST}(?:{'|'.join(sorted(map(re.escape, often)))})/.+"
    return _ANY_HOST + _SLUG if _share(paths, f"^/{_SLUG}") >= _MOST else None


def _share(paths: Sequence[str], pattern: str) -> float:
    return sum(bool(re.search(pattern, path)) for path in paths) / len(paths)


def _common_folders(folders: Sequence[Sequence[str]]) -> list[str]:
    """The folders that nearly all have in common, from the root."""
    common: list[str] = []
    left = list(folders)
    while True:
        names = Counter(path[len(common)] for path in left if len(path) > len(common))
        if not names:
            return common
        name, number = names.most_common(1)[0]
        # A year or month is common to a week's articles only.
        if number < _MOST * len(folders) or re.search(r"\d{4}|^\d\d", name):
            return common
        left = [path for path in left if len(path) > len(common) and path[len(common)] == name]
        common.append(name)
