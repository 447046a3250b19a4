"""Who waits for the desk: alarms that `serve` raises each minute, and ends when it is done.

    duty.unrouted           something waits longer to be routed than its urgency allows
    duty.ringing            a call rings and nobody has picked it up
    duty.term-overdue       a domestic term has passed
    duty.gap                nobody is planned for some duty of the next 30 days
    duty.device-unproved    who is planned within 30 days has no device that is known to work
    duty.handover-waiting   a desk was handed over and nobody took it
    <room>.…                what a room says of itself: a drill of the hotline that is due

An alarm says no more than that: whoever runs the machine reads it too.

Floor: node.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

from comity.acts.urgencies import URGENCIES
from comity.domestic.duty.roster import Shift
from comity.node.base import alarm
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.desk import ringing
from comity.node.desk.duty import devices, file_store, intake, planning, shifts

UNROUTED: Final = "duty.unrouted"
OVERDUE: Final = "duty.term-overdue"
HANDOVER: Final = "duty.handover-waiting"
GAP: Final = "duty.gap"
UNPROVED: Final = "duty.device-unproved"
_UNPROVED: Final = "An officer planned for duty within 30 days has no device that is known to work."
_GAP: Final = "Nobody is planned for some duty of the next 30 days."

MINUTE_MS: Final = 60_000
WAIT_MS: Final[Mapping[str, int]] = {
    "emergency": 10 * MINUTE_MS,
    "urgent": 120 * MINUTE_MS,
    "routine": 24 * 60 * MINUTE_MS,
}
"""How long something of each urgency may wait to be routed."""
_WAITING: Final[Mapping[str, str]] = {
    "emergency": "An emergency has waited over 10 minutes to be routed.",
    "urgent": "Something urgent has waited over two hours to be routed.",
    "routine": "Something routine has waited over a day to be routed.",
}
_PAGE: Final = 128
TAKE_MS: Final = 30 * MINUTE_MS
"""How long a desk may wait to be taken over."""


def step(node: Node) -> None:
    """Raise what is to be raised, and end what is done.

    Raises:
        Fault: `node.store.*`.
    """
    intake.catch_up(node)
    ringing.step(node)
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        is_overdue = bool(_first(tx, file_store.DUE, "", f"{now_ms:015d}"))
        waiting = [
            agency
            for agency, value in tx.records(shifts.SHIFT).items()
            if _is_waiting(Shift(**cast("dict[str, Any]", value)), now_ms)
        ]
    for urgency in URGENCIES:
        _tell(node, UNROUTED, _WAITING[urgency], is_so=_waits(node, urgency, now_ms))
    _tell(node, OVERDUE, "A domestic term has passed.", is_so=bool(is_overdue))
    _tell(node, GAP, _GAP, is_so=bool(planning.gaps(node)))
    _tell(node, UNPROVED, _UNPROVED, is_so=bool(devices.unproved(node)))
    for kind, room in node.rooms.items():
        alarm.stand(node, ("room", kind), {*room.alarms(node)})
    named = {(HANDOVER, f"Nobody has taken the desk of {agency} over.") for agency in waiting}
    alarm.stand(node, (shifts.SHIFT, HANDOVER), named)


def _waits(node: Node, urgency: str, now_ms: int) -> bool:
    """Return whether the inbox has something of an urgency for too long: what is over is not in it.

    A page of the list in a transaction, since any number may have been answered without a route.
    """
    prefix, latest = f"{file_store.rank_of(urgency)}|", now_ms - WAIT_MS[urgency]
    after = ""
    while True:
        with node.store.read() as tx:
            rows, after = file_store.listed(tx, file_store.INBOX, prefix, after, _PAGE)
            late = [row for row in rows if row["since_ms"] < latest]
            if any(intake.is_to_route(node, tx, row) for row in late):
                return True
        if not after or len(late) < len(rows):
            return False


def _first(tx: Tx, kind: str, prefix: str, until: str) -> str:
    """Return the first key of a range, or ""."""
    found = next(iter(tx.records(kind, after=prefix, count_max=1)), "")
    return found if found.startswith(prefix) and found < until else ""


def _is_waiting(shift: Shift, now_ms: int) -> bool:
    return bool(shift.pending) and now_ms - shift.handed_ms > TAKE_MS


def _tell(node: Node, code: str, what: str, *, is_so: bool) -> None:
    if is_so:
        node.alarms.raise_alarm(code, what)
    else:
        node.alarms.clear(code, what)
