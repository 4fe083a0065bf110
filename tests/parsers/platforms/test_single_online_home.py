"""Misconduct outcomes of Single Online Home forces, in the layouts that forces use."""

from __future__ import annotations

import pytest

from parsers.items import Article, Attribute
from tests.parsers.building import article_of, assert_accounted, source

SOURCE = source(platform="single_online_home", publisher_type="police_force")
LEAD = "<p>A panel sat at the county hall of Pell for two days to hear what had been alleged.</p>"


def outcome_page(body: str) -> bytes:
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Outcome | Pell Police"
        "</title></head><body><main><div class=c-page-header><h1 class=c-page-header_title>"
        f"Misconduct outcome</h1></div><div class=cms-content>{LEAD}{body}</div></main>"
        "</body></html>"
    ).encode()


def read(body: str) -> Article:
    article = article_of(outcome_page(body), SOURCE)
    assert_accounted(article)
    return article


def told(article: Article) -> dict[str, tuple[str, str | None]]:
    return {a.name: (a.value, a.normalised_value) for a in article.attributes}


EXPECTED = {
    "rank": ("PC", "constable"),
    "hearing_date": ("4 July 2023", "2023-07-04"),
    "hearing_type": ("Misconduct hearing", "misconduct_hearing"),
    "sanction": ("Final written warning", "final_written_warning"),
}
PAIRS = [
    ("Rank", "PC"),
    ("Date of the hearing", "4 July 2023"),
    ("Hearing type", "Misconduct hearing"),
    ("Sanction", "Final written warning"),
]
LAYOUTS = {
    "a bold label before its value": "".join(
        f"<p><strong>{label}:</strong> {value}</p>" for label, value in PAIRS
    ),
    "a bold label without a colon": "".join(
        f"<p><b>{label}</b>&nbsp;{value}</p>" for label, value in PAIRS
    ),
    "lines of one paragraph": "<p>"
    + "<br>".join(f"<strong>{label}: </strong>{value}" for label, value in PAIRS)
    + "</p>",
    "bold lines": "".join(
        f"<p><strong>{label}</strong></p><p>{value}</p>" for label, value in PAIRS
    ),
    "a bold line and its value in one paragraph": "".join(
        f"<p><strong>{label}</strong><br>{value}</p>" for label, value in PAIRS
    ),
    "headings": "".join(f"<h3>{label}</h3><p>{value}</p>" for label, value in PAIRS),
    "plain lines": "".join(f"<p>{label}: {value}</p>" for label, value in PAIRS),
    "definitions": "<dl>"
    + "".join(f"<dt>{label}</dt><dd><p>{value}</p></dd>" for label, value in PAIRS)
    + "</dl>",
    "a table, a row a label": "<table>"
    + "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in PAIRS)
    + "</table>",
    "a table, a column a label": "<table><tr>"
    + "".join(f"<th>{label}</th>" for label, _ in PAIRS)
    + "</tr><tr>"
    + "".join(f"<td>{value}</td>" for _, value in PAIRS)
    + "</tr></table>",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_gives_the_same_attributes(layout: str) -> None:
    article = read(LAYOUTS[layout])
    assert told(article) == EXPECTED
    assert {a.item for a in article.attributes} == {1}
    assert article.flags == ()
    for attribute in article.attributes:
        block = article.blocks[attribute.position]
        assert block.disposition == "kept"
        assert attribute.value in block.text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_labels_and_values_stay_in_the_body(layout: str) -> None:
    body = read(LAYOUTS[layout]).article_body
    for label, value in PAIRS:
        assert label in body
        assert value in body


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_date_of_a_hearing_is_not_that_of_publication(layout: str) -> None:
    assert read(LAYOUTS[layout]).date_published is None


@pytest.mark.parametrize("layout", ["headings", "bold lines", "definitions"])
def test_an_unknown_label_is_kept_and_flagged(layout: str) -> None:
    first, rest = LAYOUTS[layout].split("PC", 1)
    label = first.rsplit("Rank", 1)
    more = first.replace("Rank", "Line manager's view").removeprefix("<dl>")
    article = read(f"{first}PC{rest.replace('</dl>', '')}{more}None given")
    assert label
    (unknown,) = [a for a in article.attributes if not a.known]
    assert (unknown.name, unknown.value) == ("Line manager's view", "None given")
    assert unknown.normalised_value is None
    assert article.flags == ("unknown_label",)


def test_each_officer_of_a_page_is_an_item() -> None:
    two = LAYOUTS["headings"] + LAYOUTS["headings"].replace("PC", "Inspector Vane")
    ranks = {a.item: a.normalised_value for a in read(two).attributes if a.name == "rank"}
    assert ranks == {1: "constable", 2: "inspector"}


def test_a_long_value_holds_all_its_paragraphs() -> None:
    told_at_length = LAYOUTS["headings"].replace(
        "<h3>Sanction", "<h3>Allegation</h3><p>He took a drill.</p><p>He sold it.</p><h3>Sanction"
    )
    assert told(read(told_at_length))["allegation"][0] == "He took a drill.\n\nHe sold it."


def test_what_follows_the_last_value_on_a_line_is_the_pages_own() -> None:
    article = read(LAYOUTS["a bold label before its value"] + "<p>Thank you for reading this.</p>")
    assert told(article)["sanction"][0] == "Final written warning"


def test_contact_lines_are_no_part_of_a_value() -> None:
    after = "<p>If you have concerns about an officer, please call us on 101.</p>"
    article = read(LAYOUTS["headings"] + after)
    assert told(article)["sanction"][0] == "Final written warning"


def test_what_nobody_sees_is_no_attribute() -> None:
    hidden = "<div style='display:none'><p><strong>Rank:</strong> Commander</p></div>"
    article = read(hidden + LAYOUTS["a bold label before its value"])
    assert told(article) == EXPECTED


def test_an_outcome_tells_finding_and_sanction() -> None:
    body = (
        LAYOUTS["headings"]
        .replace("Sanction", "Outcome")
        .replace("Final written warning", "Gross misconduct proven; dismissed without notice")
    )
    found = {a.name: a.normalised_value for a in read(body).attributes}
    assert (found["outcome"], found["finding"], found["sanction"]) == (
        None, "gross_misconduct", "dismissed",
    )  # fmt: skip


def test_what_has_a_label_of_its_own_is_not_derived() -> None:
    body = LAYOUTS["headings"] + "<h3>Outcome</h3><p>Dismissed without notice</p>"
    sanctions = [a.value for a in read(body).attributes if a.name == "sanction"]
    assert sanctions == ["Final written warning"]


def values(label: str, value: str) -> Attribute:
    body = LAYOUTS["headings"].replace("Sanction", "Reasons") + f"<h3>{label}</h3><p>{value}</p>"
    return read(body).attributes[-1]


@pytest.mark.parametrize(
    ("value", "rank"),
    [
        ("PC 4417 Vane", "constable"),
        ("Detective Constable", "constable"),
        ("Former Police Sergeant", "sergeant"),
        ("PS", "sergeant"),
        ("Detective Chief Inspector", "chief_inspector"),
        ("Chief Superintendent", "chief_superintendent"),
        ("Assistant Chief Constable", "assistant_chief_constable"),
        ("Special Constable", "special_constable"),
        ("Member of police staff", "police_staff"),
        ("Prif Arolygydd", "chief_inspector"),
        ("Temporary Sergeant", None),
        ("Two constables and a sergeant", None),
        ("Witheld", None),
    ],
)
def test_ranks(value: str, rank: str | None) -> None:
    body = LAYOUTS["headings"].replace("PC", value)
    found = {a.name: a.normalised_value for a in read(body).attributes}
    assert found["rank"] == rank


@pytest.mark.parametrize(
    ("value", "sanction"),
    [
        ("Dismissed without notice", "dismissed"),
        ("Dismissal", "dismissed"),
        ("The officer would have been dismissed", "would_have_been_dismissed"),
        ("Written warning for 18 months", "written_warning"),
        ("Reduction in rank", "reduction_in_rank"),
        ("No further action", "no_action"),
        ("Rhybudd ysgrifenedig", "written_warning"),
        ("The allegation was dismissed", None),
        ("Not dismissed", None),
        ("Final written warning, extended to three years", None),
        ("Written warning and reduction in rank", None),
        ("The panel considered dismissal", None),
        ("Dismissed. " + "The panel gave its reasons at length. " * 6, None),
    ],
)
def test_sanctions(value: str, sanction: str | None) -> None:
    assert values("Sanction", value).normalised_value == sanction


@pytest.mark.parametrize(
    ("value", "finding"),
    [
        ("Gross misconduct proven", "gross_misconduct"),
        ("Misconduct", "misconduct"),
        ("Not proven", "not_proven"),
        ("No misconduct found", "not_proven"),
        ("Amounted to misconduct but not gross misconduct", None),
        ("Allegation 1 gross misconduct, allegation 2 misconduct", None),
    ],
)
def test_findings(value: str, finding: str | None) -> None:
    assert values("Finding", value).normalised_value == finding
