"""Appending what was released to the own log: the only way out of a node.

Whether an act may be said is decided in the transaction that appends it (protocol rule 17), and
there it is sealed, to what is in force then.

Floor: node.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from comity.acts import order
from comity.acts.causality import EMPTY, Cut
from comity.acts.order import Placed
from comity.acts.record import NEEDED, Act, Blob, Document, Matter
from comity.joint.exchange import fold
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import channel_records, serving, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import Rooms
from comity.node.base.rows import LOG_OPEN, Log, NamedBody, UnderstoodAct
from comity.node.base.trust import Trust
from comity.node.exchange import (
    act_ids,
    act_quota,
    blob_access,
    blob_copies,
    blob_inventory,
    channel_end,
    large_blobs,
    logs,
    lost_channel,
    receipts,
    refold,
    sealer,
)
from comity.node.exchange import blobs as bodies
from comity.node.exchange.sealer import Sealer

REAPPEND: Final = "reappend"
"""Record kind: acts by id that a recovery cut, and that wait to be appended anew."""


def nothing(_tx: Tx) -> None:
    """No check and no effect."""


type Earlier = Mapping[Matter, Sequence[UnderstoodAct]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An act that may be appended if its check agrees.

    Attributes:
        act: released, with its id.
        bodies: `{sha256: stored bytes}` of those it names that fit in a row; larger ones
            are in the bodies store already.
        check: called in the write transaction; a refusal by rule keeps the act out.
        effects: called in the same transaction after the append.
    """

    act: Act
    bodies: Mapping[str, bytes] = field(default_factory=dict)
    check: Callable[[Tx], Inadmissible | None] = nothing
    effects: Callable[[Tx], None] = nothing


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an act stands: on stable storage here, not yet signed for by a peer."""

    act: Act
    origin: str
    index: int


@dataclass(frozen=True, slots=True)
class Said:
    """An act in a log, and what it has seen there."""

    log: Log
    act: Act
    cut: Cut


def append(
    node: Node, channel: str, candidates: Sequence[Candidate], *, overtakes: bool = False
) -> list[Appended | Inadmissible]:
    """Append acts to the own log of a channel, in order, all in one transaction.

    Args:
        node: ours.
        channel: its path, `<arrangement>/<name>`.
        candidates: at most 256.
        overtakes: whether they may come before acts that wait to be appended anew.

    Raises:
        Fault: `exchange.log.not-open`, `exchange.channel.*`, `exchange.act.id-used`,
            `exchange.entry.too-large`, `node.card.lost`, `acts.act.malformed`, `store.*`.
    """
    assert len(candidates) <= limits.TRANSACTION_ENTRIES_MAX
    here = blob_inventory.here(node, [one.act for one in candidates])
    with node.store.read() as tx:
        rank = channel_records.rank(tx, channel)
    node.step("send.begun")
    with serving.as_rank(rank), node.store.write() as tx:
        now = trust.load(tx, channel)
        receipts.renew(node, tx, now)
        log = _open_log(tx, channel, overtakes=overtakes)
        results = _append(node, tx, now, _End(log, seen_by_end(tx, log), here), candidates)
    node.step("send.appended")
    node.wake(channel)
    return results


def _open_log(tx: Tx, channel: str, *, overtakes: bool) -> Log:
    log = logs.own_log(tx, channel)
    if log.state != LOG_OPEN or log.understood != log.size:
        raise Fault(
            code="exchange.log.not-open",
            what=f"The log {log.origin} is {log.state} and {log.size - log.understood} of its "
            "entries wait to be understood.",
            fix="Run `comity status`; a frozen log needs `comity thaw` or a new generation, "
            "and one that waits for a text which nobody shows needs a new generation.",
        )
    if not overtakes:
        _require_none_waits(tx, log)
        lost_channel.require_open(tx, log.party, channel)
    return log


def _require_none_waits(tx: Tx, log: Log) -> None:
    """Acts are read in the order in which they were said: what was cut comes first."""
    count = waiting(tx, log.channel)
    if count:
        raise Fault(
            code="exchange.log.not-open",
            what=f"{count} acts that a recovery took out of {log.origin} are first said again.",
            fix="Try again in a moment: the node does it by itself while it serves.",
        )


def waiting(tx: Tx, channel: str) -> int:
    """Return how many acts that a recovery cut wait to be appended anew in a channel."""
    cut = tx.records(REAPPEND).values()
    return sum(isinstance(one, dict) and one["channel"] == channel for one in cut)


def seen_by_end(tx: Tx, log: Log) -> Cut:
    """Return what the next entry of an own log will have seen."""
    receipt = tx.receipt_before(log.origin, log.size)
    return {**(receipt.seen_after if receipt else EMPTY), log.origin: log.size}


def is_ready(node: Node, tx: Tx, channel: str) -> bool:
    """Return whether the own log of a channel is read to its end, and its next entry opens here."""
    log = logs.own_log(tx, channel)
    if log.state != LOG_OPEN or log.understood != log.size:
        return False
    loaded = trust.load(tx, channel)
    return sealer.opens_own(node, loaded, sealer.cards_in_force(loaded, seen_by_end(tx, log)))


@dataclass(frozen=True, slots=True)
class _End:
    """Where acts are appended.

    Attributes:
        log: ours.
        seen: what the next entry will have seen.
        here: their large bodies that the bodies store had before the transaction, see `here`.
    """

    log: Log
    seen: Cut
    here: Mapping[str, bytes]


def _append(
    node: Node, tx: Tx, now: Trust, end: _End, candidates: Sequence[Candidate]
) -> list[Appended | Inadmissible]:
    log, seen = end.log, end.seen
    results: list[Appended | Inadmissible] = []
    accepted: list[tuple[int, Candidate]] = []
    earlier = _earlier(node.rooms, tx, now, [one.act.matter for one in candidates])
    counted = act_quota.Counted(node.rooms, tx, log, earlier)
    sealing = Sealer(node, tx, now, log, seen)
    for candidate in candidates:
        no = candidate.check(tx) or act_quota.may_not_say(counted, candidate.act, sealing.next)
        if no is not None:
            results.append(no)
            continue
        _require_sayable(node, tx, now, Said(log, candidate.act, seen))
        index = sealing.add(candidate.act)
        results.append(Appended(candidate.act, log.origin, index))
        accepted.append((index, candidate))
    if accepted:
        said = [one for _, one in accepted]
        grown = logs.append_entries(tx, log, sealing.entries)
        tx.save_log(replace(grown, understood=grown.size))
        placed = own_rows(log, seen, [(index, one.act) for index, one in accepted])
        rows, known = with_depths(node.rooms, tx, now, placed, earlier)
        trust.touch_register(tx, rows)
        tx.save_acts(rows)
        _save_bodies(tx, end, said)
        named = [b for row in rows for b in named_bodies(node, tx, row, end.here)]
        tx.save_named_bodies(named)
        bodies.note_held(node, tx, [body.sha256 for body in named if body.held])
        large_blobs.note(tx, named)
        refold.refold(node.rooms, tx, now, known, node.clock.now_ms(), known)
        for candidate in said:
            candidate.effects(tx)
    return results


def _require_sayable(node: Node, tx: Tx, now: Trust, said: Said) -> None:
    log, act = said.log, said.act
    if tx.is_act_id_used(log.channel, log.party, act.id):
        raise Fault(
            code="exchange.act.id-used",
            what=f"The act id {act.id} was used before in this channel.",
            fix="Look with `comity request show`: the act stands in the log already.",
        )
    channel_end.require_sayable(now, act.tag)
    if not _is_adopted(node, now, said):
        raise Fault(
            code="exchange.tag.not-adopted",
            what=f"The act {act.tag} is not yet adopted by every party of this channel.",
            fix="Look with `comity room list` who has not adopted the version of its room.",
        )


def _is_adopted(node: Node, now: Trust, said: Said) -> bool:
    parties = now.arrangement.party_ids()
    return now.register.is_adopted(said.act.tag, node.vocabulary, parties, said.cut)


def _save_bodies(tx: Tx, end: _End, said: Sequence[Candidate]) -> None:
    tx.save_bodies({s: body for c in said for s, body in c.bodies.items()})
    named = {body.sha256 for one in said for body in blob_copies.named(one.act)}
    tx.save_bodies({s: end.here[s] for s in named if end.here.get(s)})


def _earlier(rooms: Rooms, tx: Tx, now: Trust, matters: Iterable[Matter]) -> Earlier:
    """Return the acts of those matters that rooms fold."""
    return tx.acts_of_each(now.channel, {one for one in matters if one.kind in rooms})


def own_rows(log: Log, seen: Cut, acts: Sequence[tuple[int, Act]]) -> list[UnderstoodAct]:
    """Return the rows of own acts that stand at the end of a log, without depths."""
    cut = {origin: size for origin, size in seen.items() if origin != log.origin}
    return [
        UnderstoodAct(log.origin, index, log.party, log.generation, act, cut, 0)
        for index, act in acts
    ]


def with_depths(
    rooms: Rooms,
    tx: Tx,
    now: Trust,
    rows: Sequence[UnderstoodAct],
    earlier: Earlier | None = None,
) -> tuple[list[UnderstoodAct], dict[Matter, list[Placed]]]:
    """Return new rows of one log, in its order, each with its depth in its matter.

    Beside them all acts, old and new, of the matters that they touch; of those that no room folds
    no acts are read.  `earlier` has the acts of these matters, where they were read already.
    """
    if earlier is None:
        earlier = _earlier(rooms, tx, now, [row.act.matter for row in rows if not row.foreign])
    of_matter: dict[Matter, list[Placed]] = {}
    depths: dict[Matter, order.Depths] = {}
    sought = _Sought(tx, now)
    placed: list[UnderstoodAct] = []
    for row in rows:
        if row.foreign:
            placed.append(row)
            continue
        if row.act.matter.kind not in rooms:
            placed.append(sought.deep(row))
            continue
        if row.act.matter not in of_matter:
            of_matter[row.act.matter] = [refold.placed(now, one) for one in earlier[row.act.matter]]
            depths[row.act.matter] = order.Depths(of_matter[row.act.matter])
        depth = depths[row.act.matter].after(refold.placed(now, row))
        deep = replace(row, depth=depth)
        of_matter[row.act.matter].append(refold.placed(now, deep))
        depths[row.act.matter].add(of_matter[row.act.matter][-1])
        placed.append(deep)
    return placed, of_matter


def with_depths_alone(
    rooms: Rooms, tx: Tx, now: Trust, rows: Sequence[UnderstoodAct]
) -> list[UnderstoodAct]:
    """Return the rows that `with_depths` returns; the acts of their matters are not read."""
    depths: dict[Matter, order.Depths] = {}
    sought = _Sought(tx, now)
    placed: list[UnderstoodAct] = []
    for row in rows:
        if row.foreign:
            placed.append(row)
            continue
        matter = row.act.matter
        if matter.kind not in rooms:
            placed.append(sought.deep(row))
            continue
        if matter not in depths:
            earlier = tx.depths_of(now.channel, matter)
            depths[matter] = order.Depths(refold.stood(now, one) for one in earlier)
        at = refold.placed(now, row)
        deep = replace(row, depth=depths[matter].after(at))
        depths[matter].add(replace(at, depth=deep.depth))
        placed.append(deep)
    return placed


class _Sought:
    """Gives new rows of one log, in its order, their depths; the acts of no matter are read.

    Within a log each act has seen those before it: so of what an act has seen of a log the last
    is the deepest (see `order.Depths`).  The register has one matter, of any number of acts.
    """

    def __init__(self, tx: Tx, now: Trust) -> None:
        self._tx = tx
        self._logs = tx.logs(now.channel)
        self._last: dict[Matter, int] = {}

    def deep(self, row: UnderstoodAct) -> UnderstoodAct:
        """Return a row with its depth."""
        matter = row.act.matter
        own = self._last.get(matter)
        below = [own] if own is not None else []
        for log in self._logs:
            end = self._seen(log, row) if own is None or log.origin != row.origin else 0
            if end:
                below.append(self._tx.depth_below(log.channel, matter, log.origin, end))
        self._last[matter] = 1 + max(below, default=0)
        return replace(row, depth=self._last[matter])

    @staticmethod
    def _seen(log: Log, row: UnderstoodAct) -> int:
        """How many entries of a log an act has seen."""
        if log.origin == row.origin:
            return row.index
        if log.party == row.party:
            return log.size if log.generation < row.generation else 0
        return row.seen.get(log.origin, 0)


def named_bodies(
    node: Node, tx: Tx, row: UnderstoodAct, here: Collection[str] = ()
) -> list[NamedBody]:
    """Return the bodies that an act names, and whether each is held and the naming counts.

    Args:
        node: ours.
        tx: a read or write.
        row: the act.
        here: larger ones that the bodies store has, as was asked before the transaction.
    """

    def is_held(sha256: str) -> bool:
        return sha256 in here or bodies.is_held(tx, sha256)

    def counts(sha256: str) -> bool:
        return row.party == node.party or blob_access.may_have(tx, sha256, row.party)

    def named(body: Blob | Document, *, needed: bool, document: bool) -> NamedBody:
        return NamedBody(
            sha256=body.sha256,
            origin=row.origin,
            index=row.index,
            size_bytes=body.size_bytes,
            needed=needed,
            document=document,
            held=is_held(body.sha256) and counts(body.sha256),
        )

    blobs = [named(b, needed=b.need == NEEDED, document=False) for b in row.act.blobs]
    return blobs + [named(d, needed=True, document=True) for d in row.act.documents]


def foreign_reason(node: Node, tx: Tx, now: Trust, origin_inside: str, said: Said) -> str:
    """Return why an act folds to nothing for ever, or "" (protocol rule 13)."""
    log = said.log
    if origin_inside != log.origin:
        return fold.FOREIGN_ORIGIN
    if act_ids.is_before(tx, log, said.cut[log.origin], said.act.id):
        return fold.FOREIGN_ID
    if channel_end.is_after(now, said.act.tag, said.cut):
        return fold.FOREIGN_ENDED
    return "" if _is_adopted(node, now, said) else fold.FOREIGN_TAG
