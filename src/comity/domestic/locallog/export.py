"""The local log as an auditor takes it away: a signed head, and every entry with its path to it.

    {"format":"comity/local-log/1","head":"<signed note>","log":"fr/local","size":2}
    {"entry":"<base64>","facts":{"officer":{"salt":"…","value":"ann"}},"index":0,"path":["…"]}
    …

One line of canonical I-JSON each.  Each entry is proven by itself, so lines may be taken out
and the rest still holds; that it is whole is shown by the root of all.  A fact that is
disclosed has its salt with it, and has the hash that stands in the entry; the others stay hashes.

Source: docs/spec/proof.md, clause 15; C2SP tlog-checkpoint.
Floor: domestic (pure).
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from comity.domestic.locallog import entry
from comity.domestic.locallog.entry import Step
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.tlog import checkpoint, note, tree
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.policy import Policy

FORMAT: Final = "comity/local-log/1"
BEGINNING: Final = b'{"format":"comity/local-log/'
LINE_BYTES_MAX: Final = 1 << 20
_HASH_BYTES: Final = 32
_SALT: Final = re.compile(r"[0-9a-f]{64}")

type Facts = Mapping[str, tuple[str, str]]
"""`{name: (salt in hex, value)}` of one entry."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry.

    Attributes:
        index: in the log.
        data: its bytes.
        path: hashes up to the root of the head.
        facts: those that are disclosed.
    """

    index: int
    data: bytes
    path: tuple[bytes, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Read:
    """One entry that holds.

    Attributes:
        index: in the log.
        step: what it says.
        facts: those that are disclosed, `{name: value}`.
    """

    index: int
    step: Step
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a good export shows.

    Attributes:
        origin: of the log.
        size: of its head.
        root: of its head, 32 bytes.
        count: entries that are in it.
        is_whole: whether all of them are.
        facts: how many are disclosed.
    """

    origin: str
    size: int
    root: bytes
    count: int
    is_whole: bool
    facts: int


def render_head(head: bytes) -> bytes:
    """Return the first line, for a signed note with the lines of all who cosigned it."""
    signed = checkpoint.parse_body(note.parse(head).body)
    return _line(
        {"format": FORMAT, "head": head.decode(), "log": signed.origin, "size": signed.size}
    )


def render(line: Line) -> bytes:
    """Return one line."""
    facts: dict[str, Json] = {
        name: {"salt": salt, "value": value} for name, (salt, value) in line.facts.items()
    }
    return _line(
        {
            "entry": base64.b64encode(line.data).decode(),
            "facts": facts,
            "index": line.index,
            "path": [base64.b64encode(one).decode() for one in line.path],
        }
    )


def read(lines: Iterable[bytes], policy: Policy, told: list[Verdict]) -> Iterator[Read]:
    """Give each entry once it holds; at the end `told` has the verdict.

    Args:
        lines: of the file, each with its line feed.
        policy: whose keys are trusted.
        told: gets the verdict when all lines were read.

    Raises:
        Fault: `locallog.export.malformed`, `locallog.export.false-fact`,
            `locallog.entry.malformed`, `tlog.*` where a signature or a path is not good.
    """
    source = iter(lines)
    head = _head(next(source, b""), policy)
    frontier, count, facts, at = tree.Frontier(), 0, 0, -1
    for data in source:
        line = _parse(data)
        if line.index <= at:
            raise _malformed("its entries are not in their order")
        at = line.index
        leaf = tree.leaf_hash(line.data)
        tree.verify_inclusion(leaf, line.index, head.size, line.path, head.root)
        frontier = frontier.extend([leaf])
        found = _checked(line)
        count, facts = count + 1, facts + len(found.facts)
        yield found
    is_whole = count == head.size and frontier.root() == head.root
    told.append(Verdict(head.origin, head.size, head.root, count, is_whole, facts))


def _checked(line: Line) -> Read:
    step = entry.parse(line.data)
    for name, (salt, value) in line.facts.items():
        if entry.fact_sha256(bytes.fromhex(salt), value) != step.hashes.get(name):
            raise Fault(
                code="locallog.export.false-fact",
                what=f"Entry {line.index} does not have the hash of what is told of it as {name}.",
                fix="Ask for the export again; what is told is not what stands in the log.",
            )
    return Read(line.index, step, {name: value for name, (_, value) in line.facts.items()})


def _head(data: bytes, policy: Policy) -> Checkpoint:
    value = _object(data, {"format", "head", "log", "size"})
    if value["format"] != FORMAT:
        raise _malformed(f"it is not of the format {FORMAT}")
    signed = policy.verify_kinds(note.parse(str(value["head"]).encode()))
    if (signed.origin, signed.size) != (value["log"], value["size"]):
        raise _malformed("its first line names another log or size than its head")
    return signed


def _parse(data: bytes) -> Line:
    value = _object(data, {"entry", "facts", "index", "path"})
    index, facts, path = value["index"], value["facts"], value["path"]
    if not isinstance(index, int) or not isinstance(facts, dict) or not isinstance(path, list):
        raise _malformed("a line of it has fields of other kinds")
    hashes = tuple(map(_bytes, path))
    if any(len(one) != _HASH_BYTES for one in hashes):
        raise _malformed("a path of it has hashes of another length")
    return Line(index, _bytes(value["entry"]), hashes, dict(map(_fact, facts.items())))


def _fact(item: tuple[str, Json]) -> tuple[str, tuple[str, str]]:
    name, value = item
    if not isinstance(value, dict) or value.keys() != {"salt", "value"}:
        raise _malformed("a fact of it has no salt and value")
    salt, told = value["salt"], value["value"]
    # A longer salt could begin the value: what is told of `unpaid` would be `paid`.
    if not isinstance(salt, str) or not _SALT.fullmatch(salt) or not isinstance(told, str):
        raise _malformed("a fact of it is not a salt of 32 bytes, in lower hex, and a text")
    return name, (salt, told)


def _object(data: bytes, names: set[str]) -> dict[str, Json]:
    if not data.endswith(b"\n") or len(data) > LINE_BYTES_MAX:
        raise _malformed("a line of it is cut off or too long")
    value = ijson.parse_canonical(data[:-1])
    if not isinstance(value, dict) or value.keys() != names:
        raise _malformed("a line of it has other fields")
    return value


def _line(value: dict[str, Json]) -> bytes:
    return ijson.render(value) + b"\n"


def _bytes(value: Json) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error as error:
        raise _malformed("a field of it is not base64") from error


def _malformed(why: str) -> Fault:
    return Fault(
        code="locallog.export.malformed",
        what=f"This is not a local log as comity exports it: {why}.",
        fix="Ask for the export again, as `comity log export` writes it.",
    )
