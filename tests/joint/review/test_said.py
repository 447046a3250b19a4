"""What a history of a snapshot means."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from joint.review.histories import (
    MATTER,
    OTHER,
    PARTIES,
    SAME,
    SNAPSHOT,
    TAKEN,
    entries,
    every,
    logs,
    menu,
    saying,
)
from support import spoken

from comity.acts import shape
from comity.acts.order import Placed
from comity.acts.record import Act, require_valid
from comity.acts.vocabulary import OURS
from comity.joint.review import acts, decide, fold, state, view
from comity.joint.review.state import State
from comity.joint.review.verbs import TABLE
from comity.kernel.inadmissible import Inadmissible

TWO = PARTIES[:2]
every_logs = st.sampled_from([2, 3]).flatmap(
    lambda n: st.tuples(logs(parties=n), st.just(PARTIES[:n]))
)


def folded(placed: list[Placed], parties: tuple[str, ...] = TWO) -> State:
    """Return the state of a history."""
    return fold.fold_all(entries(placed), parties)


def holds(now: State) -> tuple[object, ...]:
    """Return what is so, whatever the order in which it is told."""
    found = {party: now.position(party) for party in now.parties}
    digests = {party: one and one.digest for party, one in found.items()}
    effects = sorted((one.act_id, one.result) for one in now.turns)
    return view.status(now), view.holder(now), digests, now.withdrawn_by, effects


def said(*who_says: tuple[str, Act]) -> State:
    """Return the state after these acts, each with all before it in view."""
    now = State(TWO)
    for party, act in who_says:
        now = fold.fold(now, act, party)
    return now


CONCUR, DIFFER, COMMENT, WITHDRAW = (replace(one, id=f"{at}" * 26) for at, one in enumerate(menu()))


@given(every_logs)
def test_every_history_folds(history: tuple[list[Placed], tuple[str, ...]]) -> None:
    """Whatever the parties say, lawful or not, there is a state, and each act left a turn."""
    placed, parties = history
    now = folded(placed, parties)

    assert len(now.turns) == len(placed)
    assert all(turn.result for turn in now.turns)
    assert view.status(now) in view.STATUS_WORDS
    assert state.from_json(state.to_json(now)) == now


@given(every_logs, st.randoms(use_true_random=False))
def test_every_delivery_gives_one_state(
    history: tuple[list[Placed], tuple[str, ...]], chance: random.Random
) -> None:
    """Both nodes show the same, in whatever order the entries of the logs arrived."""
    placed, parties = history
    arrived = placed.copy()
    chance.shuffle(arrived)

    assert state.digest(folded(arrived, parties)) == state.digest(folded(placed, parties))


@given(every_logs, st.permutations(range(3)))
def test_the_order_of_parties_decides_nothing(
    history: tuple[list[Placed], tuple[str, ...]], places: list[int]
) -> None:
    """Where two acts crossed, it does not matter which party the arrangement names first."""
    placed, parties = history
    swapped = [replace(one, party_place=places[one.party_place]) for one in placed]

    assert holds(folded(placed, parties)) == holds(folded(swapped, parties))


def test_every_short_history_is_agreed_by_who_concurred_alone() -> None:
    """Over all histories of three acts: nobody's agreement is told but by its own last word."""
    for placed in every(SNAPSHOT, menu(), 3):
        now = folded(placed)
        swapped = [replace(one, party_place=1 - one.party_place) for one in placed]
        assert holds(now) == holds(folded(swapped))
        theirs = [t for t in now.turns if t.party == "bb" and t.digest and t.takes_effect]
        is_agreed = bool(theirs) and theirs[-1].digest == SAME
        if view.status(now) == state.AGREED:
            assert is_agreed
        elif is_agreed:
            assert view.status(now) == state.WITHDRAWN
        remarks = [one for one in placed if one.act.tag == acts.COMMENTED]
        seen = [one for one in remarks if one.party_place == 0 or one.seen.get("aa/log")]
        assert {one.act_id for one in now.comments} == {one.act.id for one in seen}


