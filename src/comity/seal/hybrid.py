"""mlkem768x25519: the post-quantum hybrid recipient, the one that cards carry.

    -> mlkem768x25519 <1494 characters: the encapsulated key, 1088 + 32 bytes>
    <43 characters: the file key under it, 32 bytes>

    identity     32-byte seed                         AGE-SECRET-KEY-PQ-1…
    recipient    ML-KEM-768 key and X25519 key, 1216  age1pq1…

A file stays closed unless both ML-KEM-768 and X25519 fall.

A stanza is a function of the file key and of the 64 bytes of entropy that it takes: 32 for
ML-KEM-768, then the ephemeral secret of X25519.  The HPKE of `cryptography` opens, and draws its
own randomness to seal; so the sender's half stands here.

Source: C2SP age.md "mlkem768x25519"; filippo.io/hpke-pq; draft-ietf-hpke-pq-03; RFC 9180.
Floor: seal (pure; chance comes in as a function).
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite

from comity.kernel.fault import Fault, quoted
from comity.seal import bech32, mlkem, rawbase64
from comity.seal.header import Entropy, Stanza

STANZA_TYPE: Final = "mlkem768x25519"
SEED_BYTES: Final = 32
RECIPIENT_BYTES: Final = 1216
IDENTITY_PREFIX: Final = "AGE-SECRET-KEY-PQ-"
RECIPIENT_PREFIX: Final = "age1pq"
ENTROPY_BYTES: Final = 64
"""That a stanza takes."""

_INFO: Final = b"age-encryption.org/mlkem768x25519"
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_MLKEM_SEED_BYTES: Final = 64
_MLKEM_PUBLIC_BYTES: Final = 1184
_MLKEM_CIPHERTEXT_BYTES: Final = 1088
_ENC_BYTES: Final = 1120
_BODY_BYTES: Final = 32
_FIELD: Final = 2**255 - 19
# Any secret tells whether a point is of low order: the shared secret is then zero.
_SUITE_ID: Final = b"HPKE" + bytes.fromhex("647a 0001 0003")  # KEM, KDF, AEAD of the suite
_COMBINED: Final = b"\\.//^\\"  # the label of the combiner of both shared secrets
_PROBE: Final = X25519PrivateKey.from_private_bytes(b"\x01" * 32)


@dataclass(frozen=True, slots=True)
class HybridRecipient:
    """A public seal key.

    Attributes:
        raw: 1216 bytes, the ML-KEM-768 encapsulation key and the X25519 public key.
    """

    raw: bytes = field(repr=False)
    _x25519: X25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the keys.

        Raises:
            Fault: `seal.recipient.malformed`, for a wrong length, a coefficient that is not
                reduced, or an X25519 point of low order or spelled a second way.
        """
        object.__setattr__(self, "_x25519", _load(self.raw))

    @classmethod
    def parse(cls, text: str) -> "HybridRecipient":
        """Read `age1pq1…`.

        Raises:
            Fault: `seal.key.malformed`, `seal.recipient.malformed`.
        """
        return cls(bech32.parse(RECIPIENT_PREFIX, text))

    def render(self) -> str:
        """Return `age1pq1…`, 1,959 characters."""
        return bech32.render(RECIPIENT_PREFIX, self.raw)

    def wrap(self, file_key: bytes, entropy: Entropy) -> Stanza:
        """Return the stanza.

        Raises:
            Fault: `seal.mlkem.missing`.
        """
        chance = entropy(ENTROPY_BYTES)
        post_quantum, ciphertext = mlkem.encapsulate(
            self.raw[:_MLKEM_PUBLIC_BYTES], chance[: mlkem.CHANCE_BYTES]
        )
        ephemeral = X25519PrivateKey.from_private_bytes(chance[mlkem.CHANCE_BYTES :])
        share = ephemeral.public_key().public_bytes_raw()
        classical = ephemeral.exchange(self._x25519)
        own = self.raw[_MLKEM_PUBLIC_BYTES:]
        shared = hashlib.sha3_256(post_quantum + classical + share + own + _COMBINED).digest()
        enc = rawbase64.render(ciphertext + share).decode("ascii")
        return Stanza((STANZA_TYPE, enc), _encrypted(shared, file_key))


