"""Who holds the ball, what is next, and how a request is found."""

from hypothesis import given
from joint.request.every import EVERY
from joint.request.histories import ITEMS, REVIEW_MS, by, folded, lawful, submission
from joint.request.test_decide import asked, told

from comity.acts.order import Placed
from comity.acts.record import Act, Addressee
from comity.joint.request import (
    acts,
    answerable,
    decide,
    effects,
    fold,
    possible_verbs,
    state,
    table,
    view,
)
from comity.joint.request.acts import Asked
from comity.joint.request.state import State
from comity.kernel.inadmissible import Inadmissible


@given(lawful())
def test_somebody_always_holds_the_ball(placed: list[Placed]) -> None:
    """Until a track is closed or withdrawn, somebody is to do something, and it can be done."""
    now = folded(placed)
    for track in now.tracks:
        mine = [one for one in view.nexts(now) if one.track == track.party]
        assert mine or track.status in {table.CLOSED, table.WITHDRAWN}
        assert all(one.party in {now.asker, track.party} for one in mine)
    for party in (now.asker, *(track.party for track in now.tracks)):
        assert view.next_action(now, party) in view.NEXT_WORDS


ASKED = (state.DEFICIENCY, state.ACCEPTANCE, state.CONSULTATION)


def ball(now: State) -> list[tuple[str, str]]:
    """Return who does what next."""
    return [(one.party, one.action) for one in view.nexts(now)]


def test_the_ball_goes_to_and_fro() -> None:
    """Registered although deficient, clarified, accepted on conditions, consulted, answered."""
    now = told(asked(), "bb", 1, EVERY[acts.FOUND_DEFICIENT])
    assert ball(now) == [("bb", "acknowledge"), ("aa", "clarify")]
    now = told(now, "bb", 2, decide.saying(acts.ACKNOWLEDGED))
    assert (view.status(now), ball(now)) == (view.DEFICIENT, [("aa", "clarify")])
    now = told(now, "aa", 3, decide.saying(acts.CLARIFIED))
    assert (view.status(now), ball(now)) == (table.ACKNOWLEDGED, [("bb", "answer")])
    now = told(now, "bb", 4, EVERY[acts.ACCEPTED])
    assert (view.status(now), ball(now)) == (view.CONDITIONAL, [("aa", "decide-condition")])
    now = told(now, "aa", 5, decide.saying(acts.CONDITION_DECLINED))
    assert ball(now) == [("bb", "other-conditions")]
    now = told(now, "bb", 6, EVERY[acts.POSTPONED])
    assert view.nexts(now)[0].until_ms == REVIEW_MS
    now = told(now, "bb", 7, EVERY[acts.CONSULTED])
    assert ball(now) == [("aa", "answer-consultation")]
    now = told(now, "aa", 8, EVERY[acts.CONSULTATION_ANSWERED])
    now = told(now, "bb", 9, decide.saying(acts.ACCEPTED))
    now = told(now, "aa", 10, decide.saying(acts.STATUS_ASKED))
    assert ball(now) == [("bb", "report-status")]
    now = told(now, "bb", 11, decide.saying(acts.ANSWERED))
    assert ball(now) == [("aa", "close")]
    now = told(now, "bb", 12, decide.saying(acts.USE_ASKED))
    assert ball(now) == [("aa", "report-use"), ("aa", "close")]
    now = told(now, "aa", 13, EVERY[acts.USE_REPORTED])
    now = told(now, "aa", 14, EVERY[acts.CLOSED])
    assert (view.status(now), ball(now), view.holder(now)) == (table.CLOSED, [], "")
    now = told(now, "aa", 15, EVERY[acts.REOPENED])
    assert (view.status(now), ball(now)) == (table.REOPENED, [("bb", "answer")])


def test_a_draft_is_commented_on_and_then_sent() -> None:
    """On one matter: shown, commented on, shown again, asked; the reply is to the request."""
    speaker, to, parties = by("aa", 1), (Addressee("bb"),), ("aa", "bb")
    wanted = Asked("preservation", "urgent", ("traffic",))
    shown = decide.show_draft(speaker, to, wanted, parties)
    assert isinstance(shown, Act)
    now = fold.fold(state.EMPTY, shown, "aa")
    assert ball(now) == [("bb", "comment")]
    now = told(now, "bb", 2, EVERY[acts.COMMENTED])
    assert ball(now) == [("aa", "submit")]
    again = decide.show_draft(by("aa", 3), to, wanted, parties, now)
    assert isinstance(again, Act)
    now = fold.fold(now, again, "aa")
    assert ball(now) == [("bb", "comment")]
    made = decide.submit(by("aa", 4), to, wanted, parties, now)
    assert isinstance(made, Act)
    assert made.matter == shown.matter
    now = told(fold.fold(now, made, "aa"), "bb", 5, decide.saying(acts.ACKNOWLEDGED))
    assert view.status(now) == table.ACKNOWLEDGED
    assert now.turns[1].takes_effect


def test_a_draft_that_is_withdrawn_is_over() -> None:
    """Nothing is sent on a draft that was taken back."""
    shown = decide.show_draft(by("aa", 1), (Addressee("bb"),), Asked("content", "routine"), ("bb",))
    assert isinstance(shown, Act)
    now = told(fold.fold(state.EMPTY, shown, "aa"), "aa", 2, EVERY[acts.WITHDRAWN])

    assert view.status(now) == table.WITHDRAWN
    assert not isinstance(
        decide.submit(by("aa", 3), (Addressee("bb"),), Asked("content", "routine"), ("bb",), now),
        Act,
    )


