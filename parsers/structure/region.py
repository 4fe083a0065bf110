"""Which region of a page is the article: scores of blocks, summed up the tree."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache, reduce
from itertools import pairwise
from operator import or_
from typing import NamedTuple

from parsers import document as d
from parsers.document import Document, Frames, SourceBlock
from parsers.items import Reason
from parsers.ledger import Ledger
from parsers.structure.features import PageFeatures, candidates, page_features
from parsers.structure.model import deciding, load_model

# Surroundings that speak against a block, with the reason they give, the surest first.
_AGAINST: tuple[tuple[int, str, Reason], ...] = (
    (d.H_EXIT, "structure.exit_notice", "exit_notice"),
    (d.H_CONSENT, "structure.consent", "consent"),
    (d.H_COMMENTS, "structure.comments", "comments"),
    (d.H_PAYWALL, "structure.paywall", "paywall"),
    (d.H_APPEAL, "structure.appeal", "appeal"),
    (d.H_SHARING, "structure.sharing", "sharing"),
    (d.H_ADVERT, "structure.advert", "advert"),
    (d.H_RELATED, "structure.related", "related"),
    (d.NAV | d.H_NAVIGATION, "structure.navigation", "navigation"),
    (d.H_NOTICE, "structure.notice", "site_notice"),
    # From here on the surroundings tell that a block is no part, but hardly what it is.
    (d.BUTTON | d.FORM, "structure.form", "furniture"),
    (d.FOOTER, "structure.footer", "furniture"),
    (d.ASIDE, "structure.aside", "related"),
    (d.H_FURNITURE, "structure.furniture", "furniture"),
    (d.H_TAGS, "structure.tags", "navigation"),
)
_VAGUE = frozenset(
    f"structure.{name}" for name in ("form", "footer", "aside", "furniture", "tags", "notice")
)
# How likely a block must be for the model to overrule where it stands: it knows all of the page.
# What covers a block rather as a name than as a place never outweighs it (measured by site).
_OVERRULED = 0.8
_OVERRULED_LATE = dict.fromkeys(
    ("structure.appeal", "structure.consent", "structure.comments"), 0.95
)
_OVERRULED_AT_ONCE = frozenset(f"structure.{name}" for name in ("related", "furniture", "tags"))
_AGAINST_BITS = 0
for _bits, _, _ in _AGAINST:
    _AGAINST_BITS |= _bits
_VOIDABLE = _AGAINST_BITS | d.H_CAPTION
_SINGLE_BITS = tuple(1 << i for i in range(_VOIDABLE.bit_length()) if _VOIDABLE >> i & 1)

_SENTENCE = re.compile(r"[.!?…。！？।؟:;][\"”’')\]»]*$")
_LONGEST_SCORE = 1_200
_SENTENCE_LENGTH = 80
_VOID_SHARE = 0.55
_BELONGS = 0.5
_SURE = 0.8
_LEAST_SHARE = 0.08
_LEAST_ARTICLE = 600
_MOST_TITLES = 20


class Region(NamedTuple):
    """The part of a page that holds the article.

    ``inside`` tells for each block whether it belongs to the article; ``scores`` are the blocks'
    probabilities of that, 0 where they were not judged; ``valid`` masks the hints that mean
    something on this page; ``judged`` and ``features`` are what the model saw: positions of
    blocks, and a row for each.
    """

    inside: Sequence[bool]
    scores: Sequence[float]
    valid: int
    judged: Sequence[int] = ()
    features: PageFeatures | None = None

    def deciding(self) -> Mapping[int, Mapping[str, float]]:
        """Return by position what moved each judged block most, as parts of its log odds."""
        if self.features is None:
            return {}
        names, contributions = load_model().contributions(self.features)
        return {
            position: deciding(names, contributions, row)
            for row, position in enumerate(self.judged)
        }


def find_region(document: Document, ledger: Ledger) -> Region:
    """Find the blocks that belong to the article, by the structure model.

    Where it finds next to none of the text in the element whose blocks' scores sum highest, the
    article is that element.
    """
    blocks = document.blocks
    if document.form != "html":
        return Region([True] * len(blocks), [0.0] * len(blocks), 0)
    valid = _valid_hints(blocks, ledger)
    judged = candidates(document)
    scores = [0.0] * len(blocks)
    features = None
    if judged:
        features = page_features(document, judged)
        probabilities = load_model().probabilities(features).tolist()
        for position, probability in zip(judged, probabilities, strict=True):
            scores[position] = probability
    inside = [score >= _BELONGS for score in scores]
    _take_in_headings(document, judged, inside)
    for position in _next_articles(document, inside):
        ledger.remove(position, "structure.next_article", "related")
        inside[position] = False
    found = _prose_in(blocks, inside)
    if found < _LEAST_SHARE * sum(b.characters - b.link_characters for b in blocks):
        container = _best_container(document, ledger, valid)
        if found < _LEAST_SHARE * _prose_in(blocks, container):
            inside = container
    return Region(inside, scores, valid, judged, features)


def _next_articles(document: Document, inside: Sequence[bool]) -> list[int]:
    """Return the blocks of further articles below the page's own, as pages without end load them.

    Each is an ``article`` element with a title (h1) of its own; the first is one with prose.
    """
    blocks, frames = document.blocks, document.frames
    titles = [
        (block.text, _article_around(block.frame, frames))
        for block in blocks
        if block.tag == "h1" and not block.context & d.HIDDEN
    ][:_MOST_TITLES]
    if len(titles) < 2 or not titles[0][1]:
        return []
    title, own = titles[0]
    if (
        sum(b.characters for b, kept in zip(blocks, inside, strict=True) if kept and b.frame in own)
        < _LEAST_ARTICLE
    ):
        return []
    further = [
        article for text, article in titles[1:] if article.start >= own.stop and text != title
    ]
    return [
        position
        for position, block in enumerate(blocks)
        if any(block.frame in article for article in further)
    ]


def _article_around(frame: int, frames: Frames) -> range:
    """Return the innermost article element around an element, as a range of frames; else empty."""
    while frame >= 0 and frames.tag[frame] != "article":
        frame = frames.parent[frame]
    if frame < 0:
        return range(0)
    following = range(frame + 1, len(frames.parent))
    return range(
        frame, next((f for f in following if frames.parent[f] < frame), len(frames.parent))
    )


def _prose_in(blocks: Sequence[SourceBlock], inside: Sequence[bool]) -> int:
    """Count the characters of sentences among the blocks inside."""
    return sum(
        block.characters - block.link_characters
        for block, within in zip(blocks, inside, strict=True)
        if within and is_prose(block.text)
    )


def is_sure(region: Region, position: int) -> bool:
    """Tell whether a block belongs so surely that no name or link of its own speaks against it."""
    return region.scores[position] >= _SURE


def _take_in_headings(document: Document, judged: Sequence[int], inside: list[bool]) -> None:
    """Take in a heading within the article that stands over a block of it, beside that block."""
    blocks, parents = document.blocks, document.frames.parent
    begun = False
    for position, after in pairwise(judged):
        block = blocks[position]
        begun = begun or inside[position]
        if (
            begun
            and block.kind == "heading"
            and inside[after]
            and not block.link_characters
            and parents[block.frame] == parents[blocks[after].frame]
        ):
            inside[position] = True


def _best_container(document: Document, ledger: Ledger, valid: int) -> list[bool]:
    """Tell which blocks stand in the element whose blocks' scores sum highest.

    Prose scores by its length, links and labels count against; so an element that adds chrome to
    the article sums lower than the article's own, and one that adds a further part of it higher.
    """
    blocks, parents = document.blocks, document.frames.parent
    sums = [0.0] * len(parents)
    for position, block in enumerate(blocks):
        if ledger.is_here(position):
            sums[block.frame] += _score(block, valid)
    for frame in range(len(parents) - 1, 0, -1):
        sums[parents[frame]] += sums[frame]
    best = max(range(len(sums)), key=lambda frame: (sums[frame], frame), default=0)
    within = [False] * len(parents)
    for frame in range(best, len(parents)):
        within[frame] = frame == best or (frame > best and within[parents[frame]])
    return [
        bool(parents) and within[block.frame] and reason_against(block.context, valid) is None
        for block in blocks
    ]


def reason_against(context: int, valid: int) -> tuple[str, Reason] | None:
    """Return rule and reason when a block's surroundings speak against it."""
    found = context & valid
    if context & d.QUOTE:
        found &= ~d.H_SHARING  # a post of a social network, quoted
    found &= _AGAINST_BITS
    return _surest_against(found) if found else None


