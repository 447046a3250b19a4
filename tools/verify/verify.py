"""Verify proofs of comity without comity: one program, for an auditor to read.

    python tools/verify/verify.py FILE… --policy FILE

A file is a C2SP tlog-proof whose extra line holds the sealed entry.  The policy is a C2SP
tlog-policy, or several one after another.
What is verified, in this order; anything else is refused:

    1  the spelling of every line: one way to write each thing
    2  the head is signed by the log, by a key of each kind that the policy names for it
    3  the head is cosigned by the policy's quorum; the lines of one mirror name one time
    4  the entry stands at its index of the tree with the head's root (RFC 6962)
    5  where disclosed: the file key opens the entry (age v1), bodies have the named hashes

A file of JSON is a proof of non-answer (clause 14): an act of one log, a receipt for it in another
log, and every entry of that log from the receipt before to a signed head, none of them an answer.
What the asker could not open may stay closed there, where its author signed that it knew that.
One that begins with a proof is one of non-receipt (clause 18): an act that the other party stored,
and every entry of its log from its last receipt before to a later signed head.
One with two heads convicts their log (clause 16): it signed two histories.
A file of lines of JSON is a log at home (clause 15): a signed head, and entries each at its index
of the tree; the facts that are told have the salted hashes that stand in their entries.

Written from docs/spec/proof.md and the C2SP texts alone.  It needs Python 3.12 and the
package `cryptography` (50 or newer, for ML-DSA-44).
"""

import argparse
import base64
import binascii
import functools
import hashlib
import hmac
import io
import json
import re
import struct
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ED25519_NOTE, ED25519_COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06
LOG_KINDS, WITNESS_KINDS = (ED25519_NOTE, ML_DSA_44), (ED25519_COSIGNATURE, ML_DSA_44)
KEY_BYTES = {ED25519_NOTE: 32, ED25519_COSIGNATURE: 32, ML_DSA_44: 1312}
SIGNATURE_BYTES = {ED25519_NOTE: 64, ED25519_COSIGNATURE: 72, ML_DSA_44: 2428}
ALGORITHMS = {ED25519_NOTE: "Ed25519", ED25519_COSIGNATURE: "Ed25519", ML_DSA_44: "ML-DSA-44"}
MAGIC = b"c2sp.org/tlog-proof@v1"
FORMAT = "comity/proof/1"
SILENCE, SILENCE_REJECTED = "comity/non-answer/1", "comity/non-answer/2"
LOG, LOG_SUCCEEDED = "comity/local-log/1", "comity/local-log/2"
KEYS_MADE, KEY_FACTS = "log.keys-made", ("ed25519", "ml-dsa-44")
LOG_FIRST, LOG_LINE = {"format", "head", "log", "size"}, {"entry", "facts", "index", "path"}
SUCCESSIONS_MAX = 256
LOG_BEGINNING = b'{"format":"comity/local-log/'
SILENCE_BEGINNING = b'{"entries":['
NONRECEIPT, NONRECEIPT_BEGINNING = "comity/non-receipt/1", b'{"act":"'
CONVICTION = {"bigger", "implied-root", "proof", "smaller"}
STEP_HEADER = b"comity/local/1\n"
LINE_BYTES_MAX = 1 << 20
ANSWERS = ("request.answered/1", "request.refused/1")
RANGE_MAX = 4_096
ACT, RECEIPT, KEY_ENTRY = 1, 2, 3
KINDS = {ACT: "act", RECEIPT: "receipt", KEY_ENTRY: "key", ord("c"): "step"}
NOTE_BYTES_MAX, EXTRA_BYTES_MAX, POLICY_BYTES_MAX = 1 << 16, 16 << 20, 16 << 20
FILE_BYTES_MAX = 2 * EXTRA_BYTES_MAX + 64 * 64 + NOTE_BYTES_MAX
DEFINITIONS_MAX = 2_048  # of logs, of witnesses and of groups in one policy
STRING_OR_COMMA = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|,', re.DOTALL)
JSON_INTEGER_MAX, JSON_NODES_MAX = (1 << 53) - 1, 100_000
ENTRY_BYTES_MAX = 65_535
PROOF_HASHES_MAX = 63
NUMBER_MAX = (1 << 63) - 1
EMPTY_ROOT = hashlib.sha256().digest()
HASH_BYTES, KEY_ID_BYTES, FILE_KEY_BYTES, NAME_BYTES_MAX, LINES_MAX = 32, 4, 16, 255, 64
LINES_MIN = 3  # of a proof: magic, extra, index
THREE_LINES = 4  # and what stands after the last newline: nothing
CONTROLS = bytes(range(0x20)).replace(b"\n", b"")
BAD_IN_POLICY = CONTROLS.replace(b"\t", b"") + b"\x7f"
BAD_IN_NAME = re.compile(r"[\s+\x00-\x1f]")
CHUNK_BYTES = 65_536 + 16
ENVELOPE = re.compile(
    rb"age-encryption\.org/v1\n-> comity-run (0|[1-9][0-9]{0,14}) (0|[1-9][0-9]{0,2})\n\n"
    rb"--- [A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]\n"
)
PLACES, BOUND_HASHES = 256, 8
P = 2**255 - 19
ORDER_8_Y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
LOW_ORDER_Y = (0, 1, P - 1, ORDER_8_Y, P - ORDER_8_Y)


