"""The tree: three ways to its root, and proofs that prove one thing only."""

import base64
import functools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.tlog import tree
from comity.tlog.tree import Frontier

SIZE_MAX = 40
LEAVES = [tree.leaf_hash(b"entry %d" % index) for index in range(SIZE_MAX + 1)]
DATA = os.environ.get("COMITY_TEST_DATA")


@functools.cache
def mth(start: int, end: int) -> bytes:
    """The oracle: MTH of RFC 6962 over the example leaves."""
    return tree.root_by_definition(LEAVES[start:end])


def read(level: int, index: int) -> bytes:
    """The stored hashes of a log of 41 entries."""
    assert (index + 1) << level <= len(LEAVES)
    return mth(index << level, (index + 1) << level)


def subtrees(size_max: int) -> Iterator[tuple[int, int, int]]:
    """Every valid subtree of every tree up to this size."""
    for size in range(1, size_max + 1):
        for end in range(1, size + 1):
            for start in range(end):
                if tree.is_subtree(start, end):
                    yield start, end, size


def is_subtree_proven(
    bounds: tuple[int, int], node: bytes, size: int, root: bytes, proof: tuple[bytes, ...]
) -> bool:
    """Whether the proof is accepted."""
    try:
        tree.verify_subtree(bounds, node, size, root, proof)
    except Fault as fault:
        return fault.code != "tlog.tree.bad-subtree"
    return True


def flipped(value: bytes) -> bytes:
    """The same bytes but for one bit."""
    return value[:-1] + bytes((value[-1] ^ 1,))


def test_the_hashes_are_those_of_the_rfc() -> None:
    """Known values: the empty tree, and one leaf without bytes."""
    assert tree.EMPTY_ROOT.hex().startswith("e3b0c44298fc1c14")
    assert tree.leaf_hash(b"").hex().startswith("6e340b9cffb37a98")
    assert tree.Frontier().root() == tree.root(()) == mth(0, 0) == tree.EMPTY_ROOT


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=600), st.integers(0, 600))
def test_three_ways_lead_to_one_root(leaves: list[bytes], cut: int) -> None:
    """By definition, level by level, and grown in two batches: the same root."""
    grown = Frontier().extend(leaves[:cut]).extend(leaves[cut:])

    assert grown.size == len(leaves)
    assert grown.root() == tree.root(leaves) == tree.root_by_definition(leaves)


@given(st.integers(0, SIZE_MAX), st.integers(0, SIZE_MAX))
def test_a_tree_only_adds(one: int, two: int) -> None:
    """Growing leaf by leaf passes through every smaller tree, and remembers only its edge."""
    frontier = Frontier()
    for size in range(max(one, two) + 1):
        assert frontier.root() == mth(0, size)
        assert frontier == tree.frontier_of(size, read)
        frontier = frontier.append(LEAVES[size])


def test_a_valid_subtree_starts_at_a_multiple_of_its_width() -> None:
    """The definition of the draft, section 4.1, for all small intervals."""
    for start in range(-8, 40):
        for end in range(-8, 40):
            ceiling = next(2**power for power in range(7) if 2**power >= end - start)
            expected = 0 <= start < end and start % ceiling == 0
            assert tree.is_subtree(start, end) == expected


def test_every_subtree_of_every_small_tree_is_proven() -> None:
    """All starts, ends and sizes up to 40: the honest proof is accepted."""
    for start, end, size in subtrees(SIZE_MAX):
        assert tree.root_of(start, end, read) == mth(start, end)
        proof = tree.prove_subtree(start, end, size, read)
        tree.verify_subtree((start, end), mth(start, end), size, mth(0, size), proof)


def test_a_proof_fails_for_every_other_hash() -> None:
    """One bit wrong in the subtree, the root or any hash of the proof, and it is refused."""
    for start, end, size in subtrees(SIZE_MAX):
        bounds, node, root = (start, end), mth(start, end), mth(0, size)
        proof = tree.prove_subtree(start, end, size, read)
        assert not is_subtree_proven(bounds, flipped(node), size, root, proof)
        assert not is_subtree_proven(bounds, node, size, flipped(root), proof)
        for place, item in enumerate(proof):
            bad = (*proof[:place], flipped(item), *proof[place + 1 :])
            assert not is_subtree_proven(bounds, node, size, root, bad)


def test_a_proof_fails_when_longer_or_shorter() -> None:
    """No hash can be left out, doubled or added."""
    for start, end, size in subtrees(20):
        bounds, node, root = (start, end), mth(start, end), mth(0, size)
        proof = tree.prove_subtree(start, end, size, read)
        for bad in (proof[1:], proof[:-1], (*proof, node), (*proof, root), (node, *proof)):
            if bad != proof:
                assert not is_subtree_proven(bounds, node, size, root, bad)


def test_a_proof_fails_for_every_other_subtree() -> None:
    """The proof of one subtree does not place its hash anywhere else, nor in another size."""
    for start, end, size in subtrees(14):
        node, root = mth(start, end), mth(0, size)
        proof = tree.prove_subtree(start, end, size, read)
        for other_start, other_end, other_size in subtrees(14):
            bounds, other_root = (other_start, other_end), mth(0, other_size)
            if bounds != (start, end):
                assert not is_subtree_proven(bounds, node, size, root, proof)
            elif other_size != size:
                assert not is_subtree_proven(bounds, node, other_size, other_root, proof)


def test_the_examples_of_the_draft_are_the_proofs() -> None:
    """[4, 8) and [8, 13) of 14, as the draft draws them."""
    whole = tree.prove_subtree(4, 8, 14, read)
    parted = tree.prove_subtree(8, 13, 14, read)

    assert whole == (mth(0, 4), mth(8, 14))
    assert parted == (LEAVES[12], LEAVES[13], mth(8, 12), mth(0, 8))


