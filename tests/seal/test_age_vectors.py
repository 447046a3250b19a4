"""The public vectors of age: each file gives the stated result, through every way of opening."""

import hashlib
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from comity.kernel.fault import Fault
from comity.seal import age, armor
from comity.seal.header import Identity, is_key_of, scan_header
from comity.seal.hybrid import HybridIdentity
from comity.seal.scrypt import ScryptIdentity
from comity.seal.stream import CHUNK_BYTES
from comity.seal.x25519 import X25519Identity

RESULT_OF_CODE = {
    "seal.armor.malformed": "armor failure",
    "seal.header.malformed": "header failure",
    "seal.stanza.malformed": "header failure",
    "seal.stanza.mixed": "header failure",
    "seal.stanza.work-factor": "header failure",
    "seal.payload.no-nonce": "header failure",
    "seal.header.no-match": "no match",
    "seal.header.mac": "HMAC failure",
    "seal.payload.damaged": "payload failure",
}


@dataclass(frozen=True, slots=True)
class Vector:
    """One file: what is stated, and the file itself."""

    expect: str
    payload_sha256: str
    file_key: bytes
    identities: list[Identity]
    is_armored: bool
    data: bytes


def _names(beginning: bytes = b"expect: ") -> list[str]:
    folder = os.environ.get("COMITY_TEST_DATA", "")
    files = sorted(Path(folder, "age-vectors").glob("*")) if folder else []
    names = [file.name for file in files if file.read_bytes().startswith(beginning)]
    return names or ["(COMITY_TEST_DATA)"]


def _read(folder: Path, name: str) -> Vector:
    text, _, data = (folder / "age-vectors" / name).read_bytes().partition(b"\n\n")
    fields = [line.partition(": ")[::2] for line in text.decode().split("\n")]
    only = dict(fields)
    assert only.keys() <= {
        "expect", "payload", "file key", "identity", "passphrase", "armored", "compressed",
        "comment",
    }  # fmt: skip
    identities = [_identity(value) for key, value in fields if key == "identity"]
    identities += [ScryptIdentity(value.encode()) for key, value in fields if key == "passphrase"]
    if "compressed" in only:
        data = zlib.decompress(data)
    return Vector(
        only["expect"],
        only.get("payload", ""),
        bytes.fromhex(only["file key"]) if "file key" in only else b"",
        identities,
        "armored" in only,
        data,
    )


def _identity(text: str) -> Identity:
    if text.startswith("AGE-SECRET-KEY-PQ-1"):
        return HybridIdentity.parse(text)
    return X25519Identity.parse(text)


def _whole(vector: Vector) -> bytes:
    data = armor.parse(vector.data) if vector.is_armored else vector.data
    return age.unseal(data, vector.identities)


def _streamed(vector: Vector) -> bytes:
    source, target = BytesIO(vector.data), BytesIO()
    unarmored = armor.ArmorSource(source) if vector.is_armored else source
    try:
        age.unseal_stream(unarmored, target, vector.identities)
    finally:
        # Of a payload that fails, only whole chunks have been let out: all of them genuine.
        is_part = vector.expect != "success"
        assert not is_part or len(target.getvalue()) % CHUNK_BYTES == 0
    return target.getvalue()


def _by_chunk(vector: Vector) -> bytes:
    data = armor.parse(vector.data) if vector.is_armored else vector.data
    reader = age.open_reader(BytesIO(data), vector.identities)
    return reader.read_at(0, reader.size_bytes)


@pytest.mark.parametrize("way", [_whole, _streamed, _by_chunk])
@pytest.mark.parametrize("name", _names())
def test_each_public_vector_gives_the_stated_result(
    name: str, way: Callable[[Vector], bytes], test_data: Path
) -> None:
    """What age's own vectors say opens, opens; what they say fails, fails for that reason."""
    vector = _read(test_data, name)
    try:
        plaintext = way(vector)
    except Fault as fault:
        assert RESULT_OF_CODE[fault.code] == vector.expect, fault
    else:
        assert vector.expect == "success"
        assert hashlib.sha256(plaintext).hexdigest() == vector.payload_sha256


@pytest.mark.parametrize("name", _names(b"expect: success\n"))
def test_the_stated_file_key_is_the_one_of_the_header(name: str, test_data: Path) -> None:
    """A disclosed file key that opens is the header's one key; any other is refused."""
    vector = _read(test_data, name)
    data = armor.parse(vector.data) if vector.is_armored else vector.data
    header, size_bytes = scan_header(data)
    assert is_key_of(vector.file_key, data, header, size_bytes)
    plaintext = age.unseal_with(data, vector.file_key)
    assert hashlib.sha256(plaintext).hexdigest() == vector.payload_sha256
    with pytest.raises(Fault, match=r"seal\.header\.mac"):
        age.unseal_with(data, bytes(16))
