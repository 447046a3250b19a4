"""Two States use one id in a case: what is answered is the other side's, and nothing else moves."""

from joint.case.test_case import OPENED, STEPS, TWO, say
from joint.case.test_case import steps as steps_of

from comity.acts.record import Act
from comity.joint.case import fold, state, view
from comity.joint.case.acts import Step
from comity.joint.case.state import State


def report(steps: tuple[Step, ...]) -> Act:
    """Return a report, always under one id."""
    return say("report", **steps_of(steps, "2027-03"))


def after(*told: tuple[str, Act]) -> State:
    """Return the case after these acts of these parties, each of which had seen all."""
    now = fold.fold(State(TWO), OPENED, "aa")
    for party, act in told:
        now = fold.fold(now, act, party)
    return now


def test_each_side_agrees_to_the_report_of_the_other() -> None:
    """Neither report stands in the place of the other, whichever came first."""
    ours, theirs = ("aa", report(STEPS)), ("bb", report(STEPS[:1]))
    for told in (ours, theirs), (theirs, ours):
        for party, other in (("aa", "bb"), ("bb", "aa")):
            now = after(*told, (party, say("agree-report", ours[1].id)))
            assert [one.party for one in now.reports] == [party for party, _ in told]
            found = {one.party: (one.steps, view.report_status(now, one)) for one in now.reports}
            mine = (STEPS if party == "aa" else STEPS[:1], state.PROPOSED)
            assert found == {
                party: mine,
                other: (STEPS[:1] if party == "aa" else STEPS, state.AGREED),
            }


def test_each_side_answers_the_level_that_the_other_proposed() -> None:
    """Who agrees agrees to the other's, and declines it likewise."""
    proposed = say("propose-priority", level="priority", reason="harm-goes-on")
    declined = say("decline-priority", proposed.id, reason="not-now")
    now = after(("bb", proposed), ("aa", proposed), ("aa", declined))

    assert [(one.party, [v.party for v in one.voices]) for one in now.proposals] == [
        ("bb", ["aa"]),
        ("aa", []),
    ]
    alone = after(("aa", proposed), ("aa", declined))
    assert alone.turns[-1].result == fold.NOT_ENTITLED
