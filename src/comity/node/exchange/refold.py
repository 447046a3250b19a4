"""Refolding the matters that something touched, from their first act (protocol rule 18).

Floor: node.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts import order
from comity.acts.causality import Cut, join
from comity.acts.order import Placed, Stood
from comity.acts.record import CODE_OPEN, Matter
from comity.kernel import ijson
from comity.node.base import history
from comity.node.base.filing import Filing
from comity.node.base.history import Heard, History, Received
from comity.node.base.ports import Tx
from comity.node.base.reader import Filed
from comity.node.base.rooms import Rooms
from comity.node.base.rows import ActDepth, MatterRow, UnderstoodAct
from comity.node.base.trust import Trust
from comity.node.exchange import openings, unreadable_blobs

EXTENDS: Final = "request-extends"
EXTENDING_MAX: Final = 64


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


def acts_at_most(rooms: Rooms, tx: Tx, trust: Trust, matter: Matter) -> int:
    """Return no less than how many acts are read to fold a matter, without reading them.

    Within a log depths rise, so that it has no more acts of a matter than its last one is deep.
    """
    if matter.kind not in rooms:
        return 0
    last = (tx.depth_below(trust.channel, matter, log.origin, log.size) for log in trust.logs)
    return sum(last)


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
    for matter in matters:
        if matter.kind not in rooms:
            continue
        acts = known.get(matter)
        if acts is None:
            acts = [placed(trust, row) for row in tx.acts_of(trust.channel, matter)]
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
    received = [one.at_ms for one in told.heard]
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
    """The first receipt of sizes from `low` to `high`, and what did not open by it."""

    low: int
    high: int
    receipt: Received
    closed: frozenset[int]


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
        self._openings = openings.Openings(tx, trust, cut)
        self._disputes: dict[str, bool] = {}
        self._newest: dict[tuple[str, str], int] = {}
        self._found: dict[tuple[str, str], _First] = {}

    def received_ms(self, at: Placed) -> int | None:
        """Return when every addressee of an act had received it, by effective time, or None.

        An entry that its reader could not open counts from the act that showed its opening,
        and until then is not received by that reader (protocol rule 20).  So it is with one of
        which a needed blob does not open for them.
        """
        one = Heard(at, crossed=False, party="", by=self.addressed(at))
        return one.at_ms

    def addressed(self, at: Placed) -> Mapping[str, Received | None]:
        """Return by which receipt each addressee of an act had it, or None: see `received_ms`."""
        author = self.trust.arrangement.party_ids()[at.party_place]
        to = [a.party for a in at.act.to if a.party != author]
        others = to or self.trust.arrangement.others(author)
        return {party: self.by(party, at) for party in others}

    def by(self, party: str, at: Placed) -> Received | None:
        """Return the receipt by which a party first had an act: see `received_ms`; or None."""
        logs = (log.origin for log in self.trust.logs if log.party == party)
        known = (one for one in (self._in_log(log, at) for log in logs) if one is not None)
        return min(known, key=_at_ms, default=None)

    def _in_log(self, log: str, at: Placed) -> Received | None:
        """The receipt by which the author of a log says that it had read an act."""
        first = self._first(log, at.origin, at.index + 1)
        if first is not None and at.index in first.closed:
            good = self._openings.good(at.origin, at.index)
            shown = [self._first(log, origin, index + 1) for origin, index in good.items()]
            known = (one for one in shown if one is not None)
            first = min(known, key=lambda one: one.receipt.index, default=None)
        if first is not None and self._is_disputed(log, at.origin, at.index):
            first = self._shown(log, at)
        return first.receipt if first else None

    def _is_disputed(self, log: str, origin: str, index: int) -> bool:
        """Whether the author of a log says that a blob of an entry does not open."""
        if origin not in self._disputes:
            first = self._tx.records(unreadable_blobs.DISPUTED, after=f"{origin}|", count_max=1)
            self._disputes[origin] = any(key.startswith(f"{origin}|") for key in first)
        party = log.partition("/")[0]
        is_ever = self._disputes[origin] and unreadable_blobs.is_disputed(
            self._tx, origin, index, party
        )
        return is_ever and (self._cut is None or self._is_disputed_within(log, origin, index))

    def _is_disputed_within(self, log: str, origin: str, index: int) -> bool:
        """Whether they say so within the cut; it is rare, so their receipts are read for it."""
        author = log.partition("/")[0]
        return any(
            row.receipt.of == origin
            and any(u.index == index for u in unreadable_blobs.of_blobs(row.receipt))
            for one in self.trust.logs
            if one.party == author
            for row in self._tx.receipts(one.origin, 0, (self._cut or {}).get(one.origin, 0))
            if not row.foreign
        )

    def _shown(self, log: str, at: Placed) -> "_First | None":
        """The first receipt for an act that shows the blobs anew, and is not disputed itself."""
        places = self._openings.blobs(at.origin, at.index)
        good = (place for place in places if not self._is_disputed(log, *place))
        found = (self._first(log, origin, index + 1) for origin, index in good)
        return next((first for first in found if first is not None), None)

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
            closed = (u.index for u in first.receipt.unread if u.code == CODE_OPEN)
            receipt = Received(log, first.index, first.effective_ms, first.receipt.time_ms)
            known = _First(size, first.receipt.size, receipt, frozenset(closed))
            self._found[key] = known
        is_within = self._cut is None or known.receipt.index < self._cut.get(log, 0)
        return known if is_within else None


def _at_ms(one: Received) -> int:
    return one.at_ms


def covered(tx: Tx, trust: Trust, of: str, since: int, size: int) -> dict[Matter, None]:
    """Return the matters whose times a receipt from one size of a log to another can change."""
    shown = openings.matters_between(tx, trust, of, since, size)
    return dict.fromkeys([*tx.matters_between(of, since, size), *shown])


def digests(rows: Iterable[MatterRow]) -> Mapping[str, str]:
    """Return `{kind/id: digest}`: what two nodes compare."""
    return {f"{row.matter.kind}/{row.matter.id}": row.digest for row in rows}
