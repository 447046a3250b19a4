"""What one 32-byte key opens: blobs, and key files at rest.

A **blob** is a payload without a header; its key stands in the entry that names it:

    nonce        16 bytes
    chunks       as in `comity.seal.stream`

    address      SHA-256 of nonce and chunks
    file key     HKDF-SHA-256(ikm = key, salt = empty, info = "comity/blob/1")[:16]

So `export_header` before the stored bytes is an ordinary age file, which `age` opens;
and when the key is destroyed in every entry's reading, the blob is closed for good.

The **symmetric stanza** wraps a file key under a key from elsewhere (an environment):

    -> comity-symmetric <22 characters: a salt of 16 bytes>
    <43 characters: ChaCha20-Poly1305(key = wrap key, nonce = zero, file key), 32 bytes>

    wrap key     HKDF-SHA-256(ikm = key, salt = salt, info = "comity/symmetric/1")

Source: protocol rule 15; C2SP age.md, whose X25519 stanza the symmetric one follows.
Floor: seal (pure).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.kernel.fault import Fault
from comity.seal import rawbase64, stream
from comity.seal.header import FILE_KEY_BYTES, Entropy, Recipient, Stanza, build_header, hkdf
from comity.seal.stream import NONCE_BYTES, ChunkReader, SeekableSource, Source, Target

STANZA_TYPE: Final = "comity-symmetric"
KEY_BYTES: Final = 32

_BLOB_INFO: Final = b"comity/blob/1"
_STANZA_INFO: Final = b"comity/symmetric/1"
_SALT_BYTES: Final = 16
_BODY_BYTES: Final = 32
_ZERO_NONCE: Final = bytes(12)  # each wrap key encrypts once


@dataclass(frozen=True, slots=True)
class SymmetricRecipient:
    """Whoever holds the key.

    Attributes:
        key: 32 bytes, a secret.
    """

    key: bytes = field(repr=False)

    def wrap(self, file_key: bytes, entropy: Entropy) -> Stanza:
        """Return the stanza, under a fresh salt."""
        salt = entropy(_SALT_BYTES)
        body = _wrap_aead(self.key, salt).encrypt(_ZERO_NONCE, file_key, None)
        return Stanza((STANZA_TYPE, rawbase64.render(salt).decode("ascii")), body)


@dataclass(frozen=True, slots=True)
class SymmetricIdentity:
    """The same holder, opening.

    Attributes:
        key: 32 bytes, a secret.
    """

    key: bytes = field(repr=False)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or nothing if the stanza is for somebody else.

        Raises:
            Fault: `seal.stanza.malformed`.
        """
        if stanza.args[0] != STANZA_TYPE:
            return None
        salt = rawbase64.parse(stanza.args[1]) if len(stanza.args) == 2 else None  # noqa: PLR2004 -- the type and one argument
        if salt is None or len(salt) != _SALT_BYTES or len(stanza.body) != _BODY_BYTES:
            raise Fault(
                code="seal.stanza.malformed",
                what=f"The {STANZA_TYPE} stanza must have a salt of 16 bytes and a body of 32.",
                fix="Restore the file from a backup: it was changed.",
            )
        try:
            return _wrap_aead(self.key, salt).decrypt(_ZERO_NONCE, stanza.body, None)
        except InvalidTag:
            return None


def seal_blob(plaintext: bytes, key: bytes, entropy: Entropy) -> bytes:
    """Return the stored form: nonce and chunks.  Each key seals one blob."""
    return stream.seal_payload(plaintext, _blob_file_key(key), entropy(NONCE_BYTES))


def open_blob(data: bytes, key: bytes) -> bytes:
    """Return the plaintext of a stored blob.

    Raises:
        Fault: `seal.payload.no-nonce`, `seal.payload.damaged`.
    """
    return stream.open_payload(data, _blob_file_key(key))


def blob_address(data: bytes) -> bytes:
    """Return the 32-byte address of a stored blob."""
    return hashlib.sha256(data).digest()


def seal_blob_stream(source: Source, target: Target, key: bytes, entropy: Entropy) -> int:
    """Write the stored form of all that the source holds, in flat memory.

    Returns:
        The size of the plaintext in bytes; the target knows that of the stored form.
    """
    return stream.seal_stream(source, target, _blob_file_key(key), entropy(NONCE_BYTES))


def open_blob_stream(source: Source, target: Target, key: bytes) -> int:
    """Write the plaintext of a stored blob, in flat memory; return its size in bytes.

    Raises:
        Fault: `seal.payload.no-nonce`, `seal.payload.damaged`; what the target then holds
            is a part and must not be used.
    """
    return stream.open_stream(source, target, _blob_file_key(key))


def open_blob_reader(source: SeekableSource, key: bytes) -> ChunkReader:
    """Return random access to a stored blob.

    Raises:
        Fault: `seal.payload.no-nonce`, `seal.payload.damaged`.
    """
    return ChunkReader(source, _blob_file_key(key))


def export_header(key: bytes, recipients: Sequence[Recipient], entropy: Entropy) -> bytes:
    """Return the header that makes a stored blob, behind it, an age file for these recipients.

    Raises:
        Fault: `seal.recipient.missing`, `seal.recipient.mixed`.
    """
    return build_header(_blob_file_key(key), recipients, entropy)


def _blob_file_key(key: bytes) -> bytes:
    assert len(key) == KEY_BYTES
    return hkdf(key, b"", _BLOB_INFO)[:FILE_KEY_BYTES]


def _wrap_aead(key: bytes, salt: bytes) -> ChaCha20Poly1305:
    assert len(key) == KEY_BYTES
    return ChaCha20Poly1305(hkdf(key, salt, _STANZA_INFO))
