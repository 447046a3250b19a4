"""Where it is what o'clock: the zone of each party, as the calendars in force say it.

Floor: node.
"""

from collections.abc import Mapping

from comity.kernel.fault import Fault
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.room import calendars

_LIVE = "live"


def zones(node: Node) -> Mapping[str, str]:
    """Return `{party: IANA name of its zone}` of the parties whose calendar is in force here."""
    now_ms = node.clock.now_ms()
    found: dict[str, str] = {}
    with node.store.read() as tx:
        for arrangement in register_records.arrangements(tx):
            channel = register_records.live_in(arrangement.id)
            try:
                periods = calendars.adopted(node, tx, channel).periods
            except Fault:  # a channel that cannot be read is told on other pages
                continue
            for party, its in periods.items():
                for one in its:
                    if one.from_ms <= now_ms and (one.to_ms is None or now_ms < one.to_ms):
                        found[party] = one.calendar.zone
    return found
