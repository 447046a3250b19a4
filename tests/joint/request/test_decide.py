"""What may be said now."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joint.request.histories import (
    ITEMS,
    REVIEW_MS,
    act_id,
    anything,
    by,
    folded,
    logs,
    submission,
)

from comity.acts.order import Placed
from comity.acts.record import Act, Addressee
from comity.joint.request import (
    acts,
    assessing,
    decide,
    effects,
    fields,
    fold,
    moves,
    noes,
    possible,
    replying,
    rules,
    state,
    targets,
    timely,
    view,
)
from comity.joint.request import table as tables
from comity.joint.request.acts import Asked
from comity.joint.request.decide import By
from comity.joint.request.state import State
from comity.kernel.inadmissible import Inadmissible

CONSULTED = "essential-interests"
UNCONSULTED = "impossible"

type Say = Callable[[State, By], Act | Inadmissible]

EVERY: dict[str, Say] = {
    acts.COMMENTED: lambda s, b: replying.comment(s, b, {"facts": "vague"}),
    acts.CONFIRMED: decide.confirm,
    acts.ACKNOWLEDGED: replying.acknowledge,
    acts.FOUND_DEFICIENT: lambda s, b: replying.find_deficient(s, b, {"facts": "missing"}),
    acts.DEFICIENCY_DISPUTED: lambda s, b: decide.dispute(s, b, "present"),
    acts.CLARIFIED: decide.clarify,
    acts.REROUTED: lambda s, b: replying.reroute(s, b, "customs", "competence"),
    acts.ACCEPTED: lambda s, b: replying.accept(s, b, (), ("confidential",)),
    acts.CONDITION_ACCEPTED: decide.accept_condition,
    acts.CONDITION_DECLINED: decide.decline_condition,
    acts.CONDITION_WAIVED: lambda s, b: replying.waive_condition(s, b, ("confidential",)),
    acts.STATUS_ASKED: decide.ask_status,
    acts.STATUS_REPORTED: lambda s, b: replying.report_status(s, b, "in-execution", 5),
    acts.ANSWERED: replying.answer,
    acts.POSTPONED: lambda s, b: replying.postpone(s, b, "significant-delay", REVIEW_MS),
    acts.RESUMED: replying.resume,
    acts.CONSULTED: lambda s, b: replying.consult(s, b, CONSULTED, REVIEW_MS),
    acts.CONSULTATION_ANSWERED: lambda s, b: decide.answer_consultation(s, b, "narrows"),
    acts.REFUSED: lambda s, b: replying.refuse(s, b, UNCONSULTED),
    acts.WITHDRAWN: lambda s, b: decide.withdraw(s, b, "replaced"),
    acts.SUPERSEDED: lambda s, b: decide.supersede(s, b, "b" * 26, "wrong-scope"),
    acts.CLOSED: lambda s, b: decide.close(s, b, "satisfied"),
    acts.REOPENED: lambda s, b: decide.reopen(s, b, "incomplete"),
    acts.CORRECTED: lambda s, b: replying.correct(s, b, s.request_id, "wrong-person"),
    acts.OPENED: lambda s, b: replying.open_act(s, b, s.request_id),
    acts.USE_ASKED: replying.ask_use,
    acts.USE_REPORTED: lambda s, b: decide.report_use(s, b, "not-used"),
    acts.DESTROYED: lambda s, b: replying.destroy(s, b, "case-ended", ("0" * 64,)),
    acts.ASSESSED: lambda s, b: assessing.assess(s, b, {"usable": "partly"}),
    acts.ASSESSMENT_DISPUTED: lambda s, b: assessing.dispute_assessment(s, b, "done"),
    acts.ASSESSMENT_SETTLED: lambda s, b: assessing.settle_assessment(
        s, b, "changed", {"usable": "met"}
    ),
}
PARTIES = st.sampled_from(["aa", "bb", "cc", "dd"])


def test_every_tag_has_its_command() -> None:
    """Whatever can be said can be decided."""
    assert {*EVERY, acts.SUBMITTED, acts.DRAFT_SHOWN} == set(fields.FIELDS)


@given(logs(), anything, st.sampled_from(["aa", "bb", "cc"]))
def test_what_is_admitted_takes_effect(placed: list[Placed], act: Act, party: str) -> None:
    """An act that an officer was allowed to send is never without effect, unless it crossed."""
    now = folded(placed)
    no = decide.admit(now, act, party)
    after = fold.fold(now, act, party)

    assert (no is None) == after.turns[-1].takes_effect
    assert no is None or (no.rule.startswith("request.") and no.what and no.fix)


@given(logs(), PARTIES)
def test_every_command_gives_an_act_or_a_fix(placed: list[Placed], party: str) -> None:
    """A command never fails without saying what may be done instead."""
    now = folded(placed)
    for tag, say in EVERY.items():
        result = say(now, by(party, 25, "CB-1"))
        if isinstance(result, Inadmissible):
            assert result.fix
        else:
            assert result.tag == tag
            assert fold.fold(now, result, party).turns[-1].takes_effect


def test_every_way_to_say_no_has_its_words() -> None:
    """Each result without effect and each problem is explained to an officer."""
    modules = (moves, fold, rules, targets, timely)
    named = {
        value
        for module in modules
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and "-" in value
    }
    without = {o.result for o in tables.TABLE.values()} - tables.WITH_EFFECT

    assert without | named <= set(noes.WHY)
    assert not named & tables.WITH_EFFECT
    assert all(fix[0].isupper() and fix.endswith(".") for _, fix in noes.WHY.values())


def ask(asked: Asked, agreed: rules.Rules | None = None, to: str = "bb") -> Act | Inadmissible:
    """Return what aa may ask."""
    speaker = By(by("aa", 1).saying, "aa", agreed)
    return decide.submit(speaker, (Addressee(to),), asked, ("aa", "bb"))


def test_a_request_goes_to_parties_of_the_channel() -> None:
    """A party outside the channel cannot be asked; the fix names those that can."""
    no = ask(Asked("preservation", "urgent"), to="zz")

    assert isinstance(no, Inadmissible)
    assert "'zz'" in no.what
    assert "bb" in no.fix


def asked() -> State:
    """Return the state of a request that bb was asked."""
    return fold.fold(state.EMPTY, submission(), "aa")


def told(now: State, party: str, number: int, say: Say) -> State:
    """Return the state after something that must be admitted."""
    act = say(now, by(party, number, "CB-1"))
    assert isinstance(act, Act), act
    return fold.fold(now, act, party)


def test_an_unknown_ground_is_answered_with_the_list() -> None:
    """A ground that is not on the list is refused with the list, which lacks bank secrecy."""
    no = replying.refuse(asked(), by("bb", 2), "bank-secrecy")

    assert isinstance(no, Inadmissible)
    assert "essential-interests" in no.fix
    assert "bank-secrecy" not in no.fix


def test_nothing_is_refused_before_it_was_talked_about() -> None:
    """A refusal needs a consultation, and its time to answer, but not where nothing is left."""
    bare = replying.refuse(asked(), by("bb", 2), CONSULTED)
    assert isinstance(bare, Inadmissible)
    assert bare.rule == "request.not-consulted"
    assert isinstance(replying.refuse(asked(), by("bb", 2), UNCONSULTED), Act)

    talked = told(asked(), "bb", 2, EVERY[acts.CONSULTED])
    early = replying.refuse(talked, by("bb", 3), CONSULTED, now_ms=REVIEW_MS - 1)
    assert isinstance(early, Inadmissible)
    assert early.rule == "request.consultation-open"
    assert isinstance(replying.refuse(talked, by("bb", 3), CONSULTED, now_ms=REVIEW_MS), Act)
    heard = told(talked, "aa", 4, EVERY[acts.CONSULTATION_ANSWERED])
    assert isinstance(replying.refuse(heard, by("bb", 5), CONSULTED, now_ms=0), Act)


def test_a_consultation_holds_up_what_it_is_about_alone() -> None:
    """Another item, and on a ground that needs none, is refused while it runs."""
    talked = told(
        asked(), "bb", 2, lambda s, b: replying.consult(s, b, CONSULTED, REVIEW_MS, ITEMS[:1])
    )
    talked = told(
        talked, "bb", 3, lambda s, b: replying.consult(s, b, CONSULTED, REVIEW_MS - 9, ITEMS[1:])
    )

    def refused(ground: str, items: tuple[str, ...]) -> Act | Inadmissible:
        return replying.refuse(talked, by("bb", 4), ground, items, REVIEW_MS - 5)

    for items in (ITEMS[:1], ()):
        early = refused(CONSULTED, items)
        assert isinstance(early, Inadmissible)
        assert early.rule == "request.consultation-open"
    assert isinstance(refused(CONSULTED, ITEMS[1:]), Act)
    assert isinstance(refused(UNCONSULTED, ITEMS[:1]), Act)
    later = EVERY[acts.POSTPONED](talked, by("bb", 4))
    assert isinstance(later, Act)
    assert timely.problem(talked, later, "bb", REVIEW_MS) == timely.DATE_PAST
    assert not timely.problem(talked, later, "bb", REVIEW_MS - 1)


def test_a_date_that_has_passed_is_not_named() -> None:
    """Who consulted until yesterday would refuse at once, and nobody reviews in the past."""
    now, who = asked(), by("bb", 2)
    for said in (
        replying.consult(now, who, CONSULTED, REVIEW_MS),
        replying.postpone(now, who, "significant-delay", REVIEW_MS),
        replying.report_status(now, who, "in-execution", REVIEW_MS),
    ):
        assert isinstance(said, Act)
        assert timely.problem(now, said, "bb", REVIEW_MS) == timely.DATE_PAST
        assert not timely.problem(now, said, "bb", REVIEW_MS - 1)


def test_content_waits_for_the_condition() -> None:
    """What is accepted on conditions is answered once they are accepted, or dropped."""
    held = told(asked(), "bb", 2, EVERY[acts.ACCEPTED])
    waiting = replying.answer(held, by("bb", 3))
    assert isinstance(waiting, Inadmissible)
    assert waiting.rule == "request.condition-open"

    declined = told(held, "aa", 3, decide.decline_condition)
    no = replying.answer(declined, by("bb", 4))
    assert isinstance(no, Inadmissible)
    assert no.rule == "request.condition-declined-before"
    assert isinstance(replying.answer(told(declined, "bb", 4, replying.accept), by("bb", 5)), Act)
    bound = told(held, "aa", 3, decide.accept_condition)
    assert isinstance(replying.answer(bound, by("bb", 4)), Act)


def test_a_declined_condition_is_a_ground_where_one_was_declined() -> None:
    """It needs no consultation; given untruly it would spare one."""
    ground = "condition-declined"

    def refused(now: State, items: tuple[str, ...] = ()) -> Act | Inadmissible:
        return replying.refuse(now, by("bb", 9), ground, items)

    held = told(asked(), "bb", 2, lambda s, b: replying.accept(s, b, ITEMS[:1], ("confidential",)))
    declined = told(held, "aa", 3, decide.decline_condition)
    again = told(declined, "bb", 4, lambda s, b: replying.accept(s, b, ITEMS[:1], ("costs",)))
    for untrue in (refused(asked()), refused(held), refused(declined)):
        assert isinstance(untrue, Inadmissible)
        assert untrue.rule == "request.nothing-declined"
    assert isinstance(refused(declined, ITEMS[:1]), Act)
    assert isinstance(refused(again, ITEMS[:1]), Act)
    accepted = told(declined, "aa", 4, decide.accept_condition)
    assert isinstance(refused(accepted, ITEMS[:1]), Inadmissible)


def test_a_condition_is_waived_by_who_attached_it_once_it_binds() -> None:
    """Before the asker accepted it there is nothing to waive; the others of it stand."""
    both = ("confidential", "no-other-use")
    held = told(asked(), "bb", 2, lambda s, b: replying.accept(s, b, (), both))
    early = replying.waive_condition(held, by("bb", 3), both[:1])
    assert isinstance(early, Inadmissible)
    assert early.rule == "request.condition-not-accepted"

    bound = told(held, "aa", 3, decide.accept_condition)
    closed = told(told(bound, "bb", 4, replying.answer), "aa", 5, EVERY[acts.CLOSED])
    assert isinstance(replying.waive_condition(closed, by("aa", 6), both[:1]), Inadmissible)
    waived = told(closed, "bb", 6, lambda s, b: replying.waive_condition(s, b, both[:1]))
    (thread,) = waived.tracks[0].threads
    assert (thread.waived, thread.status) == (both[:1], state.ACCEPTED)
    for again in (both[:1], ("costs",)):
        assert isinstance(replying.waive_condition(waived, by("bb", 7), again), Inadmissible)


def test_an_assessment_is_disputed_by_the_other_side_and_settled_by_its_author() -> None:
    """The asker assesses answers, the addressee the request; who assessed has the last word."""
    early = assessing.assess(asked(), by("aa", 2), {"usable": "met"})
    assert isinstance(early, Inadmissible)
    assert early.rule == "request.answers-another"
    ours = told(asked(), "bb", 2, EVERY[acts.ASSESSED])
    assert ours.tracks[0].threads[0].codes == {"usable": "partly"}

    answered = told(told(ours, "bb", 3, EVERY[acts.ANSWERED]), "aa", 4, EVERY[acts.ASSESSED])
    assert isinstance(
        assessing.dispute_assessment(answered, by("aa", 5), "done", act_id(4)), Inadmissible
    )
    unsettled = EVERY[acts.ASSESSMENT_SETTLED](answered, by("aa", 5))
    assert isinstance(unsettled, Inadmissible)
    disputed = told(answered, "bb", 5, EVERY[acts.ASSESSMENT_DISPUTED])
    assert ("aa", "settle-assessment") in [(one.party, one.action) for one in view.nexts(disputed)]
    assert isinstance(
        assessing.settle_assessment(disputed, by("bb", 6), "upheld", None, act_id(4)), Inadmissible
    )
    settled = told(disputed, "aa", 6, EVERY[acts.ASSESSMENT_SETTLED])
    thread = settled.tracks[0].thread(act_id(4), state.ASSESSMENT)
    assert thread is not None
    assert (thread.status, thread.codes) == (state.CHANGED, {"usable": "met"})
    assert settled.turns[-1].reason == "changed"
    again = assessing.settle_assessment(settled, by("aa", 7), "upheld", None, act_id(4))
    assert isinstance(again, Inadmissible)
    assert again.rule == "request.settled-before"


def test_an_assessment_rates_by_the_criteria_that_are_agreed() -> None:
    """A criterion of no guideline is refused, and so is one that rates nothing."""
    agreed = rules.Rules("1" * 64, {}, frozenset(), frozenset(), frozenset(), frozenset({"usable"}))
    answered = told(asked(), "bb", 2, EVERY[acts.ANSWERED])
    who = By(by("aa", 3).saying, "aa", agreed)
    for ratings, rule in (({"tidy": "met"}, "code-not-agreed"), ({}, "rating-missing")):
        no = assessing.assess(answered, who, ratings)
        assert isinstance(no, Inadmissible)
        assert no.rule == f"request.{rule}"
    assert isinstance(assessing.assess(answered, who, {"usable": "not-met"}), Act)
    may = {one.verb: one for one in possible.possible(answered, who, 0)}
    assert may[effects.ASSESS].about == (act_id(2),)
    assert may[effects.SETTLE_ASSESSMENT].no is not None
    assert all(possible.of_verb(answered, who, verb, 0) == one for verb, one in may.items())
    assert possible.of_verb(answered, who, effects.ACKNOWLEDGE, 0) is None
    for verb, one in may.items():
        soon = possible.of_verb(answered, who, verb, 0, is_whole=False)
        assert soon is not None
        assert soon.no == one.no
    odd = assessing.settle_assessment(answered, who, "upheld", {"usable": "met"}, act_id(2))
    assert isinstance(odd, Inadmissible)
    assert odd.rule == "request.rating-misplaced"


def test_registering_takes_a_reference() -> None:
    """An acknowledgement without the receiver's own number is none."""
    no = replying.acknowledge(asked(), by("bb", 2))

    assert isinstance(no, Inadmissible)
    assert no.rule == "request.reference-missing"


