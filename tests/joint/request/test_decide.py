"""What may be said now."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joint.request.every import CONSULTED, EVERY, UNCONSULTED, Say
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
    dates,
    decide,
    effects,
    fields,
    fold,
    possible_verbs,
    rules,
    state,
    view,
)
from comity.joint.request.acts import Asked
from comity.joint.request.decide import By, decided, saying
from comity.joint.request.state import State
from comity.kernel.inadmissible import Inadmissible

PARTIES = st.sampled_from(["aa", "bb", "cc", "dd"])


def test_every_tag_has_its_command() -> None:
    """Whatever can be said can be decided."""
    assert {*EVERY, acts.SUBMITTED, acts.DRAFT_SHOWN} == set(fields.FIELDS)


@given(logs(), anything, st.sampled_from(["aa", "bb", "cc"]))
def test_what_is_admitted_takes_effect(placed: list[Placed], act: Act, party: str) -> None:
    """An act that an officer was allowed to send is never without effect, unless it crossed.

    A step whose sum would be left out is not said, though its author's word would stand.
    """
    now = folded(placed)
    no = decide.admit(now, act, party)
    after = fold.fold(now, act, party)

    takes_effect = after.turns[-1].takes_effect
    assert takes_effect if no is None else not takes_effect or act.tag == acts.STEP_TOLD
    assert no is None or (no.rule.startswith(("request.", "shape.")) and no.what and no.fix)


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
    no = decided(asked(), by("bb", 2), acts.REFUSED, {"reason": "bank-secrecy"})

    assert isinstance(no, Inadmissible)
    assert "essential-interests" in no.fix
    assert "bank-secrecy" not in no.fix


def test_nothing_is_refused_before_it_was_talked_about() -> None:
    """A refusal needs a consultation, and its time to answer, but not where nothing is left."""
    bare = decided(asked(), by("bb", 2), acts.REFUSED, {"reason": CONSULTED})
    assert isinstance(bare, Inadmissible)
    assert bare.rule == "request.not-consulted"
    assert isinstance(decided(asked(), by("bb", 2), acts.REFUSED, {"reason": UNCONSULTED}), Act)

    talked = told(asked(), "bb", 2, EVERY[acts.CONSULTED])
    early = decided(talked, by("bb", 3), acts.REFUSED, {"reason": CONSULTED}, now_ms=REVIEW_MS - 1)
    assert isinstance(early, Inadmissible)
    assert early.rule == "request.consultation-open"
    assert isinstance(
        decided(talked, by("bb", 3), acts.REFUSED, {"reason": CONSULTED}, now_ms=REVIEW_MS),
        Act,
    )
    heard = told(talked, "aa", 4, EVERY[acts.CONSULTATION_ANSWERED])
    assert isinstance(
        decided(heard, by("bb", 5), acts.REFUSED, {"reason": CONSULTED}, now_ms=0), Act
    )


def test_a_consultation_holds_up_what_it_is_about_alone() -> None:
    """Another item, and on a ground that needs none, is refused while it runs."""
    talked = told(
        asked(),
        "bb",
        2,
        saying(acts.CONSULTED, {"reason": CONSULTED, "answer_by": REVIEW_MS, "items": ITEMS[:1]}),
    )
    talked = told(
        talked,
        "bb",
        3,
        saying(
            acts.CONSULTED, {"reason": CONSULTED, "answer_by": REVIEW_MS - 9, "items": ITEMS[1:]}
        ),
    )

    def refused(ground: str, items: tuple[str, ...]) -> Act | Inadmissible:
        return decided(
            talked,
            by("bb", 4),
            acts.REFUSED,
            {"reason": ground, "items": items},
            now_ms=REVIEW_MS - 5,
        )

    for items in (ITEMS[:1], ()):
        early = refused(CONSULTED, items)
        assert isinstance(early, Inadmissible)
        assert early.rule == "request.consultation-open"
    assert isinstance(refused(CONSULTED, ITEMS[1:]), Act)
    assert isinstance(refused(UNCONSULTED, ITEMS[:1]), Act)
    later = EVERY[acts.POSTPONED](talked, by("bb", 4))
    assert isinstance(later, Act)
    assert dates.problem(talked, later, "bb", REVIEW_MS) == dates.DATE_PAST
    assert not dates.problem(talked, later, "bb", REVIEW_MS - 1)


def test_a_date_that_has_passed_is_not_named() -> None:
    """Who consulted until yesterday would refuse at once, and nobody reviews in the past."""
    now, who = asked(), by("bb", 2)
    for said in (
        decided(now, who, acts.CONSULTED, {"reason": CONSULTED, "answer_by": REVIEW_MS}),
        decided(now, who, acts.POSTPONED, {"reason": "significant-delay", "review_at": REVIEW_MS}),
        decided(
            now, who, acts.STATUS_REPORTED, {"stage": "in-execution", "expected_at": REVIEW_MS}
        ),
    ):
        assert isinstance(said, Act)
        assert dates.problem(now, said, "bb", REVIEW_MS) == dates.DATE_PAST
        assert not dates.problem(now, said, "bb", REVIEW_MS - 1)


def test_content_waits_for_the_condition() -> None:
    """What is accepted on conditions is answered once they are accepted, or dropped."""
    held = told(asked(), "bb", 2, EVERY[acts.ACCEPTED])
    waiting = decided(held, by("bb", 3), acts.ANSWERED)
    assert isinstance(waiting, Inadmissible)
    assert waiting.rule == "request.condition-open"

    declined = told(held, "aa", 3, saying(acts.CONDITION_DECLINED))
    no = decided(declined, by("bb", 4), acts.ANSWERED)
    assert isinstance(no, Inadmissible)
    assert no.rule == "request.condition-declined-before"
    assert isinstance(
        decided(told(declined, "bb", 4, saying(acts.ACCEPTED)), by("bb", 5), acts.ANSWERED),
        Act,
    )
    bound = told(held, "aa", 3, saying(acts.CONDITION_ACCEPTED))
    assert isinstance(decided(bound, by("bb", 4), acts.ANSWERED), Act)


def test_a_declined_condition_is_a_ground_where_one_was_declined() -> None:
    """It needs no consultation; given untruly it would spare one."""
    ground = "condition-declined"

    def refused(now: State, items: tuple[str, ...] = ()) -> Act | Inadmissible:
        return decided(now, by("bb", 9), acts.REFUSED, {"reason": ground, "items": items})

    held = told(
        asked(),
        "bb",
        2,
        saying(acts.ACCEPTED, {"items": ITEMS[:1], "conditions": ("confidential",)}),
    )
    declined = told(held, "aa", 3, saying(acts.CONDITION_DECLINED))
    again = told(
        declined,
        "bb",
        4,
        saying(acts.ACCEPTED, {"items": ITEMS[:1], "conditions": ("costs",)}),
    )
    for untrue in (refused(asked()), refused(held), refused(declined)):
        assert isinstance(untrue, Inadmissible)
        assert untrue.rule == "request.nothing-declined"
    assert isinstance(refused(declined, ITEMS[:1]), Act)
    assert isinstance(refused(again, ITEMS[:1]), Act)
    accepted = told(declined, "aa", 4, saying(acts.CONDITION_ACCEPTED))
    assert isinstance(refused(accepted, ITEMS[:1]), Inadmissible)


def test_a_condition_is_waived_by_who_attached_it_once_it_binds() -> None:
    """Before the asker accepted it there is nothing to waive; the others of it stand."""
    both = ("confidential", "no-other-use")
    held = told(asked(), "bb", 2, saying(acts.ACCEPTED, {"conditions": both}))
    early = decided(held, by("bb", 3), acts.CONDITION_WAIVED, {"conditions": both[:1]})
    assert isinstance(early, Inadmissible)
    assert early.rule == "request.condition-not-accepted"

    bound = told(held, "aa", 3, saying(acts.CONDITION_ACCEPTED))
    closed = told(told(bound, "bb", 4, saying(acts.ANSWERED)), "aa", 5, EVERY[acts.CLOSED])
    assert isinstance(
        decided(closed, by("aa", 6), acts.CONDITION_WAIVED, {"conditions": both[:1]}),
        Inadmissible,
    )
    waived = told(closed, "bb", 6, saying(acts.CONDITION_WAIVED, {"conditions": both[:1]}))
    (thread,) = waived.tracks[0].threads
    assert (thread.waived, thread.status) == (both[:1], state.ACCEPTED)
    for again in (both[:1], ("costs",)):
        assert isinstance(
            decided(waived, by("bb", 7), acts.CONDITION_WAIVED, {"conditions": again}),
            Inadmissible,
        )


def test_an_assessment_is_disputed_by_the_other_side_and_settled_by_its_author() -> None:
    """The asker assesses answers, the addressee the request; who assessed has the last word."""
    early = decided(asked(), by("aa", 2), acts.ASSESSED, {"ratings": {"usable": "met"}})
    assert isinstance(early, Inadmissible)
    assert early.rule == "request.answers-another"
    ours = told(asked(), "bb", 2, EVERY[acts.ASSESSED])
    assert ours.tracks[0].threads[0].codes == {"usable": "partly"}

    answered = told(told(ours, "bb", 3, EVERY[acts.ANSWERED]), "aa", 4, EVERY[acts.ASSESSED])
    assert isinstance(
        decided(
            answered, by("aa", 5), acts.ASSESSMENT_DISPUTED, {"reason": "done", "about": act_id(4)}
        ),
        Inadmissible,
    )
    unsettled = EVERY[acts.ASSESSMENT_SETTLED](answered, by("aa", 5))
    assert isinstance(unsettled, Inadmissible)
    disputed = told(answered, "bb", 5, EVERY[acts.ASSESSMENT_DISPUTED])
    assert ("aa", "settle-assessment") in [(one.party, one.action) for one in view.nexts(disputed)]
    assert isinstance(
        decided(
            disputed,
            by("bb", 6),
            acts.ASSESSMENT_SETTLED,
            {"outcome": "upheld", "about": act_id(4)},
        ),
        Inadmissible,
    )
    settled = told(disputed, "aa", 6, EVERY[acts.ASSESSMENT_SETTLED])
    thread = settled.tracks[0].thread(act_id(4), state.ASSESSMENT)
    assert thread is not None
    assert (thread.status, thread.codes) == (state.CHANGED, {"usable": "met"})
    assert settled.turns[-1].reason == "changed"
    again = decided(
        settled, by("aa", 7), acts.ASSESSMENT_SETTLED, {"outcome": "upheld", "about": act_id(4)}
    )
    assert isinstance(again, Inadmissible)
    assert again.rule == "request.settled-before"


def test_an_assessment_rates_by_the_criteria_that_are_agreed() -> None:
    """A criterion of no guideline is refused, and so is one that rates nothing."""
    agreed = rules.Rules("1" * 64, {}, frozenset(), frozenset(), frozenset(), frozenset({"usable"}))
    answered = told(asked(), "bb", 2, EVERY[acts.ANSWERED])
    who = By(by("aa", 3).saying, "aa", agreed)
    for ratings, rule in (({"tidy": "met"}, "code-not-agreed"), ({}, "rating-missing")):
        no = decided(answered, who, acts.ASSESSED, {"ratings": ratings})
        assert isinstance(no, Inadmissible)
        assert no.rule == f"request.{rule}"
    assert isinstance(
        decided(answered, who, acts.ASSESSED, {"ratings": {"usable": "not-met"}}), Act
    )
    may = {one.verb: one for one in possible_verbs.possible(answered, who, 0)}
    assert may[effects.ASSESS].about == (act_id(2),)
    assert may[effects.SETTLE_ASSESSMENT].no is not None
    assert all(possible_verbs.of_verb(answered, who, verb, 0) == one for verb, one in may.items())
    assert possible_verbs.of_verb(answered, who, effects.ACKNOWLEDGE, 0) is None
    for verb, one in may.items():
        soon = possible_verbs.of_verb(answered, who, verb, 0, is_whole=False)
        assert soon is not None
        assert soon.no == one.no
    odd = decided(
        answered,
        who,
        acts.ASSESSMENT_SETTLED,
        {"outcome": "upheld", "ratings": {"usable": "met"}, "about": act_id(2)},
    )
    assert isinstance(odd, Inadmissible)
    assert odd.rule == "request.rating-misplaced"


def test_registering_takes_a_reference() -> None:
    """An acknowledgement without the receiver's own number is none."""
    no = decided(asked(), by("bb", 2), acts.ACKNOWLEDGED)

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
    assert no.rule in {f"request.{rule}", f"shape.{rule}"}

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
