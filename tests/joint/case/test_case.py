"""What a history of a case means."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from joint.review.histories import PARTIES, act_id, entries, every, logs
from support import spoken

from comity.acts import shape
from comity.acts.order import Placed
from comity.acts.record import Act, require_valid
from comity.acts.vocabulary import OURS
from comity.joint.case import acts, decide, fold, state, view
from comity.joint.case.acts import Step
from comity.joint.case.state import State
from comity.joint.case.verbs import TABLE
from comity.kernel.inadmissible import Inadmissible

TWO = PARTIES[:2]
ONE, OTHER = "a" * 26, "b" * 26


OPENED = spoken.opened(
    TABLE, "open", act_id(31), "aa",
    own_reference="FR-1", crime_type="ransomware", requests=(ONE,),
)  # fmt: skip
MATTER = OPENED.matter.id
STEPS = (Step("aa", "supply", "police", 9_000), Step("bb", "answer"))


def say(name: str, answers: str = OPENED.id, number: int = 0, **given: Any) -> Act:  # noqa: ANN401 -- values of fields
    """Return any act about the case, by its verb."""
    return spoken.spoken(TABLE, name, act_id(number), MATTER, answers, **given)


def steps(given: tuple[Step, ...], dialogue: str) -> dict[str, Any]:
    """Return the values of a report."""
    return {
        "dialogue": dialogue,
        "next": {one.party: one.next for one in given},
        "owner": {one.party: one.owner for one in given if one.owner},
        "due": {one.party: one.due_ms for one in given if one.due_ms is not None},
    }


def linked(number: int = 0) -> Act:
    """Return links, as their step computes them."""
    said = say("reference", number=number, own_reference="1")
    return replace(said, tag=acts.LINKED, codes={"count": "2", "identifiers": "3"})


def menu(about: str) -> list[Act]:
    """Return one act of each kind, about the case or about an act of it."""
    return [
        say("group", requests=(ONE, OTHER)),
        say("ungroup", requests=(ONE,)),
        say("reference", own_reference="CB-1"),
        say("propose-priority", level="priority", reason="harm-goes-on"),
        say("propose-priority", level="ordinary", reason="reason-gone"),
        say("agree-priority", about),
        say("decline-priority", about, reason="not-now"),
        say("report", **steps(STEPS, "2027-03")),
        say("agree-report", about),
        say("dispute-report", about, reason="facts"),
        say("close", reason="concluded"),
        say("reopen", reason="new-facts"),
        linked(),
        say("dispute-link", about, link=1, reason="another"),
        say("dispute-link", about, link=3, reason="source"),
    ]


nonsense = st.sampled_from(
    [
        say("group"),
        say("close", act_id(9), reason="concluded"),
        say("close", reason="because"),
        replace(OPENED, id=act_id(8)),
        replace(OPENED, codes={}),
        replace(OPENED, tag="call.placed/1"),
        OPENED,
    ]
)
about_ids = st.sampled_from([act_id(n) for n in range(5)])
anything = st.one_of(about_ids.flatmap(lambda about: st.sampled_from(menu(about))), nonsense)
every_logs = st.sampled_from([2, 3]).flatmap(
    lambda n: st.tuples(logs(OPENED, anything, n, 12), st.just(PARTIES[:n]))
)


def folded(placed: list[Placed], parties: tuple[str, ...] = TWO) -> State:
    """Return the state of a history."""
    return fold.fold_all(entries(placed), parties)


def holds(now: State) -> tuple[object, ...]:
    """Return what is so, whatever the order in which it is told."""
    return (
        view.status(now),
        view.level(now),
        sorted(view.requests(now)),
        dict(now.references),
        sorted((one.id, view.proposal_status(now, one)) for one in now.proposals),
        sorted((one.id, view.report_status(now, one)) for one in now.reports),
        sorted((one.id, sorted((d.party, d.number) for d in one.disputes)) for one in now.links),
        sorted((one.act_id, one.result) for one in now.turns),
    )


def told(now: State, party: str, act: Act | Inadmissible) -> State:
    """Return the state after something that must be admitted."""
    assert isinstance(act, Act), act
    require_valid(act)
    assert decide.admit(now, act, party) is None
    return fold.fold(now, act, party)


@given(every_logs)
def test_every_history_folds(history: tuple[list[Placed], tuple[str, ...]]) -> None:
    """Whatever the parties say, lawful or not, there is a state, and each act left a turn."""
    placed, parties = history
    now = folded(placed, parties)

    assert len(now.turns) == len(placed)
    assert all(turn.result for turn in now.turns)
    assert view.status(now) in view.STATUS_WORDS
    assert view.holder(now) in {"", *parties}
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


def test_both_orders_of_every_short_history_say_the_same() -> None:
    """Over all histories of two acts of either side, seen or crossed; and nothing is half so."""
    for placed in every(OPENED, menu(act_id(0)), 2):
        now = folded(placed)
        assert holds(now) == holds(
            folded([replace(one, party_place=1 - one.party_place) for one in placed])
        )
        agreed = [one for one in now.proposals if view.proposal_status(now, one) == state.AGREED]
        assert (view.level(now) == acts.PRIORITY) == bool(agreed)


@given(every_logs, st.integers(0, 2))
def test_what_is_decided_takes_effect(
    history: tuple[list[Placed], tuple[str, ...]], place: int
) -> None:
    """A command gives an act that changes what holds, or says why it may not be said."""
    placed, parties = history
    now, party = folded(placed, parties), parties[place % len(parties)]
    proposal, report = view.open_proposal(now), view.open_report(now)
    about = [one.id if one else "" for one in (proposal, proposal, report, report)]
    for said in (
        say("group", now.opened_by, 20, requests=(OTHER,)),
        say("ungroup", now.opened_by, 20, requests=(ONE,)),
        say("reference", now.opened_by, 20, own_reference="CB-9"),
        say("propose-priority", now.opened_by, 20, level="priority", reason="large-harm"),
        say("agree-priority", about[0], 20),
        say("decline-priority", about[1], 20, reason="not-shared"),
        say("report", now.opened_by, 20, **steps(STEPS, "2027-09")),
        say("agree-report", about[2], 20),
        say("dispute-report", about[3], 20, reason="wording"),
        say("close", now.opened_by, 20, reason="prosecuted"),
        say("reopen", now.opened_by, 20, reason="new-facts"),
        say("dispute-link", now.links[0].id if now.links else "", 20, link=2, reason="source"),
    ):
        act = decide.admit(now, said, party) or said
        if isinstance(act, Inadmissible):
            assert act.rule in decide.RULES
        else:
            told(now, party, act)


def test_priority_is_agreed_by_both_and_taken_back_by_both() -> None:
    """One proposes, the other agrees; what was overtaken is answered no more."""
    now = told(State(TWO), "aa", OPENED)
    wanted: dict[str, Any] = {"level": "priority", "reason": "large-harm"}
    crossing = say("propose-priority", number=1, **wanted)
    now = told(now, "aa", say("propose-priority", number=2, **wanted))
    assert (view.level(now), view.holder(now)) == (acts.ORDINARY, "bb")
    now = told(now, "bb", crossing)
    now = told(now, "bb", say("agree-priority", act_id(2), 3))
    assert view.level(now) == acts.PRIORITY
    lapsed = decide.admit(now, say("agree-priority", act_id(1), 4), "aa")
    assert lapsed is not None
    assert lapsed.rule == "case.lapsed"
    back = say("propose-priority", number=5, level="ordinary", reason="reason-gone")
    now = told(now, "bb", back)
    now = told(now, "aa", say("agree-priority", act_id(5), 6))
    assert view.level(now) == acts.ORDINARY


def test_a_status_report_is_agreed_and_the_next_dialogue_has_its_own() -> None:
    """A disputed report may be agreed later; the history stands, dialogue by dialogue."""
    now = told(State(TWO), "aa", OPENED)
    now = told(now, "aa", say("report", number=1, requests=(ONE,), **steps(STEPS, "2027-03")))
    now = told(now, "bb", say("dispute-report", act_id(1), 2, reason="next-step"))
    assert view.report_status(now, now.reports[0]) == state.DISPUTED
    now = told(now, "bb", say("agree-report", act_id(1), 3))
    assert view.report_status(now, now.reports[0]) == state.AGREED
    now = told(now, "bb", say("report", number=4, **steps(STEPS[:1], "2027-09")))
    current = view.current_report(now)
    assert current is not None
    assert (current.id, current.steps) == (act_id(1), STEPS)
    assert [name for name, _ in view.history(now)] == ["2027-03", "2027-09"]
    strange = say("report", number=5, **steps((Step("zz", "meet"),), "2027-09"))
    no = decide.admit(now, strange, "aa")
    assert no is not None
    assert no.rule == "case.party-unknown"
    unclear = say("report", number=5, dialogue="x", owner={"aa": "y"})
    assert acts.check(unclear) == "steps-unclear"


def test_the_tables_of_the_page_are_those_of_the_room() -> None:
    """Whoever writes another node reads what this one does."""
    page = Path("docs/spec/case.md").read_text("utf-8")
    for render in (shape.render(acts.SHAPES), shape.render_lists(acts.LISTS)):
        assert render in page, "run: python -m tools.tables"
    told_of = {*acts.PROBLEMS, *(rule.partition(".")[2] for rule in decide.RULES)}
    assert not {one for one in told_of if f"`{one}`" not in page}
    assert set(acts.SHAPES) == set(view.TAG_WORDS) <= {*OURS.tags()}
