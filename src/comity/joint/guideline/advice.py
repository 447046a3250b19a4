"""What is no fault of a guideline, and yet seldom meant: told to whoever checks it.

    warnings(fields) -> a problem for each clock that goes on though its request is taken back,
                        and for each that a type begins when it is due soon already

Floor: joint (pure).
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from comity.kernel.legal_text import Fields, problem
from comity.kernel.problem import Problem

_OVER: Final = frozenset({"withdrawn", "superseded"})
"""After these nobody waits for an answer any more."""

_LEAST_HOURS: Final = {"hours": 1, "calendar-days": 24, "working-days": 24, "months": 28 * 24}
"""Of one, counted back from an end: the last day is one of them."""
_EXACT: Final = frozenset({"hours", "calendar-days"})


def warnings(fields: Fields) -> Iterator[Problem]:
    """Give what is seldom meant in a text in which nothing is wrong."""
    return chain(_unstopped(fields), _due_at_once(fields))


def _unstopped(fields: Fields) -> Iterator[Problem]:
    """Give the clocks that run on over a request for which nobody waits.

    A clock without an end lapses, and is late for nobody: it may go on.
    """
    for at, clock in enumerate(fields["clocks"]):
        known = {*clock.get("ends", []), *clock.get("stops", [])}
        if clock.get("ends") and not known >= _OVER:
            what = (
                "Nothing stops it when the request is withdrawn or superseded: it runs on, and "
                "is told as late."
            )
            fix = "Name withdrawn and superseded under its stops, unless that is meant."
            name = clock["id"]
            yield problem(("clocks", at), name, what, fix, rule="guideline.clock-unstopped")


def _due_at_once(fields: Fields) -> Iterator[Problem]:
    """Give the clocks of a type that are due soon from their start.

    Whoever is on duty is told so of each request at once, and learns to look away.
    """
    defined = {clock["id"]: clock for clock in fields["clocks"]}
    for number, one in enumerate(fields["types"]):
        for at, clock in enumerate(one["clocks"]):
            base = defined[clock["id"]]
            lengths, alerts = clock.get("lengths") or base["lengths"], base.get("alert_before", {})
            found = [
                urgency
                for urgency in one["urgencies"]
                if urgency in lengths and urgency in alerts
                if _is_all_of(alerts[urgency], lengths[urgency])
            ]
            if found:
                what = (
                    f"Where a request is {', '.join(found)} it is due soon from its start: its "
                    "alert_before is as long as its length."
                )
                fix = "Shorten alert_before of the clock, unless that is meant."
                path = ("types", number, "clocks", at)
                yield problem(path, clock["id"], what, fix, rule="guideline.clock-due-at-once")


def _is_all_of(alert: Fields, length: Fields) -> bool:
    """Whether all of a length is left when it is due soon, as far as no calendar is asked."""
    if alert["unit"] == length["unit"]:
        return bool(alert["amount"] >= length["amount"])
    hours = {one["unit"]: one["amount"] * _LEAST_HOURS[one["unit"]] for one in (alert, length)}
    return length["unit"] in _EXACT and bool(hours[alert["unit"]] >= hours[length["unit"]])
