"""The clocks of a request run from receipts, and wait while the other side is waited for."""

from dataclasses import replace

from joint.request.histories import by, submission

from comity.acts.record import Act
from comity.clocks.rule import PauseRule, Rule
from comity.clocks.term import Term
from comity.joint.request import acts, clocks, decide, fold, state
from comity.joint.request.state import State

HOUR_MS = 3_600_000
ACKNOWLEDGE = Rule("acknowledge", Term(24, "hours"), ("submitted",), ("acknowledged",))
COMPLETE = Rule(
    "complete",
    Term(10, "hours"),
    ("submitted",),
    ("completed",),
    stops=("withdrawn",),
    pauses=(PauseRule(("found-deficient",), ("clarified", "deficiency-disputed", "accepted")),),
)
FROZEN = Rule("stop", Term(72, "hours"), ("transaction-at",), ("responded",))
AGREED = (ACKNOWLEDGE, COMPLETE, FROZEN)


def said(now: State, act: object, party: str, hour: int) -> State:
    """Return the state after an act that the other side received in that hour."""
    assert isinstance(act, Act), act
    return fold.fold(now, act, party, at_ms=hour * HOUR_MS)


def told(now: State, hour: int) -> dict[str, tuple[str, int | None]]:
    """Return `{clock: (status, hour in which it is due)}` at an hour."""
    found = (one.clock for one in clocks.timed(now, "bb", AGREED, {}, hour * HOUR_MS))
    return {
        one.name: (one.status, None if one.due_at_ms is None else one.due_at_ms // HOUR_MS)
        for one in found
    }


def test_a_clock_waits_while_the_asker_clarifies() -> None:
    """Received at 100, deficient at 103, clarified at 120: ten hours are over at 127."""
    now = said(
        state.EMPTY, replace(submission(), times={"transaction-at": 90 * HOUR_MS}), "aa", 100
    )
    assert told(now, 101) == {
        "acknowledge": ("running", 124),
        "complete": ("running", 110),
        "stop": ("running", 162),
    }
    now = said(now, decide.decided(now, by("bb", 1, "CB-1"), acts.ACKNOWLEDGED), "bb", 102)
    now = said(
        now,
        decide.decided(now, by("bb", 2), acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}}),
        "bb",
        103,
    )
    assert told(now, 119)["acknowledge"] == ("met", 124)
    assert told(now, 119)["complete"][0] == "paused"
    now = said(now, decide.decided(now, by("aa", 3), acts.CLARIFIED), "aa", 120)
    assert told(now, 121)["complete"] == ("running", 127)
    now = said(now, decide.decided(now, by("bb", 4), acts.ANSWERED), "bb", 128)
    assert told(now, 200)["complete"] == ("missed", 127)
    assert told(now, 200)["stop"] == ("met", 162)


def test_who_is_not_asked_has_no_clock() -> None:
    """Nor has anybody where nothing was agreed, or nothing asked."""
    now = said(state.EMPTY, submission(), "aa", 100)

    assert clocks.timed(now, "cc", AGREED, {}, 0) == ()
    assert clocks.timed(now, "bb", (), {}, 0) == ()
    assert clocks.timed(state.EMPTY, "bb", AGREED, {}, 0) == ()


def test_the_duty_is_that_of_whose_act_ends_a_clock() -> None:
    """A clarification is the asker's, an acknowledgement and an answer are the addressee's."""
    clarify = replace(COMPLETE, ends=("clarified", "deficiency-disputed"))

    assert clocks.duty(clarify, "aa", "bb") == "aa"
    assert [clocks.duty(rule, "aa", "bb") for rule in AGREED] == ["bb", "bb", "bb"]
    assert [clocks.action(rule) for rule in (*AGREED, clarify)] == [
        "acknowledge",
        "answer",
        "answer",
        "clarify",
    ]


def due(now: State, hour: int) -> list[tuple[str, str, str, int | None]]:
    """Return `(party, action, clock, hour by which)` of what is next at an hour."""
    found = clocks.timed(now, "bb", AGREED, {}, hour * HOUR_MS)
    return [
        (one.party, one.action, one.clock, None if one.by_ms is None else one.by_ms // HOUR_MS)
        for one in clocks.dues(now, found)
    ]


def test_what_is_next_says_by_when_and_whose_it_is() -> None:
    """What is due first stands first; who is waited for without an agreed time is told too."""
    now = said(state.EMPTY, submission(), "aa", 100)
    assert due(now, 101) == [
        ("bb", "answer", "complete", 110),
        ("bb", "acknowledge", "acknowledge", 124),
    ]
    now = said(now, decide.decided(now, by("bb", 1, "CB-1"), acts.ACKNOWLEDGED), "bb", 102)
    assert due(now, 103) == [("bb", "answer", "complete", 110)]
    now = said(
        now,
        decide.decided(now, by("bb", 2), acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}}),
        "bb",
        103,
    )
    assert due(now, 104) == [("aa", "clarify", "", None), ("bb", "answer", "complete", None)]
    now = said(now, decide.decided(now, by("aa", 3), acts.CLARIFIED), "aa", 120)
    now = said(now, decide.decided(now, by("bb", 4), acts.ANSWERED), "bb", 121)
    assert due(now, 122) == [("aa", "close", "", None)]
