"""Which key counts where: by sizes alone, and the same for every reader."""

import making_cards as making
from hypothesis import given
from hypothesis import strategies as st

from comity.joint.arrangement import validity
from comity.joint.arrangement.revocation import Revocation
from comity.joint.arrangement.validity import Position

FIRST = Position(1, None)
histories = st.lists(st.integers(0, 40), unique=True, max_size=5).map(
    lambda indexes: [FIRST, *(Position(at + 2, i) for at, i in enumerate(sorted(indexes)))]
)


def test_the_head_that_ends_with_a_card_is_signed_by_the_old_key() -> None:
    """A card at index 43: size 44 is the old key's last head, 45 the new key's first."""
    positions = [FIRST, Position(2, 43)]
    assert [validity.log_card_at(positions, size) for size in (0, 1, 43, 44, 45, 99)] == [
        1, 1, 1, 1, 2, 2,
    ]  # fmt: skip
    assert [validity.seal_card_seen(positions, seen) for seen in (0, 43, 44)] == [1, 1, 2]


def test_a_card_whose_place_is_not_read_yet_is_a_candidate_too() -> None:
    """Known from the handshake, position unknown: old and new may both be right."""
    assert validity.keys_at([FIRST], 10, known=[1, 2]) == (1, 2)
    positions = [FIRST, Position(2, 5)]
    assert validity.keys_at(positions, 10, known=[1, 2]) == (2,)
    assert validity.keys_at(positions, 6, known=[1, 2, 3]) == (1,)
    assert validity.keys_at(positions, 10, known=[1, 2, 3]) == (2, 3)


def test_a_mirror_may_show_what_it_stored_before() -> None:
    """The card in force first, newer ones that are known, then the one before."""
    positions = [FIRST, Position(2, 5)]
    assert validity.mirror_cards(positions, 3, known=[1, 2]) == (1, 2)
    assert validity.mirror_cards(positions, 6, known=[1, 2, 3]) == (2, 3, 1)
    assert validity.mirror_cards([*positions, Position(3, 8)], 9, known=[1, 2, 3]) == (3, 2)


def test_entries_that_repeat_or_skip_a_number_change_nothing() -> None:
    """Only the card that is next counts, wherever the others stand."""
    positions = [FIRST, Position(3, 2), Position(2, 4), Position(2, 6), Position(3, 9)]
    assert validity.in_order(positions) == (FIRST, Position(2, 4), Position(3, 9))


@given(histories, st.integers(0, 50), st.randoms())
def test_the_key_in_force_depends_on_no_order(
    positions: list[Position], size: int, chance: object
) -> None:
    """Every reader of the same log finds the same key, however they came to its entries."""
    shuffled = list(positions)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert validity.log_card_at(shuffled, size) == validity.log_card_at(positions, size)


@given(histories, st.integers(0, 50), st.integers(41, 60))
def test_what_comes_later_changes_no_earlier_head(
    positions: list[Position], size: int, later: int
) -> None:
    """A card entered above a size does not change which key signs that size."""
    more = [*positions, Position(len(positions) + 1, later)]
    for at in range(min(size, later + 1) + 1):
        assert validity.keys_at(more, at) == validity.keys_at(positions, at)


@given(histories, st.integers(0, 50))
def test_numbers_never_fall_as_a_log_grows(positions: list[Position], size: int) -> None:
    """The key of a greater size is the same or a newer one."""
    assert validity.log_card_at(positions, size) <= validity.log_card_at(positions, size + 1)
    assert validity.seal_card_seen(positions, size) >= validity.log_card_at(positions, size)


def test_a_revoked_key_covers_no_size_above_its_last() -> None:
    """By size alone, and nothing in a log that the revocation does not name."""
    origin = f"aa/{making.ARRANGEMENT}/live/1"
    revocation = Revocation(making.ARRANGEMENT, "aa", 1, {1: {origin: 4}})
    assert validity.unrevoked((1, 2), (revocation,), origin, 4) == (1, 2)
    assert validity.unrevoked((1, 2), (revocation,), origin, 5) == (2,)
    assert validity.unrevoked((1,), (revocation,), origin.replace("live", "hotline"), 1) == ()