@lru_cache(maxsize=4_096)
def _surest_against(found: int) -> tuple[str, Reason]:
    return next((rule, reason) for bits, rule, reason in _AGAINST if found & bits)


def outweighs(rule: str, probability: float) -> bool:
    """Tell whether a structure rule against a block outweighs the model's judgement of it."""
    if rule in _OVERRULED_AT_ONCE:
        return False
    return probability < _OVERRULED_LATE.get(rule, _OVERRULED)


def is_vague(rule: str) -> bool:
    """Tell whether a structure rule says hardly more than that a block is no part."""
    return rule in _VAGUE


def is_prose(text: str) -> bool:
    """Tell whether a text reads like sentences rather than a label or a headline."""
    return len(text) >= _SENTENCE_LENGTH or (len(text) >= 30 and bool(_SENTENCE.search(text)))


def _valid_hints(blocks: Sequence[SourceBlock], ledger: Ledger) -> int:
    """Void a hint that covers most of the page's prose: it names the page, not a part of it."""
    prose = [
        (block.context, block.characters - block.link_characters)
        for position, block in enumerate(blocks)
        if ledger.is_here(position)
        and 3 * block.link_characters < block.characters
        and is_prose(block.text)
    ]
    total = sum(size for _, size in prose)
    around = reduce(or_, (context for context, _ in prose), 0)
    valid = -1
    for bit in _SINGLE_BITS:
        covered = sum(size for context, size in prose if context & bit) if around & bit else 0
        if covered > _VOID_SHARE * total:
            valid &= ~bit
    return valid


def _score(block: SourceBlock, valid: int) -> float:
    own = block.characters - block.link_characters
    linked = 2 * block.link_characters > block.characters
    against = block.context & valid & _AGAINST_BITS
    if block.kind in ("heading", "other", "caption"):
        return -20.0 if linked or against else 0.0
    if linked:
        return -15.0
    if not is_prose(block.text):
        # A list of short things may be long and yet a part of the story.
        plain = 0.0 if block.kind in ("list_item", "table_row") else -4.0
        return -12.0 if against else plain
    if against:
        return -5.0
    return float(min(own, _LONGEST_SCORE))
