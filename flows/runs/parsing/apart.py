"""Pages whose worker was lost are parsed again here, each apart: is one of them to blame?"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool

from flows.runs.parsing.pages import Failure, Outcome, parse_share
from flows.runs.parsing.processes import start_processes, submit
from parsers.items import Snapshot


def parse_apart(parsing: bytes, snapshots: Sequence[Snapshot]) -> list[Outcome]:
    """Parse page by page in a process of this machine, so that one that kills it is blamed alone.

    So it is for every runner: a page is never judged by what else its lost worker had to do.

    Raises:
        BrokenProcessPool: the process dies without any page.
    """
    outcomes: list[Outcome] = []
    waiting = deque(snapshots)
    while waiting:
        with start_processes(1) as executor:
            # A process that dies idle is not a page's fault, and raises.
            submit(executor, parse_share, parsing, ()).result()
            while waiting:
                page = waiting.popleft()
                try:
                    outcomes += submit(executor, parse_share, parsing, (page,)).result()
                except BrokenProcessPool:
                    outcomes.append(Failure("the page killed the process parsing it", ""))
                    break
    return outcomes
