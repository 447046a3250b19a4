"""The project's own vectors: they are what the generator writes, and we read them as they say."""

import base64
import hashlib
import importlib.util
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from comity.acts import codec
from comity.kernel.fault import Fault
from comity.seal import age, bech32, mlkem, run, symmetric, voprf
from comity.seal.hybrid import HybridIdentity
from comity.seal.run import SealKey

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "vectors" / "seal"

type Vector = dict[str, Any]


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _generator() -> ModuleType:
    path = ROOT / "tools" / "vectors" / "seal.py"
    spec = importlib.util.spec_from_file_location("vectors_of_seal", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _header(data: bytes, _: Vector) -> object:
    header = age.parse_header(data)
    stanzas = [{"args": list(one.args), "body": _b64(one.body)} for one in header.stanzas]
    return {"stanzas": stanzas, "mac": _b64(header.mac)}


class _VoidError(Exception):
    """What an entry is that nobody can read."""


def _key_entry(data: bytes, vector: Vector) -> object:
    """Read a key entry as docs/spec/seal.md 2.1.6 says, for the parties of the vector."""
    who = [HybridIdentity(bytes.fromhex(seed)) for seed in vector["seeds"]]
    keys = [SealKey(one.recipient.raw, one.recipient) for one in who]
    root, file = data[:32], data[32:]
    try:
        stanzas = age.stanzas(file)
        if len(stanzas) != len(who):
            raise _VoidError
        file_key = who[vector["place"]].unwrap(stanzas[vector["place"]])
        if file_key is None:
            raise _VoidError
        plaintext = age.unseal_with(file, file_key)
        origin, said = codec.parse_key(plaintext)
        made = run.Run(said.secret, vector["origin"], vector["index"])
        is_bound = origin == vector["origin"] and made.root == root
        if not is_bound or not run.is_ruled(file, file_key, keys):
            raise _VoidError
    except Fault as fault:
        raise _VoidError from fault
    return {"plaintext": _b64(plaintext), "file_key": _b64(file_key)}


def _entry(data: bytes, vector: Vector) -> object:
    keys = run.Run(base64.b64decode(vector["secret"]), vector["origin"], vector["key_index"])
    try:
        at = run.place_of(data)
        if (at.index, at.entry) != (vector["key_index"], vector["index"]):
            raise _VoidError
        plaintext = run.open_entry(data, keys.key(at.place))
    except Fault as fault:
        raise _VoidError from fault
    shown = keys.shown(at.place)
    assert run.is_bound(shown, at.place, keys.root)
    return {
        "plaintext": _b64(plaintext),
        "file_key": _b64(shown.file_key),
        "salt": _b64(shown.salt),
        "path": [_b64(one) for one in shown.path],
        "root": _b64(keys.root),
    }


def _blob(data: bytes, vector: Vector) -> object:
    plaintext = symmetric.open_blob(data, base64.b64decode(vector["key"]))
    address = symmetric.blob_address(data).hex()
    return {"address": address, "plaintext_sha256": hashlib.sha256(plaintext).hexdigest()}


def _symmetric(data: bytes, vector: Vector) -> object:
    identity = symmetric.SymmetricIdentity(base64.b64decode(vector["key"]))
    return _b64(age.unseal(data, [identity]))


def _mlkem(data: bytes, _: Vector) -> object:
    made = mlkem.encapsulate(data[: mlkem.KEY_BYTES], data[mlkem.KEY_BYTES :])
    return {"ciphertext": _b64(made[1]), "secret": _b64(made[0])}


def _voprf(data: bytes, _: Vector) -> object:
    told = json.loads(data)
    inputs = [bytes.fromhex(one) for one in told["inputs"]]
    blinds = [bytes.fromhex(one) for one in told["blinds"]]
    key = voprf.KeyPair.derive(bytes.fromhex(told["seed"]), bytes.fromhex(told["info"]))
    assert (key.secret.hex(), key.public.hex()) == (told["secret"], told["public"])
    blinded = voprf.blind(inputs, blinds)
    evaluated, proof = voprf.evaluate(key, blinded, bytes.fromhex(told["drawn"]))
    if "given" in told:
        evaluated = [bytes.fromhex(one) for one in told["given"]["evaluated"]]
        proof = bytes.fromhex(told["given"]["proof"])
    voprf.require_proof(key.public, blinded, evaluated, proof)
    outputs = voprf.finalize(inputs, blinds, evaluated)
    assert outputs == [voprf.output(key, one) for one in inputs]
    found = {"blinded": blinded, "evaluated": evaluated, "outputs": outputs}
    return {
        **{name: [one.hex() for one in each] for name, each in found.items()},
        "proof": proof.hex(),
    }


READERS: dict[str, Callable[[bytes, Vector], object]] = {
    "header": _header,
    "entry": _entry,
    "key-entry": _key_entry,
    "blob": _blob,
    "symmetric": _symmetric,
    "mlkem": _mlkem,
    "voprf": _voprf,
    "key": lambda data, vector: _b64(bech32.parse(vector["prefix"], data.decode())),
}


def _vectors() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.json")):
        for vector in json.loads(path.read_text()):
            yield pytest.param(path.stem, vector, id=f"{path.stem}: {vector['desc']}")


def test_the_vectors_are_those_that_the_generator_writes() -> None:
    """Who changes a format changes its vectors with it, and sees it in the diff."""
    written = {path.name: path.read_text() for path in FOLDER.glob("*.json")}

    assert written == _generator().files()
    assert {path.removesuffix(".json") for path in written} == set(READERS)


@pytest.mark.parametrize(("name", "vector"), list(_vectors()))
def test_a_vector_is_read_as_it_says(name: str, vector: Vector) -> None:
    """Each example gives the value, or the refusal, that stands beside it."""
    data = base64.b64decode(vector["input_base64"])

    if "want" in vector:
        assert READERS[name](data, vector) == vector["want"]
    else:
        with pytest.raises((Fault, _VoidError)) as refusal:
            READERS[name](data, vector)
        assert getattr(refusal.value, "code", "void") == vector["want_code"]
