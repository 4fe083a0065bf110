"""The extraction benchmark from a corpus zip to its tables, with systems made for the test."""

from __future__ import annotations

import gzip
import json
from zipfile import ZipFile

import pytest

from tests.benchmarks import extraction, results
from tests.benchmarks.corpus import Corpus, half_of, page_from_record, select, site_of
from tests.benchmarks.differences import lines_lacking
from tests.benchmarks.measuring import measure_page, read_page
from tests.benchmarks.scoring import Overlap
from tests.benchmarks.systems import (
    Metadata,
    MissingSystemError,
    PageRejectedError,
    System,
    decode,
    load_system,
)

GOLD = "The old bridge is closed.\n\nIt opens again in May."


def record(page_id: str, **fields) -> dict:
    return {"id": page_id, "html_path": f"html/{page_id}.gz", "gold_text": GOLD, **fields}


@pytest.fixture
def corpus_zip(tmp_path):
    records = [
        record("one", url="https://www.one.example/a", with_=["opens again\u2028in May"]),
        record("two", url="https://two.example/b", gold_meta={"title": "T", "author": None}),
    ]
    path = tmp_path / "small.zip"
    with ZipFile(path, "w") as archive:
        rows = [json.dumps(row, ensure_ascii=False) for row in records]
        archive.writestr("index.jsonl", "\n".join(rows) + "\n")
        for row in records:
            archive.writestr(row["html_path"], gzip.compress(b"<p>The old bridge is closed.</p>"))
    return path


def system(name: str, text: str, metadata: Metadata | None = None) -> System:
    return System(name, "1", lambda body, url: text, lambda body, url: metadata or Metadata())


def test_the_index_is_split_at_line_feeds_only(corpus_zip):
    with Corpus(corpus_zip) as corpus:
        assert [page.id for page in corpus.pages] == ["one", "two"]
        assert corpus.pages[0].with_ == ("opens again\u2028in May",)
        assert corpus.body(corpus.pages[1]) == b"<p>The old bridge is closed.</p>"


def test_a_single_author_and_a_list_of_authors_are_read_alike():
    one = page_from_record(record("x", gold_meta={"title": "T", "author": "A Ay"}))
    many = page_from_record(record("x", gold_meta={"title": "T", "author": ["A Ay", "B Bee"]}))
    assert (one.authors, many.authors) == (("A Ay",), ("A Ay", "B Bee"))


@pytest.mark.parametrize("date", ["2015-11", "2022-25-10", "", None])
def test_a_gold_date_that_is_no_day_is_not_compared(date):
    page = page_from_record(record("x", gold_meta={"title": "T", "date": date}))
    assert page.published is None


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.paper.example/a/b?c", "paper.example"),
        ("https://m.paper.co.uk/a", "paper.co.uk"),
        ("https://paper.co.uk/a", "paper.co.uk"),
        ("http://paper.example:8080/", "paper.example"),
    ],
)
def test_subdomains_belong_to_one_site(url, site):
    assert site_of(url) == site


def test_every_page_is_in_one_half_with_its_whole_site():
    pages = [
        page_from_record(record(f"{host}{path}", url=f"https://{host}.site{number}.example/{path}"))
        for number in range(40)
        for host in ("www", "m")
        for path in "ab"
    ]
    halves = [select(pages, [half], None) for half in ("a", "b")]
    assert len(halves[0]) + len(halves[1]) == len(pages)
    assert min(map(len, halves)) >= 40
    sites = [{site_of(page.url) for page in half} for half in halves]
    assert not sites[0] & sites[1]


def test_a_page_without_url_has_a_half_too():
    assert half_of(page_from_record(record("no-url"))) in ("a", "b")


def test_scores_of_a_page_for_each_system_in_turn():
    page = page_from_record(
        record(
            "one",
            with_=["opens again"],
            without=["Menu"],
            gold_meta={"title": "Bridge", "author": ["A Ay"], "date": "2024-05-03"},
        )
    )
    whole = system("whole", GOLD, Metadata("Bridge", ("A Ay",), "2024-05-03T10:00:00+02:00"))
    part = system("part", "Menu The old bridge is closed", Metadata("Bridge | Paper"))
    first, second = measure_page(page, b"", [whole, part], repeats=2)
    assert (first.overlap, first.exact, first.outcome) == (Overlap(1.0, 1.0), True, "text")
    assert (first.title, first.authors, first.day) == (True, True, True)
    assert first.author_invented is None
    assert second.overlap == Overlap(precision=2 / 3, recall=2 / 7)
    assert (second.exact, second.title, second.authors, second.day) == (False, False, False, False)
    assert second.segments == (0, 1, 1)


@pytest.mark.parametrize(("authors", "invented"), [((), False), (("The Paper",), True)])
def test_an_author_where_the_gold_has_none_is_invented(authors, invented):
    page = page_from_record(record("one", gold_meta={"title": "Bridge", "author": None}))
    (score,) = measure_page(page, b"", [system("s", GOLD, Metadata("Bridge", authors))], repeats=1)
    assert score.author_invented is invented
    assert score.authors is None


