# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""Who agrees with a snapshot: each party has one place, and all agree exactly if it is agreed."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from comity.joint.review import agreement, state, view
from comity.joint.review.agreement import Standing
from comity.joint.review.state import Position, State

PARTIES = ("aa", "bb", "cc", "dd")
NAMES = {party: {"en": party.upper(), "zh": f"{party}国"} for party in PARTIES}
NAMED = State(PARTIES, author="bb", snapshot_id="s", digest="5f", from_ms=1, to_ms=2, instant_ms=3)


def name(party: str) -> dict[str, str]:
    """Return a name."""
    return NAMES[party]


@given(st.lists(st.tuples(st.sampled_from(("aa", "cc", "dd")), st.sampled_from(("5f", "6a")))))
def test_every_party_has_one_place(said: list[tuple[str, str]]) -> None:
    """What a party found last counts; all found the same exactly if the snapshot is agreed."""
    positions = tuple(
        Position(party, f"a{at}", at, digest) for at, (party, digest) in enumerate(said, 1)
    )
    now = replace(NAMED, positions=positions)
    of = agreement.standing(now)
    assert sorted((*of.same, *of.other, *of.silent)) == [*PARTIES]
    assert (of.same == PARTIES) == (view.status(now) == state.AGREED)
    assert bool(of.other) == (view.status(now) == state.DIFFERS)
    assert set(of.silent) == {*PARTIES} - {"bb"} - {party for party, _ in said}
    assert of.is_in_part == (1 < len(of.same) < len(PARTIES))


def test_it_is_said_who_agreed_and_who_did_not() -> None:
    """In both languages, of these figures and of others, of one and of several."""
    of = Standing(("aa", "bb"), ("cc",), ("dd",))
    assert agreement.in_part(of, "7qk2", name, is_same=True) == {
        "en": "AA and BB agreed on these figures, in the snapshot 7qk2; CC found other figures; "
        "DD has not answered.",
        "zh": "aa国、bb国已就这些数字达成一致，所据快照为 7qk2；cc国核算结果不一致；"
        "dd国尚未答复。",
    }  # fmt: skip
    several = Standing(("aa", "bb"), (), ("cc", "dd"))
    other = agreement.in_part(several, "7qk2", name, is_same=False)["en"]
    assert other.startswith("AA and BB agreed on other figures of this period, in the snapshot")
    assert other.endswith("; CC and DD have not answered.")


def test_it_is_said_for_whom_a_snapshot_waits() -> None:
    """For this State, for another, for none that was given up; of nobody nothing is said."""
    of = Standing(("aa", "bb"), (), ("cc", "dd"))
    own = agreement.waits(of, name, "cc", {"dd": 1_790_000_000_000})
    assert own is not None
    assert own["en"] == (
        "It waits for the answer of this State. DD was given up here on 2026-09-21: nothing here "
        "waits for its answer, and without it the snapshot is not agreed by all. What AA and BB "
        "agreed on stands between them."
    )
    alone = agreement.waits(Standing(("aa",), (), ("bb",)), name, "aa", {})
    assert alone is not None
    assert alone["en"] == "It waits for the answer of BB: call, if it does not come."
    assert agreement.waits(Standing(("aa",), ("bb",), ()), name, "aa", {}) is None
