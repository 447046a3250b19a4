"""Cosigning what a peer's log sent: "every entry below this size is on stable storage here".

A cosignature may be made over what is not stored yet, so that both are stored with one wait
for the disk.  It leaves after that, and after the mark.

Source: protocol rules 8, 9 and 16; docs/spec/log.md 5.3.
Floor: node.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.joint.arrangement import validity
from comity.kernel.fault import Fault
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Response, Tx
from comity.node.base.rows import LOG_ENDED, LOG_FROZEN, LOG_OFFERED, Cosignature, Head, Log, Mark
from comity.node.base.trust import Trust
from comity.node.exchange import convict, excuse, generation, logs, seal, sign, signing_guard
from comity.tlog import note, wire
from comity.tlog.note import Signer
from comity.tlog.tree import Frontier
from comity.tlog.wire import EntryPackage, MirrorInfo

OK: Final = 200
CONFLICT: Final = 409


def require_log_of(tx: Tx, party: str, origin: str) -> Log:
    """Return a log that a party writes and that goes on.

    Raises:
        Fault: `exchange.log.unknown`, `exchange.log.wrong-party`, `exchange.log.ended`,
            `exchange.log.frozen`.
    """
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


def mirror_info(status: int, size: int, next_entry: int) -> Response:
    """Return the answer that tells what a mirror expects next."""
    info = wire.render_mirror_info(MirrorInfo(size, next_entry))
    return Response(status, info, wire.MIRROR_INFO_TYPE)


def proven(tx: Tx, head: Head, package: EntryPackage) -> tuple[bytes, ...]:
    """Return the leaf hashes of a package whose proof shows them to be in the head's tree.

    Raises:
        Fault: `exchange.entries.unproven`.
    """
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


def append_new(tx: Tx, log: Log, package: EntryPackage, leaves: tuple[bytes, ...]) -> None:
    """Append what is new of a package whose leaves were proven.

    Raises:
        Fault: as `generation.require_accepted_entry`.
    """
    if package.bounds.start == 0:
        generation.require_accepted_entry(tx, log.origin, leaves[:2])
    new = log.size - package.bounds.start
    if new < len(leaves):
        logs.append_entries(tx, log, package.entries[new:], leaves[new:])


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is needed to cosign what a package completes, before the package is stored.

    Attributes:
        log: as it was read; storing must find it so.
        leaves: hashes of the package's entries.
        signers: of the mirror.
        time_s: to cosign at.
        version: of the register by which these signers are in force.
    """

    log: Log
    leaves: tuple[bytes, ...]
    signers: tuple[Signer, ...]
    time_s: int
    version: str


def ahead(
    node: Node, tx: Tx, log: Log, head: Head, package: EntryPackage, known: signing_guard.Marks
) -> Ahead | None:
    """Return what cosigns a head, if a package's leaves after those held give its root.

    The rows that are stored after give it a second time, before the cosignature leaves.

    Args:
        node: ours.
        tx: a read.
        log: as it is read there.
        head: verified.
        package: that completes it.
        known: the marks as they were before that read, see `signing_guard.require_above_mark`.

    Returns:
        None where the head is cosigned already, or anything is not as usual.

    Raises:
        Fault: as `answer`, and `exchange.entries.unproven`.
    """
    excuse.require_may_cosign(node, tx, log)
    leaves = proven(tx, head, package)
    grown = Frontier(log.size, log.frontier).extend(leaves[log.size - package.bounds.start :])
    if (grown.size, grown.root()) != (head.size, head.root):
        return None
    signing_guard.require_sane_clock(node, tx, log.channel)
    mark = known.get(head.origin, (0, b""))
    if mark[0] > log.size or (mark[0] and logs.root_at(tx, log.origin, mark[0]) != mark[1]):
        return None
    digest = hashlib.sha256(head.note).digest()
    if tx.cosignature_of(head.origin, node.party, digest) is not None:
        return None
    signers, version = _signers(node, tx, log, head.size), register_records.version(tx)
    return Ahead(log, leaves, signers, _time_s(node, tx, head.origin), version)


