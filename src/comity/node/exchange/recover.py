"""Recovering an own log from a peer's mirror, or from what the high-water file kept.

What was signed comes back as it was.  Acts that were appended here and not signed are cut,
remembered, and appended anew under their old ids: approvals bind content, not envelope.

Source: protocol rules 9 and 21.
Floor: node.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from comity.acts import codec
from comity.acts.record import Act
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, LOG_ENDED, LOG_OFFERED, LOG_OPEN, Head, Log
from comity.node.exchange import append, blobs, dropped_acts, logs, reset_count
from comity.node.exchange.mirror_parts import Mirror
from comity.tlog import tree
from comity.tlog.tree import Frontier

REAPPEND: Final = append.REAPPEND


def own_log(node: Node, party: str, head: Head, held: int) -> None:
    """Bring an own log up to a head that our own keys signed and a peer kept.

    Args:
        node: ours.
        party: whose mirror is read.
        head: verified with our own keys; its size is over what is signed here.
        held: entries that the peer holds.

    Raises:
        Fault: `exchange.recover.short` if the peer holds less than the head covers and the
            high-water file does not have the rest; `exchange.recover.wrong-entries`; `node.peer.*`.
    """
    told = _needed(head.origin)
    node.alarms.raise_alarm(*told)
    with node.store.read() as tx:
        log = logs.require_log(tx, head.origin)
        start = _frontier(tx, log, log.signed)
    mirror = Mirror(node, party, head.origin, max(start.size, min(held, head.size)))
    base = _shown(mirror) if held > start.size else start
    kept = _kept(node, head.origin, base.size, head.size) if base else []
    if base is None or base.size + len(kept) < head.size:
        raise _short(party, head, held)
    if base.extend(map(tree.leaf_hash, kept)).root() != head.root:
        raise _wrong(head)
    replace_tail(node, head, start.size, _parts(party, mirror, (start, base, head), kept))
    node.step("recover.done")
    node.alarms.clear(*told)


def _needed(origin: str) -> tuple[str, str]:
    """The alarm while it is fetched: one of a log, whichever of its parties has the rest."""
    return "exchange.recover.needed", f"{origin}: more was signed than is here; recovering."


def found(origin: str) -> tuple[str, str]:
    """The alarm of a generation that this home had lost, until its entries are back."""
    return "exchange.recover.needed", f"{origin} was begun before this home was restored."


def _shown(mirror: Mirror) -> Frontier | None:
    """The tree that a mirror has, as it says; None where it does not show it."""
    try:
        return mirror.frontier()
    except Fault as fault:
        if not fault.code.startswith("tlog."):
            raise
        return None


def _parts(
    party: str, mirror: Mirror, trees: tuple[Frontier, Frontier, Head], kept: list[bytes]
) -> Iterator[list[bytes]]:
    """Give what a mirror has, each part proven to lead to its tree, then what was kept here.

    Args:
        party: whose mirror it is.
        mirror: of a tree that, with what was kept, gives the root that our keys signed.
        trees: what is signed here; that tree; the head.
        kept: entries after that tree.

    Raises:
        Fault: `exchange.recover.short`, `exchange.recover.wrong-entries`; `node.peer.*`.
    """
    grown, base, head = trees
    while grown.size < base.size:
        part = mirror.part(grown.size)
        if not part:
            raise _short(party, head, grown.size)
        grown = grown.extend(map(tree.leaf_hash, part))
        if not mirror.leads_to(grown.size, grown.root(), base.root()):
            raise _wrong(head)
        yield part
    for at in range(0, len(kept), limits.TRANSACTION_ENTRIES_MAX):
        yield kept[at : at + limits.TRANSACTION_ENTRIES_MAX]


def _short(party: str, head: Head, held: int) -> Fault:
    return Fault(
        code="exchange.recover.short",
        what=f"{party} gives {held} entries of {head.origin}; {head.size} were signed.",
        fix="Try again when the peer has caught up, or begin a new generation.",
    )


def _wrong(head: Head) -> Fault:
    return Fault(
        code="exchange.recover.wrong-entries",
        what=f"The entries that came do not give the root of {head.origin} at {head.size}.",
        fix="Ask another party of the channel, or begin a new generation.",
    )


def replace_tail(node: Node, head: Head, start: int, parts: Iterable[list[bytes]]) -> None:
    """Put signed entries in the place of an unsigned tail, a bounded transaction at a time.

    The mark comes first: from then on nothing else can be signed at or below the head's size,
    so a crash between two steps leaves a log that waits for the rest, and no fork.

    Args:
        node: ours.
        head: that our keys signed.
        start: entries that are signed here.
        parts: from there on, in order, each proven to lie under the head.

    Raises:
        Fault: `highwater.*`; as `parts` does, and what was proven before stays in place.
    """
    with node.store.read() as tx:
        if logs.require_log(tx, head.origin).signed != start:
            return
    if node.highwater.marks().get(head.origin, (0, b""))[0] < head.size:
        node.highwater.raise_to(head.origin, head.size, head.root)
    node.step("recover.marked")
    blobs.keep_again(node, node.highwater.kept_bodies(head.origin))
    at = start
    for part in parts:
        if not _put_in_place(node, head.origin, start, at, part):
            return  # somebody moved it; the next round looks again
        at += len(part)
    with node.store.write() as tx:
        log = logs.require_log(tx, head.origin)
        if log.signed != start or log.size < head.size or log.state == LOG_ENDED:
            return
        tx.save_head(head)
        # One that was found on a peer opens with it; what an officer froze meanwhile stays frozen.
        state = LOG_OPEN if log.state == LOG_OFFERED else log.state
        tx.save_log(replace(log, signed=head.size, state=state))
    node.alarms.clear(*found(head.origin))
    node.wake(log.channel)


def _put_in_place(node: Node, origin: str, signed: int, start: int, entries: list[bytes]) -> bool:
    """Let entries stand from `start` on, in steps of at most 256; False if somebody was faster.

    What stands there already, since a crash broke this off, stays.  Whatever else does is cut
    from its end, and may be appended again in between: it is cut once more.  A log that was
    succeeded meanwhile is left as its successor says.
    """
    end = start + len(entries)
    good = _in_place(node, origin, start, entries)
    while good < end:
        with node.store.write() as tx:
            log = logs.require_log(tx, origin)
            if log.signed != signed or log.size < good or log.state == LOG_ENDED:
                return False
            if log.size > good:
                cut_tail(tx, log, max(good, log.size - limits.TRANSACTION_ENTRIES_MAX))
            else:
                step = entries[good - start : good - start + limits.TRANSACTION_ENTRIES_MAX]
                logs.append_entries(tx, log, step)
                good += len(step)
        node.step("recover.step")
    return True


def _in_place(node: Node, origin: str, start: int, entries: list[bytes]) -> int:
    """Return up to where a log holds these very entries."""
    good, end = start, start + len(entries)
    while good < end:
        until = min(end, good + limits.TRANSACTION_ENTRIES_MAX)
        with node.store.read() as tx:
            held = tx.entries(origin, good, until)
        wanted = entries[good - start : until - start]
        same = [mine == theirs for mine, theirs in zip(held, wanted, strict=False)]
        good += same.index(False) if False in same else len(same)
        if good < until:
            break
    return good


def cut_tail(tx: Tx, log: Log, start: int) -> None:
    """Take the entries of an own log from `start` on out; their acts wait to be appended anew.

    At most `limits.TRANSACTION_ENTRIES_MAX` are taken out at once.
    """
    for row in tx.acts(log.origin, start, log.size):
        if not row.foreign:  # what folds to nothing is not said again
            say_again(tx, log, row.index, row.act)
    tx.cut_entries(log.origin, start)
    reset_count.cut(tx, log, start)
    register_records.touch(tx, f"cut|{log.origin}|{start}".encode())
    base = _frontier(tx, log, start)
    understood = min(log.understood, start)
    tx.save_log(replace(log, size=start, frontier=base.hashes, understood=understood))


def say_again(tx: Tx, log: Log, index: int, act: Act) -> None:
    """Note that an act that stands at an index of an own log waits to be appended anew."""
    place: Json = [log.generation, index]
    value: Json = {"channel": log.channel, "act": codec.act_to_json(act), "place": place}
    tx.save_record(REAPPEND, act.id, value)


def _frontier(tx: Tx, log: Log, size: int) -> Frontier:
    return tree.frontier_of(size, logs.hash_reader(tx, log.origin, max(size, 1)))


def _kept(node: Node, origin: str, start: int, end: int) -> list[bytes]:
    """Entries that the high-water file kept above the peers' mirror."""
    first, entries = node.highwater.kept(origin)
    return entries[start - first : end - first] if first <= start else []


