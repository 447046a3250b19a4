"""Signing the head of an own log: one signer, outside the transaction, above the mark.

Order: two independent roots, sign, commit if the head has not moved, fsync the high-water
file, and only then may anyone send it.  What a small delivery makes owed is signed within the
transaction that writes it (`at_once`).

Source: protocol rules 8, 9 and 10; C2SP tlog-checkpoint.
Floor: node.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from comity.joint.arrangement import validity
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import local_keys, register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, LOG_OPEN, Head, KeptBody, Log, Mark
from comity.node.exchange import excuse, logs, sealer, signing_guard
from comity.tlog import checkpoint, note
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.note import Signer
from comity.tlog.tree import Frontier

_BODIES_BYTES: Final = 4 << 20
"""Small bodies that one head may bring to the high-water file."""

_CHUNK: Final = 1_024
"""Entries hashed anew in one signature; a longer backlog is signed in steps, so that memory stays
flat: each entry is held three times on its way into the high-water file."""


_BEHIND: Final = "highwater.mark.behind"
_OVERTAKEN: Final = frozenset({_BEHIND, "highwater.entries.gap"})
"""Of a mark that comes before or after one of the same log by another thread."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A head that may be signed, as one snapshot has it.

    Attributes:
        log: as it was read; the commit finds it so, or gives up.
        size: of the head.
        root: of the tree of that size.
        entries: those that are signed for the first time, for the high-water file.
        bodies: small ones that they name, likewise.
        signers: in force at that size.
        version: of the register that says so; the commit finds it so too.
    """

    log: Log
    size: int
    root: bytes
    entries: list[bytes]
    bodies: list[KeptBody]
    signers: tuple[Signer, ...]
    version: str


def sign_head(node: Node, origin: str, *, anew: bool = False) -> Head | None:
    """Sign the newest head of an own log, if it grew or `anew` is asked (rule 10).

    Returns:
        The head, durable and marked, so that it may be sent; None if there is nothing to sign.

    Raises:
        Fault: `exchange.clock.skewed`, `exchange.highwater.behind`, `exchange.log.damaged`,
            `exchange.log.frozen`, `store.*`, `highwater.*`.
    """
    known = node.highwater.marks()
    with node.store.read() as tx:
        plan = planned(node, tx, logs.require_log(tx, origin), known, anew=anew)
    return sign(node, plan) if plan else None


def sign(node: Node, plan: Plan) -> Head | None:
    """Sign, keep and mark a planned head.

    Returns:
        The head, so that it may be sent; None if the log has moved meanwhile.

    Raises:
        Fault: `exchange.highwater.behind`, `store.*`, `highwater.*`.
    """
    origin = plan.log.origin
    head = _signed(node, plan)
    node.step("sign.signed")
    with node.store.write() as tx:
        log = logs.require_log(tx, origin)
        if log.signed != plan.log.signed or log.state != LOG_OPEN:
            return None  # somebody moved it; the next round looks again
        if register_records.version(tx) != plan.version:
            return None  # and so if other keys may sign it now: these may be revoked
        known = node.highwater.marks()  # a peer may have shown more of it meanwhile
        signing_guard.require_above_mark(node, tx, head, known)
        tx.save_head(head)
        tx.save_log(replace(log, signed=plan.size))
    node.step("sign.committed")
    mark(node, _mark_of(plan))
    node.step("sign.marked")
    return head


def is_known(node: Node, tx: Tx, log: Log) -> bool:
    """Return whether it is known which card's keys sign an own log: not yet in a recovery.

    What came back from beside the mark up to its last entry was signed before, and is signed anew
    though it is not read yet: where the peer's home was put back too, each waits for what stands in
    the other's log.  If a card of ours is in it, a reader waits for the head after it.  Where the
    keys of our newest card are lost the next one signs, and no older one.
    """
    if log.understood == log.size:
        return True
    marked, _root = node.highwater.marks().get(log.origin, (0, b""))
    came_back = log.signed < log.size == marked
    return came_back and sealer.has_newest(node, trust.load(tx, log.channel))


def at_once(node: Node, tx: Tx, channel: str, entries_max: int) -> Callable[[], Mark] | None:
    """Begin to sign what a transaction appended to the own log of a channel.

    Args:
        node: ours.
        tx: the write.
        channel: its path.
        entries_max: that are signed so, those that waited before included.

    Returns:
        What keeps the head, to be called before the commit; it gives what is to be marked after
        that, see `mark`.  None if there is nothing to sign, or if a round of the exchange has to
        find out why not.
    """
    log = logs.own_log(tx, channel)
    if log.state != LOG_OPEN or log.understood != log.size:
        return None
    if not log.signed < log.size <= log.signed + entries_max:
        return None
    # A machine that was put back whole knows only from others what it signed before (rule 21).
    is_known = not excuse.waiting(node, tx, log) and not excuse.is_held_up(node, tx, log)
    if not is_known or not is_marked(node, log):
        return None
    try:
        plan = planned(node, tx, log, node.highwater.marks())
    except Fault:
        return None
    if plan is None:
        return None
    signing = node.beside(lambda: _signed(node, plan))

    def keep() -> Mark:
        tx.save_head(signing())
        tx.save_log(replace(log, signed=plan.size))
        return _mark_of(plan)

    return keep


def mark(node: Node, *heads: Mark) -> None:
    """Mark what was committed, so that it may leave: heads that were signed, or cosigned.

    Another thread may sign or cosign the log again between a commit and its mark, and mark first.
    A mark of what is not held here, as a peer has just shown it, lets nothing leave.

    Raises:
        Fault: `highwater.*`.
    """
    try:
        node.highwater.raise_all(heads)
    except Fault as fault:
        if fault.code not in _OVERTAKEN:
            raise
        for one in heads:
            _mark_alone(node, one)


def _mark_alone(node: Node, one: Mark) -> None:
    try:
        node.highwater.raise_all((one,))
    except Fault as fault:
        if fault.code not in _OVERTAKEN:
            raise
        mark_what_is_signed(node)
        if not _is_mark_held(node, one):
            raise


def _is_mark_held(node: Node, one: Mark) -> bool:
    """Whether the mark covers a head, and the stored entries give the mark's root."""
    size, root = node.highwater.marks()[one.origin]
    with node.store.read() as tx:
        log = logs.require_log(tx, one.origin)
        return one.size <= size <= log.signed and logs.root_at(tx, one.origin, size) == root


