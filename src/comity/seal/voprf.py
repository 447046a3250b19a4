"""A function that is computed together: its holder learns no input, and proves which key it used.

    key = KeyPair.derive(seed, info)          holder: one key for a run of batches
    blinded = blind(inputs, scalars)          asker: inputs hidden by scalars of one use each
    evaluated, proof = evaluate(key, blinded, scalar)                  holder
    outputs = finalize(inputs, scalars, key.public, evaluated, blinded, proof)     asker

`output` is what the holder computes of inputs of its own: an input of both has the same.  Elements
are 32 bytes, scalars 32 bytes, a proof two scalars, an output 64 bytes.

Source: RFC 9497, mode VOPRF (0x01), ristretto255-SHA512; RFC 9380 5.3.1.
Floor: seal (pure): scalars are drawn by the caller.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import rbcl

from comity.kernel.fault import Fault

ELEMENT_BYTES: Final = 32
SCALAR_BYTES: Final = 32
PROOF_BYTES: Final = 2 * SCALAR_BYTES
OUTPUT_BYTES: Final = 64
SEED_BYTES: Final = 32
UNIFORM_BYTES: Final = 64
"""From which a scalar is drawn."""
BATCH_MAX: Final = 0xFFFF
"""Elements of one proof, which counts them in two octets."""
INPUT_BYTES_MAX: Final = 0xFFFF

_multiply: Final[Callable[[bytes, bytes], bytes]] = rbcl.crypto_scalarmult_ristretto255
_base: Final[Callable[[bytes], bytes]] = rbcl.crypto_scalarmult_ristretto255_base
_base_or_none: Final[Callable[[bytes], bytes]] = (
    rbcl.crypto_scalarmult_ristretto255_base_allow_scalar_zero
)
_sum: Final[Callable[[bytes, bytes], bytes]] = rbcl.crypto_core_ristretto255_add
_from_hash: Final[Callable[[bytes], bytes]] = rbcl.crypto_core_ristretto255_from_hash
_is_element: Final[Callable[[bytes], bool]] = rbcl.crypto_core_ristretto255_is_valid_point
_reduce: Final[Callable[[bytes], bytes]] = rbcl.crypto_core_ristretto255_scalar_reduce
_invert: Final[Callable[[bytes], bytes]] = rbcl.crypto_core_ristretto255_scalar_invert
_product: Final[Callable[[bytes, bytes], bytes]] = rbcl.crypto_core_ristretto255_scalar_mul
_difference: Final[Callable[[bytes, bytes], bytes]] = rbcl.crypto_core_ristretto255_scalar_sub

_CONTEXT: Final = b"OPRFV1-\x01-ristretto255-SHA512"
_IDENTITY: Final = bytes(ELEMENT_BYTES)
_SIGN_BIT: Final = 0x80  # libsodium 1.0.18 reads past it: RFC 9496 4.3.1 does not
_BLOCK_BYTES: Final = 128
_TRIES: Final = 256


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(2) + data


def _expand(message: bytes, tag: bytes) -> bytes:
    """Return 64 bytes of `expand_message_xmd` with SHA-512: one block of it."""
    tag += len(tag).to_bytes(1)
    first = hashlib.sha512(bytes(_BLOCK_BYTES) + message + b"\x00\x40\x00" + tag).digest()
    return hashlib.sha512(first + b"\x01" + tag).digest()


def _scalar(message: bytes, tag: bytes = b"HashToScalar-" + _CONTEXT) -> bytes:
    return _reduce(_expand(message, tag))


def _element(message: bytes) -> bytes:
    return _from_hash(_expand(message, b"HashToGroup-" + _CONTEXT))


def scalar(uniform: bytes) -> bytes:
    """Return the scalar that 64 random bytes give."""
    return _reduce(uniform)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The key of a holder.

    Attributes:
        secret: a scalar.
        public: its element, 32 bytes.
    """

    secret: bytes = field(repr=False)
    public: bytes

    @classmethod
    def derive(cls, seed: bytes, info: bytes) -> "KeyPair":
        """Return the key that a seed of 32 bytes gives for a purpose (`DeriveKeyPair`)."""
        assert len(seed) == SEED_BYTES
        for counter in range(_TRIES):
            message = seed + _sized(info) + counter.to_bytes(1)
            secret = _scalar(message, b"DeriveKeyPair" + _CONTEXT)
            if any(secret):
                return cls(secret, _base(secret))
        raise AssertionError  # one in 2^252 each time


