"""Named rules, as data: by which words boilerplate is known, grouped by what it is."""

from parsers.rules.appeals import APPEALS
from parsers.rules.captions import CAPTIONS
from parsers.rules.consent import CONSENT
from parsers.rules.furniture import (
    ADVERTS,
    COMMENTS,
    FURNITURE,
    LABELS,
    NAVIGATION,
    PAYWALL,
    SHARING,
)
from parsers.rules.notices import NOTICES
from parsers.rules.pages import PAGE_RULES, PageRule
from parsers.rules.related import RELATED
from parsers.rules.roles import ROLE_RULES
from parsers.rules.rule import RoleRule, Rule, finder, matching_form

RULES: tuple[Rule, ...] = (
    *NOTICES,
    *CONSENT,
    *ADVERTS,
    *NAVIGATION,
    *SHARING,
    *COMMENTS,
    *PAYWALL,
    *APPEALS,
    *RELATED,
    *LABELS,
    *FURNITURE,
)

__all__ = [
    "CAPTIONS",
    "PAGE_RULES",
    "ROLE_RULES",
    "RULES",
    "PageRule",
    "RoleRule",
    "Rule",
    "finder",
    "matching_form",
]
