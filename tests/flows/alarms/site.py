"""A newspaper's site whose template changes overnight: pages that parse well, or no longer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Literal

Template = Literal["usual", "stumps", "undated", "headless", "leaking"]
"""How its pages are made: as ever; with bodies that pass for chrome; without any date or author;
without titles; with its navigation among the paragraphs."""

SECTIONS = tuple(
    f"{place} {what}"
    for place in ("Arlsey", "Brindle", "Corvey", "Dunmore", "Eastholt", "Fenwick")
    for what in ("town hall", "markets and fairs", "river notices")
)
_SUBJECTS = (
    "The ferry",
    "A choir",
    "The bridge keeper",
    "Her neighbour",
    "The night watch",
    "A baker",
)
_VERBS = "sold", "repaired", "carried", "painted", "counted", "returned"
_OBJECTS = (
    "eleven lamps",
    "the old bell",
    "a crate of pears",
    "two maps",
    "the spare rope",
    "a kite",
)


def page(number: int, template: Template = "usual") -> str:
    """An article of its own; the template decides what is made of it."""
    random = Random(number)
    paragraphs = [_paragraph(random) for _ in range(random.randint(5, 12))]
    title = f"{random.choice(_SUBJECTS)} and {random.choice(_OBJECTS)}: report {number}"
    day = f"2024-{1 + number % 12:02}-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00Z"
    body = "".join(f"<p>{text}</p>\n" for text in paragraphs)
    navigation = "".join(f'<li><a href="/{at}">{name}</a></li>' for at, name in enumerate(SECTIONS))
    head = f'<title>{title}</title><meta property="og:title" content="{title}">'
    headline = f"<h1>{title}</h1>"
    dated = (
        f'<meta property="article:published_time" content="{day}">'
        '<meta name="author" content="Iris Calloway">'
    )
    match template:
        case "undated":
            dated = ""
        case "headless":
            head, headline, dated = "", "", ""
        case "leaking":
            leak = "".join(f"<p>{name}</p>\n" for name in SECTIONS)
            body = f"{paragraphs[0]}{leak}{body}"
        case "stumps":
            body = (
                f"<p>{paragraphs[0]}</p><p>{paragraphs[1]}</p>"
                f'<div class="most-read related-links"><h2>Most read</h2><ul>'
                + "".join(
                    f'<li><a href="/{at}">{t}</a></li>' for at, t in enumerate(paragraphs[2:])
                )
                + "</ul></div>"
            )
    return f"""<!doctype html>
<html lang="en"><head>{head}{dated}</head>
<body>
<header><nav><ul>{navigation}</ul></nav></header>
<main><article>{headline}
{body}</article></main>
<footer><p>Copyright Weir Valley Gazette. All rights reserved.</p></footer>
</body></html>
"""


def write(folder: Path, numbers: Iterable[int], template: Template = "usual") -> None:
    """Pages in files that sort by their numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number:04}.html").write_text(page(number, template))


def _paragraph(random: Random) -> str:
    return " ".join(
        f"{random.choice(_SUBJECTS)} {random.choice(_VERBS)} {random.choice(_OBJECTS)}"
        f" before {random.choice(SECTIONS)} had opened on day {random.randint(1, 300)}."
        for _ in range(random.randint(2, 4))
    )
