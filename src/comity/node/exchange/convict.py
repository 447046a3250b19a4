"""Convicting a log that signed two histories, and freezing that log alone.

Source: protocol rule 22.
Floor: node.
"""

import base64
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from comity.joint.exchange import evidence
from comity.joint.exchange.evidence import Evidence, Fallen
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED, LOG_FROZEN, LOG_OPEN, Cosignature, Head, Log
from comity.node.exchange import logs
from comity.tlog import checkpoint, note, tree
from comity.tlog.checkpoint import Checkpoint

CONVICTION: Final = "conviction"
"""Record kind: the evidence by origin."""

CONTRADICTED: Final = "contradicted"
"""Record kind: `<origin>`: {head, size, root}: a head against what was signed for here before."""

COSIGNER: Final = "conviction-cosigner"
"""Record kind: `<origin>|<party>`: the evidence that a mirror's cosign times fell."""


def find(tx: Tx, log: Log, head: Head, proof: Sequence[bytes] = ()) -> Evidence | None:
    """Return what convicts the log, if this validly signed head contradicts an earlier one.

    Args:
        tx: a read or write.
        log: as it is held here.
        head: whose two signatures were verified.
        proof: consistency that came with it, from the pending head.
    """
    for other in tx.heads(log.origin, head.size):
        if other.root != head.root:
            return Evidence(other.note, head.note, other.root, ())
    if 0 < head.size <= log.size:
        return _against_tree(tx, log, head)
    pending = tx.newest_head(log.origin)
    if pending is not None and pending.size < head.size:
        ends = tree.implied_roots(pending.size, head.size, proof, pending.root)
        if ends is not None and ends[1] == head.root and ends[0] != pending.root:
            return Evidence(pending.note, head.note, ends[0], tuple(proof))
    return None


def _against_tree(tx: Tx, log: Log, head: Head) -> Evidence | None:
    """Compare a head with the entries that are held, which a greater head covers."""
    root = logs.root_at(tx, log.origin, head.size)
    if root == head.root:
        return None
    bigger = tx.head_at_least(log.origin, head.size)
    if bigger is None or bigger.size > log.size or bigger.size == head.size:
        return None
    reader = logs.hash_reader(tx, log.origin, bigger.size)
    path = tree.prove_consistency(head.size, bigger.size, reader)
    return Evidence(head.note, bigger.note, root, path)


def by_path(
    smaller: Head, bigger: Head, implied_root: bytes, proof: Sequence[bytes]
) -> Evidence | None:
    """Return what a path from somebody's mirror shows against a log, if it shows anything.

    Args:
        smaller: signed by the log, held here.
        bigger: signed by the log, held there.
        implied_root: the root at the smaller size of the tree that the bigger one covers.
        proof: from that root to the bigger one's.
    """
    if not 0 < smaller.size < bigger.size or implied_root == smaller.root:
        return None
    try:
        tree.verify_consistency(smaller.size, implied_root, bigger.size, bigger.root, proof)
    except Fault:
        return None
    return Evidence(smaller.note, bigger.note, implied_root, tuple(proof))


def is_known(tx: Tx, origin: str) -> bool:
    """Return whether a log is known to have signed two histories: by evidence, or by our mark."""
    return any(tx.record(kind, origin) is not None for kind in (CONVICTION, CONTRADICTED))


def is_convicted(tx: Tx, log: Log) -> bool:
    """Return whether a log was convicted here: nothing of it will ever come any more."""
    return log.state != LOG_OPEN and is_known(tx, log.origin)


def contradicts_mark(tx: Tx, head: Head, mark: tuple[int, bytes]) -> bool:
    """Return whether a head of a peer's log contradicts what was signed for here before.

    Args:
        tx: a read or write.
        head: verified; all that it covers is held.
        mark: size and root of what was signed for: its author's keys had signed it then.
    """
    size, root = mark
    if not 0 < size <= head.size:
        return False
    held = logs.root_at(tx, head.origin, size)
    if held == root:
        return False
    reader = logs.hash_reader(tx, head.origin, head.size)
    path = tree.prove_consistency(size, head.size, reader)
    try:
        tree.verify_consistency(size, held, head.size, head.root, path)
    except Fault:
        return False  # rows are damaged here, and say nothing of its author
    return True


