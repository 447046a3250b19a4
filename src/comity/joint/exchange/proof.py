"""A proof of an entry, for taking away: what its extra line holds, and what it shows.

    c2sp.org/tlog-proof@v1
    extra base64({"bodies":[…],"entry":"…","file-key":"…","format":"comity/proof/1","key":{…}})
    index 4
    …                                  `bodies`, `file-key` and `key` only where it is disclosed

`key` holds the key entry, its own path to the head, and what binds the file key to it.

Two signatures say two things.  The log's: its author said this.  A mirror's cosignature:
at its time this was durably stored at the mirror.  Neither says that anybody agreed.

Source: docs/spec/proof.md; C2SP tlog-proof; protocol rules 8, 12, 15 and 20.
Floor: joint (pure).
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts import codec
from comity.acts.record import ACT_KIND, KEY_KIND, RECEIPT_KIND, Act, Blob, Document, Record
from comity.kernel import ijson, limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.seal import run, symmetric
from comity.tlog import cosignature, keys, note, tree
from comity.tlog import proof as tlog_proof
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.keys import KeyVerifier
from comity.tlog.policy import Policy

FORMAT: Final = "comity/proof/1"
FILE_KEY_BYTES: Final = 16
HASH_BYTES: Final = 32
LOCAL_KIND: Final = b"comity/local/1\n"[0]
"""An entry of a domestic log begins with this line; it is not sealed."""
KINDS: Final = {ACT_KIND: "act", RECEIPT_KIND: "receipt", KEY_KIND: "key", LOCAL_KIND: "step"}

SHOWN: Final = "shown"
LEFT_OUT: Final = "left-out"
UNOPENED: Final = "does-not-open"

_BARE: Final = frozenset({"entry", "format"})
_DISCLOSED: Final = _BARE | {"bodies", "file-key", "key"}
_KEY: Final = frozenset({"bound", "entry", "index", "path", "salt"})
_INDEX_BITS: Final = 63


@dataclass(frozen=True, slots=True)
class Key:
    """What shows that a file key is the one of its place, and no other.

    Attributes:
        entry: the key entry as it stands in the log.
        index: of it.
        path: from it to the root of the head.
        salt: 32 bytes, of the file key.
        bound: hashes from the file key to the root in the key entry.
    """

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    salt: bytes
    bound: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """What the extra line holds.

    Attributes:
        entry: as sealed, kind byte and age file.
        file_key: 16 bytes that open it, or nothing.
        bodies: stored bytes of blobs and documents that the act names; only with a key.
        key: what binds the file key; only with one.
    """

    entry: bytes
    file_key: bytes = b""
    bodies: tuple[bytes, ...] = ()
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed the head, after verification.

    Attributes:
        name: of the keys: the log's origin, or the mirror's name.
        is_log: whether this is the log itself.
        kinds: of the keys, 0x01, 0x04 or 0x06.
        time_s: the time in its lines, seconds since 1970 UTC.
    """

    name: str
    is_log: bool
    kinds: tuple[int, ...]
    time_s: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A body that the act names.

    Attributes:
        named: as the act names it.
        state: `shown`, `left-out`, or `does-not-open` under the key in the entry.
        plain: what it says; empty unless shown.
    """

    named: Blob | Document
    state: str
    plain: bytes = b""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a good proof shows.

    Attributes:
        origin: of the log: `<party>/<arrangement>/<channel>/<generation>`.
        index: of the entry.
        size: of the head.
        root: of the head, 32 bytes.
        entry: as sealed.
        kind: `act`, `receipt`, `key` or `step`, by the byte outside; `unknown` if it is neither.
        signed: by whom, the log first.
        origin_inside: what the entry itself names as its log; "" unless disclosed.
        record: what was said, or None unless disclosed.
        bodies: of the act.
    """

    origin: str
    index: int
    size: int
    root: bytes
    entry: bytes
    kind: str
    signed: tuple[Signed, ...]
    origin_inside: str = ""
    record: Record | None = None
    bodies: tuple[Shown, ...] = ()


def render_extra(extra: Extra) -> bytes:
    """Return the bytes of the extra line, before base64."""
    value: dict[str, Json] = {"entry": _base64(extra.entry), "format": FORMAT}
    if extra.file_key:
        value["file-key"] = _base64(extra.file_key)
        value["bodies"] = [_base64(body) for body in extra.bodies]
    if extra.key is not None:
        value["key"] = {
            "bound": [_base64(one) for one in extra.key.bound],
            "entry": _base64(extra.key.entry),
            "index": extra.key.index,
            "path": [_base64(one) for one in extra.key.path],
            "salt": _base64(extra.key.salt),
        }
    return ijson.render(value)


