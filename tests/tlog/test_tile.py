"""Tiles and bundles: paths, bytes, and a reader that touches few of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.tlog import tiles, tree
from comity.tlog.tiles import Tile, TileReader

TILES = st.builds(
    Tile,
    st.none() | st.integers(0, 63),
    st.integers(0, 2000) | st.integers(0, 2**55),
    st.integers(1, 256),
)


class Shelf:
    """Tiles of a log, as a folder would hold them; counts what is read."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.reads = 0
        self.grow(leaves)

    def grow(self, leaves: list[bytes]) -> None:
        level, hashes = 0, leaves
        while hashes:
            pieces = [hashes[at : at + 256] for at in range(0, len(hashes), 256)]
            for index, piece in enumerate(pieces):
                self.tiles[level, index] = tiles.render_hashes(piece)
            hashes = [tree.root(piece) for piece in pieces if len(piece) == 256]
            level += 1

    def __call__(self, level: int, index: int) -> bytes:
        self.reads += 1
        return self.tiles[level, index]


LEAVES = [tree.leaf_hash(b"%d" % index) for index in range(66_000)]
SHELF = Shelf(LEAVES)


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("tile/0/000", Tile(0, 0)),
        ("tile/0/x001/x234/067", Tile(0, 1234067)),
        ("tile/1/004.p/17", Tile(1, 4, 17)),
        ("tile/63/x001/000.p/255", Tile(63, 1000, 255)),
        ("tile/entries/x001/x234/067.p/1", Tile(None, 1234067, 1)),
    ],
)
def test_a_path_names_a_tile(path: str, tile: Tile) -> None:
    """The spelling of C2SP, with its own example."""
    assert tiles.parse_path(path) == tile
    assert tiles.render_path(tile) == path


@given(TILES)
def test_a_path_parses_to_itself(tile: Tile) -> None:
    """Every tile has one path."""
    assert tiles.parse_path(tiles.render_path(tile)) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001/x002",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile//000",
        "tile/data/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/../000",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/" + "x999/" * 20 + "999",
    ],
)
def test_another_path_names_nothing(path: str) -> None:
    """One spelling: no path leads out of the log or twice to a tile."""
    with pytest.raises(Fault) as refusal:
        tiles.parse_path(path)

    assert refusal.value.code == "tlog.tile.bad-path"


def test_the_tiles_of_seventy_thousand() -> None:
    """The example of C2SP: how wide each tile is at size 70,000, and at 256."""
    assert tiles.width_of(0, 272, 70_000) == 256
    assert tiles.width_of(0, 273, 70_000) == 112
    assert tiles.width_of(None, 273, 70_000) == 112
    assert tiles.width_of(0, 274, 70_000) == 0
    assert tiles.width_of(1, 0, 70_000) == 256
    assert tiles.width_of(1, 1, 70_000) == 17
    assert tiles.width_of(2, 0, 70_000) == 1
    assert list(tiles.changed(0, 256)) == [Tile(0, 0), Tile(1, 0, 1)]


@given(st.integers(0, 70_000), st.integers(0, 600))
def test_the_tiles_that_changed_are_those_that_changed(old: int, more: int) -> None:
    """A writer that stores these and no others has every tile of the new tree."""
    size = old + more
    expected = [
        Tile(level, index, width)
        for level in range(3)
        for index in range((size >> 8 * level) // 256 + 1)
        if (width := tiles.width_of(level, index, size))
        and width != tiles.width_of(level, index, old)
    ]

    assert list(tiles.changed(old, size)) == expected


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_a_bundle_parses_to_itself(entries: list[bytes]) -> None:
    """The entries come back as they were, empty ones too."""
    assert tiles.parse_bundle(tiles.render_bundle(entries)) == tuple(entries)


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\x00\x01", b"\x00\x02a", b"\x00\x01ab", b"\x00\x00" * 257]
)
def test_what_is_no_bundle_is_refused(data: bytes) -> None:
    """Cut off, empty or with more than 256 entries."""
    with pytest.raises(Fault) as refusal:
        tiles.parse_bundle(data)

    assert refusal.value.code == "tlog.tile.malformed"


@pytest.mark.parametrize("data", [b"", bytes(31), bytes(33), bytes(257 * 32)])
def test_what_is_no_tile_is_refused(data: bytes) -> None:
    """A tile is 1 to 256 hashes of 32 bytes."""
    with pytest.raises(Fault) as refusal:
        tiles.parse_hashes(data)

    assert refusal.value.code == "tlog.tile.malformed"


@given(st.integers(1, 66_000), st.data())
def test_proofs_from_tiles_verify(size: int, data: st.DataObject) -> None:
    """What the reader gives is what the tree has, from a few tiles."""
    index = data.draw(st.integers(0, size - 1))
    before = SHELF.reads
    read = TileReader(SHELF)

    root = tree.root_of(0, size, read)
    tree.verify_inclusion(LEAVES[index], index, size, tree.prove_inclusion(index, size, read), root)
    tree.verify_consistency(
        index,
        tree.root_of(0, index, read),
        size,
        root,
        tree.prove_consistency(index, size, read),
    )

    assert SHELF.reads - before <= 9  # three levels: the edge of each size, and the leaf's path


def test_the_root_from_tiles_is_the_root() -> None:
    """The whole tree from its tiles: the same root as from its leaves."""
    assert tree.root_of(0, len(LEAVES), TileReader(SHELF)) == tree.root(LEAVES)


def test_a_reader_stays_true_while_the_log_grows() -> None:
    """A tile that was kept when it was narrower is read again when more of it is needed."""
    shelf = Shelf(LEAVES[:10])
    read = TileReader(shelf)
    assert tree.root_of(0, 10, read) == tree.root(LEAVES[:10])

    shelf.grow(LEAVES[:300])

    assert tree.root_of(0, 300, read) == tree.root(LEAVES[:300])
    assert tree.root_of(0, 10, read) == tree.root(LEAVES[:10])


def test_a_reader_keeps_little() -> None:
    """What is kept is bounded, and forgetting changes no answer."""
    read = TileReader(SHELF, nodes_kept=2, tiles_kept=1)

    assert tree.root_of(0, 65_535, read) == tree.root(LEAVES[:65_535])


@pytest.mark.parametrize(
    ("kept", "read", "asked"),
    [(1, "0101", "0101"), (2, "0101", "01"), (2, "01020", "012"), (2, "01021", "0121")],
)
def test_a_reader_forgets_first_what_it_used_longest_ago(kept: int, read: str, asked: str) -> None:
    """It remembers as many tiles as it was told, and those that are used."""
    found: list[int] = []

    def source(level: int, index: int) -> bytes:
        found.append(index)
        return SHELF(level, index)

    reader = TileReader(source, tiles_kept=kept)
    for index in map(int, read):
        assert reader(0, index * 256) == LEAVES[index * 256]

    assert found == [*map(int, asked)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "tlog.tile.too-short"),
        (bytes(32 * 5), "tlog.tile.too-short"),
        (bytes(33), "tlog.tile.malformed"),
        (bytes(32 * 257), "tlog.tile.malformed"),
    ],
)
def test_a_broken_tile_is_named(data: bytes, code: str) -> None:
    """A reader never makes up a hash that is not there."""
    with pytest.raises(Fault) as refusal:
        TileReader(lambda _level, _index: data)(1, 2)

    assert refusal.value.code == code
