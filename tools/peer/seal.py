"""Entries and blobs as age files (docs/spec/seal.md, C2SP age)."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tools.peer import kem
from tools.peer.text import Malformed

INFO = b"age-encryption.org/mlkem768x25519"
SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
ENCAPSULATED = 1120
KEM_KEY = 1184
CHUNK = 65536
TAG = 16
FILE_KEY = 16
ROOT = 32
PLACES = 256
FULL = rb"-> mlkem768x25519 ([A-Za-z0-9+/]{1494})\n([A-Za-z0-9+/]{43})\n"
OF_RUN = rb"-> comity-run (0|[1-9][0-9]{0,14}) (0|[1-9][0-9]{0,2})\n\n"
MAC = rb"--- ([A-Za-z0-9+/]{43})\n"
KEY_HEADER = re.compile(rb"age-encryption\.org/v1\n((?:" + FULL + rb")+)" + MAC)
ENTRY_HEADER = re.compile(rb"age-encryption\.org/v1\n" + OF_RUN + MAC)


class Closed(Exception):  # noqa: N818 -- what an entry is, no error of the program
    """A stanza, the MAC or the payload does not open for this reader (2.1.6), or is void."""


def _raw64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _unraw64(text: bytes) -> bytes:
    data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if _raw64(data) != text:
        raise Malformed("unused bits of base64 are not zero (C2SP age)")
    return data


def _derive(key: bytes, salt: bytes, info: bytes, length: int = 32) -> bytes:
    return HKDF(SHA256(), length, salt or None, info).derive(key)


def _mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.digest(_derive(file_key, b"", b"header"), header, "sha256")


class Identity:
    """The private seal key of a channel, from its seed of 32 bytes (2.5.1)."""

    def __init__(self, seed: bytes) -> None:
        expanded = hashlib.shake_256(seed).digest(96)
        post_quantum = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        curve = X25519PrivateKey.from_private_bytes(expanded[64:])
        self.key = MLKEM768X25519PrivateKey(post_quantum, curve)
        self.public = (
            post_quantum.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
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


def _labeled(salt: bytes, label: bytes, ikm: bytes) -> bytes:
    """LabeledExtract of RFC 9180 for this suite."""
    return hmac.digest(salt, b"HPKE-v1HPKE" + bytes.fromhex("647a00010003") + label + ikm, "sha256")


def _expanded(secret: bytes, label: bytes, context: bytes, length: int) -> bytes:
    """LabeledExpand, of no more than 32 bytes."""
    text = length.to_bytes(2) + b"HPKE-v1HPKE" + bytes.fromhex("647a00010003") + label + context
    return hmac.digest(secret, text + b"\1", "sha256")[:length]


def wrap(file_key: bytes, public: bytes, chance: bytes) -> bytes:
    """A stanza that gives the file key, a function of 64 bytes (2.1.4)."""
    secret, ciphertext = kem.encapsulate(public[:KEM_KEY], chance[:32])
    own = X25519PrivateKey.from_private_bytes(chance[32:])
    share, curve = own.public_key().public_bytes_raw(), public[KEM_KEY:]
    both = secret + own.exchange(X25519PublicKey.from_public_bytes(curve)) + share + curve
    shared = hashlib.sha3_256(both + b"\\.//^\\").digest()
    context = b"\0" + _labeled(b"", b"psk_id_hash", b"") + _labeled(b"", b"info_hash", INFO)
    made = _labeled(shared, b"secret", b"")
    key, nonce = _expanded(made, b"key", context, 32), _expanded(made, b"base_nonce", context, 12)
    body = ChaCha20Poly1305(key).encrypt(nonce, file_key, b"")
    return b"-> mlkem768x25519 " + _raw64(ciphertext + share) + b"\n" + _raw64(body) + b"\n"


def _header(file_key: bytes, stanzas: bytes) -> bytes:
    text = b"age-encryption.org/v1\n" + stanzas + b"---"
    return text + b" " + _raw64(_mac(file_key, text)) + b"\n"


def _ruled(file_key: bytes, nonce: bytes, recipients: Sequence[bytes]) -> bytes:
    """The one header of a file key, a nonce and seal keys (2.1.4)."""
    stanzas = b""
    for place, public in enumerate(recipients):
        info = b"comity/stanza/1" + bytes((place,)) + hashlib.sha256(public).digest()
        stanzas += wrap(file_key, public, _derive(file_key, nonce, info, 64))
    return _header(file_key, stanzas)


class Run:
    """The keys that a key entry gives (2.1.10), and what it is bound to (2.1.12)."""

    def __init__(self, secret: bytes, origin: str, index: int) -> None:
        self.secret, self.index = secret, index
        info = b"comity/run/1" + index.to_bytes(8)
        made = [
            _derive(secret, origin.encode(), info + bytes((place,)), 48) for place in range(PLACES)
        ]
        self.keys = [one[:16] for one in made]
        level = [hashlib.sha256(b"\0" + one[16:] + one[:16]).digest() for one in made]
        while len(level) > 1:
            pairs = zip(level[::2], level[1::2], strict=True)
            level = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs]
        self.root = level[0]

    def place(self, index: int) -> int | None:
        """The place of an entry, or None where it is beyond the last."""
        place = index - self.index - 1
        return place if 0 <= place < PLACES else None

    def seal(self, plaintext: bytes, index: int) -> bytes:
        """The age file of an entry of the run (2.1.11)."""
        place, nonce = index - self.index - 1, secrets.token_bytes(16)
        key = self.keys[place]
        header = _header(key, f"-> comity-run {self.index} {place}\n\n".encode())
        return header + nonce + _chunks(key, nonce, plaintext, sealing=True)


def seal_key(
    run: Run, plaintext: bytes, recipients: Sequence[bytes], spoil: int | None = None
) -> bytes:
    """A key entry behind its kind byte; with `spoil` the stanza at that place is junk."""
    file_key, nonce = secrets.token_bytes(16), secrets.token_bytes(16)
    header = _ruled(file_key, nonce, recipients)
    if spoil is not None:
        junk = wrap(secrets.token_bytes(16), recipients[spoil], secrets.token_bytes(64))
        parts = re.findall(FULL, header)
        first, body = parts[spoil]
        good = b"-> mlkem768x25519 " + first + b"\n" + body + b"\n"
        stanzas = header[len(b"age-encryption.org/v1\n") : header.rindex(b"---")]
        header = _header(file_key, stanzas.replace(good, junk))
    return run.root + header + nonce + _chunks(file_key, nonce, plaintext, sealing=True)


class SealedKey:
    """A key entry, taken apart; its shape is checked before anything is opened."""

    def __init__(self, data: bytes, count: int) -> None:
        self.root, file = data[:ROOT], data[ROOT:]
        head = KEY_HEADER.match(file)
        stanzas = re.findall(FULL, head[1]) if head else []
        if head is None or len(stanzas) != count:
            raise Closed("not one stanza of the one shape for each party (2.1.2, 2.1.3)")
        self.stanzas = [(_unraw64(first), _unraw64(body)) for first, body in stanzas]
        self.header, self.payload = file[: head.end()], file[head.end() :]

    def open(self, place: int, identities: Sequence[Identity]) -> tuple[bytes, bytes]:
        """The file key, by the stanza at this place, and the plaintext (2.1.6)."""
        first, body = self.stanzas[place]
        for one in identities:
            try:
                file_key = SUITE.decrypt(first + body, one.key, INFO)
            except (InvalidTag, ValueError):
                continue
            return file_key, _opened(self.header, self.payload, file_key)
        raise Closed("the stanza does not open")

    def require_ruled(self, file_key: bytes, recipients: Sequence[bytes]) -> None:
        """Makes the header again, and compares (2.1.6)."""
        if self.header != _ruled(file_key, self.payload[:16], recipients):
            raise Closed("the header is not the one of the rule")


def place_of(entry: bytes) -> tuple[int, int]:
    """The index of its key entry, and its place in the run, as an entry says (2.1.11)."""
    head = ENTRY_HEADER.match(entry[1:])
    if head is None or int(head[2]) >= PLACES:
        raise Closed("no entry of a run")
    return int(head[1]), int(head[2])


def unseal(entry: bytes, file_key: bytes) -> bytes:
    """The plaintext of an entry of a run."""
    head = ENTRY_HEADER.match(entry[1:])
    if head is None:
        raise Closed("no entry of a run")
    end = 1 + head.end()
    return _opened(entry[1:end], entry[end:], file_key)


def _opened(header: bytes, payload: bytes, file_key: bytes) -> bytes:
    """The plaintext, under a file key of which the header's MAC is good (2.2.2)."""
    covered = header[: header.rindex(b"---") + 3]
    if not hmac.compare_digest(header, covered + b" " + _raw64(_mac(file_key, covered)) + b"\n"):
        raise Closed("the MAC of the header is not good")
    try:
        return _chunks(file_key, payload[:16], payload[16:], sealing=False)
    except (InvalidTag, ValueError) as problem:
        raise Closed("the payload does not open") from problem


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
