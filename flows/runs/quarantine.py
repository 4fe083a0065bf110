"""Deciding about pages that are held back: loaded as they would have been, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flows.answers.quarantined import NothingHeldError, held_page_capture
from flows.archive.stored import stored_snapshot
from flows.archive.warc import ArchiveError
from flows.runs.erasing import known_sources
from flows.runs.parsing import Parse, parser
from flows.runs.recording import Recorder, record_run
from flows.runs.report import Summary
from flows.runs.steps import check_source, writer_when_free
from flows.settings import Settings
from flows.terminal.progress import Progress
from parsers.items import Article, Source
from parsers.urls import canonicalise
from warehouse import HeldPage, Writer, captures_folder


def release(
    names: Sequence[str],
    source_id: str | None,
    settings: Settings,
    progress: Progress,
    *,
    wait: float = 0,
    parse: Parse | None = None,
) -> Summary:
    """Load pages that are held back, as their runs would have; pages like them are let through.

    ``names`` are addresses, paths or article ids, of rejected pages too; without any, all that
    wait of a source are meant. A page that today's parsers read otherwise than what was held back
    is a problem of the run and stays: ``newsgrain reparse`` judges it anew.

    Raises:
        NothingHeldError, UnknownSourceError, SourceError, WarehouseBusy, NoWarehouse: before
            anything is done.
    """
    sources = known_sources(settings)
    check_source(source_id, sources)
    with writer_when_free(settings, progress, wait) as writer:
        chosen = _chosen(writer, names, source_id, ("waiting", "rejected"))

        def work(recorder: Recorder) -> None:
            releasing = _Releasing(writer, recorder, sources, settings, parse or parser(settings))
            for held in chosen:
                progress.advance(releasing.release(held))

        told = {"pages": len(chosen), "source": source_id}
        return record_run(writer, settings.warehouse, "release", told, "captured", work)


def reject(
    names: Sequence[str],
    source_id: str | None,
    reason: str | None,
    settings: Settings,
    progress: Progress,
    *,
    wait: float = 0,
) -> int:
    """Have pages that are held back never loaded as they read now; how many there were.

    Raises:
        NothingHeldError, UnknownSourceError, SourceError, WarehouseBusy, NoWarehouse: before
            anything is done.
    """
    check_source(source_id, known_sources(settings))
    with writer_when_free(settings, progress, wait) as writer:
        chosen = _chosen(writer, names, source_id, ("waiting",))

        def work(_: Recorder) -> None:
            with writer.transaction():
                for held in chosen:
                    writer.quarantine.decide(held, "rejected", reason)

        told = {"pages": len(chosen), "source": source_id}
        record_run(writer, settings.warehouse, "reject", told, "captured", work)
    return len(chosen)


def _chosen(
    writer: Writer, names: Sequence[str], source_id: str | None, states: Sequence[str]
) -> list[HeldPage]:
    """The pages that are meant, each once: those of one of the states, or all that wait."""
    if not names:
        chosen = list(writer.quarantine.waiting(source_id))
        if not chosen:
            raise NothingHeldError(f"no page of {source_id or 'any source'} waits in quarantine")
        return chosen
    found = [(name, writer.quarantine.find(name)) for name in names]
    for name, held in found:
        if held is None or held.state not in states:
            what = f"was {held.state}" if held else "is not in quarantine"
            raise NothingHeldError(f"{name} {what}; `newsgrain quarantine list` names what waits")
    return list({held.article_id: held for _, held in found if held}.values())


class _Releasing:
    """Loads pages that were held back, one at a time: each is a decision of its own."""

    def __init__(
        self,
        writer: Writer,
        recorder: Recorder,
        sources: dict[str, Source],
        settings: Settings,
        parse: Parse,
    ) -> None:
        self._writer = writer
        self._recorder = recorder
        self._sources = sources
        self._captures = captures_folder(settings.warehouse)
        self._parse = parse

    def release(self, held: HeldPage) -> tuple[str, ...]:
        """Load a page; its outcome, or nothing when it cannot be read as it was held back."""
        source = self._sources.get(held.source_id)
        try:
            kept = self._writer.captures([held.payload_digest])
            snapshot = stored_snapshot(held_page_capture(held, kept), self._captures)
        except ArchiveError as error:
            self._recorder.add_problem(f"{held.target}: the capture cannot be read: {error}")
            return ()
        article = self._parse(snapshot, source)
        if not isinstance(article, Article) or article.body_digest != held.body_digest:
            self._recorder.add_problem(
                f"{held.target}: it reads otherwise with the parsers of today; it stays in"
                f" quarantine, and `newsgrain reparse --source {held.source_id}` judges it anew"
            )
            return ()
        return self._load(held, article, source)

    def _load(self, held: HeldPage, article: Article, source: Source | None) -> tuple[str, ...]:
        visit = self._writer.quarantine.visit(held, article)
        with self._writer.transaction():
            loaded = self._writer.load(self._recorder.run_id, [visit], [])
            self._writer.quarantine.decide(held, "released")
            if source is not None:
                self._tell_page(held, article, source, loaded)
        return loaded

    def _tell_page(
        self, held: HeldPage, article: Article, source: Source, loaded: tuple[str, ...]
    ) -> None:
        """Enter the article in what is known of a collected page, unless that has changed since."""
        url = canonicalise(held.target, source.host_aliases, source.home)
        with self._writer.page_lookup() as lookup:
            page = lookup.find([url]).get(url)
        if page is None or page.payload_digest != held.payload_digest:
            return
        changed_at = held.quarantined_at if loaded == ("updated",) else page.changed_at
        told = replace(
            page,
            article_id=article.article_id,
            date_published=article.date_published,
            changed_at=changed_at,
        )
        self._writer.record_pages([told])
