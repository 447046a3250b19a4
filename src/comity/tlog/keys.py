r"""Keys of notes: their text form, and what each kind verifies and signs.

    example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k
    name            key id   base64 of (kind byte, public key)

    kind   key                              signs
    0x01   Ed25519, 32 bytes                the body
    0x04   Ed25519, 32 bytes                a cosignature/v1 of a checkpoint, with time
    0x06   ML-DSA-44, 1,312 bytes           a subtree/v1 of a checkpoint, with time
    0xff   "comity/ml-dsa-44-note/1" and    "comity/ml-dsa-44-note/1\n", the key name,
           ML-DSA-44, 1,312 bytes           "\n" and the body: any text, without time

The key id is the first 4 bytes of SHA-256(name, "\n", kind byte, key).  Kind 0xff is
comity's own, for root keys that sign cards and revocations: C2SP assigns no ML-DSA-44
kind for texts that are not checkpoints, and keeps 0xff with a longer identifier for such.

Source: C2SP signed-note, tlog-cosignature; RFC 8032; FIPS 204.
Floor: tlog (pure; the primitives come from `cryptography`).
"""

import functools
import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from comity.kernel.fault import Fault, quoted
from comity.tlog import cosignature, note, spelling

ED25519_NOTE: Final = 0x01
ED25519_COSIGNATURE: Final = 0x04
ML_DSA_44_COSIGNATURE: Final = 0x06
ML_DSA_44_NOTE: Final = 0xFF
ML_DSA_44_NOTE_IDENTIFIER: Final = b"comity/ml-dsa-44-note/1"

SEED_BYTES: Final = 32
ED25519_PUBLIC_BYTES: Final = 32
ML_DSA_44_PUBLIC_BYTES: Final = 1312
VKEY_BYTES_MAX: Final = note.KEY_NAME_BYTES_MAX + 10 + 4 * 446

_ED25519: Final = frozenset({ED25519_NOTE, ED25519_COSIGNATURE})
_TIMED: Final = frozenset({ED25519_COSIGNATURE, ML_DSA_44_COSIGNATURE})
_KINDS: Final = _ED25519 | _TIMED | {ML_DSA_44_NOTE}

_P: Final = (1 << 255) - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
_SOUND_MAX: Final = 1024
"""So many keys are remembered: a card has two for each of its channels, and a root."""

_ORDER_8_Y: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_LOW_ORDER_Y: Final = frozenset({0, 1, _P - 1, _ORDER_8_Y, _P - _ORDER_8_Y})
"""Orders 4, 1, 2, 8 and 8: with both signs of x, the eight points of the small subgroup."""


