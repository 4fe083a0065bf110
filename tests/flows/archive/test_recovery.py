"""Captures that a process wrote and died before it had loaded them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

import flows.archive.warc
from flows.archive.recovery import unindexed, unsettled
from flows.archive.warc import CaptureWriter, read_payload
from parsers.items import Capture, Snapshot
from tests.flows.archive.test_warc import FILE, PAGE, leave_open


def none_known(digests):
    return set()


def found(folder: Path, known=none_known) -> list[tuple[Snapshot, Capture]]:
    with CaptureWriter(folder):
        return list(unindexed(folder, known))


def pages(number: int) -> list[Snapshot]:
    return [replace(PAGE, body=os.urandom(500)) for _ in range(number)]


def test_what_was_captured_and_not_loaded_is_found(tmp_path):
    captures = leave_open(tmp_path, PAGE, FILE)
    (page, first), (file, second) = found(tmp_path)
    assert replace(page, http_headers=()) == replace(PAGE, http_headers=())
    assert ("ETag", '"a1"') in page.http_headers
    assert (file.body, file.path, file.source_id) == (FILE.body, FILE.path, FILE.source_id)
    assert [first, second] == captures
    assert read_payload(tmp_path, first) == PAGE.body


def test_what_was_loaded_is_not(tmp_path):
    first, second, third = leave_open(tmp_path, *pages(3))
    loaded = {first.payload_digest, third.payload_digest}
    assert [c for _, c in found(tmp_path, loaded.intersection)] == [second]


def test_a_run_that_ended_in_order_leaves_nothing_to_look_into(tmp_path):
    with CaptureWriter(tmp_path) as writer:
        writer.add(PAGE)
        assert len(unsettled(tmp_path)) == 1
    assert unsettled(tmp_path) == []
    assert found(tmp_path) == []


def test_a_run_that_ended_in_an_error_does(tmp_path):
    def fail() -> None:
        with CaptureWriter(tmp_path) as writer:
            writer.add(PAGE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [s.body for s, _ in found(tmp_path)] == [PAGE.body]


def test_a_file_is_looked_into_until_all_in_it_is_known(tmp_path):
    (capture,) = leave_open(tmp_path, PAGE)
    assert len(found(tmp_path)) == 1
    assert len(found(tmp_path)) == 1  # the one that found it died too
    assert found(tmp_path, {capture.payload_digest}.intersection) == []
    assert unsettled(tmp_path) == []


def test_full_files_of_a_run_that_died_are_looked_into(tmp_path, monkeypatch):
    monkeypatch.setattr(flows.archive.warc, "MAX_FILE_BYTES", 1_000)
    captures = leave_open(tmp_path, *pages(8))
    assert len({c.warc_file for c in captures}) > 3
    assert [c for _, c in found(tmp_path)] == captures


def test_a_payload_captured_by_two_runs_that_died_is_found_once(tmp_path):
    (first,) = leave_open(tmp_path, PAGE)
    leave_open(tmp_path, PAGE)
    assert [c for _, c in found(tmp_path)] == [first]


def test_the_file_being_written_is_left_alone(tmp_path):
    with CaptureWriter(tmp_path) as writer:
        writer.add(PAGE)
        writer.flush()
        assert list(unindexed(tmp_path, none_known)) == []
        assert len(unsettled(tmp_path)) == 1


def test_a_torn_capture_is_fetched_again_not_found(tmp_path):
    first, _ = leave_open(tmp_path, *pages(2))
    (left,) = tmp_path.rglob("*.open")
    left.write_bytes(left.read_bytes()[:-40])
    assert [c for _, c in found(tmp_path)] == [first]


def test_a_damaged_capture_is_not_found_nor_looked_for_again(tmp_path):
    first, second = leave_open(tmp_path, *pages(2))
    CaptureWriter(tmp_path)
    file = tmp_path / first.warc_file
    content = bytearray(file.read_bytes())
    content[first.warc_offset + 500 : first.warc_offset + 520] = bytes(20)
    file.write_bytes(content)
    assert found(tmp_path, {second.payload_digest}.intersection) == []
    assert unsettled(tmp_path) == []


def test_a_file_that_was_never_made_is_forgotten(tmp_path):
    leave_open(tmp_path, PAGE)
    (left,) = tmp_path.rglob("*.open")
    left.unlink()
    assert found(tmp_path) == []
    assert unsettled(tmp_path) == []
