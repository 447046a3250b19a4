"""How far measures are, as an officer sees them: the legs of one, and the lane of a kind of them.

    tree(node, officer, state)         the request that it goes back to, with every leg
    lane(node, officer, "money")       requests of its types: what runs out first, then the rest

A lane is a ladder of the guidelines in force; what an officer may not read is in neither.

Floor: rooms.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Final

from comity.joint.guideline.ladder import Ladder
from comity.joint.request import acts, sums
from comity.joint.request.codes import STEP_REASONS
from comity.joint.request.state import State
from comity.joint.request.sums import Leg, Sums
from comity.kernel import money
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.reader import Wanted
from comity.node.base.rows import Officer
from comity.node.desk.matter_lines import Shown
from comity.rooms.request import partners, request_list
from comity.rooms.request.request_list import Asked

__all__ = [
    "LANES",
    "LOOKED_MAX",
    "Ladder",
    "Line",
    "ladder",
    "lane",
    "lines",
    "to_json",
    "tree",
]

LANES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "fraud": "money",
        "child-exploitation": "victim",
        "markets": "target",
        "providers": "providers",
    }
)
"""`{lane: id of its ladder}`."""
LOOKED_MAX: Final = 200
"""Requests of one type among which legs are looked for, the newest."""
_LISTED_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One request of a lane.

    Attributes:
        shown: as lists show it.
        state: of the request.
        sums: its own.
    """

    shown: Shown
    state: State
    sums: Sums


def ladder(node: Node, name: str) -> Ladder | None:
    """Return a ladder as a guideline in force has it, or None where none does."""
    texts = (one.guideline for one in partners.listing(node) if one.guideline)
    return next((text.ladders[name] for text in texts if name in text.ladders), None)


def to_json(now: State) -> Json:
    """Return the last words on the measure of a request, and its sums in minor units."""
    found = sums.of(now)
    steps: list[Json] = [asdict(one) for one in sorted(now.steps, key=lambda one: one.at)]
    by_unit: dict[str, Json] = {unit: asdict(one) for unit, one in found.by_unit.items()}
    return {"steps": steps, "sums": by_unit, "left_out": dict(found.left_out)}


def lines(now: State) -> Iterator[str]:
    """Give the last words on the measure in words, then its sums, for a terminal."""
    for one in sorted(now.steps, key=lambda one: one.at):
        told = "" if one.amount is None else f" {money.written(one.amount, one.unit)}"
        reason = f" ({STEP_REASONS[one.reason].en})" if one.reason else ""
        yield f"{one.party}: {one.item} {one.step}{told}{reason}"
    found = sums.of(now)
    for unit, figures in found.by_unit.items():
        amounts = (
            f"{name} {money.written(amount, unit)}" for name, amount in asdict(figures).items()
        )
        yield ", ".join(amounts)
    yield from (f"left out, {why}: {count}" for why, count in found.left_out.items())


def tree(node: Node, officer: Officer, now: State) -> tuple[Leg, ...]:
    """Return the legs of the tree in which a request stands, the root first."""
    others = {one.matter_id: one for one in _of_type(node, officer, now.type)}
    found = sums.trees({**others, now.matter_id: now}.values())
    return next(legs for legs in found if any(one.matter_id == now.matter_id for one in legs))


def _of_type(node: Node, officer: Officer, type_id: str) -> Iterator[State]:
    asked = Asked(Wanted(kind=acts.KIND, type=type_id), count_max=LOOKED_MAX)
    yield from (line.state for line in request_list.page(node, officer, asked).lines)


def lane(node: Node, officer: Officer, found: Ladder) -> tuple[Line, ...]:
    """Return the requests of a ladder: what has a running clock by its due time, then the rest."""
    lines: dict[str, request_list.Line] = {}
    for clock in (request_list.BY_CLOCK, ""):
        for type_id in found.types:
            wanted = Wanted(kind=acts.KIND, type=type_id)
            asked = Asked(wanted, count_max=_LISTED_MAX, clock=clock)
            for line in request_list.page(node, officer, asked).lines:
                lines.setdefault(line.row.matter.id, line)
    every = [*lines.values()]
    shown = {one.id: one for one in request_list.shown(node, every)}
    return tuple(
        Line(shown[one.row.matter.id], one.state, sums.of(one.state))
        for one in every
        if one.row.matter.id in shown
    )