def parse_extra(data: bytes) -> Extra:
    """Read the bytes of an extra line.

    Raises:
        Fault: `exchange.proof.malformed`, `kernel.json.malformed`,
            `kernel.json.second-spelling`.
    """
    value = ijson.parse_canonical(data)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise _malformed(f"its extra line is not of the format {FORMAT}")
    if value.keys() not in (_BARE, _DISCLOSED):
        raise _malformed(f"its extra line has the fields {', '.join(sorted(value))}")
    bodies = value.get("bodies", [])
    if not isinstance(bodies, list):
        raise _malformed("its bodies are not a list")
    extra = Extra(
        _bytes(value["entry"]),
        _bytes(value["file-key"]) if "file-key" in value else b"",
        tuple(map(_bytes, bodies)),
        _parsed_key(value["key"]) if "key" in value else None,
    )
    if not 0 < len(extra.entry) <= limits.ENTRY_BYTES_MAX:
        raise _malformed(f"its entry has {len(extra.entry)} bytes")
    if len(extra.file_key) not in ({FILE_KEY_BYTES} if "file-key" in value else {0}):
        raise _malformed(f"its file key has {len(extra.file_key)} bytes, not 16")
    return extra


def _parsed_key(value: Json) -> Key:
    if not isinstance(value, dict) or value.keys() != _KEY:
        raise _malformed("its key has other fields than its format")
    bound, path, index = value["bound"], value["path"], value["index"]
    is_number = type(index) is int and 0 <= index < 1 << _INDEX_BITS
    if not isinstance(bound, list) or not isinstance(path, list) or not is_number:
        raise _malformed("its key has a field of another shape")
    assert isinstance(index, int)
    found = Key(
        _bytes(value["entry"]),
        index,
        tuple(map(_bytes, path)),
        _bytes(value["salt"]),
        tuple(map(_bytes, bound)),
    )
    sizes = {len(one) for one in (*found.bound, *found.path, found.salt)}
    if sizes != {HASH_BYTES} or not 0 < len(found.entry) <= limits.ENTRY_BYTES_MAX:
        raise _malformed("its key has a hash or an entry of another size")
    return found


def verify_proof(data: bytes, policy: Policy) -> Verdict:
    """Return what a proof shows, every signature and hash of it verified.

    Args:
        data: the file.
        policy: the logs and mirrors that are trusted.

    Raises:
        Fault: `tlog.*` where a signature, the path or the spelling is not good;
            `exchange.proof.malformed`, `exchange.proof.two-times`,
            `exchange.proof.wrong-key`, `exchange.proof.stray-body`.
    """
    proof = tlog_proof.parse(data)
    if proof.extra is None:
        raise _malformed("it has no extra line with the entry")
    extra = parse_extra(proof.extra)
    parsed = note.parse(proof.checkpoint_note)
    head = policy.verify_kinds(parsed)
    tree.verify_inclusion(
        tree.leaf_hash(extra.entry), proof.index, head.size, proof.hashes, head.root
    )
    verdict = Verdict(
        origin=head.origin,
        index=proof.index,
        size=head.size,
        root=head.root,
        entry=extra.entry,
        kind=KINDS.get(extra.entry[0], "unknown"),
        signed=signed_by(parsed, policy, head.origin),
    )
    if not extra.file_key:
        return verdict
    _require_bound(extra, proof.index, head)
    return _disclosed(verdict, extra)


def _require_bound(extra: Extra, index: int, head: Checkpoint) -> None:
    """Make sure that the file key is the one that the log's key entry is bound to, for this place.

    Raises:
        Fault: `exchange.proof.wrong-key`, `tlog.proof.*`.
    """
    key = extra.key
    assert key is not None, "a file key has one"
    leaf = tree.leaf_hash(key.entry)
    tree.verify_inclusion(leaf, key.index, head.size, key.path, head.root)
    try:
        at = run.place_of(extra.entry[1:])
    except Fault as fault:
        raise _wrong_key(fault.what) from fault
    root = key.entry[1 : 1 + run.ROOT_BYTES]
    shown = run.Shown(extra.file_key, key.salt, key.bound)
    is_one = key.entry[0] == KEY_KIND and (at.index, at.entry) == (key.index, index)
    if not is_one or not run.is_bound(shown, at.place, root):
        raise _wrong_key("it is not the one that the key entry is bound to for this place")


