"""What a history of a joint text means."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from joint.guideline.histories import (
    COUNTER,
    PARTIES,
    PROPOSAL,
    SHA,
    entries,
    logs,
    saying,
    text,
)

from comity.acts.order import Placed
from comity.acts.record import Act
from comity.joint.text import acts, decide, fold, state, table, view
from comity.joint.text.state import State
from comity.kernel.inadmissible import Inadmissible

TWO, THREE = PARTIES[:2], PARTIES
every_logs = st.sampled_from([2, 3]).flatmap(
    lambda n: st.tuples(logs(parties=n), st.just(PARTIES[:n]))
)


def folded(placed: list[Placed], parties: tuple[str, ...]) -> State:
    """Return the state of a history."""
    return fold.fold_all(entries(placed), parties)


def said(parties: tuple[str, ...], *who_says: tuple[str, Act]) -> State:
    """Return the state after these acts, each with all before it in view."""
    now = State(parties)
    for number, (party, act) in enumerate(who_says):
        now = fold.fold(now, act, party, at_ms=1_000 * (number + 1))
    return now


def adoption(number: int, proposal: Act = PROPOSAL) -> Act:
    """Return an adoption of a proposal."""
    return acts.adopted(saying(number), proposal.id, proposal.documents[0].sha256)


@given(every_logs)
def test_every_history_folds(history: tuple[list[Placed], tuple[str, ...]]) -> None:
    """Whatever the parties say, lawful or not, there is a state, and each act left a turn."""
    placed, parties = history
    result = folded(placed, parties)

    assert len(result.turns) == len(placed)
    assert all(turn.result for turn in result.turns)
    assert view.status(result) in table.STATUSES
    assert state.from_json(state.to_json(result)) == result


@given(every_logs, st.randoms(use_true_random=False))
def test_every_delivery_gives_one_state(
    history: tuple[list[Placed], tuple[str, ...]], chance: random.Random
) -> None:
    """All nodes show the same, in whatever order the entries of the logs arrived."""
    placed, parties = history
    arrived = placed.copy()
    chance.shuffle(arrived)

    assert state.digest(folded(arrived, parties)) == state.digest(folded(placed, parties))


@given(every_logs)
def test_a_version_is_in_force_only_with_every_adoption_in_the_logs(
    history: tuple[list[Placed], tuple[str, ...]],
) -> None:
    """No party is bound by a text that it has not adopted itself."""
    placed, parties = history
    result = folded(placed, parties)
    for version in view.versions(result):
        adopting = {
            one.origin.partition("/")[0]
            for one in placed
            if one.act.tag == acts.ADOPTED
            and one.act.answers == version.proposal_id
            and one.act.codes[acts.SHA256] == version.sha256
        }
        assert adopting == set(parties)


@given(logs(parties=2), st.sampled_from([PROPOSAL, COUNTER]))
def test_a_proposal_that_nobody_saw_takes_nothing_from_one_of_the_same_id(
    placed: list[Placed], first: Act
) -> None:
    """Ids are unique by party alone: who is first in the order with another's id undoes nothing."""
    hidden = Placed(
        replace(PROPOSAL, id=first.id, documents=COUNTER.documents), "cc/log", 2, 1, 0, {}, 0
    )
    among = [replace(one, party_place=one.party_place + 1) for one in placed]
    before, after = (
        fold.fold_all(entries(acts), THREE)
        for acts in (placed, [replace(hidden, party_place=0), *among])
    )

    def told(now: State) -> list[tuple[str, str, str, str]]:
        return [(t.party, t.act_id, t.verb, t.result) for t in now.turns if t.party != "cc"]

    assert sorted(told(after)) == sorted(told(before))
    assert [one.status for one in after.proposals if one.party != "cc"] == [
        one.status for one in before.proposals
    ]


def test_an_adoption_means_the_proposal_with_its_document() -> None:
    """Where two propose under one id, the hash of the adoption tells which is adopted."""
    other = replace(COUNTER, id=PROPOSAL.id, answers="")
    mine = acts.adopted(saying(1), PROPOSAL.id, SHA[1])
    now = said(TWO, ("aa", PROPOSAL), ("bb", other), ("aa", mine), ("bb", mine))

    assert [(one.party, one.status) for one in now.proposals] == [
        ("aa", table.PROPOSED),
        ("bb", table.ADOPTED),
    ]


@given(every_logs, st.permutations(range(3)))
def test_the_order_of_parties_decides_nothing(
    history: tuple[list[Placed], tuple[str, ...]], places: list[int]
) -> None:
    """Where two acts crossed, it does not matter which party the arrangement names first."""
    placed, parties = history
    swapped = [replace(one, party_place=places[one.party_place]) for one in placed]
    here, there = folded(placed, parties), folded(swapped, parties)

    assert {one.id: one.status for one in here.proposals} == {
        one.id: one.status for one in there.proposals
    }


