"""Handling marks: an order, and no label that nobody knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.acts import marks
from comity.acts.marks import PAP, TLP, Mark
from comity.kernel.fault import Fault

some = st.builds(Mark, st.sampled_from(TLP), st.sampled_from(["", *PAP]))


@given(some)
def test_a_mark_is_read_as_it_was_written(mark: Mark) -> None:
    """What is written is read again, and says who may read it and what may be done."""
    assert marks.parse(str(mark)) == mark
    assert mark.readers
    assert bool(mark.actions) == bool(mark.pap)


def test_the_old_word_is_read_as_the_new_one() -> None:
    """TLP 1.0 said WHITE."""
    assert marks.parse("TLP:WHITE") == Mark("CLEAR")
    assert marks.parse("TLP:GREEN PAP:WHITE") == Mark("GREEN", "CLEAR")


@pytest.mark.parametrize(
    "text", ["", "TLP:UNCLEAR", "TLP:EX:CHR", "tlp:red", "TLP:RED ", "PAP:RED", "TLP:AMBER PAP:X"]
)
def test_a_label_that_nobody_knows_is_refused(text: str) -> None:
    """An unknown label would be read as no limit."""
    with pytest.raises(Fault, match=r"acts\.mark\.unknown"):
        marks.parse(text)


@given(some, some)
def test_more_readers_or_more_actions_are_wider(first: Mark, second: Mark) -> None:
    """Either is enough: a mark that lets more be done lets it through to no fewer readers."""
    pap = {"RED": 0, "AMBER": 1, "GREEN": 2, "CLEAR": 3, "": 3}
    more_readers = TLP.index(first.tlp) > TLP.index(second.tlp)
    assert marks.is_wider(first, second) == (more_readers or pap[first.pap] > pap[second.pap])


@given(some, some, some)
def test_the_order_is_one(first: Mark, second: Mark, third: Mark) -> None:
    """Nothing is wider than itself; the narrowest of two is wider than neither."""
    assert not marks.is_wider(first, first)
    both = marks.narrowest(first, second)
    assert not marks.is_wider(both, first)
    assert not marks.is_wider(both, second)
    if not marks.is_wider(first, second) and not marks.is_wider(second, third):
        assert not marks.is_wider(first, third)


@given(st.lists(some, min_size=1), st.booleans())
def test_the_narrowest_of_many_is_wider_than_none(found: list[Mark], has_unknown: bool) -> None:  # noqa: FBT001 -- drawn
    """A mark that nobody knows lets nothing through."""
    texts = [*map(str, found), *(["TLP:UNCLEAR"] if has_unknown else [])]
    both = marks.parse(marks.narrowest_of(texts))
    assert not any(marks.is_wider(both, one) for one in found)
    assert not has_unknown or both.tlp == "RED"
    assert marks.narrowest_of([]) == ""


def test_only_a_wide_mark_goes_to_a_third_state() -> None:
    """AMBER ends at the clients of the organisation that received it."""
    assert [tlp for tlp in TLP if Mark(tlp).may_go_to_third_state] == ["GREEN", "CLEAR"]
    assert [tlp for tlp in TLP if Mark(tlp).may_be_public] == ["CLEAR"]
