"""Keeping what a peer's log sends: verify, store, cosign.  Understanding comes after.

This is the mirror of C2SP tlog-mirror, stricter as protocol rule 11 says: only the log's
author may send, and `add-checkpoint` answers with an empty body.  Keeping never opens an
entry, so nothing that an entry holds can stop it.

Source: protocol rules 8, 10, 11, 16 and 22.
Floor: node.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from comity.joint.arrangement import validity
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.context import Node
from comity.node.exchange import convict, excuse, generation, logs, marks, sign, trust
from comity.node.ports import Response, Tx
from comity.node.rows import LOG_ENDED, LOG_FROZEN, LOG_OFFERED, Cosignature, Head, Log
from comity.tlog import checkpoint, cosignature, note, tree, wire
from comity.tlog.note import Note, Signer, Verifier
from comity.tlog.tree import Frontier
from comity.tlog.wire import AddEntriesHeader, CutShort, EntryPackage, MirrorInfo

OK: Final = 200
ACCEPTED: Final = 202
CONFLICT: Final = 409

_EXCESS_ENTRIES_MAX: Final = limits.PACKAGES_PER_REQUEST_MAX * limits.PACKAGE_ENTRIES_MAX

type Read = Callable[[int], bytes]


def add_checkpoint(node: Node, party: str, body: bytes) -> Response:
    """Take a new head of a peer's log as pending.

    Returns:
        200 with an empty body, or 409 with the size of the pending head.

    Raises:
        Fault: `tlog.*` where it is malformed, `exchange.log.unknown`, `exchange.log.wrong-party`,
            `exchange.log.frozen`, `exchange.head.bad-signature`, `exchange.head.old-size`,
            `exchange.head.inconsistent`, `exchange.log.forked`.
    """
    sent = wire.parse_add_checkpoint(body)
    head_note = note.parse(sent.checkpoint_note)
    head = _head(head_note, sent.checkpoint_note)
    with node.store.read() as tx:
        is_known = tx.log(head.origin) is not None
    if not is_known:
        generation.offer(node, party, head.origin)
    with node.store.read() as tx:
        log = _require_log_of(tx, party, head.origin)
        head = replace(head, time_s=_verified_time_s(node, tx, log, head, head_note))
    with node.store.write() as tx:
        log = _require_log_of(tx, party, head.origin)
        pending = tx.newest_head(head.origin)
        evidence = convict.find(tx, log, head, sent.proof)
        if evidence is not None:
            convict.freeze(node, tx, log, evidence)  # commits; the refusal follows
        else:
            _require_old_size(sent, head)
            pending_size = pending.size if pending else 0
            if sent.old_size != pending_size:
                return Response(CONFLICT, wire.render_size(pending_size), wire.SIZE_TYPE)
            _require_consistent(pending, head, sent)
            tx.save_head(head)
    if evidence is not None:
        raise convict.forked(head.origin)
    node.session.heard[head.origin] = node.clock.now_ms()
    node.step("keep.checkpoint-kept")
    return Response(OK)


def _require_old_size(sent: wire.AddCheckpoint, head: Head) -> None:
    """Refuse an old size over the new one; after conviction, which needs no old size."""
    if sent.old_size > head.size:
        raise Fault(
            code="exchange.head.old-size",
            what=f"The old size {sent.old_size} is over the size {head.size} of the checkpoint.",
            fix="Send the size of the head that the mirror holds.",
        )


def _head(parsed: Note, raw: bytes) -> Head:
    body = checkpoint.parse_body(parsed.body)
    return Head(body.origin, body.size, body.root, raw, 0)


def _require_log_of(tx: Tx, party: str, origin: str) -> Log:
    log = logs.require_log(tx, origin)
    if log.own or log.party != party:
        raise Fault(
            code="exchange.log.wrong-party",
            what=f"The log {origin} is not one that {party} writes.",
            fix="Send only heads and entries of your own logs.",
        )
    if log.state == LOG_OFFERED:
        raise Fault(
            code="exchange.log.unknown",
            what=f"The generation {origin} is not accepted here.",
            fix="Ask an officer of this party to accept it: `comity recover accept`.",
        )
    if log.state == LOG_ENDED:
        raise Fault(
            code="exchange.log.ended",
            what=f"The log {origin} was succeeded by a new generation, which is accepted here.",
            fix="Send the log of the newest generation. If you did, somebody has your old keys.",
        )
    if log.state == LOG_FROZEN:
        raise Fault(
            code="exchange.log.frozen",
            what=f"The log {origin} is frozen here: it was convicted, or an officer froze it.",
            fix="Speak to the other party over the telephone; begin a new generation.",
        )
    return log


def _verified_time_s(node: Node, tx: Tx, log: Log, head: Head, parsed: Note) -> int:
    candidates = trust.load(tx, log.channel).log_verifiers(node.suite, head.origin, head.size)
    lines = verified_by_one(parsed, candidates)
    if lines is None:
        raise Fault(
            code="exchange.head.bad-signature",
            what=f"The head of {head.size} entries of {head.origin} is not signed by both keys "
            "of the card in force.",
            fix="Send the card in force first, and sign with its keys.",
        )
    return cosignature.time_of(lines[-1])


def verified_by_one(
    parsed: Note, candidates: list[tuple[Verifier, ...]]
) -> tuple[note.Signature, ...] | None:
    """Return the lines of the first candidate pair whose keys all verify, or None."""
    for verifiers in candidates:
        try:
            return note.verify_all(parsed, verifiers)
        except Fault:
            continue
    return None


def _require_consistent(pending: Head | None, head: Head, sent: wire.AddCheckpoint) -> None:
    old_size, old_root = (pending.size, pending.root) if pending else (0, tree.EMPTY_ROOT)
    try:
        tree.verify_consistency(old_size, old_root, head.size, head.root, sent.proof)
    except Fault as fault:
        raise Fault(
            code="exchange.head.inconsistent",
            what=f"The proof does not show that the head of {head.size} entries of {head.origin} "
            f"adds to the one of {old_size}.",
            fix="Send the consistency proof between exactly these two sizes.",
        ) from fault


def add_entries(node: Node, party: str, read: Read) -> Response:
    """Store the entries that came, package by package, and cosign once all are here.

    Args:
        node: ours.
        party: who sends, by the key of the connection.
        read: gives the body, decompressed, as it comes.

    Returns:
        200 with the cosignature lines; 202 or 409 with mirror-info.

    Raises:
        Fault: as `add_checkpoint`, and `exchange.entries.unproven`, `exchange.entries.none`,
            `exchange.head.none`, `node.store.full`.
    """
    body = wire.Body(read)
    header = wire.read_header(body)
    with node.store.read() as tx:
        log = _require_log_of(tx, party, header.origin)
        head = _known_head(tx, log, header)
        newest = tx.newest_head(header.origin)
    if newest is None:
        raise Fault(
            code="exchange.head.none",
            what=f"No head of {header.origin} was received yet.",
            fix="Send add-checkpoint first.",
        )
    if head is None or _is_conflict(log, header):
        return _mirror_info(CONFLICT, newest.size, log.size)
    came = 0
    for package in wire.iter_packages(body, header):
        if isinstance(package, CutShort):
            break
        is_last = package.bounds.end == head.size and body.is_at_end()
        if is_last and (answer := _keep_and_cosign(node, party, head, package)):
            return answer
        _store_package(node, party, head, package)
        came += 1
    return _cosign_or_go_on(node, party, head, header, came)


def _cosign_or_go_on(
    node: Node, party: str, head: Head, header: AddEntriesHeader, came: int
) -> Response:
    with node.store.read() as tx:
        held = logs.require_log(tx, header.origin).size
    if held >= header.end:
        return cosign(node, party, head)
    if not came:
        raise Fault(
            code="exchange.entries.none",
            what="The body ended before its first whole package of entries.",
            fix="Send the packages again, from the next entry on.",
        )
    return _mirror_info(ACCEPTED, header.end, held)


def _known_head(tx: Tx, log: Log, header: AddEntriesHeader) -> Head | None:
    heads = tx.heads(log.origin, header.end)
    return heads[-1] if heads else None


def _is_conflict(log: Log, header: AddEntriesHeader) -> bool:
    excess = min(header.end, log.size) - header.start
    return header.end < log.signed or header.start > log.size or excess > _EXCESS_ENTRIES_MAX


def _mirror_info(status: int, size: int, next_entry: int) -> Response:
    info = wire.render_mirror_info(MirrorInfo(size, next_entry))
    return Response(status, info, wire.MIRROR_INFO_TYPE)


def _store_package(node: Node, party: str, head: Head, package: EntryPackage) -> None:
    with node.store.write() as tx:
        log = _require_log_of(tx, party, head.origin)
        _append_new(tx, log, package, _proven(tx, head, package))
    node.step("keep.package-kept")


def _proven(tx: Tx, head: Head, package: EntryPackage) -> tuple[bytes, ...]:
    """Return the leaf hashes of a package whose proof shows them to be in the head's tree."""
    bounds = package.bounds
    joined = tx.leaves(head.origin, bounds.subtree_start, bounds.start)
    held = [joined[at : at + 32] for at in range(0, len(joined), 32)]
    try:
        return wire.verify_package(package, held=held, size=head.size, root=head.root)
    except Fault as fault:
        raise Fault(
            code="exchange.entries.unproven",
            what=f"Entries {bounds.start} to {bounds.end} of {head.origin} are not proven to "
            f"be in its head of {head.size} entries.",
            fix="Send the package again, with the proof for the head that was sent.",
        ) from fault


