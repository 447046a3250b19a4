"""X25519: age's classical recipient, for the `age` command only; cards refuse it.

    -> X25519 <43 characters: the ephemeral share, 32 bytes>
    <43 characters: the file key under the shared secret, 32 bytes>

    identity     32 bytes    AGE-SECRET-KEY-1…
    recipient    32 bytes    age1…

What is sealed so is open to whoever records it today and has a quantum computer later.

Source: C2SP age.md "X25519"; RFC 7748.
Floor: seal (pure).
"""

from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.kernel.fault import Fault, quoted
from comity.seal import bech32, rawbase64
from comity.seal.header import Entropy, Stanza, hkdf

STANZA_TYPE: Final = "X25519"
KEY_BYTES: Final = 32
IDENTITY_PREFIX: Final = "AGE-SECRET-KEY-"
RECIPIENT_PREFIX: Final = "age"

_INFO: Final = b"age-encryption.org/v1/X25519"
_BODY_BYTES: Final = 32
_ZERO_NONCE: Final = bytes(12)  # each wrap key encrypts once


@dataclass(frozen=True, slots=True)
class X25519Recipient:
    """A public key.

    Attributes:
        raw: 32 bytes.
    """

    raw: bytes

    def __post_init__(self) -> None:
        """Check the length.

        Raises:
            Fault: `seal.recipient.malformed`.
        """
        if len(self.raw) != KEY_BYTES:
            raise _bad_recipient(f"it has {len(self.raw)} bytes instead of {KEY_BYTES}")

    @classmethod
    def parse(cls, text: str) -> "X25519Recipient":
        """Read `age1…`.

        Raises:
            Fault: `seal.key.malformed`, `seal.recipient.malformed`.
        """
        return cls(bech32.parse(RECIPIENT_PREFIX, text))

    def render(self) -> str:
        """Return `age1…`, 62 characters."""
        return bech32.render(RECIPIENT_PREFIX, self.raw)

    def wrap(self, file_key: bytes, entropy: Entropy) -> Stanza:
        """Return the stanza, under a fresh share.

        Raises:
            Fault: `seal.recipient.malformed`, for a point of low order.
        """
        ephemeral = X25519PrivateKey.from_private_bytes(entropy(KEY_BYTES))
        share = ephemeral.public_key().public_bytes_raw()
        try:
            secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(self.raw))
        except ValueError as error:
            raise _bad_recipient("it is a point of low order") from error
        key = hkdf(secret, share + self.raw, _INFO)
        body = ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, file_key, None)
        return Stanza((STANZA_TYPE, rawbase64.render(share).decode("ascii")), body)


@dataclass(frozen=True, slots=True)
class X25519Identity:
    """A secret key.

    Attributes:
        secret: 32 random bytes.
        recipient: the public half.
    """

    secret: bytes = field(repr=False)
    recipient: X25519Recipient = field(init=False, compare=False)
    _key: X25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive the public half."""
        assert len(self.secret) == KEY_BYTES
        key = X25519PrivateKey.from_private_bytes(self.secret)
        object.__setattr__(self, "recipient", X25519Recipient(key.public_key().public_bytes_raw()))
        object.__setattr__(self, "_key", key)

    @classmethod
    def parse(cls, text: str) -> "X25519Identity":
        """Read `AGE-SECRET-KEY-1…`.

        Raises:
            Fault: `seal.key.malformed`.
        """
        secret = bech32.parse(IDENTITY_PREFIX, text)
        if len(secret) != KEY_BYTES:
            raise Fault(
                code="seal.key.malformed",
                what=f"The secret key holds {len(secret)} bytes; an X25519 one holds {KEY_BYTES}.",
                fix="Copy the whole key again, from the program that made it.",
            )
        return cls(secret)

    def render(self) -> str:
        """Return `AGE-SECRET-KEY-1…`, 74 characters: a secret."""
        return bech32.render(IDENTITY_PREFIX, self.secret)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or nothing if the stanza is for somebody else.

        Raises:
            Fault: `seal.stanza.malformed`.
        """
        if stanza.args[0] != STANZA_TYPE:
            return None
        share = rawbase64.parse(stanza.args[1]) if len(stanza.args) == 2 else None  # noqa: PLR2004 -- the type and one argument
        if share is None or len(share) != KEY_BYTES or len(stanza.body) != _BODY_BYTES:
            raise _malformed(stanza, "it has one argument of 32 bytes and a body of 32")
        try:
            secret = self._key.exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError as error:
            raise _malformed(stanza, "its share must not be of low order") from error
        key = hkdf(secret, share + self.recipient.raw, _INFO)
        try:
            return ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, stanza.body, None)
        except InvalidTag:
            return None


def _bad_recipient(why: str) -> Fault:
    return Fault(
        code="seal.recipient.malformed",
        what=f"The X25519 recipient cannot be used: {why}.",
        fix="Ask its owner for the public key again.",
    )


def _malformed(stanza: Stanza, rule: str) -> Fault:
    return Fault(
        code="seal.stanza.malformed",
        what=f"The stanza {quoted(' '.join(stanza.args))} breaks the rule of its type: {rule}.",
        fix="Ask the sender to seal the file anew.",
    )
