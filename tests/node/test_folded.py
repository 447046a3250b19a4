"""A folded request is read from its row once, and few of them are held."""

from dataclasses import replace

from comity.acts.record import Matter
from comity.boot.rooms import ROOMS
from comity.joint.request import state
from comity.joint.request.state import State
from comity.node.base.rows import MatterRow
from comity.node.room import fold_cache

ROW = MatterRow(
    Matter("request", "a" * 26), "ab/live", "submitted", "bb", "urgent", "aa", {}, 0,
    state.to_json(State(asker="aa", own_reference="AA 1")), "1" * 64,
)  # fmt: skip


def test_a_request_is_read_once_as_long_as_it_does_not_change() -> None:
    """The same row gives the same value; another act, another request, its own."""
    first = fold_cache.of(ROOMS, ROW)
    assert first == state.from_json(ROW.state)
    assert fold_cache.of(ROOMS, ROW) is first
    later = replace(
        ROW, state=state.to_json(State(asker="aa", own_reference="AA 2")), digest="2" * 64
    )
    assert fold_cache.of(ROOMS, later).own_reference == "AA 2"
    other = replace(ROW, matter=Matter("request", "b" * 26), state=later.state)
    assert fold_cache.of(ROOMS, other).own_reference == "AA 2"
    elsewhere = replace(ROW, channel="ab/hotline", state=later.state)
    assert fold_cache.of(ROOMS, elsewhere).own_reference == "AA 2"


def test_what_was_asked_for_longest_ago_is_forgotten() -> None:
    """However many requests there are, no more than so many are held."""
    first = fold_cache.of(ROOMS, ROW)
    for number in range(fold_cache.HELD_MAX - 1):
        fold_cache.of(ROOMS, replace(ROW, digest=f"{number:064}"))
    assert fold_cache.of(ROOMS, ROW) is first
    for number in range(fold_cache.HELD_MAX):
        fold_cache.of(ROOMS, replace(ROW, digest=f"{number + 10_000:064}"))
    assert fold_cache.of(ROOMS, ROW) is not first
