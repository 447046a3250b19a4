"""What stands in a case is looked up: many acts of many requests cost what they say, no more."""

from dataclasses import replace
from typing import override

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joint.case.test_case import OPENED, say
from joint.review.histories import PARTIES

from comity.joint.case import fold, view
from comity.joint.case.rounds import Round
from comity.joint.case.state import State

ROUNDS = st.lists(
    st.builds(Round, st.sampled_from("abc"), st.integers(1, 4), st.integers(0, 9)), max_size=12
).map(tuple)
UNSEEN = st.frozensets(st.integers(0, 9))


@given(ROUNDS, ROUNDS, ROUNDS, UNSEEN)
def test_what_is_looked_up_is_what_a_search_finds(
    common: tuple[Round, ...],
    left: tuple[Round, ...],
    right: tuple[Round, ...],
    unseen: frozenset[int],
) -> None:
    """Also where two states follow from one, and are asked in turn."""
    before = State(rounds=common)
    states = (before, replace(before, rounds=common + left), replace(before, rounds=common + right))
    for one in (*states, *reversed(states)):
        for of in "abcd":
            seen = [r.round for r in one.rounds if r.of == of and r.at not in unseen]
            assert one.round(of, unseen) == max(seen, default=0)


def test_many_requests_are_not_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each act of a peer may name 256: none of the rounds before is read again for them."""
    read: list[str] = []

    class Counted(Round):
        __slots__ = ()

        @override
        def __getattribute__(self, name: str) -> object:
            if name == "of":
                read.append(name)
            return super().__getattribute__(name)

    monkeypatch.setattr(fold, "Round", Counted)
    now = fold.fold(State(PARTIES[:2]), OPENED, "aa")
    letters = str.maketrans("0123456789", "abcdefghij")
    named = [f"{one:026}".translate(letters) for one in range(1, 1_001)]
    for start in range(0, 1_000, 250):
        now = fold.fold(now, say("group", requests=tuple(named[start : start + 250])), "aa")
    now = fold.fold(now, say("ungroup", requests=tuple(named[:250])), "aa")
    assert set(view.requests(now)) == {*OPENED.items, *named[250:]}
    assert len(read) < 10 * len(now.rounds)
