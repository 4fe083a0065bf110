"""What holds for a warehouse in a file holds for a lake: some of the same tests, on one."""

from tests.warehouse.test_loading import (
    test_a_reparse_is_told_from_a_capture,
    test_an_account_error_loads_nothing_of_its_batch,
    test_an_edited_page_makes_a_version_and_keeps_the_old,
    test_sources_say_what_is_declared_now,
)
from tests.warehouse.test_pages import (
    test_a_gone_page_is_told_of_every_version_and_keeps_its_text,
    test_finding_a_known_page_again_changes_nothing_but_what_the_list_says,
    test_what_is_written_together_is_undone_together,
    writer,
)
from tests.warehouse.test_quarantine import test_a_decision_is_kept
from tests.warehouse.test_records import (
    test_newer_parsers_renew_the_attributes_of_a_page_that_says_the_same,
)
from tests.warehouse.test_stories import test_a_release_repeated_in_a_paper_is_one_story

__all__ = [
    "test_a_decision_is_kept",
    "test_a_gone_page_is_told_of_every_version_and_keeps_its_text",
    "test_a_release_repeated_in_a_paper_is_one_story",
    "test_a_reparse_is_told_from_a_capture",
    "test_an_account_error_loads_nothing_of_its_batch",
    "test_an_edited_page_makes_a_version_and_keeps_the_old",
    "test_finding_a_known_page_again_changes_nothing_but_what_the_list_says",
    "test_newer_parsers_renew_the_attributes_of_a_page_that_says_the_same",
    "test_sources_say_what_is_declared_now",
    "test_what_is_written_together_is_undone_together",
    "writer",
]
