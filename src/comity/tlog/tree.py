r"""The Merkle tree of a log: hashes, the compact range that grows it, and its proofs.

    leaf = SHA-256(0x00, entry)      node = SHA-256(0x01, left, right)

                 root of 5                      frontier of 5 = (h(0,4), h(4,5))
                /         \
           h(0,4)          h(4,5)               A subtree [start, end) is valid if start is a
          /      \                              multiple of the least power of two that is
      h(0,2)    h(2,4)                          not less than end - start.

One proof serves three questions, since a subtree proof of [0, m) is the consistency proof
from size m, and one of [i, i + 1) is the inclusion proof of entry i.

Source: RFC 6962 section 2.1; draft-ietf-plants-merkle-tree-certs section 4.
Floor: tlog (pure).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.tlog.spelling import HASH_BYTES

EMPTY_ROOT: Final = sha256(b"").digest()

type HashReader = Callable[[int, int], bytes]
"""(level, index) -> hash of the complete subtree of the 2^level entries from index * 2^level."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree that can grow: the roots of its complete subtrees, from left to right.

    Attributes:
        size: how many entries it has.
        hashes: one for each bit that is set in size, the largest subtree first.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        assert len(self.hashes) == self.size.bit_count()

    def append(self, leaf: bytes) -> "Frontier":
        """Return the tree with one more leaf hash."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """Return the tree with these leaf hashes after its own: one object for the batch."""
        size = self.size
        stack = list(self.hashes)
        push, pop = stack.append, stack.pop
        for leaf in leaves:
            node = leaf
            bits = size
            while bits & 1:  # as when one is added to a binary number: each carry is a node
                node = sha256(b"\x01" + pop() + node).digest()
                bits >>= 1
            push(node)
            size += 1
        return Frontier(size, tuple(stack))

    def root(self) -> bytes:
        """Return the root of the tree."""
        return _fold(self.hashes)


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, level by level: the quick way, for a tile or a package."""
    level = list(leaves)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        odd = level[-1:] if len(level) & 1 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        level += odd
    return level[0]


