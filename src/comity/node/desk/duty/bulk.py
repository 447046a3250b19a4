"""One step on many requests: each for itself, with what came of it.

    take      what was assigned to one
    assign    one's agency's part, to one of its officers
    route     by the rules of the nation profile; what no rule fits stays
    see       note that somebody has looked at it

What one of them refuses stops none of the others; there is no step on all or none, since each
request has a file of its own.

Floor: node.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.domestic.officer import role
from comity.domestic.routing import route as routes
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rooms import kinds_with
from comity.node.base.rows import Officer
from comity.node.desk.duty import access, routing, work
from comity.node.room import matter_read, officers

TAKE: Final = "take"
ASSIGN: Final = "assign"
ROUTE: Final = "route"
SEE: Final = "see"
LINES_MAX: Final = 200

ROLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        TAKE: access.WORKING,
        ASSIGN: access.WORKING,
        ROUTE: (role.CONTACT_POINT,),
        SEE: access.WORKING,
    }
)
"""Which officers have use for each; the decisions ask again."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would be done with one request.

    Attributes:
        id: of the request.
        agency: to which a rule gives it, or "".
        rule: that does, or "".
        no: why nothing would be done, as far as that is known before, or None.
    """

    id: str
    agency: str = ""
    rule: str = ""
    no: Inadmissible | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one request.

    Attributes:
        id: of the request.
        no: why nothing was done, or None.
    """

    id: str
    no: Inadmissible | None = None


def foresee(node: Node, officer: Officer, action: str, ids: Sequence[str]) -> tuple[Foreseen, ...]:
    """Return what an action would do with each request.

    Args:
        node: ours.
        officer: who asks.
        action: one of `ROLES`.
        ids: at most `LINES_MAX`.
    """
    assert len(ids) <= LINES_MAX
    return tuple(_foreseen(node, officer, action, one) for one in dict.fromkeys(ids))


def do(
    node: Node, officer: Officer, action: str, ids: Sequence[str], to: str = ""
) -> tuple[Result, ...]:
    """Do it with each request, in order; return what came of each.

    Args:
        node: ours.
        officer: who does it.
        action: one of `ROLES`.
        ids: at most `LINES_MAX`.
        to: the officer who gets it, of `ASSIGN`.
    """
    assert len(ids) <= LINES_MAX
    return tuple(
        Result(one, _told(lambda one=one: _do(node, officer, action, one, to)))  # type: ignore[misc] # bound now
        for one in dict.fromkeys(ids)
    )


def _do(node: Node, officer: Officer, action: str, matter_id: str, to: str) -> object:
    no = officers.lacks_role(officer, *ROLES[action])
    if no is not None:
        return no
    if action == TAKE:
        return work.accept(node, officer, matter_id)
    if action == ASSIGN:
        return work.assign(node, officer, matter_id, to)
    if action == SEE:
        kinds = kinds_with(node.rooms, lambda room: room.rings)
        return matter_read.see(node, officer, kinds, matter_id)
    foreseen = _foreseen(node, officer, ROUTE, matter_id)
    return foreseen.no or routing.route(node, officer, matter_id)


def _told(do: Callable[[], object]) -> Inadmissible | None:
    """Return why something was not done, or None: a fault of one request is told like a no."""
    try:
        done = do()
    except Fault as fault:
        return Inadmissible(fault.code, fault.what, fault.fix)
    return done if isinstance(done, Inadmissible) else None


def _foreseen(node: Node, officer: Officer, action: str, matter_id: str) -> Foreseen:
    if action != ROUTE:
        return Foreseen(matter_id)
    try:
        found = routing.explain(node, officer, matter_id)
    except Fault as fault:
        return Foreseen(matter_id, no=Inadmissible(fault.code, fault.what, fault.fix))
    if found.route.reason != routes.RULE:
        no = Inadmissible(
            "duty.routing.no-rule",
            "No rule of the nation profile fits this request.",
            "Route it by hand, on its own page.",
        )
        return Foreseen(matter_id, no=no)
    return Foreseen(matter_id, found.route.agency, found.route.rule)
