"""How many connections a listener closed that it had not served, and who opened most of them.

    unserved = Unserved(monotonic_ms)
    unserved.note("192.0.2.1")      one was closed: it took too long, or there was no place for it
    unserved.look("peers'")         once a minute: Fault where callers press this listener

Floor: surfaces.
"""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Final

from comity.kernel.fault import Fault
from comity.node.base import strangers

PRESSED: Final = 100
"""Connections of a minute that are too many: browsers that open some in advance stay far below."""

_MINUTE_MS: Final = 60_000
_ADDRESSES_MAX: Final = 4_096


class Unserved:
    """The connections of one listener that were closed unserved; called from many threads."""

    def __init__(self, monotonic_ms: Callable[[], int]) -> None:
        """Begin to count."""
        self._monotonic_ms = monotonic_ms
        self._since_ms = monotonic_ms()
        self._count = 0
        self._by_address: Counter[str] = Counter()
        self._lock = threading.Lock()

    def note(self, address: str) -> None:
        """Count one; of more addresses than are kept the first ones are told apart."""
        caller = strangers.network(address)
        with self._lock:
            self._count += 1
            if caller in self._by_address or len(self._by_address) < _ADDRESSES_MAX:
                self._by_address[caller] += 1

    def look(self, whose: str) -> None:
        """Begin to count anew.

        Args:
            whose: listener it is, as a person says it.

        Raises:
            Fault: `surfaces.listener.pressed`: there were too many since the last look.
        """
        with self._lock:
            now_ms = self._monotonic_ms()
            minutes = max((now_ms - self._since_ms) / _MINUTE_MS, 1)
            count, by_address = self._count, self._by_address
            self._since_ms, self._count, self._by_address = now_ms, 0, Counter()
        if count < PRESSED * minutes:
            return
        address, most = by_address.most_common(1)[0]
        raise Fault(
            code="surfaces.listener.pressed",
            what=f"Callers press the {whose} listener: {count} connections were closed unserved "
            f"in {round(minutes)} min, of {len(by_address)} addresses, {most} of {address}.",
            fix="Partners and officers are served meanwhile. Shut such addresses out in front of "
            "this machine, in the firewall.",
        )