class Refused(Exception):  # noqa: N818 -- the word of the field
    """The file proves nothing; `where` names the check that refused it."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(what)
        self.where = where


def read_base64(data: bytes | str, what: str) -> bytes:
    """Return what canonical, padded base64 holds."""
    text = data.encode("utf-8", "replace") if isinstance(data, str) else data
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Refused("spelling", f"{what} is not base64") from error
    if base64.b64encode(raw) != text:
        raise Refused("spelling", f"{what} is not canonical base64")
    return raw


def read_text(value: object, what: str) -> str:
    """Return what JSON has as a text, and not as a number that looks like one."""
    if not isinstance(value, str):
        raise Refused("spelling", f"{what} is not a text")
    return value


def read_bytes(value: object, what: str) -> bytes:
    """Return what a text of JSON holds in base64."""
    return read_base64(read_text(value, what), what)


def read_number(data: bytes, what: str) -> int:
    """Return a decimal without sign or leading zeros, below 2^63."""
    if not re.fullmatch(rb"0|[1-9][0-9]{0,18}", data) or int(data) > NUMBER_MAX:
        raise Refused("spelling", f"{what} is not a plain decimal number")
    return int(data)


def read_hash(data: bytes, what: str) -> bytes:
    """Return 32 bytes."""
    raw = read_base64(data, what)
    if len(raw) != HASH_BYTES:
        raise Refused("spelling", f"{what} is not a hash of 32 bytes")
    return raw


def is_key_name(name: str) -> bool:
    """Return whether this may name a key: no space of any sort, no plus, 1 to 255 bytes."""
    try:
        size_bytes = len(name.encode())
    except UnicodeEncodeError:  # of a policy that is not UTF-8
        return False
    return not BAD_IN_NAME.search(name) and 0 < size_bytes <= NAME_BYTES_MAX


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("spelling", "a JSON object has a key twice")
    return found


def _no_number(text: str) -> object:
    raise Refused("spelling", f"{text[:20]} stands in a JSON text")


def _whole(text: str) -> int:
    if len(text) > len(str(-JSON_INTEGER_MAX)) or abs(int(text)) > JSON_INTEGER_MAX:
        _no_number(text)
    return int(text)


def _nodes(value: object) -> int:
    """Return how many values there are, keys among them."""
    count, waiting = 0, [value]
    while waiting and count <= JSON_NODES_MAX:
        one = waiting.pop()
        count += 1
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
    return count


def read_json(data: bytes, what: str) -> object:
    """Return a JSON value in its one spelling: sorted keys, no white space, UTF-8."""
    if data.count(b",") >= JSON_NODES_MAX:  # each comma parts two values: before they are made
        commas = (one for one in STRING_OR_COMMA.finditer(data) if one[0] == b",")
        if next(islice(commas, JSON_NODES_MAX - 1, None), None):
            raise Refused("spelling", f"{what} has more than {JSON_NODES_MAX} values")
    try:
        value = json.loads(
            data.decode(),
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_float=_no_number,
            parse_int=_whole,
        )
        spelled = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        is_one = spelled.encode() == data
    except (ValueError, RecursionError) as error:
        raise Refused("spelling", f"{what} is not JSON") from error
    if not is_one:
        raise Refused("spelling", f"{what} is not canonical JSON")
    if len(data) > JSON_NODES_MAX and _nodes(value) > JSON_NODES_MAX:
        raise Refused("spelling", f"{what} has more than {JSON_NODES_MAX} values")
    return value


@dataclass(frozen=True)
class Key:
    """A verifier key; `name` is the origin of a log or the name of a mirror."""

    name: str
    kind: int
    public: bytes

    @functools.cached_property
    def key_id(self) -> bytes:
        """The four bytes that stand in signature lines."""
        text = b"%s\n%c%s" % (self.name.encode(), self.kind, self.public)
        return hashlib.sha256(text).digest()[:4]


@dataclass
class Policy:
    """Keys of logs; witnesses by their name in the policy; groups in order; the quorum."""

    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: list[tuple[str, int, list[str]]] = field(default_factory=list)
    quorum: str = ""


def read_key(text: str) -> Key:
    """Return a vkey: name, key id in hex, base64 of kind and key."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = read_base64(encoded, "a key")
    if not raw or KEY_BYTES.get(raw[0]) != len(raw) - 1 or not is_key_name(name):
        raise Refused("policy", f"{text[:40]}… is not a key that this program knows")
    key = Key(name, raw[0], raw[1:])
    if key.key_id.hex() != key_id:
        raise Refused("policy", f"the key id of {name} is not that of its key")
    if key.kind != ML_DSA_44 and not is_sound(key.public):
        raise Refused("policy", f"one signature of {name} would fit many heads: its key is weak")
    return key


