"""The clocks of a request run from receipts, and wait while the other side is waited for."""

from dataclasses import replace

from joint.request.histories import by, submission
from joint.request.test_decide import AGREED

from comity.acts.record import Act
from comity.clocks.rule import PauseRule, Rule
from comity.clocks.term import Term
from comity.joint.request import clocks, decide, fold, replying, state
from comity.joint.request.rules import Rules, TypeRules
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
RULES: Rules = replace(
    AGREED,
    types={
        "preservation": TypeRules(frozenset({"urgent"}), clocks=(ACKNOWLEDGE, COMPLETE, FROZEN))
    },
)


def said(now: State, act: object, party: str, hour: int) -> State:
    """Return the state after an act that the other side received in that hour."""
    assert isinstance(act, Act), act
    return fold.fold(now, act, party, at_ms=hour * HOUR_MS)


def told(now: State, hour: int) -> dict[str, tuple[str, int | None]]:
    """Return `{clock: (status, hour in which it is due)}` at an hour."""
    found = clocks.clocks(now, RULES, {}, hour * HOUR_MS)
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
    now = said(now, replying.acknowledge(now, by("bb", 1, "CB-1")), "bb", 102)
    now = said(now, replying.find_deficient(now, by("bb", 2), {"facts": "vague"}), "bb", 103)
    assert told(now, 119)["acknowledge"] == ("met", 124)
    assert told(now, 119)["complete"][0] == "paused"
    now = said(now, decide.clarify(now, by("aa", 3)), "aa", 120)
    assert told(now, 121)["complete"] == ("running", 127)
    now = said(now, replying.answer(now, by("bb", 4)), "bb", 128)
    assert told(now, 200)["complete"] == ("missed", 127)
    assert told(now, 200)["stop"] == ("met", 162)


def test_without_an_agreed_type_no_clock_runs() -> None:
    """A request of a type that the guideline does not know has no clocks; nor has none at all."""
    now = said(state.EMPTY, submission(), "aa", 100)

    assert clocks.clocks(now, AGREED, {}, 0) == ()
    assert clocks.clocks(state.EMPTY, RULES, {}, 0) == ()