@dataclass(frozen=True, slots=True)
class HybridIdentity:
    """A secret seal key.

    Attributes:
        seed: 32 random bytes, from which both keys are derived.
        recipient: the public half.
    """

    seed: bytes = field(repr=False)
    recipient: HybridRecipient = field(init=False, compare=False)
    _key: MLKEM768X25519PrivateKey = field(init=False, repr=False, compare=False)
    _x25519: X25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive the keys: SHAKE256 gives 64 bytes for ML-KEM-768 and 32 for X25519."""
        assert len(self.seed) == SEED_BYTES
        expanded = hashlib.shake_256(self.seed).digest(_MLKEM_SEED_BYTES + 32)
        post_quantum = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_BYTES:])
        raw = post_quantum.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        object.__setattr__(self, "recipient", HybridRecipient(raw))
        object.__setattr__(self, "_key", MLKEM768X25519PrivateKey(post_quantum, x25519))
        object.__setattr__(self, "_x25519", x25519)

    @classmethod
    def parse(cls, text: str) -> "HybridIdentity":
        """Read `AGE-SECRET-KEY-PQ-1…`.

        Raises:
            Fault: `seal.key.malformed`.
        """
        seed = bech32.parse(IDENTITY_PREFIX, text)
        if len(seed) != SEED_BYTES:
            raise Fault(
                code="seal.key.malformed",
                what=f"The secret key holds {len(seed)} bytes; a hybrid one holds {SEED_BYTES}.",
                fix="Copy the whole key again, from the program that made it.",
            )
        return cls(seed)

    def render(self) -> str:
        """Return `AGE-SECRET-KEY-PQ-1…`, 77 characters: a secret."""
        return bech32.render(IDENTITY_PREFIX, self.seed)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or nothing if the stanza is for somebody else.

        Raises:
            Fault: `seal.stanza.malformed`.
        """
        if stanza.args[0] != STANZA_TYPE:
            return None
        enc = rawbase64.parse(stanza.args[1]) if len(stanza.args) == 2 else None  # noqa: PLR2004 -- the type and one argument
        if enc is None or len(enc) != _ENC_BYTES or len(stanza.body) != _BODY_BYTES:
            raise _malformed(stanza, "it has one argument of 1120 bytes and a body of 32")
        try:
            return _SUITE.decrypt(enc + stanza.body, self._key, _INFO)
        except (InvalidTag, ValueError) as error:
            self._check_order(stanza, enc, error)
            return None

    def _check_order(self, stanza: Stanza, enc: bytes, cause: Exception) -> None:
        # HPKE tells a wrong key and a low-order point by one exception; age tells them apart.
        try:
            self._x25519.exchange(X25519PublicKey.from_public_bytes(enc[_MLKEM_CIPHERTEXT_BYTES:]))
        except ValueError:
            raise _malformed(stanza, "its X25519 share must not be of low order") from cause


def _encrypted(shared: bytes, file_key: bytes) -> bytes:
    """Return what the base mode of HPKE makes of one message (RFC 9180, section 5.1)."""
    context = b"\0" + _extract(b"psk_id_hash", b"") + _extract(b"info_hash", _INFO)
    secret = _extract(b"secret", b"", shared)
    key, nonce = _expand(secret, b"key", context, 32), _expand(secret, b"base_nonce", context, 12)
    return ChaCha20Poly1305(key).encrypt(nonce, file_key, b"")


def _extract(label: bytes, ikm: bytes, salt: bytes = b"") -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + _SUITE_ID + label + ikm, "sha256")


def _expand(secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """Return at most 32 bytes: one block of the expansion."""
    text = length.to_bytes(2) + b"HPKE-v1" + _SUITE_ID + label + info + b"\1"
    return hmac.digest(secret, text, "sha256")[:length]


@lru_cache(maxsize=1024)  # cards are read often, and a key takes longer to load than to use
def _load(raw: bytes) -> X25519PublicKey:
    if len(raw) != RECIPIENT_BYTES:
        raise _bad_recipient(f"it has {len(raw)} bytes instead of {RECIPIENT_BYTES}")
    if int.from_bytes(raw[_MLKEM_PUBLIC_BYTES:], "little") >= _FIELD:
        raise _bad_recipient("its X25519 half is not spelled the one canonical way")
    try:
        MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC_BYTES])
    except ValueError as error:
        raise _bad_recipient("its ML-KEM half is not such a key") from error
    x25519 = X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC_BYTES:])
    try:
        _PROBE.exchange(x25519)
    except ValueError as error:
        raise _bad_recipient("its X25519 half is a point of low order") from error
    return x25519


def _bad_recipient(why: str) -> Fault:
    return Fault(
        code="seal.recipient.malformed",
        what=f"The hybrid recipient cannot be used: {why}.",
        fix="Ask its owner for the public key again.",
    )


def _malformed(stanza: Stanza, rule: str) -> Fault:
    return Fault(
        code="seal.stanza.malformed",
        what=f"The stanza {quoted(' '.join(stanza.args))} breaks the rule of its type: {rule}.",
        fix="Ask the sender to seal the file anew.",
    )
