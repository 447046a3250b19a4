"""Entries and blobs as age files (docs/spec/seal.md, C2SP age)."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tools.peer.text import Malformed

INFO = b"age-encryption.org/mlkem768x25519"
SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
ENCAPSULATED = 1120
CHUNK = 65536
TAG = 16
FILE_KEY = 16
STANZA = rb"-> mlkem768x25519 ([A-Za-z0-9+/]{1494})\n([A-Za-z0-9+/]{43})\n"
HEADER = re.compile(rb"age-encryption\.org/v1\n((?:" + STANZA + rb")+)--- ([A-Za-z0-9+/]{43})\n")


class Closed(Exception):  # noqa: N818 -- what an entry is, no error of the program
    """A stanza, the MAC or the payload does not open for this reader (2.1.6)."""


def _raw64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _unraw64(text: bytes) -> bytes:
    data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if _raw64(data) != text:
        raise Malformed("unused bits of base64 are not zero (C2SP age)")
    return data


def _derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt or None, info).derive(key)


def _mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.digest(_derive(file_key, b"", b"header"), header, "sha256")


class Identity:
    """The private seal key of a channel, from its seed of 32 bytes (2.5.1)."""

    def __init__(self, seed: bytes) -> None:
        expanded = hashlib.shake_256(seed).digest(96)
        kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        curve = X25519PrivateKey.from_private_bytes(expanded[64:])
        self.key = MLKEM768X25519PrivateKey(kem, curve)
        self.public = kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def _recipient(public: bytes) -> MLKEM768X25519PublicKey:
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:1184]),
        X25519PublicKey.from_public_bytes(public[1184:]),
    )


def _chunks(file_key: bytes, nonce: bytes, body: bytes, *, sealing: bool) -> bytes:
    """The payload, chunk by chunk, with the counter and the last one marked."""
    cipher = ChaCha20Poly1305(_derive(file_key, nonce, b"payload"))
    step = CHUNK if sealing else CHUNK + TAG
    parts = [body[at : at + step] for at in range(0, len(body), step)] or [b""]
    if not sealing and len(parts) > 1 and len(parts[-1]) <= TAG:
        raise Closed("an empty chunk behind a full one (C2SP age)")
    out = []
    for count, part in enumerate(parts):
        end = b"\1" if count == len(parts) - 1 else b"\0"
        way = cipher.encrypt if sealing else cipher.decrypt
        out.append(way(count.to_bytes(11) + end, part, None))
    return b"".join(out)


def seal(plaintext: bytes, recipients: Sequence[bytes]) -> bytes:
    """An age file with one stanza for each recipient, in their order (2.1.2)."""
    file_key, nonce = secrets.token_bytes(16), secrets.token_bytes(16)
    header = b"age-encryption.org/v1\n"
    for public in recipients:
        wrapped = SUITE.encrypt(file_key, _recipient(public), INFO)
        first, body = wrapped[:ENCAPSULATED], wrapped[ENCAPSULATED:]
        header += b"-> mlkem768x25519 " + _raw64(first) + b"\n" + _raw64(body) + b"\n"
    header += b"---"
    mac = _raw64(_mac(file_key, header))
    return header + b" " + mac + b"\n" + nonce + _chunks(file_key, nonce, plaintext, sealing=True)


class Sealed:
    """An age file of an entry, taken apart; its shape is checked before anything is opened."""

    def __init__(self, file: bytes, count: int) -> None:
        head = HEADER.match(file)
        if head is None:
            raise Malformed("no age file of such stanzas (2.1.3)")
        stanzas = re.findall(STANZA, head[1])
        if len(stanzas) != count:
            raise Malformed("not one stanza for each party (2.1.2)")
        self.shapes = [(_unraw64(first), _unraw64(body)) for first, body in stanzas]
        self.mac = _unraw64(head[head.lastindex or 0])
        self.covered = file[: file.index(b"\n---", 0) + 4]
        self.payload = file[head.end() :]

    def file_key(self, place: int, identity: Identity) -> bytes:
        """The file key, by the stanza at this place (2.1.6)."""
        first, body = self.shapes[place]
        try:
            return SUITE.decrypt(first + body, identity.key, INFO)
        except (InvalidTag, ValueError) as problem:
            raise Closed("the stanza does not open") from problem

    def open(self, file_key: bytes) -> bytes:
        """The plaintext, under a file key of which the header's MAC is good (2.2.2)."""
        if len(file_key) != FILE_KEY or not hmac.compare_digest(
            self.mac, _mac(file_key, self.covered)
        ):
            raise Closed("the MAC of the header is not good")
        try:
            return _chunks(file_key, self.payload[:16], self.payload[16:], sealing=False)
        except (InvalidTag, ValueError) as problem:
            raise Closed("the payload does not open") from problem


def unseal(file: bytes, place: int, count: int, identity: Identity) -> bytes:
    """The plaintext, by the stanza at this place among so many (2.1.5, 2.1.6)."""
    sealed = Sealed(file, count)
    return sealed.open(sealed.file_key(place, identity))


def _blob_key(key: bytes) -> bytes:
    return _derive(key, b"", b"comity/blob/1")[:16]


def seal_blob(plaintext: bytes) -> tuple[bytes, bytes]:
    """A new key, and the stored bytes under it (2.3)."""
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(16)
    return key, nonce + _chunks(_blob_key(key), nonce, plaintext, sealing=True)


def unseal_blob(key: bytes, stored: bytes) -> bytes:
    """What the stored bytes say."""
    try:
        return _chunks(_blob_key(key), stored[:16], stored[16:], sealing=False)
    except (InvalidTag, ValueError) as problem:
        raise Closed("the blob does not open under its key") from problem
