"""The clock of the peer: the one place that reads it."""

import time


def now_ms() -> int:
    """Milliseconds since 1970 UTC (1.2.4)."""
    return time.time_ns() // 1_000_000
