"""The way of every verb of a draft that is filled in: find the draft, check the values, do it.

    take(node, officer, "tfd3", Step(TABLE.row("approve"), {"content": "3cb1b0b1cbe2e3d9"}))

Floor: node.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.domestic.release.verbs import APPROVE, CONTENT_CHARS_MIN, RELEASE
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import draft_view
from comity.node.desk.draft_view import Pending
from comity.node.room import second_factor
from comity.node.room.release import draft, send
from comity.node.room.release.draft_store import Command, Comment, Sent, Waiting
from comity.node.room.step import Step, fit


@dataclass(frozen=True, slots=True)
class Gone:
    """A draft that its author has no more of: it was dropped, or sent back to them.

    Attributes:
        draft_id: its id.
        step: `dropped` or `returned`.
    """

    draft_id: str
    step: str


type Done = Sent | Waiting | Comment | Gone | Inadmissible


def take(node: Node, officer: Officer, draft_id: str, step: Step, code: str | None = None) -> Done:
    """Take a step of a draft.

    Args:
        node: ours.
        officer: who takes it.
        draft_id: of the draft, or the beginning of it.
        step: what.
        code: of the officer's app where no page asked for their second factor; "" for none.

    Raises:
        Unfit: the values are not those that the verb takes.
        Fault: `node.draft.unknown`, `node.draft.ambiguous`; as the use case.
    """
    given = fit(step)
    one = draft_view.find(node, officer, draft_id)
    if code is not None and step.verb in (APPROVE, RELEASE):
        no = second_factor.show(node, officer, code, read(one, given["content"]))
        if no is not None:
            return no
    return _DO[step.verb.name]((node, officer, one.draft.act.id), one, given, step.command)


def read(one: Pending, given: str) -> str:
    """Return the whole hash of a draft if what an officer gives begins it; else what they give."""
    content = one.draft.content_sha256
    return content if len(given) >= CONTENT_CHARS_MIN and content.startswith(given) else given


type _Who = tuple[Node, Officer, str]


def _release(who: _Who, one: Pending, given: Mapping[str, Any], _: Command) -> Done:
    content, reason = read(one, given["content"]), given.get("reason", "")
    if given.get("break_glass"):
        return send.break_glass(*who, reason, content)
    if reason:
        raise Fault(
            code="node.draft.reason-unasked",
            what="A reason is given only where one officer releases alone.",
            fix="Give --break-glass (break_glass) with it, or leave the reason out.",
        )
    return send.release(*who, content)


_DO: Final[Mapping[str, Callable[[_Who, Pending, Mapping[str, Any], Command], Done]]] = {
    "comment": lambda w, _, g, c: draft.comment_once(*w, g["text"], c),
    "return": lambda w, _o, g, _c: draft.send_back(*w, g["text"]) or Gone(w[2], "returned"),
    "approve": lambda w, one, g, _: send.approve(*w, read(one, g["content"])),
    "release": _release,
    "drop": lambda w, *_: draft.drop(*w) or Gone(w[2], "dropped"),
}
