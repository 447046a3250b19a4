"""Merkle trees of RFC 6962, and proofs that one lies within another (log 5.1.2).

The proof of a subtree is that of draft-ietf-plants-merkle-tree-certs, section 4.4; from 0 it is the
consistency proof of RFC 6962.
"""

from collections.abc import Sequence

from tools.peer.text import Malformed, sha256


def leaf(entry: bytes) -> bytes:
    """The hash of an entry, its kind byte included."""
    return sha256(b"\0" + entry)


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right)


def _half(size: int) -> int:
    """The largest power of two below it."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    half = _half(len(leaves))
    return _node(root(leaves[:half]), root(leaves[half:]))


def prove(leaves: Sequence[bytes], start: int, end: int, *, known: bool = True) -> list[bytes]:
    """That [start, end) of these leaves lies in their tree; from 0: consistency."""
    size = len(leaves)
    if start == 0 and end == size:
        return [] if known else [root(leaves)]
    half = _half(size)
    left, right = leaves[:half], leaves[half:]
    if end <= half:
        return [*prove(left, start, end, known=known), root(right)]
    if half <= start:
        return [*prove(right, start - half, end - half, known=known), root(left)]
    return [*prove(right, 0, end - half, known=False), root(left)]


def _lead(
    claim: tuple[int, int, int], given: bytes, proof: list[bytes], *, known: bool
) -> tuple[bytes, bytes]:
    """The subtree and the root to which a proof leads, from what it claims."""
    start, end, size = claim
    if start == 0 and end == size:
        found = given if known else proof.pop(0)
        return found, found
    half = _half(size)
    if end <= half:
        inner, tree = _lead((start, end, half), given, proof, known=known)
        return inner, _node(tree, proof.pop(0))
    if half <= start:
        inner, tree = _lead((start - half, end - half, size - half), given, proof, known=known)
        return inner, _node(proof.pop(0), tree)
    inner, tree = _lead((0, end - half, size - half), given, proof, known=False)
    left = proof.pop(0)
    return _node(left, inner), _node(left, tree)


def check(claim: tuple[int, int, int], given: bytes, proof: Sequence[bytes], whole: bytes) -> None:
    """Refuses a proof that [start, end) with this hash lies in the tree of this size and root."""
    left_over = list(proof)
    try:
        found = _lead(claim, given, left_over, known=True)
    except IndexError:
        raise Malformed("the proof is too short") from None
    if found != (given, whole) or left_over:
        raise Malformed("the proof does not hold")
