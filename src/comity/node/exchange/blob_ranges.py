"""Bodies in ranges: larger ones are sent so and can be resumed, and all of them are read so.

    PUT  /body/<sha256>   a range of a larger one; the answer says how much is staged
    GET  /body/<sha256>   a range of one that is held
    HEAD /body/<sha256>   its size, or how much the peer that asks has staged

Source: protocol rules 6, 15 and 16; docs/spec/wire.md 7.5.3 to 7.5.5 and 7.5.12.
Floor: node.
"""

from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Parts, Response, Tx
from comity.node.base.rows import NamedBody
from comity.node.exchange import blob_access, blobs, destroyed_blobs

_UNKNOWN: Final = "exchange.body.unknown"
CREATED: Final = 201
ACCEPTED: Final = 202
CONFLICT: Final = 409


def put_range(
    node: Node, party: str, sha256: str, start: int, total: int, parts: Parts
) -> Response:
    """Stage a range of a large body as it comes; the last one is checked and kept.

    What came of a range that broke off stays staged.  What a party sends lies apart from what
    others send of the same body, so that nobody spoils it; and it is taken where the body is
    here and this party is not known to have it, which it learns nothing of.

    Returns:
        202 with the number of bytes staged so far, 201 when the body is kept, 409 with that
        number if `start` is beyond it.

    Raises:
        Fault: `exchange.body.unknown` if no entry of that party names the hash,
            `exchange.body.wrong-hash`, `exchange.body.wrong-size`, `node.store.full`.
    """
    with node.store.read() as tx:
        named = [r for r in tx.who_names(sha256) if blob_access.author_of(r.origin) == party]
        is_gone = destroyed_blobs.is_gone(tx, sha256)
    if not named:
        raise _unknown(sha256)
    is_had = any(row.held for row in named)
    if is_had and is_gone:
        raise destroyed_blobs.fault(sha256)
    _require_fits(named[0], start + parts.size_bytes, total)
    if is_had and node.bodies.size_bytes(sha256) is not None:
        return Response(CREATED, b"%d\n" % total)
    staged = node.bodies.staged_bytes(sha256, party)
    if start > staged:
        return Response(CONFLICT, b"%d\n" % staged)
    staged = _stage(node, party, sha256, start, parts)
    if staged < start:
        return Response(CONFLICT, b"%d\n" % staged)
    if staged < total:
        return Response(ACCEPTED, b"%d\n" % staged)
    _keep(node, party, named[0].origin, sha256)
    if is_gone:
        raise destroyed_blobs.fault(sha256)
    return Response(CREATED, b"%d\n" % total)


def _keep(node: Node, party: str, origin: str, sha256: str) -> None:
    if not blobs.keep_staged(node, origin, sha256, party):
        raise Fault(
            code="exchange.body.wrong-hash",
            what=f"The bytes that came do not have the hash {sha256[:16]}….",
            fix="Send the body again from its first byte.",
        )


def _require_fits(named: NamedBody, end: int, total: int) -> None:
    if total != named.size_bytes or end > total:
        raise Fault(
            code="exchange.body.wrong-size",
            what=f"The body {named.sha256[:16]}… has {named.size_bytes} bytes, not {total}.",
            fix="Send the bytes that the entry names.",
        )


def _stage(node: Node, party: str, sha256: str, start: int, parts: Parts) -> int:
    """Stage parts as they come; return how many bytes are staged then.

    None is where what was fetched meanwhile has ended the body.
    """
    try:
        for part in parts.each():
            node.bodies.stage(sha256, start, part, party)
            start += len(part)
    except Fault as fault:
        if not blobs.is_ended(fault):
            raise
    return node.bodies.staged_bytes(sha256, party)


def get_range(
    node: Node, party: str, sha256: str, start: int, end: int, log_sha256: str = ""
) -> Response:
    """Return bytes `[start, end)` of a body that this peer may read: 206 or 416.

    Args:
        node: ours.
        party: who asks.
        sha256: of the body.
        start: first byte.
        end: behind the last.
        log_sha256: of the origin of the log for whose channel the peer asks; "" for any.

    Raises:
        Fault: `exchange.body.unknown`, `exchange.body.destroyed`.
    """
    with node.store.read() as tx:
        text = _key_text(tx, party, sha256)
    size = _size_for(node, party, sha256, log_sha256) if text is None else len(text)
    end = min(end, size, start + limits.FETCH_RANGE_BYTES_MAX)
    if not 0 <= start < end:
        return Response(416, b"%d\n" % size)
    data = blobs.read(node, sha256, start, end) if text is None else text[start:end]
    headers = {"content-range": f"bytes {start}-{end - 1}/{size}"}
    return Response(206, data, "application/octet-stream", headers)


def head(node: Node, party: str, sha256: str) -> Response:
    """Return the size of a body that this peer may read, or how much of it this peer staged."""
    try:
        size = _size_for(node, party, sha256)
    except Fault as fault:
        if fault.code != _UNKNOWN:
            raise
        staged = node.bodies.staged_bytes(sha256, party)
        return Response(404, headers={"comity-staged-bytes": str(staged)})
    return Response(200, headers={"comity-size-bytes": str(size)})


def _size_for(node: Node, party: str, sha256: str, log_sha256: str = "") -> int:
    """The size, if this peer is in the audience of a naming of the body that counts."""
    with node.store.read() as tx:
        if not blob_access.may_read(tx, sha256, party, log_sha256):
            raise _unknown(sha256)
        if destroyed_blobs.is_gone(tx, sha256):
            raise destroyed_blobs.fault(sha256)
        body = tx.body(sha256)
    size = len(body) if body is not None else node.bodies.size_bytes(sha256)
    if size is None:
        raise _unknown(sha256)
    return size


def _key_text(tx: Tx, party: str, sha256: str) -> bytes | None:
    """Return a card by its hash that a peer may read since it is in its arrangement, or None.

    A card that was only shown is a body of nobody; an entry may be sealed to it all the same, and
    whoever holds another text of its number reads no further until it has this one.
    """
    for arrangement in register_records.arrangements(tx):
        if party not in arrangement.party_ids():
            continue
        held = trust.load(tx, register_records.live_in(arrangement.id))
        for owner, texts in held.texts.items():
            for number, digest in texts.items():
                if digest == sha256:
                    return register_records.card_text(tx, arrangement.id, owner, number)
            if sha256 in held.others[owner]:
                return register_records.other_card_text(tx, arrangement.id, owner, sha256)
    return None


def _unknown(sha256: str) -> Fault:
    return Fault(
        code=_UNKNOWN,
        what=f"No entry that this peer may read names the body {quoted(sha256)}.",
        fix="Send the entry first, or check the hash.",
    )
