"""Growing and reading the tree of a log in a store: own, mirrored and local alike.

Floor: node.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.ports import Tx
from comity.node.rows import Log
from comity.tlog import tree
from comity.tlog.tiles import TileReader
from comity.tlog.tree import Frontier, HashReader

_HASH_BYTES: Final = 32
_WIDTH: Final = limits.TILE_WIDTH


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
            fix="Check that both sides paired, and that the generation was accepted here.",
        )
    return log


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
    """Keep the roots of the tiles that have become full, level by level."""
    level, shift = 1, 8
    while size >> shift > log.size >> shift:
        first, end = log.size >> shift, size >> shift
        below = (first * _WIDTH, end * _WIDTH)
        data = (
            tx.leaves(log.origin, *below) if level == 1 else tx.nodes(log.origin, level - 1, *below)
        )
        step = _WIDTH * _HASH_BYTES
        tiles = (data[at : at + step] for at in range(0, len(data), step))
        tx.save_nodes(log.origin, level, first, b"".join(map(_tile_root, tiles)))
        level, shift = level + 1, shift + 8


def _tile_root(tile: bytes) -> bytes:
    return tree.root([tile[at : at + _HASH_BYTES] for at in range(0, len(tile), _HASH_BYTES)])


def hash_reader(tx: Tx, origin: str, size: int, *, is_growing: bool = False) -> HashReader:
    """Return a reader of the stored hashes of a tree of that size; see `TileReader`."""

    def source(level: int, index: int) -> bytes:
        start = index * _WIDTH
        end = min(start + _WIDTH, size >> (8 * level))
        if level == 0:
            return tx.leaves(origin, start, end)
        return tx.nodes(origin, level, start, end)

    return TileReader(source, is_growing=is_growing)


def root_at(tx: Tx, origin: str, size: int) -> bytes:
    """Return the root of a log's tree at a size it holds, from stored hashes."""
    return tree.root_of(0, size, hash_reader(tx, origin, size, is_growing=True))


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
            fix="Run `comity fsck`, then `comity recover` to fetch them from the peer's mirror.",
        )
    return root_at(tx, log.origin, size)
