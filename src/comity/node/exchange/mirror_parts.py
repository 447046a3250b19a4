"""What a party's mirror holds of a log: read a part at a time, each proven under one head.

    part     entries up to the end of a bundle, at most 256
    proof    from the tree that is held here, the part's leaves after it, to the head: by hashes
             from the mirror's tiles

A part that is proven may be stored before the next one is asked for: what lies under the head is
its author's own.  So memory holds one part of any log, and no transaction more.

Source: docs/spec/wire.md 7.5.8 and 7.7.3; C2SP tlog-tiles; protocol rules 17 and 24.
Floor: node.
"""

import hashlib
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import channel_records, register_records
from comity.node.base.context import Node
from comity.node.base.ports import Request
from comity.tlog import tiles, tree
from comity.tlog.tiles import Tile, TileReader
from comity.tlog.tree import Frontier

_OK: Final = 200
_TREE: Final = "tlog."


class Mirror:
    """The tree of a log at one size, as a party's mirror shows it.

    Nothing that it says is believed: see `leads_to`.
    """

    def __init__(self, node: Node, party: str, origin: str, size: int) -> None:
        """Read nothing yet.

        Args:
            node: ours.
            party: whose mirror is read.
            origin: of the log.
            size: of the tree.
        """
        self._node, self._party, self._size = node, party, size
        self._path = hashlib.sha256(origin.encode()).hexdigest()
        with node.store.read() as tx:
            path = register_records.channel_path_of(origin)
            self._headers = channel_records.headers(tx, path)
        self._read = TileReader(self._hashes)

    def part(self, start: int) -> list[bytes]:
        """Return the entries from `start` to the end of their bundle; none if it has none.

        Raises:
            Fault: `node.peer.*`, `tlog.tile.malformed`.
        """
        index, offset = divmod(start, limits.TILE_WIDTH)
        width = tiles.width_of(None, index, self._size)
        if width <= offset:
            return []
        bundle = self._get(Tile(None, index, width))
        return list(tiles.parse_bundle(bundle)[offset:width]) if bundle else []

    def leads_to(self, size: int, root: bytes, head_root: bytes) -> bool:
        """Return whether a tree of this size and root is the beginning of the one of a head.

        Args:
            size: 1 to that of the head, which is this mirror's.
            root: at that size.
            head_root: of the head.

        Raises:
            Fault: `node.peer.*`.
        """
        if size == self._size:
            return root == head_root
        try:
            proof = tree.prove_consistency(size, self._size, self._read)
            tree.verify_consistency(size, root, self._size, head_root, proof)
        except Fault as fault:
            if not fault.code.startswith(_TREE):
                raise
            return False
        return True

    def path_from(self, size: int) -> tuple[bytes, tuple[bytes, ...]] | None:
        """Return the root at a smaller size and the proof from it; None where there is none.

        Raises:
            Fault: `node.peer.*`.
        """
        if not 0 < size < self._size:
            return None
        try:
            root = tree.root_of(0, size, self._read)
            return root, tree.prove_consistency(size, self._size, self._read)
        except Fault as fault:
            if not fault.code.startswith(_TREE):
                raise
            return None

    def frontier(self) -> Frontier:
        """Return the tree itself, as it says, to be extended and compared with a known root.

        Raises:
            Fault: `node.peer.*`, `tlog.tile.*`.
        """
        return tree.frontier_of(self._size, self._read)

    def _hashes(self, level: int, index: int) -> bytes:
        width = tiles.width_of(level, index, self._size)
        return self._get(Tile(level, index, width)) if width else b""

    def _get(self, tile: Tile) -> bytes:
        path = f"/{self._path}/{tiles.render_path(tile)}"
        answer = self._node.peers.call(self._party, Request("GET", path, headers=self._headers))
        return answer.body if answer.status == _OK else b""


def has_room(node: Node, channel: str) -> bool:
    """Return whether the disk has room for one part beside its reserve."""
    with node.store.read() as tx:
        is_hotline = channel_records.is_hotline(tx, channel)
    try:
        node.require_room(tiles.BUNDLE_BYTES_MAX, is_hotline)
    except Fault:
        return False
    return True
