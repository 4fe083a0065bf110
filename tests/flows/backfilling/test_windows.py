"""Days, gaps, windows, and the pages that belong into them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from flows.backfilling.warc_windows import may_hold
from flows.backfilling.windows import DayCoverage, Span, assign, days, gaps, windows
from parsers.items import PageRef

OCTOBER = Span(date(2021, 10, 1), date(2021, 10, 31))
spans = st.tuples(st.dates(date(2000, 1, 1), date(2001, 1, 1)), st.integers(0, 100)).map(
    lambda told: Span(told[0], date.fromordinal(told[0].toordinal() + told[1]))
)


def day(number: int) -> date:
    return date(2021, 10, number)


def ref(path: str, lastmod: datetime | None = None) -> PageRef:
    url = f"https://www.pellbrook-courier.example{path}"
    return PageRef(source_id="pellbrook", url=url, found_by="sitemap", lastmod=lastmod)


@given(spans, st.integers(1, 40))
def test_windows_hold_each_day_once_newest_first(span: Span, length: int) -> None:
    cut = windows([span], length)
    held = [held_day for window in cut for held_day in reversed(list(days(window)))]
    assert held == sorted(days(span), reverse=True)
    assert all((window.until - window.since).days < length for window in cut)


def test_gaps_are_days_that_lack_pages_or_are_not_sure() -> None:
    complete, partial = DayCoverage(0, "complete"), DayCoverage(0, "partial")
    lacking = DayCoverage(2, "complete")
    coverage = {day(number): complete for number in range(1, 32)}
    coverage |= {day(3): lacking, day(4): partial, day(31): lacking}
    del coverage[day(20)]  # nobody looked

    assert gaps(OCTOBER, coverage) == (
        Span(day(3), day(4)),
        Span(day(20), day(20)),
        Span(day(31), day(31)),
    )
    assert gaps(Span(day(5), day(19)), coverage) == ()


def test_pages_go_to_the_window_of_their_day() -> None:
    cut = windows([OCTOBER], 10)
    newest, middle, oldest, first = cut
    assert first == Span(day(1), day(1))
    refs = [
        ref("/2021/10/30/ferry"),
        ref("/a", datetime(2021, 10, 15, 23, tzinfo=UTC)),
        ref("/listed-after-a-without-a-day"),
        ref("/2021/10/mill"),  # a month: within the days asked for
        ref("/2021/10/bridge", datetime(2021, 10, 3, tzinfo=UTC)),
        ref("/2021/11/01/later"),
        ref("/2021/09/30/earlier"),
    ]

    assigned = assign(refs, cut)

    assert {
        window: [r.url.split("example")[1] for r in found]
        for window, found in assigned.pages.items()
    } == {
        newest: ["/2021/10/30/ferry"],
        middle: ["/a", "/listed-after-a-without-a-day"],
        oldest: ["/2021/10/bridge"],
        first: ["/2021/10/mill"],
    }
    assert [r.url[-7:] for r in assigned.outside] == ["1/later", "earlier"]


def test_files_of_a_news_crawl_are_known_by_name() -> None:
    name = "CC-NEWS-20211003014212-00042.warc.gz"
    assert may_hold(name, Span(day(3), day(3)))
    assert may_hold(name, Span(day(4), day(9))), "it was still being written to"
    assert not may_hold(name, Span(day(1), day(2)))
    assert not may_hold(name, Span(day(20), day(30)))
    assert may_hold("crawl-of-the-county.warc", Span(day(1), day(2)))
