r"""The plaintext of an entry: one spelling for each record.

    fr/k2…/live/1\n           the log's full origin (protocol rule 13)
    act\n                     or `receipt` or `key`: the kind byte, repeated inside
    {"answers":"",…}\n        canonical I-JSON
    \0\0…                     zeros to the least multiple of 1,024 bytes

Anything else does not parse.

Floor: acts (pure).
"""

import base64
import binascii
import dataclasses
from types import MappingProxyType
from typing import Final

from comity.acts import record
from comity.acts.record import (
    Act,
    Addressee,
    Blob,
    Document,
    KeyEntry,
    Matter,
    Office,
    Receipt,
    Record,
    Unread,
)
from comity.kernel import ijson, limits
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.tlog import checkpoint

_WORDS: Final = {record.ACT_KIND: "act", record.RECEIPT_KIND: "receipt", record.KEY_KIND: "key"}
_ACT_FIELDS: Final = frozenset(field.name for field in dataclasses.fields(Act))
_RECEIPT_FIELDS: Final = frozenset(("missing", "of", "root", "size", "time", "unread"))

type _Object = dict[str, Json]


def kind_of(entry_record: Record) -> int:
    """Return the kind byte of a record."""
    return record.ACT_KIND if isinstance(entry_record, Act) else record.RECEIPT_KIND


def render(origin: str, entry_record: Record) -> bytes:
    """Return the padded plaintext.

    Raises:
        Fault: `acts.act.malformed` or `acts.receipt.malformed` for what no reader would accept.
    """
    if isinstance(entry_record, Act):
        record.require_valid(entry_record)
        body = _act_to_json(entry_record)
    else:
        record.require_valid_receipt(entry_record)
        body = _receipt_to_json(entry_record)
    return _padded(origin, kind_of(entry_record), body)


def render_key(origin: str, entry: KeyEntry) -> bytes:
    """Return the padded plaintext of a key entry."""
    secret = base64.b64encode(entry.secret).decode("ascii")
    return _padded(origin, record.KEY_KIND, {"secret": secret, "texts": [*entry.texts]})


def _padded(origin: str, kind: int, body: Json) -> bytes:
    text = b"%s\n%s\n%s\n" % (origin.encode(), _WORDS[kind].encode(), ijson.render(body))
    return text + bytes(-len(text) % limits.PADDING_BYTES)


