"""Heads by which an entry is proven: signed by its author, cosigned by those whose word is wanted.

    cosigned_head(node, tx, log, index, parties)     the least kept one, or None
    from_author(node, log, index, parties)           the newest, asked of its author

A node keeps the cosignatures on its own logs, and its own on those of others: what one peer gave
another comes with the head that its author shows.

Source: docs/spec/proof.md, clause 4.
Floor: node.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from comity.kernel.fault import Fault
from comity.node.base import local_keys, trust
from comity.node.base.context import Node
from comity.node.base.ports import Request, Tx
from comity.node.base.rows import LOCAL_CHANNEL, Cosignature, Head, Log
from comity.node.base.trust import Trust
from comity.node.exchange import keep, logs, send, valid_cosignatures, witness_memory
from comity.tlog import checkpoint, note

_HEADS_TRIED: Final = 64


def mirrors(log: Log, parties: Collection[str], by: Collection[str]) -> set[str]:
    """Return the parties whose cosignatures a proof is to have: all others, or those named.

    Raises:
        Fault: `node.proof.which-party`.
    """
    others = {*parties} - {log.party}
    if unknown := {*by} - others:
        raise Fault(
            code="node.proof.which-party",
            what=f"{', '.join(sorted(unknown))} does not cosign {log.origin}.",
            fix=f"Name some of {', '.join(sorted(others)) or 'no party'}, or none for all of them.",
        )
    return {*by} or others


def cosigned_head(node: Node, tx: Tx, log: Log, index: int, parties: set[str]) -> bytes | None:
    """Return the least kept head over an entry with the lines of every mirror, or None.

    One that the witnesses of the log have cosigned too goes before one that they have not.
    """
    outside = [one.party for one in witness_memory.witnesses(tx, log)]
    best: tuple[int, bytes] | None = None
    for head in heads(tx, log, index + 1, parties):
        found = _cosigned(node, tx, log, head, parties, outside)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
        if found is not None and found[0] == len(outside):
            break
    return best[1] if best else None


def with_cosignatures(node: Node, tx: Tx, log: Log, head: Head, parties: set[str]) -> bytes | None:
    """Return a head with the lines of every mirror, and of witnesses that gave any, or None."""
    outside = [one.party for one in witness_memory.witnesses(tx, log)]
    found = _cosigned(node, tx, log, head, parties, outside)
    return found[1] if found else None


def _cosigned(
    node: Node, tx: Tx, log: Log, head: Head, parties: set[str], outside: list[str]
) -> tuple[int, bytes] | None:
    """Return how many witnesses cosigned a head, and it with all lines; None without a mirror's.

    None too where a line counts no more, since its key was revoked after it was believed, or an
    entry that was read later ends it: whoever reads the proof would refuse it.
    """
    digest = hashlib.sha256(head.note).digest()
    kept = [tx.cosignature_of(log.origin, party, digest) for party in sorted(parties)]
    given = [one for one in kept if one is not None]
    if len(given) < len(parties):
        return None
    signed = _counted(node, tx, log, head, given)
    if signed is None:
        return None
    more = [one for w in outside if (one := tx.cosignature_of(log.origin, w, digest))]
    return len(more), signed + b"".join(one.lines for one in [*given, *more])


def _counted(
    node: Node, tx: Tx, log: Log, head: Head, given: Sequence[Cosignature]
) -> bytes | None:
    """Return a head with its log's lines; None where a line of it or of a mirror is void."""
    if log.channel == LOCAL_CHANNEL:
        own = local_keys.at(local_keys.held(tx, log.origin), head.size)
        return head.note if own.cap is None else None
    loaded = trust.load(tx, log.channel)
    are_counted = all(valid_cosignatures.is_cosignature(loaded, one) for one in given)
    return signed_alone(node, loaded, head) if are_counted else None


