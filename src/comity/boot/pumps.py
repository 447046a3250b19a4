"""The few threads that speak to peers, however many peers there are.

    one look each fifth of a second for all logs     what has changed is due
    a queue of what is due, and threads, a lane      hotline, usual, and those that are slow

A pair that has nothing to do costs no thread and no look of its own.  The hotline never queues
behind another channel, and nobody behind who does not answer: whose last round took long waits
among its like.

Source: protocol rule 16.
Floor: boot.
"""

import itertools
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.adapters import clock, wake
from comity.boot.supervision import with_care
from comity.joint.arrangement import channel as channels
from comity.node.base import channel_records, register_records, serving
from comity.node.base.context import Node
from comity.node.base.rows import Log
from comity.node.exchange import pump
from comity.node.exchange.pump import Pair

POLL_S: Final = 0.2
POLL_S_MAX: Final = 1.0
AFTER_FAULT_S: Final = 1.0
SLOW_MS: Final = 2_000
"""A round that took longer than this was of somebody who does not answer, or has very much."""

LOOK_SHARE: Final = 20
"""Looking for what another process appended takes no more than about this share of a thread: its
wake comes nearly always, so where looking takes long it is done less often."""

_HOTLINE_RANK: Final = channels.rank(channels.HOTLINE)

type _Logs = tuple[Log, ...]


@dataclass(slots=True, eq=False)
class _Turn:
    """A pair, and when its next round is.

    Attributes:
        pair: the channel and the peer.
        rank: of the channel: the least goes first.
        due_ms: when the next round is due, by the monotonic clock.
        seen: the logs of the channel after the last round, or None before the first.
        is_taken: whether it is in the queue of a lane or a round of it goes on.
        is_woken: whether something was appended since the round began.
    """

    pair: Pair
    rank: int
    due_ms: float
    seen: _Logs | None = None
    is_taken: bool = False
    is_woken: bool = False


@dataclass(slots=True)
class _Lane:
    """Threads that take from one queue; none is begun before it is needed.

    Attributes:
        threads_max: that there may be.
        waiting: what is due: by rank, then by when it became so; None ends a thread.
        threads: that run.
        open: turns that wait or go on.
    """

    threads_max: int
    waiting: "queue.PriorityQueue[tuple[int, int, _Turn | None]]" = field(
        default_factory=queue.PriorityQueue
    )
    threads: set[threading.Thread] = field(default_factory=set)
    open: int = 0


