"""Changes to a proof, class by class: each names the checks that may refuse it.

Floor: tests.
"""

import base64
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from comity.kernel import ijson
from comity.tlog import note, proof
from comity.tlog.note import Note, Signature
from comity.tlog.proof import Proof

SIGNATURE = frozenset({"signature"})
MISSING = frozenset({"missing"})
PATH = frozenset({"path"})


@dataclass(frozen=True, slots=True)
class Class:
    """One way to change a proof.

    Attributes:
        name: of the class, for the count.
        weight: how often it is drawn.
        wheres: the checks that refuse it; an empty set stands for any.
        change: gives the changed file, or None if this proof has nothing of the sort.
    """

    name: str
    weight: int
    wheres: frozenset[str]
    change: Callable[[bytes, random.Random], bytes | None]


_proof = cache(proof.parse)
_head = cache(note.parse)
"""What is changed a hundred thousand times is a few proofs, which are read once each."""


def flipped(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with one of them changed."""
    at = chance.randrange(len(data))
    return data[:at] + bytes((data[at] ^ chance.randrange(1, 256),)) + data[at + 1 :]


def _note(data: bytes, change: Callable[[Note], Note | None]) -> bytes | None:
    parsed = _proof(data)
    changed = change(_head(parsed.checkpoint_note))
    return None if changed is None else _with(parsed, checkpoint_note=note.render(changed))


def _with(parsed: Proof, **fields: object) -> bytes:
    changed = replace(parsed, **fields)  # type: ignore[arg-type]  # by name of the field
    return proof.render(changed)


def _line(
    position: int, change: Callable[[Signature, random.Random], Signature]
) -> Callable[[bytes, random.Random], bytes | None]:
    def changed(data: bytes, chance: random.Random) -> bytes | None:
        def one(head: Note) -> Note | None:
            lines = list(head.signatures)
            at = position % len(lines)
            lines[at] = change(lines[at], chance)
            return Note(head.body, tuple(lines))

        return _note(data, one)

    return changed


def _payload(line: Signature, chance: random.Random) -> Signature:
    return replace(line, payload=flipped(line.payload, chance))


def _time(line: Signature, chance: random.Random) -> Signature:
    shift = chance.choice([-1, 1, chance.randrange(2, 1 << 20)])
    at_s = int.from_bytes(line.payload[:8]) + shift
    return replace(line, payload=at_s.to_bytes(8) + line.payload[8:])


def _length(line: Signature, chance: random.Random) -> Signature:
    payload = line.payload[: chance.randrange(1, len(line.payload))]
    return replace(line, payload=chance.choice([payload, line.payload + b"\x00"]))


def _key_id(line: Signature, chance: random.Random) -> Signature:
    return replace(line, key_id=flipped(line.key_id, chance))


def _name(line: Signature, chance: random.Random) -> Signature:
    at = chance.randrange(len(line.name))
    return replace(line, name=line.name[:at] + chance.choice("01xyz") + line.name[at:])


def _lost(data: bytes, chance: random.Random) -> bytes | None:
    def one(head: Note) -> Note:
        lines = list(head.signatures)
        del lines[chance.randrange(len(lines))]
        return Note(head.body, tuple(lines))

    return _note(data, one)


def _swapped(data: bytes, chance: random.Random) -> bytes | None:
    def one(head: Note) -> Note | None:
        lines = list(head.signatures)
        a, b = chance.sample(range(len(lines)), 2)
        first, second = lines[a], lines[b]
        lines[a] = replace(first, payload=second.payload)
        lines[b] = replace(second, payload=first.payload)
        return Note(head.body, tuple(lines))

    return _note(data, one)


def _body_line(
    number: int, change: Callable[[bytes, random.Random], bytes]
) -> Callable[[bytes, random.Random], bytes | None]:
    def changed(data: bytes, chance: random.Random) -> bytes | None:
        def one(head: Note) -> Note:
            lines = head.body.split(b"\n")
            lines[number] = change(lines[number], chance)
            return Note(b"\n".join(lines), head.signatures)

        parsed = _proof(data)
        altered = note.render(one(_head(parsed.checkpoint_note)))
        return data.removesuffix(parsed.checkpoint_note) + altered

    return changed


def _origin(line: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(line))
    return line[:at] + chance.choice([b"0", b"z", b"-"]) + line[at:]


def _size(line: bytes, chance: random.Random) -> bytes:
    size = int(line)
    other = chance.choice([size + 1, max(size - 1, 1), size + chance.randrange(1, 1 << 40)])
    return b"%d" % (other if other != size else size + 2)


def _root(line: bytes, chance: random.Random) -> bytes:
    return base64.b64encode(flipped(base64.b64decode(line), chance))


def _index(data: bytes, chance: random.Random) -> bytes | None:
    parsed = _proof(data)
    other = chance.choice([parsed.index + 1, parsed.index ^ (1 << chance.randrange(6))])
    return _with(parsed, index=other)


def _hash(data: bytes, chance: random.Random) -> bytes | None:
    parsed = _proof(data)
    if not parsed.hashes:
        return None
    hashes = list(parsed.hashes)
    at = chance.randrange(len(hashes))
    hashes[at] = flipped(hashes[at], chance)
    return _with(parsed, hashes=tuple(hashes))


def _path(data: bytes, chance: random.Random) -> bytes | None:
    parsed = _proof(data)
    hashes = list(parsed.hashes)
    at = chance.randrange(len(hashes) + 1)
    match chance.randrange(3):
        case 0:
            hashes.insert(at, chance.randbytes(32))
        case 1 if hashes:
            del hashes[at - 1]
        case _ if len(set(hashes)) > 1:
            hashes = hashes[::-1] if hashes[::-1] != hashes else hashes[1:]
        case _:
            return None
    return _with(parsed, hashes=tuple(hashes))


def _extra(
    field: str, change: Callable[[bytes, random.Random], bytes]
) -> Callable[[bytes, random.Random], bytes | None]:
    def changed(data: bytes, chance: random.Random) -> bytes | None:
        parsed = _proof(data)
        value = ijson.parse(parsed.extra or b"")
        assert isinstance(value, dict)
        held = value.get(field)
        if not held:
            return None
        if isinstance(held, list):
            held[0] = _encoded(change(base64.b64decode(str(held[0])), chance))
        else:
            value[field] = _encoded(change(base64.b64decode(str(held)), chance))
        return _with(parsed, extra=ijson.render(value))

    return changed


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _shorter(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))]


def _fields(data: bytes, chance: random.Random) -> bytes | None:
    parsed = _proof(data)
    value = ijson.parse(parsed.extra or b"")
    assert isinstance(value, dict)
    match chance.randrange(3):
        case 0:
            del value[chance.choice(sorted(value))]
        case 1:
            value[chance.choice(["bodies", "note", "entry2"])] = ["AA=="]
        case _:
            value["format"] = "comity/proof/2"
    return _with(parsed, extra=ijson.render(value))


def _byte(data: bytes, chance: random.Random) -> bytes:
    return flipped(data, chance)


def _bit(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes((data[at] ^ (1 << chance.randrange(8)),)) + data[at + 1 :]


def _inserted(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes((chance.choice(b"\n aA0=+ "),)) + data[at:]


def _deleted(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.randrange(1, 4) :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _doubled(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    # A signature line that stands twice is still a good one: the text above it is doubled.
    at = min(at, lines.index(b"\n"))
    return b"".join((*lines[: at + 1], *lines[at:]))


LINES = ("log Ed25519", "log ML-DSA-44", "mirror Ed25519", "mirror ML-DSA-44")
"""Signature lines of a proof of a log with one mirror, in their order."""


def classes() -> Iterator[Class]:
    """Give every class."""
    for at, name in enumerate(LINES):
        yield Class(f"{name}: signature bytes", 9, SIGNATURE, _line(at, _payload))
        yield Class(f"{name}: length", 1, SIGNATURE, _line(at, _length))
        yield Class(f"{name}: key id", 2, MISSING, _line(at, _key_id))
        yield Class(f"{name}: name", 2, MISSING, _line(at, _name))
        if at:
            yield Class(f"{name}: time", 4, SIGNATURE, _line(at, _time))
    yield Class("a line lost", 2, MISSING, _lost)
    yield Class("payloads of two lines swapped", 4, SIGNATURE, _swapped)
    yield Class("head: origin", 3, frozenset({"policy"}), _body_line(0, _origin))
    yield Class("head: size", 8, SIGNATURE, _body_line(1, _size))
    yield Class("head: root", 8, SIGNATURE, _body_line(2, _root))
    yield Class("index", 4, PATH, _index)
    yield Class("path: a hash", 8, PATH, _hash)
    yield Class("path: hashes more, less, turned", 4, PATH, _path)
    yield Class("entry: a byte", 8, PATH, _extra("entry", flipped))
    yield Class("entry: cut", 2, PATH, _extra("entry", _shorter))
    yield Class("file key", 4, frozenset({"key"}), _extra("file-key", flipped))
    yield Class("body: a byte", 4, frozenset({"body"}), _extra("bodies", flipped))
    yield Class("extra: fields", 2, frozenset({"spelling", "body"}), _fields)
    yield Class("file: a byte", 6, frozenset(), _byte)
    yield Class("file: a bit", 6, frozenset(), _bit)
    yield Class("file: a byte more", 3, frozenset(), _inserted)
    yield Class("file: bytes less", 3, frozenset(), _deleted)
    yield Class("file: cut", 2, frozenset(), _cut)
    yield Class("file: a line doubled", 1, frozenset(), _doubled)
