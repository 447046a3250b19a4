"""A short list that is read page by page is the list, whatever the pages."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pair import make_world

from comity.kernel.fault import Fault
from comity.node.base import cursor

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


def refused(read: Callable[[str], object], given: str) -> bool:
    """Return whether a text is no cursor to who reads it so."""
    try:
        read(given)
    except Fault as fault:
        assert fault.code == "node.cursor.malformed"
        return True
    return False


def test_each_kind_of_cursor_means_what_it_was_made_of() -> None:
    """The beginning and the end are no text; of another kind of list it means nothing."""
    key = "1|000001764000000|ab"
    kinds: tuple[tuple[Callable[[str], object], str, object], ...] = (
        (cursor.place_of, cursor.of_place((1, 2, "a", "b")), (1, 2, "a", "b")),
        (cursor.number_of, cursor.of_number(0), 0),
        (cursor.number_of, cursor.of_number((1 << 42) - 1), (1 << 42) - 1),
        (cursor.key_of, cursor.of_key(key), key),
    )
    for read, text, meant in kinds:
        assert read(text) == meant
        others = [other for reader, other, _ in kinds if reader is not read]
        assert all(refused(read, other) for other in [*others, f"{text}\n", f"{text}!", "!"])
    assert {cursor.of_place(None), cursor.of_number(None), cursor.of_key("")} == {""}
    assert (cursor.place_of(""), cursor.number_of(""), cursor.key_of("")) == (None, None, "")
    for number in (-1, 1 << 42):
        assert refused(cursor.number_of, cursor.of_number(number))
    assert refused(cursor.place_of, cursor.of_place((True, 2, "a", "b")))
    assert refused(lambda text: cursor.key_of(text, "x|"), cursor.of_key(key))


def test_what_this_node_has_sealed_it_opens_and_nothing_else(tmp_path: Path) -> None:
    """Whoever carries it learns nothing, changes nothing of it, and none grows old."""
    node = make_world(tmp_path).node("aa")
    first, second = cursor.sealed(node, "one"), cursor.sealed(node, "two")
    with node.store.read() as tx:
        assert (cursor.opened_sealed(tx, first), cursor.opened(tx, second)) == ("one", "two")
        assert cursor.opened(tx, "plain") == "plain"
        changed = first[:9] + ("A" if first[9] != "A" else "B") + first[10:]
        for text in ("plain", "", "~", changed, first[:-4], f"{first}!", f"~\n{first[1:]}"):
            assert refused(lambda one: cursor.opened_sealed(tx, one), text)
