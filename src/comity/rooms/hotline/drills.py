"""What proves the line: drills that were planned, held or missed, and contact points tried.

    listing(node, officer)  ->  [Drill("3f1c…", "us", "desk", "held", …)]    those they may read

Source: docs/spec/hotline.md, 13.
Floor: rooms.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.figures.figures import Period
from comity.figures.observation import Observation
from comity.joint.contact.state import FAILED, PROVED
from comity.joint.hotline import acts, view
from comity.joint.hotline.state import State
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader, Wanted
from comity.node.base.rows import MatterRow, Officer
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
        joined: who has given a salt.
        kind: a code of `acts.DRILL_KINDS`.
        status: `ahead`, `held` or `missed`.
        from_ms, until_ms: its window.
        drawn_ms: the drawn instant, once the nonce is shown; or None.
        delay_ms: how long after it the call reached the other side; or None.
    """

    id: str
    party: str
    joined: tuple[str, ...]
    kind: str
    status: str
    from_ms: int
    until_ms: int
    drawn_ms: int | None
    delay_ms: int | None


def planned(node: Node, tx: Tx, path: str, period: Period, now_ms: int) -> Iterator[Drill]:
    """Give each drill that was planned in a channel, by the beginning of its window."""
    for row, one in _each(node, tx, need_to_know.every(tx), now_ms):
        if row.channel == path and period.from_ms <= one.from_ms < period.to_ms:
            yield one


def listing(node: Node, officer: Officer) -> list[Drill]:
    """Return every drill that an officer may read, the newest window first."""
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        found = [one for _, one in _each(node, tx, reader, node.clock.now_ms())]
    return sorted(found, key=lambda one: (-one.from_ms, one.id))


def _each(node: Node, tx: Tx, reader: Reader, now_ms: int) -> Iterator[tuple[MatterRow, Drill]]:
    after = None
    while page := tx.listed(reader, Wanted(kind=acts.KIND), after, _PAGE):
        for _, row in page:
            now = cast("State", cast("Any", fold_cache.of(node.rooms, row)))
            if now.plan is not None:
                yield row, _drill(row.matter.id, now, now_ms)
        after = page[-1][0]


def _drill(matter_id: str, now: State, now_ms: int) -> Drill:
    plan = now.plan
    assert plan is not None
    begun = now.turns[now.call.at].received_at_ms if now.call is not None else None
    status = HELD if now.call is not None else MISSED if view.is_missed(now, now_ms) else AHEAD
    return Drill(
        matter_id, plan.party, tuple(one.party for one in plan.shares), plan.kind, status,
        plan.from_ms, plan.until_ms,
        view.drawn_at_ms(now), view.delay_ms(now, begun),
    )  # fmt: skip


def to_json(one: Drill) -> dict[str, Json]:
    """Return a drill as commands and calls tell it."""
    return {
        "id": one.id, "party": one.party, "joined": [*one.joined], "kind": one.kind,
        "status": one.status, "from_ms": one.from_ms, "until_ms": one.until_ms,
        "drawn_ms": one.drawn_ms, "delay_ms": one.delay_ms,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """How often the contact points of one State were tried, and how it went."""

    proved: int
    failed: int


def by_owner(rows: Iterable[Observation], period: Period) -> dict[str, Tried]:
    """Return how contact points were tried in a period, State by State."""
    says = Counter((row.addressee, row.status) for row in rows if period.holds(row))
    owners = sorted({owner for owner, _ in says})
    return {one: Tried(says[one, PROVED], says[one, FAILED]) for one in owners}
