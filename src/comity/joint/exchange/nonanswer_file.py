"""The file of a proof of non-answer: its parts, and its one spelling.

    comity/non-answer/1     every act after the receipt has its file key
    comity/non-answer/2     some entry has none: the asker's own receipts stand for it

Source: docs/spec/proof.md, clause 14.
Floor: joint (pure).
"""

import base64
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.acts import codec
from comity.acts.record import Record
from comity.joint.exchange.proof import FILE_KEY_BYTES
from comity.kernel import ijson, limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.seal import run

FORMAT: Final = "comity/non-answer/1"
FORMAT_REJECTED: Final = "comity/non-answer/2"
ENTRIES_MAX: Final = 4_096
BEGINS: Final = b'{"entries":['
"""Of the file: canonical JSON has one spelling, and no other file of comity begins so."""

_FIELDS: Final = frozenset({"entries", "first", "format", "frontier", "head", "receipt", "request"})
_FIELDS_OF: Final = {FORMAT: _FIELDS, FORMAT_REJECTED: _FIELDS | {"rejections"}}
_REQUEST_FIELDS: Final = frozenset({"entry", "file-key", "index", "path"})
_REJECTION_FIELDS: Final = _REQUEST_FIELDS | {"receipt"}
_SIZE_BITS: Final = 63
_HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Given:
    """One entry of the range.

    Attributes:
        entry: as sealed.
        file_key: 16 bytes that open it, or nothing.
    """

    entry: bytes
    file_key: bytes = b""

    def is_shaped(self, index: int) -> bool:
        """Return whether anybody can see that it may be read, where it stands."""
        try:
            return run.place_of(self.entry[1:]).entry == index
        except Fault:
            return False

    def opened(self) -> tuple[str, Record]:
        """Return the origin inside, and the record.

        Raises:
            Fault: `exchange.nonanswer.malformed`.
        """
        try:
            return codec.parse(self.entry[0], self._unsealed())
        except Fault as fault:
            raise malformed(f"an entry does not show what it says: {fault.what}") from fault

    def read(self) -> tuple[str, Record] | None:
        """Return as `opened`, or None where it opens and says nothing, to anybody.

        Raises:
            Fault: `exchange.nonanswer.malformed` where the key does not open it.
        """
        plaintext = self._unsealed()
        try:
            return codec.parse(self.entry[0], plaintext)
        except Fault:
            return None

    def _unsealed(self) -> bytes:
        try:
            return run.open_entry(self.entry[1:], self.file_key)
        except Fault as fault:
            raise malformed(f"a file key is not that of its entry: {fault.what}") from fault


@dataclass(frozen=True, slots=True)
class Rejection:
    """A receipt of the asker which says that entries of the addressee did not open for it.

    Attributes:
        given: the receipt, opened.
        index: of it, in the log of the request.
        path: from it to the root that the addressee's receipt names.
        receipt: index of that receipt, by which the addressee signed that it held this one.
    """

    given: Given
    index: int
    path: tuple[bytes, ...]
    receipt: int


@dataclass(frozen=True, slots=True)
class NonAnswer:
    """The whole file.

    Attributes:
        request: the act that was not answered.
        index: of it, in its own log.
        path: from it to the root that the receipt names.
        first: index of the first entry of the range in the addressee's log.
        frontier: of the tree of the entries before.
        receipt: index of the first receipt that covers the request.
        entries: from `first` to the head.
        head: the addressee's, signed and cosigned, as a note.
        rejections: for the entries that stay closed, by index; None in a file of format 1.
    """

    request: Given
    index: int
    path: tuple[bytes, ...]
    first: int
    frontier: tuple[bytes, ...]
    receipt: int
    entries: tuple[Given, ...]
    head: bytes
    rejections: tuple[Rejection, ...] | None = None


def render(proof: NonAnswer) -> bytes:
    """Return the file; `parse` is its inverse."""
    request: dict[str, Json] = {
        **_given_json(proof.request),
        "index": proof.index,
        "path": [_base64(one) for one in proof.path],
    }
    value: dict[str, Json] = {
        "format": FORMAT,
        "request": request,
        "first": proof.first,
        "frontier": [_base64(one) for one in proof.frontier],
        "receipt": proof.receipt,
        "entries": [_given_json(one) for one in proof.entries],
        "head": proof.head.decode(),
    }
    if proof.rejections is not None:
        value |= {
            "format": FORMAT_REJECTED,
            "rejections": [_rejection_json(one) for one in proof.rejections],
        }
    return ijson.render(value)


