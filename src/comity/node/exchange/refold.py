"""Refolding the matters that something touched, from their first act (protocol rule 18).

Floor: node.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import batched
from types import MappingProxyType
from typing import Final

from comity.acts import order
from comity.acts.causality import Cut, join
from comity.acts.order import Placed, Stood
from comity.acts.record import Matter
from comity.kernel import ijson
from comity.node.base import history
from comity.node.base.filing import Filing
from comity.node.base.history import Heard, History, Received
from comity.node.base.ports import Tx
from comity.node.base.reader import Filed
from comity.node.base.rooms import Rooms
from comity.node.base.rows import ActDepth, MatterRow, UnderstoodAct
from comity.node.base.trust import Trust

EXTENDS: Final = "request-extends"
EXTENDING_MAX: Final = 64
_AT_ONCE: Final = 64
"""Matters of which the acts are asked for at once."""


def placed(trust: Trust, row: UnderstoodAct) -> Placed:
    """Return an understood act as the order of its matter sees it."""
    return row.placed(trust.arrangement.place(row.party))


def stood(trust: Trust, row: ActDepth) -> Stood:
    """Return where an act stands as the depths of its matter see it."""
    place = trust.arrangement.place(row.party)
    return Stood(row.origin, place, row.generation, row.index, row.depth)


def with_new_depths(trust: Trust, rows: Sequence[UnderstoodAct]) -> list[UnderstoodAct]:
    """Return the rows of one matter with depths computed from nothing."""
    deep = order.with_depths(placed(trust, row) for row in rows)
    depths = {(one.origin, one.index): one.depth for one in deep}
    return [replace(row, depth=depths[row.origin, row.index]) for row in rows]


def acts_count(rooms: Rooms, tx: Tx, trust: Trust, matters: Iterable[Matter]) -> int:
    """Return how many acts are read to fold some matters, without reading them."""
    return tx.acts_count(trust.channel, [one for one in matters if one.kind in rooms])


def refold(
    rooms: Rooms,
    tx: Tx,
    trust: Trust,
    matters: Iterable[Matter],
    own_ms: int,
    known: Mapping[Matter, Sequence[Placed]] = MappingProxyType({}),
) -> None:
    """Fold each matter anew and keep its state.

    Args:
        rooms: of this node.
        tx: a write.
        trust: of the channel.
        matters: those that were touched; kinds without a room fold to nothing.
        own_ms: time for a matter that no receipt covers yet.
        known: all acts of a matter, where the caller has just read them.
    """
    keep(rooms, tx, list(each(rooms, tx, trust, dict.fromkeys(matters), own_ms, known)))


@dataclass(frozen=True, slots=True)
class Folded:
    """A matter as it is kept and listed."""

    row: MatterRow
    filed: Filed


def each(
    rooms: Rooms,
    tx: Tx,
    trust: Trust,
    matters: Iterable[Matter],
    own_ms: int,
    known: Mapping[Matter, Sequence[Placed]] = MappingProxyType({}),
) -> Iterator[Folded]:
    """Fold each matter, and keep nothing; the arguments are those of `refold`."""
    times = Times(tx, trust)
    filing = Filing(rooms, tx, trust.arrangement, trust.logs)
    for some in batched((one for one in matters if one.kind in rooms), _AT_ONCE, strict=False):
        read = tx.acts_of_each(trust.channel, [one for one in some if one not in known])
        for matter in some:
            acts = known.get(matter)
            if acts is None:
                acts = [placed(trust, row) for row in read[matter]]
            if acts:
                row, state = _fold(rooms, times, matter, acts, own_ms)
                yield Folded(row, filing.filed(row, state, acts))


def keep(rooms: Rooms, tx: Tx, folded: Sequence[Folded]) -> None:
    """Keep what `each` gave."""
    tx.save_matters([one.row for one in folded])
    tx.file([one.filed for one in folded])
    for one in folded:
        _note_extension(rooms, tx, one.row)


def _note_extension(rooms: Rooms, tx: Tx, row: MatterRow) -> None:
    """Note which matter a matter extends, so that the clocks of the earlier one find it."""
    clocks = rooms[row.matter.kind].clocks
    earlier = clocks.earlier(row.state) if clocks else ""
    if earlier:
        tx.save_record(EXTENDS, f"{row.channel}|{earlier}|{row.matter.id}", row.matter.id)


def extending(tx: Tx, channel: str, matter_id: str) -> list[str]:
    """Return the ids of the requests that were ever noted to extend one."""
    prefix = f"{channel}|{matter_id}|"
    found = tx.records(EXTENDS, after=prefix, count_max=EXTENDING_MAX)
    return [key.removeprefix(prefix) for key in found if key.startswith(prefix)]


def folded(
    rooms: Rooms, times: "Times", matter: Matter, acts: Sequence[Placed], own_ms: int
) -> MatterRow:
    """Return the state of one matter as its acts give it; keeps nothing."""
    return _fold(rooms, times, matter, acts, own_ms)[0]


def state_of(rooms: Rooms, tx: Tx, trust: Trust, matter: Matter) -> object:
    """Return where a matter of a room stands by all its acts, as the room has it; keeps nothing."""
    acts = [placed(trust, row) for row in tx.acts_of(trust.channel, matter)]
    if not acts:
        return rooms[matter.kind].empty(trust.arrangement.party_ids())
    return _fold(rooms, Times(tx, trust), matter, acts, 0)[1]


def _fold(
    rooms: Rooms, times: "Times", matter: Matter, acts: Sequence[Placed], own_ms: int
) -> tuple[MatterRow, object]:
    room, trust = rooms[matter.kind], times.trust
    told = history_of(times, acts)
    among = told.among
    received = [one.held_by_ms(among) for one in told.heard]
    state = room.fold(told)
    value = room.to_json(state)
    spelled = ijson.render(value)
    line = room.line(state)
    row = MatterRow(
        matter=matter,
        channel=trust.channel,
        status=line.status,
        holder=line.holder,
        urgency=line.urgency,
        asker=line.asker,
        touched=join(*({p.origin: p.index + 1} for p in acts)),
        at_ms=max((at_ms for at_ms in received if at_ms is not None), default=own_ms),
        state=value,
        digest=hashlib.sha256(spelled).hexdigest(),
        spelled=spelled,
    )
    return row, state


def history_of(times: "Times", acts: Sequence[Placed]) -> History:
    """Return the history that acts of one matter are, by the receipts of a transaction or cut."""
    by = {(one.origin, one.index): times.addressed(one) for one in acts}
    return history.of(times.trust.arrangement.party_ids(), acts, by)


@dataclass(frozen=True, slots=True)
class _First:
    """The first receipt of sizes from `low` to `high`."""

    low: int
    high: int
    receipt: Received


class Times:
    """When acts were received, by the receipts of one transaction, or of a cut within it.

    One receipt covers many acts, so what was found for one is remembered for those beside it.

    Attributes:
        trust: of their channel.
    """

    def __init__(self, tx: Tx, trust: Trust, cut: Cut | None = None) -> None:
        self._tx = tx
        self.trust = trust
        self._cut = cut
        self._newest: dict[tuple[str, str], int] = {}
        self._found: dict[tuple[str, str], _First] = {}

    def received_ms(self, at: Placed) -> int | None:
        """Return when every addressee of an act had received it, by effective time, or None."""
        return Heard(at, crossed=False, party="", by=self.addressed(at)).at_ms

    def addressed(self, at: Placed) -> Mapping[str, Received | None]:
        """Return by which receipt each addressee of an act had it, or None: see `received_ms`."""
        author = self.trust.arrangement.party_ids()[at.party_place]
        to = [a.party for a in at.act.to if a.party != author]
        others = to or self.trust.arrangement.others(author)
        return {party: self.by(party, at) for party in others}

    def by(self, party: str, at: Placed) -> Received | None:
        """Return the receipt by which a party first had an act: see `received_ms`; or None."""
        logs = (log.origin for log in self.trust.logs if log.party == party)
        first = (self._first(log, at.origin, at.index + 1) for log in logs)
        known = (one.receipt for one in first if one is not None)
        return min(known, key=_at_ms, default=None)

    def _first(self, log: str, of: str, size: int) -> _First | None:
        """The first receipt in a log that covers that many entries of another."""
        key = (log, of)
        if key not in self._newest:
            newest = self._tx.newest_receipt(log, of)
            self._newest[key] = newest.receipt.size if newest else 0
        if size > self._newest[key]:
            return None
        known = self._found.get(key)
        if known is None or not known.low <= size <= known.high:
            first = self._tx.first_receipt(log, of, size)
            assert first is not None
            receipt = Received(log, first.index, first.effective_ms, first.receipt.time_ms)
            known = _First(size, first.receipt.size, receipt)
            self._found[key] = known
        is_within = self._cut is None or known.receipt.index < self._cut.get(log, 0)
        return known if is_within else None


def _at_ms(one: Received) -> int:
    return one.at_ms


def covered(tx: Tx, of: str, since: int, size: int) -> dict[Matter, None]:
    """Return the matters whose times a receipt from one size of a log to another can change."""
    return dict.fromkeys(tx.matters_between(of, since, size))


def digests(rows: Iterable[MatterRow]) -> Mapping[str, str]:
    """Return `{kind/id: digest}`: what two nodes compare."""
    return {f"{row.matter.kind}/{row.matter.id}": row.digest for row in rows}
