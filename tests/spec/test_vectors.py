"""The vectors of acts, arrangement and exchange: written by their generators, read as they say."""

import base64
import dataclasses
import hashlib
import importlib.util
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from comity.acts import codec
from comity.adapters.suite import RealSuite
from comity.joint.arrangement import arrangement as arrangements
from comity.joint.arrangement import card as cards
from comity.joint.arrangement import channel as channels
from comity.joint.arrangement import pairing, revocation, signed
from comity.joint.exchange import carriage, entry_keys, evidence
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.node.exchange import blobs, delivery, start
from comity.seal import age
from comity.seal.hybrid import HybridIdentity
from comity.surfaces.wire import refusals
from comity.tlog import keys
from comity.tlog.note import Verifier

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("acts", "arrangement", "exchange")
SUITE = RealSuite()

type Vector = dict[str, Any]


def _generator(room: str) -> ModuleType:
    path = ROOT / "tools" / "vectors" / f"{room}.py"
    spec = importlib.util.spec_from_file_location(f"vectors_of_{room}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _key(data: bytes, _: Vector) -> object:
    origin, said = codec.parse_key(data)
    assert codec.render_key(origin, said) == data
    return {"origin": origin, "record": {"secret": _b64(said.secret), "texts": [*said.texts]}}


def _record(data: bytes, vector: Vector) -> object:
    origin, said = codec.parse(vector["kind"], data)
    assert codec.render(origin, said) == data
    return {"origin": origin, "record": json.loads(data.split(b"\n")[2])}


def _root(vector: Vector, arrangement: str) -> tuple[Verifier, ...]:
    root = arrangements.root_from_json(vector["root"])
    name = signed.root_name(root.party, arrangement)
    return SUITE.root_verifiers(name, root.root_ed25519, root.root_mldsa44)


def _card(data: bytes, vector: Vector) -> object:
    card = cards.verify_card(data, _root(vector, cards.parse(data).arrangement))
    value = cards.to_json(card)
    assert isinstance(value, dict)
    assert signed.render_body(cards.HEADER, value) == data.split(b"\n\n")[0] + b"\n"
    return {name: part for name, part in value.items() if name not in {"channels", "tls"}}


def _opening(data: bytes, vector: Vector) -> object:
    opening = channels.parse(vector["codes"], data)
    assert channels.codes(opening) == vector["codes"]
    assert channels.render(opening.terms.name, opening.keys) == data
    return json.loads(data)


def _revocation(data: bytes, vector: Vector) -> object:
    parsed = revocation.parse(data)
    return revocation.to_json(revocation.verify_revocation(data, _root(vector, parsed.arrangement)))


def _arrangement(data: bytes, _: Vector) -> object:
    arrangement = arrangements.parse(data)
    assert arrangements.render(arrangement) == data
    return arrangements.to_json(arrangement)


def _bundle(data: bytes, _: Vector) -> object:
    return [[kind.decode(), _b64(payload)] for kind, payload in carriage.frames(io.BytesIO(data))]


def _offer(data: bytes, _: Vector) -> object:
    offer = pairing.parse_offer(data)
    assert pairing.render_offer(offer) == data
    return json.loads(data.split(b"\n")[1])


def _accept(data: bytes, vector: Vector) -> object:
    accept = pairing.verify_accept(vector["offer"].encode(), data, SUITE.root_verifiers)
    assert pairing.render_accept(accept) == data
    return {"party": accept.root.party, "nonce": _b64(accept.nonce)}


def _confirm(data: bytes, _: Vector) -> object:
    told = pairing.verify_confirm(data, SUITE.root_verifiers)
    prints = {one.party: arrangements.fingerprint(one) for one in told.arrangement.parties}
    return {"code": told.code, "fingerprints": prints}


def _evidence(data: bytes, vector: Vector) -> object:
    shown = evidence.from_json(ijson.parse(data))
    assert ijson.render(evidence.to_json(shown)) == data
    verifiers = [keys.verifier(keys.parse(text)) for text in vector["vkeys"]]
    return evidence.verify_evidence(shown, [verifiers])


def _start(data: bytes, _: Vector) -> object:
    return [
        {
            "cosigned": s.cosigned,
            "head": s.head.decode(),
            "held": s.held,
            "lines": s.lines.decode(),
            "origin": s.origin,
            "root": _b64(s.root),
        }
        for s in start.parse(data)
    ]


def _refusal(data: bytes, _: Vector) -> object:
    fault = refusals.parse(data)
    return fault and {"what": fault.what, "fix": fault.fix, "code": fault.code}


def _entry_keys(data: bytes, vector: Vector) -> object:
    identity = HybridIdentity(bytes.fromhex(vector["seed"]))
    text = age.unseal_one(data, identity)
    given = entry_keys.parse(text, vector["channel"], vector["party"])
    assert entry_keys.render(vector["channel"], vector["party"], given) == text
    return [[origin, index, key.hex()] for origin, index, key in given]


READERS: dict[str, Callable[[bytes, Vector], object]] = {
    "acts/act": _record,
    "acts/receipt": _record,
    "acts/key": _key,
    "arrangement/arrangement": _arrangement,
    "arrangement/card": _card,
    "arrangement/channel-opened": _opening,
    "arrangement/revocation": _revocation,
    "arrangement/pair-offer": _offer,
    "arrangement/pair-accept": _accept,
    "arrangement/pair-confirm": _confirm,
    "arrangement/origin": lambda data, _: dataclasses.asdict(
        arrangements.parse_origin(data.decode())
    ),
    "exchange/add-bodies": lambda data, _: [_b64(body) for body in blobs.parse_batch(data)],
    "exchange/add-delivery": lambda data, _: [
        _b64(part) for part in dataclasses.astuple(delivery.parse(data))
    ],
    "exchange/start": _start,
    "exchange/evidence": _evidence,
    "exchange/carriage": _bundle,
    "exchange/refusal": _refusal,
    "exchange/entry-keys": _entry_keys,
}


def _vectors() -> Iterator[Any]:
    for room in ROOMS:
        for path in sorted((ROOT / "vectors" / room).glob("*.json")):
            for vector in json.loads(path.read_text()):
                name = f"{room}/{path.stem}"
                yield pytest.param(name, vector, id=f"{name}: {vector['desc']}")


def _input(vector: Vector) -> bytes:
    if "input" in vector:
        return str(vector["input"]).encode()
    return base64.b64decode(vector["input_base64"])


@pytest.mark.parametrize("room", ROOMS)
def test_the_vectors_are_those_that_the_generator_writes(room: str) -> None:
    """Who changes a format changes its vectors with it, and sees it in the diff."""
    written = {path.name: path.read_text() for path in (ROOT / "vectors" / room).glob("*.json")}
    assert written == _generator(room).files()
    assert {f"{room}/{name.removesuffix('.json')}" for name in written} == {
        name for name in READERS if name.startswith(f"{room}/")
    }


@pytest.mark.parametrize(("name", "vector"), list(_vectors()))
def test_a_vector_is_read_as_it_says(name: str, vector: Vector) -> None:
    """Each example gives the value, or the refusal, that stands beside it."""
    if "want" in vector:
        assert READERS[name](_input(vector), vector) == vector["want"]
    else:
        with pytest.raises(Fault) as refusal:
            READERS[name](_input(vector), vector)
        assert refusal.value.code == vector["want_code"]


def test_the_code_of_a_pairing_follows_from_the_confirmation_by_hand() -> None:
    """An outsider gets the code from the bytes and SHA-256 alone."""
    vector = json.loads((ROOT / "vectors/arrangement/pair-confirm.json").read_text())[0]
    digest = hashlib.sha256(b"comity/pair-code/1\n" + vector["input"].encode()).digest()
    bits = f"{int.from_bytes(digest[:5]):040b}"
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    code = "".join(alphabet[int(bits[at : at + 5], 2)] for at in range(0, 40, 5))
    assert f"{code[:4]}-{code[4:]}" == vector["want"]["code"]
