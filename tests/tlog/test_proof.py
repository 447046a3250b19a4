"""Proofs for taking away: one entry, one log, no network."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.tlog import checkpoint, keys, note, policy, proof, tree
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.policy import Group, Log, Policy, Witness
from comity.tlog.proof import Proof

ORIGIN = "aa/x2k/live/1"
SIZE = 21
LEAVES = [tree.leaf_hash(b"%d" % index) for index in range(SIZE)]
SIGNERS = [
    keys.signer(ORIGIN, keys.ED25519_NOTE, b"1" * 32),
    keys.signer(ORIGIN, keys.ML_DSA_44_COSIGNATURE, b"2" * 32),
    keys.signer("bb/x2k/live", keys.ED25519_COSIGNATURE, b"3" * 32),
    keys.signer("bb/x2k/live", keys.ML_DSA_44_COSIGNATURE, b"4" * 32),
]
POLICY = Policy(
    (Log(SIGNERS[0].vkey), Log(SIGNERS[1].vkey)),
    (Witness("b4", SIGNERS[2].vkey), Witness("b6", SIGNERS[3].vkey)),
    (Group("b", 2, ("b4", "b6")),),
    "b",
)
HEAD = Checkpoint(ORIGIN, SIZE, tree.root(LEAVES))
NOTE = note.render(note.sign(checkpoint.render_body(HEAD), SIGNERS, at_s=1_700_000_000))


def read(level: int, index: int) -> bytes:
    """The stored hashes of the log."""
    return tree.root(LEAVES[index << level : (index + 1) << level])


def prove(index: int, extra: bytes | None = None) -> Proof:
    """The proof of an entry of the log."""
    return Proof(index, tree.prove_inclusion(index, SIZE, read), NOTE, extra)


@given(st.integers(0, SIZE - 1), st.none() | st.binary(min_size=1, max_size=50))
def test_a_proof_parses_to_itself(index: int, extra: bytes | None) -> None:
    """What was handed over is what is read."""
    written = prove(index, extra)

    assert proof.parse(proof.render(written)) == written


def test_a_proof_holds_for_its_entry_and_for_no_other() -> None:
    """Every entry of the log is proven, and no proof serves another."""
    for index in range(SIZE):
        read_back = proof.parse(proof.render(prove(index)))
        assert proof.verify(read_back, LEAVES[index], POLICY) == HEAD
        with pytest.raises(Fault) as refusal:
            proof.verify(read_back, LEAVES[index - 1], POLICY)
        assert refusal.value.code == "tlog.tree.bad-inclusion"


def test_a_proof_needs_the_quorum() -> None:
    """A head that the other party has not cosigned proves nothing to a third."""
    alone = note.render(note.sign(checkpoint.render_body(HEAD), SIGNERS[:3], at_s=1_700_000_000))

    with pytest.raises(Fault) as refusal:
        proof.verify(Proof(0, prove(0).hashes, alone), LEAVES[0], POLICY)

    assert refusal.value.code == "tlog.policy.no-quorum"


def test_the_generic_rule_is_met_by_one_key_of_the_log() -> None:
    """A proof that any C2SP tool accepts, comity accepts by the same policy."""
    own = Policy((Log(SIGNERS[0].vkey),), (), (), policy.NONE)

    assert proof.verify(prove(3), LEAVES[3], own) == HEAD


TEXT = proof.render(prove(3, b"extra data"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        TEXT.replace(b"@v1", b"@v2"),
        TEXT.replace(b"index 3", b"index 03"),
        TEXT.replace(b"index 3", b"index -3"),
        TEXT.replace(b"index 3\n", b""),
        TEXT.replace(b"index 3", b"Index 3"),
        TEXT.replace(b"index 3", b"3"),
        TEXT.replace(b"extra ZXh0cmEgZGF0YQ==", b"extra "),
        TEXT.replace(b"extra ZXh0cmEgZGF0YQ==", b"extra ZXh0cmEgZGF0YR=="),
        TEXT.replace(b"extra ZXh0", b"extra ZXh0cmEgZGF0YQ==\nextra ZXh0"),
        TEXT.replace(b"index 3\n", b"index 3\n\n"),
        TEXT.replace(b"index 3\n", b"index 3\nAAAA\n"),
        TEXT.replace(b"index 3\n", b"index 3\n" + (b"A" * 43 + b"=\n") * 64),
        TEXT.replace(b"\n", b"\r\n"),
        TEXT[:-1],
        b"c2sp.org/tlog-proof@v1\n\n" + NOTE,
        b"c2sp.org/tlog-proof@v1\nextra QUJD\n\n" + NOTE,
        b"x" * (proof.PROOF_BYTES_MAX + 1),
    ],
)
def test_another_spelling_is_refused(data: bytes) -> None:
    """A proof has one spelling, as all that is signed."""
    with pytest.raises(Fault) as refusal:
        proof.parse(data)

    assert refusal.value.code.endswith(".malformed")


def test_the_largest_proof_is_read_and_no_larger_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds are those that are written: of the bytes, before any is read, and of the hashes."""
    longest = replace(prove(3), hashes=(bytes(32),) * limits.PROOF_HASHES_MAX)
    assert proof.parse(proof.render(longest)) == longest

    monkeypatch.setattr(proof, "PROOF_BYTES_MAX", len(TEXT))
    assert proof.parse(TEXT) == prove(3, b"extra data")
    with pytest.raises(Fault, match=f"{len(TEXT) + 1} bytes, over {len(TEXT)}"):
        proof.parse(TEXT + b"\n")

    monkeypatch.setattr(proof, "EXTRA_BYTES_MAX", len(b"extra data"))
    assert proof.parse(TEXT).extra == b"extra data"
    monkeypatch.setattr(proof, "EXTRA_BYTES_MAX", len(b"extra dat"))
    with pytest.raises(Fault, match="has no base64 of 1 to 9 bytes"):
        proof.parse(TEXT)


def test_a_proof_without_its_checkpoint_is_none() -> None:
    """What is told to whoever brings half a proof names the proof, and not a note in it."""
    with pytest.raises(Fault, match=r"tlog\.proof\.malformed"):
        proof.parse(TEXT.partition(b"\n\n")[0])
