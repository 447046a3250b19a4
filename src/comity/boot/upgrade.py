"""What an older program computed is computed anew before a home is served.

Nothing listens meanwhile: a page would miss requests, and a peer sends what it has afterwards.
How far it is stands in the log; whoever is stopped goes on from there at the next start.

Floor: boot.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from comity.boot import log, pool
from comity.boot.home import Opened
from comity.node import computed, rebuild

_EACH_PERCENT: Final = 5


def bring_up(found: Opened, folder: Path, environment: Mapping[str, str]) -> bool:
    """Compute anew what an older program computed, if one did; return False if told to end.

    Args:
        found: the home, which this process alone serves.
        folder: where it is.
        environment: COMITY_*.

    Raises:
        Fault: `node.computed.newer`, `node.store.*`.
    """
    node = found.home.node
    with node.store.read() as tx:
        computed.require_not_newer(tx)
        if not computed.is_older(tx):
            return True
        entries = rebuild.entry_count(tx)
        progress = _Progress(rebuild.work(tx))
    log.tell("serve.computing", {"entries": entries})
    try:
        with pool.hands(folder, environment, entries) as hands:
            done = rebuild.bring_up(node, progress.advance, hands)
    except KeyboardInterrupt:  # as every command is told to end
        return False
    log.tell("serve.computed", {"entries": done})
    return True


class _Progress:
    """Tells how much is done, now and then."""

    def __init__(self, work: int) -> None:
        self._work = max(work, 1)
        self._done = 0
        self._told = 0

    def advance(self, count: int) -> None:
        """Note that so much more is done."""
        self._done += count
        percent = min(100, 100 * self._done // self._work)
        if percent >= self._told + _EACH_PERCENT:
            self._told = percent - percent % _EACH_PERCENT
            log.tell("serve.computing", {"percent": self._told})
