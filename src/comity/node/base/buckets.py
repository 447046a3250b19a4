"""How much a session or an address may ask: leaky buckets, of a bounded number of callers.

    requests = Buckets(capacity=60, per_s=1, callers_max=4_096)
    wait_s = requests.spend("session-id", 1, now_ms)       # 0: go on

What is over the bound is refused, and costs nothing; a debt, such as an answer that was larger
than what was left, is waited for.  Whoever asked least lately is forgotten first.

Floor: node (`now_ms` is a parameter).
"""

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """A bound.

    Attributes:
        capacity: what may be spent at once; > 0.
        per_s: what flows back in a second; > 0.
    """

    capacity: float
    per_s: float


class Buckets:
    """What each of many callers has left; called from many threads."""

    def __init__(self, callers_max: int) -> None:
        """Begin with all full.

        Args:
            callers_max: of how many it is remembered what they have spent.
        """
        self._callers_max = callers_max
        self._left: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, caller: str, rate: Rate, now_ms: int) -> int:
        """Return for how many seconds a caller must wait; 0: not at all."""
        with self._lock:
            left = self._now(caller, rate, now_ms)
        return 0 if left > 0 else math.ceil((1 - left) / rate.per_s)

    def spend(self, caller: str, rate: Rate, amount: float, now_ms: int) -> int:
        """Take an amount if so much is left; return for how many seconds to wait."""
        with self._lock:
            left = self._now(caller, rate, now_ms)
            if left >= amount:
                self._keep(caller, left - amount, now_ms)
                return 0
        return math.ceil((amount - left) / rate.per_s)

    def charge(self, caller: str, rate: Rate, amount: float, now_ms: int) -> None:
        """Take an amount, whatever is left: it was spent already."""
        with self._lock:
            self._keep(caller, self._now(caller, rate, now_ms) - amount, now_ms)

    def _now(self, caller: str, rate: Rate, now_ms: int) -> float:
        left, at_ms = self._left.get(caller, (rate.capacity, now_ms))
        return min(rate.capacity, left + max(0, now_ms - at_ms) * rate.per_s / 1_000)

    def _keep(self, caller: str, left: float, now_ms: int) -> None:
        self._left[caller] = (left, now_ms)
        self._left.move_to_end(caller)
        if len(self._left) > self._callers_max:
            self._left.popitem(last=False)
