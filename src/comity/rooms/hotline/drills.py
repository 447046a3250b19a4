"""Drills that were planned: held, missed or ahead, and how late they began.

Source: docs/spec/hotline.md, 13.
Floor: rooms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.figures.figures import Period
from comity.joint.hotline import acts, view
from comity.joint.hotline.state import State
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Wanted
from comity.node.room import fold_cache, need_to_know

HELD: Final = "held"
MISSED: Final = "missed"
AHEAD: Final = "ahead"
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Drill:
    """One drill that was planned.

    Attributes:
        id: of the matter.
        party: that planned it.
        kind: a code of `acts.DRILL_KINDS`.
        status: `ahead`, `held` or `missed`.
        from_ms, until_ms: its window.
        drawn_ms: the drawn instant, once the nonce is shown; or None.
        delay_ms: how long after it the call reached the other side; or None.
    """

    id: str
    party: str
    kind: str
    status: str
    from_ms: int
    until_ms: int
    drawn_ms: int | None
    delay_ms: int | None


def planned(node: Node, tx: Tx, path: str, period: Period, now_ms: int) -> Iterator[Drill]:
    """Give each drill that was planned in a channel, by the beginning of its window."""
    after = None
    while page := tx.listed(need_to_know.every(tx), Wanted(kind=acts.KIND), after, _PAGE):
        for _, row in page:
            now = cast("State", cast("Any", fold_cache.of(node.rooms, row)))
            plan = now.plan
            if row.channel != path or plan is None:
                continue
            if period.from_ms <= plan.from_ms < period.to_ms:
                yield _drill(row.matter.id, now, now_ms)
        after = page[-1][0]


def _drill(matter_id: str, now: State, now_ms: int) -> Drill:
    plan = now.plan
    assert plan is not None
    begun = now.turns[now.call.at].received_at_ms if now.call is not None else None
    status = HELD if now.call is not None else MISSED if view.is_missed(now, now_ms) else AHEAD
    return Drill(
        matter_id, plan.party, plan.kind, status, plan.from_ms, plan.until_ms,
        view.drawn_at_ms(now), view.delay_ms(now, begun),
    )  # fmt: skip
