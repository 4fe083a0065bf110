"""The site of the Independent Office for Police Conduct (Drupal): its recommendations.

Labels stand in elements of their own (``field-label``), values beside them or in ``field-items``;
what a recommendation asks and how it was answered are bold lines within the last field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from parsers.records.lines import Line, fold, lines_of
from parsers.records.pairs import Pair, Piece, Platform, label_key, read_pairs
from parsers.records.values import iso_date, one_of, reference, terms

if TYPE_CHECKING:
    from bs4 import Tag

_LABELS: Final = {
    "reference": ("iopc reference", "our reference", "reference", "cyfeirnod iopc", "cyfeirnod"),
    "recommendation_date": (
        "date of recommendation", "date of recommendations", "recommendation date",
        "dyddiad yr argymhelliad", "dyddiad yr argymhellion",
    ),
    "recommendation": (
        "recommendation", "recommendations", "recommendation(s)", "argymhelliad", "argymhellion",
    ),
    "accepted": (
        "do you accept the recommendation", "do you accept this recommendation",
        "accepted", "recommendation accepted", "a ydych yn derbyn yr argymhelliad",
    ),
    "accepted_action": (
        "accepted action", "action taken", "action to be taken", "camau a gymerwyd",
        "camau a dderbyniwyd",
    ),
    "response": ("response", "force response", "response from the force", "ymateb"),
    "response_due": ("response due by", "response due", "date response due", "ymateb erbyn"),
    "addressed_to": ("recommendation to", "made to", "force", "organisation", "heddlu"),
}  # fmt: skip
_ANSWERS: Final = terms(
    (r"(?:yes|accepted)?,? ?(?:in part|partly|partially)(?: accepted)?|yn rhannol", "in_part"),
    (r"no|not accepted|rejected|declined|nac ydym|nac ydw", "no"),
    (r"yes|accepted|ydym|ydw|derbyniwyd", "yes"),
)
_LONGEST_ANSWER: Final = 80
_NAMES: Final = {label: name for name, labels in _LABELS.items() for label in labels}
_LABEL_CLASSES: Final = ".field-label, .field__label"


def _read(region: Tag) -> Iterable[Pair]:
    return _number(pair for field in _fields(region) for pair in _read_field(*field))


def _fields(region: Tag) -> Iterator[tuple[str, list[Line]]]:
    """Yield each field's label and the lines of its value."""
    for element in region.select(_LABEL_CLASSES):
        holder = element.parent
        if holder is not None and (label := fold(element.get_text())):
            element.extract()
            yield label, lines_of(holder)


def _read_field(label: str, lines: list[Line]) -> Iterator[Pair]:
    """Yield what stands under a field's own label, then the pairs within the field."""
    inner = list(read_pairs(lines, _NAMES, fewest=1))
    first = inner[0].line if inner else None
    own = []
    for line in lines:
        if line.text == first:
            break
        own.append(Piece(line.text, line.text))
    yield Pair(label.strip(" :"), label, tuple(own), 0)
    yield from inner


def _number(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Number the recommendations; a field beside them tells of the page as a whole."""
    count = 0
    for pair in pairs:
        begins = _NAMES.get(label_key(pair.label)) == "recommendation" and bool(pair.pieces)
        count += begins
        yield pair._replace(item=count if pair.item or begins else 0)


IOPC: Final = Platform(
    name="iopc",
    marks=(b"policeconduct.gov.uk", b"ipcc.gov.uk", b"themes/iopc", b'"theme":"iopc"'),
    regions=("article.node", "div.region-content", "main"),
    names=_NAMES,
    normalisers={
        "reference": reference,
        "recommendation_date": iso_date,
        "accepted": one_of(_ANSWERS, _LONGEST_ANSWER),
        "response_due": iso_date,
    },
    derived={},
    read=_read,
)
"""Recommendations of the IOPC, and what became of them."""
