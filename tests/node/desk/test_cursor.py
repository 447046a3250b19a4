"""A short list that is read page by page is the list, whatever the pages."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.node.desk import cursor

PLACES = st.sets(st.tuples(st.integers(-3, 3), st.text(max_size=3)), max_size=20)


def _pages(lines: list[tuple[int, str]], count: int) -> list[list[tuple[int, str]]]:
    found, after = [], ""
    while True:
        page, after = cursor.page_of(lines, lambda line: line, after, count)
        found.append(page)
        if not after:
            return found


@given(PLACES, st.integers(1, 7))
def test_pages_are_the_list_in_its_order(places: set[tuple[int, str]], count: int) -> None:
    """Each line once; only the last page may be short, and it is empty only if the list is."""
    pages = _pages(list(places), count)
    assert [line for page in pages for line in page] == sorted(places)
    assert all(len(page) == count for page, _ in pairwise(pages))
    assert pages[-1] or not places


@given(PLACES, PLACES, st.integers(1, 7))
def test_what_comes_meanwhile_hides_nothing(
    before: set[tuple[int, str]], added: set[tuple[int, str]], count: int
) -> None:
    """A line that was there is on the page that follows, whatever came and went before it."""
    page, after = cursor.page_of(before, lambda line: line, "", count)
    left = sorted(before)[count:]
    grown = {*left, *added}
    rest = cursor.page_of(grown, lambda line: line, after, 100)[0] if after else []
    assert set(left) <= set(rest)
    assert not set(page) & set(rest) - added


@pytest.mark.parametrize("strange", ["!", "AAAA", "NQ", "bnVsbA", "W251bGxd", "WyJhIl0", "W10x"])
def test_a_cursor_of_another_list_is_refused(strange: str) -> None:
    """It names no place here."""
    with pytest.raises(Fault, match="no cursor") as refused:
        cursor.page_of([(1, "a")], lambda line: line, strange, 1)
    assert refused.value.code == "node.cursor.malformed"