def decided(now: State, party: str, name: str, **given: Any) -> Act | Inadmissible:  # noqa: ANN401 -- values
    """Return what a party says of the snapshot, or why it may not."""
    matter = acts.matter_id(now.author, now.snapshot_id)
    act = spoken.spoken(TABLE, name, saying(20).id, matter, now.snapshot_id, **given)
    return decide.admit(now, act, party) or act


@given(every_logs, st.integers(0, 2))
def test_what_is_decided_takes_effect(
    history: tuple[list[Placed], tuple[str, ...]], place: int
) -> None:
    """A command gives an act that changes what holds, or says why it may not be said."""
    placed, parties = history
    now, party = folded(placed, parties), parties[place % len(parties)]
    for act in (
        decide.concur(now, saying(20), party, SAME),
        decide.differ(now, saying(20), party, OTHER),
        decided(now, party, "comment", cell="all/n"),
        decided(now, party, "withdraw", reason="replaced"),
    ):
        if isinstance(act, Inadmissible):
            assert act.rule in decide.RULES
        else:
            require_valid(act)
            assert fold.fold(now, act, party).turns[-1].takes_effect


def test_a_snapshot_says_what_it_rests_on() -> None:
    """Period, instant, cut, digest and definitions come out as they went in."""
    act = decide.take(State(TWO), saying(31), "aa", TAKEN)
    assert isinstance(act, Act)
    require_valid(act)
    assert acts.taken(act) == TAKEN
    now = said(("aa", act))
    assert (now.sizes, now.digest, now.before_from_ms) == (TAKEN.sizes, SAME, 500)
    assert (view.status(now), view.holder(now)) == (state.OPEN, "bb")


def test_a_party_that_differs_may_concur_later_and_the_other_way_round() -> None:
    """What a party said last holds, until the snapshot is withdrawn."""
    now = said(("aa", SNAPSHOT), ("bb", DIFFER))
    assert (view.status(now), view.holder(now)) == (state.DIFFERS, "aa")
    now = fold.fold(now, CONCUR, "bb")
    assert (view.status(now), view.holder(now)) == (state.AGREED, "")
    late = fold.fold(now, WITHDRAW, "aa")
    assert late.turns[-1].result == fold.AGREED_ALREADY
    crossed = fold.fold(now, WITHDRAW, "aa", unseen=frozenset({1, 2}))
    assert view.status(crossed) == state.WITHDRAWN
    assert fold.fold(crossed, DIFFER, "bb").turns[-1].result == fold.WITHDRAWN_BEFORE
    assert fold.fold(crossed, COMMENT, "bb").comments


def test_the_tables_of_the_page_are_those_of_the_room() -> None:
    """Whoever writes another node reads what this one does."""
    page = Path("docs/spec/snapshot.md").read_text("utf-8")
    for render in (shape.render(acts.SHAPES), shape.render_lists(acts.LISTS)):
        assert render in page, "run: python -m tools.tables"
    told = {*acts.PROBLEMS, *(rule.partition(".")[2] for rule in decide.RULES)}
    assert not {one for one in told if f"`{one}`" not in page}
    assert set(acts.SHAPES) == set(view.TAG_WORDS) <= {*OURS.tags()}
    assert acts.matter_id("aa", SNAPSHOT.id) == MATTER


def test_who_had_not_seen_a_withdrawal_concurs_whoever_used_its_id() -> None:
    """A comment of another party under one id is not the withdrawal that was not seen."""
    now = State(PARTIES)
    for party, act in (
        ("aa", SNAPSHOT),
        ("bb", replace(COMMENT, id=WITHDRAW.id)),
        ("aa", WITHDRAW),
    ):
        now = fold.fold(now, act, party)
    now = fold.fold(now, CONCUR, "cc", unseen=frozenset({2}))

    assert now.turns[-1].result == "concurred"