def _signed(node: Node, plan: Plan) -> Head:
    body = checkpoint.render_body(Checkpoint(plan.log.origin, plan.size, plan.root))
    time_s = max(1, node.clock.now_ms() // 1000)
    signed = note.render(note.sign(body, plan.signers, at_s=time_s))
    return Head(plan.log.origin, plan.size, plan.root, signed, time_s)


def _mark_of(plan: Plan) -> Mark:
    return Mark(plan.log.origin, plan.size, plan.root, plan.entries, plan.bodies)


def planned(
    node: Node, tx: Tx, log: Log, known: signing_guard.Marks, *, anew: bool = False
) -> Plan | None:
    """Return the next head of an own log; None if there is nothing to sign.

    Args:
        node: ours.
        tx: a read or write.
        log: as it is read there.
        known: see `signing_guard.require_above_mark`.
        anew: whether the same head is to be signed again.

    Raises:
        Fault: as `sign_head`, of what is found before it is signed.
    """
    origin = log.origin
    if log.state != LOG_OPEN:
        raise Fault(
            code="exchange.log.frozen",
            what=f"The log {origin} is {log.state}: nothing is signed.",
            fix="Run `comity status` to see why; `comity thaw` or `comity recover begin` ends it.",
        )
    if log.size == log.signed and not anew:
        return None
    signing_guard.require_sane_clock(node, tx, log.channel)
    marked, _root = known.get(origin, (0, b""))
    size = _size_to_sign(tx, log, marked)
    size, bodies = _small_bodies(tx, log.origin, max(log.signed, marked), size)
    root = logs.root_from_bytes(tx, log, log.signed, size)
    if size == log.size and Frontier(log.size, log.frontier).root() != root:
        node.alarms.raise_alarm("exchange.log.damaged", f"{origin}: two roots at {size}.")
        raise Fault(
            code="exchange.log.damaged",
            what=f"Two ways to compute the root of {origin} at {size} do not agree.",
            fix="Run `comity fsck`: it names what is damaged, and the next step.",
        )
    signing_guard.require_above_mark(node, tx, Head(origin, size, root, b"", 0), known)
    entries = tx.entries(origin, log.signed, size)
    signers = _signers(node, tx, log, size)
    return Plan(log, size, root, entries, bodies, signers, register_records.version(tx))


def _small_bodies(tx: Tx, origin: str, start: int, end: int) -> tuple[int, list[KeptBody]]:
    """Return the small bodies that entries name, and the size at which there is enough of them.

    A head ends early rather than that one mark should hold very many; it covers an entry at
    least.
    """
    found: dict[str, KeptBody] = {}
    size_bytes = 0
    for at in range(start, end, limits.TRANSACTION_ENTRIES_MAX):
        until = min(at + limits.TRANSACTION_ENTRIES_MAX, end)
        for named in tx.named_between(origin, at, until):
            if named.size_bytes > limits.ROW_BLOB_BYTES_MAX:
                continue
            if size_bytes > _BODIES_BYTES and named.index > start:
                kept = [body for body in found.values() if body.index < named.index]
                return named.index, kept
            content = tx.body(named.sha256)
            if content is not None:
                found[named.sha256] = KeptBody(named.index, named.sha256, content)
                size_bytes += len(content)
    return end, list(found.values())


def _size_to_sign(tx: Tx, log: Log, marked: int) -> int:
    """A card of ours ends a head, so that the old key signs the head that covers it.

    None ends below the mark: what came back from beside it is covered by one head, whatever
    stands in it.  A reader has newer cards from the handshake and tries their keys too.
    Nor does one end where only a revoked key could sign it: the next one covers the card too.
    """
    end = min(log.size, max(log.signed, marked) + _CHUNK)
    if log.channel == LOCAL_CHANNEL:
        least = max(log.signed, marked - 1)
        return local_keys.last_before_change(local_keys.held(tx, log.origin), least, end)
    now = trust.load(tx, log.channel)
    entered = (one.index + 1 for one in now.entered(log.origin))
    least = max(log.signed + 1, marked)
    ends = (size for size in entered if least <= size < end)
    return min((size for size in ends if now.log_cards(log.origin, size)), default=end)


def _signers(node: Node, tx: Tx, log: Log, size: int) -> tuple[Signer, ...]:
    if log.channel == LOCAL_CHANNEL:
        own = local_keys.at(local_keys.held(tx, log.origin), size)
        return node.keys.log_signers(log.origin, LOCAL_CHANNEL, own.number)
    number = validity.log_card_at(trust.load(tx, log.channel).positions(log.origin), size)
    return node.keys.log_signers(log.origin, log.channel, number)


def require_marked(node: Node, origin: str) -> None:
    """Return once the mark covers what is signed of a log, so that it may leave.

    Between the commit of a head and its mark another thread may look, or the file may fail.

    Raises:
        Fault: `highwater.*`: nothing leaves.
    """
    with node.store.read() as tx:
        log = tx.log(origin)
        is_known = log is None or (is_marked(node, log) and not _unmarked_s(node, tx, log))
    if not is_known:
        mark_what_is_signed(node)


def is_marked(node: Node, log: Log) -> bool:
    """Return whether the mark covers what is signed of a log."""
    return node.highwater.marks().get(log.origin, (0, b""))[0] >= log.signed


def _unmarked_s(node: Node, tx: Tx, log: Log) -> int:
    """When a peer's log was cosigned last, if the file does not know that yet; else 0."""
    given = None if log.own else tx.newest_cosignature(log.origin, node.party)
    time_s = given.time_s if given else 0
    return time_s if time_s > node.highwater.cosigned_s(log.origin) else 0


def mark_what_is_signed(node: Node) -> None:
    """Raise the mark to every signed or cosigned head: a crash may have come in between.

    A file that an older program wrote has no times of cosignatures: they are put into it.

    Raises:
        Fault: `highwater.*`.
    """
    with node.store.read() as tx:
        known = node.highwater.marks()
        behind = [
            (log, head, known.get(log.origin, (0, b"")), time_s)
            for log in tx.logs()
            for time_s in (_unmarked_s(node, tx, log),)
            if time_s or not is_marked(node, log)
            for head in tx.heads(log.origin, log.signed)[-1:]
        ]
    for log, head, (start, root), time_s in behind:
        found = Mark(log.origin, head.size, head.root, cosigned_s=time_s)
        if root and log.signed <= start:  # the time alone: the mark may know of more
            found = replace(found, size=start, root=root)
        if log.own:
            with node.store.read() as tx:
                entries = tx.entries(log.origin, start, head.size)
                _, bodies = _small_bodies(tx, log.origin, start, head.size)
            found = replace(found, entries=entries, bodies=bodies)
        try:
            node.highwater.raise_all((found,))
        except Fault as fault:  # another thread has marked more of it since it was read
            if fault.code != _BEHIND or not _is_mark_held(node, found):
                raise
