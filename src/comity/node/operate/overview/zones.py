"""Where it is what o'clock: the zone of each party, as the calendars in force say it.

Floor: node.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.clocks.calendar import Calendar
from comity.kernel.fault import Fault
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.room import calendars

_MINUTE_MS: Final = 60_000


@dataclass(slots=True)
class _Known:
    """What was found last, of which register and minute: each page asks, of all partners."""

    kept: tuple[tuple[str, int], Mapping[str, Calendar]] | None = None


def zones(node: Node) -> Mapping[str, str]:
    """Return `{party: IANA name of its zone}` of the parties whose calendar is in force here."""
    return {party: one.zone for party, one in in_force(node).items()}


def in_force(node: Node) -> Mapping[str, Calendar]:
    """Return the calendar in force of each party that has one."""
    now_ms, known = node.clock.now_ms(), node.session.of(_Known)
    with node.store.read() as tx:
        at = register_records.version(tx), now_ms // _MINUTE_MS
        if known.kept is not None and known.kept[0] == at:
            return known.kept[1]
        found, is_whole = _calendars(node, tx, now_ms)
    if is_whole:  # else a text may come that nothing else tells of
        known.kept = at, found
    return found


def _calendars(node: Node, tx: Tx, now_ms: int) -> tuple[dict[str, Calendar], bool]:
    """Return the calendars, and whether every one that was adopted could be read."""
    found: dict[str, Calendar] = {}
    is_whole = True
    for arrangement in register_records.arrangements(tx):
        channel = register_records.live_in(arrangement.id)
        try:
            adopted = calendars.adopted(node, tx, channel)
        except Fault:  # a channel that cannot be read is told on other pages
            is_whole = False
            continue
        is_whole = is_whole and not adopted.unread
        for party, its in adopted.periods.items():
            for one in its:
                if one.from_ms <= now_ms and (one.to_ms is None or now_ms < one.to_ms):
                    found[party] = one.calendar
    return found, is_whole