def _wrong_key(why: str) -> Fault:
    return Fault(
        code="exchange.proof.wrong-key",
        what=f"The file key in this proof does not show what the entry says: {why}",
        fix="Ask for the proof again, or verify it without the key.",
    )


def signed_by(parsed: note.Note, policy: Policy, origin: str) -> tuple[Signed, ...]:
    """Return who signed a head that the policy has verified, the log first.

    Args:
        parsed: the head; each line of it by a key of the policy was verified by the policy.
        policy: that did.
        origin: of the log.

    Raises:
        Fault: `exchange.proof.two-times`.
    """
    log_keys = [keys.verifier(log.vkey) for log in policy.logs if log.vkey.name == origin]
    witness_keys = [keys.verifier(witness.vkey) for witness in policy.witnesses]
    mirrors = sorted({key.name for key in witness_keys})
    found = [_by_name(parsed, log_keys, origin, is_log=True)]
    found += [_by_name(parsed, witness_keys, name, is_log=False) for name in mirrors]
    return tuple(one for one in found if one is not None)


def _by_name(
    parsed: note.Note, verifiers: Sequence[KeyVerifier], name: str, *, is_log: bool
) -> Signed | None:
    """Those lines of one signer; its lines hold one time (protocol rule 8)."""
    own = {key.key_id: key for key in verifiers if key.name == name}
    lines = [one for one in parsed.signatures if one.name == name and one.key_id in own]
    if not lines:
        return None
    kinds = tuple(sorted({own[line.key_id].vkey.kind for line in lines}))
    times = {
        cosignature.time_of(line)
        for line in lines
        if own[line.key_id].vkey.kind != keys.ED25519_NOTE
    }
    if len(times) > 1:
        raise Fault(
            code="exchange.proof.two-times",
            what=f"The lines of {name} on this head name {len(times)} different times.",
            fix="Ask for the proof again; a mirror signs a head with one time.",
        )
    return Signed(name, is_log, kinds, max(times, default=0))


def _disclosed(verdict: Verdict, extra: Extra) -> Verdict:
    try:
        plaintext = run.open_entry(extra.entry[1:], extra.file_key)
        origin, said = codec.parse(extra.entry[0], plaintext)
    except Fault as fault:
        raise _wrong_key(fault.what) from fault
    return Verdict(
        origin=verdict.origin,
        index=verdict.index,
        size=verdict.size,
        root=verdict.root,
        entry=verdict.entry,
        kind=verdict.kind,
        signed=verdict.signed,
        origin_inside=origin,
        record=said,
        bodies=_bodies(said, extra.bodies),
    )


def _bodies(said: Record, given: Sequence[bytes]) -> tuple[Shown, ...]:
    stored = {hashlib.sha256(body).hexdigest(): body for body in given}
    named: tuple[Blob | Document, ...] = (
        (*said.blobs, *said.documents) if isinstance(said, Act) else ()
    )
    stray = stored.keys() - {one.sha256 for one in named}
    if stray or len(stored) != len(given):
        raise Fault(
            code="exchange.proof.stray-body",
            what=f"{len(stray)} of the {len(given)} bodies in this proof are not those that the "
            "act names.",
            fix="Ask for the proof again; a body was changed or does not belong to the act.",
        )
    return tuple(_shown(one, stored.get(one.sha256)) for one in named)


def _shown(named: Blob | Document, stored: bytes | None) -> Shown:
    if stored is None:
        return Shown(named, LEFT_OUT)
    if isinstance(named, Document):
        return Shown(named, SHOWN, stored)
    try:
        return Shown(named, SHOWN, symmetric.open_blob(stored, named.key))
    except Fault:
        return Shown(named, UNOPENED)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(value: Json) -> bytes:
    try:
        data = base64.b64decode(value if isinstance(value, str) else "?", validate=True)
    except ValueError as error:
        raise _malformed("a field of its extra line is not base64") from error
    if _base64(data) != value:
        raise _malformed("a field of its extra line is not canonical base64")
    return data


def _malformed(why: str) -> Fault:
    return Fault(
        code="exchange.proof.malformed",
        what=f"This is not a proof that comity writes: {why}.",
        fix="Ask for the proof again, as `comity proof` writes it.",
    )
