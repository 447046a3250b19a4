"""What is no fault of a guideline, and yet seldom meant: told to whoever checks it.

    warnings(fields) -> a problem for each clock that goes on though its request is taken back

Floor: joint (pure).
"""

from collections.abc import Iterator
from typing import Final

from comity.kernel.problem import Problem
from comity.kernel.written import Fields, problem

_OVER: Final = frozenset({"withdrawn", "superseded"})
"""After these nobody waits for an answer any more."""


def warnings(fields: Fields) -> Iterator[Problem]:
    """Give what is seldom meant in a text in which nothing is wrong.

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
