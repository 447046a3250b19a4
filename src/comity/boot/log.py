"""The log of a process: one JSON object a line on stderr, without content or secrets.

    {"at":"2026-11-25T00:12:31.204Z","event":"wire.handshake","why":"…"}
    {"at":"2026-11-25T00:13:31.377Z","event":"wire.handshake","more":18209,"why":"…"}

A line that comes again and again is written a few times a minute and then counted: whoever
knocks at the peers' port would else fill a disk, or have a journal drop what matters.

Floor: boot.
"""

import sys
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from comity.adapters import clock
from comity.adapters.clock import SystemClock
from comity.kernel import ijson
from comity.kernel.ijson import Json

SAME_MAX: Final = 10
"""Lines in a minute that say the same."""

_MINUTE_MS: Final = 60_000

_lock = threading.Lock()
_clock = SystemClock()


class _Repeated:
    """How often what was said in this minute; its memory is that of what was written."""

    def __init__(self) -> None:
        self.said: Counter[bytes] = Counter()
        self.until_ms = 0

    def is_one_more(self, line: bytes) -> bool:
        """Count a line; return whether it is told no more."""
        self.said[line] += 1
        return self.said[line] > SAME_MAX

    def left_out(self, now_ms: int) -> list[tuple[bytes, int]]:
        """Return which lines were not told, and how often, once their minute is over."""
        if now_ms < self.until_ms:
            return []
        found = [(one, count - SAME_MAX) for one, count in self.said.items() if count > SAME_MAX]
        self.said.clear()
        self.until_ms = now_ms + _MINUTE_MS
        return found


_repeated = _Repeated()


def tell(event: str, fields: Mapping[str, str | int]) -> None:
    """Write one line; a log that cannot be written stops nothing."""
    said: dict[str, Json] = {"event": event, **fields}
    with _lock:
        _tell_left_out()
        if not _repeated.is_one_more(ijson.render(said)):
            _write(said)


def tell_left_out() -> None:
    """Write how often lines came again in the last minute, if it is over."""
    with _lock:
        _tell_left_out()


def _tell_left_out() -> None:
    for line, count in _repeated.left_out(clock.monotonic_ms()):
        said = ijson.parse(line)
        assert isinstance(said, dict)
        _write({**said, "more": count})


def _write(said: Mapping[str, Json]) -> None:
    at = datetime.fromtimestamp(_clock.now_ms() / 1_000, tz=UTC)
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    try:
        sys.stderr.write(ijson.render({"at": stamp, **said}).decode() + "\n")
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
