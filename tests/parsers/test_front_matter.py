from __future__ import annotations

import pytest

from parsers.items import Article
from parsers.readers.front_matter import FrontMatter, find_front_matter
from tests.parsers.building import LEAD, STORY, article_of, block_of, lines, within


def front(*inner: str, fence: str = "---", close: str | None = None) -> FrontMatter | None:
    return find_front_matter([fence, *inner, close or fence, "", LEAD])


def values(*inner: str) -> dict[str, str]:
    found = front(*inner)
    assert found is not None
    return {key: value for key, (value, _) in found.values.items()}


def document(front_matter: str) -> Article:
    return article_of(front_matter.encode() + b"\n\n" + lines(*STORY), media_type="text/plain")


@pytest.mark.parametrize(("fence", "close"), [("---", "---"), ("---", "..."), ("```yaml", "```")])
def test_the_fences(fence: str, close: str) -> None:
    found = front("title: Weir shut", fence=fence, close=close)
    assert found is not None
    assert found.values == {"title": ("Weir shut", 1)}
    assert found.end == 3


def test_blank_lines_may_stand_before_it() -> None:
    found = find_front_matter(["", "---", "title: Weir shut", "---", LEAD])
    assert found is not None
    assert found.values["title"] == ("Weir shut", 2)


def test_nested_keys_are_joined_by_dots() -> None:
    assert values("og:", "  description: Shut", "publish:", "  date: 4 Dec 2020") == {
        "og.description": "Shut",
        "publish.date": "4 Dec 2020",
    }


def test_lists_are_numbered() -> None:
    assert values("authors:", "  - Ann Example", "  - Bo Sample") == {
        "authors.0": "Ann Example",
        "authors.1": "Bo Sample",
    }


def test_keys_are_known_in_any_case() -> None:
    assert values("Title: Weir shut", "Publish:", "  Date: 4 Dec 2020") == {
        "title": "Weir shut",
        "publish.date": "4 Dec 2020",
    }


def test_values_stay_text() -> None:
    assert values("a: 2020-12-04", "b: yes", "c: 007", "d: null") == {
        "a": "2020-12-04",
        "b": "yes",
        "c": "007",
        "d": "null",
    }


def test_a_colon_in_a_title_does_not_break_it() -> None:
    assert values("title: Weir: why it shut", "date: 4 Dec 2020") == {
        "title": "Weir: why it shut",
        "date": "4 Dec 2020",
    }


def test_what_is_no_yaml_is_read_line_by_line_and_flagged() -> None:
    found = front("title: Weir: why it shut", "\tquote: [unclosed", "date: 4 Dec 2020")
    assert found is not None
    assert found.flags == ("front_matter_malformed",)
    assert found.values["date"] == ("4 Dec 2020", 3)


def test_nesting_survives_reading_line_by_line() -> None:
    found = front("title: Weir: why it shut", "publish:", "  date: 4 Dec 2020", "area: Pell")
    assert found is not None
    assert found.values["publish.date"] == ("4 Dec 2020", 3)
    assert found.values["area"] == ("Pell", 4)


def test_of_a_key_given_twice_the_first_counts_and_it_is_flagged() -> None:
    found = front("title: Weir shut", "title: Weir open")
    assert found is not None
    assert found.values["title"] == ("Weir shut", 1)
    assert found.flags == ("front_matter_duplicate_key",)


def test_a_fence_that_is_never_closed_is_text() -> None:
    assert find_front_matter(["---", "title: Weir shut", "", LEAD]) is None


def test_a_rule_between_paragraphs_is_text() -> None:
    assert find_front_matter([LEAD, "---", "title: Weir shut", "---"]) is None


def test_prose_between_rules_is_no_front_matter() -> None:
    assert find_front_matter(["---", "The weir is shut.", "---", LEAD]) is None


def test_objects_are_not_made() -> None:
    article = document("---\ntitle: Weir shut\nx: !!python/object/apply:os.system ['true']\n---")
    assert article.headline == "Weir shut"
    assert block_of(article, "x: !!python/object/apply:os.system ['true']").reason == "front_matter"


def test_aliases_are_not_expanded() -> None:
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    with within(10):
        found = front("title: Weir shut", *bomb)
    assert found is not None
    assert found.values["title"] == ("Weir shut", 1)


def test_an_alias_of_itself_ends() -> None:
    with within(10):
        found = front("title: Weir shut", "a: &a", "  b: *a")
    assert found is not None
    assert found.values["title"] == ("Weir shut", 1)


@pytest.mark.parametrize("line", ["a: " + "[" * 5_000, "a: " + "{a: " * 5_000, "- " * 5_000])
def test_deep_nesting_ends(line: str) -> None:
    with within(10):
        found = front("title: Weir shut", line)
    assert found is None or found.values["title"][0] == "Weir shut"


def test_every_line_is_a_block_and_keeps_its_indentation() -> None:
    article = document("---\npublish:\n  date: 4 Dec 2020\ntitle: Weir shut\n---")
    assert [(b.text, b.kind) for b in article.blocks[:5]] == [
        (text, "front_matter")
        for text in ("---", "publish:", "  date: 4 Dec 2020", "title: Weir shut", "---")
    ]


def test_lines_that_hold_a_field_move_there_and_the_others_go() -> None:
    article = document("---\npublish:\n  date: 4 Dec 2020\ntitle: Weir shut\nlayout: x\n---")
    assert [(b.disposition, b.field or b.reason) for b in article.blocks[:6]] == [
        ("removed", "front_matter"),
        ("removed", "front_matter"),
        ("moved", "date_published"),
        ("moved", "headline"),
        ("removed", "front_matter"),
        ("removed", "front_matter"),
    ]


def test_the_story_after_it_is_kept_whole() -> None:
    assert document("---\ntitle: Weir shut\n---").paragraphs == STORY


def test_an_impossible_date_is_flagged_and_makes_none() -> None:
    article = document("---\ntitle: Weir shut\ndate: 2020-02-30\n---")
    assert (article.date_published, article.date_published_precision) == (None, "unknown")
    assert "date_unreadable" in article.flags


def test_an_address_is_taken_from_it() -> None:
    article = document("---\ntitle: Weir shut\nurl: https://pell.example/news/weir/\n---")
    assert article.url == "https://pell.example/news/weir/"
    assert article.canonical_url == "https://pell.example/news/weir"


def test_a_description_that_is_cut_off_is_not_taken() -> None:
    article = document(f"---\ntitle: Weir shut\ndescription: {LEAD[:40]}\n---")
    assert article.description is None


def test_a_whole_description_is_taken() -> None:
    article = document(
        "---\ntitle: Weir shut\ndescription: Walkers must go round by the lock.\n---"
    )
    assert article.description == "Walkers must go round by the lock."
    assert (
        block_of(article, "description: Walkers must go round by the lock.").field == "description"
    )