def from_high_water(node: Node) -> None:
    """Bring back own entries that were signed and not mirrored, and are not in the store.

    The home may have been restored while the file outside it was not.
    """
    for origin, (size, root) in sorted(node.highwater.marks().items()):
        with node.store.read() as tx:
            log = tx.log(origin)
        if log is None or not log.own or log.state == LOG_ENDED:
            continue
        if log.signed >= size or log.channel == LOCAL_CHANNEL:
            continue  # what brings the local log back knows what its entries stand for
        entries = _kept(node, origin, log.signed, size)
        if len(entries) == size - log.signed and _is_root(node, log, entries, root):
            # The note itself is lost; the root is what binds, and a head is signed anew.
            # Bodies first: whoever understands an entry finds what it names.
            blobs.keep_again(node, node.highwater.kept_bodies(origin))
            # What the restored home had appended and not signed makes room for what it signed.
            if _put_in_place(node, origin, log.signed, log.signed, entries):
                _open_found(node, origin)


def _open_found(node: Node, origin: str) -> None:
    """Open a generation that this home had lost, once its entries are back."""
    with node.store.write() as tx:
        log = logs.require_log(tx, origin)
        if log.state == LOG_OFFERED:
            tx.save_log(replace(log, state=LOG_OPEN))
    node.alarms.clear(*found(origin))


