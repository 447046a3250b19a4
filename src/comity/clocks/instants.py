"""Instants as people write them: RFC 3339, with seconds and a zone.

    2026-11-24T09:12:00Z      2026-11-24T17:12:00+08:00

Floor: clocks (pure).
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_SHAPE: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_ZONED: Final = re.compile(r".*([Zz]|[+-][0-9]{2}:[0-9]{2})")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

NO_INSTANT: Final = "no-instant"
NO_ZONE: Final = "no-zone"


def parse(text: object) -> int | None:
    """Return milliseconds since 1970 UTC, or None for what is no instant with a zone."""
    value, problem = read(text)
    return None if problem else value


def read(text: object) -> tuple[int, str]:
    """Return milliseconds since 1970 UTC and what is wrong: `no-instant`, `no-zone` or ""."""
    if not isinstance(text, str) or not _SHAPE.fullmatch(text):
        return 0, NO_INSTANT
    try:
        at = datetime.fromisoformat(text.upper())
        if not _ZONED.fullmatch(text):
            return 0, NO_ZONE
        return (at - _EPOCH) // timedelta(milliseconds=1), ""
    except (ValueError, OverflowError):
        return 0, NO_INSTANT


def render(at_ms: int) -> str:
    """Return an instant in UTC, to the second."""
    at = _EPOCH + timedelta(milliseconds=at_ms)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
