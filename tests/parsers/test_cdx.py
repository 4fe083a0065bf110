"""Answers of CDX servers, in both forms, and hostile ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.cdx import IndexedCapture, read_cdx

URL = "https://www.pellbrook.example/news/1"
CAPTURE = IndexedCapture(
    URL, datetime(2021, 10, 5, 12, 34, 56, tzinfo=UTC), "200", "text/html", "ABC"
)
HEADER = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
ROW = ["example,pellbrook)/news/1", "20211005123456", URL, "text/html", "200", "ABC", "1000"]
OBJECT = {
    "urlkey": "example,pellbrook)/news/1",
    "timestamp": "20211005123456",
    "url": URL,
    "mime": "text/html",
    "status": "200",
    "digest": "ABC",
}


def table(*rows: object) -> bytes:
    return json.dumps(rows).encode()


@pytest.mark.parametrize(
    "body",
    [
        table(HEADER, ROW),
        json.dumps(OBJECT).encode() + b"\n",
        b"example,pellbrook)/news/1 20211005123456 "
        + json.dumps({k: v for k, v in OBJECT.items() if k != "timestamp"}).encode(),
    ],
    ids=["rows", "objects", "cdxj"],
)
def test_each_form_is_read(body: bytes) -> None:
    answer = read_cdx(body)
    assert answer.captures == (CAPTURE,)
    assert (answer.lines, answer.malformed, answer.resume_key) == (1, 0, None)


def test_the_key_to_resume_with_follows_an_empty_row() -> None:
    answer = read_cdx(table(HEADER, ROW, [], ["example%2Cpellbrook%29+2021"]))
    assert answer.resume_key == "example%2Cpellbrook%29+2021"
    assert answer.captures == (CAPTURE,)


@pytest.mark.parametrize("body", [b"", b"[]", b"\n\n", table(HEADER)])
def test_nothing_is_no_fault(body: bytes) -> None:
    assert read_cdx(body) == read_cdx(b"")
    assert read_cdx(body).malformed == 0


def test_columns_may_stand_in_any_order() -> None:
    answer = read_cdx(table(list(reversed(HEADER)), list(reversed(ROW))))
    assert answer.captures == (CAPTURE,)


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        "[1, 2",
        '{"timestamp": "20211005123456"}',
        json.dumps(OBJECT | {"timestamp": "20211305123456"}),
        json.dumps(OBJECT | {"timestamp": 20211005123456}),
        json.dumps(OBJECT | {"timestamp": "٢٠٢١١٠٠٥١٢٣٤٥٦"}),
        json.dumps(OBJECT | {"url": "javascript:alert(1)"}),
        json.dumps(OBJECT | {"url": "https://www.pellbrook.example/\ud800"}),
        json.dumps(OBJECT | {"url": "https://www.pellbrook.example/a\nb"}),
        json.dumps(OBJECT | {"url": f"{URL}{'a' * 10_000}"}),
        "[" * 100_000,
        '{"url":' * 100_000,
    ],
)
def test_lines_that_cannot_be_read_are_counted_and_the_others_read(line: str) -> None:
    good = json.dumps(OBJECT)
    answer = read_cdx(f"{good}\n{line}\n{good}".encode())
    assert answer.captures == (CAPTURE, CAPTURE)
    assert (answer.lines, answer.malformed) == (3, 1)
    assert answer.example == line[:80]


@pytest.mark.parametrize("row", [["too short"], {"a": 1}, None, 7, [None] * 7, [["x"]] * 7])
def test_rows_that_cannot_be_read_are_counted(row: object) -> None:
    answer = read_cdx(table(HEADER, ROW, row, ROW))
    assert (len(answer.captures), answer.malformed) == (2, 1)
    assert answer.example


def test_what_is_not_told_is_none() -> None:
    answer = read_cdx(
        json.dumps(OBJECT | {"status": "-", "mime": [], "digest": "x" * 300}).encode()
    )
    assert answer.captures[0][2:] == (None, None, None)


@given(st.binary(max_size=400))
def test_any_bytes_are_read(body: bytes) -> None:
    answer = read_cdx(body)
    assert answer.malformed + len(answer.captures) == answer.lines


@given(st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=20))
def test_any_json_is_read(value: object) -> None:
    answer = read_cdx(json.dumps(value).encode())
    assert answer.captures == ()