def _is_root(node: Node, log: Log, entries: list[bytes], root: bytes) -> bool:
    with node.store.read() as tx:
        base = _frontier(tx, log, log.signed)
    return base.extend(map(tree.leaf_hash, entries)).root() == root


def append_anew(node: Node, channel: str) -> int:
    """Append the acts that a recovery cut, in their order and under their old ids.

    Returns:
        How many were.

    None while entries of the own log wait to be understood: what was recovered may hold
    them, and may itself wait for entries of others that this home has lost.
    """
    with node.store.read() as tx:
        if not append.is_ready(node, tx, channel):
            return 0
        waiting = [
            (value["place"], value["act"])
            for value in tx.records(REAPPEND).values()
            if isinstance(value, dict) and value["channel"] == channel
        ]
        acts = [codec.act_from_json(act) for _, act in sorted(waiting, key=_place)]
        party = node.party
        again = {act.id for act in acts if not tx.is_act_id_used(channel, party, act.id)}
    for act in acts:
        if act.id in again:
            _append_anew(node, channel, act)
        else:
            with node.store.write() as tx:
                tx.drop_record(REAPPEND, act.id)
    return len(again)


def _place(waiting: tuple[Json, Json]) -> tuple[int, int]:
    """Where an act stood: generation and index."""
    place, _ = waiting
    assert isinstance(place, list)
    return int(str(place[0])), int(str(place[1]))


class _WaitsNoMore(Exception):  # noqa: N818 -- no error: somebody else has done it
    """An act was said again, or kept, since it was read that it waits."""


def _append_anew(node: Node, channel: str, act: Act) -> None:
    """Append an act again, if it may still be said; else it is told and kept.

    One that a new log may not say yet waits until versions are adopted.  Each peer of a channel
    has a thread that comes by here: an act that another one has said would be decided as if it
    were said twice, so whether it still waits is asked where it is appended.
    """

    def check(tx: Tx) -> Inadmissible | None:
        if tx.record(REAPPEND, act.id) is None:
            raise _WaitsNoMore
        return dropped_acts.decide(node, tx, channel, act)

    candidate = append.Candidate(
        act, check=check, effects=lambda tx: tx.drop_record(REAPPEND, act.id)
    )
    try:
        (said,) = append.append(node, channel, [candidate], overtakes=True)
    except _WaitsNoMore:
        return
    except Fault as fault:
        if fault.code != "exchange.tag.not-adopted":
            raise
    else:
        if isinstance(said, Inadmissible):
            dropped_acts.keep(node, channel, act, said)
