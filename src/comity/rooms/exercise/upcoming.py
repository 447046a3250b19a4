"""Items of the master list that were not delivered yet, and when each is due.

Floor: rooms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.clocks.offsets import DAY_MS
from comity.joint.exercise import conditions, control, inject, master_list
from comity.joint.exercise.master_list import Item
from comity.joint.exercise.time_map import TimeMap
from comity.rooms.exercise import deliveries
from comity.rooms.exercise.deliveries import Lane

NEXT_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Upcoming:
    """An item that was not delivered yet.

    Attributes:
        item: of the master list.
        due_ms: the instant at which it is due, or None: it waits for its condition, or time stands.
        holds: whether its condition holds; of one without a condition, whether its time has come.
    """

    item: Item
    due_ms: int | None
    holds: bool


def epoch_ms(times: TimeMap) -> int:
    """Return the instant of scenario time from which the days of a list are counted."""
    return times.segments[0].scenario_ms // DAY_MS * DAY_MS - DAY_MS


def of(
    items: Sequence[Item],
    lanes: Sequence[Lane],
    cells: Sequence[control.State],
    times: TimeMap,
    now_ms: int,
) -> tuple[Upcoming, ...]:
    """Return the items that are still to be played, what is due first before the rest."""
    gone = {one.delivery.number for one in lanes if one.status != inject.WITHDRAWN and one.item}
    changes = [one for cell in cells for one in cell.changes]
    gone |= {one.number for one in changes if one.what == "skipped" and one.number}
    moved = {one.number: one.scenario_ms for one in changes if one.what == "moved"}
    told = deliveries.happened(lanes, times) if times.is_begun else {}
    found = [
        _next(one, moved.get(one.number), told, times, now_ms)
        for one in items
        if one.number not in gone
    ]
    late = 1 << 60
    found.sort(key=lambda one: (not one.holds, late if one.due_ms is None else one.due_ms))
    return tuple(found[:NEXT_MAX])


def _next(
    item: Item,
    moved_ms: int | None,
    told: Mapping[tuple[int, str], int],
    times: TimeMap,
    now_ms: int,
) -> Upcoming:
    if not times.is_begun:
        return Upcoming(item, None, holds=False)
    shown = times.scenario_ms(now_ms)
    if item.kind == master_list.CONTINGENT and moved_ms is None:
        condition = conditions.parse(item.condition)
        holds = condition is not None and conditions.holds(condition, told, shown)
        return Upcoming(item, now_ms if holds else None, holds)
    own_ms = item.scenario_ms
    at_ms = moved_ms if moved_ms is not None or own_ms is None else epoch_ms(times) + own_ms
    if at_ms is None:
        return Upcoming(item, None, holds=False)
    return Upcoming(item, times.real_ms(at_ms), shown >= at_ms)
