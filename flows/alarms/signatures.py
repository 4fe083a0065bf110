"""What an article looks like, whatever it says."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta

from parsers.items import Article
from warehouse import Signature


def signature_of(article: Article, visited_at: datetime, chrome: Set[str]) -> Signature:
    """The signature of an article that was looked at then; ``chrome`` is what its source removes.

    It is what ``warehouse.Ranges`` reads of the same article once it is stored.
    """
    published = article.date_published
    account = article.account
    return Signature(
        article_id=article.article_id,
        has_headline=article.headline is not None,
        has_date=published is not None,
        has_authors=bool(article.authors),
        moment=published if article.date_published_precision == "minute" else None,
        is_ahead=published is not None and published > visited_at - timedelta(minutes=1),
        words=article.word_count,
        blocks=len(account.kept.kinds),
        list_items=sum(kind == "list_item" for kind in account.kept.kinds),
        removed=sum(
            characters
            for fate, characters in zip(
                account.departures.fates, account.departures.characters, strict=True
            )
            if fate.disposition == "removed"
        ),
        leaks=sum(text in chrome for text in article.paragraphs),
    )


def leaked(article: Article, chrome: Set[str]) -> str | None:
    """The first of the kept texts that is chrome of the source."""
    return next((text for text in article.paragraphs if text in chrome), None)