AGREED = rules.Rules(
    version="5e" * 32,
    types={
        "stop-payment": rules.TypeRules(
            frozenset({"emergency"}), frozenset({"transaction-at"}), is_opening_agreed=True
        )
    },
    grounds=frozenset({UNCONSULTED}),
    postponements=frozenset(),
    conditions=frozenset({"no-other-use"}),
)


@pytest.mark.parametrize(
    ("wanted", "rule"),
    [
        (Asked("stop-payment", "emergency", guideline="other"), rules.GUIDELINE_OF_ANOTHER),
        (Asked("content", "urgent", guideline=AGREED.version), rules.TYPE_NOT_AGREED),
        (Asked("stop-payment", "routine", guideline=AGREED.version), rules.URGENCY_NOT_AGREED),
        (Asked("stop-payment", "emergency", guideline=AGREED.version), rules.TIME_MISSING),
        (
            Asked(
                "stop-payment",
                "emergency",
                guideline=AGREED.version,
                times={"transaction-at": 1, "noon": 2},
            ),
            rules.TIME_NOT_AGREED,
        ),
    ],
)
def test_a_guideline_decides_what_is_asked(wanted: Asked, rule: str) -> None:
    """Types, urgencies and joint times are those of the version that the request names."""
    no = ask(wanted, AGREED)
    assert isinstance(no, Inadmissible)
    assert no.rule == f"request.{rule}"

    good = Asked("stop-payment", "emergency", guideline=AGREED.version, times={"transaction-at": 1})
    assert isinstance(ask(good, AGREED), Act)


def test_a_guideline_decides_codes_and_opening() -> None:
    """Grounds, reasons, conditions, and whether it is told that an act was opened."""
    good = Asked("stop-payment", "emergency", guideline=AGREED.version, times={"transaction-at": 1})
    made = ask(good, AGREED)
    assert isinstance(made, Act)
    now = fold.fold(state.EMPTY, made, "aa")

    def admits(tag: str, agreed: rules.Rules | None = AGREED) -> bool:
        speaker = By(by("bb", 2, "CB-1").saying, "bb", agreed)
        return isinstance(EVERY[tag](now, speaker), Act)

    assert not admits(acts.POSTPONED)
    assert not admits(acts.ACCEPTED)
    assert not admits(acts.CONSULTED)
    assert admits(acts.REFUSED)
    assert admits(acts.OPENED)
    assert not admits(acts.OPENED, None)
