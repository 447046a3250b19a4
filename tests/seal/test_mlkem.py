"""ML-KEM-768 with given randomness: another implementation, and a missing library.

Known answers of NIST are in vectors/seal/mlkem.json, see test_vectors.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey

from comity.kernel.fault import Fault
from comity.seal import mlkem
from tools.peer import kem as outsider

ROOT = Path(__file__).resolve().parents[2]
INTEROP = ROOT / "tools" / "interop"


def _many(count: int) -> list[tuple[bytes, bytes]]:
    keys = [MLKEM768PrivateKey.generate().public_key().public_bytes_raw() for _ in range(count)]
    return [(key, os.urandom(mlkem.CHANCE_BYTES)) for key in keys]


def test_another_implementation_makes_the_same() -> None:
    """Noble shares no code with OpenSSL: on random keys and randomness both give the same bytes."""
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None or not (INTEROP / "node_modules" / "@noble" / "post-quantum").is_dir():
        pytest.skip("noble is not installed: npm ci --prefix tools/interop --ignore-scripts")
    given = _many(50)
    lines = "\n".join(f"{key.hex()} {chance.hex()}" for key, chance in given)
    words = [node, str(INTEROP / "mlkem.mjs")]
    made = subprocess.run(words, input=lines, capture_output=True, check=True, text=True).stdout
    ours = [mlkem.encapsulate(*one) for one in given]
    assert made.split() == [part.hex() for secret, text in ours for part in (text, secret)]


def test_an_implementation_from_the_standard_makes_the_same() -> None:
    """The outsider's is written from FIPS 203 alone, and needs no program beside it."""
    for key, chance in _many(5):
        assert outsider.encapsulate(key, chance) == mlkem.encapsulate(key, chance)


def test_the_owner_of_the_key_finds_the_secret() -> None:
    """The library that opens, which is a third, decapsulates what is made here."""
    for _ in range(20):
        own, chance = MLKEM768PrivateKey.generate(), os.urandom(mlkem.CHANCE_BYTES)
        secret, ciphertext = mlkem.encapsulate(own.public_key().public_bytes_raw(), chance)
        assert own.decapsulate(ciphertext) == secret


def test_without_such_a_library_the_operator_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An OpenSSL before 3.5 has no ML-KEM: nothing is sealed another way, and the fix is named."""
    mlkem._library.cache_clear()
    monkeypatch.setattr(mlkem, "_NAME", b"ML-KEM-767")
    assert not mlkem.is_there()
    with pytest.raises(Fault, match=r"seal\.mlkem\.missing") as caught:
        mlkem.encapsulate(bytes(mlkem.KEY_BYTES), bytes(mlkem.CHANCE_BYTES))
    assert "OpenSSL 3.5" in caught.value.fix
    monkeypatch.undo()
    mlkem._library.cache_clear()
    assert mlkem.is_there()