class Pumps:
    """Rounds of every channel and peer.

    Args:
        node: ours.
        woken: hears where something was appended.
        stop: set once this process ends.
        moved: told of each look.
        heard: told of each round of a hotline that changed a log, so that a call rings at once.
    """

    def __init__(
        self,
        node: Node,
        woken: wake.Listener,
        stop: threading.Event,
        moved: Callable[[], None] = lambda: None,
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        self._node = node
        self._stop = stop
        self._moved = moved
        self._heard = heard
        self._news = threading.Condition()
        self._turns: dict[Pair, _Turn] = {}
        self._slow: set[str] = set()
        self._looker: threading.Thread | None = None
        self._counter = itertools.count()
        # By whether a channel is the hotline, and whether the peer is slow.
        self._lanes: Final = {
            (True, False): _Lane(12),
            (True, True): _Lane(8),
            (False, False): _Lane(16),
            (False, True): _Lane(8),
        }
        woken.each(self._wake)

    def begin(self) -> None:
        """Begin to look, where nobody looks: at first, and once that thread has ended."""
        if self._looker is None or not self._looker.is_alive():
            self._looker = threading.Thread(target=self._hand_out, name="pumps", daemon=True)
            self._looker.start()

    def end(self) -> None:
        """Let every thread end that does nothing; the others end after their round."""
        with self._news:
            self._news.notify_all()
            for lane in self._lanes.values():
                for _ in lane.threads:
                    lane.waiting.put((-1, next(self._counter), None))

    def threads(self) -> list[threading.Thread]:
        """Return those that run."""
        with self._news:
            found = [thread for lane in self._lanes.values() for thread in lane.threads]
        return [*found, *([self._looker] if self._looker else [])]

    def channels_beside(self, party: str) -> set[str]:
        """Return the channels of every arrangement in which a party mirrors our log."""
        with self._news:
            pairs = [*self._turns]
        of = {register_records.split_channel(one.channel)[0] for one in pairs if one.party == party}
        found = {one.channel for one in pairs}
        return {one for one in found if register_records.split_channel(one)[0] in of}

    def _wake(self, channel: str) -> None:
        with self._news:
            for turn in self._turns.values():
                if not channel or turn.pair.channel == channel:
                    turn.is_woken = True
                    if not turn.is_taken:
                        self._give(turn)

    def _hand_out(self) -> None:
        while not self._stop.is_set():
            began_ms = clock.monotonic_ms()
            with_care("pump", self._look)
            self._moved()
            took_ms = clock.monotonic_ms() - began_ms
            pause_s = min(POLL_S_MAX, max(POLL_S, took_ms * LOOK_SHARE / 1_000))
            until_ms = began_ms + pause_s * 1_000
            while not self._stop.is_set() and clock.monotonic_ms() < until_ms:
                with self._news:
                    next_ms = min(self._queue_what_is_due(), until_ms)
                    self._news.wait(max(0, next_ms - clock.monotonic_ms()) / 1_000)

    def _look(self) -> None:
        """Read every log once: what has changed since its last round is due, and what is new."""
        with self._news:
            rested = {one: one.seen for one in self._turns.values() if not one.is_taken}
        found: defaultdict[str, list[Log]] = defaultdict(list)
        with self._node.store.read() as tx:
            logs = tx.logs()
            pairs = pump.pairs_of(logs)
            new = [(one, channel_records.rank(tx, one.channel)) for one in pairs - {*self._turns}]
        for log in logs:
            found[log.channel].append(log)
        with self._news:
            for pair, rank in new:
                self._turns[pair] = _Turn(pair, rank, 0)
            for pair in {*self._turns} - pairs:
                del self._turns[pair]
            for turn, seen in rested.items():  # of a round since, it is newer than what was read
                is_rested = not turn.is_taken and turn.seen is seen
                if is_rested and seen != _ordered(found[turn.pair.channel]):
                    turn.due_ms = 0

    def _queue_what_is_due(self) -> float:
        """Give what is due to its lane, and return when the next will be; the lock is held."""
        now_ms, next_ms = clock.monotonic_ms(), float("inf")
        for turn in self._turns.values():
            if turn.is_taken:
                continue
            if turn.due_ms <= now_ms:
                self._give(turn)
            else:
                next_ms = min(next_ms, turn.due_ms)
        return next_ms

    def _give(self, turn: _Turn) -> None:
        turn.is_taken = True
        lane = self._lanes[turn.rank == _HOTLINE_RANK, turn.pair.party in self._slow]
        lane.open += 1
        lane.waiting.put((turn.rank, next(self._counter), turn))
        if len(lane.threads) < min(lane.open, lane.threads_max):
            thread = threading.Thread(target=self._work, args=(lane,), name="pump", daemon=True)
            lane.threads.add(thread)
            thread.start()

    def _work(self, lane: _Lane) -> None:
        """Take turns; whatever ends this thread, the lane has another once something is due."""
        try:
            while not self._stop.is_set():
                turn = lane.waiting.get()[2]
                if turn is None:
                    return
                try:
                    self._take(turn)
                finally:
                    self._give_back(turn, lane)
        finally:
            with self._news:
                lane.threads.discard(threading.current_thread())

    def _take(self, turn: _Turn) -> None:
        began_ms = clock.monotonic_ms()
        with self._news:
            turn.is_woken = False
            turn.due_ms = began_ms + AFTER_FAULT_S * 1_000  # where it ends as nobody foresaw
        with serving.as_rank(turn.rank):
            due_ms = with_care("pump", lambda: self._round(turn.pair))
            before, seen = turn.seen, with_care("pump", lambda: self._logs(turn.pair))
        if turn.rank == _HOTLINE_RANK and seen != before:
            self._heard()
        now_ms = clock.monotonic_ms()
        with self._news:
            (self._slow.add if now_ms - began_ms > SLOW_MS else self._slow.discard)(turn.pair.party)
            turn.seen = seen
            if due_ms is None:
                turn.due_ms = now_ms + AFTER_FAULT_S * 1_000
            else:
                turn.due_ms = 0 if _is_left(before, seen) else now_ms + due_ms

    def _give_back(self, turn: _Turn, lane: _Lane) -> None:
        with self._news:
            lane.open -= 1
            turn.is_taken = False
            if turn.is_woken or turn.due_ms <= clock.monotonic_ms():
                self._give(turn)
            else:
                self._news.notify()

    def _round(self, pair: Pair) -> int:
        return pump.next_round_ms(self._node, pair, self._node.clock.now_ms())

    def _logs(self, pair: Pair) -> _Logs:
        with self._node.store.read() as tx:
            return _ordered(tx.logs(pair.channel))


def _ordered(logs: Sequence[Log]) -> _Logs:
    return tuple(sorted(logs, key=lambda one: one.origin))


def _is_left(before: _Logs | None, now: _Logs | None) -> bool:
    """Whether a log has changed in a round, and something of it is not signed or understood.

    A process beside this one appended meanwhile, and its wake found no room: what the round has
    read it read before.  What stays so, as where a log is frozen, is looked at once.
    """
    if before == now or now is None:
        return False
    if before and [log.state for log in before] != [log.state for log in now]:
        return True
    return any(log.understood < log.size or (log.own and log.signed < log.size) for log in now)
