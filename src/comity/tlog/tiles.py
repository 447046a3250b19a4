"""Tiles: the hashes and entries of a log as immutable pieces of 256.

    tile/0/x001/x234/067            level 0, index 1234067, full: 256 hashes
    tile/1/004.p/17                 level 1, index 4, partial: 17 hashes
    tile/entries/x001/x234/067      the entries under that tile, each after its uint16 length

A hash of level L is the root of a full tile of level L - 1; a tile spans 8 levels of the tree.

Source: C2SP tlog-tiles.
Floor: tlog (pure).
"""

import struct
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.tlog import spelling, tree
from comity.tlog.spelling import HASH_BYTES

TILE_BYTES: Final = limits.TILE_WIDTH * HASH_BYTES
LEVEL_MAX: Final = 63
BUNDLE_BYTES_MAX: Final = limits.TILE_WIDTH * (2 + limits.ENTRY_BYTES_MAX)
NODES_KEPT: Final = 4096
TILES_KEPT: Final = 16
_HEIGHT: Final = 8
_PATH_BYTES_MAX: Final = 64
_GROUP: Final = 1000
_GROUP_DIGITS: Final = 3
_LENGTH: Final = struct.Struct(">H")

type TileSource = Callable[[int, int], bytes]
"""(level, index) -> the hashes of that tile, full or as many as there are."""


@dataclass(frozen=True, slots=True)
class Tile:
    """The coordinates of a tile, or of the entry bundle under a tile of level 0.

    Attributes:
        level: 0 to 63, or None for an entry bundle.
        index: of the tile in its level, from 0.
        width: how many hashes or entries; 1 to 256, and 256 is a full one.
    """

    level: int | None
    index: int
    width: int = limits.TILE_WIDTH

    def __post_init__(self) -> None:
        assert self.level is None or 0 <= self.level <= LEVEL_MAX
        assert 0 <= self.index <= spelling.NUMBER_MAX
        assert 1 <= self.width <= limits.TILE_WIDTH


def parse_path(path: str) -> Tile:
    """Read the path of a tile or bundle, without a leading slash.

    Raises:
        Fault: `tlog.tile.bad-path`, for any spelling but that of `render_path`.
    """
    tile = _parse_path(path) if len(path) <= _PATH_BYTES_MAX else None
    if tile is None or render_path(tile) != path:
        raise Fault(
            code="tlog.tile.bad-path",
            what=f"No tile has the path {quoted(path)}.",
            fix="Ask for tile/<level>/<index> or tile/entries/<index>, like tile/0/x001/234.",
        )
    return tile


def render_path(tile: Tile) -> str:
    """Return the path, without a leading slash."""
    groups = [f"{tile.index % _GROUP:03d}"]
    rest = tile.index // _GROUP
    while rest:
        groups.append(f"x{rest % _GROUP:03d}")
        rest //= _GROUP
    level = "entries" if tile.level is None else str(tile.level)
    suffix = "" if tile.width == limits.TILE_WIDTH else f".p/{tile.width}"
    return f"tile/{level}/{'/'.join(reversed(groups))}{suffix}"


def width_of(level: int | None, index: int, size: int) -> int:
    """Return how many hashes (or entries, for None) this tile has in a tree of this size.

    0 if there is no such tile.
    """
    count = size >> (_HEIGHT * (level or 0))
    return max(0, min(limits.TILE_WIDTH, count - index * limits.TILE_WIDTH))


def changed(old_size: int, size: int) -> Iterator[Tile]:
    """Give the tiles of the tree of `size` that the tree of `old_size` has not, level 0 first.

    A tile that grew is among them, with its new width.
    """
    level = 0
    while size >> (_HEIGHT * level):
        old, new = old_size >> (_HEIGHT * level), size >> (_HEIGHT * level)
        if new > old:
            first, last = old // limits.TILE_WIDTH, (new - 1) // limits.TILE_WIDTH
            for index in range(first, last + 1):
                yield Tile(level, index, width_of(level, index, size))
        level += 1


def parse_hashes(data: bytes) -> list[bytes]:
    """Return the hashes of a tile, full or partial.

    Raises:
        Fault: `tlog.tile.malformed`.
    """
    if not data or len(data) % HASH_BYTES or len(data) > TILE_BYTES:
        raise _malformed(f"a tile cannot have {len(data)} bytes")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def render_hashes(hashes: Sequence[bytes]) -> bytes:
    """Return a tile of these 1 to 256 hashes."""
    assert 1 <= len(hashes) <= limits.TILE_WIDTH
    assert all(len(item) == HASH_BYTES for item in hashes)
    return b"".join(hashes)


