"""The local log as an auditor takes it away: a signed head, and every entry with its path to it.

    {"format":"comity/local-log/1","head":"<signed note>","log":"fr/local","size":2}
    {"entry":"<base64>","facts":{"officer":{"salt":"…","value":"ann"}},"index":0,"path":["…"]}
    …

Where keys followed others the first line is of `comity/local-log/2` and has `succession` too:
each step that named new keys, under the last head that the keys before it signed.  So a reader
whose policy names older keys alone learns the newer ones from keys that they trust.

One line of canonical I-JSON each.  Each entry is proven by itself, so lines may be taken out
and the rest still holds; that it is whole is shown by the root of all.  A fact that is
disclosed has its salt with it, and has the hash that stands in the entry; the others stay hashes.

Source: docs/spec/proof.md, clause 15; C2SP tlog-checkpoint.
Floor: domestic (pure).
"""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from comity.domestic.locallog import entry
from comity.domestic.locallog.entry import Step
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.tlog import checkpoint, keys, note, spelling, tree
from comity.tlog import policy as policies
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.policy import Policy

FORMAT: Final = "comity/local-log/1"
FORMAT_SUCCEEDED: Final = "comity/local-log/2"
SUCCESSIONS_MAX: Final = 256
KEYS_MADE: Final = "log.keys-made"
KEY_FACTS: Final = ("ed25519", "ml-dsa-44")
"""Of a step that names new keys: their vkeys."""
BEGINNING: Final = b'{"format":"comity/local-log/'
LINE_BYTES_MAX: Final = 1 << 20
_HASH_BYTES: Final = 32
_KINDS: Final = (keys.ED25519_NOTE, keys.ML_DSA_44_COSIGNATURE)
_LINE: Final = frozenset({"entry", "facts", "index", "path"})
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
class Succession:
    """New keys of the log, and what vouches for them.

    Attributes:
        line: the step that names them, with its path to the root of `head` and its facts.
        head: signed note over the entries up to that step, by the keys before.
    """

    line: Line
    head: bytes


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
        successions: how often its keys followed those that vouched for them.
    """

    origin: str
    size: int
    root: bytes
    count: int
    is_whole: bool
    facts: int
    successions: int = 0


def render_head(head: bytes, successions: Sequence[Succession] = ()) -> bytes:
    """Return the first line, for a signed note with the lines of all who cosigned it."""
    signed = checkpoint.parse_body(note.parse(head).body)
    value: dict[str, Json] = {
        "format": FORMAT,
        "head": head.decode(),
        "log": signed.origin,
        "size": signed.size,
    }
    if successions:
        value["format"] = FORMAT_SUCCEEDED
        value["succession"] = [
            {**_fields(one.line), "head": one.head.decode()} for one in successions
        ]
    return _line(value)


def render(line: Line) -> bytes:
    """Return one line."""
    return _line(_fields(line))


def _fields(line: Line) -> dict[str, Json]:
    facts: dict[str, Json] = {
        name: {"salt": salt, "value": value} for name, (salt, value) in line.facts.items()
    }
    return {
        "entry": base64.b64encode(line.data).decode(),
        "facts": facts,
        "index": line.index,
        "path": [base64.b64encode(one).decode() for one in line.path],
    }


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
    head, before = _head(next(source, b""), policy)
    roots = {one.size: one.root for one in before}
    frontier, count, facts, at = tree.Frontier(), 0, 0, -1
    for data in source:
        line = _parse(data)
        if line.index <= at:
            raise _malformed("its entries are not in their order")
        at = line.index
        leaf = tree.leaf_hash(line.data)
        tree.verify_inclusion(leaf, line.index, head.size, line.path, head.root)
        frontier = frontier.extend([leaf])
        if at + 1 == frontier.size and roots.get(frontier.size, frontier.root()) != frontier.root():
            raise _malformed("the keys before signed another history")
        found = _checked(line)
        count, facts = count + 1, facts + len(found.facts)
        yield found
    is_whole = count == head.size and frontier.root() == head.root
    told.append(Verdict(head.origin, head.size, head.root, count, is_whole, facts, len(before)))


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


def _head(data: bytes, policy: Policy) -> tuple[Checkpoint, list[Checkpoint]]:
    """Return the head, and those before it by which its keys were believed."""
    value = _value(data)
    names = {"format", "head", "log", "size"}
    if value.get("format") == FORMAT_SUCCEEDED:
        names |= {"succession"}
    elif value.get("format") != FORMAT:
        raise _malformed(f"it is not of the format {FORMAT} or {FORMAT_SUCCEEDED}")
    _require_names(value, names)
    origin, size, listed = _text(value["log"]), value["size"], value.get("succession", [])
    if not isinstance(listed, list) or len(listed) > SUCCESSIONS_MAX:
        raise _malformed("what it has as succession is no list, or too long")
    before: list[Checkpoint] = []
    for one in listed:
        found = _succeeded(one, origin, policy)
        if found is not None:
            policy, signed = found
            before.append(signed)
    signed = policy.verify_kinds(note.parse(_text(value["head"]).encode()))
    if (signed.origin, signed.size, int) != (origin, size, type(size)):  # 2.0 is 2 to Python
        raise _malformed("its first line names another log or size than its head")
    if any(one.size >= signed.size for one in before):
        raise _malformed("its head ends before the keys that it is to be signed by")
    return signed, before


def _succeeded(value: Json, origin: str, policy: Policy) -> tuple[Policy, Checkpoint] | None:
    """Return the policy with new keys in place of the log's; None where nobody known vouches.

    A policy of today does not name keys that are long gone or revoked.
    """
    if not isinstance(value, dict) or value.keys() != {*_LINE, "head"}:
        raise _malformed("a succession of it has other fields")
    alone = replace(policy, witnesses=(), groups=(), quorum=policies.NONE)
    head = note.parse(_text(value["head"]).encode())
    if checkpoint.parse_body(head.body).origin != origin:
        raise _malformed("a succession of it is of another log")
    try:
        signed = alone.verify_kinds(head)
    except Fault as fault:
        if fault.code == "tlog.note.unknown-keys":
            return None
        raise
    line = _line_of({name: value[name] for name in _LINE})
    if signed.size != line.index + 1:
        raise _malformed("a succession of it is not the last entry of its head")
    tree.verify_inclusion(
        tree.leaf_hash(line.data), line.index, signed.size, line.path, signed.root
    )
    read = _checked(line)
    vkeys = [keys.parse(read.facts.get(name, "")) for name in KEY_FACTS]
    are_good = [(one.name, one.kind) for one in vkeys] == [(origin, kind) for kind in _KINDS]
    if read.step.code != KEYS_MADE or not are_good:
        raise _malformed("a succession of it names no keys of the log")
    others = [one for one in policy.logs if one.vkey.name != origin]
    named = (policies.Log(one) for one in vkeys)
    return replace(policy, logs=(*others, *named)), signed


def _parse(data: bytes) -> Line:
    value = _value(data)
    _require_names(value, _LINE)
    return _line_of(value)


def _line_of(value: Mapping[str, Json]) -> Line:
    index, facts, path = value["index"], value["facts"], value["path"]
    if type(index) is not int or not isinstance(facts, dict) or not isinstance(path, list):
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


def _value(data: bytes) -> dict[str, Json]:
    if not data.endswith(b"\n") or len(data) > LINE_BYTES_MAX:
        raise _malformed("a line of it is cut off or too long")
    value = ijson.parse_canonical(data[:-1])
    if not isinstance(value, dict):
        raise _malformed("a line of it is no object")
    return value


def _require_names(value: Mapping[str, Json], names: AbstractSet[str]) -> None:
    if value.keys() != names:
        raise _malformed("a line of it has other fields")


def _line(value: dict[str, Json]) -> bytes:
    return ijson.render(value) + b"\n"


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise _malformed("a field of it is not a text")
    return value


def _bytes(value: Json) -> bytes:
    raw = spelling.parse_base64(_text(value).encode("utf-8", "replace"))
    if raw is None:
        raise _malformed("a field of it is not base64")
    return raw


def _malformed(why: str) -> Fault:
    return Fault(
        code="locallog.export.malformed",
        what=f"This is not a local log as comity exports it: {why}.",
        fix="Ask for the export again, as `comity log export` writes it.",
    )
