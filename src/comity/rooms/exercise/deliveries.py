"""Deliveries of a play, with the item of each and what became of it.

    lanes = of(node, channel, told, items)      the newest first
    happened(lanes, times)                      what conditions ask: `{(number, event): when}`

Floor: rooms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.joint.exercise import inject
from comity.joint.exercise.master_list import Item
from comity.joint.exercise.time_map import TimeMap
from comity.node.base.context import Node
from comity.rooms.exercise.play_log import Told

_ROOM_OF: Final = {"request": "request", "hotline": "hotline"}
"""In which room what is expected of a seat is done, by how the item comes."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A delivery, and what became of it; each instant is that of the other node's receipt.

    Attributes:
        id: of the matter.
        delivery: what was delivered.
        status: a word of the room.
        item: of the list, or None for an improvised one.
        delivered_ms, taken_ms, answered_ms, withdrawn_ms: or None.
        outcome: code of the answer, or "".
        acted_ms: when the side of the seat did something in the room that the item is about.
        crossings: what crossed, by name.
    """

    id: str
    delivery: inject.Delivery
    status: str
    item: Item | None
    delivered_ms: int | None
    taken_ms: int | None
    answered_ms: int | None
    withdrawn_ms: int | None
    outcome: str
    acted_ms: int | None
    crossings: tuple[str, ...]

    @property
    def is_lit(self) -> bool:
        """Whether the expected action is seen."""
        return self.acted_ms is not None or self.answered_ms is not None


@dataclass
class _Memory:
    """The lanes of each channel as they were last made, and from what."""

    made: dict[str, tuple[Told, tuple[Item, ...], tuple[Lane, ...]]] = field(default_factory=dict)


def of(node: Node, channel: str, told: Told, items: tuple[Item, ...]) -> tuple[Lane, ...]:
    """Return the deliveries of a play, the newest first; as they were made last if nothing came."""
    memory = node.session.of(_Memory).made
    known = memory.get(channel)
    if known is not None and known[0] is told and known[1] is items:
        return known[2]
    by_number = {one.number: one for one in items}
    found = [_lane(name, one, by_number, told) for name, one in told.injects.items()]
    lanes = [one for one in found if one is not None]
    made = tuple(sorted(lanes, key=lambda one: (-(one.delivered_ms or 1 << 60), one.id)))
    memory[channel] = told, items, made
    return made


def _lane(matter_id: str, now: inject.State, items: Mapping[int, Item], told: Told) -> Lane | None:
    made = now.delivery
    if made is None:
        return None
    done = {one.what: one for one in now.done}
    item = items.get(made.number) if made.sort != "improvised" else None
    taken, answered, withdrawn = (done.get(one) for one in ("taken", "answered", "withdrawn"))
    room = _ROOM_OF.get(item.method, "") if item is not None else ""
    return Lane(
        matter_id,
        made,
        inject.status(now),
        item,
        made.at_ms,
        taken.at_ms if taken else None,
        answered.at_ms if answered else None,
        withdrawn.at_ms if withdrawn else None,
        answered.code if answered else "",
        told.after(room, made.side, made.at_ms) if room else None,
        tuple(inject.crossings(now)),
    )


def happened(lanes: Sequence[Lane], times: TimeMap) -> dict[tuple[int, str], int]:
    """Return when each event of an item was first, in scenario time."""
    firsts: dict[tuple[int, str], int] = {}
    for one in lanes:
        told = (
            ("delivered", one.delivered_ms),
            ("taken", one.taken_ms),
            ("answered", one.answered_ms),
            ("withdrawn", one.withdrawn_ms),
        )
        for event, at_ms in told:
            if at_ms is not None:
                key = one.delivery.number, event
                firsts[key] = min(at_ms, firsts.get(key, at_ms))
    return {key: times.scenario_ms(at_ms) for key, at_ms in firsts.items()}