def answer(node: Node, party: str, head: Head) -> Response:
    """Cosign what is stored.  The same bytes get the same stored cosignature.

    Raises:
        Fault: `exchange.log.*`, `exchange.start.not-compared`, `exchange.clock.skewed`,
            `exchange.highwater.behind`, `highwater.*`.
    """
    digest = hashlib.sha256(head.note).digest()
    known = node.highwater.marks()
    _require_no_other(node, party, head, known.get(head.origin, (0, b"")))
    with node.store.read() as tx:
        log = require_log_of(tx, party, head.origin)
        stored = tx.cosignature_of(head.origin, node.party, digest)
        if stored is None and head.size < log.signed:  # a greater one came first
            return mirror_info(CONFLICT, log.signed, log.size)
        if stored is None:
            excuse.require_may_cosign(node, tx, log)
            _require_held(node, tx, log.channel, head, known)
        signers = _signers(node, tx, log, head.size)
        time_s, version = _time_s(node, tx, head.origin), register_records.version(tx)
    if stored is not None:
        sign.require_marked(node, head.origin)
        return Response(OK, stored.lines)
    given = signed(node, head, signers, time_s)
    node.step("keep.cosigned")
    with node.store.write() as tx:
        log = require_log_of(tx, party, head.origin)
        again = tx.cosignature_of(head.origin, node.party, digest)
        if again is None and head.size < log.signed:
            return mirror_info(CONFLICT, log.signed, log.size)
        if again is None:
            signing_guard.require_above_mark(node, tx, head, node.highwater.marks())
            if register_records.version(tx) != version:  # these keys may be revoked now
                signers = _signers(node, tx, log, head.size)
                given = signed(node, head, signers, _time_s(node, tx, head.origin))
            elif _is_overtaken(node, tx, head.origin, given.time_s):
                given = signed(node, head, signers, _time_s(node, tx, head.origin))
            tx.save_cosignature(given)
            _note_signed(node, tx, head)
    return give_out(node, log, head, again or given)


def _require_no_other(node: Node, party: str, head: Head, mark: tuple[int, bytes]) -> None:
    """Return if a head does not contradict what was signed for here and may be lost; else freeze.

    Raises:
        Fault: `exchange.log.forked`, and as `require_log_of`.
    """
    with node.store.read() as tx:
        log = require_log_of(tx, party, head.origin)
        is_other = convict.contradicts_mark(tx, head, mark)
    if is_other:
        convict.freeze_by_mark(node, log, head, mark)
        raise convict.forked(head.origin)


def signed(node: Node, head: Head, signers: tuple[Signer, ...], time_s: int) -> Cosignature:
    """Return a cosignature: it may not leave before what it speaks of is stored and marked."""
    made = note.sign(note.parse(head.note).body, signers, at_s=time_s)
    lines = note.render_signatures(made.signatures)
    digest = hashlib.sha256(head.note).digest()
    return Cosignature(head.origin, head.size, node.party, digest, lines, time_s)


def begin(node: Node, head: Head, found: Ahead) -> Callable[[], Cosignature]:
    """Begin to cosign beside what stores it; return what waits for the cosignature."""
    signing = node.beside(lambda: signed(node, head, found.signers, found.time_s))
    node.step("keep.cosigned")
    return signing


def is_as_read(node: Node, tx: Tx, found: Ahead) -> bool:
    """Return whether nothing has moved since a cosignature was begun ahead: it may be stored."""
    origin = found.log.origin
    is_same = register_records.version(tx) == found.version and tx.log(origin) == found.log
    return is_same and not _is_overtaken(node, tx, origin, found.time_s)


def store(node: Node, tx: Tx, found: Ahead, head: Head, package: EntryPackage) -> bool:
    """Store a package, signed for if what is then stored gives the head's root.

    Returns:
        Whether it does: then the cosignature is stored too before the commit.  If not, something
        is damaged, and nothing may leave.
    """
    append_new(tx, found.log, package, found.leaves)
    is_held = logs.stored_root(tx, head.origin, head.size) == head.root
    if is_held:
        _note_signed(node, tx, head)
    return is_held


