"""Who was rung here for a call, and who is next: this State alone knows it.

Floor: rooms.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from comity.acts.verb import Both, both
from comity.domestic.duty import ladder
from comity.domestic.duty.ladder import Ring
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.node.desk.duty import rings

RUNG: Final = both("Rung", "已呼叫")
ANSWERED: Final = both("Answered the message", "已回应消息")
NEXT: Final = both("Next rung at the earliest", "下一级最早呼叫时间")
ENDED: Final = both("Rang until", "响铃结束")


def lines(tx: Tx, row: MatterRow) -> Sequence[tuple[Both, str]]:
    """Return who was rung for a call, rung by rung, and when the next is."""
    return [line for one in rings.of_matter(tx, row) for line in _lines(tx, one)]


def _lines(tx: Tx, ring: Ring) -> Iterator[tuple[Both, str]]:
    for one in ring.rang:
        yield RUNG, f"{at(one.at_ms)} {', '.join(one.officers)}"
    for name, at_ms in ring.answered:
        yield ANSWERED, f"{at(at_ms)} {name}"
    if ring.ended_ms is not None:
        yield ENDED, at(ring.ended_ms)
        return
    next_ms = ladder.next_ms(rings.ladder(tx), ring)
    if next_ms is not None:
        yield NEXT, at(next_ms)


def at(at_ms: int) -> str:
    """Return an instant in words, as every zone reads it."""
    return datetime.fromtimestamp(at_ms // 1_000, UTC).strftime("%Y-%m-%d %H:%M UTC")