def _append_new(tx: Tx, log: Log, package: EntryPackage, leaves: tuple[bytes, ...]) -> None:
    if package.bounds.start == 0:
        generation.require_accepted_entry(tx, log.origin, leaves[0])
    new = log.size - package.bounds.start
    if new < len(leaves):
        logs.append_entries(tx, log, package.entries[new:], leaves[new:])


@dataclass(frozen=True, slots=True)
class _Signed:
    """A cosignature that was made over what is not stored yet: it may not leave before it is."""

    log: Log
    leaves: tuple[bytes, ...]
    given: Cosignature


def _keep_and_cosign(node: Node, party: str, head: Head, package: EntryPackage) -> Response | None:
    """Store the last package and the cosignature in one transaction: one wait for the disk less.

    Returns:
        None where anything is not as usual: the caller goes step by step, and learns what.
    """
    signed = _sign_ahead(node, party, head, package)
    if signed is None:
        return None
    node.step("keep.cosigned")
    with node.store.write() as tx:
        log = _require_log_of(tx, party, head.origin)
        if log != signed.log:
            return None
        _append_new(tx, log, package, signed.leaves)
        is_held = logs.root_at(tx, head.origin, head.size) == head.root
        if is_held:
            _save_cosignature(node, tx, signed.given)
    node.step("keep.package-kept")
    return _given_out(node, log, head, signed.given) if is_held else None


