"""What figures leave out because a party has not signed for it: every entry is in, or is told."""

from hypothesis import given
from hypothesis import strategies as st

from comity.figures.omissions import Awaited, unsigned

SIZES = st.integers(0, 50)
NAMES = {"en": "Sylvania", "zh": "西尔瓦尼亚"}


@given(SIZES, SIZES, st.dictionaries(st.sampled_from("bcdef"), SIZES))
def test_every_entry_is_in_the_figures_or_waits_for_somebody(
    size: int, seen: int, signed: dict[str, int]
) -> None:
    """The newest cut has what all have signed for, or what others had seen: the rest is told."""
    held = min((min(one, size) for one in signed.values()), default=size)
    cut = max(held, min(seen, size))
    found = [*unsigned(cut, size, signed)]
    told = {index for _, start, end in found for index in range(start, end)}
    assert told | {*range(cut)} == {*range(size)}
    assert not told & {*range(cut)}
    for party, start, end in found:
        assert signed[party] <= start < end == size


def test_it_is_said_in_words_in_both_languages() -> None:
    """One entry and several; what to do is told when it is late, and not before."""
    at = 1_790_000_000_000
    one = Awaited("aa/x/live/1", "sy", NAMES, 1, at, is_late=False)
    assert one.words["en"] == (
        "1 entry of aa/x/live/1 is not in these figures: it waits for the signature of Sylvania "
        "since 2026-09-21 14:13 UTC."
    )
    assert one.step is None
    many = Awaited("aa/x/live/1", "sy", NAMES, 3, at, is_late=True)
    assert many.words["en"].startswith("3 entries of aa/x/live/1 are not in these figures: they")
    assert "3 个条目" in many.words["zh"]  # an entry is 条目, as in the glossary
    assert "西尔瓦尼亚" in many.words["zh"]
    assert many.step is not None
    assert many.step["en"].startswith("Call Sylvania.")
