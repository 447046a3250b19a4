"""Whose turn it is: how much of the listener one party may hold at a time, and all together.

    a connection has something to read        one worker more of its party     else it waits
    the head is read: what is asked?          one answer more, and its bytes   else it waits
    the answer has left                       the next that waits goes on

A line that is slow, or that somebody keeps slow, holds a worker for as long as its request
takes.  So few workers are one party's, the hotline has some that nothing else may take, and who
finds no place waits without one.  Bodies and answers are held in memory whole: a large one
waits until there is room.  A party that asks for one thing at a time in each of its channels
notices none of this.

Source: protocol rule 24; docs/spec/wire.md 7.7.5; docs/spec/channel.md 4.1.3.
Floor: surfaces.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from comity.kernel import limits

PLAIN_MAX: Final = 14
"""Answers at once that are not the hotline's, of all parties together."""

FIRST_MIN: Final = 7
"""Of these, those that only a party takes which holds none: four that drip leave some to others."""

PLAIN_PER_PARTY_MAX: Final = 4
HOTLINE_PER_PARTY_MAX: Final = 2
WORKERS_PER_PARTY_MAX: Final = PLAIN_PER_PARTY_MAX + HOTLINE_PER_PARTY_MAX
"""While they read heads too, of which each takes seconds at most."""

LINGERING_MAX: Final = 12
"""Workers that stay for a moment with a connection that was answered, of all parties together."""

SMALL_BYTES_MAX: Final = limits.DELIVERY_BYTES_MAX
"""What holds no more than that needs no room: the numbers above bound it."""

BYTES_MAX: Final = 96 << 20
BYTES_PER_PARTY_MAX: Final = limits.REQUEST_BYTES_MAX
"""The largest request, alone; while one party holds that much, others still have room."""

WAITING_PER_PARTY_MAX: Final = 256
"""Connections that wait; a peer has one for each channel that both share."""


@dataclass(slots=True, eq=False)
class Seat:
    """What one connection holds of the listener, and what it wants.

    Attributes:
        party: whose connection it is.
        is_asked: whether a head was read that is not answered.
        is_hotline: whether that says to be of the hotline.
        size_bytes: how much of its body or answer is held at once, at most.
        has_worker: whether a worker is busy with it.
        is_answered: whether its request is being answered.
        lingers: whether a worker waits a moment for its next request.
    """

    party: str
    is_asked: bool = False
    is_hotline: bool = False
    size_bytes: int = 0
    has_worker: bool = False
    is_answered: bool = False
    lingers: bool = False

    @property
    def is_parked(self) -> bool:
        """Whether a head was read, and its turn has not come."""
        return self.is_asked and not self.is_answered

    def ask(self, size_bytes: int, *, is_hotline: bool) -> None:
        """Say what a head that was read wants."""
        self.is_asked, self.is_hotline = True, is_hotline
        self.size_bytes = min(size_bytes, BYTES_PER_PARTY_MAX)

    @property
    def room_bytes(self) -> int:
        """What it needs room for."""
        return self.size_bytes if self.size_bytes > SMALL_BYTES_MAX else 0


type Go = Callable[[], None]


