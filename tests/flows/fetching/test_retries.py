"""What is temporary is asked for again, with patience; what is not, never."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from flows.fetching.exchange import Answer
from flows.fetching.hosts import HostState
from flows.fetching.retrying import LONGEST_RETRY_AFTER, retry_at
from tests.flows.fetching.harness import OPEN, PAGE, QuickClock, failure, fetch, fetch_all, source
from tests.flows.webserver import RESET
from tests.flows.webserver.server import whole

PATIENT = OPEN.model_copy(update={"retries": 2})
BRISK = source(delay=0)


# --- What is asked for again -----------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_temporary_status_is_asked_for_again(web, site, status):
    answers = [whole(b"", status=status), whole(PAGE)]
    fetched = fetch(site.answer("/a", lambda _: answers.pop(0)), PATIENT)
    assert (fetched.result.body, fetched.attempts) == (PAGE, 2)
    assert web.pages() == ["/a", "/a"]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_one_that_stays_is_busy(web, site, status):
    fetched = fetch(site.page("/a", b"", status=status), PATIENT)
    assert (fetched.result.kind, fetched.result.detail) == ("busy", f"answered {status} each time")
    assert (fetched.result.retry_at, fetched.attempts) == (None, 3)
    assert web.pages() == ["/a"] * 3


@pytest.mark.parametrize(
    "parts",
    [[RESET], [], [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", RESET], [9.0]],
    ids=["reset", "closed", "reset within", "silence"],
)
def test_a_connection_that_breaks_is_asked_for_again(web, site, parts):
    tries = itertools.count()
    whole_page = [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"]
    url = site.run("/a", lambda: parts if next(tries) == 0 else whole_page)
    fetched = fetch(url, PATIENT.model_copy(update={"deadline": 0.4}))
    assert (fetched.result.body, fetched.attempts) == (b"hello", 2)
    assert web.pages() == ["/a", "/a"]


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 405, 410, 451, 501, 505])
def test_what_is_not_temporary_is_asked_for_once(web, site, status):
    assert fetch(site.page("/a", b"", status=status), PATIENT).result.http_status == status
    assert web.pages() == ["/a"]


@pytest.mark.parametrize(
    "parts",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n"],
        [b"this is not http\r\n\r\n"],
        [b"HTTP/1.1 302 Found\r\nLocation: ftp://a/\r\nContent-Length: 0\r\n\r\n"],
    ],
    ids=["damaged", "too large", "not http", "no address"],
)
def test_a_failure_that_would_be_the_same_again_is_one_request(web, site, parts):
    assert fetch(site.send("/a", *parts), PATIENT).attempts == 1
    assert web.pages() == ["/a"]


def test_the_waits_grow_and_are_never_the_same(site):
    url = site.page("/a", b"", status=500)
    runs = []
    for _ in range(4):
        clock = QuickClock()
        fetch(url, OPEN.model_copy(update={"retries": 5}), BRISK, clock=clock)
        runs.append(clock.slept)
    for waits in runs:
        assert [2**n <= wait <= 2**n + 1 for n, wait in enumerate(waits)] == [True] * 5
    assert len({wait for waits in runs for wait in waits}) == 20


def test_a_busy_host_is_eased_off_as_a_whole(web, site):
    """A 429 without Retry-After holds the host's other pages too."""
    answers = [whole(b"", status=429), whole(PAGE)]
    site.answer("/a", lambda _: answers.pop(0))
    site.page("/b", PAGE)
    clock = QuickClock()
    fetch_all([site.url("/a"), site.url("/b")], PATIENT, BRISK, clock=clock)
    assert max(clock.slept) >= 1
    assert web.pages()[0] == "/a"
    assert sum(clock.slept) >= 1


def test_a_host_that_is_busy_each_time_is_left_alone(web, site):
    site.answer_all(lambda _: whole(b"", status=429))
    site.robots("")
    fetches, hosts = fetch_all([site.url(f"/{n}") for n in range(12)], OPEN, BRISK)
    assert [fetched.attempts for fetched in fetches] == [1] * 10 + [0, 0]
    assert {fetched.result.kind for fetched in fetches} == {"busy"}
    assert hosts[site.origin].retry_at > datetime.now(UTC) + timedelta(minutes=10)
    assert len(web.pages()) == 10


def test_a_good_answer_among_the_busy_ones_counts(web, site):
    site.answer_all(lambda request: whole(PAGE, status=200 if request.target == "/8" else 503))
    site.robots("")
    fetch_all([site.url(f"/{n}") for n in range(18)], OPEN, BRISK)
    assert len(web.pages()) == 18


# --- Retry-After -----------------------------------------------------------------------------


def in_seconds(seconds: int) -> str:
    return str(seconds)


def as_date(seconds: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds + 1), usegmt=True)