def parse(data: bytes) -> NonAnswer:
    """Read a file.

    Raises:
        Fault: `exchange.nonanswer.malformed`, `kernel.json.*`.
    """
    value = ijson.parse_canonical(data)
    form = value.get("format") if isinstance(value, dict) else None
    if not isinstance(value, dict) or form not in (FORMAT, FORMAT_REJECTED):
        raise malformed(f"it is neither of the format {FORMAT} nor {FORMAT_REJECTED}")
    value = _object(value, _FIELDS_OF[str(form)])
    request = _object(value["request"], _REQUEST_FIELDS)
    entries = value["entries"]
    if not isinstance(entries, list) or not 0 < len(entries) <= ENTRIES_MAX:
        raise malformed(f"it has no entries, or over {ENTRIES_MAX}")
    if not isinstance(value["head"], str):
        raise malformed("its head is no text")
    found = NonAnswer(
        request=_given({name: request[name] for name in ("entry", "file-key")}),
        index=_number(request["index"]),
        path=_hashes(request["path"]),
        first=_number(value["first"]),
        frontier=_hashes(value["frontier"]),
        receipt=_number(value["receipt"]),
        entries=tuple(map(_given, entries)),
        head=value["head"].encode(),
        rejections=_rejections(value["rejections"]) if form == FORMAT_REJECTED else None,
    )
    if len(found.frontier) != found.first.bit_count():
        raise malformed("its frontier is not one of so many entries")
    if not found.first <= found.receipt < found.first + len(found.entries):
        raise malformed("its receipt is not in its range")
    return found


def _given_json(one: Given) -> dict[str, Json]:
    value: dict[str, Json] = {"entry": _base64(one.entry)}
    if one.file_key:
        value["file-key"] = _base64(one.file_key)
    return value


def _rejection_json(one: Rejection) -> Json:
    return {
        **_given_json(one.given),
        "index": one.index,
        "path": [_base64(hash_) for hash_ in one.path],
        "receipt": one.receipt,
    }


def _rejections(value: Json) -> tuple[Rejection, ...]:
    if not isinstance(value, list) or len(value) > ENTRIES_MAX:
        raise malformed(f"its rejections are no list, or over {ENTRIES_MAX}")
    rows = [_object(one, _REJECTION_FIELDS) for one in value]
    found = tuple(
        Rejection(
            given=_given({name: row[name] for name in ("entry", "file-key")}),
            index=_number(row["index"]),
            path=_hashes(row["path"]),
            receipt=_number(row["receipt"]),
        )
        for row in rows
    )
    indexes = [one.index for one in found]
    if indexes != sorted(set(indexes)):
        raise malformed("its rejections are not by index, each once")
    return found


def _given(value: Json) -> Given:
    if not isinstance(value, dict) or value.keys() not in ({"entry"}, {"entry", "file-key"}):
        raise malformed("an entry has other fields than its format")
    one = Given(_bytes(value["entry"]), _bytes(value["file-key"]) if "file-key" in value else b"")
    if not 0 < len(one.entry) <= limits.ENTRY_BYTES_MAX:
        raise malformed(f"an entry has {len(one.entry)} bytes")
    if len(one.file_key) not in ({FILE_KEY_BYTES} if "file-key" in value else {0}):
        raise malformed(f"a file key has {len(one.file_key)} bytes, not 16")
    return one


def _object(value: Json, names: frozenset[str]) -> dict[str, Json]:
    if not isinstance(value, dict) or value.keys() != names:
        raise malformed("a part of it has other fields than its format")
    return value


def _number(value: Json) -> int:
    is_plain = isinstance(value, int) and not isinstance(value, bool)
    if not is_plain or not 0 <= cast("int", value) < 1 << _SIZE_BITS:
        raise malformed("an index is no number from 0 on")
    return cast("int", value)


def _hashes(value: Json) -> tuple[bytes, ...]:
    found = tuple(_bytes(one) for one in (value if isinstance(value, list) else ["?"]))
    if len(found) > _SIZE_BITS or any(len(one) != _HASH_BYTES for one in found):
        raise malformed("a hash has not 32 bytes")
    return found


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(value: Any) -> bytes:  # noqa: ANN401 -- JSON of any shape
    try:
        data = base64.b64decode(value if isinstance(value, str) else "?", validate=True)
    except ValueError as error:
        raise malformed("a field is not base64") from error
    if _base64(data) != value:
        raise malformed("a field is not canonical base64")
    return data


def malformed(why: str) -> Fault:
    """Return the fault of a file whose parts do not fit."""
    return Fault(
        code="exchange.nonanswer.malformed",
        what=f"This is not a proof of non-answer that comity writes: {why}.",
        fix="Ask for it again, as `comity proof --non-answer` writes it.",
    )
