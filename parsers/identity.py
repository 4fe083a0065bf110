"""Who an article is: an identity that neither a move of the site nor of the folder changes."""

from __future__ import annotations

import hashlib


def article_id(canonical_url: str | None, source_id: str | None, path: str | None) -> str:
    """Return 16 hex digits of SHA-256 over the canonical URL without its scheme.

    Without a URL: over source id (or empty) and the path relative to the folder that was given.
    """
    known = canonical_url.split("://", 1)[-1] if canonical_url else None
    key = known or f"{source_id or ''}\n{path or ''}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