def parse_bundle(data: bytes) -> tuple[bytes, ...]:
    """Return the entries of a bundle, full or partial.

    Raises:
        Fault: `tlog.tile.malformed`.
    """
    entries: list[bytes] = []
    at, end = 0, len(data)
    while at < end and len(entries) < limits.TILE_WIDTH:
        start = at + _LENGTH.size
        at = start + int.from_bytes(data[at:start])
        if start > end or at > end:
            raise _malformed(f"entry {len(entries)} of the bundle is cut off")
        entries.append(data[start:at])
    if at < end or not entries:
        raise _malformed(f"a bundle has 1 to {limits.TILE_WIDTH} entries, this has another number")
    return tuple(entries)


def render_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bundle of these 1 to 256 entries, each at most 65,535 bytes."""
    assert 1 <= len(entries) <= limits.TILE_WIDTH
    parts: list[bytes] = []
    for entry in entries:
        parts += (_LENGTH.pack(len(entry)), entry)
    return b"".join(parts)


class TileReader:
    """A `tree.HashReader` over tiles of 2^height hashes; reads O(log n) tiles for a proof.

    A hash of level L is the root of a full tile of level L - 1.  C2SP has height 8; lower tiles
    cost less to read and to hash where each is a row or a few.

    Stored hashes never change, so what was read once stays true while the log grows.
    One thread at a time.
    """

    def __init__(
        self,
        source: TileSource,
        *,
        nodes_kept: int = NODES_KEPT,
        tiles_kept: int = TILES_KEPT,
        height: int = _HEIGHT,
    ) -> None:
        """Read from tiles.

        Args:
            source: gives a tile.
            nodes_kept: hashes that this reader remembers.
            tiles_kept: tiles that it remembers.
            height: levels of the tree that a tile spans.
        """
        self._source = source
        self._height = height
        self._nodes = _Newest(nodes_kept)
        self._tiles = _Newest(tiles_kept)

    def __call__(self, level: int, index: int) -> bytes:
        """Return the hash of the complete subtree of the 2^level entries from index * 2^level.

        Raises:
            Fault: `tlog.tile.malformed`, `tlog.tile.too-short`.
        """
        tile_level, height = divmod(level, self._height)
        if not height:  # it stands in the tile as it is
            return self._hashes(tile_level, index, 1)
        node = self._nodes.get((level, index))
        if node is None:
            node = _root(self._hashes(tile_level, index << height, 1 << height))
            self._nodes.keep((level, index), node)
        return node

    def _hashes(self, level: int, first: int, count: int) -> bytes:
        """The hashes from `first` of this level of tiles; all stand in one tile."""
        index, offset = divmod(first, 1 << self._height)
        start, end = offset * HASH_BYTES, (offset + count) * HASH_BYTES
        data = self._tiles.get((level, index)) or b""
        if len(data) < end:  # not kept, or kept when it was narrower
            data = self._source(level, index)
            if len(data) > HASH_BYTES << self._height or len(data) % HASH_BYTES:
                raise _malformed(f"a tile cannot have {len(data)} bytes")
            self._tiles.keep((level, index), data)
        if len(data) < end:
            raise Fault(
                code="tlog.tile.too-short",
                what=f"The tile {level}/{index} has {len(data) // HASH_BYTES} hashes, "
                f"{offset + count} are needed.",
                fix="Run `comity fsck`: it names what is damaged, and the next step.",
            )
        return data[start:end]


def _root(hashes: bytes) -> bytes:
    return tree.root(parse_hashes(hashes))


class _Newest:
    """The hashes used last, by level and index."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._kept: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    def get(self, key: tuple[int, int]) -> bytes | None:
        value = self._kept.get(key)
        if value is not None:
            self._kept.move_to_end(key)
        return value

    def keep(self, key: tuple[int, int], value: bytes) -> None:
        self._kept[key] = value
        self._kept.move_to_end(key)
        if len(self._kept) > self._count:
            self._kept.popitem(last=False)


def _parse_path(path: str) -> Tile | None:
    head, _, rest = path.partition("/")
    name, _, coordinates = rest.partition("/")
    number, _, width = coordinates.partition(".p/")
    level = None if name == "entries" else _decimal(name)
    index = _decimal("".join(group[-_GROUP_DIGITS:] for group in number.split("/")).lstrip("0"))
    count = _decimal(width) if width else limits.TILE_WIDTH
    if head != "tile" or index is None or count is None or not 1 <= count <= limits.TILE_WIDTH:
        return None
    if name != "entries" and (level is None or level > LEVEL_MAX):
        return None
    return Tile(level, index, count)


def _decimal(text: str) -> int | None:
    return spelling.parse_decimal((text or "0").encode("ascii", "replace"))


def _malformed(why: str) -> Fault:
    return Fault(
        code="tlog.tile.malformed",
        what=f"This is not a tile or a bundle: {why}.",
        fix="Fetch it again; if it stays so, run `comity fsck` on this log.",
    )
