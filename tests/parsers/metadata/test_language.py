from __future__ import annotations

import pytest

from parsers.metadata.language import detect_language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "De vraag is of dat genoeg is, zei de burgemeester."),
        ("nl", "Niemand raakte gewond, maar de schade is groot, zegt de brandweer."),
        ("pl", "To jest pierwszy raz, kiedy most został zamknięty."),
        ("cs", "Je to poprvé, co byl most uzavřen na celý týden."),
        ("da", "Der er ingen, der ved, hvornår broen åbner igen."),
        ("nb", "Det er to personer som er siktet i saken, sier politiet."),
        ("pt", "O presidente das câmaras disse que a ponte está fechada."),
        ("hu", "Ez is azt mutatja, hogy a helyzet nem javult."),
        ("af", "Dit is nog nie duidelik of die brug weer sal oopmaak nie."),
    ],
)
def test_a_word_that_is_common_elsewhere_does_not_tell(language: str, text: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The weir was shut with two of the gates open, and nobody is to blame."),
        ("de", "Das Wehr ist zu, und der Grund ist nicht bekannt, sagte eine Frau."),
        ("fr", "Le barrage est fermé depuis lundi, et personne ne sait pourquoi."),
    ],
)
def test_the_language_of_a_sentence(language: str, text: str) -> None:
    assert detect_language(text) == language


def test_a_text_of_a_few_words_has_no_language() -> None:
    assert detect_language("The weir is shut to the public.") is None