@pytest.mark.parametrize("form", [in_seconds, as_date])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_for(web, site, status, form):
    busy = whole(b"", status=status, headers={"Retry-After": form(20)})
    answers = [busy, whole(PAGE)]
    site.answer("/a", lambda _: answers.pop(0))
    site.page("/b", PAGE)
    clock = QuickClock()
    fetches, _ = fetch_all([site.url("/a"), site.url("/b")], PATIENT, BRISK, clock=clock)
    assert [fetched.result.http_status for fetched in fetches] == [200, 200]
    assert 19 <= sum(clock.slept) <= 25
    assert sorted(web.pages()) == ["/a", "/a", "/b"]
    assert web.pages()[0] == "/a"


@pytest.mark.parametrize("form", [in_seconds, as_date])
def test_a_longer_one_is_left_to_another_run_and_remembered(web, site, form):
    site.page("/a", b"", status=503, headers={"Retry-After": form(600)})
    before = datetime.now(UTC)
    fetches, hosts = fetch_all([site.url("/a"), site.url("/b"), site.url("/c")], PATIENT, BRISK)
    moment = hosts[site.origin].retry_at
    assert before + timedelta(seconds=599) <= moment <= before + timedelta(seconds=610)
    assert [(f.result.kind, f.result.retry_at) for f in fetches] == [("busy", moment)] * 3
    assert [f.attempts for f in fetches] == [1, 0, 0]
    assert web.pages() == ["/a"]
    # The next run, still too early:
    fetches, again = fetch_all([site.url("/b")], PATIENT, hosts=hosts)
    assert (fetches[0].result.kind, fetches[0].result.retry_at) == ("busy", moment)
    assert web.pages() == ["/a"]
    assert again[site.origin].retry_at == moment


def test_when_the_time_has_come_the_host_is_asked(web, site):
    state = HostState(
        host=site.origin,
        robots_status=404,
        robots_fetched_at=datetime.now(UTC),
        retry_at=datetime.now(UTC) - timedelta(seconds=1),
    )
    fetches, _ = fetch_all([site.page("/a", PAGE)], PATIENT, hosts={site.origin: state})
    assert fetches[0].result.body == PAGE


def test_a_robots_file_that_asks_for_patience_makes_the_host_busy(web, site):
    site.page("/robots.txt", b"", status=429, headers={"Retry-After": "3600"})
    fetches, hosts = fetch_all([site.url("/a"), site.url("/b")], PATIENT, BRISK)
    assert [fetched.result.kind for fetched in fetches] == ["busy", "busy"]
    assert hosts[site.origin].retry_at is not None
    assert web.targets() == ["/robots.txt"]


def test_a_host_that_pauses_holds_up_no_other(web, site):
    other = web.site("127.0.0.2")
    site.page("/a", b"", status=503, headers={"Retry-After": "3600"})
    urls = [site.url("/a"), *[other.page(f"/{n}", PAGE) for n in range(3)], site.url("/b")]
    fetches, _ = fetch_all(urls, PATIENT, source(delay=0, shared_by="platform"))
    assert [f.result.kind for f in (fetches[0], fetches[4])] == ["busy", "busy"]
    assert [f.result.http_status for f in fetches[1:4]] == [200] * 3


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("120", None, 120),
        (" 7 ", None, 7),
        ("0", None, None),
        ("-5", None, None),
        ("1.5", None, None),
        ("soon", None, None),
        ("", None, None),
        ("9" * 10, None, LONGEST_RETRY_AFTER.total_seconds()),
        ("9" * 5_000, None, None),
        ("Fri, 01 Mar 2024 12:01:00 GMT", None, 60),
        ("Friday, 01-Mar-24 12:01:00 GMT", None, 60),
        ("Fri, 01 Mar 2024 11:00:00 GMT", None, None),
        ("Fri, 01 Mar 2044 12:01:00 GMT", None, LONGEST_RETRY_AFTER.total_seconds()),
        # The server's clock is an hour ahead, and it says so.
        ("Fri, 01 Mar 2024 13:01:00 GMT", "Fri, 01 Mar 2024 13:00:00 GMT", 60),
        ("Fri, 99 Mar 2024 11:00:00 GMT", None, None),
    ],
)
def test_both_forms_of_retry_after(value, date, seconds):
    now = datetime(2024, 3, 1, 12, tzinfo=UTC)
    headers = httpx.Headers({"Retry-After": value, **({"Date": date} if date else {})})
    answer = Answer(httpx.URL("http://news.example/"), 503, headers, httpx.Headers(), b"")
    expected = None if seconds is None else now + timedelta(seconds=seconds)
    assert retry_at(answer, now) == expected


def test_a_failure_that_is_no_answer_has_no_promise(site):
    assert failure(site.send("/a", RESET), PATIENT).retry_at is None
