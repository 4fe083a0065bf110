"""Which pages a source lists now: feeds, sitemaps, listing pages, lists of addresses."""

from flows.discovery.discover import discover
from flows.discovery.problems import DiscoveryProblem, ProblemKind

__all__ = ["DiscoveryProblem", "ProblemKind", "discover"]
