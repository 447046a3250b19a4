"""What `comity request list` prints: for people, and the same whole for machines.

    REQUEST   FROM  TO      TYPE          URGENCY  STATUS                                        …
    7qk2p4xn  aa    bb, cc  preservation  urgent   acknowledged (bb acknowledged, cc submitted)  …

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from comity.joint.request import view
from comity.joint.request.state import State
from comity.kernel.ijson import Json
from comity.node.base.reckoned import Reckoned
from comity.node.room import clock_json
from comity.rooms.request.request_list import Line
from comity.surfaces.cli.request_text import age, by, listed_json, table

_SHORT: Final = 8

type Dues = Mapping[tuple[str, str], Reckoned]
"""`{(channel, request): its clocks}`: what is next and by when."""


def list_json(found: Sequence[Line], party: str, dues: Dues) -> dict[str, Json]:
    """Return the list of requests."""
    return {"requests": [{**listed_json(one, party), **_due_json(one, dues)} for one in found]}


def _due_json(one: Line, dues: Dues) -> dict[str, Json]:
    found = dues[one.row.channel, one.row.matter.id]
    return {"dues": [clock_json.due_json(found, due) for due in found.dues]}


def list_text(found: Sequence[Line], party: str, now_ms: int, dues: Dues) -> str:
    """Return the list as a table."""
    if not found:
        return "There is no such request that you can read."
    head = ("REQUEST", "FROM", "TO", "TYPE", "URGENCY", "STATUS", "BALL", "NEXT", "BY", "AGE", "")
    return table([head, *(_row(one, party, now_ms, dues) for one in found)])


def _row(one: Line, party: str, now_ms: int, dues: Dues) -> tuple[str, ...]:
    due = next(iter(dues[one.row.channel, one.row.matter.id].dues), None)
    return (
        one.row.matter.id[:_SHORT],
        one.row.asker or "-",
        ", ".join(track.party for track in one.state.tracks) or "-",
        one.state.type or "-",
        one.row.urgency or "-",
        _status(one.state, party),
        ", ".join(view.holders(one.state)) or "-",
        due.action if due else "-",
        by(due) if due else "-",
        age(one.row.at_ms, now_ms),
        "" if one.row.opened else "new",
    )


def _status(state: State, party: str) -> str:
    """Return where it stands here; of several addressees that stand apart, with each of them."""
    each = ", ".join(f"{one} {status}" for one, status in view.apart(state, party))
    own = view.own_status(state, party)
    return f"{own} ({each})" if each else own