@dataclass(frozen=True, slots=True)
class VKey:
    """A verifier key.

    Attributes:
        name: of the key; for a log, its origin.
        kind: 0x01, 0x04, 0x06 or 0xff.
        key: 32 or 1,312 bytes; for 0xff with the identifier before them.
    """

    name: str
    kind: int
    key: bytes

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that stand in signature lines."""
        text = b"%s\n%c%s" % (self.name.encode(), self.kind, self.key)
        return hashlib.sha256(text).digest()[: note.KEY_ID_BYTES]

    @property
    def public(self) -> bytes:
        """The bare public key: two vkeys with the same one are duplicates."""
        return self.key.removeprefix(_identifier(self.kind))


def parse(text: str) -> VKey:
    """Read a vkey.

    Raises:
        Fault: `tlog.key.malformed`, `tlog.key.unknown-kind`, `tlog.key.bad-name`,
            `tlog.key.weak`.
    """
    if len(text) > VKEY_BYTES_MAX:
        raise _malformed(f"it has {len(text)} characters, over {VKEY_BYTES_MAX}")
    name, _, rest = text.partition("+")
    key_id, _, base64 = rest.partition("+")
    raw = spelling.parse_base64(base64.encode("utf-8", "replace"))
    if not raw:
        raise _malformed(f"{quoted(base64)} is not the base64 of a kind and a key")
    vkey = require(VKey(name, raw[0], raw[1:]))
    if vkey.key_id.hex() != key_id:
        raise _malformed(f"its key id is {quoted(key_id)}, not {vkey.key_id.hex()}")
    return vkey


def render(vkey: VKey) -> str:
    """Return the text form."""
    base64 = spelling.render_base64(bytes((vkey.kind,)) + vkey.key).decode()
    return f"{vkey.name}+{vkey.key_id.hex()}+{base64}"


def require(vkey: VKey) -> VKey:
    """Return the vkey if its name, kind and key are acceptable.

    Raises:
        Fault: as `parse`.
    """
    require_key_name(vkey.name)
    if vkey.kind not in _KINDS:
        raise Fault(
            code="tlog.key.unknown-kind",
            what=f"The key of {quoted(vkey.name)} is of kind 0x{vkey.kind:02x}.",
            fix="Use a key of kind 0x01, 0x04, 0x06 or comity's 0xff.",
        )
    if vkey.kind in _ED25519:
        require_ed25519(vkey.key)
    else:
        _require_ml_dsa_44(vkey)
    return vkey


def require_key_name(name: str) -> str:
    """Return the name if it may stand in signature lines.

    Raises:
        Fault: `tlog.key.bad-name`.
    """
    if not note.is_key_name(name):
        raise Fault(
            code="tlog.key.bad-name",
            what=f"The key name {quoted(name)} is not one.",
            fix=f"Use 1 to {note.KEY_NAME_BYTES_MAX} bytes without space, plus or control.",
        )
    return name


@functools.lru_cache(maxsize=_SOUND_MAX)
def require_ed25519(public: bytes) -> bytes:
    """Return the public key if it is a point, spelled canonically, of no low order.

    With a low-order key one signature fits many texts; with a second spelling of a point
    one key has two ids.  OpenSSL looks at neither.  A node reads the same cards again and
    again: what was found sound is remembered, since it takes two powers modulo p.

    Raises:
        Fault: `tlog.key.malformed`, `tlog.key.weak`.
    """
    if len(public) != ED25519_PUBLIC_BYTES:
        raise _malformed(f"an Ed25519 key cannot have {len(public)} bytes")
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    if y % _P in _LOW_ORDER_Y:
        raise Fault(
            code="tlog.key.weak",
            what=f"The Ed25519 key {public.hex()} is a point of low order.",
            fix="Refuse the card; ask its owner for a key made by a sound generator.",
        )
    if y >= _P:
        raise _malformed(f"the Ed25519 key {public.hex()} is a second spelling of a point")
    x_squared = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if pow(x_squared, (_P - 1) // 2, _P) != 1:
        raise _malformed(f"the Ed25519 key {public.hex()} is not a point of the curve")
    return public


@dataclass(frozen=True, slots=True)
class KeyVerifier:
    """A `Verifier` over a vkey; make it with `verifier`."""

    vkey: VKey
    name: str
    key_id: bytes
    public_key: Ed25519PublicKey | MLDSA44PublicKey

    def verify(self, body: bytes, payload: bytes) -> None:
        """Return if the payload signs the body.

        Raises:
            Fault: `tlog.note.bad-signature`; for 0x04 and 0x06 also
                `tlog.cosignature.malformed` and `tlog.checkpoint.malformed`.
        """
        at_s, signature = 0, payload
        if self.vkey.kind in _TIMED:
            timestamped = cosignature.parse(payload)
            at_s, signature = timestamped.at_s, timestamped.signature
        try:
            self.public_key.verify(signature, _message(self.vkey, body, at_s))
        except InvalidSignature as error:
            raise Fault(
                code="tlog.note.bad-signature",
                what=f"The signature of {quoted(self.name)} with key id {self.key_id.hex()} "
                "does not fit the text.",
                fix="Keep the bytes as evidence and ask the signer for the note again.",
            ) from error


@dataclass(frozen=True, slots=True)
class KeySigner:
    """A `Signer` over a private key in memory; make it with `signer`."""

    vkey: VKey
    name: str
    key_id: bytes
    private_key: Ed25519PrivateKey | MLDSA44PrivateKey

    def sign(self, body: bytes, *, at_s: int) -> bytes:
        """Return the payload; kinds 0x01 and 0xff hold no time.

        Raises:
            Fault: for 0x06, `tlog.checkpoint.malformed`.
        """
        signature = self.private_key.sign(_message(self.vkey, body, at_s))
        if self.vkey.kind not in _TIMED:
            return signature
        return cosignature.render(cosignature.TimestampedSignature(at_s, signature))


@functools.lru_cache(maxsize=1024)
def verifier(vkey: VKey) -> KeyVerifier:
    """Return the verifier of a vkey.

    Raises:
        Fault: as `require`.
    """
    require(vkey)
    public_key: Ed25519PublicKey | MLDSA44PublicKey
    if vkey.kind in _ED25519:
        public_key = Ed25519PublicKey.from_public_bytes(vkey.public)
    else:
        public_key = MLDSA44PublicKey.from_public_bytes(vkey.public)
    return KeyVerifier(vkey, vkey.name, vkey.key_id, public_key)


def signer(name: str, kind: int, seed: bytes) -> KeySigner:
    """Return the signer of this kind whose private key is this secret 32-byte seed.

    Raises:
        Fault: `tlog.key.bad-name`, `tlog.key.unknown-kind`.
    """
    assert len(seed) == SEED_BYTES
    private_key: Ed25519PrivateKey | MLDSA44PrivateKey
    if kind in _ED25519:
        private_key = Ed25519PrivateKey.from_private_bytes(seed)
    else:
        private_key = MLDSA44PrivateKey.from_seed_bytes(seed)
    public = private_key.public_key().public_bytes_raw()
    vkey = require(VKey(name, kind, _identifier(kind) + public))
    return KeySigner(vkey, name, vkey.key_id, private_key)


def _require_ml_dsa_44(vkey: VKey) -> None:
    if vkey.key != _identifier(vkey.kind) + vkey.public:
        raise _malformed(f"a key of kind 0xff begins with {ML_DSA_44_NOTE_IDENTIFIER!r}")
    if len(vkey.public) != ML_DSA_44_PUBLIC_BYTES:
        raise _malformed(f"an ML-DSA-44 key cannot have {len(vkey.public)} bytes")


def _identifier(kind: int) -> bytes:
    return ML_DSA_44_NOTE_IDENTIFIER if kind == ML_DSA_44_NOTE else b""


def _message(vkey: VKey, body: bytes, at_s: int) -> bytes:
    if vkey.kind == ED25519_COSIGNATURE:
        return cosignature.ed25519_message(body, at_s=at_s)
    if vkey.kind == ML_DSA_44_COSIGNATURE:
        return cosignature.checkpoint_message(vkey.name, body, at_s=at_s)
    if vkey.kind == ML_DSA_44_NOTE:
        return b"%s\n%s\n%s" % (ML_DSA_44_NOTE_IDENTIFIER, vkey.name.encode(), body)
    return body


def _malformed(why: str) -> Fault:
    return Fault(
        code="tlog.key.malformed",
        what=f"This is not a verifier key: {why}.",
        fix="Ask its owner for the key again and compare it by voice.",
    )
