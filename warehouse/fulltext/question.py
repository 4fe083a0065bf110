"""The language of questions: words, "phrases", word*, AND, OR, NOT, -word, (groups), headline:word.

Words side by side must all occur. Tantivy has a language of its own, which refuses "don't" and
takes "IOPC: report" for a field; this one takes what people paste.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from tantivy import Occur, Query, Searcher

from warehouse.fulltext.index import TEXT_FIELDS, SearchError, schema
from warehouse.fulltext.words import words

MAX_CHARACTERS = 1_000
MAX_DEPTH = 10
MAX_COMPLETIONS = 100
"""Words of the index that one ``word*`` stands for, at most."""

HEADLINE_WEIGHT = 2.0

_FIELDS = {"headline": ("headline",), "body": ("article_body",)}
_QUOTES = str.maketrans("“”„«»", '"' * 5)
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\() | (?P<close>\)) | (?P<minus>-(?=[^\s)])) | (?P<plus>\+(?=[^\s)]))
        | (?P<operator>(?:AND|OR|NOT)(?=[\s()"]|$))
        | (?:(?P<field>headline|body):(?=\S))? (?: "(?P<phrase>[^"]*)" | (?P<word>[^\s()"]+) )
        | (?P<unclosed>") )""",
    re.VERBOSE,
)


class BadQuestion(SearchError):
    """A question that cannot be understood: says what is wrong with it."""


class _Token(NamedTuple):
    kind: str
    text: str
    field: str | None


class _Part(NamedTuple):
    """A piece of a question; ``wanted`` is false for what must not occur."""

    query: Query
    wanted: bool


def understand(question: str, searcher: Searcher) -> Query:
    """The question as a query. ``searcher`` tells which words ``word*`` stands for.

    Raises BadQuestion.
    """
    if len(question) > MAX_CHARACTERS:
        raise BadQuestion(f"The search is longer than {MAX_CHARACTERS:,} characters: shorten it.")
    return _Parser(_tokens(question), searcher).parse()


def _tokens(question: str) -> list[_Token]:
    text = question.translate(_QUOTES).rstrip()
    tokens = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise AssertionError(f"no token begins at character {place} of {text!r}")
        kind = str(match.lastgroup)
        if kind == "unclosed":
            raise BadQuestion("A quotation mark is not closed: write both.")
        tokens.append(_Token(kind, match[kind], match["field"]))
        place = match.end()
    return tokens


class _Parser:
    """Recursive descent: OR binds least, then AND or nothing, then NOT and minus."""

    def __init__(self, tokens: Sequence[_Token], searcher: Searcher) -> None:
        self._tokens = list(reversed(tokens))
        self._searcher = searcher
        self._schema = schema()

    def parse(self) -> Query:
        part = self._alternatives(0)
        if self._tokens:
            raise BadQuestion("A closing bracket has no opening one.")
        if part is None:
            raise BadQuestion("There is no word to look for: give one of letters or digits.")
        return part

    def _next_is(self, kind: str, text: str | None = None) -> bool:
        if not self._tokens:
            return False
        token = self._tokens[-1]
        return token.kind == kind and text in (None, token.text)

    def _take(self, kind: str, text: str | None = None) -> bool:
        if found := self._next_is(kind, text):
            self._tokens.pop()
        return found

    def _alternatives(self, depth: int) -> Query | None:
        if depth > MAX_DEPTH:
            raise BadQuestion(f"Brackets are nested deeper than {MAX_DEPTH} levels.")
        found = [self._conjunction(depth)]
        while self._take("operator", "OR"):
            if self._ends_conjunction():
                raise _misplaced()
            found.append(self._conjunction(depth))
        queries = [query for query in found if query is not None]
        return _any_of(queries) if queries else None

    def _conjunction(self, depth: int) -> Query | None:
        parts: list[_Part] = []
        if self._next_is("operator", "AND") or self._next_is("operator", "OR"):
            raise _misplaced()
        while not self._ends_conjunction():
            part = self._unary(depth)
            if part is not None:
                parts.append(part)
            if self._take("operator", "AND") and self._ends_conjunction():
                raise _misplaced()
        if parts and not any(part.wanted for part in parts):
            raise BadQuestion("There is nothing to look for but what must not occur: add a word.")
        return _all_of(parts) if parts else None

    def _ends_conjunction(self) -> bool:
        return (
            not self._tokens
            or self._next_is("close")
            or self._next_is("operator", "OR")
            or self._next_is("operator", "AND")
        )

    def _unary(self, depth: int) -> _Part | None:
        if self._take("operator", "NOT") or self._take("minus"):
            if self._ends_conjunction():
                raise _misplaced()
            part = self._unary(depth)
            return part and part._replace(wanted=not part.wanted)
        self._take("plus")
        query = self._primary(depth)
        return None if query is None else _Part(query, wanted=True)

    def _primary(self, depth: int) -> Query | None:
        if self._take("open"):
            query = self._alternatives(depth + 1)
            if not self._take("close"):
                raise BadQuestion("A bracket is not closed.")
            return query
        token = self._tokens.pop()
        fields = _FIELDS[token.field] if token.field else TEXT_FIELDS
        sought = words(token.text)
        if not sought:
            return None
        completed = token.kind == "word" and token.text.endswith("*")
        return _any_of([self._in_field(name, sought, completed) for name in fields])

    def _in_field(self, field: str, sought: list[str], completed: bool) -> Query:
        last = [sought[-1]]
        if completed:
            found = self._searcher.terms_with_prefix(field, sought[-1], limit=MAX_COMPLETIONS)
            last = [word for word, _ in found]
        begin = sought[:-1]
        queries = [self._phrase(field, [*begin, word]) for word in last]
        query = _any_of(queries) if queries else Query.empty_query()
        return Query.boost_query(query, HEADLINE_WEIGHT) if field == "headline" else query

    def _phrase(self, field: str, sought: list[str]) -> Query:
        if len(sought) == 1:
            return Query.term_query(self._schema, field, sought[0])
        return Query.phrase_query(self._schema, field, list(sought))


def _misplaced() -> BadQuestion:
    return BadQuestion("AND, OR and NOT go before a word; in quotes they are words.")


def _any_of(queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _all_of(parts: Sequence[_Part]) -> Query:
    if len(parts) == 1:
        return parts[0].query
    return Query.boolean_query(
        [(Occur.Must if part.wanted else Occur.MustNot, part.query) for part in parts]
    )
