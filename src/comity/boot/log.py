"""The log of a process: one JSON object a line on stderr, without content or secrets.

    {"at":"2026-11-25T00:12:31.204Z","event":"wire.handshake","why":"…"}

Floor: boot.
"""

import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime

from comity.adapters.clock import SystemClock
from comity.kernel import ijson
from comity.kernel.ijson import Json

_lock = threading.Lock()
_clock = SystemClock()


def tell(event: str, fields: Mapping[str, str | int]) -> None:
    """Write one line; a log that cannot be written stops nothing."""
    at = datetime.fromtimestamp(_clock.now_ms() / 1_000, tz=UTC)
    line: dict[str, Json] = {
        "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "event": event,
        **fields,
    }
    try:
        with _lock:
            sys.stderr.write(ijson.render(line).decode() + "\n")
            sys.stderr.flush()
    except (OSError, ValueError):
        return


def where(error: BaseException) -> dict[str, str | int]:
    """Return what broke and where, without what was in it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""
    return {"error": type(error).__name__, "at_line": at}
