"""Growing and reading the tree of a log in a store: own, mirrored and local alike.

Floor: node.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.base.store import HALF
from comity.tlog import tree
from comity.tlog.tiles import TileReader, parse_hashes
from comity.tlog.tree import Frontier, HashReader

_HASH_BYTES: Final = 32
_WIDTH: Final = limits.TILE_WIDTH
_HALF_BITS: Final = 4
_HALF_WIDTH: Final = 1 << _HALF_BITS


def require_log(tx: Tx, origin: str) -> Log:
    """Return a log that this node has.

    Raises:
        Fault: `exchange.log.unknown`.
    """
    log = tx.log(origin)
    if log is None:
        raise Fault(
            code="exchange.log.unknown",
            what=f"This node does not know the log {quoted(origin)}.",
            fix="Name one as `comity status` shows it; if it is not there, check that both sides "
            "paired, and that the generation was accepted here.",
        )
    return log


def require_peer(tx: Tx, own_party: str, party: str, channel: str = "") -> None:
    """Return if another party writes in a channel; in any if none is named.

    Raises:
        Fault: `node.peer.unknown`.
    """
    peers = sorted({log.party for log in tx.logs(channel)} - {own_party})
    if party not in peers:
        raise Fault(
            code="node.peer.unknown",
            what=f"No other party {quoted(party)} writes in {channel or 'any channel'}.",
            fix=f"Name one of: {', '.join(peers)}."
            if peers
            else "Name another channel: this State writes there alone."
            if channel
            else "Pair first: `comity pair offer`.",
        )


def own_log(tx: Tx, channel: str) -> Log:
    """Return the newest generation of this node's own log in a channel.

    Raises:
        Fault: `exchange.channel.unknown`.
    """
    own = [log for log in tx.logs(channel) if log.own]
    if not own:
        raise Fault(
            code="exchange.channel.unknown",
            what=f"This node does not write in a channel {quoted(channel)}.",
            fix="Run `comity channel list` to see the channels of this node.",
        )
    return max(own, key=lambda log: log.generation)


def append_entries(tx: Tx, log: Log, entries: Sequence[bytes], leaves: Sequence[bytes] = ()) -> Log:
    """Add entries to a log and its tree; costs O(log n) beside the entries themselves.

    Args:
        tx: a write.
        log: its row as read in this transaction.
        entries: bytes as sealed.
        leaves: their leaf hashes, where the caller has them already.
    """
    hashes = list(leaves) if leaves else [tree.leaf_hash(entry) for entry in entries]
    tx.append(log.origin, log.size, entries, hashes)
    frontier = Frontier(log.size, log.frontier).extend(hashes)
    grown = replace(log, size=frontier.size, frontier=frontier.hashes)
    _save_new_nodes(tx, log, grown.size)
    tx.save_log(grown)
    return grown


def _save_new_nodes(tx: Tx, log: Log, size: int) -> None:
    """Keep the roots of the tiles, and of their sixteenths, that have become full."""
    level, shift = 0, _HALF_BITS
    while size >> shift > log.size >> shift:
        first, end = log.size >> shift, size >> shift
        below = _below(tx, log.origin, level, first * _HALF_WIDTH, end * _HALF_WIDTH)
        tx.save_nodes(log.origin, HALF + level, first, _roots(below, _HALF_WIDTH))
        shift += _HALF_BITS
        first, end = log.size >> shift, size >> shift
        if first < end:
            below = _below(tx, log.origin, level, first * _WIDTH, end * _WIDTH)
            tx.save_nodes(log.origin, level + 1, first, _roots(below, _WIDTH))
        level, shift = level + 1, shift + _HALF_BITS


def _below(tx: Tx, origin: str, level: int, start: int, end: int) -> bytes:
    return tx.nodes(origin, level, start, end) if level else tx.leaves(origin, start, end)


def _roots(hashes: bytes, width: int) -> bytes:
    """The roots over hashes, so many at a time; of those that make a whole."""
    step = width * _HASH_BYTES
    ends = range(step, len(hashes) + 1, step)
    return b"".join(tree.root(parse_hashes(hashes[at - step : at])) for at in ends)


def hash_reader(tx: Tx, origin: str, size: int) -> HashReader:
    """Return a reader of the stored hashes of a tree of that size.

    It reads at most 16 hashes at a time.  A log that an older program wrote lacks those half
    way; they are then computed from the tile below, 256 hashes.
    """

    def source(step: int, index: int) -> bytes:
        level, is_half = divmod(step, 2)
        start = index * _HALF_WIDTH
        end = min(start + _HALF_WIDTH, size >> _HALF_BITS * step)
        if not is_half:
            return _below(tx, origin, level, start, end)
        kept = tx.nodes(origin, HALF + level, start, end)
        if len(kept) == (end - start) * _HASH_BYTES:
            return kept
        below = _below(tx, origin, level, start * _HALF_WIDTH, end * _HALF_WIDTH)
        return _roots(below, _HALF_WIDTH)

    return TileReader(source, height=_HALF_BITS)


def root_at(tx: Tx, origin: str, size: int) -> bytes:
    """Return the root of a log's tree at a size it holds."""
    log = tx.log(origin)
    if log is not None and log.size == size:
        return Frontier(size, log.frontier).root()
    return stored_root(tx, origin, size)


def stored_root(tx: Tx, origin: str, size: int) -> bytes:
    """Return the same from the stored hashes: what is signed or cosigned is computed from them."""
    return tree.root_of(0, size, hash_reader(tx, origin, size))


def root_from_bytes(tx: Tx, log: Log, since: int, size: int) -> bytes:
    """Return the root at a size, the entries from `since` on hashed anew from their bytes.

    This is the second, independent way (protocol rule 9): what is on the disk is read back.

    Raises:
        Fault: `exchange.log.damaged` if an entry's bytes do not give its stored leaf hash.
    """
    entries = tx.entries(log.origin, since, size)
    stored = tx.leaves(log.origin, since, size)
    if b"".join(map(tree.leaf_hash, entries)) != stored or len(entries) != size - since:
        raise Fault(
            code="exchange.log.damaged",
            what=f"Entries {since} to {size} of {quoted(log.origin)} are not what was stored.",
            fix="Run `comity fsck`: it names what is damaged, and the next step.",
        )
    return stored_root(tx, log.origin, size)
