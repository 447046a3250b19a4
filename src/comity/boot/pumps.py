"""The threads that speak to peers, one for each channel and peer: so the hotline never queues.

Floor: boot.
"""

import threading
from collections.abc import Callable
from typing import Final

from comity.adapters import clock, wake
from comity.boot.supervision import with_care
from comity.node.base import channel_records, serving
from comity.node.base.context import Node
from comity.node.base.rows import Log
from comity.node.exchange import pump
from comity.node.exchange.pump import Pair

POLL_S: Final = 0.2
AFTER_FAULT_S: Final = 1.0


class PumpThreads:
    """Those that run.

    Args:
        node: ours.
        woken: hears who wakes them.
        stop: set once this process ends.
    """

    def __init__(self, node: Node, woken: wake.Listener, stop: threading.Event) -> None:
        self._node = node
        self._woken = woken
        self._stop = stop
        self._running: dict[Pair, threading.Thread] = {}

    def look(self) -> None:
        """Start those that are missing, and those that have ended."""
        with self._node.store.read() as tx:
            found = pump.pairs(tx, self._node.party)
        for pair in found:
            if pair not in self._running or not self._running[pair].is_alive():
                thread = threading.Thread(
                    target=self._pump, args=(pair,), name=f"pump {pair.party}", daemon=True
                )
                self._running[pair] = thread
                thread.start()

    def threads(self) -> list[threading.Thread]:
        """Return them."""
        return [*self._running.values()]

    def _pump(self, pair: Pair) -> None:
        with self._node.store.read() as tx:
            rank = channel_records.rank(tx, pair.channel)
        with serving.as_rank(rank):
            self._go_on(pair)

    def _go_on(self, pair: Pair) -> None:
        wait = self._woken.waiter(pair.channel)
        seen: list[Log] | None = None
        while not self._stop.is_set():
            due_ms = with_care("pump", lambda: self._round(pair))
            before, seen = seen, with_care("pump", lambda: self._sizes(pair))
            if due_ms is None:
                self._rest(pair, wait, AFTER_FAULT_S, seen)
            elif not _is_left(before, seen):
                self._rest(pair, wait, due_ms / 1_000, seen)

    def _round(self, pair: Pair) -> int:
        return pump.next_round_ms(self._node, pair, self._node.clock.now_ms())

    def _rest(
        self, pair: Pair, wait: Callable[[float], bool], pause_s: float, before: list[Log] | None
    ) -> None:
        """Wait until the next round is due, we are woken, or a log has grown."""
        until_ms = clock.monotonic_ms() + pause_s * 1_000
        while not self._stop.is_set():
            left_s = (until_ms - clock.monotonic_ms()) / 1_000
            if left_s <= 0 or wait(min(left_s, POLL_S)):
                return
            if with_care("pump", lambda: self._sizes(pair)) != before:
                return

    def _sizes(self, pair: Pair) -> list[Log]:
        with self._node.store.read() as tx:
            return tx.logs(pair.channel)


def _is_left(before: list[Log] | None, now: list[Log] | None) -> bool:
    """Whether a log has changed in a round, and something of it is not signed or understood.

    A process beside this one appended meanwhile, and its wake found no room: what the round has
    read it read before.  What stays so, as where a log is frozen, is looked at once.
    """
    if before == now or now is None:
        return False
    if before and [log.state for log in before] != [log.state for log in now]:
        return True
    return any(log.understood < log.size or (log.own and log.signed < log.size) for log in now)