def freeze_by_mark(node: Node, log: Log, head: Head, mark: tuple[int, bytes]) -> None:
    """Freeze a log whose head contradicts what was signed for here and is not held any more.

    This node knows that two histories were signed, and can show nobody the other head.  What
    other parties have read is read here too (docs/spec/exchange.md 8.2.7).
    """
    size, root = mark
    value: Json = {
        "head": head.note.decode(), "root": base64.b64encode(root).decode(), "size": size,
    }  # fmt: skip
    with node.store.write() as tx:
        now = logs.require_log(tx, log.origin)
        tx.save_record(CONTRADICTED, log.origin, value)
        if now.state != LOG_ENDED:
            tx.save_log(replace(now, state=LOG_FROZEN))
    node.alarms.raise_alarm(
        "exchange.log.forked",
        f"{log.origin} signed two histories; what it showed first is lost here and not proven.",
    )
    node.wake(log.channel)


def proven_heads(tx: Tx, origin: str) -> frozenset[bytes]:
    """Return the notes of the two heads that convict a log; none where it was not convicted."""
    value = tx.record(CONVICTION, origin)
    if value is None:
        return frozenset()
    found = evidence.from_json(value)
    return frozenset((found.smaller, found.bigger))


def keep_fallen(node: Node, tx: Tx, before: Cosignature, given: Cosignature) -> None:
    """Keep the proof that a mirror's cosign times fell while the size of our log rose.

    It convicts the cosigner (protocol rule 8), and stops nothing.
    """
    if not (before.size < given.size and before.time_s > given.time_s):
        return
    fallen = Fallen(_cosigned(tx, before), _cosigned(tx, given))
    key = f"{given.origin}|{given.party}"
    tx.save_record(COSIGNER, key, evidence.fallen_to_json(fallen))
    node.alarms.raise_alarm(
        "exchange.cosignature.time-fell",
        f"{given.party} cosigned {given.origin} at {before.size} later than at {given.size}; "
        "the proof is kept.",
    )


def _cosigned(tx: Tx, given: Cosignature) -> bytes:
    """The note of the head that was cosigned, with the mirror's lines alone."""
    root = logs.root_at(tx, given.origin, given.size)
    body = checkpoint.render_body(Checkpoint(given.origin, given.size, root))
    return note.render(note.Note(body, note.parse_signatures(given.lines)))


def freeze(node: Node, tx: Tx, log: Log, found: Evidence) -> None:
    """Freeze the convicted log and keep the evidence; nothing else stops.

    One that ended stays ended: what its successor leaves of it is still to be fetched.

    Raises:
        Fault: `exchange.log.damaged` if nobody else could check the evidence: it was made of
            rows that are damaged here, and a log is convicted for good.
    """
    _require_proven(node, tx, log, found)
    tx.save_record(CONVICTION, log.origin, evidence.to_json(found))
    if log.state != LOG_ENDED:
        tx.save_log(replace(log, state=LOG_FROZEN))
    node.alarms.raise_alarm(
        "exchange.log.forked", f"{log.origin} signed two histories; the proof is kept."
    )


def _require_proven(node: Node, tx: Tx, log: Log, found: Evidence) -> None:
    """Return if anybody who has the cards of the log's author comes to the same verdict."""
    channel = trust.load(tx, log.channel)
    pairs = channel.log_keys(log.origin, channel.cards[log.party])
    candidates = [node.suite.log_verifiers(log.origin, *pair) for pair in pairs]
    try:
        evidence.verify_evidence(found, candidates)
    except Fault as fault:
        what = f"What is stored of {log.origin} disagrees with its heads and proves no fork."
        node.alarms.raise_alarm("exchange.log.damaged", what)
        raise Fault(
            code="exchange.log.damaged",
            what=what,
            fix="Run `comity fsck`: it names what is damaged, and the next step.",
        ) from fault


def forked(origin: str) -> Fault:
    """Return the refusal of a convicted log."""
    return Fault(
        code="exchange.log.forked",
        what=f"The log {origin} signed two histories: it is frozen here and the proof is kept.",
        fix="Speak to the other party over the telephone; begin a new generation.",
    )
