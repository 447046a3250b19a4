"""The function that is computed together, against another implementation on either side."""

import os

import pytest
from voprf import ristretto

from comity.kernel.fault import Fault
from comity.seal import voprf

INPUTS = [f"input {number}".encode() for number in range(20)]


def test_another_implementation_evaluates_what_we_ask() -> None:
    """Its key, elements and proof are taken, and its outputs are ours."""
    seed = os.urandom(32)
    theirs = ristretto.Evaluator.from_seed(seed, b"info")
    key = voprf.KeyPair.derive(seed, b"info")
    assert theirs.public_key.serialize() == key.public
    scalars = [voprf.scalar(os.urandom(64)) for _ in INPUTS]
    blinded = voprf.blind(INPUTS, scalars)
    made = theirs.evaluate_batch([ristretto.BlindedInput.deserialize(one) for one in blinded])
    elements, proof = parts(made.serialize())
    voprf.require_proof(key.public, blinded, elements, proof)
    outputs = voprf.finalize(INPUTS, scalars, elements)
    assert outputs == [theirs.evaluate_known_input(one) for one in INPUTS]
    assert outputs == [voprf.output(key, one) for one in INPUTS]


def test_another_implementation_takes_what_we_evaluate() -> None:
    """It blinds; our elements and proof give it the outputs."""
    key = voprf.KeyPair.derive(os.urandom(32), b"")
    asked = [ristretto.Client.blind(one) for one in INPUTS]
    blinded = [hidden.serialize() for _, hidden in asked]
    voprf.require_elements(blinded)
    elements, proof = voprf.evaluate(key, blinded, voprf.scalar(os.urandom(64)))
    made = ristretto.VerifiableBatchOutput.deserialize(whole(elements, proof))
    public = ristretto.PublicKey.deserialize(key.public)
    outputs = ristretto.Client.finalize_batch([client for client, _ in asked], made, public)
    assert outputs == [voprf.output(key, one) for one in INPUTS]


def parts(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the elements and the proof of what the other implementation writes."""
    proof, elements = data[: voprf.PROOF_BYTES], data[voprf.PROOF_BYTES :]
    return [elements[at : at + 32] for at in range(0, len(elements), 32)], proof


def whole(elements: list[bytes], proof: bytes) -> bytes:
    """Return it as the other implementation reads it."""
    return proof + b"".join(elements)


def test_an_element_has_one_spelling() -> None:
    """The identity, what is off the group and what is not reduced are refused with their place."""
    good = voprf.blind(INPUTS[:1], [voprf.scalar(os.urandom(64))])[0]
    voprf.require_elements([good])
    for bad in (bytes(32), b"\xff" * 32, good[:-1] + bytes([good[-1] ^ 0x80])):
        with pytest.raises(Fault, match="Element 2 ") as refusal:
            voprf.require_elements([good, bad])
        assert refusal.value.code == "seal.voprf.element"
