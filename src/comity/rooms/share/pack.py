"""What a meeting of experts has before it: figures since the last one, and what is still open.

    pack(node, officer)  ->  Pack(since_ms, figures, disputes, stopping)

Figures are those that the other side computes alike; disputes and what is not stopped are those
of the shares that the officer may read.

Source: docs/spec/share.md, 17.
Floor: rooms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.figures.figures import Period
from comity.joint.share import acts, positions, view
from comity.joint.share.state import State
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import dated
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk import matters
from comity.node.room import need_to_know
from comity.node.room.matter_lookup import every
from comity.rooms.share import board, figures, figures_json
from comity.rooms.share.figures import Figures

SESSION: Final = "dialogue"
"""The kind of matter whose last one begins the period."""


@dataclass(frozen=True, slots=True)
class Open:
    """A dispute that is open, or something that a taker has not stopped.

    Attributes:
        share: id of the matter.
        category: of it.
        giver: of it.
        party: the taker.
        act_id: of the dispute, the retraction or the narrowing.
        reason: its code; of a narrowing the mark.
        objects: how many it is about.
        since_ms: when every party held it, or None.
        said: of something that was taken back, the last word: told, confirmed, open; or None.
    """

    share: str
    category: str
    giver: str
    party: str
    act_id: str
    reason: str
    objects: int
    since_ms: int | None
    said: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """The pack.

    Attributes:
        since_ms: from when figures count: the last session, unless another day was named.
        figures: since then.
        disputes: those that the giver has not answered.
        stopping: what takers have not stopped.
    """

    since_ms: int
    figures: Figures
    disputes: tuple[Open, ...]
    stopping: tuple[Open, ...]


def pack(
    node: Node, officer: Officer, since_ms: int | None = None, channel: str = ""
) -> Pack | Inadmissible:
    """Return the pack.

    Args:
        node: ours.
        officer: who asks.
        since_ms: from when figures count; None: the last session that the officer may read.
        channel: its path, or "" where this node is paired in one arrangement.

    Raises:
        Fault: `node.review.channel`, `node.store.*`.
    """
    now_ms = node.clock.now_ms()
    if since_ms is None:
        with node.store.read() as tx:
            since_ms = _last_session_ms(node, tx, officer, now_ms)
    found = figures.figures(node, officer, Period(since_ms, max(now_ms, since_ms + 1)), channel)
    if isinstance(found, Inadmissible):
        return found
    rows, _ = matters.page(node, officer, acts.KIND, "", board.SHARES_MAX)
    read = node.rooms[acts.KIND].from_json
    states = [(row, read(row.state)) for row in rows if row.channel == found.channel]
    disputes = [one for row, now in states for one in _disputes(row, now)]
    stopping = [one for row, now in states for one in _stopping(row, now)]
    return Pack(since_ms, found, tuple(disputes), tuple(stopping))


def _last_session_ms(node: Node, tx: Tx, officer: Officer, now_ms: int) -> int:
    room = node.rooms.get(SESSION)
    if room is None or room.dated is None:
        return 0
    held = (
        room.dated(room.from_json(row.state))
        for row in every(tx, need_to_know.reader(tx, officer), SESSION)
    )
    times = [
        one.at_ms for one in held if one and one.status == dated.CONFIRMED and one.at_ms < now_ms
    ]
    return max(times, default=0)


def _disputes(row: MatterRow, now: State) -> Iterator[Open]:
    giving = now.giving
    for one in now.disputes if giving is not None else ():
        if giving is not None and view.dispute_status(now, one) == view.OPEN:
            yield Open(
                row.matter.id, giving.category, giving.party, one.party, one.id, one.reason,
                positions.number(one.positions), now.turns[one.at].received_at_ms,
            )  # fmt: skip


def _stopping(row: MatterRow, now: State) -> Iterator[Open]:
    giving = now.giving
    for party in now.takers if giving is not None else ():
        for one in view.owed(now, party):
            said = view.last_stop(now, party, one)
            reason = getattr(one, "reason", "") or getattr(one, "mark", "")
            assert giving is not None
            yield Open(
                row.matter.id, giving.category, giving.party, party, one.id, reason,
                positions.number(one.positions), now.turns[one.at].received_at_ms,
                (said.told, said.confirmed, said.open) if said else None,
            )  # fmt: skip


def facts(now: State) -> dict[str, Json]:
    """Return what the pack for principals has of a share: both nodes compute the same."""
    opened = now.giving or now.declaration
    if opened is None:
        return {}
    owed = {party: sum(1 for _ in view.owed(now, party)) for party in now.takers}
    return {
        "category": opened.category,
        "objects": sum(one.objects for one in now.bundles),
        "retracted": positions.number(
            positions.united(*(one.positions for one in now.retractions))
        ),
        "disputed": sum(view.dispute_status(now, one) == view.OPEN for one in now.disputes),
        "not_stopped": [party for party, count in owed.items() if count],
    }


def to_json(found: Pack) -> dict[str, Json]:
    """Return what a command and a call tell."""
    return {
        "since_ms": found.since_ms,
        "figures": figures_json.to_json(found.figures),
        "disputes": [_open_json(one) for one in found.disputes],
        "stopping": [_open_json(one) for one in found.stopping],
    }


def _open_json(one: Open) -> Json:
    told, confirmed, left = one.said or (None, None, None)
    return {
        "share": one.share, "category": one.category, "giver": one.giver, "party": one.party,
        "act": one.act_id, "reason": one.reason, "objects": one.objects,
        "since_ms": one.since_ms, "told": told, "confirmed": confirmed, "open": left,
    }  # fmt: skip
