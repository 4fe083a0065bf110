"""The answers of ``newsgrain search``: hits with their passages, safe to print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from rich.console import Console
from rich.text import Text

from flows.answers.querying import Row, write_rows
from flows.terminal.printable import printable
from warehouse import Hit, Hits

Format = Literal["text", "csv", "json", "jsonl"]

_DATE_FORMATS = {"minute": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d", "month": "%Y-%m"}


def show_hits(hits: Hits, fmt: Format) -> None:
    """Write hits to standard output: for a person, or for a program with every field of ``Hit``."""
    if fmt == "text":
        _show(hits, Console(soft_wrap=True))
    else:
        write_rows(Hit._fields, _rows(hits), fmt, None)


def freshness(hits: Hits) -> str | None:
    """What to say when the index is behind the published copy; None when it is not."""
    if not hits.behind:
        return None
    return (
        f"the search index stands for run {hits.indexed_run or 'none'}, the published copy for "
        f"{hits.published_run}: newer articles are missing. The next run catches up."
    )


def _rows(hits: Hits) -> Iterator[Row]:
    yield from hits


def _show(hits: Hits, console: Console) -> None:
    for hit in hits:
        console.print(Text(printable(hit.headline or "(no headline)"), "bold"))
        console.print(Text(" · ".join(_particulars(hit)), "dim"))
        console.print(_marked(hit))
        console.print()
    console.print(_count(hits))


def _particulars(hit: Hit) -> Iterator[str]:
    yield hit.article_id
    yield printable(hit.publisher or hit.source_id or "(no source)")
    if hit.date_published is not None:
        yield hit.date_published.strftime(_DATE_FORMATS[hit.date_published_precision])
    if hit.url is not None:
        yield printable(hit.url)


def _marked(hit: Hit) -> Text:
    """The snippet with what was looked for in colour; without colour, the words are there."""
    text = Text(printable(hit.snippet))
    for first, end in hit.highlights:
        text.stylize("bold yellow", first, end)
    return text


def _count(hits: Hits) -> str:
    if hits.total > len(hits):
        return f"the best {len(hits):,} of {hits.total:,} articles"
    return f"{hits.total:,} article{'s' if hits.total != 1 else ''}"
