"""The fixed words of accounts, sources and outcomes: the contract's."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "paragraph",
    "heading",
    "list_item",
    "quote",
    "table_row",
    "preformatted",
    "caption",
    "front_matter",
    "other",
]
Disposition = Literal["kept", "moved", "removed"]
Role = Literal["body", "standfirst", "heading", "contact", "call_to_action"]
Field = Literal[
    "headline",
    "authors",
    "date_published",
    "date_modified",
    "description",
    "section",
    "area",
    "url",
    "images",
]
Reason = Literal[
    "front_matter",
    "metadata",
    "consent",
    "exit_notice",
    "site_notice",
    "related",
    "appeal",
    "caption",
    "label",
    "duplicate",
    "navigation",
    "sharing",
    "comments",
    "paywall",
    "advert",
    "hidden",
    "furniture",
]
RejectionReason = Literal[
    "not_an_article",
    "body_missing",
    "over_stripped",
    "blocked_page",
    "consent_wall",
    "soft_404",
    "unsupported_media_type",
    "undecodable",
    "malformed",
    "too_large",
    "empty",
    "not_found",
    "erased",
]
Precision = Literal["minute", "day", "month", "unknown"]
PublisherType = Literal[
    "police_force", "oversight_body", "newspaper", "broadcaster", "government", "other"
]
RuleScope = Literal["block", "run", "pair", "rest"]
