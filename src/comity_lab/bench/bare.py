"""Bare calls of what an act needs: cryptography, the durable commit, the mark.

Floor: lab.
"""

import os
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, override

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

ENTRY_BYTES: Final = 1024
BODY_BYTES: Final = 2048
ROW_BYTES: Final = 4_400 + BODY_BYTES
INFO: Final = b"age-encryption.org/mlkem768x25519"


class Seal:
    """Sealing an entry to two parties, and opening one."""

    def __init__(self) -> None:
        kem, aead = hpke.KEM.MLKEM768_X25519, hpke.AEAD.CHACHA20_POLY1305
        self._suite = hpke.Suite(kem, hpke.KDF.HKDF_SHA256, aead)
        keys = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
        self._private = hpke.MLKEM768X25519PrivateKey(*keys)
        self._public = self._private.public_key()
        self._file_key, self._nonce, self._plaintext = os.urandom(32), bytes(12), bytes(ENTRY_BYTES)
        self._aead = ChaCha20Poly1305(self._file_key)
        self._wrapped = self._suite.encrypt(self._file_key[:16], self._public, info=INFO)
        self._sealed = self._aead.encrypt(self._nonce, self._plaintext, None)

    def seal(self) -> None:
        """Seal an entry to two."""
        self._suite.encrypt(self._file_key[:16], self._public, info=INFO)
        self._suite.encrypt(self._file_key[:16], self._public, info=INFO)
        self._aead.encrypt(self._nonce, self._plaintext, None)

    def open(self) -> None:
        """Open an entry."""
        self._suite.decrypt(self._wrapped, self._private, info=INFO)
        self._aead.decrypt(self._nonce, self._sealed, None)


class Signing:
    """A key of each kind, as a head and a cosignature have."""

    def __init__(self) -> None:
        self._classic, self._quantum = Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate()
        self._body = os.urandom(128)
        self._signatures = self._classic.sign(self._body), self._quantum.sign(self._body)
        self._public = self._classic.public_key(), self._quantum.public_key()

    def sign(self) -> None:
        """Make both signatures."""
        self._classic.sign(self._body)
        self._quantum.sign(self._body)

    def verify(self) -> None:
        """Verify both."""
        self._public[0].verify(self._signatures[0], self._body)
        self._public[1].verify(self._signatures[1], self._body)


class Commits(AbstractContextManager["Commits"]):
    """A database that is durable at each commit."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
        self._row = os.urandom(ROW_BYTES)

    @override
    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def commit(self) -> None:
        """Keep the bytes of one act."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO entry (bytes) VALUES (?)", (self._row,))
        self._connection.execute("COMMIT")


class Marks(AbstractContextManager["Marks"]):
    """A file of marks: one write and one wait for the disk each."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._mark = os.urandom(ROW_BYTES)

    @override
    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def mark(self) -> None:
        """Mark a head, with what is new of its log."""
        os.write(self._file, self._mark)
        os.fdatasync(self._file)
