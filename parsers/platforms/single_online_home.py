"""Single Online Home, the site system of most forces in England and Wales: misconduct outcomes.

Each force lays labels and values out by hand, in paragraphs, headings, lists or tables, and has
labels of its own. Addresses and class names: see the notes in seeds/sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from parsers.records.lines import lines_of
from parsers.records.pairs import Pair, Platform, number_items, read_columns, read_pairs
from parsers.records.values import UNSURE, iso_date, one_of, terms

if TYPE_CHECKING:
    from bs4 import Tag

_LABELS: Final = {
    "officer": ("officer", "name", "officer name", "name of officer", "officer's name", "swyddog"),
    "rank": (
        "rank", "rank or role", "rank/role", "role", "rank at the time", "officer rank",
        "rank of officer", "officer's rank", "rank or grade", "rheng", "rheng neu rôl",
    ),
    "collar_number": ("collar number", "warrant number", "shoulder number", "rhif coler"),
    "hearing_date": (
        "date of the hearing", "date of hearing", "hearing date", "hearing dates",
        "dates of the hearing", "dates of hearing", "dates of proceedings", "date of proceedings",
        "date of meeting", "date of misconduct hearing", "hearing date(s)", "date(s) of hearing",
        "dyddiad y gwrandawiad", "dyddiadau'r gwrandawiad",
    ),
    "hearing_type": (
        "hearing type", "type of hearing", "type of proceedings", "proceedings type",
        "meeting or hearing", "type of meeting", "proceedings", "math o wrandawiad",
    ),
    "chair": (
        "chair", "chair of the hearing", "hearing chair", "panel chair", "chaired by",
        "legally qualified chair", "cadeirydd",
    ),
    "venue": ("location", "venue", "hearing venue", "place of hearing", "lleoliad"),
    "allegation": (
        "allegation", "allegations", "allegation(s)", "conduct alleged", "alleged conduct",
        "summary of allegation", "summary of the allegation", "details of allegation",
        "details of the allegation", "nature of allegation", "summary of conduct alleged",
        "honiad", "honiadau",
    ),
    "standards": (
        "standards breached", "standards engaged", "breach of standards",
        "standards of professional behaviour", "standards of professional behaviour breached",
        "standards of behaviour engaged", "safonau a dorrwyd",
    ),
    "finding": (
        "finding", "findings", "hearing finding", "finding of the panel", "panel finding",
        "level of misconduct", "canfyddiad", "canfyddiadau",
    ),
    "outcome": (
        "outcome", "hearing outcome", "outcome of the hearing", "outcome of hearing", "result",
        "misconduct outcome", "decision", "canlyniad", "canlyniad y gwrandawiad", "penderfyniad",
    ),
    "sanction": (
        "sanction", "sanctions", "disciplinary action", "disciplinary outcome", "action taken",
        "sanction imposed", "sancsiwn", "cosb",
    ),
    "reasons": ("reasons", "reason", "reason for decision", "panel's reasons", "rhesymau"),
    "appeal": ("appeal", "appeal outcome", "right of appeal", "apêl"),
}  # fmt: skip

# A temporary sergeant is paid as one and is a constable: which rank counts is not ours to say.
_RANKS: Final = terms(
    (r"acting|temporary|temp|(?-i:[AT]/\w*)|dros dro", UNSURE),
    (r"police staff|staff member|member of staff|staff|staff heddlu", "police_staff"),
    (r"(?:police )?community support officer|(?-i:PCSO)", "community_support_officer"),
    (r"(?:deputy assistant|deputy|assistant) commissioner|commissioner", "commissioner"),
    (r"commander", "commander"),
    (r"assistant chief constable|(?-i:ACC)|prif gwnstabl cynorthwyol", "assistant_chief_constable"),
    (r"deputy chief constable|(?-i:DCC)|dirprwy brif gwnstabl", "deputy_chief_constable"),
    (r"chief constable|prif gwnstabl", "chief_constable"),
    (r"chief superintendent|(?-i:DCS|C/Supt)|prif uwch-?arolygydd", "chief_superintendent"),
    (r"superintendent|(?-i:Supt)|uwch-?arolygydd", "superintendent"),
    (r"chief inspector|(?-i:DCI|C/Insp)|prif arolygydd", "chief_inspector"),
    (r"inspector|(?-i:DI|Insp)|arolygydd", "inspector"),
    (r"sergeant|(?-i:PS|DS|Sgt)|(?:ditectif )?rhingyll", "sergeant"),
    (r"special constable|(?-i:SC)|cwnstabl gwirfoddol", "special_constable"),
    (r"constable|(?-i:PC|DC)|(?:ditectif )?[cg]wnstabl", "constable"),
)
_HEARING_TYPES: Final = terms(
    (r"accelerated (?:misconduct )?hearing|gwrandawiad (?:camymddygiad )?carlam",
     "accelerated_hearing"),
    (r"special case hearing", "special_case_hearing"),
    (r"(?:gross )?misconduct hearing|gwrandawiad camymddygiad(?: difrifol)?", "misconduct_hearing"),
    (r"misconduct meeting|cyfarfod camymddygiad", "misconduct_meeting"),
)  # fmt: skip
_SANCTIONS: Final = terms(
    (r"not (?:be |to be |been )?dismissed|no dismissal|(?:short|instead) of dismissal"
     r"|(?:allegations?|case|matter|complaint|charges?|appeal)s? (?:\w+ ){0,2}dismissed", UNSURE),
    (r"exten\w+|suspended|activat\w+|consider\w*|recommend\w*|appeal\w*", UNSURE),
    (r"would have been dismissed|byddai wedi(?:'i)? \w+ ?ddiswyddo", "would_have_been_dismissed"),
    (r"dismiss(?:ed|al)(?: without notice)?|diswydd\w+(?: heb rybudd)?", "dismissed"),
    (r"(?:reduction|reduced) in rank|gostwng rheng", "reduction_in_rank"),
    (r"final written warning|rhybudd ysgrifenedig terfynol", "final_written_warning"),
    (r"written warning|rhybudd ysgrifenedig", "written_warning"),
    (r"reflective practice(?: review(?: process)?)?|(?-i:RPRP)|ymarfer myfyriol",
     "reflective_practice"),
    (r"management (?:advice|action)", "management_advice"),
    (r"no (?:further |disciplinary |formal )?action|no sanction|dim (?:cosb|camau pellach)",
     "no_action"),
)  # fmt: skip
_FINDINGS: Final = terms(
    (r"(?:amount\w*|found|proven|proved)? ?not (?:to be |to amount to |amount to )?gross misconduct"
     r"|no gross misconduct|gross misconduct (?:was |were |is )?not (?:proven|proved|found)",
     UNSURE),
    (r"no (?:case to answer|misconduct|breach\w*)|(?:misconduct |allegations? )?(?:was |were )?"
     r"not (?:proven|proved|upheld|found)|unproven|heb ei brofi", "not_proven"),
    (r"gross misconduct|camymddygiad difrifol", "gross_misconduct"),
    (r"misconduct|camymddygiad", "misconduct"),
)  # fmt: skip
_LONGEST_RANK: Final = 80
_LONGEST_TERM: Final = 160

_NAMES: Final = {label: name for name, labels in _LABELS.items() for label in labels}


def _read(region: Tag) -> Iterable[Pair]:
    lines = lines_of(region)
    pairs = [*read_pairs(lines, _NAMES), *read_columns(lines, _NAMES)]
    return number_items(pairs, _NAMES)


SINGLE_ONLINE_HOME: Final = Platform(
    name="single_online_home",
    marks=(b"/SysSiteAssets/", b"c-page-header_title"),
    regions=("div.cms-content", "div.c-news-article", "main"),
    names=_NAMES,
    normalisers={
        "rank": one_of(_RANKS, _LONGEST_RANK),
        "hearing_date": iso_date,
        "hearing_type": one_of(_HEARING_TYPES, _LONGEST_TERM),
        "finding": one_of(_FINDINGS, _LONGEST_TERM),
        "sanction": one_of(_SANCTIONS, _LONGEST_TERM),
    },
    # Forces write under "Outcome" what was found, what was done about it, or both.
    derived={
        "outcome": ("finding", "sanction"),
        "sanction": ("finding",),
        "finding": ("sanction",),
    },
    read=_read,
)
"""Misconduct outcomes as forces publish them."""
