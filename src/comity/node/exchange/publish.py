"""Reading a mirror or a log, as C2SP tlog-tiles has it; for the parties of its channel only.

Source: C2SP tlog-tiles; protocol rules 11, 17 and 21.
Floor: node.
"""

import hashlib

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.base.context import Node
from comity.node.base.ports import Response, Tx
from comity.node.base.rows import LOG_ENDED, Cosignature, Head, Log
from comity.node.exchange import sign
from comity.tlog import tiles

BYTES_TYPE = "application/octet-stream"


def _log_of(tx: Tx, party: str, origin_sha256: str) -> Log:
    for log in tx.logs():
        if hashlib.sha256(log.origin.encode()).hexdigest() == origin_sha256:
            if any(other.party == party for other in tx.logs(log.channel)):
                return log
            break
    raise Fault(
        code="exchange.log.unknown",
        what=f"This peer reads no log whose origin hashes to {quoted(origin_sha256[:16])}.",
        fix="Take the SHA-256 of the log's full origin, in lower-case hex.",
    )


def checkpoint(node: Node, party: str, origin_sha256: str) -> Response:
    """Return the newest head of a log, with the cosignatures on it that are held here.

    Raises:
        Fault: `exchange.log.unknown`, `exchange.tile.unknown` before the first;
            `highwater.*`: nothing leaves.
    """
    with node.store.read() as tx:
        log = _log_of(tx, party, origin_sha256)
        head = _newest(tx, log)
        if head is None:
            raise Fault(
                code="exchange.tile.unknown",
                what="No head of this log was signed yet.",
                fix="Ask again once its author has signed one: it does so every minute.",
            )
        parties = sorted({other.party for other in tx.logs(log.channel)})
        given = [_cosigned(tx, head, party) for party in parties]
    sign.require_marked(node, log.origin)
    return Response(200, head.note + b"".join(c.lines for c in given if c))


def _newest(tx: Tx, log: Log) -> Head | None:
    """The newest head of what others may read of a log.

    What came back of an own one that ended is not signed here anew: a greater head may cover it.
    """
    newest = tx.newest_head(log.origin)
    if newest is not None and log.signed < newest.size <= _published(log) and log.own:
        return newest
    heads = tx.heads(log.origin, log.signed)
    return heads[-1] if heads else None


def _cosigned(tx: Tx, head: Head, party: str) -> Cosignature | None:
    """What a party has cosigned of a head: these bytes, or others of the same three lines.

    A cosignature is on the three lines alone, and a head of one size is signed anew each minute:
    who is out of reach has cosigned an earlier one, and a mirror not yet the one that just came.
    """
    given = tx.cosignature_of(head.origin, party, hashlib.sha256(head.note).digest())
    newest = tx.newest_cosignature(head.origin, party)
    return given or (newest if newest and newest.size == head.size else None)


def tile(node: Node, party: str, origin_sha256: str, path: str) -> Response:
    """Return a tile of hashes or a bundle of entries; full ones never change.

    Raises:
        Fault: `exchange.log.unknown`, `exchange.tile.unknown`, `tlog.tile.bad-path`;
            `highwater.*`: nothing leaves.
    """
    asked = tiles.parse_path(path)
    level = asked.level or 0
    start = asked.index * limits.TILE_WIDTH
    with node.store.read() as tx:
        log = _log_of(tx, party, origin_sha256)
        size = _published(log)
        if tiles.width_of(asked.level, asked.index, size) < asked.width:
            raise Fault(
                code="exchange.tile.unknown",
                what=f"The log has {size} entries: there is no {quoted(path)}.",
                fix="Ask for what the checkpoint of this log covers.",
            )
        end = start + asked.width
        if asked.level is None:
            data = tiles.render_bundle(tx.entries(log.origin, start, end))
        elif level == 0:
            data = tx.leaves(log.origin, start, end)
        else:
            data = tx.nodes(log.origin, level, start, end)
    sign.require_marked(node, log.origin)
    return Response(200, data, BYTES_TYPE)


def _published(log: Log) -> int:
    """How many entries of a log others may read: of an own one what is signed (rule 9).

    The rest may still be cut by a recovery, or frozen by an officer.  What is left of one that
    ended is held by others.
    """
    return log.signed if log.own and log.state != LOG_ENDED else log.size
