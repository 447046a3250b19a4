"""The way of every verb of the desk's table: check the values, then take the step.

    take(node, officer, "3f1c", Step(TABLE.verb("assign"), {"to": "han"}))

Floor: node.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from comity.acts.verb import Given
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk.duty import papers, routing, work
from comity.node.desk.duty.change import Done
from comity.node.room.release.draft_store import Command
from comity.node.room.step import Step, fit

type _Who = tuple[Node, Officer, str]


def take(node: Node, officer: Officer, subject: str, step: Step) -> Done | Inadmissible:
    """Take a step in the file of a matter.

    Args:
        node: ours.
        officer: who takes it.
        subject: id of the matter, or the beginning of it.
        step: what.

    Raises:
        Unfit: the values are not those that the verb takes.
        Fault: as the use case.
    """
    return _DO[step.verb.name]((node, officer, subject), fit(step), step.command)


def _due(given: Given) -> int | None:
    due = given.get("due")
    return due if isinstance(due, int) else None


def _by_hand(given: Mapping[str, Any]) -> routing.ByHand:
    others = tuple(given.get("others", ()))
    return routing.ByHand(given.get("to", ""), others, _due(given), given.get("why", ""))


_DO: Final[Mapping[str, Callable[[_Who, Mapping[str, Any], Command], Done | Inadmissible]]] = {
    "route": lambda w, g, c: routing.route(*w, _by_hand(g), command=c),
    "assign": lambda w, g, c: work.assign(*w, g["to"], g.get("part", ""), command=c),
    "take": lambda w, _, c: work.accept(*w, command=c),
    "return": lambda w, g, c: work.give_back(*w, g["why"], command=c),
    "finish": lambda w, g, c: work.finish(*w, g.get("result", ""), g.get("part", ""), command=c),
    "decline": lambda w, g, c: work.decline(*w, g["why"], command=c),
    "term": lambda w, g, c: routing.set_term(*w, g["part"], _due(g), g.get("why", ""), command=c),
    "note": lambda w, g, c: papers.note(*w, g["text"], c),
    "task": lambda w, g, c: papers.add_task(*w, g["what"], g.get("owner", ""), _due(g), command=c),
    "task-done": lambda w, g, c: papers.finish_task(*w, g["task"], g.get("result", ""), command=c),
    "advise": lambda w, g, c: papers.ask_advice(*w, g["of"], g["question"], _due(g), command=c),
    "advice": lambda w, g, c: papers.give_advice(*w, g["advice"], g["answer"], command=c),
}
