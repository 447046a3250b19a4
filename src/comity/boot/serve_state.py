"""What the process that serves tells others of itself, in records and in its log.

Floor: boot.
"""

from typing import Final

from comity.boot import log
from comity.boot.home import Opened
from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.node.exchange import retry, signing_guard, status
from comity.node.operate import write_latency

DELIVERED_MS: Final = 10_000
"""As exactly pages say when something was delivered last."""


class Served:
    """What was told, so that it is not told again."""

    def __init__(self, found: Opened) -> None:
        self._node = found.home.node
        self._alarms = found.alarms
        self._told: Json = None
        self._over = 0

    def tell(self) -> None:
        """Show others what changed, and once a minute that we live."""
        self._save()
        self._tell_slow()

    def _save(self) -> None:
        alarms, skews = (
            self._alarms.standing(),
            dict(self._node.session.of(signing_guard.Clocks).skew_ms),
        )
        now_ms = self._node.clock.now_ms()
        coarse = {party: skew_ms // 1_000 for party, skew_ms in skews.items()}
        delivered = dict(self._node.session.of(retry.Tries).delivered)
        lasts = {line: at_ms // DELIVERED_MS for line, at_ms in delivered.items()}
        over = self._node.store.timing().over
        beat = now_ms // limits.HEARTBEAT_MS
        told: Json = [repr(alarms), repr(coarse), repr(lasts), over, beat]
        if told != self._told:
            with self._node.store.write() as tx:
                status.save_served(tx, skews, alarms, now_ms, delivered)
                write_latency.save(tx, self._node.store.timing(), now_ms)
            self._told = told

    def _tell_slow(self) -> None:
        """Tell of write transactions that held the only writer for too long."""
        measured = self._node.store.timing()
        if measured.over > self._over:
            log.tell(
                "store.slow",
                {
                    "over": measured.over - self._over,
                    "longest_ms": measured.longest_us // 1_000,
                    "longest": measured.longest,
                },
            )
            self._over = measured.over
