"""Refolding the matters that something touched, from their first act (protocol rule 18).

Floor: node.
"""

from collections.abc import Iterable, Mapping

from comity.acts import order
from comity.acts.order import Placed
from comity.acts.record import Matter
from comity.acts.seen import join
from comity.node.exchange.trust import Trust
from comity.node.ports import Tx
from comity.node.rooms import ROOMS
from comity.node.rows import MatterRow, UnderstoodAct


def placed(trust: Trust, row: UnderstoodAct) -> Placed:
    """Return an understood act as the order of its matter sees it."""
    return Placed(
        act=row.act,
        origin=row.origin,
        party_place=trust.arrangement.place(row.party),
        generation=row.generation,
        index=row.index,
        seen=row.seen,
        depth=row.depth,
    )


def refold(tx: Tx, trust: Trust, matters: Iterable[Matter], own_ms: int) -> None:
    """Fold each matter anew and keep its state.

    Args:
        tx: a write.
        trust: of the channel.
        matters: those that were touched; kinds without a room fold to nothing.
        own_ms: time for a matter that no receipt covers yet.
    """
    rows = [
        _folded(tx, trust, matter, own_ms)
        for matter in dict.fromkeys(matters)
        if matter.kind in ROOMS
    ]
    tx.save_matters([row for row in rows if row])


def _folded(tx: Tx, trust: Trust, matter: Matter, own_ms: int) -> MatterRow | None:
    room = ROOMS[matter.kind]
    rows = tx.acts_of(trust.channel, matter)
    if not rows:
        return None
    ordered = order.in_order(placed(trust, row) for row in rows)
    parties = trust.arrangement.party_ids()
    received = [received_ms(tx, trust, p) for p in ordered]
    state = room.fold_all(
        [
            (p, order.crossed(ordered, n), parties[p.party_place], received[n])
            for n, p in enumerate(ordered)
        ]
    )
    times = [at_ms for at_ms in received if at_ms is not None]
    return MatterRow(
        matter=matter,
        channel=trust.channel,
        status=room.status(state),
        holder=room.holder(state),
        urgency=room.urgency(state),
        asker=room.asker(state),
        touched=join(*({row.origin: row.index + 1} for row in rows)),
        at_ms=max(times, default=own_ms),
        state=room.to_json(state),
        digest=room.digest(state),
    )


def received_ms(tx: Tx, trust: Trust, at: Placed) -> int | None:
    """Return when every addressee of an act had received it, by effective time, or None.

    An entry that its reader could not open counts from the act that showed its opening
    (protocol rule 20).
    """
    author = trust.arrangement.party_ids()[at.party_place]
    to = [a.party for a in at.act.to if a.party != author] or trust.arrangement.others(author)
    times: list[int] = []
    for party in to:
        origin, size = at.origin, at.index + 1
        shown = tx.record("opening", f"{at.origin}|{at.index}|{party}")
        if isinstance(shown, dict):
            origin, size = str(shown["origin"]), int(str(shown["index"])) + 1
        receipts = (
            tx.first_receipt(log.origin, origin, size) for log in trust.logs if log.party == party
        )
        found = [receipt.effective_ms for receipt in receipts if receipt]
        if not found:
            return None
        times.append(min(found))
    return max(times)


def matters_between(tx: Tx, origin: str, start: int, end: int) -> list[Matter]:
    """Return the matters of a log's acts in `[start, end)`, foreign acts left out."""
    return [row.act.matter for row in tx.acts(origin, start, end) if not row.foreign]


def digests(rows: Iterable[MatterRow]) -> Mapping[str, str]:
    """Return `{kind/id: digest}`: what two nodes compare."""
    return {f"{row.matter.kind}/{row.matter.id}": row.digest for row in rows}
