# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation and wide letters
"""Words of a text and of a question: what is written is found, in English and in Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.node.room import search_terms

SAID = (
    "Order 27/2026-B for 192.0.2.7:443 at Straße 5, mallory@example.org.",
    "请保全记录，紧急披露。ＡＢＣ１２",
)
WORDS = search_terms.words_of(SAID)
FOUND = (
    "order", "ORDER for", "27/2026-b", "2026", "192.0.2.7", "mallory@example.org", "mall*",
    "strasse", "保全", "全记录", "录", "请", "紧急披露", "abc12", "紧急 order",
)  # fmt: skip
MISSED = ("ord", "192.0.2.8", "2.7.0", "保记", "记录紧", "absent", "order 露披")


def answers(question: str) -> bool:
    """Return whether the text above answers a question."""
    return all(
        any(word.startswith(term[:-1]) for word in WORDS) if term.endswith("*") else term in WORDS
        for term in search_terms.asked(question)
    )


@pytest.mark.parametrize("question", FOUND)
def test_what_is_written_is_found(question: str) -> None:
    """Words, numbers and addresses as they are written; any two characters that stand together."""
    assert answers(question)


@pytest.mark.parametrize("question", MISSED)
def test_what_is_not_written_is_not_found(question: str) -> None:
    """Neither the beginning of a word without its star, nor characters that stand apart."""
    assert not answers(question)


@pytest.mark.parametrize("question", ["", " ", "*", "、。", "--"])
def test_a_question_without_a_word_is_told(question: str) -> None:
    """An empty search must not be taken for the whole list."""
    with pytest.raises(Fault) as caught:
        search_terms.asked(question)
    assert caught.value.code == "node.search.empty"


@given(st.text(max_size=60))
def test_every_text_answers_itself(text: str) -> None:
    """Whatever stands in a text, asking for all of it finds it; terms are bare words."""
    words = search_terms.words_of([text])
    assert all(one.isalnum() or not one.isascii() for word in words for one in word)
    try:
        asked = search_terms.asked(text.replace("*", " "))
    except Fault:
        return
    for term in asked:
        begun = [word for word in words if word.startswith(term.removesuffix("*"))]
        assert term in words or (term.endswith("*") and begun)


def test_the_terms_of_one_text_are_bounded() -> None:
    """However long it is, a store takes them in one row."""
    many = search_terms.words_of(
        [" ".join(f"{number:07}" for number in range(search_terms.TERMS_MAX + 9))]
    )
    assert len(many) == search_terms.TERMS_MAX
    long = search_terms.words_of(
        f"{number:016}" + "\u0436" * 32 for number in range(search_terms.TERMS_MAX)
    )
    assert sum(len(one.encode()) for one in long) == search_terms.TERMS_BYTES_MAX
