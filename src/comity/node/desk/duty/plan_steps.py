"""The way of every verb of the plan of duty: check the values, then change the plan.

    take(node, officer, "night", Step(TABLE.row("swap"), {"shift": 41, "to": "han"}))
    ladder(node, officer, Step(LADDER, {"rungs": ("line:night:5",)}))

Floor: node.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from comity.domestic.duty import plan
from comity.domestic.duty.ladder import Ladder, Rung
from comity.domestic.duty.plan import Change, LineSet
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk.duty import planning, rings
from comity.node.room.step import Step, fit

type _Who = tuple[Node, Officer, str]

_EPOCH: Final = date(1970, 1, 1)
_HOUR: Final = 60


def take(node: Node, officer: Officer, line: str, step: Step) -> Change | Inadmissible:
    """Change the plan of a line of duty.

    Args:
        node: ours.
        officer: who changes it.
        line: its name.
        step: what.

    Raises:
        Unfit: the values are not those that the verb takes.
    """
    return _DO[step.verb.name]((node, officer, line), fit(step))


def ladder(node: Node, officer: Officer, step: Step) -> Ladder | Inadmissible:
    """Set whom a call rings.

    Raises:
        Unfit: the values are not those that the verb takes.
    """
    given = fit(step)
    rungs = tuple(map(_rung, given.get("rungs", ())))
    wanted = Ladder(rungs, given.get("repeats", 0), drills=given.get("drills"))
    return rings.set_ladder(node, officer, wanted)


def given_of(steps: Ladder) -> dict[str, Any]:
    """Return the values with which a ladder is set as it is: what a form shows first."""
    rungs = tuple(f"{one.kind}:{one.name}:{one.minutes}" for one in steps.rungs)
    given = {"rungs": rungs, "repeats": steps.repeats}
    return given if steps.drills is None else {**given, "drills": steps.drills}


def _rung(text: str) -> Rung:
    kind, name, minutes = text.split(":")
    return Rung(kind, name, int(minutes))


def _set(who: _Who, given: Mapping[str, Any]) -> Change | Inadmissible:
    node, officer, line = who
    try:
        first = (date.fromisoformat(given["first"]) - _EPOCH).days
    except ValueError:
        return Inadmissible(
            "duty.plan.day-unclear",
            f"{quoted(given['first'])} is no day of the calendar.",
            "Write the first day like 2027-03-01.",
        )
    minutes = tuple(_minute(one) for one in given["hand_overs"])
    names, days = tuple(given.get("officers", ())), given.get("days", plan.ALL)
    wanted = LineSet(line, "", given["zone"], names, minutes, first, days, "", 0)
    return planning.set_line(node, officer, wanted)


def _minute(wall: str) -> int:
    hour, _, minute = wall.partition(":")
    return int(hour) * _HOUR + int(minute)


_DO: Final[Mapping[str, Callable[[_Who, Mapping[str, Any]], Change | Inadmissible]]] = {
    "set": _set,
    "override": lambda w, g: planning.override(*w, g["to"], g["from"], g["until"]),
    "take": lambda w, _: planning.take(*w),
    "swap": lambda w, g: planning.ask_swap(*w, g["shift"], g["to"]),
    "agree": lambda w, g: planning.answer_swap(*w[:2], g["swap"], is_undone=False),
    "undo": lambda w, g: planning.answer_swap(*w[:2], g["swap"], is_undone=True),
}
