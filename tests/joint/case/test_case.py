"""What a history of a case means."""

import random
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from joint.review.histories import PARTIES, act_id, entries, every, logs

from comity.acts import shape
from comity.acts.order import Placed
from comity.acts.record import Act, Office, require_valid
from comity.acts.vocabulary import OURS
from comity.joint.case import acts, decide, fold, state, view
from comity.joint.case.acts import Saying, Step
from comity.joint.case.state import State
from comity.kernel.inadmissible import Inadmissible

TWO = PARTIES[:2]
ONE, OTHER = "a" * 26, "b" * 26


def saying(number: int) -> Saying:
    """Return what every act has."""
    return Saying(act_id(number), Office("police"))


OPENED = acts.opened(saying(31), "aa", "FR-1", "ransomware", (ONE,))
MATTER = OPENED.matter.id
STEPS = (Step("aa", "supply", "police", 9_000), Step("bb", "answer"))


def say(tag: str, answers: str = OPENED.id, items: tuple[str, ...] = (), **codes: str) -> Act:
    """Return any act about the case."""
    named = {name.replace("_", "-"): code for name, code in codes.items()}
    return acts.said(tag, saying(0), MATTER, answers, codes=named, items=items)


def menu(about: str) -> list[Act]:
    """Return one act of each kind, about the case or about an act of it."""
    codes, times = acts.reported(STEPS, "2027-03")
    report = acts.said(acts.REPORTED, saying(0), MATTER, OPENED.id, codes=codes, times=times)
    return [
        say(acts.GROUPED, items=(ONE, OTHER)),
        say(acts.UNGROUPED, items=(ONE,)),
        say(acts.REFERENCED, own_reference="CB-1"),
        say(acts.PRIORITY_PROPOSED, level="priority", reason="harm-goes-on"),
        say(acts.PRIORITY_PROPOSED, level="ordinary", reason="reason-gone"),
        say(acts.PRIORITY_AGREED, about),
        say(acts.PRIORITY_DECLINED, about, reason="not-now"),
        report,
        say(acts.REPORT_AGREED, about),
        say(acts.REPORT_DISPUTED, about, reason="facts"),
        say(acts.CLOSED, reason="concluded"),
        say(acts.REOPENED, reason="new-facts"),
    ]


nonsense = st.sampled_from(
    [
        say(acts.GROUPED),
        say(acts.CLOSED, act_id(9), reason="concluded"),
        say(acts.CLOSED, reason="because"),
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
    who = now, saying(20), party
    for act in (
        decide.group(*who, (OTHER,)),
        decide.group(*who, (ONE,), out=True),
        decide.refer(*who, "CB-9"),
        decide.propose_priority(*who, "priority", "large-harm"),
        decide.answer_priority(*who),
        decide.answer_priority(*who, "not-shared"),
        decide.report(*who, "2027-09", STEPS),
        decide.answer_report(*who),
        decide.answer_report(*who, "wording"),
        decide.close(*who, "prosecuted"),
        decide.reopen(*who, "new-facts"),
    ):
        if isinstance(act, Inadmissible):
            assert act.rule in decide.RULES
        else:
            told(now, party, act)


def test_priority_is_agreed_by_both_and_taken_back_by_both() -> None:
    """One proposes, the other agrees; what was overtaken is answered no more."""
    now = told(State(TWO), "aa", OPENED)
    crossing = decide.propose_priority(now, saying(1), "bb", "priority", "large-harm")
    now = told(now, "aa", decide.propose_priority(now, saying(2), "aa", "priority", "harm-goes-on"))
    assert (view.level(now), view.holder(now)) == (acts.ORDINARY, "bb")
    now = told(now, "bb", crossing)
    assert decide.answer_priority(now, saying(3), "aa", proposal_id=act_id(1)) is not None
    now = told(now, "bb", decide.answer_priority(now, saying(3), "bb", proposal_id=act_id(2)))
    assert view.level(now) == acts.PRIORITY
    lapsed = decide.answer_priority(now, saying(4), "aa", proposal_id=act_id(1))
    assert isinstance(lapsed, Inadmissible)
    assert lapsed.rule == "case.lapsed"
    now = told(now, "bb", decide.propose_priority(now, saying(5), "bb", "ordinary", "reason-gone"))
    now = told(now, "aa", decide.answer_priority(now, saying(6), "aa"))
    assert view.level(now) == acts.ORDINARY


def test_a_status_report_is_agreed_and_the_next_dialogue_has_its_own() -> None:
    """A disputed report may be agreed later; the history stands, dialogue by dialogue."""
    now = told(State(TWO), "aa", OPENED)
    now = told(now, "aa", decide.report(now, saying(1), "aa", "2027-03", STEPS, (ONE,)))
    now = told(now, "bb", decide.answer_report(now, saying(2), "bb", "next-step"))
    assert view.report_status(now, now.reports[0]) == state.DISPUTED
    now = told(now, "bb", decide.answer_report(now, saying(3), "bb"))
    assert view.report_status(now, now.reports[0]) == state.AGREED
    now = told(now, "bb", decide.report(now, saying(4), "bb", "2027-09", STEPS[:1]))
    current = view.current_report(now)
    assert current is not None
    assert (current.id, current.steps) == (act_id(1), STEPS)
    assert [name for name, _ in view.history(now)] == ["2027-03", "2027-09"]
    strange = decide.report(now, saying(5), "aa", "2027-09", (Step("zz", "meet"),))
    assert isinstance(strange, Inadmissible)
    assert strange.rule == "case.party-unknown"
    unclear = acts.said(
        acts.REPORTED, saying(5), MATTER, OPENED.id, codes={acts.DIALOGUE: "x", "owner.aa": "y"}
    )
    assert acts.check(unclear) == "steps-unclear"


def test_the_tables_of_the_page_are_those_of_the_room() -> None:
    """Whoever writes another node reads what this one does."""
    page = Path("docs/spec/case.md").read_text("utf-8")
    for render in (shape.render(acts.SHAPES), shape.render_lists(acts.LISTS)):
        assert render in page, "run: python -m tools.tables"
    told_of = {*acts.PROBLEMS, *(rule.partition(".")[2] for rule in decide.RULES)}
    assert not {one for one in told_of if f"`{one}`" not in page}
    assert set(acts.SHAPES) == set(view.TAG_WORDS) <= {*OURS.tags()}
