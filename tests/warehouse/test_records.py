"""Records and changes as loading stores them, and the views that tell of them."""

from __future__ import annotations

from datetime import timedelta

from parsers.items import Attribute
from tests.warehouse.building import BLOCKS, NOON, article, visit
from tests.warehouse.conftest import Query, Run
from warehouse.questions import find_question

HOUR = timedelta(hours=1)
EDITED = (*BLOCKS[:7], BLOCKS[7]._replace(text="Works go on until June."), *BLOCKS[8:])
RANK = Attribute(4, 1, "Rank", "rank", "PC", "constable", True)
SANCTION = Attribute(7, 1, "Sanction", "sanction", "Dismissed", "dismissed", True)
COSTS = Attribute(7, 1, "Costs", "Costs", "£40", None, False)


# --- Attributes ------------------------------------------------------------------------------


def test_attributes_are_stored_under_their_version(run: Run, query: Query) -> None:
    made = article(attributes=(RANK, SANCTION))
    run([visit(made), visit(article(page="plain"))])
    assert query("FROM attributes ORDER BY rowid") == [
        (made.article_id, 1, *RANK),
        (made.article_id, 1, *SANCTION),
    ]


def test_newer_parsers_renew_the_attributes_of_a_page_that_says_the_same(
    run: Run, query: Query
) -> None:
    run([visit(article(attributes=(RANK, COSTS))), visit(article(page="other"))])
    known = COSTS._replace(name="costs", known=True)
    newer = [
        article(attributes=(RANK, known), parser_version="2"),
        article(page="other", attributes=(SANCTION,), parser_version="2"),
    ]
    outcomes, _ = run([visit(made) for made in newer], cause="reparsed")
    assert outcomes == ("unchanged", "unchanged")
    stored = query("SELECT name, known FROM attributes ORDER BY name")
    assert stored == [("costs", True), ("rank", True), ("sanction", True)]


def test_the_same_parsers_leave_attributes_alone(run: Run, query: Query) -> None:
    run([visit(article(attributes=(RANK,)))])
    run([visit(article(attributes=(RANK,)))])
    run([visit(article(attributes=(RANK,), parser_version="2"))])
    assert query("SELECT count(*) FROM attributes") == [(1,)]


def test_only_the_latest_versions_attributes_are_renewed(run: Run, query: Query) -> None:
    run([visit(article(attributes=(COSTS,)))])
    run([visit(article(EDITED, attributes=(COSTS,)))])
    run([visit(article(EDITED, attributes=(RANK,), parser_version="2"))])
    assert query("SELECT version, name FROM attributes ORDER BY version") == [
        (1, "Costs"),
        (2, "rank"),
    ]


def test_unknown_labels(run: Run, query: Query) -> None:
    run([visit(article(page=page, attributes=(RANK, COSTS))) for page in ("a", "b")])
    assert query("SELECT source_id, label, articles, latest_value FROM unknown_labels") == [
        ("example", "Costs", 2, "£40")
    ]


def test_outcomes_by_sanction(run: Run, query: Query) -> None:
    second = [SANCTION._replace(item=2, normalised_value=None), RANK._replace(item=2)]
    run(
        [
            visit(article(page="a", attributes=(RANK, SANCTION))),
            visit(
                article(
                    page="b",
                    attributes=(
                        Attribute(3, 1, "Date", "hearing_date", "4 and 5 July 2023",
                                  "2023-07-04/2023-07-05", True),
                        Attribute(3, 1, "Finding", "finding", "Gross", "gross_misconduct", True),
                        SANCTION,
                        *second,
                    ),
                )
            ),
            visit(article(page="c", attributes=(COSTS,))),
        ]
    )  # fmt: skip
    rows = query(find_question("outcomes_by_sanction").sql)
    assert [(row[:4], str(row[4])) for row in rows] == [
        (("dismissed", 2, 1, 1), "2023-07-04"),
        (("(not sure)", 1, 0, 1), "None"),
    ]


# --- Changes ---------------------------------------------------------------------------------


def test_a_first_version_has_no_changes(run: Run, query: Query) -> None:
    run([visit(article())])
    assert query("FROM changes") == []
    assert query("FROM edits") == []


def test_what_changed_is_stored_with_a_further_version(run: Run, query: Query) -> None:
    first = article()
    run([visit(first)])
    run([visit(article(EDITED, headline="Bridge shut again"), at=NOON + HOUR)])
    assert query("FROM changes ORDER BY what") == [
        (first.article_id, 2, "body", "substantive", "Works go on until May.",
         "Works go on until June.", 7, ["date"]),
        (first.article_id, 2, "headline", "substantive", "Bridge reopens", "Bridge shut again",
         None, ["wording"]),
    ]  # fmt: skip


def test_versions_of_one_load_are_compared_too(run: Run, query: Query) -> None:
    run([visit(article()), visit(article(EDITED)), visit(article())])
    assert query("SELECT version, before, after FROM changes ORDER BY version") == [
        (2, "Works go on until May.", "Works go on until June."),
        (3, "Works go on until June.", "Works go on until May."),
    ]


def test_a_body_that_is_lost_and_comes_back(run: Run, query: Query) -> None:
    for blocks in (BLOCKS, BLOCKS[:2], BLOCKS):
        run([visit(article(blocks))])
    found = query("SELECT version, before IS NULL, after IS NULL FROM changes ORDER BY version")
    assert found == [(2, False, True), (3, True, False)]


def test_edits_tell_each_version_once(run: Run, query: Query) -> None:
    cosmetic = (*BLOCKS[:7], BLOCKS[7]._replace(text="Works go on until may!"), *BLOCKS[8:])
    for blocks in (BLOCKS, cosmetic, EDITED):
        run([visit(article(blocks))])
    columns = "version, kind, substantive_changes, cosmetic_changes, headline_changed, same_parser"
    assert query(f"SELECT {columns} FROM edits ORDER BY version") == [
        (2, "cosmetic", 0, 1, False, True),
        (3, "substantive", 1, 0, False, True),
    ]


def test_another_reading_is_no_edit_of_the_publisher(run: Run, query: Query) -> None:
    first = article()
    run([visit(first)])
    run([visit(article(EDITED))], cause="reparsed")
    run([visit(article(EDITED, headline="Same bytes", payload_digest="sha256:1"))])
    run([visit(article(EDITED, headline="Read otherwise", payload_digest="sha256:1"))])
    run([visit(article(EDITED, headline="New parser", parser_version="2"))])
    assert query("SELECT version, cause FROM article_versions ORDER BY version") == [
        (1, "captured"),
        (2, "reparsed"),
        (3, "captured"),
        (4, "reparsed"),
        (5, "captured"),
    ]
    assert query("SELECT DISTINCT version FROM changes ORDER BY version") == [
        (2,), (3,), (4,), (5,),
    ]  # fmt: skip
    assert query("SELECT version, same_parser FROM edits ORDER BY version") == [
        (3, True),
        (5, False),
    ]


def test_chrome_changes_are_counted_and_make_no_version(run: Run, query: Query) -> None:
    for look, (digest, blocks) in enumerate(
        [("1", BLOCKS), ("1", BLOCKS), ("2", BLOCKS), ("3", EDITED), ("4", EDITED), ("4", EDITED)]
    ):
        seen = article(blocks, payload_digest=f"sha256:{digest}")
        run([visit(seen, at=NOON + look * HOUR)])
    columns = "looks, chrome_changes, versions_made, last_chrome_change_at"
    assert query(f"SELECT {columns} FROM chrome_changes") == [(6, 2, 1, NOON + 4 * HOUR)]
