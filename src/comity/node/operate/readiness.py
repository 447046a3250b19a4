"""Whether what a node is for moves: said by the process that serves, read by who watches it.

    save(tx, now_ms, still)       the process that serves, every ten seconds
    still(tx, now_ms)             what has not moved for too long, or `all` where nothing was said

What is said goes through the one writer, so that a writer which hangs says nothing.

Floor: node.
"""

from collections.abc import Sequence
from typing import Final

from comity.kernel.ijson import Json
from comity.node.base.ports import Tx

RECORD: Final = "ready"
EACH_MS: Final = 10_000
"""It is said so often."""

STALE_MS: Final = 3 * EACH_MS
"""Of what was said before that nothing is known."""

ALL: Final = "all"


def save(tx: Tx, now_ms: int, silent: Sequence[str]) -> None:
    """Say what has not moved for too long; nothing, where all does."""
    told: list[Json] = [*silent]
    tx.save_record(RECORD, "now", {"at_ms": now_ms, "still": told})


def still(tx: Tx, now_ms: int) -> tuple[str, ...]:
    """Return what has not moved for too long: no name where the node is ready."""
    value = tx.record(RECORD, "now")
    at_ms = value.get("at_ms") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(at_ms, int):
        return (ALL,)
    names = value.get("still")
    if abs(now_ms - at_ms) > STALE_MS or not isinstance(names, list):
        return (ALL,)
    return tuple(map(str, names))