def root_by_definition(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes as RFC 6962 defines it: the second, independent way."""

    def mth(start: int, end: int) -> bytes:
        if end - start == 1:
            return leaves[start]
        middle = start + _split(end - start)
        return node_hash(mth(start, middle), mth(middle, end))

    return mth(0, len(leaves)) if leaves else EMPTY_ROOT


def root_of(start: int, end: int, read: HashReader) -> bytes:
    """Return the root of a valid subtree, or of the tree (start 0), from stored hashes.

    Costs one read for each bit that is set in end - start.
    """
    return _fold(_complete_roots(start, end, read))


def frontier_of(size: int, read: HashReader) -> Frontier:
    """Return the frontier of a tree of this size from stored hashes."""
    return Frontier(size, tuple(_complete_roots(0, size, read)))


def is_subtree(start: int, end: int) -> bool:
    """Return whether [start, end) is a valid, non-empty subtree."""
    return 0 <= start < end and start % (1 << (end - start - 1).bit_length()) == 0


def prove_inclusion(index: int, size: int, read: HashReader) -> tuple[bytes, ...]:
    """Return the proof that entry `index` is in the tree; requires 0 <= index < size."""
    return prove_subtree(index, index + 1, size, read)


def prove_consistency(old_size: int, size: int, read: HashReader) -> tuple[bytes, ...]:
    """Return the proof that the tree only added to its old self; 0 <= old_size <= size."""
    return prove_subtree(0, old_size, size, read) if old_size else ()


def prove_subtree(start: int, end: int, size: int, read: HashReader) -> tuple[bytes, ...]:
    """Return the proof that the tree holds what the valid subtree [start, end) holds."""
    assert is_subtree(start, end)
    assert end <= size
    proof: list[bytes] = []
    low, high, is_node = 0, size, True
    while (low, high) != (start, end):
        middle = low + _split(high - low)
        if end <= middle:
            proof.append(root_of(middle, high, read))
            high = middle
        else:
            proof.append(root_of(low, middle, read))
            low = middle
            if start < middle:  # the subtree straddles: its root is no node of the tree
                start, is_node = middle, False
    if not is_node:
        proof.append(root_of(low, high, read))
    proof.reverse()
    return tuple(proof)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Return if the leaf hash stands at `index` of the tree.

    Raises:
        Fault: `tlog.tree.bad-inclusion`.
    """
    if not 0 <= index < size or not _is_subtree_of_root(
        (index, index + 1), size, leaf, proof, root
    ):
        raise Fault(
            code="tlog.tree.bad-inclusion",
            what=f"The proof does not show entry {index} in the tree of {size} entries.",
            fix="Ask for the proof again, with the index and checkpoint that belong to the entry.",
        )


def verify_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Return if the tree only added to the old one.

    Raises:
        Fault: `tlog.tree.bad-consistency`.
    """
    if old_size == 0:
        is_good = old_root == EMPTY_ROOT and not proof and (size > 0 or root == EMPTY_ROOT)
    else:
        is_good = 0 < old_size <= size and _is_subtree_of_root(
            (0, old_size), size, old_root, proof, root
        )
    if not is_good:
        raise Fault(
            code="tlog.tree.bad-consistency",
            what=f"The proof does not show that {size} entries add to the {old_size} held before.",
            fix="Keep both checkpoints: with a path for both sizes they may convict a fork.",
        )


def verify_subtree(
    bounds: tuple[int, int], subtree_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Return if the tree holds the same entries as the subtree [bounds[0], bounds[1]).

    Raises:
        Fault: `tlog.tree.bad-subtree`.
    """
    start, end = bounds
    is_inside = is_subtree(start, end) and end <= size
    if not is_inside or not _is_subtree_of_root(bounds, size, subtree_root, proof, root):
        raise Fault(
            code="tlog.tree.bad-subtree",
            what=f"The proof does not show entries {start} to {end} in the tree of {size} entries.",
            fix="Send the package again with the proof for the checkpoint of the request.",
        )


def implied_roots(
    old_size: int, size: int, proof: Sequence[bytes], old_root: bytes
) -> tuple[bytes, bytes] | None:
    """Return the two roots that a consistency proof leads to, or None if it leads nowhere.

    Where old_size is a power of two the proof does not hold the old root: it starts from
    the one that is given.  Two signed heads and a proof that leads to the newer root and to
    another old root convict a log of a fork.
    """
    if not 0 < old_size < size:
        return None
    return _ends((0, old_size), size, old_root, proof)


def _is_subtree_of_root(
    bounds: tuple[int, int], size: int, node: bytes, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof leads from `node` both to itself and to the root, all of them hashes."""
    if any(len(one) != HASH_BYTES for one in (node, root, *proof)):
        return False
    return _ends(bounds, size, node, proof) == (node, root)


def _ends(
    bounds: tuple[int, int], size: int, node: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Where the proof leads: to a subtree root and to a tree root (draft, section 4.4.3)."""
    if len(proof) > limits.PROOF_HASHES_MAX or any(len(item) != HASH_BYTES for item in proof):
        return None
    fn, sn, tn = bounds[0], bounds[1] - 1, size - 1
    shift = _shared_levels(fn, sn, tn)
    fn, sn, tn = fn >> shift, sn >> shift, tn >> shift
    path = iter(proof)
    first = node if fn == sn else next(path, b"")
    fr = sr = first
    for item in path:
        if tn == 0:
            return None
        if sn & 1 or sn == tn:
            if fn < sn:
                fr = node_hash(item, fr)
            sr = node_hash(item, sr)
            while not sn & 1:
                fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
        else:
            sr = node_hash(sr, item)
        fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
    return (fr, sr) if tn == 0 else None


def _shared_levels(fn: int, sn: int, tn: int) -> int:
    """How many levels lie under the first hash of the proof."""
    to_single = (fn ^ sn).bit_length()
    if sn == tn:
        return to_single
    return min(to_single, (~sn & (sn + 1)).bit_length() - 1)


def _split(count: int) -> int:
    """The largest power of two that is smaller than count."""
    return 1 << ((count - 1).bit_length() - 1)


def _complete_roots(start: int, end: int, read: HashReader) -> list[bytes]:
    hashes: list[bytes] = []
    while start < end:
        level = (end - start).bit_length() - 1
        hashes.append(read(level, start >> level))
        start += 1 << level
    return hashes


def _fold(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return EMPTY_ROOT
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result
