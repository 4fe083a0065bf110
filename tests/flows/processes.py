"""Processes that tests start: none outlives them, however they end, and none holds their output.

What a process says goes to files. It is killed with all that it started when its test has ended,
and asked to end when pytest itself is killed.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TypeVar

import pytest

SECONDS = 200.0
"""How long anything may take on a machine that is busy with other things."""

_PR_SET_PDEATHSIG = 1
"""From prctl(2): the signal that a process gets when the one that started it has died."""

_Value = TypeVar("_Value")


def eventually(ask: Callable[[], _Value], what: str, seconds: float = SECONDS) -> _Value:
    """The first answer that is true; fails the test when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.1)
    pytest.fail(f"not in time: {what}")


def run(
    folder: Path, environment: Mapping[str, str], *arguments: object
) -> subprocess.CompletedProcess[str]:
    """A module's command, working in a folder, until it has ended."""
    with TemporaryFile() as output, TemporaryFile() as errors:
        with _process(folder, environment, map(str, arguments), output, errors) as process:
            status = process.wait(SECONDS)
        said = []
        for file in (output, errors):
            file.seek(0)
            said.append(file.read().decode())
    return subprocess.CompletedProcess(process.args, status, *said)


@contextmanager
def started(
    folder: Path, environment: Mapping[str, str], *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A module's command that goes on; what it says is kept in the folder."""
    with (
        (folder / f"{arguments[1]}.log").open("ab") as said,
        _process(folder, environment, arguments, said, said) as process,
    ):
        yield process


@contextmanager
def _process(
    folder: Path,
    environment: Mapping[str, str],
    arguments: Iterator[str] | tuple[str, ...],
    output: IO[bytes],
    errors: IO[bytes],
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        start_new_session=True,
        preexec_fn=_prepare,
    )
    try:
        yield process
    finally:
        kill_all(process)


def _prepare() -> None:
    """In the new process: end with pytest; Ctrl-C works though pytest may be in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process and to all that it started, runs in sessions of their own too."""
    for pid in [process.pid, *_descendants(process.pid)]:
        _kill(pid)
    process.wait()


def _descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those started by them."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        direct = [int(child) for child in children.read_text().split()]
    except OSError:
        return []
    return direct + [later for child in direct for later in _descendants(child)]


def kill_those_with(name: str, value: str) -> list[str]:
    """SIGKILL to all processes that have this in their environment; their commands."""
    killed = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{name}={value}".encode() in (process / "environ").read_bytes().split(b"\0"):
                killed.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
                _kill(int(process.name))
    return killed


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