def _note_signed(node: Node, tx: Tx, head: Head) -> None:
    tx.save_log(replace(logs.require_log(tx, head.origin), signed=head.size))
    signing_guard.forget_before(node, tx, head.origin)


def give_out(node: Node, log: Log, head: Head, given: Cosignature) -> Response:
    """Mark what was committed, and only then let the cosignature leave.

    Understanding needs what is committed alone, and goes on while the disk takes the mark.
    """
    node.step("keep.cosignature-committed")
    node.wake(log.channel)
    sign.mark(node, _mark_of(head, given))
    node.step("keep.marked")
    return Response(OK, given.lines)


def give_out_read(
    node: Node, log: Log, head: Head, given: Cosignature, own: Mark | None
) -> Callable[[], Response]:
    """Do so where what was committed is understood already: nobody waits to be woken.

    Returns:
        What waits for the mark, and gives the answer: until then nothing may leave.

    Args:
        node: ours.
        log: whose head it is.
        head: that was cosigned.
        given: the cosignature.
        own: a head of our own log that the same transaction signed: marked with the same wait.
    """
    node.step("keep.cosignature-committed")
    heads = [_mark_of(head, given), *([own] if own else [])]
    marking = node.beside(lambda: sign.mark(node, *heads))

    def answer() -> Response:
        marking()
        node.step("keep.marked")
        return Response(OK, given.lines, wakes=log.channel)

    return answer


def _mark_of(head: Head, given: Cosignature) -> Mark:
    return Mark(head.origin, head.size, head.root, cosigned_s=given.time_s)


def _time_s(node: Node, tx: Tx, origin: str) -> int:
    """The time to cosign at: the clock's, and not before what was cosigned, lost or not."""
    return max(1, node.clock.now_ms() // 1000, _known_s(node, tx, origin))


def _known_s(node: Node, tx: Tx, origin: str) -> int:
    before = tx.newest_cosignature(origin, node.party)
    stored_s = before.time_s if before else 0
    return max(stored_s, signing_guard.time_s_before(tx, origin), node.highwater.cosigned_s(origin))


def _is_overtaken(node: Node, tx: Tx, origin: str, time_s: int) -> bool:
    """Whether something was cosigned at a later time than that of one which was begun before.

    A peer may ask for two of its heads at once: stored after the other, this one's time would
    fall (docs/spec/log.md 5.3.5).
    """
    return time_s < _known_s(node, tx, origin)


def _require_held(node: Node, tx: Tx, channel: str, head: Head, known: signing_guard.Marks) -> None:
    """Return if the stored entries give the head's root, and nothing signed contradicts it."""
    signing_guard.require_sane_clock(node, tx, channel)
    if logs.stored_root(tx, head.origin, head.size) != head.root:
        raise Fault(
            code="exchange.log.damaged",
            what=f"The mirror of {head.origin} does not give the root of its head.",
            fix="Run `comity fsck`: it names what is damaged, and the next step.",
        )
    signing_guard.require_above_mark(node, tx, head, known)


def _signers(node: Node, tx: Tx, log: Log, size: int) -> tuple[Signer, ...]:
    """The mirror's keys of the card in force, or of the next one if they are revoked or lost."""
    channel = trust.load(tx, log.channel)
    own = logs.own_log(tx, log.channel)
    if own.understood < own.size:
        # What was recovered may hold a newer card; peers know it, and gave it back.
        number = max(channel.cards[node.party])
    else:
        number = validity.seal_card_seen(channel.positions(own.origin), own.signed)
    numbers = (number, *channel.newer_cards(node.party, number))
    revoked = channel.revocations[node.party]
    counting = validity.unrevoked(numbers, revoked, log.origin, size) or numbers
    return _first_here(node, channel, counting)


def _first_here(node: Node, channel: Trust, numbers: Sequence[int]) -> tuple[Signer, ...]:
    """The mirror's keys of the first of these cards whose keys are not lost."""
    name = channel.arrangement.mirror_name(node.party, channel.name)
    for number in numbers:
        try:
            return node.keys.mirror_signers(name, channel.channel, number)
        except Fault as fault:
            if fault.code != seal.KEY_MISSING or number == numbers[-1]:
                raise
    raise AssertionError("a party has a card")
