"""The page of a comparison: what today's parsers would change, and how the worst pages differ."""

from __future__ import annotations

from flows.comparing.summing import Comparison
from flows.pages.rendering import render

ROWS_SHOWN = 200
PAGES_SHOWN = 100


def comparison_page(comparison: Comparison, warehouse: str, source_id: str | None) -> str:
    """The page of a comparison of one source or (None) of all, whole and self-contained."""
    most = max((max(r.lost_characters, r.gained_characters) for r in comparison.rules), default=0)
    return render(
        "comparison.html",
        comparison=comparison,
        warehouse=warehouse,
        source_id=source_id,
        outcomes=comparison.outcomes[:ROWS_SHOWN],
        rules=comparison.rules[:ROWS_SHOWN],
        fields=comparison.fields[:ROWS_SHOWN],
        worst=comparison.worst[:PAGES_SHOWN],
        most=most or 1,
    )
