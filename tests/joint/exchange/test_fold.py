"""What the register reads in the codes of its acts."""

import pytest

from comity.acts.record import Document
from comity.joint.exchange import acts
from comity.joint.exchange.fold import Fact, Register

ORIGIN = "aa/aaaaaaaaaaaaaaaaaaaaaaaaaa/live/2"


def _said(tag: str, index: int, codes: dict[str, str]) -> Fact:
    documents = (Document("0" * 64, 1, "text/plain", "card"),)
    act = acts.register_act("a" * 26, tag, "live", codes, documents)
    return Fact(ORIGIN, index, "aa", act)


@pytest.mark.parametrize(
    ("text", "means"),
    [("2", 2), ("02", 0), ("+2", 0), (" 2", 0), ("2 ", 0), ("\u0662", 0), ("", 0)],
)
def test_a_number_has_one_spelling(text: str, means: int) -> None:
    """Who reads 02 as 2 would have other keys in force than who does not (6.5.2)."""
    register = Register(
        (
            _said(acts.GENERATION_BEGUN, acts.BEGUN_INDEX, {"card": text}),
            _said(acts.CARD_ENTERED, 2, {"number": text}),
            _said(acts.VERSION_ADOPTED, 3, {"case": text}),
        ),
        paired={},
    )
    assert register.first_card(ORIGIN) == means
    assert [one.number for one in register.entered(ORIGIN)] == [means]
    assert register.version("aa", "case", {ORIGIN: 4}) == means


@pytest.mark.parametrize(
    ("text", "means"),
    [("999999999", 999_999_999), ("1000000000", 0), ("9" * 5_000, 0)],
)
def test_a_number_over_nine_digits_counts_as_none(text: str, means: int) -> None:
    """No program knows such a version, and no party has so many cards (6.5.2)."""
    assert acts.number({"case": text}, "case") == means