def parse(kind: int, plaintext: bytes) -> tuple[str, Record]:
    """Read a plaintext; give the origin it names and the record.

    Raises:
        Fault: `acts.plaintext.malformed`, `acts.act.malformed`, `acts.receipt.malformed` or
            `kernel.*`.
    """
    origin, value = _parts(kind, plaintext)
    try:
        parsed = _act(value) if kind == record.ACT_KIND else _receipt(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _malformed(f"a field has the wrong shape ({error})") from error
    return origin, parsed


def parse_key(plaintext: bytes) -> tuple[str, KeyEntry]:
    """Read the plaintext of a key entry; give the origin it names and what it says.

    Raises:
        Fault: `acts.plaintext.malformed` or `kernel.*`.
    """
    origin, value = _parts(record.KEY_KIND, plaintext)
    try:
        fields = _object(value, {"secret", "texts"})
        secret = _bytes(fields["secret"])
        texts = tuple(_hash(text) for text in _list(fields["texts"]))
    except (TypeError, ValueError) as error:
        raise _malformed(f"a field has the wrong shape ({error})") from error
    if len(secret) != record.KEY_BYTES:
        raise _malformed(f"its secret has {len(secret)} bytes")
    return origin, KeyEntry(secret, texts)


def _parts(kind: int, plaintext: bytes) -> tuple[str, Json]:
    """Read the three lines of a plaintext; give the origin that the first names, and the last."""
    text = plaintext.rstrip(b"\0")
    if len(plaintext) != len(text) + -len(text) % limits.PADDING_BYTES:
        raise _malformed("it is not filled with zeros to the least multiple of 1,024 bytes")
    lines = text.split(b"\n")
    if len(lines) != 4 or lines[3]:  # noqa: PLR2004 -- origin, kind, record, and the end
        raise _malformed("it is not three lines")
    if lines[1].decode("utf-8", "replace") != _WORDS.get(kind):
        raise _malformed(f"its kind inside, {quoted(lines[1])}, is not the one outside")
    origin = lines[0].decode("utf-8", "replace")
    if origin.encode() != lines[0] or not checkpoint.is_origin(origin):
        raise _malformed(f"its first line, {quoted(origin)}, is not an origin")
    return origin, ijson.parse_canonical(lines[2])


def act_to_json(act: Act) -> Json:
    """Return an act as a JSON value; `act_from_json` is its inverse."""
    return _act_to_json(act)


def act_from_json(value: Json) -> Act:
    """Read back what `act_to_json` gave.

    Raises:
        Fault: `acts.plaintext.malformed` or `acts.act.malformed`.
    """
    try:
        return _act(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _malformed(f"a field has the wrong shape ({error})") from error


def _act_to_json(act: Act) -> Json:
    return {
        "answers": act.answers,
        "blobs": [_blob_to_json(blob) for blob in act.blobs],
        "codes": dict(act.codes),
        "documents": [
            {"media": d.media_type, "role": d.role, "sha256": d.sha256, "size": d.size_bytes}
            for d in act.documents
        ],
        "elements": list(act.elements),
        "guideline": act.guideline,
        "id": act.id,
        "items": list(act.items),
        "matter": {"id": act.matter.id, "kind": act.matter.kind},
        "release": act.release,
        "speaker": {"agency": act.speaker.agency, "office": act.speaker.office},
        "tag": act.tag,
        "times": dict(act.times),
        "to": [{"agency": a.agency, "office": a.office, "party": a.party} for a in act.to],
        "urgency": act.urgency,
    }


def _blob_to_json(blob: Blob) -> Json:
    return {
        "key": base64.b64encode(blob.key).decode("ascii"),
        "mark": blob.mark,
        "media": blob.media_type,
        "need": blob.need,
        "role": blob.role,
        "sha256": blob.sha256,
        "size": blob.size_bytes,
    }


def _receipt_to_json(receipt: Receipt) -> Json:
    return {
        "missing": list(receipt.missing),
        "of": receipt.of,
        "root": base64.b64encode(receipt.root).decode("ascii"),
        "size": receipt.size,
        "time": receipt.time_ms,
        "unread": [{"index": u.index, "leaf": u.leaf} for u in receipt.unread],
    }


def _act(value: Json) -> Act:
    fields = _object(value, _ACT_FIELDS)
    matter = _object(fields["matter"], {"id", "kind"})
    speaker = _object(fields["speaker"], {"agency", "office"})
    act = Act(
        id=_text(fields["id"]),
        tag=_text(fields["tag"]),
        matter=Matter(_text(matter["kind"]), _text(matter["id"])),
        speaker=Office(_text(speaker["agency"]), _text(speaker["office"])),
        to=tuple(_addressee(a) for a in _list(fields["to"])),
        answers=_text(fields["answers"]),
        guideline=_text(fields["guideline"]),
        urgency=_text(fields["urgency"]),
        items=tuple(_text(i) for i in _list(fields["items"])),
        elements=tuple(_text(e) for e in _list(fields["elements"])),
        codes=MappingProxyType({k: _text(v) for k, v in _map(fields["codes"]).items()}),
        times=MappingProxyType({k: _whole(v) for k, v in _map(fields["times"]).items()}),
        blobs=tuple(_blob(b) for b in _list(fields["blobs"])),
        documents=tuple(_document(d) for d in _list(fields["documents"])),
        release=_text(fields["release"]),
    )
    record.require_valid(act)
    return act


def _addressee(value: Json) -> Addressee:
    fields = _object(value, {"agency", "office", "party"})
    return Addressee(_text(fields["party"]), _text(fields["agency"]), _text(fields["office"]))


def _blob(value: Json) -> Blob:
    fields = _object(value, {"key", "mark", "media", "need", "role", "sha256", "size"})
    return Blob(
        sha256=_text(fields["sha256"]),
        key=_bytes(fields["key"]),
        size_bytes=_whole(fields["size"]),
        media_type=_text(fields["media"]),
        role=_text(fields["role"]),
        need=_text(fields["need"]),
        mark=_text(fields["mark"]),
    )


def _document(value: Json) -> Document:
    fields = _object(value, {"media", "role", "sha256", "size"})
    return Document(
        sha256=_text(fields["sha256"]),
        size_bytes=_whole(fields["size"]),
        media_type=_text(fields["media"]),
        role=_text(fields["role"]),
    )


def _receipt(value: Json) -> Receipt:
    fields = _object(value, _RECEIPT_FIELDS)
    receipt = Receipt(
        of=_text(fields["of"]),
        size=_whole(fields["size"]),
        root=_bytes(fields["root"]),
        time_ms=_whole(fields["time"]),
        unread=tuple(_unread(u) for u in _list(fields["unread"])),
        missing=tuple(_hash(h) for h in _list(fields["missing"])),
    )
    record.require_valid_receipt(receipt)
    return receipt


def _unread(value: Json) -> Unread:
    fields = _object(value, {"index", "leaf"})
    return Unread(_whole(fields["index"]), _hash(fields["leaf"]))


def _object(value: Json, names: set[str] | frozenset[str]) -> _Object:
    if not isinstance(value, dict) or value.keys() != names:
        raise TypeError(f"not an object of {', '.join(sorted(names))}")
    return value


def _map(value: Json) -> _Object:
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


def _whole(value: Json) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("not a whole number")
    return value


def _bytes(value: Json) -> bytes:
    text = _text(value)
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if base64.b64encode(data).decode("ascii") != text:
        raise ValueError("not canonical base64")
    return data


def _hash(value: Json) -> str:
    text = _text(value)
    if len(text) != record.HASH_HEX_CHARS or bytes.fromhex(text).hex() != text:
        raise ValueError("not a hash")
    return text


def _malformed(why: str) -> Fault:
    return Fault(
        code="acts.plaintext.malformed",
        what=f"This entry does not parse: {why}.",
        fix="Keep the entry and tell its author that it does not parse.",
    )