def _sign_ahead(node: Node, party: str, head: Head, package: EntryPackage) -> _Signed | None:
    """Cosign what a package completes, if its leaves after those held give the head's root.

    The rows that are stored after give it a second time, before the cosignature leaves.
    """
    digest = hashlib.sha256(head.note).digest()
    with node.store.read() as tx:
        try:
            log = _require_log_of(tx, party, head.origin)
            excuse.require_may_cosign(node, tx, log)
            leaves = _proven(tx, head, package)
            grown = Frontier(log.size, log.frontier).extend(
                leaves[log.size - package.bounds.start :]
            )
            if (grown.size, grown.root()) != (head.size, head.root):
                return None
            marks.require_sane_clock(node, tx, log.channel)
            if node.highwater.marks().get(head.origin, (0, b""))[0] > log.size:
                return None
            marks.require_above_mark(node, tx, head)
        except Fault:
            return None
        if tx.cosignature_of(head.origin, node.party, digest) is not None:
            return None
        signers = _mirror_signers(node, tx, log)
        time_s = _time_s(node, tx, head.origin)
    return _Signed(log, leaves, _cosigned(node, head, signers, time_s))


def cosign(node: Node, party: str, head: Head) -> Response:
    """Cosign: "durably stored".  The same bytes get the same stored cosignature."""
    digest = hashlib.sha256(head.note).digest()
    with node.store.read() as tx:
        log = _require_log_of(tx, party, head.origin)
        stored = tx.cosignature_of(head.origin, node.party, digest)
        if stored is None:
            excuse.require_may_cosign(node, tx, log)
            _require_held(node, tx, log.channel, head)
        signers = _mirror_signers(node, tx, log)
        time_s = _time_s(node, tx, head.origin)
    if stored is not None:
        sign.require_marked(node, head.origin)
        return Response(OK, stored.lines)
    given = _cosigned(node, head, signers, time_s)
    node.step("keep.cosigned")
    with node.store.write() as tx:
        log = _require_log_of(tx, party, head.origin)
        again = tx.cosignature_of(head.origin, node.party, digest)
        if again is None and head.size < log.signed:
            return _mirror_info(CONFLICT, log.signed, log.size)
        if again is None:
            _save_cosignature(node, tx, given)
    return _given_out(node, log, head, again or given)


