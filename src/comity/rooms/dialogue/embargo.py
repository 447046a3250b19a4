"""Outcomes that were published before the time on which all agreed: by whom, where, when.

An officer records what they saw; the session says whether it was too early.  Nothing of it crosses.

Floor: rooms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from comity.acts.points import State
from comity.acts.verb import Both, both
from comity.domestic.brief import view as brief_view
from comity.joint.dialogue import acts
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.node.room import brief

_EARLY: Final = both("Published before the agreed time", "早于商定时间公布")
_TIMELY: Final = both("Published", "已公布")


@dataclass(frozen=True, slots=True)
class Published:
    """That outcomes were seen published.

    Attributes:
        party: that published them.
        where: as an officer wrote it.
        at_ms: when it was seen.
        is_early: whether no time was agreed, or it had not come.
    """

    party: str
    where: str
    at_ms: int
    is_early: bool


def seen(tx: Tx, row: MatterRow, now: State) -> tuple[Published, ...]:
    """Return what was seen published of a session, the earliest first."""
    agreed = now.agreed(acts.PUBLISH_AT)
    return tuple(
        Published(party, where, at_ms, not agreed or at_ms < int(agreed))
        for party, where, at_ms in brief_view.published(brief.of(tx, row.channel, row.matter))
    )


def own(node: Node, tx: Tx, row: MatterRow, now: State) -> Sequence[tuple[Both, str]]:
    """Return what this State alone knows of a session: its brief, and what was published."""
    return [*brief.own(node, tx, row, now), *_told(seen(tx, row, now))]


def _told(every: Sequence[Published]) -> Iterator[tuple[Both, str]]:
    for one in every:
        when = datetime.fromtimestamp(one.at_ms // 1_000, UTC)
        words = _EARLY if one.is_early else _TIMELY
        yield words, f"{one.party} · {when:%Y-%m-%d %H:%M} UTC · {one.where}"
