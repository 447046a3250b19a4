"""Keeping what a peer's log sends: verify, store, cosign.  Understanding comes after.

This is the mirror of C2SP tlog-mirror, stricter as protocol rule 11 says: only the log's
author may send, and `add-checkpoint` answers with an empty body.  Keeping never opens an
entry, so nothing that an entry holds can stop it.

Source: protocol rules 8, 10, 11, 16 and 22.
Floor: node.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Response, Suite, Tx
from comity.node.base.rows import Head, Log
from comity.node.base.trust import Trust
from comity.node.exchange import convict, cosign, generation, logs
from comity.tlog import checkpoint, cosignature, note, tree, wire
from comity.tlog.note import Note, Verifier
from comity.tlog.wire import AddEntriesHeader, CutShort, EntryPackage

OK: Final = 200
ACCEPTED: Final = 202
CONFLICT: Final = 409

_EXCESS_ENTRIES_MAX: Final = limits.PACKAGES_PER_REQUEST_MAX * limits.PACKAGE_ENTRIES_MAX

type Read = Callable[[int], bytes]


@dataclass(slots=True)
class Heard:
    """When peers were heard.

    Attributes:
        heard: `{origin: when}` a peer last sent a head of its log, milliseconds of our clock.
        silent: origins of peers' logs whose heads have stopped coming.
    """

    heard: dict[str, int] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)


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
    head = head_of(head_note, sent.checkpoint_note)
    with node.store.read() as tx:
        is_known = tx.log(head.origin) is not None
    if not is_known:
        generation.offer(node, party, head.origin)
    with node.store.read() as tx:
        log = cosign.require_log_of(tx, party, head.origin)
        head = replace(head, time_s=verified_time_s(node, tx, log, head, head_note))
    with node.store.write() as tx:
        log = cosign.require_log_of(tx, party, head.origin)
        pending = tx.newest_head(head.origin)
        evidence = convict.find(tx, log, head, sent.proof)
        if evidence is not None:
            convict.freeze(node, tx, log, evidence)  # commits; the refusal follows
        else:
            _require_old_size(sent, head)
            pending_size = pending.size if pending else 0
            if sent.old_size != pending_size:
                return Response(CONFLICT, wire.render_size(pending_size), wire.SIZE_TYPE)
            require_consistent(pending, head, sent)
            tx.save_head(head)
    if evidence is not None:
        raise convict.forked(head.origin)
    node.session.of(Heard).heard[head.origin] = node.clock.now_ms()
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


def head_of(parsed: Note, raw: bytes) -> Head:
    """Return the head that a note says, not verified, its time not known.

    Raises:
        Fault: `tlog.checkpoint.malformed`.
    """
    body = checkpoint.parse_body(parsed.body)
    return Head(body.origin, body.size, body.root, raw, 0)


def verified_time_s(node: Node, tx: Tx, log: Log, head: Head, parsed: Note) -> int:
    """Return when a log signed its head, both its signatures verified.

    Raises:
        Fault: `exchange.head.bad-signature`.
    """
    channel = trust.load(tx, log.channel)
    lines = head_lines(node.suite, channel, head.origin, head.size, parsed)
    if lines is None:
        raise Fault(
            code="exchange.head.bad-signature",
            what=f"The head of {head.size} entries of {head.origin} is not signed by both keys "
            "of the card in force.",
            fix="Send the card in force first, and sign with its keys.",
        )
    return cosignature.time_of(lines[-1])


def head_lines(
    suite: Suite, channel: Trust, origin: str, size: int, parsed: Note
) -> tuple[note.Signature, ...] | None:
    """Return the lines of a log's head by keys that count for it, all verified, or None."""
    return lines_by(
        suite, origin, channel.log_keys(origin, channel.log_cards(origin, size)), parsed
    )


@lru_cache(maxsize=1_024)
def lines_by(
    suite: Suite, origin: str, keys: tuple[tuple[bytes, bytes], ...], parsed: Note
) -> tuple[note.Signature, ...] | None:
    """Return the lines of a log's head by one pair of these keys, or None.

    What was verified is remembered: reading asks again for the head that keeping verified.
    """
    return verified_by_one(parsed, [suite.log_verifiers(origin, *pair) for pair in keys])


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


def require_consistent(pending: Head | None, head: Head, sent: wire.AddCheckpoint) -> None:
    """Return if a head adds to the one before.

    Raises:
        Fault: `exchange.head.inconsistent`.
    """
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
        log = cosign.require_log_of(tx, party, header.origin)
        head = _known_head(tx, log, header)
        newest = tx.newest_head(header.origin)
    if newest is None:
        raise Fault(
            code="exchange.head.none",
            what=f"No head of {header.origin} was received yet.",
            fix="Send add-checkpoint first.",
        )
    if head is None or is_conflict(log, header):
        return cosign.mirror_info(CONFLICT, newest.size, log.size)
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
        return cosign.answer(node, party, head)
    if not came:
        raise Fault(
            code="exchange.entries.none",
            what="The body ended before its first whole package of entries.",
            fix="Send the packages again, from the next entry on.",
        )
    return cosign.mirror_info(ACCEPTED, header.end, held)


def _known_head(tx: Tx, log: Log, header: AddEntriesHeader) -> Head | None:
    heads = tx.heads(log.origin, header.end)
    return heads[-1] if heads else None


def is_conflict(log: Log, header: AddEntriesHeader) -> bool:
    """Return whether a mirror does not go on from there."""
    excess = min(header.end, log.size) - header.start
    return header.end < log.signed or header.start > log.size or excess > _EXCESS_ENTRIES_MAX


def _store_package(node: Node, party: str, head: Head, package: EntryPackage) -> None:
    with node.store.write() as tx:
        log = cosign.require_log_of(tx, party, head.origin)
        cosign.append_new(tx, log, package, cosign.proven(tx, head, package))
    node.step("keep.package-kept")


def _keep_and_cosign(node: Node, party: str, head: Head, package: EntryPackage) -> Response | None:
    """Store the last package and the cosignature in one transaction: one wait for the disk less.

    Returns:
        None where anything is not as usual: the caller goes step by step, and learns what.
    """
    try:
        known = node.highwater.marks()
        with node.store.read() as tx:
            log = cosign.require_log_of(tx, party, head.origin)
            ahead = cosign.ahead(node, tx, log, head, package, known)
    except Fault:
        return None
    if ahead is None:
        return None
    signing = cosign.begin(node, head, ahead)
    with node.store.write() as tx:
        log = cosign.require_log_of(tx, party, head.origin)
        if not cosign.is_as_read(node, tx, ahead):
            return None
        given = signing() if cosign.store(node, tx, ahead, head, package) else None
        if given is not None:
            tx.save_cosignature(given)
    node.step("keep.package-kept")
    return cosign.give_out(node, log, head, given) if given is not None else None
