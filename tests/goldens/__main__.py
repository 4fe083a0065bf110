"""Show how the parsers differ from the goldens, and on demand write what they say now.

An update never lowers the bar silently: it prints every difference, and a reviewed golden that
would lose something is written only when its page is named.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.goldens.changes import Change, changes, loses
from tests.goldens.pages import GOLDENS, SEEDS, ReferencePage, reference_pages
from tests.goldens.records import read_record, write_record


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 when every golden is there and says what the parsers say now (or was made to)."""
    options = _options().parse_args(arguments)
    pages = reference_pages(options.seeds)
    unknown = [key for key in options.page if key not in pages]
    if unknown:
        print(f"no such page: {', '.join(unknown)}; there are {', '.join(pages)}", file=sys.stderr)
        return 2
    totals: Counter[str] = Counter()
    for key in options.page or pages:
        totals[_look_at(pages[key], options.goldens, options.update, key in options.page)] += 1
    print(", ".join(f"{count} {state}" for state, count in totals.items()))
    return 1 if totals.keys() & {"different", "missing", "left as it was"} else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.goldens", description=__doc__)
    parser.add_argument("page", nargs="*", metavar="PAGE", help="folder/slug; none: all pages")
    parser.add_argument("--update", action="store_true", help="write what the parsers say now")
    parser.add_argument("--seeds", type=Path, default=SEEDS, help=argparse.SUPPRESS)
    parser.add_argument("--goldens", type=Path, default=GOLDENS, help=argparse.SUPPRESS)
    return parser


def _look_at(page: ReferencePage, goldens: Path, update: bool, named: bool) -> str:
    """Print how one page differs from its golden; return in a word or two what became of it."""
    file = page.golden(goldens)
    golden, now = read_record(file), page.record()
    if golden is None:
        if update:
            write_record(file, now, reviewed=False)
        print(f"{page.key}: no golden" + (", written for review" if update else ""))
        return "written for review" if update else "missing"
    found = changes(golden, now)
    if not found:
        return "the same"
    _print(page, found)
    if not update:
        return "different"
    if golden["reviewed"] and loses(found) and not named:
        print(f"  not written: it loses something; to accept that, name {page.key}")
        return "left as it was"
    write_record(file, now, reviewed=bool(golden["reviewed"]))
    return "updated"


def _print(page: ReferencePage, found: Sequence[Change]) -> None:
    print(page.key)
    for change in sorted(found, key=lambda change: ("lost", "gained", "changed").index(change[0])):
        print(change)


if __name__ == "__main__":
    sys.exit(main())