@given(every_logs, st.integers(0, 9))
def test_what_was_adopted_stays_adopted(
    history: tuple[list[Placed], tuple[str, ...]], count: int
) -> None:
    """No later act, nor one that arrives late, undoes an adoption by all, or changes its bytes."""
    placed, parties = history
    early = folded(placed[: count + 1], parties)
    late = folded(placed, parties)

    def adopted(now: State) -> set[tuple[str, str, frozenset[str]]]:
        found = [one for one in now.proposals if one.status == table.ADOPTED]
        return {(one.id, one.sha256, frozenset(one.adoptions)) for one in found}

    assert adopted(early) <= adopted(late)
    assert {one.sha256 for one in view.versions(early)} <= {o.sha256 for o in view.versions(late)}


@given(every_logs, st.integers(0, 2), st.integers(0, 1))
def test_what_is_decided_takes_effect(
    history: tuple[list[Placed], tuple[str, ...]], place: int, about: int
) -> None:
    """A command gives an act that changes what holds, or says why it may not be said."""
    placed, parties = history
    now = folded(placed, parties)
    party = parties[place % len(parties)]
    one = (PROPOSAL, COUNTER)[about]
    for act in (
        decide.adopt(now, saying(20), party, one.id, one.documents[0].sha256),
        decide.decline(now, saying(20), party, one.id, "needs-changes"),
        decide.withdraw(now, saying(20), party, one.id, "error"),
        decide.leave(now, saying(20), party, one.id, 9_000),
        decide.propose(now, saying(20), party, text(1), one.id),
    ):
        if isinstance(act, Inadmissible):
            assert act.rule.startswith("guideline.")
        else:
            assert fold.fold(now, act, party).turns[-1].takes_effect


def test_a_text_is_in_force_from_the_last_receipt_of_its_last_adoption() -> None:
    """Both sides can tell the second from which a text binds them."""
    now = said(TWO, ("aa", PROPOSAL), ("aa", adoption(1)), ("bb", adoption(2)))

    version = view.in_force(now, 3_000)
    assert version is not None
    assert (version.sha256, version.in_force_from_ms) == (SHA[0], 3_000)
    assert view.in_force(now, 2_999) is None
    assert view.status_at(now, PROPOSAL.id, 2_999) == view.AGREED
    assert view.holder(now) == ""


def test_a_text_that_names_a_later_day_waits_for_it() -> None:
    """An adopted text may say from when it is in force."""
    later = acts.proposed(saying(31), text(0, in_force_from_ms=50_000))
    now = said(TWO, ("aa", later), ("aa", adoption(1)), ("bb", adoption(2)))

    assert view.in_force(now, 49_999) is None
    assert view.in_force(now, 50_000) is not None


def test_a_later_version_supersedes_and_leaving_brings_none_back() -> None:
    """There is one version in force at most; who leaves it falls back to none."""
    now = said(
        TWO,
        ("aa", PROPOSAL),
        ("aa", adoption(1)),
        ("bb", adoption(2)),
        ("bb", COUNTER),
        ("aa", adoption(3, COUNTER)),
        ("bb", adoption(4, COUNTER)),
        ("aa", acts.withdrawn(saying(5), COUNTER.id, "leaving", 20_000)),
    )
    current = view.in_force(now, 19_999)

    assert current is not None
    assert current.sha256 == SHA[1]
    assert view.status_at(now, PROPOSAL.id, 19_999) == view.SUPERSEDED
    assert view.in_force(now, 20_000) is None
    assert view.status_at(now, COUNTER.id, 20_000) == view.ENDED


def test_two_of_three_bind_nobody() -> None:
    """In a channel of three a text that two have adopted is not adopted."""
    now = said(THREE, ("aa", PROPOSAL), ("aa", adoption(1)), ("bb", adoption(2)))

    assert view.versions(now) == ()
    assert view.holders(now) == ("cc",)


def test_a_counter_proposal_closes_the_one_before() -> None:
    """Who proposes another text has not accepted the first."""
    now = said(TWO, ("aa", PROPOSAL), ("bb", COUNTER), ("bb", adoption(1)))

    assert [one.status for one in now.proposals] == [table.COUNTERED, table.PROPOSED]
    assert now.turns[-1].result == "closed-before"


def test_an_adoption_that_crossed_a_withdrawal_counts() -> None:
    """Its proposer had adopted it, and the other had not seen it withdrawn: both are bound."""
    log = [
        Placed(PROPOSAL, "aa/log", 0, 1, 0, {}, 1),
        Placed(adoption(1), "aa/log", 0, 1, 1, {}, 2),
        Placed(acts.withdrawn(saying(2), PROPOSAL.id, "error"), "aa/log", 0, 1, 2, {}, 3),
    ]
    blind = Placed(adoption(3), "bb/log", 1, 1, 0, {"aa/log": 2}, 3)
    seeing = replace(blind, seen={"aa/log": 3}, depth=4)

    assert folded([*log, blind], TWO).proposals[0].status == table.ADOPTED
    assert folded([*log, seeing], TWO).proposals[0].status == table.WITHDRAWN
