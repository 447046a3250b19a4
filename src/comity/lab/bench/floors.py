"""What the same machine can do at most: bare cryptography, and the durable commit alone.

    seal    one process seals an entry to two parties …
    open    … while another opens one, on the same cores; the slower of the two is the floor
    commit  an entry and its body of 2 KiB in one durable transaction, one after the other

Floor: lab.
"""

import multiprocessing
import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

ENTRY_BYTES: Final = 1024
BODY_BYTES: Final = 2048
ROW_BYTES: Final = 4_400 + BODY_BYTES
INFO: Final = b"age-encryption.org/mlkem768x25519"


@dataclass(frozen=True, slots=True)
class Floors:
    """Rates of the bare calls.

    Attributes:
        seal_per_s: entries sealed to two parties, while another process opened.
        open_per_s: entries opened, while another process sealed.
        commit_per_s: durable commits of one act's bytes.
    """

    seal_per_s: float
    open_per_s: float
    commit_per_s: float

    @property
    def acts_per_s(self) -> float:
        """The slower of sealing and opening."""
        return min(self.seal_per_s, self.open_per_s)


def measure(folder: Path, seconds: float) -> Floors:
    """Measure all floors; takes about twice as many seconds."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    workers = [
        context.Process(target=_worker, args=(name, seconds, results)) for name in ("seal", "open")
    ]
    for worker in workers:
        worker.start()
    rates: dict[str, float] = dict(results.get(timeout=seconds + 60) for _ in workers)
    for worker in workers:
        worker.join()
    commits = _commits_per_s(folder / "floor.sqlite3", seconds / 2)
    return Floors(rates["seal"], rates["open"], commits)


def _suite() -> hpke.Suite:
    return hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


def _worker(name: str, seconds: float, results: "multiprocessing.Queue[tuple[str, float]]") -> None:
    suite = _suite()
    private = hpke.MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
    )
    public = private.public_key()
    file_key, nonce, plaintext = os.urandom(32), bytes(12), bytes(ENTRY_BYTES)
    aead = ChaCha20Poly1305(file_key)
    wrapped = suite.encrypt(file_key[:16], public, info=INFO)
    sealed = aead.encrypt(nonce, plaintext, None)

    def seal() -> None:
        suite.encrypt(file_key[:16], public, info=INFO)
        suite.encrypt(file_key[:16], public, info=INFO)
        aead.encrypt(nonce, plaintext, None)

    def unseal() -> None:
        suite.decrypt(wrapped, private, info=INFO)
        aead.decrypt(nonce, sealed, None)

    results.put((name, _rate(seal if name == "seal" else unseal, seconds)))


def _rate(work: Callable[[], None], seconds: float) -> float:
    began = time.perf_counter()
    count = 0
    while (spent := time.perf_counter() - began) < seconds:
        for _ in range(50):
            work()
        count += 50
    return count / spent


def _commits_per_s(path: Path, seconds: float) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
    row = os.urandom(ROW_BYTES)

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO entry (bytes) VALUES (?)", (row,))
        connection.execute("COMMIT")

    rate = _rate(commit, seconds)
    connection.close()
    return rate
