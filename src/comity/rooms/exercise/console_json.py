"""The console as a JSON value: what a controller sees, for programs.

Floor: rooms.
"""

from comity.joint.exercise.time_map import TimeMap
from comity.kernel.ijson import Json
from comity.rooms.exercise.console import Console
from comity.rooms.exercise.deliveries import Lane


def to_json(one: Console) -> dict[str, Json]:
    """Return the console as a JSON value."""
    return {
        "exercise": one.place.matter.id,
        "play": one.play_id,
        "status": one.status,
        "now_ms": one.now_ms,
        "scenario_ms": one.scenario_ms,
        "rate": one.times.rate,
        "stop": None
        if one.stop is None
        else {"id": one.stop.id, "party": one.stop.party, "reason": one.stop.reason},
        "waiting": [
            {"id": each.id, "party": each.party, "what": each.what} for each in one.waiting
        ],
        "awaited": [*one.awaited],
        "next": [
            {
                "number": each.item.number,
                "kind": each.item.kind,
                "side": each.item.side,
                "seat": each.item.seat,
                "synopsis": each.item.synopsis,
                "due_ms": each.due_ms,
                "holds": each.holds,
            }
            for each in one.upcoming
        ],
        "deliveries": [
            {
                "id": each.id,
                "number": each.delivery.number,
                "sort": each.delivery.sort,
                "side": each.delivery.side,
                "seat": each.delivery.seat,
                "status": each.status,
                "delivered_ms": each.delivered_ms,
                "taken_ms": each.taken_ms,
                "answered_ms": each.answered_ms,
                "scenario": _in_scenario(one.times, each),
                "outcome": each.outcome,
                "expected": each.item.expected_action if each.item else "",
                "acted_ms": each.acted_ms,
                "crossings": [*each.crossings],
            }
            for each in one.lanes
        ],
        "word": None if one.word is None else {"party": one.word.party, "texts": one.word.text},
    }


def _in_scenario(times: TimeMap, lane: Lane) -> dict[str, Json]:
    """Return what the clock of the exercise showed at each instant of a delivery."""
    told = {
        "delivered_ms": lane.delivered_ms,
        "taken_ms": lane.taken_ms,
        "answered_ms": lane.answered_ms,
    }
    return {
        name: None if at_ms is None or not times.is_begun else times.scenario_ms(at_ms)
        for name, at_ms in told.items()
    }