def is_sound(public: bytes) -> bool:
    """Return whether an Ed25519 key is a point of the curve, spelled one way, of no low order."""
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    if y >= P or y in LOW_ORDER_Y:
        return False
    x_squared = (y * y - 1) * pow(-121665 * pow(121666, -1, P) * y * y + 1, -1, P) % P
    return pow(x_squared, (P - 1) // 2, P) == 1


def read_policy(lines: Iterable[Sequence[str]]) -> Policy:
    """Return one policy, of lines that are split into their items."""
    policy = Policy()
    publics: set[tuple[int, bytes]] = set()
    defined, free = {"none"}, set[str]()
    for items in lines:
        match items:
            case ["log", vkey] | ["log", vkey, _]:
                policy.logs.append(_fresh(read_key(vkey), LOG_KINDS, publics))
            case ["witness", name, vkey] | ["witness", name, vkey, _] if name not in defined:
                policy.witnesses[name] = _fresh(read_key(vkey), WITNESS_KINDS, publics)
            case ["group", name, rule, *names] if names and name not in defined:
                policy.groups.append((name, _threshold(rule, names, free), names))
                free.difference_update(names)
            case ["quorum", name] if not policy.quorum and name in defined:
                policy.quorum = name
            case _:
                shown = " ".join(items)[:60]
                raise Refused("policy", f"this line is none of a policy: {shown!r}")
        if items[0] in {"witness", "group"}:
            defined.add(items[1])
            free.add(items[1])
    if not policy.quorum:
        raise Refused("policy", "the policy has no quorum line")
    return policy


def _threshold(rule: str, names: list[str], free: set[str]) -> int:
    words = {"all": len(names), "any": 1}
    threshold = words.get(rule) or read_number(rule.encode("ascii", "replace"), "a threshold")
    if not set(names) <= free or len(set(names)) != len(names) or not 0 < threshold <= len(names):
        raise Refused("policy", f"a group of {', '.join(names)[:60]!r} cannot be: {rule[:20]!r}")
    return threshold


def _fresh(key: Key, kinds: tuple[int, int], publics: set[tuple[int, bytes]]) -> Key:
    if key.kind not in kinds or (kinds[0], key.public) in publics:
        raise Refused("policy", f"the key of {key.name} is of a wrong kind, or stands twice")
    publics.add((kinds[0], key.public))
    return key


def read_policies(data: bytes) -> list[Policy]:
    """Return the policies of a file, each ending with its quorum line."""
    if len(data) > POLICY_BYTES_MAX or not data.endswith(b"\n"):
        raise Refused("policy", "the file is empty or too large, or its last line is cut off")
    texts: list[list[list[str]]] = [[]]
    for line in data[:-1].split(b"\n"):
        if line.translate(None, BAD_IN_POLICY) != line:
            shown = line[:60].decode("utf-8", "backslashreplace")
            raise Refused("policy", f"a line has a control character, as CR: {shown!r}")
        text = line.decode("utf-8", "surrogateescape").replace("\t", " ")
        items = [item for item in text.split(" ") if item]
        if items and not items[0].startswith("#"):
            texts[-1].append(items)
            if items[0] == "quorum":
                texts.append([])
    if not texts[-1] and len(texts) > 1:
        texts.pop()
    found = [read_policy(text) for text in texts]
    counts = [len(sort) for one in found for sort in (one.logs, one.witnesses, one.groups)]
    if max(counts) > DEFINITIONS_MAX:
        raise Refused("policy", f"over {DEFINITIONS_MAX} of one sort stand in a policy")
    return found


class Line(NamedTuple):
    """One signature line."""

    name: str
    key_id: bytes
    payload: bytes


class Head(NamedTuple):
    """A head and its signature lines, as read."""

    body: bytes
    origin: str
    size: int
    root: bytes
    lines: tuple[Line, ...]


class Signer(NamedTuple):
    """Who signed a head: `kinds` of keys, and the time in its lines, 0 if they hold none."""

    name: str
    kinds: tuple[int, ...]
    time_s: int


def read_head(data: bytes) -> Head:
    """Return a signed checkpoint without extension lines."""
    text, parting, rest = data.rpartition(b"\n\n")
    if len(data) > NOTE_BYTES_MAX:
        raise Refused("spelling", f"the head has more than {NOTE_BYTES_MAX} bytes")
    if not parting or data.translate(None, CONTROLS) != data or not rest.endswith(b"\n"):
        raise Refused("spelling", "no signed head stands where one must")
    body = text + b"\n"
    parts = body.split(b"\n")
    if len(parts) != THREE_LINES or parts[3]:
        raise Refused("spelling", "a head has three lines: origin, size and root")
    try:
        origin = parts[0].decode()
        lines = tuple(_read_line(line.decode()) for line in rest[:-1].split(b"\n"))
    except UnicodeDecodeError as error:
        raise Refused("spelling", "the head is not UTF-8") from error
    if not is_key_name(origin) or len(lines) > LINES_MAX:
        raise Refused("spelling", "its origin is not one, or it has over 64 signatures")
    size = read_number(parts[1], "the size")
    return Head(body, origin, size, read_hash(parts[2], "the root"), lines)


def _read_line(text: str) -> Line:
    match = re.fullmatch(r"— (\S+) (\S+)", text)
    if not match or not is_key_name(match[1]):
        raise Refused("spelling", "a signature line is not: dash, name, base64")
    raw = read_base64(match[2], "a signature")
    if len(raw) <= KEY_ID_BYTES:
        raise Refused("spelling", "a signature line holds no signature")
    return Line(match[1], raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def verify_lines(head: Head, keys: Sequence[Key]) -> dict[Key, int]:
    """Return the keys that signed and the time of each; a bad line of a known key refuses."""
    known: dict[tuple[str, bytes], Key] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise Refused("policy", f"two keys of {key.name} have one key id")
    found: dict[Key, int] = {}
    for line in head.lines:
        signer = known.get((line.name, line.key_id))
        if signer is not None:
            time_s = _verify_line(head, line, signer)
            if found.setdefault(signer, time_s) != time_s:
                raise Refused("signature", f"one key of {line.name} signed with two times")
    return found


def _verify_line(head: Head, line: Line, signer: Key) -> int:
    if len(line.payload) != SIGNATURE_BYTES[signer.kind]:
        raise Refused("signature", f"a signature of {line.name} has a wrong length")
    time_s, signature = 0, line.payload
    if signer.kind != ED25519_NOTE:
        time_s, signature = int.from_bytes(line.payload[:8]), line.payload[8:]
        if not 0 < time_s <= NUMBER_MAX:
            raise Refused("signature", f"a signature of {line.name} has no time")
    message = signed_message(signer, head, time_s)
    verify_signature(signer.kind, signer.public, message, signature, line.name)
    return time_s


def signed_message(key: Key, head: Head, time_s: int) -> bytes:
    """Return what a key of its kind signs for a head (C2SP signed-note, tlog-cosignature)."""
    if key.kind == ED25519_NOTE:
        return head.body
    if key.kind == ED25519_COSIGNATURE:
        return b"cosignature/v1\ntime %d\n%s" % (time_s, head.body)
    name, origin = key.name.encode(), head.origin.encode()
    return b"".join(
        (
            b"subtree/v1\n\x00",
            bytes((len(name),)) + name + struct.pack(">Q", time_s),
            bytes((len(origin),)) + origin + struct.pack(">QQ", 0, head.size) + head.root,
        )
    )


@functools.lru_cache(maxsize=4096)
def verify_signature(kind: int, public: bytes, message: bytes, signature: bytes, who: str) -> None:
    """Return if the signature fits; what was verified once is not verified again."""
    try:
        if kind == ML_DSA_44:
            _ml_dsa_key(public).verify(signature, message)
        else:
            _ed25519_key(public).verify(signature, message)
    except InvalidSignature as error:
        raise Refused("signature", f"the signature of {who} does not fit the head") from error


@functools.lru_cache(maxsize=1024)
def _ml_dsa_key(public: bytes) -> MLDSA44PublicKey:
    return MLDSA44PublicKey.from_public_bytes(public)


@functools.lru_cache(maxsize=1024)
def _ed25519_key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


def verify_head(head: Head, policies: Sequence[Policy]) -> list[Signer]:
    """Return who signed a head that a policy accepts: the log, then the mirrors."""
    policy = next((p for p in policies if any(k.name == head.origin for k in p.logs)), None)
    if policy is None:
        raise Refused("policy", f"no policy has a key of the log {head.origin!r}")
    log_keys = [key for key in policy.logs if key.name == head.origin]
    by_log = verify_lines(head, log_keys)
    if lacking := {key.kind for key in log_keys} - {key.kind for key in by_log}:
        lacks = " and ".join(ALGORITHMS[kind] for kind in sorted(lacking))
        raise Refused("missing", f"the log's {lacks} signature is missing")
    by_mirrors = verify_lines(head, list(policy.witnesses.values()))
    good = {name for name, key in policy.witnesses.items() if key in by_mirrors}
    for name, threshold, members in policy.groups:
        if len(good.intersection(members)) >= threshold:
            good.add(name)
    if policy.quorum != "none" and policy.quorum not in good:
        raise Refused("missing", f"the quorum {policy.quorum!r} of the policy has not cosigned")
    names = sorted({key.name for key in by_mirrors})
    return [
        _signer(head.origin, by_log),
        *(_signer(n, {k: t for k, t in by_mirrors.items() if k.name == n}) for n in names),
    ]


def _signer(name: str, lines: dict[Key, int]) -> Signer:
    times = {time_s for key, time_s in lines.items() if key.kind != ED25519_NOTE}
    if len(times) > 1:
        raise Refused("signature", f"the lines of {name} name different times")
    return Signer(name, tuple(sorted({key.kind for key in lines})), max(times, default=0))


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry (RFC 6962)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def inclusion_root(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a path leads to (RFC 9162 section 2.1.3.2)."""
    if index >= size or len(path) > PROOF_HASHES_MAX:
        raise Refused("path", f"no entry {index} is in a tree of {size} entries")
    fn, sn, node = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            raise Refused("path", "the path is too long")
        if fn & 1 or fn == sn:
            node = _node(sibling, node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = _node(node, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Refused("path", "the path is too short")
    return node


def _hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def open_payload(data: bytes, file_key: bytes) -> bytes | None:
    """Return the plaintext of age's nonce and chunks, or None if the key does not open it."""
    if len(data) < 2 * FILE_KEY_BYTES:
        return None
    aead = ChaCha20Poly1305(_hkdf(file_key, data[:16], b"payload"))
    chunks = [data[at : at + CHUNK_BYTES] for at in range(16, len(data), CHUNK_BYTES)]
    plain = b""
    for index, chunk in enumerate(chunks):
        final = index == len(chunks) - 1
        try:
            piece = aead.decrypt((index << 8 | final).to_bytes(12), chunk, None)
        except InvalidTag:
            return None
        if index and not piece:
            return None
        plain += piece
    return plain


def place_of(entry: bytes) -> tuple[int, int] | None:
    """Return the index of the key entry that an entry names, and its place in that run."""
    found = ENVELOPE.match(entry, 1)
    return (int(found[1]), int(found[2])) if found and int(found[2]) < PLACES else None


def is_said(entry: bytes, index: int) -> bool:
    """Return whether anybody may read an entry where it stands: its envelope says so, or not."""
    place = place_of(entry)
    return place is not None and index == sum(place) + 1


def unseal_entry(entry: bytes, file_key: bytes) -> bytes:
    """Return the plaintext of an entry."""
    header, _, rest = entry[1:].partition(b"\n--- ")
    mac, _, payload = rest.partition(b"\n")
    if place_of(entry) is None:
        raise Refused("key", "the entry is not sealed as entries are: no party reads it")
    macced = header + b"\n---"
    should = hmac.digest(_hkdf(file_key, b"", b"header"), macced, "sha256")
    if base64.b64encode(should).rstrip(b"=") != mac:
        raise Refused("key", "the file key is not that of the entry")
    plain = open_payload(payload, file_key)
    if plain is None:
        raise Refused("key", "the file key does not open the entry")
    return plain


def is_32_bytes(text: str) -> bool:
    """Return whether this is the base64 of a key or a root."""
    try:
        return len(read_base64(text, "a field")) == HASH_BYTES
    except Refused:
        return False


ID, NAME, MAYBE_ID = (
    "[a-z2-7]{25}[aeimquy4]",
    "[a-z0-9][a-z0-9.-]{0,62}",
    "([a-z2-7]{25}[aeimquy4])?",
)
MAYBE_NAME, CODE = f"({NAME})?", "[A-Za-z0-9][A-Za-z0-9 ._:/+=@-]{0,254}"
MAYBE_CODE, HEX, LIST_MAX, UNREAD_MAX = f"({CODE})?", "[0-9a-f]{64}", 256, 64
BODY = {
    "media": "[a-z0-9][a-z0-9.+-]{0,62}/[a-z0-9][a-z0-9.+-]{0,62}",
    "role": "[a-z][a-z0-9-]{0,30}(:[A-Za-z0-9][A-Za-z0-9.-]{0,62})?",
    "sha256": HEX,
    "size": 1 << 40,
}
ACT_SHAPE = {
    "answers": MAYBE_ID,
    "blobs": [BODY | {"key": is_32_bytes, "mark": CODE, "need": "needed|following"}],
    "codes": (NAME, CODE),
    "documents": [BODY],
    "elements": [NAME],
    "guideline": MAYBE_CODE,
    "id": ID,
    "items": [NAME],
    "matter": {"id": NAME, "kind": NAME},
    "release": HEX,
    "speaker": {"agency": NAME, "office": MAYBE_NAME},
    "tag": r"[a-z]{2,20}\.[a-z]{2,30}(-[a-z]{1,20}){0,5}/[1-9][0-9]{0,3}",
    "times": (NAME, JSON_INTEGER_MAX),
    "to": [{"agency": MAYBE_NAME, "office": MAYBE_NAME, "party": NAME}],
    "urgency": MAYBE_CODE,
}
RECEIPT_SHAPE = {
    "missing": [HEX],
    "of": is_key_name,
    "root": is_32_bytes,
    "size": JSON_INTEGER_MAX,
    "time": JSON_INTEGER_MAX,
    "unread": [{"index": JSON_INTEGER_MAX, "leaf": HEX}],
}
SHAPES = {ACT: ACT_SHAPE, RECEIPT: RECEIPT_SHAPE}


def fits(value: Any, shape: Any) -> bool:  # noqa: ANN401 -- JSON of any shape
    """Return whether a value of JSON has a shape (`docs/spec/entry.md`).

    A shape is a pattern of a text or a question about it, the greatest whole number, the one shape
    of what stands in a list, the two of names and values, or fields by name.
    """
    if isinstance(shape, str):
        return isinstance(value, str) and re.fullmatch(shape, value) is not None
    if isinstance(shape, int):
        return type(value) is int and 0 <= value <= shape
    if isinstance(shape, list):
        is_one = isinstance(value, list) and len(value) <= LIST_MAX
        return is_one and all(fits(one, shape[0]) for one in value)
    if isinstance(shape, tuple):
        is_one = isinstance(value, dict) and len(value) <= LIST_MAX
        return is_one and all(all(map(fits, one, shape)) for one in value.items())
    if isinstance(shape, dict):
        is_one = isinstance(value, dict) and value.keys() == shape.keys()
        return is_one and all(fits(value[name], one) for name, one in shape.items())
    return isinstance(value, str) and callable(shape) and bool(shape(value))


def is_record(value: object, kind: int) -> bool:
    """Return whether this is what an entry of a kind says."""
    if kind not in SHAPES or not fits(value, SHAPES[kind]) or not isinstance(value, dict):
        return False
    if kind == ACT:
        return True
    indexes, missing = [one["index"] for one in value["unread"]], value["missing"]
    is_in_order = indexes == sorted(set(indexes)) and missing == sorted(set(missing))
    return is_in_order and len(indexes) <= UNREAD_MAX and max(indexes, default=-1) < value["size"]


def open_entry(entry: bytes, file_key: bytes) -> tuple[str, dict[str, object]]:
    """Return the origin that an entry names inside, and its record."""
    plain = unseal_entry(entry, file_key)
    text = plain.rstrip(b"\0")
    parts = text.split(b"\n")
    if len(parts) != THREE_LINES or parts[3] or len(plain) != len(text) + -len(text) % 1024:
        raise Refused("key", "the entry opens, and is not three lines filled to 1,024 bytes")
    if parts[1].decode("utf-8", "replace") != KINDS.get(entry[0]):
        raise Refused("key", "the kind inside the entry is not the one outside")
    origin = parts[0].decode("utf-8", "surrogateescape")
    if not is_key_name(origin):
        raise Refused("key", "what the entry names as its log can name none")
    record = read_json(parts[2], "the record")
    if not is_record(record, entry[0]) or not isinstance(record, dict):
        raise Refused("key", f"the entry opens, and what it says is no {KINDS[entry[0]]}")
    return origin, record


def match_bodies(record: dict[str, object], bodies: Sequence[bytes]) -> list[dict[str, object]]:
    """Return what the record names and what of it is here; a body that it does not name refuses."""
    stored = {hashlib.sha256(body).hexdigest(): body for body in bodies}
    named: list[dict[str, object]] = []
    for part in ("blobs", "documents"):
        values = record.get(part, [])
        named += values if isinstance(values, list) else []
    if stored.keys() - {one["sha256"] for one in named} or len(stored) != len(bodies):
        raise Refused("body", "a body is not one that the act names")
    shown: list[dict[str, object]] = []
    for one in named:
        body = stored.get(str(one["sha256"]))
        plain = body
        if body is not None and "key" in one:
            key = read_bytes(one["key"], "the key of a blob")
            plain = open_payload(body, _hkdf(key, b"", b"comity/blob/1")[:16])
        shown.append({"role": one["role"], "sha256": one["sha256"], "held": body, "plain": plain})
    return shown


@dataclass(frozen=True)
class Verdict:
    """What a good proof shows; the last three are empty where nothing is disclosed."""

    origin: str
    index: int
    size: int
    kind: str
    signed: tuple[Signer, ...]
    origin_inside: str
    record: dict[str, object] | None
    bodies: tuple[dict[str, object], ...]


def judge(data: bytes, policies: Sequence[Policy]) -> Verdict:
    """Return what a proof shows, or raise `Refused` with the check that refused it."""
    if len(data) > FILE_BYTES_MAX:
        raise Refused("spelling", "the file is too large")
    top, parting, checkpoint = data.partition(b"\n\n")
    lines = top.split(b"\n")
    if not parting or len(lines) < LINES_MIN or lines[0] != MAGIC:
        raise Refused("spelling", "this is not a C2SP tlog-proof with an extra line")
    if not lines[1].startswith(b"extra ") or not lines[2].startswith(b"index "):
        raise Refused("spelling", "the extra line and the index line must come first")
    extra = read_base64(lines[1][6:], "the extra line")
    if len(extra) > EXTRA_BYTES_MAX:
        raise Refused("spelling", f"the extra line has more than {EXTRA_BYTES_MAX} bytes")
    entry, file_key, bodies, key = read_extra(extra)
    index = read_number(lines[2][6:], "the index")
    path = [read_hash(line, "a hash of the path") for line in lines[3:]]
    head = read_head(checkpoint)
    signed = verify_head(head, policies)
    if inclusion_root(leaf_hash(entry), index, head.size, path) != head.root:
        raise Refused("path", f"the entry does not stand at index {index} under this head")
    inside, record, shown = "", None, []
    if file_key:
        verify_key(key, entry, file_key, (index, head))
        inside, record = open_entry(entry, file_key)
        shown = match_bodies(record, bodies)
    return Verdict(
        origin=head.origin,
        index=index,
        size=head.size,
        kind=KINDS.get(entry[0], "entry of no known kind"),
        signed=tuple(signed),
        origin_inside=inside,
        record=record,
        bodies=tuple(shown),
    )


def verify_key(
    key: dict[str, object], entry: bytes, file_key: bytes, where: tuple[int, Head]
) -> None:
    """Make sure that the file key is the one to which the log's key entry binds this place."""
    if key.keys() != {"bound", "entry", "index", "path", "salt"}:
        raise Refused("spelling", "the key has other fields than its format")
    (index, head), named = where, place_of(entry)
    sealed, at = read_bytes(key["entry"], "the key entry"), read_index(key["index"])
    if not 0 < len(sealed) <= ENTRY_BYTES_MAX:
        raise Refused("spelling", "the key entry has a wrong size")
    path = read_hashes(key["path"])
    if inclusion_root(leaf_hash(sealed), at, head.size, path) != head.root:
        raise Refused("path", f"the key entry does not stand at index {at} under this head")
    if named is None or named[0] != at or not is_said(entry, index) or sealed[0] != KEY_ENTRY:
        raise Refused("key", "the entry is not one of the run of this key entry")
    bound, salt = read_hashes(key["bound"]), read_bytes(key["salt"], "the salt")
    if len(salt) != HASH_BYTES or len(bound) != BOUND_HASHES:
        raise Refused("key", "the key is not bound as keys of entries are")
    node = hashlib.sha256(b"\0" + salt + file_key).digest()
    for bit, other in enumerate(bound):
        node = _node(other, node) if named[1] >> bit & 1 else _node(node, other)
    if node != sealed[1 : 1 + HASH_BYTES]:
        raise Refused("key", "the file key is not the one to which the key entry is bound")


def read_extra(data: bytes) -> tuple[bytes, bytes, list[bytes], dict[str, object]]:
    """Return entry, file key (b"" if sealed), bodies, and what binds the key, of an extra line."""
    value = read_json(data, "the extra line")
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise Refused("spelling", f"the extra line is not of the format {FORMAT}")
    disclosed = {"bodies", "entry", "file-key", "format", "key"}
    if value.keys() not in ({"entry", "format"}, disclosed):
        raise Refused("spelling", "the extra line has other fields than its format")
    entry = read_bytes(value["entry"], "the entry")
    file_key = read_bytes(value.get("file-key", ""), "the file key")
    bodies, key = value.get("bodies", []), value.get("key", {})
    is_keyed = "file-key" in value
    if not 0 < len(entry) <= ENTRY_BYTES_MAX or len(file_key) != FILE_KEY_BYTES * is_keyed:
        raise Refused("spelling", "the entry or the file key has a wrong size")
    if not isinstance(bodies, list) or not isinstance(key, dict):
        raise Refused("spelling", "the bodies are not a list, or the key is no object")
    return entry, file_key, [read_bytes(body, "a body") for body in bodies], key


class Sealed(NamedTuple):
    """An entry of a range, and the key that opens it or b""."""

    entry: bytes
    file_key: bytes

    def opened(self) -> tuple[str, dict[str, object]]:
        """Return the origin inside and the record."""
        if not self.file_key:
            raise Refused("hidden", "an entry that must be opened has no key")
        return open_entry(self.entry, self.file_key)

    def read(self) -> tuple[str, dict[str, object]] | None:
        """Return the same, or None where the key opens it and nobody can read it."""
        unseal_entry(self.entry, self.file_key)
        try:
            return self.opened()
        except Refused:
            return None


def read_sealed(value: object) -> Sealed:
    """Return one entry of a range."""
    if not isinstance(value, dict) or value.keys() not in ({"entry"}, {"entry", "file-key"}):
        raise Refused("spelling", "an entry has other fields than its format")
    entry = read_bytes(value["entry"], "an entry")
    file_key = read_bytes(value.get("file-key", ""), "a file key")
    if not 0 < len(entry) <= ENTRY_BYTES_MAX or len(file_key) != FILE_KEY_BYTES * (
        "file-key" in value
    ):
        raise Refused("spelling", "an entry or its file key has a wrong size")
    return Sealed(entry, file_key)


def grown_root(size: int, frontier: Sequence[bytes], leaves: Iterable[bytes]) -> tuple[int, bytes]:
    """Return size and root of a tree that grows: its complete subtrees, then more leaves."""
    if len(frontier) != size.bit_count():
        raise Refused("path", "the frontier is not one of so many entries")
    stack = list(frontier)
    for leaf in leaves:
        node, bits = leaf, size
        while bits & 1:
            node, bits = _node(stack.pop(), node), bits >> 1
        stack.append(node)
        size += 1
    root = stack.pop()
    while stack:
        root = _node(stack.pop(), root)
    return size, root


def read_index(value: object) -> int:
    """Return a number of a proof of non-answer."""
    if type(value) is not int or not 0 <= value <= NUMBER_MAX:
        raise Refused("spelling", "an index is no number from 0 on")
    return value


def read_hashes(value: object) -> list[bytes]:
    """Return a list of hashes."""
    if not isinstance(value, list) or len(value) > PROOF_HASHES_MAX:
        raise Refused("spelling", "hashes are no list, or too many")
    return [read_hash(read_text(one, "a hash").encode(), "a hash") for one in value]


class Rejection(NamedTuple):
    """A receipt of the asker, its place and path, and the entry by which the other knew it."""

    sealed: Sealed
    place: int
    path: list[bytes]
    receipt: int


class Closed(NamedTuple):
    """An entry that stays closed, the entries that rejected it and knew that, and a time in ms."""

    place: int
    rejection: int
    receipt: int
    time_ms: int


class Range(NamedTuple):
    """What a proof of non-answer holds, its head and its tree verified."""

    head: Head
    log: Signer
    first: int
    receipt: int
    entries: list[Sealed]
    asked: Sealed
    place: int
    path: list[bytes]
    rejections: list[Rejection] | None

    def is_closed(self, one: Sealed, at: int) -> bool:
        """Return whether an entry that the parties could read has no key here."""
        return not one.file_key and is_said(one.entry, at)

    def receipts(self, of: str) -> dict[int, dict[str, object]]:
        """Return the opened receipts for a log that are said in this one, by index."""
        found: dict[int, dict[str, object]] = {}
        for at, one in enumerate(self.entries, self.first):
            is_given = one.entry[0] == RECEIPT and one.file_key and is_said(one.entry, at)
            read = one.read() if is_given else None
            if read and _covered(read[1], read[0], self.head.origin, of) >= 0:
                found[at] = read[1]
        return found


def read_range(data: bytes, policies: Sequence[Policy]) -> Range:
    """Return the parts of a proof of non-answer: signed, and with nothing left out."""
    if len(data) > FILE_BYTES_MAX:
        raise Refused("spelling", "the file is too large")
    value = read_json(data, "the file")
    fields = {"entries", "first", "format", "frontier", "head", "receipt", "request"}
    if not isinstance(value, dict) or value.get("format") not in (SILENCE, SILENCE_REJECTED):
        raise Refused("spelling", f"this is not of the format {SILENCE} or {SILENCE_REJECTED}")
    is_rejecting = value["format"] == SILENCE_REJECTED
    if value.keys() != fields | ({"rejections"} if is_rejecting else set()):
        raise Refused("spelling", "it has other fields than its format")
    request, rows = value["request"], value["entries"]
    if not isinstance(request, dict) or request.keys() != {"entry", "file-key", "index", "path"}:
        raise Refused("spelling", "its request has other fields than its format")
    if not isinstance(rows, list) or not 0 < len(rows) <= RANGE_MAX:
        raise Refused("spelling", f"it has no entries, or over {RANGE_MAX}")
    entries = [read_sealed(one) for one in rows]
    asked = read_sealed({name: request[name] for name in ("entry", "file-key")})
    first, receipt = read_index(value["first"]), read_index(value["receipt"])
    head = read_head(read_text(value["head"], "the head").encode())
    log = verify_head(head, policies)[0]
    leaves = (leaf_hash(one.entry) for one in entries)
    if grown_root(first, read_hashes(value["frontier"]), leaves) != (head.size, head.root):
        raise Refused("path", "the entries do not end in the head")
    if not first <= receipt < head.size:
        raise Refused("spelling", "its receipt is not in its range")
    path = read_hashes(request["path"])
    rejections = read_rejections(value["rejections"]) if is_rejecting else None
    index = read_index(request["index"])
    return Range(head, log, first, receipt, entries, asked, index, path, rejections)


def read_rejections(value: object) -> list[Rejection]:
    """Return the receipts of the asker that say what did not open for it, by index."""
    fields = {"entry", "file-key", "index", "path", "receipt"}
    rows = value if isinstance(value, list) and len(value) <= RANGE_MAX else [None]
    found: list[Rejection] = []
    for row in rows:
        if not isinstance(row, dict) or row.keys() != fields:
            raise Refused("spelling", "a rejection has other fields than its format")
        sealed = read_sealed({name: row[name] for name in ("entry", "file-key")})
        index, path = read_index(row["index"]), read_hashes(row["path"])
        if found and found[-1].place >= index:
            raise Refused("spelling", "the rejections are not by index, each once")
        found.append(Rejection(sealed, index, path, read_index(row["receipt"])))
    return found


def judge_silence(data: bytes, policies: Sequence[Policy]) -> list[str]:
    """Return what a proof of non-answer shows in words, or raise `Refused`."""
    proof = read_range(data, policies)
    origin = proof.head.origin
    asked_log, act = proof.asked.opened()
    if proof.asked.entry[0] != ACT or origin.split("/")[0] not in _parties(act.get("to")):
        raise Refused("key", "the act is not addressed to the party of this log")
    verify_received(proof, asked_log)
    start = verify_first(proof, asked_log)
    closed = verify_closed(proof, asked_log, start)
    said = said_after(proof, start, act, closed)
    party, asker = origin.split("/")[0], asked_log.split("/")[0]
    return [
        f"act {act['id']} at index {proof.place} of {asked_log} was not answered",
        f"signed for by entry {proof.receipt} of {origin}",
        f"no answer below its head of {proof.head.size} entries{_at(proof.log)}"
        + (", but for what is not disclosed" if closed else ""),
        f"on the same matter it said: {', '.join(said) or 'nothing'}",
        *(
            f"entry {one.place} is not disclosed, and what it says is not known here: {asker} said "
            f"in entry {one.rejection} of {asked_log} that it is void; {party} signed in "
            f"entry {one.receipt} that it held that{_at(Signer('', (), one.time_ms // 1000))}; "
            "if it is not, whoever can open it refutes this by disclosing it"
            for one in closed.values()
        ),
    ]


def judge_nonreceipt(data: bytes, policies: Sequence[Policy]) -> list[str]:
    """Return what a proof of non-receipt shows in words, or raise `Refused` (clause 18)."""
    if len(data) > FILE_BYTES_MAX:
        raise Refused("spelling", "the file is too large")
    value = read_json(data, "the file")
    fields = {"act", "entries", "first", "format", "frontier", "head"}
    if not isinstance(value, dict) or value.keys() != fields or value["format"] != NONRECEIPT:
        raise Refused("spelling", f"this is not of the format {NONRECEIPT}")
    rows, first = value["entries"], read_index(value["first"])
    if not isinstance(rows, list) or not 0 < len(rows) <= RANGE_MAX:
        raise Refused("spelling", f"it has no entries, or over {RANGE_MAX}")
    entries = [read_sealed(one) for one in rows]
    act = judge(read_text(value["act"], "the act").encode(), policies)
    head = read_head(read_text(value["head"], "the head").encode())
    log = verify_head(head, policies)[0]
    leaves = (leaf_hash(one.entry) for one in entries)
    if grown_root(first, read_hashes(value["frontier"]), leaves) != (head.size, head.root):
        raise Refused("path", "the entries do not end in the head")
    party = head.origin.split("/")[0]
    stored = [one for one in act.signed[1:] if one.name.split("/")[0] == party]
    if act.kind != "act" or not stored:
        raise Refused("key", f"this shows no act that {party} stored")
    if log.time_s < stored[0].time_s:
        raise Refused("time", f"{party} has signed no head since it stored the act")
    closed = verify_unreceived(entries, first, head.origin, act)
    named = f"not opened, and perhaps receipts: {', '.join(map(str, closed))}"
    below = f"below the head of {head.size} entries{_at(log)}"
    silent = f"not received: no receipt in {head.origin} covers it {below}"
    return [*told(act), silent, *([named] if closed else [])]


def verify_unreceived(entries: list[Sealed], first: int, origin: str, act: Verdict) -> list[int]:
    """Make sure that no receipt reaches an act; return the indexes of those not opened."""
    reached: dict[int, int] = {}
    closed: list[int] = []
    for at, one in enumerate(entries, first):
        if one.entry[0] != RECEIPT or not is_said(one.entry, at):
            continue
        if not one.file_key:
            closed.append(at)
            continue
        inside, said = one.read() or ("", {})
        reached[at] = _covered(said, inside, origin, act.origin)
    if first and reached.get(first, -1) < 0:
        raise Refused("receipt", "its range begins with no receipt before, for the same log")
    if max(reached.values(), default=0) > act.index:
        raise Refused("receipt", "a receipt in it covers the act")
    return closed


def _parties(value: object) -> set[str]:
    rows = value if isinstance(value, list) else []
    return {str(one.get("party")) for one in rows if isinstance(one, dict)}


def verify_received(proof: Range, asked_log: str) -> None:
    """Make sure that the receipt covers the act, under the root that it signs for."""
    inside, receipt = proof.entries[proof.receipt - proof.first].opened()
    size = _covered(receipt, inside, proof.head.origin, asked_log)
    if size <= proof.place:
        raise Refused("receipt", "the receipt does not cover the act")
    leads_to = inclusion_root(leaf_hash(proof.asked.entry), proof.place, size, proof.path)
    if leads_to != read_hash(str(receipt["root"]).encode(), "the root in the receipt"):
        raise Refused("path", "the act does not stand under the root in the receipt")
    if proof.place in _unread(receipt):
        raise Refused("receipt", "the receipt calls the act void")


def _unread(receipt: dict[str, object]) -> dict[int, str]:
    """Return what a receipt calls void: leaf hash in hex, by index."""
    rows = receipt.get("unread")
    return {
        read_index(row.get("index")): str(row.get("leaf"))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    }


def verify_first(proof: Range, asked_log: str) -> int:
    """Return the index after which an answer may stand: of the first receipt for the act.

    Receipts of a log never go back.  Where an earlier one stays closed, or is foreign, it could be
    one for the act: what stands after it may answer too.
    """
    start, receipts = proof.receipt, proof.receipts(asked_log)
    sizes = {at: read_index(one.get("size")) for at, one in receipts.items() if at < start}
    if proof.first and sizes.get(proof.first, NUMBER_MAX) > proof.place:
        raise Refused("receipt", "its range begins with no receipt before, for the same log")
    for at, one in enumerate(proof.entries[: proof.receipt - proof.first], proof.first):
        if one.entry[0] != RECEIPT:
            continue
        is_early = sizes.get(at, 0) > proof.place
        if proof.rejections is None:
            one.opened()
            if is_early:
                raise Refused("receipt", "an earlier receipt covers the act already")
        if is_early and proof.place in _unread(receipts[at]):
            raise Refused("receipt", "an earlier receipt calls the act void")
        start = min(start, at) if is_early or proof.is_closed(one, at) else start
    return start


def verify_closed(proof: Range, asked_log: str, start: int) -> dict[int, Closed]:
    """Return what had to be opened and may stay closed: called void, and known to be."""
    receipts = proof.receipts(asked_log)
    known = known_rejections(proof, asked_log, receipts)
    found: dict[int, Closed] = {}
    until = proof.receipt
    for at, one in enumerate(proof.entries, proof.first):
        kind = one.entry[0]
        is_needed = (kind == RECEIPT and at <= until) or (kind == ACT and at > start)
        if is_needed and proof.is_closed(one, at):
            if at not in known:
                raise Refused("hidden", f"entry {at} is closed, and could be the answer")
            found[at] = known[at]
            until = max(until, known[at].receipt)
    if {one.rejection for one in found.values()} != {one.place for one in proof.rejections or ()}:
        raise Refused("rejection", "a rejection is of nothing that stays closed")
    for at, receipt in receipts.items():
        listed = _unread(receipt)
        if any(c.rejection in listed and c.place < at <= c.receipt for c in found.values()):
            raise Refused("hidden", f"entry {at} calls a rejection void")
    return found


def known_rejections(
    proof: Range, asked_log: str, receipts: dict[int, dict[str, object]]
) -> dict[int, Closed]:
    """Return what the asker said did not open, where the other signed that it held that saying."""
    found: dict[int, Closed] = {}
    for one in proof.rejections or ():
        inside, said = one.sealed.opened()
        receipt = receipts.get(one.receipt)
        if (
            one.sealed.entry[0] != RECEIPT
            or _covered(said, inside, asked_log, proof.head.origin) < 0
        ):
            raise Refused("rejection", "a rejection is no receipt of the asker for this log")
        if receipt is None or read_index(receipt.get("size")) <= one.place:
            raise Refused("rejection", "no receipt of the range covers a rejection")
        size, root = read_index(receipt.get("size")), str(receipt.get("root")).encode()
        leads_to = inclusion_root(leaf_hash(one.sealed.entry), one.place, size, one.path)
        if leads_to != read_hash(root, "the root in the receipt"):
            raise Refused("path", "a rejection does not stand under the root in the receipt")
        for index, leaf in _unread(said).items():
            if not proof.first <= index < one.receipt:
                continue
            if leaf_hash(proof.entries[index - proof.first].entry).hex() == leaf:
                time_ms = read_index(receipt.get("time"))
                found.setdefault(index, Closed(index, one.place, one.receipt, time_ms))
    return found


def _covered(record: dict[str, object], inside: str, origin: str, of: str) -> int:
    """Return how many entries of a log a receipt covers, or -1 if it is none for that log."""
    is_one = inside == origin and record.get("of") == of
    return read_index(record.get("size")) if is_one else -1


def said_after(
    proof: Range, start: int, asked: dict[str, object], closed: dict[int, Closed]
) -> list[str]:
    """Return the tags of acts on the same matter; an answer refuses.

    What opens and nobody can read says nothing.
    """
    said: list[str] = []
    for at, one in enumerate(proof.entries, proof.first):
        if at <= start or at in closed or one.entry[0] != ACT or not is_said(one.entry, at):
            continue  # a receipt, or what no party reads: the act itself was read
        read = one.read()
        if read is None:
            continue
        inside, act = read
        if inside == proof.head.origin and act.get("matter") == asked.get("matter"):
            if act.get("tag") in ANSWERS:
                raise Refused("answered", f"it was answered: {act['tag']}")
            said.append(str(act.get("tag")))
    return said


def consistency_roots(
    old: int, size: int, old_root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Return to which two roots a path leads (RFC 9162 section 2.1.4.2)."""
    if not 0 < old < size:
        raise Refused("path", "no path leads from one of the heads to the other")
    smaller, *rest = path if old & (old - 1) and path else [old_root, *path]
    fn, sn, bigger = old - 1, size - 1, smaller
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    for sibling in rest:
        is_right = fn & 1 or fn == sn
        if not sn:
            return b"", b""  # a path that is too long leads nowhere
        smaller = _node(sibling, smaller) if is_right else smaller
        bigger = _node(sibling, bigger) if is_right else _node(bigger, sibling)
        while is_right and not fn & 1 and fn:
            fn, sn = fn >> 1, sn >> 1
        fn, sn = fn >> 1, sn >> 1
    return (b"", b"") if sn else (smaller, bigger)


def is_signed_by(head: Head, key: Key) -> bool:
    """Return whether there is a line of a key, and all lines of it are good."""
    lines = [one for one in head.lines if (one.name, one.key_id) == (key.name, key.key_id)]
    try:
        for line in lines:
            _verify_line(head, line, key)
    except Refused:
        return False
    return bool(lines)


def judge_conviction(value: dict[str, object], policies: Sequence[Policy]) -> list[str]:
    """Return what evidence shows: that a log signed two heads that cannot both be true."""
    heads = [read_head(read_text(value[name], "a head").encode()) for name in ("smaller", "bigger")]
    implied = read_hash(read_text(value["implied-root"], "the root").encode(), "the root")
    path = read_hashes(value["proof"])
    small, big = heads
    known = {key for policy in policies for key in policy.logs if key.name == small.origin}
    kinds = {key.kind for key in known}
    for head in heads:
        if head.origin != small.origin:
            raise Refused("conviction", "the heads are of two logs")
        if not kinds or {key.kind for key in known if is_signed_by(head, key)} != kinds:
            raise Refused("missing", f"a head is not signed by the log {small.origin!r}")
    if small.size == big.size and small.root == big.root:
        raise Refused("conviction", "the heads agree")
    if small.size != big.size:
        if implied == small.root:
            raise Refused("conviction", "the path leads to the root of the smaller head")
        ends = consistency_roots(small.size, big.size, implied, path) if small.size else None
        if (ends or (EMPTY_ROOT, big.root)) != (implied, big.root) or (path and not ends):
            raise Refused("path", "the path does not lead from that root to the bigger head")
    return [f"the log {small.origin} signed two heads that cannot both be true"]


def judge_log(lines: Iterable[bytes], policies: Sequence[Policy]) -> list[str]:
    """Return what an exported log shows in words, or raise `Refused`.

    Entries stand in their order, each at its index: when there are as many as the head covers,
    none is left out.
    """
    source = iter(lines)
    first = _log_line(next(source, b""), LOG_FIRST, LOG_FIRST | {"succession"})
    is_succeeded = "succession" in first
    if first["format"] != (LOG_SUCCEEDED if is_succeeded else LOG):
        raise Refused("spelling", f"this is not of the format {LOG} or {LOG_SUCCEEDED}")
    origin, size = read_text(first["log"], "the log"), read_index(first["size"])
    policies, before = succeeded(first.get("succession", []), origin, policies)
    head = read_head(read_text(first["head"], "the head").encode())
    log, *witnesses = verify_head(head, policies)
    if (origin, size) != (head.origin, head.size):
        raise Refused("spelling", "its first line names another log or size than its head")
    if any(size >= head.size for size in before):
        raise Refused("spelling", "its head ends before the keys that it is to be signed by")
    count, facts, last = 0, 0, -1
    leaves: list[bytes] = []
    for data in source:
        line = _log_line(data, LOG_LINE)
        entry, index = read_bytes(line["entry"], "an entry"), read_index(line["index"])
        if index <= last:
            raise Refused("spelling", "its entries are not in their order")
        verify_place(entry, index, head, line["path"])
        count, facts, last = count + 1, facts + verify_facts(entry, line["facts"]), index
        leaves.append(leaf_hash(entry))
        if count == index + 1 and count in before and grown_root(0, (), leaves)[1] != before[count]:
            raise Refused("path", "the keys before signed another history")
    left_out = head.size - count
    return [
        f"{count} entries of {head.origin}, {facts} facts of them told",
        f"signed by its log over {head.size} entries{_at(log)}",
        *([f"by keys that followed {len(before)} before them, vouched for"] if before else []),
        *(f"cosigned by {one.name}{_at(one)}" for one in witnesses),
        f"{left_out} entries are left out" if left_out else "whole: no entry is left out",
    ]


def verify_place(entry: bytes, index: int, head: Head, path: object) -> None:
    """Return if the entry stands there under the head."""
    if inclusion_root(leaf_hash(entry), index, head.size, read_hashes(path)) != head.root:
        raise Refused("path", f"the entry does not stand at index {index} under this head")


def succeeded(
    listed: object, origin: str, policies: Sequence[Policy]
) -> tuple[list[Policy], dict[int, bytes]]:
    """Return policies with the newest keys that trusted ones vouch for, and the heads that do.

    A step that keys vouch for which no policy names shows nothing, and is left.
    """
    if not isinstance(listed, list) or len(listed) > SUCCESSIONS_MAX:
        raise Refused("spelling", "what it has as succession is no list, or too long")
    found = [p for p in policies if any(key.name == origin for key in p.logs)][:1]
    before: dict[int, bytes] = {}
    for one in listed:
        if not isinstance(one, dict) or one.keys() != LOG_LINE | {"head"}:
            raise Refused("spelling", "a succession has other fields than its format")
        head = read_head(read_text(one["head"], "the head").encode())
        if head.origin != origin:
            raise Refused("spelling", "a succession is of another log")
        known = [key for policy in found for key in policy.logs if key.name == origin]
        signed = verify_lines(head, known)
        if not signed:
            continue
        if {key.kind for key in known} != {key.kind for key in signed}:
            raise Refused("missing", "a signature of the keys before is missing")
        entry, index = read_bytes(one["entry"], "an entry"), read_index(one["index"])
        if head.size != index + 1:
            raise Refused("spelling", "a succession is not the last entry of its head")
        verify_place(entry, index, head, one["path"])
        verify_facts(entry, one["facts"])
        made = _keys_made(entry, one["facts"], origin)
        others = [key for key in found[0].logs if key.name != origin]
        found = [replace(found[0], logs=[*others, *made])]
        before[head.size] = head.root
    return [*found, *policies], before


def _keys_made(entry: bytes, facts: object, origin: str) -> list[Key]:
    step = read_json(entry[len(STEP_HEADER) : -1], "a step")
    assert isinstance(step, dict)
    assert isinstance(facts, dict)
    named = [read_key(str(facts.get(name, {}).get("value", ""))) for name in KEY_FACTS]
    are_good = [(key.name, key.kind) for key in named] == [(origin, kind) for kind in LOG_KINDS]
    if step["step"] != KEYS_MADE or not are_good:
        raise Refused("spelling", "a succession names no keys of the log")
    return named


def _log_line(data: bytes, *fields: set[str]) -> dict[str, object]:
    if not data.endswith(b"\n") or len(data) > LINE_BYTES_MAX:
        raise Refused("spelling", "a line is cut off or too long")
    value = read_json(data[:-1], "a line")
    if not isinstance(value, dict) or value.keys() not in fields:
        raise Refused("spelling", "a line has other fields than its format")
    return value


def verify_facts(entry: bytes, shown: object) -> int:
    """Return how many facts are told of an entry, each with the salted hash that stands in it."""
    is_step = entry.startswith(STEP_HEADER) and entry.endswith(b"\n")
    step = read_json(entry[len(STEP_HEADER) : -1], "a step") if is_step else None
    fields = {"at": int, "facts": dict, "step": str}
    if not isinstance(step, dict) or {name: type(one) for name, one in step.items()} != fields:
        raise Refused("spelling", "an entry is no step of a log at home")
    hashes = step["facts"]
    if not isinstance(hashes, dict) or not isinstance(shown, dict):
        raise Refused("spelling", "facts are no object")
    for name, fact in shown.items():
        if not isinstance(fact, dict) or fact.keys() != {"salt", "value"}:
            raise Refused("spelling", "a fact has other fields than its format")
        salt, value = fact["salt"], fact["value"]
        if not isinstance(value, str) or not fits(salt, HEX):
            # A longer salt could begin the value, and what is told be the rest of it.
            raise Refused("spelling", "a fact is not a salt of 32 bytes in hexadecimal and a text")
        digest = hashlib.sha256(bytes.fromhex(str(salt)) + value.encode()).hexdigest()
        if digest != hashes.get(name):
            raise Refused("fact", f"the entry has another hash of what is told as {name!r}")
    return len(shown)


def told(verdict: Verdict) -> list[str]:
    """Return a verdict in words."""
    log, *mirrors = verdict.signed
    lines = [
        f"{verdict.kind} at index {verdict.index} of {verdict.origin}",
        f"signed by its log over {verdict.size} entries{_at(log)}",
    ]
    lines += [f"stored: cosigned by {mirror.name}{_at(mirror)}" for mirror in mirrors]
    if verdict.record is None:
        return [*lines, "sealed: what it says is not disclosed"]
    if verdict.origin_inside != verdict.origin:
        lines.append(f"FOREIGN: it names {verdict.origin_inside!r} inside and counts for nothing")
    lines.append(json.dumps(verdict.record, ensure_ascii=True, sort_keys=True))
    for body in verdict.bodies:
        state = "not in this file" if body["held"] is None else "does not open"
        plain = body["plain"]
        if isinstance(plain, bytes):
            state = json.dumps(plain.decode("utf-8", "backslashreplace"), ensure_ascii=True)
        lines.append(f"{body['role']} {body['sha256']}: {state}")
    return lines


def _at(signer: Signer) -> str:
    if not 0 < signer.time_s < 1 << 37:
        return ""
    return f", {datetime.fromtimestamp(signer.time_s, UTC):%Y-%m-%d %H:%M:%S} UTC by its clock"


def _judged(file: Path, policies: Sequence[Policy]) -> list[str]:
    with file.open("rb") as source:
        if source.peek(len(LOG_BEGINNING)).startswith(LOG_BEGINNING):
            return judge_log(iter(lambda: source.readline(LINE_BYTES_MAX + 1), b""), policies)
        data = source.read(FILE_BYTES_MAX + 1)
    if data.startswith(SILENCE_BEGINNING):
        return judge_silence(data, policies)
    if data.startswith(NONRECEIPT_BEGINNING):
        return judge_nonreceipt(data, policies)
    if data.startswith(b"{"):
        value = read_json(data.removesuffix(b"\n"), "the file")
        if not isinstance(value, dict) or value.keys() != CONVICTION:
            raise Refused("spelling", "this is JSON of no kind that this program verifies")
        return judge_conviction(value, policies)
    return told(judge(data, policies))


def _printable(text: str) -> str:
    """Return a text with what a terminal would obey or turn around as a number."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify files; return 0 only if all hold."""
    parser = argparse.ArgumentParser(description="Verify proofs of comity without comity.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="proofs")
    parser.add_argument("--policy", type=Path, required=True, metavar="FILE", help="keys to trust")
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    failed = 0
    try:
        with options.policy.open("rb") as source:
            policies = read_policies(source.read(POLICY_BYTES_MAX + 1))
    except (OSError, Refused) as error:
        print(_printable(f"{options.policy} cannot be used: {error}"), file=sys.stderr)
        return 2
    for file in options.files:
        try:
            lines = ["holds", *_judged(file, policies)]
        except (OSError, Refused) as error:
            failed += 1
            where = f"DOES NOT HOLD ({error.where})" if isinstance(error, Refused) else "not read"
            lines = [f"{where}: {error}"]
        print("\n    ".join(map(_printable, [f"{file}: {lines[0]}", *lines[1:]])))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
