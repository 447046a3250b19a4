"""What officers decide of logs by a command beside the process that serves.

A deed raises and ends alarms in the process that does it.  The alarms that others are shown are
those of the process that serves: it finds in the store what was decided elsewhere.

Floor: node.
"""

from typing import Final

from comity.node.base import alarm
from comity.node.base.context import Node
from comity.node.base.rows import LOG_OFFERED
from comity.node.exchange import excuse, freeze, generation

_EXCUSED: Final = ("excuse", "")


def watch(node: Node) -> None:
    """Let stand what is still to be decided, and who is excused; end what is over."""
    with node.store.read() as tx:
        logs = tx.logs()
        frozen = tx.records(freeze.FROZEN).keys()
        excused = excuse.alarms(node, tx)
    for log in logs:
        if log.state == LOG_OFFERED:
            node.alarms.raise_alarm(*generation.offered(log.party, log.origin))
        elif not log.own:
            node.alarms.clear(*generation.offered(log.party, log.origin))
        if log.origin not in frozen:
            node.alarms.clear(*freeze.told(log.origin))
    alarm.stand(node, _EXCUSED, excused)
