"""The clock of this machine.

Floor: adapters.
"""

import time


class SystemClock:
    """The only source of time of a node that serves."""

    def now_ms(self) -> int:
        """Return milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000


def monotonic_ms() -> int:
    """Return milliseconds that never go back, from an unknown start: for budgets and waits."""
    return time.monotonic_ns() // 1_000_000


def processor_us() -> int:
    """Return the processor time of the calling thread, microseconds."""
    return time.thread_time_ns() // 1_000
