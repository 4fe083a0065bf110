"""The values that travel through the pipeline: one frozen type per stage.

Field words are schema.org's in snake_case; words for captures are WARC's.
A field that is not known yet at a stage does not exist on that stage's type.
"""

from parsers.items.article import (
    Article,
    Attribute,
    Block,
    Evidence,
    Explanation,
    Image,
    Link,
    Rejection,
)
from parsers.items.listed import FoundBy, Listed, PageRef
from parsers.items.report import Collected, RunReport
from parsers.items.snapshot import Snapshot
from parsers.items.source import (
    Assertions,
    Cadence,
    Discovery,
    Politeness,
    Removal,
    Source,
    SourceRule,
    WebArchive,
)
from parsers.items.visit import Capture, Quarantined, Unmodified, Unread, Visit
from parsers.items.words import (
    Disposition,
    Field,
    Kind,
    Precision,
    PublisherType,
    Reason,
    RejectionReason,
    Role,
    RuleScope,
)

__all__ = [
    "Article",
    "Assertions",
    "Attribute",
    "Block",
    "Cadence",
    "Capture",
    "Collected",
    "Discovery",
    "Disposition",
    "Evidence",
    "Explanation",
    "Field",
    "FoundBy",
    "Image",
    "Kind",
    "Link",
    "Listed",
    "PageRef",
    "Politeness",
    "Precision",
    "PublisherType",
    "Quarantined",
    "Reason",
    "Rejection",
    "RejectionReason",
    "Removal",
    "Role",
    "RuleScope",
    "RunReport",
    "Snapshot",
    "Source",
    "SourceRule",
    "Unmodified",
    "Unread",
    "Visit",
    "WebArchive",
]