def test_a_request_is_found_by_the_reference_of_either_side() -> None:
    """Both file numbers, those that were corrected too, and the ids."""
    now = told(asked(), "bb", 2, decide.saying(acts.ACKNOWLEDGED))
    renamed = decide.decided(
        now,
        by("aa", 3, "FR-2"),
        acts.CORRECTED,
        {"about": now.request_id, "error": "wrong-reference"},
    )
    assert isinstance(renamed, Act)
    now = fold.fold(now, renamed, "aa")

    assert {"FR-1", "FR-2", "CB-1", now.request_id} <= set(view.references(now))
    assert (now.own_reference, now.tracks[0].own_reference) == ("FR-2", "CB-1")


def test_what_was_said_orally_is_confirmed() -> None:
    """The ball of the confirmation is the asker's, beside the addressee's own."""
    now = fold.fold(state.EMPTY, submission(is_oral=True), "aa")
    assert ball(now) == [("bb", "acknowledge"), ("aa", "confirm")]
    now = told(now, "aa", 2, decide.saying(acts.CONFIRMED))
    assert ball(now) == [("bb", "acknowledge")]


def test_the_events_are_those_that_took_effect() -> None:
    """Clocks read what happened: by name, track and effective time."""
    now = fold.fold(state.EMPTY, submission(), "aa", at_ms=10)
    act = decide.decided(now, by("bb", 2), acts.ANSWERED)
    assert isinstance(act, Act)
    now = fold.fold(fold.fold(now, act, "bb", at_ms=20), act, "dd", at_ms=30)

    assert [(m.event, m.at_ms, m.party, m.track) for m in now.events] == [
        ("submitted", 10, "aa", ""),
        ("answered", 20, "bb", "bb"),
        ("responded", 20, "bb", "bb"),
        ("completed", 20, "bb", "bb"),
    ]


def test_a_condition_that_was_dropped_is_not_waited_for() -> None:
    """Accepting again without the condition gives the ball back to the addressee."""
    now = told(asked(), "bb", 2, EVERY[acts.ACCEPTED])
    now = told(now, "bb", 3, decide.saying(acts.ACCEPTED))

    assert (view.status(now), ball(now)) == (table.ACCEPTED, [("bb", "answer")])


@given(lawful())
def test_what_nobody_else_is_waited_for_is_the_turn_of_who_was_asked(placed: list[Placed]) -> None:
    """An open item that no question to the asker is about, and no other, holds the ball there."""
    now = folded(placed)
    for track in now.tracks:
        asked = [one for kind in ASKED for one in track.waiting(kind)]
        left = [i for i in track.open_items() if not any(one.covers(i) for one in asked)]
        if left and track.status in table.OPEN:
            assert track.party in view.holders(now)


def test_a_condition_on_one_item_leaves_the_other_to_be_answered() -> None:
    """Both sides hold the ball; it was said that the addressee waits for the asker."""
    now = told(
        asked(),
        "bb",
        1,
        decide.saying(acts.ACCEPTED, {"items": ITEMS[:1], "conditions": ("confidential",)}),
    )
    assert ball(now) == [("aa", "decide-condition"), ("bb", "answer")]
    assert view.next_action(now, "bb") == "answer"
    now = told(now, "bb", 2, decide.saying(acts.ANSWERED, items=ITEMS[1:]))
    assert ball(now) == [("aa", "decide-condition")]
    now = told(asked(), "bb", 1, lambda s, b: consult(s, b, ITEMS[:1]))
    assert ball(now) == [("aa", "answer-consultation"), ("bb", "acknowledge")]


def consult(now: State, speaker: decide.By, items: tuple[str, ...]) -> Act | Inadmissible:
    """Consult on these items."""
    return decide.decided(
        now,
        speaker,
        acts.CONSULTED,
        {"reason": "essential-interests", "answer_by": REVIEW_MS, "items": items},
    )


def test_conditions_that_hold_for_nothing_are_not_offered_nor_accepted_unawares() -> None:
    """Those that others took the place of would be accepted by whoever says it once more."""
    first = told(asked(), "bb", 2, EVERY[acts.ACCEPTED])
    now = told(first, "bb", 3, decide.saying(acts.ACCEPTED, {"conditions": ("no-other-use",)}))
    now = told(now, "aa", 4, decide.saying(acts.CONDITION_ACCEPTED))
    again = decide.decided(now, by("aa", 5), acts.CONDITION_ACCEPTED)
    assert isinstance(again, Inadmissible)
    assert again.rule == "request.settled-before"
    for verb in (effects.ACCEPT_CONDITION, effects.DECLINE_CONDITION):
        offered = possible_verbs.of_verb(now, by("aa", 5), verb, 0)
        assert offered is not None
        assert offered.no is not None

    mixed = told(
        first, "bb", 3, decide.saying(acts.ACCEPTED, {"items": ITEMS[:1], "conditions": ("costs",)})
    )
    mixed = told(
        mixed, "bb", 4, decide.saying(acts.REFUSED, {"reason": "impossible", "items": ITEMS[:1]})
    )
    asked_for = [one.about for one in view.nexts(mixed) if one.party == "aa"]
    assert asked_for == [first.tracks[0].threads[0].id]
    assert answerable.newest(mixed, "aa", acts.CONDITION_ACCEPTED) == asked_for[0]
