"""What a mirror is sent and answers: one spelling, in any pieces, cut anywhere."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.tlog import tree, wire
from comity.tlog.wire import (
    AddCheckpoint,
    AddEntriesHeader,
    Body,
    CutShort,
    EntryPackage,
    MirrorInfo,
    PackageBounds,
)

HASHES = st.binary(min_size=32, max_size=32)
PROOFS = st.lists(HASHES, max_size=63).map(tuple)
NUMBERS = st.integers(0, 2**63 - 1)
NOTE = "log\n0\nroot\n\n— log AAAAAAE=\n".encode()


@given(NUMBERS, PROOFS)
def test_add_checkpoint_parses_to_itself(old_size: int, proof: tuple[bytes, ...]) -> None:
    """Old size, proof and note come back as they were."""
    body = AddCheckpoint(old_size, proof, NOTE)

    assert wire.parse_add_checkpoint(wire.render_add_checkpoint(body)) == body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 1\n",
        b"old 1\n" + NOTE.partition(b"\n\n")[0],
        b"old 01\n\n" + NOTE,
        b"old  1\n\n" + NOTE,
        b"Old 1\n\n" + NOTE,
        b"1\n\n" + NOTE,
        b"old 1\r\n\r\n" + NOTE,
        b"old 1\nAAAA\n\n" + NOTE,
        b"old 1\n" + (b"A" * 43 + b"=\n") * 64 + b"\n" + NOTE,
        b"old 1\n\n" + b"x" * wire.ADD_CHECKPOINT_BYTES_MAX,
    ],
)
def test_another_add_checkpoint_is_refused(data: bytes) -> None:
    """Not spelled as tlog-witness says: a fault, and nothing is guessed."""
    with pytest.raises(Fault) as refusal:
        wire.parse_add_checkpoint(data)

    assert refusal.value.code == "tlog.wire.add-checkpoint"


def test_packages_end_at_multiples_of_256() -> None:
    """The canonical sequence of the standard."""
    assert list(wire.package_bounds(5, 5)) == []
    assert list(wire.package_bounds(300, 301)) == [PackageBounds(256, 300, 301)]
    assert list(wire.package_bounds(200, 513)) == [
        PackageBounds(0, 200, 256),
        PackageBounds(256, 256, 512),
        PackageBounds(512, 512, 513),
    ]


@given(st.integers(0, 2**40), st.integers(0, 2000))
def test_packages_cover_the_interval(start: int, count: int) -> None:
    """Each entry stands in one package, and each package in one tile."""
    end = start + count
    bounds = list(wire.package_bounds(start, end))

    assert [index for item in bounds for index in range(item.start, item.end)] == list(
        range(start, end)
    )
    assert all(item.subtree_start % 256 == 0 for item in bounds)
    assert all(item.end - item.subtree_start <= 256 for item in bounds)
    assert all(item.start == item.subtree_start for item in bounds[1:])
    assert all(tree.is_subtree(item.subtree_start, item.end) for item in bounds)


HEADER = AddEntriesHeader("aa/x2k/live/1", 250, 515, b"ticket")
PACKAGES = [
    EntryPackage(
        bounds,
        tuple(b"e" * (index % 5) for index in range(bounds.start, bounds.end)),
        (b"p" * 32,) * number,
    )
    for number, bounds in enumerate(wire.package_bounds(HEADER.start, HEADER.end))
]
PARTS = [wire.render_header(HEADER), *map(wire.render_package, PACKAGES)]
BODY = b"".join(PARTS)


def _in_pieces(data: bytes, size: int) -> Callable[[int], bytes]:
    """A connection that gives at most `size` bytes at a time."""
    stream = io.BytesIO(data)
    return lambda count: stream.read(min(count, size))


def _read(
    data: bytes, size: int = 1 << 20
) -> tuple[AddEntriesHeader, list[EntryPackage | CutShort]]:
    body = Body(_in_pieces(data, size))
    header = wire.read_header(body)
    return header, list(wire.iter_packages(body, header))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100, 1 << 20])
def test_add_entries_reads_the_same_in_any_pieces(size: int) -> None:
    """How the bytes come does not matter."""
    assert _read(BODY, size) == (HEADER, PACKAGES)


def test_a_body_that_is_cut_gives_the_packages_before() -> None:
    """Cut at any byte: the whole packages come, and then it says that one is not whole."""
    ends = [sum(map(len, PARTS[: count + 1])) for count in range(len(PARTS))]
    for cut in range(ends[0], len(BODY)):
        _, items = _read(BODY[:cut])

        whole = sum(end <= cut for end in ends[1:])
        expected: list[EntryPackage | CutShort] = [*PACKAGES[:whole]]
        if cut not in ends:
            expected.append(CutShort(PACKAGES[whole].bounds))
        assert items == expected


def test_a_body_that_is_cut_in_its_header_is_refused() -> None:
    """Before the first package there is nothing to keep."""
    for cut in range(len(PARTS[0])):
        with pytest.raises(Fault) as refusal:
            _read(BODY[:cut])
        assert refusal.value.code == "tlog.wire.add-entries"


def test_bytes_after_the_last_package_are_refused() -> None:
    """A body holds the packages and nothing else."""
    with pytest.raises(Fault) as refusal:
        _read(BODY + b"\x00")

    assert refusal.value.code == "tlog.wire.trailing"


def test_a_proof_of_64_hashes_is_refused_unread() -> None:
    """The count byte is looked at before memory is spent."""
    small = AddEntriesHeader("a", 0, 1)
    data = wire.render_header(small) + b"\x00\x01e" + b"\x40" + bytes(64 * 32)

    with pytest.raises(Fault) as refusal:
        _read(data)

    assert refusal.value.code == "tlog.wire.package"


@pytest.mark.parametrize(
    "header",
    [
        b"\x00\x00" + bytes(16) + b"\x00\x00",
        b"\x00\x01 " + bytes(16) + b"\x00\x00",
        b"\x00\x01\xff" + bytes(16) + b"\x00\x00",
        b"\x01\x00" + b"o" * 256 + bytes(16) + b"\x00\x00",
        b"\x00\x01o" + (2).to_bytes(8) + (1).to_bytes(8) + b"\x00\x00",
        b"\x00\x01o" + bytes(8) + (2**63).to_bytes(8) + b"\x00\x00",
    ],
)
def test_a_header_without_sense_is_refused(header: bytes) -> None:
    """No origin, or no interval: not a request."""
    with pytest.raises(Fault) as refusal:
        _read(header)

    assert refusal.value.code == "tlog.wire.add-entries"


def test_a_package_is_verified_against_the_checkpoint() -> None:
    """Entries that the checkpoint holds give their leaf hashes; one byte else, and none."""
    entries = [b"%d" % index for index in range(700)]
    leaves = [tree.leaf_hash(entry) for entry in entries]
    root = tree.root(leaves)

    def read(level: int, index: int) -> bytes:
        return tree.root(leaves[index << level : (index + 1) << level])

    for bounds in wire.package_bounds(100, 700):
        own = tuple(entries[bounds.start : bounds.end])
        held = leaves[bounds.subtree_start : bounds.start]
        proof = tree.prove_subtree(bounds.subtree_start, bounds.end, 700, read)
        good, bad = (
            EntryPackage(bounds, own, proof),
            EntryPackage(bounds, (b"x", *own[1:]), proof),
        )
        assert wire.verify_package(good, held=held, size=700, root=root) == tuple(
            leaves[bounds.start : bounds.end]
        )
        with pytest.raises(Fault) as refusal:
            wire.verify_package(bad, held=held, size=700, root=root)
        assert refusal.value.code == "tlog.tree.bad-subtree"


@given(NUMBERS, NUMBERS, st.binary(max_size=60))
def test_mirror_info_parses_to_itself(size: int, next_entry: int, ticket: bytes) -> None:
    """What the mirror expects is what the log reads."""
    info = MirrorInfo(size, next_entry, ticket)

    assert wire.parse_mirror_info(wire.render_mirror_info(info)) == info
    assert wire.parse_size(wire.render_size(size)) == size


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"1\n2\n",
        b"1\n2\n\n\n",
        b"1\n2\nAA==",
        b"01\n2\n\n",
        b"1\n-2\n\n",
        b"1\n2\nAB==\n",
        b"1\n2\n" + b"A" * wire.MIRROR_INFO_BYTES_MAX + b"\n",
    ],
)
def test_another_mirror_info_is_refused(data: bytes) -> None:
    """Three lines, one spelling."""
    with pytest.raises(Fault) as refusal:
        wire.parse_mirror_info(data)

    assert refusal.value.code == "tlog.wire.mirror-info"


@pytest.mark.parametrize("data", [b"", b"1", b"\n", b"01\n", b"1\n\n", b"+1\n", b"9" * 99 + b"\n"])
def test_another_size_is_refused(data: bytes) -> None:
    """A number and a newline."""
    with pytest.raises(Fault) as refusal:
        wire.parse_size(data)

    assert refusal.value.code == "tlog.wire.size"


def test_a_ticket_that_is_none_is_named() -> None:
    """What is wrong is told with the value."""
    with pytest.raises(Fault, match="AB=="):
        wire.parse_mirror_info(b"1\n2\nAB==\n")
