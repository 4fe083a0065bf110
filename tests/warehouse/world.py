"""A small invented world for the worked questions: three sources, a fortnight, fixed times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from parsers.items import Article, Attribute, Block, Evidence, Rejection, Source, Unread, Visit
from tests.warehouse.building import article, capture, visit
from warehouse import Discovered, Page, Writer, open_writer

DAY = timedelta(1)
FIRST = datetime(2024, 5, 1, 9, tzinfo=UTC)
SOURCES = (
    Source(
        id="harrow_gazette",
        publisher="Harrow Gazette",
        publisher_type="newspaper",
        area="Harrowshire",
        enabled=True,
    ),
    Source(
        id="northmoor_police",
        publisher="Northmoor Police",
        publisher_type="police_force",
        area="Northmoor",
        enabled=True,
    ),
    Source(id="weir_radio", publisher="Weir Radio", publisher_type="broadcaster", enabled=True),
)
COOKIES = Block(
    0, "We use cookies. Accept all cookies?", "other", "removed", None, None, "consent.banner",
    "consent",
)  # fmt: skip
FOOTER = Block(
    0, "Terms of use", "list_item", "removed", None, None, "furniture.footer", "furniture"
)
RELEASE = (
    "A man who sold tickets for trains that never ran has been ordered to pay back 3,000 pounds.",
    "Northmoor magistrates heard that he printed the tickets in his kitchen over two summers and "
    "sold them from a folding table outside the old station.",
    "Sergeant Iris Calloway said travellers had been cheated of their day out, and that the force "
    "would look for everybody who had bought one of the tickets.",
)


def page(
    source: Source, slug: str, headline: str, paragraphs: Sequence[str], published: datetime | None,
    **changes: object,
) -> Article:  # fmt: skip
    """An article under a consent notice and above a footer, with its headline moved."""
    parts = [
        COOKIES,
        Block(1, headline, "heading", "moved", None, "headline"),
        *(Block(2, text, "paragraph", "kept", "body") for text in paragraphs),
        FOOTER,
    ]
    return article(
        tuple(part._replace(position=number) for number, part in enumerate(parts)),
        page=f"{source.id}/{slug}",
        **{
            "source_id": source.id,
            "publisher": source.publisher,
            "area": None,
            "headline": headline,
            "date_published": published,
            "date_published_precision": "minute" if published else "unknown",
            "flags": (),
            **changes,
        },  # type: ignore[arg-type]
    )


def look(found: Article, at: datetime) -> Visit:
    return visit(found, at=at, source_id=found.source_id)


def listed(source: Source, address: str, lastmod: datetime, **changes: object) -> Page:
    """A page as the lists of its source tell it."""
    fields: dict[str, object] = {
        "url": address,
        "address": address,
        "source_id": source.id,
        "found_by": "sitemap",
        "found_at": "https://news.example/sitemap.xml",
        "found_run_id": "first",
        "lastmod": lastmod,
        "first_seen_at": FIRST + 6 * DAY,
        "due_at": FIRST + 20 * DAY,
    }
    return Page(**(fields | changes))  # type: ignore[arg-type]


def build(path: Path) -> None:
    """Two runs: on the seventh day all is read, on the eighth one page has changed, one gone."""
    gazette, police, radio = SOURCES
    seventh, eighth = FIRST + 6 * DAY, FIRST + 7 * DAY
    tickets = page(
        police, "tickets", "Man to pay back 3,000 pounds", RELEASE, FIRST + DAY, area="Northmoor"
    )
    copied = page(
        gazette, "tickets", "Ghost train tickets: man must pay", RELEASE, FIRST + DAY * 1.2
    )
    bridge = page(
        gazette,
        "bridge",
        "Weir bridge shut for 14 weeks",
        ("The footbridge over the weir will shut in June.", "Walkers face a long way round."),
        FIRST + 2 * DAY,
    )
    reworded = page(
        gazette,
        "bridge",
        "Weir bridge to stay open",
        ("The footbridge over the weir will stay open after all.",),
        FIRST + 2 * DAY,
    )
    twice = page(
        radio,
        "inquest",
        "Inquest opens",
        (
            "The inquest into the sinking of the ferry Marigold opened at Northmoor town hall on "
            "Monday before the coroner, Edwin Sallow.",
            "The inquest into the sinking of the ferry Marigold opened at Northmoor town hall on "
            "Tuesday before the coroner, Edwin Sallow.",
        ),
        FIRST - 30 * DAY,
        flags=("date_conflict", "near_duplicate_conflict"),
        evidence=(
            Evidence(
                "date_published", "json_ld", "2024-04-01", "2024-04-01T09:00:00+00:00", 1, True,
                "minute", "stated",
            ),
            Evidence(
                "date_published", "visible", "4 May 2024", "2024-05-04T00:00:00+00:00", 2, False,
                "day",
            ),
        ),
    )  # fmt: skip
    heard = page(
        police,
        "hearing",
        "Outcome: constable dismissed over messages",
        ("Hearing dates: 8 to 9 April 2024", "Sanction: dismissal without notice"),
        FIRST + 3 * DAY,
        attributes=(
            Attribute(
                2, 1, "Hearing dates", "hearing_date", "8 to 9 April 2024",
                "2024-04-08/2024-04-09", True,
            ),
            Attribute(
                3, 1, "Sanction", "sanction", "dismissal without notice", "dismissal", True
            ),
        ),
    )  # fmt: skip
    undated = page(radio, "song", "A song for the ferry", ("It has eleven verses.",), None)
    seen = (tickets, copied, bridge, twice, heard, undated)
    with open_writer(path) as writer:
        writer.record_sources(SOURCES)
        _run(
            writer,
            [
                *(look(found, seventh) for found in seen),
                visit(Rejection("soft_404", "says so"), page="weir_radio/old", at=seventh,
                      source_id="weir_radio", payload_digest="sha256:00"),
                visit(Unread("no answer in 30 s"), page="weir_radio/slow", at=seventh,
                      source_id="weir_radio"),
            ],
        )  # fmt: skip
        pages = [
            listed(
                police,
                str(tickets.url),
                FIRST + DAY,
                payload_digest=tickets.payload_digest,
                article_id=tickets.article_id,
                fetched_at=seventh,
                last_seen_at=seventh,
            ),
            listed(police, "https://news.example/northmoor_police/vans", FIRST + 4 * DAY),
        ]
        writer.record_found(pages)
        writer.record_discoveries(
            "first",
            [
                Discovered(
                    source_id=police.id,
                    started_at=seventh,
                    finished_at=seventh,
                    listed=2,
                    found=2,
                    complete=True,
                )
            ],
        )
        _run(writer, [look(reworded, eighth)])
        gone = {"missing_since": eighth, "missing_run_id": "second", "gone_at": eighth}
        [standing, _] = pages
        fields = {name: getattr(standing, name) for name in Page.__dataclass_fields__}
        writer.record_pages([Page(**(fields | gone))])
        writer.publish()


def _run(writer: Writer, visits: Sequence[Visit]) -> None:
    run_id = writer.start_run("ingest", {})
    captures = [capture(seen) for seen in visits if isinstance(seen.outcome, Article)]
    writer.load(run_id, visits, captures)
    writer.finish_run(run_id, "completed")