class Turns:
    """Who holds what; called from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: Counter[str] = Counter()
        self._answers: Counter[tuple[str, bool]] = Counter()
        self._bytes: Counter[str] = Counter()
        self._lingering = 0
        self._waiting: dict[tuple[str, bool, bool], deque[tuple[Seat, Go]]] = {}
        self._is_over = False

    def take(self, seat: Seat) -> bool:
        """Take what a connection wants, if it may have that now."""
        with self._lock:
            return self._take(seat)

    def take_or_wait(self, seat: Seat, go: Go) -> bool:
        """Take what a connection wants, or let it wait; False if it may not even wait.

        Args:
            seat: of the connection, which holds nothing.
            go: lets a worker go on with the connection.
        """
        with self._lock:
            if not self._take(seat):
                if self._is_over or self._waiting_of(seat.party) >= WAITING_PER_PARTY_MAX:
                    return False
                kind = (seat.party, seat.is_asked, seat.is_hotline)
                self._waiting.setdefault(kind, deque()).append((seat, go))
                return True
        go()
        return True

    def leave(self, seat: Seat) -> None:
        """Give back what a connection holds, and let go on who waited for that."""
        with self._lock:
            self._give_back(seat)
            ready = self._ready()
        for go in ready:
            go()

    def linger(self, seat: Seat) -> bool:
        """Give back all but the worker, which may stay for a moment if nobody wants it."""
        with self._lock:
            self._give_back(seat)
            ready = self._ready()
            is_wanted = self._lingering >= LINGERING_MAX or self._waiting_of(seat.party) > 0
            seat.lingers = not is_wanted and not ready
            self._lingering += seat.lingers
        for go in ready:
            go()
        return seat.lingers

    def waiting(self) -> int:
        """Return how many connections wait."""
        with self._lock:
            return sum(map(len, self._waiting.values()))

    def end(self) -> None:
        """Let nobody wait any more; who does is let go, to be closed."""
        with self._lock:
            self._is_over = True
            waited = [go for queue in self._waiting.values() for _, go in queue]
            self._waiting.clear()
        for go in waited:
            go()

    def _take(self, seat: Seat) -> bool:
        if not self._may(seat):
            return False
        if seat.lingers:
            seat.lingers = False
            self._lingering -= 1
        if not seat.has_worker:
            seat.has_worker = True
            self._workers[seat.party] += 1
        if seat.is_asked and not seat.is_answered:
            seat.is_answered = True
            self._answers[seat.party, seat.is_hotline] += 1
            self._bytes[seat.party] += seat.room_bytes
        return True

    def _may(self, seat: Seat) -> bool:
        if not seat.has_worker and self._workers[seat.party] >= WORKERS_PER_PARTY_MAX:
            return False
        if not seat.is_asked or seat.is_answered:
            return True
        return self._may_be_answered(seat)

    def _may_be_answered(self, seat: Seat) -> bool:
        most = HOTLINE_PER_PARTY_MAX if seat.is_hotline else PLAIN_PER_PARTY_MAX
        if self._answers[seat.party, seat.is_hotline] >= most:
            return False
        if not seat.is_hotline and not self._has_plain(seat.party):
            return False
        return not seat.room_bytes or (
            self._bytes[seat.party] + seat.room_bytes <= BYTES_PER_PARTY_MAX
            and self._bytes.total() + seat.room_bytes <= BYTES_MAX
        )

    def _has_plain(self, party: str) -> bool:
        """Return whether a place is left for a party: the first of a party, or one more."""
        held = {of: count for (of, is_hotline), count in self._answers.items() if not is_hotline}
        if sum(held.values()) >= PLAIN_MAX:
            return False
        more = sum(count - 1 for count in held.values() if count)
        return not held.get(party) or more < PLAIN_MAX - FIRST_MIN

    def _give_back(self, seat: Seat) -> None:
        if seat.lingers:
            self._lingering -= 1
        if seat.has_worker:
            self._workers[seat.party] -= 1
        if seat.is_answered:
            self._answers[seat.party, seat.is_hotline] -= 1
            self._bytes[seat.party] -= seat.room_bytes
            seat.is_asked = False
        seat.lingers = seat.has_worker = seat.is_answered = False

    def _waiting_of(self, party: str) -> int:
        return sum(len(queue) for (of, *_), queue in self._waiting.items() if of == party)

    def _ready(self) -> list[Go]:
        """Take what those who waited want, as far as they may have it; the hotline first.

        Who got a place stands behind the others: parties that always ask for more would else
        hand the places of all to each other, and one more party would wait for ever.
        """
        ready: list[Go] = []
        for kind in sorted(self._waiting, key=lambda kind: (not kind[2], kind[1])):
            queue = self._waiting[kind]
            count = len(ready)
            while queue and self._take(queue[0][0]):
                ready.append(queue.popleft()[1])
            if len(ready) > count:
                del self._waiting[kind]
                if queue:
                    self._waiting[kind] = queue
        return ready
