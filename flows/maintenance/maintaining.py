"""One round of maintenance: drop, compact, publish, then look whether all is sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.doctor import Finding, examine
from flows.maintenance.disk_use import DiskUse, disk_use
from flows.maintenance.dropping import drop_captures, remove_replaced
from flows.runs.recording import Recorder, record_run
from flows.runs.report import Summary
from flows.runs.steps import writer_when_free
from flows.settings import Settings
from flows.terminal.printable import printable
from flows.terminal.progress import Progress
from warehouse import NoSearchIndex, SearchError, search

WASTED_SHARE = 0.3
"""Share of the database's file that holds nothing any more, from which it is written anew."""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """What a round did and found. ``dropped`` counts captures, ``freed`` bytes of capture files."""

    summary: Summary
    dropped: int
    freed: int
    compacted: bool
    findings: tuple[Finding, ...]
    disk: tuple[DiskUse, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing is broken."""
        return not any(finding.state == "broken" for finding in self.findings)

    @property
    def headline(self) -> str:
        """What was done and found, in one line."""
        broken = sum(finding.state == "broken" for finding in self.findings)
        used = sum(part.size for part in self.disk if part.what != "free")
        done = [f"{used / 1e6:,.1f} MB in use"]
        done += [f"{self.dropped:,} captures dropped"] if self.dropped else []
        done += ["database compacted"] if self.compacted else []
        done += [f"{broken:,} findings are broken"] if broken else ["all sound"]
        return "maintenance: " + ", ".join(done)


def maintain_warehouse(settings: Settings, progress: Progress, *, wait: float = 0) -> Maintenance:
    """Do one round, as a run of the kind ``maintain``.

    Raises:
        WarehouseBusy, NotAWarehouse, NewerWarehouse: before anything is done.
    """
    dropped, compacted = 0, False

    with writer_when_free(settings, progress, wait) as writer:

        def work(recorder: Recorder) -> None:
            nonlocal dropped, compacted
            kept = settings.captures_kept
            dropped = drop_captures(settings.warehouse, kept, writer, progress)
            if writer.wasted_share >= WASTED_SHARE:
                progress.say("the database is written anew")
                writer.rewrite()
                compacted = True

        parameters = {"captures_kept": settings.captures_kept}
        summary = record_run(writer, settings.warehouse, "maintain", parameters, "captured", work)
        freed = remove_replaced(settings.warehouse)
    progress.say("looking whether all is sound")
    findings = tuple(examine(settings))
    if isinstance(settings.warehouse, Path):
        findings += (_search_index(settings.warehouse),)
    disk = tuple(disk_use(settings.warehouse))
    return Maintenance(summary, dropped, freed, compacted, findings, disk)


def _search_index(warehouse: Path) -> Finding:
    cure = f"remove the folder {warehouse.name}.d/search: the next run that writes makes it anew"
    try:
        hits = search(warehouse, "the", limit=1)
    except (NoSearchIndex, SearchError) as error:
        return Finding("search index", "broken", str(error), cure)
    if hits.behind:
        return Finding("search index", "broken", "it is behind the published copy", cure)
    return Finding("search index", "ok", "it is that of the published copy")


def markdown(done: Maintenance) -> str:
    """The report as a Markdown document."""
    return "\n".join(_lines(done)) + "\n"


def _lines(done: Maintenance) -> Iterator[str]:
    yield f"# maintenance\n\n{done.headline}\n\n| found | state | detail | cure |"
    yield "|---|---|---|---|"
    for finding in done.findings:
        cells = (finding.subject, finding.state, printable(finding.detail), finding.cure)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield "\n| room | MB |\n|---|---|"
    for part in done.disk:
        yield f"| {part.what} | {part.size / 1e6:,.1f} |"