def _cosigned(node: Node, head: Head, signers: tuple[Signer, ...], time_s: int) -> Cosignature:
    signed = note.sign(note.parse(head.note).body, signers, at_s=time_s)
    lines = note.render_signatures(signed.signatures)
    digest = hashlib.sha256(head.note).digest()
    return Cosignature(head.origin, head.size, node.party, digest, lines, time_s)


def _save_cosignature(node: Node, tx: Tx, given: Cosignature) -> None:
    tx.save_cosignature(given)
    tx.save_log(replace(logs.require_log(tx, given.origin), signed=given.size))
    marks.forget_before(node, tx, given.origin)


def _given_out(node: Node, log: Log, head: Head, given: Cosignature) -> Response:
    """Mark what was committed, and only then let the cosignature leave."""
    node.step("keep.cosignature-committed")
    node.highwater.raise_to(head.origin, head.size, head.root)
    node.step("keep.marked")
    node.wake(log.channel)
    return Response(OK, given.lines)


def _time_s(node: Node, tx: Tx, origin: str) -> int:
    """The time to cosign at: the clock's, and not before what was cosigned, lost or not."""
    before = tx.newest_cosignature(origin, node.party)
    known_s = (before.time_s if before else 0, marks.time_s_before(tx, origin))
    return max(1, node.clock.now_ms() // 1000, *known_s)


def _require_held(node: Node, tx: Tx, channel: str, head: Head) -> None:
    """Return if the stored entries give the head's root, and nothing signed contradicts it."""
    marks.require_sane_clock(node, tx, channel)
    if logs.root_at(tx, head.origin, head.size) != head.root:
        raise Fault(
            code="exchange.log.damaged",
            what=f"The mirror of {head.origin} does not give the root of its head.",
            fix="Run `comity fsck`, then `comity recover` to fetch what is damaged.",
        )
    marks.require_above_mark(node, tx, head)


def _mirror_signers(node: Node, tx: Tx, log: Log) -> tuple[Signer, ...]:
    channel = trust.load(tx, log.channel)
    own = logs.own_log(tx, log.channel)
    if own.understood < own.size:
        # What was recovered may hold a newer card; peers know it, and gave it back.
        number = max(channel.cards[node.party])
    else:
        number = validity.seal_card_seen(channel.positions(own.origin), own.signed)
    name = channel.arrangement.mirror_name(node.party, channel.name)
    return node.keys.mirror_signers(name, log.channel, number)