def test_an_inclusion_proof_holds_for_its_leaf_only() -> None:
    """Every leaf of every small tree, and no other leaf in its place."""
    for size in range(1, 20):
        for index in range(size):
            proof = tree.prove_inclusion(index, size, read)
            for claim in range(size + 1):
                if claim == index:
                    tree.verify_inclusion(LEAVES[index], index, size, proof, mth(0, size))
                    continue
                with pytest.raises(Fault):
                    tree.verify_inclusion(LEAVES[claim], index, size, proof, mth(0, size))
                with pytest.raises(Fault):
                    tree.verify_inclusion(LEAVES[index], claim, size, proof, mth(0, size))


@pytest.mark.parametrize("size_bytes", [0, 31, 33])
def test_what_is_no_hash_stands_in_no_tree(size_bytes: int) -> None:
    """A leaf that is its own root would prove anything of a tree of one."""
    short = bytes(size_bytes)
    for leaf, root in ((short, short), (LEAVES[0], short), (short, mth(0, 1))):
        with pytest.raises(Fault) as refusal:
            tree.verify_inclusion(leaf, 0, 1, (), root)
        assert refusal.value.code == "tlog.tree.bad-inclusion"


def test_consistency_holds_between_any_two_sizes() -> None:
    """A log proves of every old head that it only added; of no other root."""
    for size in range(SIZE_MAX + 1):
        for old in range(size + 1):
            proof = tree.prove_consistency(old, size, read)
            tree.verify_consistency(old, mth(0, old), size, mth(0, size), proof)
            with pytest.raises(Fault) as refusal:
                tree.verify_consistency(old, flipped(mth(0, old)), size, mth(0, size), proof)
            assert refusal.value.code == "tlog.tree.bad-consistency"


def test_a_smaller_tree_does_not_follow_a_larger_one() -> None:
    """Nothing proves that a log may shrink."""
    for proof in ((), (mth(0, 4),), (mth(0, 8), mth(4, 8))):
        with pytest.raises(Fault):
            tree.verify_consistency(8, mth(0, 8), 4, mth(0, 4), proof)
    with pytest.raises(Fault):
        tree.verify_consistency(0, tree.EMPTY_ROOT, 0, mth(0, 4), ())
    with pytest.raises(Fault):
        tree.verify_consistency(0, tree.EMPTY_ROOT, 4, mth(0, 4), (mth(0, 4),))


def test_what_leads_to_another_old_root_is_said_of_two_sizes_only() -> None:
    """Whoever convicts a log has a smaller and a larger head of it, never two of one size."""
    proof = tree.prove_consistency(4, 8, read)
    assert tree.implied_roots(4, 8, proof, mth(0, 4)) == (mth(0, 4), mth(0, 8))
    for old, size in ((-1, 8), (0, 8), (8, 8), (8, 4)):
        for path in ((), proof):
            assert tree.implied_roots(old, size, path, mth(0, 8)) is None


def test_no_hash_of_another_length_convicts_a_log_that_only_added() -> None:
    """Two hashes cut elsewhere are hashed to the same root above, and to another old one."""
    first, second, *rest = tree.prove_consistency(3, 4, read)
    root = mth(0, 4)
    assert tree.implied_roots(3, 4, (first, second, *rest), mth(0, 3)) == (mth(0, 3), root)

    for at in (0, 1, 31):
        cut = (first[:at], first[at:] + second, *rest)
        assert tree.implied_roots(3, 4, cut, mth(0, 3)) is None


def test_a_proof_of_absurd_length_is_refused_unread() -> None:
    """No tree needs more than 63 hashes."""
    proof = (LEAVES[0],) * 64

    assert not is_subtree_proven((0, 1), LEAVES[0], 2**63 - 1, mth(0, 1), proof)


def test_a_proof_of_the_greatest_length_is_read() -> None:
    """The tree of 2^63 entries has one: the root of 63 hashes above the first leaf."""
    proof, root = (LEAVES[0],) * 63, LEAVES[0]
    for one in proof:
        root = tree.node_hash(root, one)

    tree.verify_inclusion(LEAVES[0], 0, 2**63, proof, root)
    assert not is_subtree_proven(
        (0, 1), LEAVES[0], 2**64, tree.node_hash(root, root), (*proof, root)
    )


VECTORS = sorted(Path(DATA, "merkle-vectors").rglob("*.json")) if DATA else []
needs_vectors = pytest.mark.skipif(
    not VECTORS, reason="merkle-vectors: COMITY_TEST_DATA is not set"
)


def _hashes(texts: list[str] | None) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(text) for text in texts or ())


def _verify_vector(vector: dict[str, Any]) -> None:
    proof = _hashes(vector["proof"])
    if "leafHash" in vector:
        leaf, root = _hashes([vector["leafHash"], vector["root"]])
        tree.verify_inclusion(leaf, vector["leafIdx"], vector["treeSize"], proof, root)
    else:
        old_root, root = _hashes([vector["root1"], vector["root2"]])
        tree.verify_consistency(vector["size1"], old_root, vector["size2"], root, proof)


@needs_vectors
def test_the_public_vectors_agree() -> None:
    """Ninety-two proofs of another implementation, good and spoilt: the same verdict on each."""
    for path in VECTORS:
        vector = json.loads(path.read_text())
        try:
            _verify_vector(vector)
        except Fault:
            assert vector["wantErr"], path
        else:
            assert not vector["wantErr"], path