def signed_alone(node: Node, loaded: Trust, head: Head) -> bytes | None:
    """Return a head with those lines of its log that count now; None without any.

    Its author may have added one that no key made, which would spoil a proof.
    """
    parsed = note.parse(head.note)
    own = keep.head_lines(node.suite, loaded, head.origin, head.size, parsed)
    return None if own is None else note.render(note.Note(parsed.body, own))


def heads(tx: Tx, log: Log, size: int, parties: Collection[str]) -> Iterator[Head]:
    """Give some heads of that size and over, some that these may all have cosigned of late."""
    loaded = trust.load(tx, log.channel) if parties else None
    newest = [
        valid_cosignatures.newest(tx, loaded, log.origin, party) for party in parties if loaded
    ]
    late = min((one.size for one in newest if one), default=log.signed)
    for start in (size, max(size, late)):
        yield from _heads_from(tx, log, start)
    if log.signed >= size:
        yield from reversed(tx.heads(log.origin, log.signed))


def _heads_from(tx: Tx, log: Log, size: int) -> Iterator[Head]:
    for _ in range(_HEADS_TRIED):
        head = tx.head_at_least(log.origin, size)
        if head is None or head.size > log.size:
            return
        yield from tx.heads(log.origin, head.size)  # the first: an act was stored by its time
        size = head.size + 1


def from_author(node: Node, log: Log, index: int, parties: set[str]) -> bytes:
    """Ask the author of a log for its newest head with every mirror's cosignature.

    Lines that are not verified here are left out: one of a known key that is bad would spoil it.
    """
    if log.own or parties == {node.party}:
        raise _not_cosigned(log, index, _lacking(node, log, index, parties))
    path = f"/{hashlib.sha256(log.origin.encode()).hexdigest()}/checkpoint"
    reply = node.peers.call(log.party, Request("GET", path))
    if reply.status != 200:  # noqa: PLR2004 -- HTTP OK
        raise _not_cosigned(log, index)
    parsed = note.parse(reply.body)
    body = checkpoint.parse_body(parsed.body)
    with node.store.read() as tx:
        held = logs.require_log(tx, log.origin)
        is_ours = body.origin == log.origin and index < body.size <= held.size
        if not is_ours or logs.root_at(tx, log.origin, body.size) != body.root:
            raise _not_cosigned(log, index)
        loaded = trust.load(tx, log.channel)
    signed = signed_alone(node, loaded, Head(log.origin, body.size, body.root, reply.body, 0))
    if signed is None:
        raise _not_cosigned(log, index)
    own = note.parse(signed).signatures
    head = Head(log.origin, body.size, body.root, signed, 0)
    shown = note.render_signatures(tuple(s for s in parsed.signatures if s not in own))
    named = {line.name for line in parsed.signatures}
    names = {party: loaded.arrangement.mirror_name(party, loaded.name) for party in parties}
    if lacking := [party for party in sorted(parties) if names[party] not in named]:
        raise _not_cosigned(log, index, lacking)
    given = (send.verified_cosignature(node, party, head, shown) for party in sorted(parties))
    return signed + b"".join(one.lines for one in given)


def _lacking(node: Node, log: Log, index: int, parties: Collection[str]) -> list[str]:
    """Return who has not signed for an entry, as far as that is known here."""
    if log.channel == LOCAL_CHANNEL:
        return []
    with node.store.read() as tx:
        loaded = trust.load(tx, log.channel)
        found = {
            p: valid_cosignatures.at_least(tx, loaded, log.origin, p, index + 1) for p in parties
        }
    return sorted(party for party, one in found.items() if one is None)


def _not_cosigned(log: Log, index: int, lacking: Sequence[str] = ()) -> Fault:
    who = f": {', '.join(lacking)} has not signed for it" if lacking else ""
    return Fault(
        code="node.proof.not-cosigned",
        what=f"No head over entry {index} of {log.origin} is cosigned by every party whose "
        f"cosignature is wanted{who}.",
        fix="Wait until each has signed for it; among several parties `--signed-by PARTY` proves "
        "what that one has signed for, and a pack does without one that is given up.",
    )
