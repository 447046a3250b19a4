"""Whole numbers that somebody wrote in digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.digits import whole


@given(st.integers(0, 1 << 70), st.integers(0, 1 << 70))
def test_a_number_is_read_up_to_its_bound(number: int, most: int) -> None:
    """Over it there is none."""
    assert whole(str(number), most) == (number if number <= most else None)


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1_0", "1.0", "\u0661", "\u00b2", "x"])
def test_what_is_not_digits_alone_is_none(text: str) -> None:
    """`int` would take some of them."""
    assert whole(text) is None


def test_a_number_of_any_length_costs_nothing() -> None:
    """Python refuses to read more than 4,300 digits by an error."""
    assert whole("9" * 1_000_000) is None
