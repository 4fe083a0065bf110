"""Whole pages that are no article: by which words they are known, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.items import RejectionReason
from parsers.rules.rule import pattern


@dataclass(frozen=True, slots=True)
class PageRule:
    """Words in a page's title or first lines that make a short page no article.

    ``longest`` is the most characters of kept text such a page may have.
    """

    name: str
    reason: RejectionReason
    pattern: re.Pattern[str]
    longest: int
    example: str
    story: str


PAGE_RULES = (
    PageRule(
        "page.blocked",
        "blocked_page",
        pattern(
            r"^(?:just a moment|attention required!?|access (?:to this page )?(?:has been |"
            r"is )?denied|one more step|please wait)\b.{0,60}$|"
            r"\b(?:checking (?:your|if the site connection|that you)|"
            r"verify(?:ing)? (?:that )?you are (?:a )?human|are you a (?:robot|human)|"
            r"unusual (?:traffic|activity) from your|you have been blocked|"
            r"enable cookies and reload|complete the security check|"
            r"pardon our interruption|request (?:was |has been )?blocked|bot (?:detection|"
            r"protection)|ddos protection|ray id|"
            r"prove you(?:'re| are) (?:not a robot|human)|security service to protect)\b"
        ),
        1_500,
        "Checking your browser before accessing the site.",
        "Checking his story took the officers eight months.",
    ),
    PageRule(
        "page.not_found",
        "soft_404",
        pattern(
            r"\b(?:page (?:not|can ?not be|could not be|can't be|couldn't be|was not|"
            r"wasn't) found|(?:error )?404\b(?!\d)|not found$|"
            r"page (?:you(?:'re| are| were)? (?:looking for|requested|tried)|"
            r"that you).{0,60}(?:not|n't|no longer|moved|removed|exist|unavailable)?|"
            r"(?:we )?(?:can't|cannot|couldn't|could not|are unable to) find (?:the|that|this|"
            r"your) page|this page (?:does not|doesn't|no longer) exists?|"
            r"page (?:has been |is )?(?:moved|removed|no longer available|unavailable)|(?:article|"
            r"story|content|link) (?:is |has been )?(?:no longer available|removed|expired|"
            r"not available)|"
            r"seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|"
            r"página no encontrada|pagina non trovata|pagina niet gevonden|ni ddarganfuwyd)"
        ),
        900,
        "Sorry, the page you are looking for cannot be found",
        "The first page of the letter was never found, the inquest heard.",
    ),
)
