"""The project's own vectors: they are what the generator writes, and we read them as they say."""

import base64
import dataclasses
import importlib.util
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from comity.kernel.fault import Fault
from comity.tlog import checkpoint, cosignature, keys, note, policy, proof, tiles, tree, wire
from comity.tlog.wire import Body, CutShort

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "vectors" / "tlog"

type Vector = dict[str, Any]


def _generator() -> ModuleType:
    path = ROOT / "tools" / "vectors" / "tlog.py"
    spec = importlib.util.spec_from_file_location("vectors_of_tlog", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _input(vector: Vector) -> bytes:
    if "input" in vector:
        return str(vector["input"]).encode()
    return base64.b64decode(vector["input_base64"])


def _view(value: object) -> object:
    """A parsed value as the vectors show it."""
    if dataclasses.is_dataclass(value):
        return {
            field.name: _view(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, tuple):
        return [_view(item) for item in value]
    return value


def _verify_note(data: bytes, vector: Vector) -> object:
    verifiers = [keys.verifier(keys.parse(text)) for text in vector["vkeys"]]
    return [line.name for line in note.verify(note.parse(data), verifiers)]


def _add_entries(data: bytes, _: Vector) -> object:
    body = Body(io.BytesIO(data).read)
    header = wire.read_header(body)
    items = list(wire.iter_packages(body, header))
    whole = [item for item in items if not isinstance(item, CutShort)]
    view = _view(header)
    assert isinstance(view, dict)
    packages = [{"entries": _view(item.entries), "proof": _view(item.proof)} for item in whole]
    return view | {"packages": packages, "cut_short": len(whole) < len(items)}


def _subtree(data: bytes, _: Vector) -> object:
    claim = json.loads(data)
    node, root, *path = (
        base64.b64decode(text) for text in (claim["node"], claim["root"], *claim["proof"])
    )
    tree.verify_subtree((claim["start"], claim["end"]), node, claim["size"], root, path)
    return True


READERS: dict[str, Callable[[bytes, Vector], object]] = {
    "note": lambda data, _: _view(note.parse(data)),
    "verified-note": _verify_note,
    "vkey": lambda data, _: _view(keys.parse(data.decode())),
    "checkpoint": lambda data, _: _view(checkpoint.parse_body(data)),
    "cosignature": lambda data, _: _view(cosignature.parse(data)),
    "tile-path": lambda data, _: _view(tiles.parse_path(data.decode())),
    "bundle": lambda data, _: _view(tiles.parse_bundle(data)),
    "proof": lambda data, _: _view(proof.parse(data)),
    "policy": lambda data, _: policy.render(policy.parse(data)).decode(),
    "add-checkpoint": lambda data, _: _view(wire.parse_add_checkpoint(data)),
    "add-entries": _add_entries,
    "size": lambda data, _: wire.parse_size(data),
    "mirror-info": lambda data, _: _view(wire.parse_mirror_info(data)),
    "subtree": _subtree,
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
    data = _input(vector)

    if "want" in vector:
        assert READERS[name](data, vector) == vector["want"]
    else:
        with pytest.raises(Fault) as refusal:
            READERS[name](data, vector)
        assert refusal.value.code == vector["want_code"]