def blind(inputs: Sequence[bytes], scalars: Sequence[bytes]) -> list[bytes]:
    """Return each input hidden by the scalar of its place."""
    each = zip(inputs, scalars, strict=True)
    return [_multiply(hides, _element(one)) for one, hides in each]


def require_elements(elements: Iterable[bytes]) -> None:
    """Return if each is the one spelling of an element that is not the identity.

    Raises:
        Fault: `seal.voprf.element`, with its place.
    """
    for place, one in enumerate(elements, start=1):
        if one == _IDENTITY or one[-1] & _SIGN_BIT or not _is_element(one):
            raise Fault(
                code="seal.voprf.element",
                what=f"Element {place} is not on the group, or is its identity: {one.hex()}.",
                fix="Ask the other side to compute it again; report it if it happens twice.",
            )


def output(key: KeyPair, one: bytes) -> bytes:
    """Return what the holder of a key computes of an input of its own: 64 bytes."""
    return _hashed(one, _multiply(key.secret, _element(one)))


def evaluate(key: KeyPair, blinded: Sequence[bytes], drawn: bytes) -> tuple[list[bytes], bytes]:
    """Return blinded elements under the key, and the proof that each is under the same one.

    Args:
        key: of the holder.
        blinded: elements that `require_elements` let pass.
        drawn: a scalar that is used once.
    """
    evaluated = [_multiply(key.secret, one) for one in blinded]
    sums = _composites(key.public, blinded, evaluated, key.secret)
    seen = _base(drawn)
    challenge = _challenge(key.public, sums, seen, _multiply(drawn, sums[0]))
    times = _product(challenge, key.secret)
    return evaluated, challenge + _difference(drawn, times)


def require_proof(
    public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes], proof: bytes
) -> None:
    """Return if every element was evaluated under the key that is named.

    Raises:
        Fault: `seal.voprf.element`, `seal.voprf.proof`.
    """
    require_elements([public, *evaluated])
    challenge, answer = proof[:SCALAR_BYTES], proof[SCALAR_BYTES:]
    are_scalars = len(proof) == PROOF_BYTES and all(map(_is_reduced, (challenge, answer)))
    if are_scalars and len(blinded) == len(evaluated):
        sums = _composites(public, blinded, evaluated)
        base = _base_or_none(answer)
        seen = _add(base, challenge, public)
        at_sums = _add(_times(answer, sums[0]), challenge, sums[1])
        if _challenge(public, sums, seen, at_sums) == challenge:
            return
    raise Fault(
        code="seal.voprf.proof",
        what="The proof does not show that every value was computed with the key that is named.",
        fix="Do not use the values. Tell the other side, and ask again.",
    )


def finalize(
    inputs: Sequence[bytes], scalars: Sequence[bytes], evaluated: Sequence[bytes]
) -> list[bytes]:
    """Return the outputs of inputs whose evaluation `require_proof` let pass."""
    shown = (_multiply(_invert(hides), one) for hides, one in zip(scalars, evaluated, strict=True))
    return [_hashed(one, element) for one, element in zip(inputs, shown, strict=True)]


def _hashed(one: bytes, element: bytes) -> bytes:
    return hashlib.sha512(_sized(one) + _sized(element) + b"Finalize").digest()


def _is_reduced(one: bytes) -> bool:
    return _reduce(one + bytes(SCALAR_BYTES)) == one


def _times(by: bytes, element: bytes) -> bytes:
    """Return an element times a scalar that may be zero."""
    return _multiply(by, element) if any(by) else _IDENTITY


def _add(element: bytes, by: bytes, other: bytes) -> bytes:
    return _sum(element, _times(by, other))


def _composites(
    public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes], secret: bytes = b""
) -> tuple[bytes, bytes]:
    """Return one element for all that are blinded, and one for all that are evaluated.

    Each weighs by a hash of itself.  Who holds the key multiplies the first by it.
    """
    seed = hashlib.sha512(_sized(public) + _sized(b"Seed-" + _CONTEXT)).digest()
    first = second = _IDENTITY
    for place, (one, other) in enumerate(zip(blinded, evaluated, strict=True)):
        told = _sized(seed) + place.to_bytes(2) + _sized(one) + _sized(other) + b"Composite"
        weight = _scalar(told)
        first = _add(first, weight, one)
        if not secret:
            second = _add(second, weight, other)
    return first, _times(secret, first) if secret else second


def _challenge(public: bytes, sums: tuple[bytes, bytes], seen: bytes, at_sums: bytes) -> bytes:
    parts = (public, *sums, seen, at_sums)
    return _scalar(b"".join(map(_sized, parts)) + b"Challenge")