def test_a_page_whose_metadata_nobody_looked_at_invents_nothing():
    page = page_from_record(record("one", gold_meta={"title": None, "author": None, "date": None}))
    (score,) = measure_page(page, b"", [system("s", GOLD, Metadata("x", ("A Ay",)))], repeats=1)
    assert (score.title, score.author_invented, score.day) == (None, None, None)


def test_rejections_errors_and_empty_texts_are_outcomes():
    def reject(body: bytes, url: str | None) -> str:
        raise PageRejectedError("soft_404: nothing here")

    def fail(body: bytes, url: str | None) -> str:
        raise ValueError("bad page")

    def outcome(read_text):
        return read_page(System("s", "1", read_text, lambda body, url: Metadata()), b"", None)

    assert outcome(reject) == ("", "rejected", "soft_404: nothing here")
    assert outcome(fail) == ("", "error", "ValueError: bad page")
    assert outcome(lambda body, url: " \n ").outcome == "empty"


def test_results_are_saved_and_loaded_whole(tmp_path):
    page = page_from_record(record("one", with_=["bridge"], gold_meta={"title": "T"}))
    scores = measure_page(page, b"", [system("s", "The old bridge is closed")], repeats=1)
    results.save(tmp_path / "r.json", "small", {"s": scores})
    assert results.load(tmp_path / "r.json", "s") == {"one": scores[0]}
    with pytest.raises(MissingSystemError, match="holds no 'other', but: s"):
        results.load(tmp_path / "r.json", "other")


def test_shares_are_of_the_pages_whose_gold_has_the_thing():
    titled = page_from_record(record("one", gold_meta={"title": "T", "date": "2024-05-03"}))
    bare = page_from_record(record("two"))
    scores = [
        measure_page(page, b"", [system("s", GOLD, Metadata("T"))], repeats=1)[0]
        for page in (titled, bare)
    ]
    summary = results.summarise(scores)
    assert (summary.title, summary.day, summary.authors, summary.exact) == (1.0, 0.0, None, 1.0)


def test_the_oracle_takes_the_best_system_for_each_page():
    pages = [page_from_record(record(page_id)) for page_id in ("one", "two")]
    texts = {"s": [GOLD, "nothing of it"], "t": ["The old bridge", GOLD]}
    runs = [
        [
            measure_page(page, b"", [system(name, text)], repeats=1)[0]
            for page, text in zip(pages, texts[name], strict=True)
        ]
        for name in texts
    ]
    assert results.summarise(results.best_of(runs)).exact == 1.0


def test_what_is_missing_is_marked_within_a_line_and_shown_whole_otherwise():
    other = "The old bridge is closed until further notice."
    missing = list(lines_lacking("The old bridge is closed since May.\n\nTwo words", other))
    assert [line.marked for line in missing] == [
        "The old bridge is closed [[since May]].",
        "Two words",
    ]
    assert missing[0].share == pytest.approx(2 / 7)
    assert not list(lines_lacking("- further   notice!", other))


def test_comparing_lists_pages_gained_lost_and_exact(tmp_path, capsys):
    pages = [page_from_record(record(page_id)) for page_id in ("better", "worse", "same")]
    texts = {
        "old": ["The old bridge is closed", GOLD, GOLD],
        "new": [GOLD, "The old bridge is closed", GOLD],
    }
    for name, run in texts.items():
        scores = [
            measure_page(page, b"", [system("newsgrain", text)], repeats=1)[0]
            for page, text in zip(pages, run, strict=True)
        ]
        results.save(tmp_path / f"{name}.json", "small", {"newsgrain": scores})
    old, new = (str(tmp_path / f"{name}.json") for name in texts)
    assert extraction.main(["--compare", old, new]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "lost: 1 pages"
    assert lines[2].endswith("worse")
    assert lines[3] == "gained: 1 pages"
    assert lines[4].endswith("better")
    assert lines[5:] == ["no longer exact: 1 worse", "now exact: 1 better"]


def test_the_command_measures_a_corpus_and_shows_the_worst_page(corpus_zip, tmp_path, capsys):
    pytest.importorskip("resiliparse")
    saved = tmp_path / "saved.json"
    arguments = [str(corpus_zip), "--systems", "resiliparse", "--system", "resiliparse"]
    status = extraction.main([*arguments, "--worst", "1", "--save", str(saved)])
    printed = capsys.readouterr().out
    assert status == 0
    assert "small: 2 pages, sites of half a and b, best of 1" in printed
    assert "missing  100%  It opens again in May." in printed
    assert {page.overlap.recall for page in results.load(saved, "resiliparse").values()} == {2 / 7}


def test_an_unknown_system_names_those_there_are(corpus_zip, capsys):
    assert extraction.main([str(corpus_zip), "--systems", "nobody"]) == 2
    assert "there are: newsgrain, trafilatura" in capsys.readouterr().err


def test_a_missing_peer_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "readability", None)
    with pytest.raises(MissingSystemError, match=r"pip install '\.\[bench\]'"):
        load_system("readability-lxml")


def test_pages_are_decoded_as_utf8_then_as_declared_then_as_windows_1252():
    assert decode("é".encode()) == "é"
    declared = '<meta charset="shift_jis">橋'
    assert decode(declared.encode("shift_jis")) == declared
    assert decode(b"\x93quoted\x94") == "“quoted”"
