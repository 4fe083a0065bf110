"""Which site system made a page, by marks that its templates leave in the source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

READ_BYTES = 500_000
"""How much of a page is looked at."""

# Names are those that sources declare as their platform. Marks are of the platform's own making:
# folders, script objects, class prefixes.
MARKS: Final[Mapping[str, tuple[str, ...]]] = {
    "single_online_home": (r"/SysSiteAssets/", r'class="c-(?:quick-exit|news-|page-header_)'),
    "iopc": (r"taxonomy-tooltip", r"paragraphs-item-", r"IOPC reference"),
    "newsquest": (r"\bNQ_CONFIG\b", r"newsquestdigital|newsquest\.co\.uk", r'class="mar-'),
    "national_world": (
        r"national-?world(?:publishing)?\.(?:com|co\.uk)",
        r">\s*Hide Ad\s*<",
        r"Watch more of our videos on Shots",
    ),
    "global": (r"theme-(?:lbc|heart|capital|classic|smooth|radiox|gold)\b", r"global\.com/legal"),
    "mynewsdesk": (r"mynewsdesk", r'class="panel__(?:text|link|heading)'),
    "bbc": (r"ichef\.bbc|static\.files\.bbci|\bssrcss-", r"data-component=\"(?:text|image)-block"),
    "gov_uk": (r'class="govuk-template', r'name="govuk:'),
}
# Systems that many of the sites above are built with too.
GENERAL_MARKS: Final[Mapping[str, tuple[str, ...]]] = {
    "wordpress": (r"/wp-(?:content|includes|json)/", r'content="WordPress'),
    "drupal": (r'content="Drupal', r"/sites/(?:default|all)/(?:files|themes|modules)/"),
    "joomla": (r'content="Joomla', r"/media/(?:jui|system)/js/"),
}


def recognise(page: bytes) -> str | None:
    """The platform with the most of its marks on a page; the first named above when even."""
    text = page[:READ_BYTES].decode("utf-8", "replace")
    return _best(text, MARKS) or _best(text, GENERAL_MARKS)


def _best(text: str, marks: Mapping[str, tuple[str, ...]]) -> str | None:
    found = {
        name: sum(bool(re.search(pattern, text, re.IGNORECASE)) for pattern in patterns)
        for name, patterns in marks.items()
    }
    best = max(found, key=lambda name: found[name])
    return best if found[best] else None
