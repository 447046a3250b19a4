"""What a State that lies can do in a call: nothing that the other does not see."""

from dataclasses import replace

from joint.hotline.test_hotline import (
    BEGUN,
    CALLED,
    NONCE,
    PLANNED,
    SALT,
    SPOKEN,
    TWO,
    refused,
    said,
    told,
)
from joint.review.histories import act_id

from comity.joint.hotline import acts, clocks, fold, view
from comity.joint.hotline.state import State


def test_a_carriage_that_is_dated_back_moves_no_clock_and_can_be_disputed() -> None:
    """Claimed times stand as claimed; clocks count from receipts, and the other side says no."""
    now = told(State(TWO), "aa", CALLED)
    back = said(acts.CARRIED, 1, times={"began": 1, "ended": 2}, carrier="tel", outcome="reached")
    now = told(now, "aa", back)
    (track,) = now.tracks
    (wait,) = (one for one in clocks.waits(now, track) if one.of == "voice")
    assert now.turns[wait.since].received_at_ms is None
    now = told(now, "bb", said(acts.CARRIED_DISPUTED, 2, act_id(1), reason="other-time"))
    assert [one.reason for one in now.carriages[0].answers] == ["other-time"]


def test_a_pair_of_the_sheet_is_no_proof_twice() -> None:
    """Who enters it again is refused, whatever carrier it is said to be."""
    now = told(told(State(TWO), "aa", CALLED), "bb", said(acts.PICKED_UP, 1))
    pair = said(acts.CARRIED, 2, times={"began": 1}, carrier="file", outcome="sent", sheet="7")
    now = told(now, "aa", pair)
    again = replace(pair, id=act_id(3), codes={**pair.codes, "carrier": "tel"})
    assert refused(now, "aa", again) == "hotline.sheet-used"


def test_a_nonce_that_is_kept_back_leaves_a_drill_that_both_see_missed() -> None:
    """No drill begins without it, and another one is refused."""
    now = told(told(State(TWO), "aa", PLANNED), "bb", said(acts.DRILL_JOINED, 1, salt=SALT))
    other = replace(BEGUN, codes={**BEGUN.codes, "nonce": SALT})
    assert refused(now, "aa", other) == "hotline.nonce-differs"
    assert view.is_missed(now, 2_000)
    assert view.drawn_at_ms(now) is None
    assert refused(now, "aa", CALLED) == "hotline.opened-before"


def test_a_spoken_code_that_was_not_committed_to_proves_nothing() -> None:
    """Neither another nonce nor another code opens it, and a code without one is unproved."""
    now = told(told(State(TWO), "aa", CALLED), "bb", said(acts.PICKED_UP, 1))
    for heard, nonce, is_proved in (
        (SPOKEN, NONCE, True),
        (SPOKEN, SALT, False),
        ("ZZZZ-ZZZZ", NONCE, False),
    ):
        carried = said(
            acts.CARRIED, 2, times={"began": 1}, carrier="tel", outcome="reached", heard=heard
        )
        answered = told(
            told(now, "bb", carried), "aa", said(acts.CARRIED_CONFIRMED, 3, act_id(2), nonce=nonce)
        )
        assert answered.carriages[0].answers[0].is_proved is is_proved


def test_a_level_out_of_range_raises_nothing() -> None:
    """Zero, ten and ninety-nine are no levels: the act stays on the time line without effect."""
    now = told(State(TWO), "aa", CALLED)
    for level in ("0", "10", "99", "-1", ""):
        raised = said(acts.RAISED, 1, level=level, reason="graver")
        assert refused(now, "aa", raised) in {"shape.code-malformed", "shape.code-missing"}
        after = fold.fold(now, raised, "aa")
        assert (after.raisings, after.turns[-1].takes_effect) == ((), False)
    assert clocks.is_raising_offered(now)


def test_a_promise_without_terms_is_all_that_is_counted() -> None:
    """A side that adopts no terms is not late, but for what it promised itself."""
    now = told(State(TWO), "aa", CALLED)
    now = told(now, "bb", said(acts.PICKED_UP, 1, times={"next-word-at": 5_000}))
    found = clocks.timed(now, None, {}, 9_000)
    assert [one.rule.name for one in found] == [clocks.WORD]
