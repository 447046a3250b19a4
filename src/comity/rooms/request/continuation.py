"""What saves evidence that is about to lapse: its extension, or a request for the data.

    lapsing(reckoned, "aa")         -> what is due, and by when; None if nothing lapses
    begun(node, found, "extend")    -> a request, filled in from what was preserved

Which types these are follows from the guideline in force: one that extends has the same clock
and asks for the earlier request; one that asks for the data is of a kind that was preserved.

Floor: rooms.
"""

from collections.abc import Mapping
from typing import Final

from comity.clocks import instants
from comity.clocks.due import Due
from comity.joint.guideline.model import ALWAYS, Guideline, RequestType
from comity.joint.request.state import State
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.reckoned import Reckoned
from comity.node.desk.worksheets import Begun, Worksheet
from comity.node.room import request_file
from comity.rooms.request import partners
from comity.rooms.request.dossier import Dossier

EXTEND: Final = "extend"
ASK: Final = "ask"
WAYS: Final = (EXTEND, ASK)

_REFERENCE: Final = "reference"
_DATA: Final = "identifiers"


def lapsing(found: Reckoned, own: str) -> Due | None:
    """Return what this State must do so that nothing is lost, or None if nothing lapses."""
    names = {(one.track, one.rule.name) for one in found.timed if one.lapses and one.is_open}
    mine = (one for one in found.dues if one.party == own)
    return next((one for one in mine if (one.track, one.clock) in names), None)


def begun(node: Node, found: Dossier, way: str) -> Begun | None:
    """Return a request that saves what lapses, filled in from it; None if nothing does.

    Args:
        node: ours.
        found: the request that lapses.
        way: one of `WAYS`.
    """
    assert way in WAYS, way
    due = lapsing(found.reckoned, node.party)
    guideline = _guideline(node, found)
    if due is None or guideline is None:
        return None
    now, row, said = found.shown.state, found.shown.row, found.reviewed.content.elements
    kind = _type(guideline, now, due.clock, way, said)
    elements: dict[str, Json] = {}
    for asked in kind.elements:
        if guideline.elements[asked.element].check.kind == _REFERENCE:
            elements[asked.element] = _earlier(now, due.track)
        elif asked.element in said:
            elements[asked.element] = said[asked.element]
    value: dict[str, Json] = {
        "type": kind.id,
        "urgency": row.urgency if row.urgency in kind.urgencies else kind.urgencies[0],
        "own_reference": _number(now, now.asker),
        "mark": request_file.MARK_DEFAULT,
        "elements": elements,
        "extends" if way == EXTEND else "follows": row.matter.id,
    }
    return Begun((_addressee(now, due.track),), value, channel=row.channel)


def began_with(sheet: Worksheet, matter_id: str, way: str) -> bool:
    """Return whether a worksheet is one that saves what lapses, begun before."""
    return sheet.text("extends" if way == EXTEND else "follows") == matter_id


def _guideline(node: Node, found: Dossier) -> Guideline | None:
    """Return what is in force in the channel of a request, else what it names."""
    here = (one for one in partners.listing(node) if one.channel == found.shown.row.channel)
    return next((one.guideline for one in here if one.guideline), found.guideline)


def _addressee(now: State, track: str) -> str:
    handled = next((one.agency for one in now.tracks if one.party == track), "")
    return f"{track}/{handled}" if handled else track


def _type(
    guideline: Guideline, now: State, clock: str, way: str, said: Mapping[str, Json]
) -> RequestType:
    """Return the type that does it; the type of the request itself where none says that it does."""
    types = guideline.types
    own = types.get(now.type) or next(iter(types.values()))
    others = [one for one in types.values() if one is not own]
    if way == EXTEND:
        return next(
            (one for one in others if clock in one.clocks and _is_about(guideline, one)), own
        )
    kinds = _kinds(guideline, said)
    by_kind = (one for one in others if one.id in kinds)
    rest = (one for one in others if clock not in one.clocks and _asks_for_data(guideline, one))
    return next(by_kind, None) or next(rest, own)


def _is_about(guideline: Guideline, kind: RequestType) -> bool:
    """Return whether a type is about an earlier request."""
    asked = (one.element for one in kind.elements if one.need.kind == ALWAYS)
    return any(guideline.elements[one].check.kind == _REFERENCE for one in asked)


def _asks_for_data(guideline: Guideline, kind: RequestType) -> bool:
    return any(guideline.elements[one.element].check.kind == _DATA for one in kind.elements)


def _kinds(guideline: Guideline, said: Mapping[str, Json]) -> set[str]:
    """Return the kinds of data that were preserved: guidelines name types of requests so."""
    found: set[str] = set()
    for name, value in said.items():
        element = guideline.elements.get(name)
        if element and element.check.kind == _DATA and isinstance(value, dict):
            kinds = value.get("kinds")
            found |= {str(one) for one in kinds} if isinstance(kinds, list) else set()
    return found


def _earlier(now: State, track: str) -> Json:
    """Return the file numbers of both sides and the day, as a request names an earlier one."""
    heard_ms = None if now.request_at is None else now.turns[now.request_at].heard_ms(track)
    told: dict[str, Json] = {
        "reference": _number(now, track),
        "own_reference": _number(now, now.asker),
        "date": "" if heard_ms is None else instants.render(heard_ms).partition("T")[0],
    }
    return {name: one for name, one in told.items() if one}


def _number(now: State, party: str) -> str:
    """Return the file number that a party named last, or ""."""
    numbers = [one.own_reference for one in now.turns if one.party == party and one.own_reference]
    return numbers[-1] if numbers else ""
