"""The file of a proof of non-answer: its parts, and its one spelling.

    comity/non-answer/1     every act after the receipt has its file key
    comity/non-answer/2     some entry has none: the asker's own receipts stand for it

Source: docs/spec/proof.md, clause 14.
Floor: joint (pure).
"""

from dataclasses import dataclass
from typing import Final

from comity.joint.exchange.range_file import (
    ENTRIES_MAX,
    Given,
    Range,
    base64_of,
    given,
    given_json,
    hashes,
    malformed,
    number,
    object_of,
    range_json,
    range_of,
)
from comity.kernel import ijson
from comity.kernel.ijson import Json

FORMAT: Final = "comity/non-answer/1"
FORMAT_REJECTED: Final = "comity/non-answer/2"
BEGINS: Final = b'{"entries":['
"""Of the file: canonical JSON has one spelling, and no other file of comity begins so."""

_FIELDS: Final = frozenset({"entries", "first", "format", "frontier", "head", "receipt", "request"})
_FIELDS_OF: Final = {FORMAT: _FIELDS, FORMAT_REJECTED: _FIELDS | {"rejections"}}
_REQUEST_FIELDS: Final = frozenset({"entry", "file-key", "index", "path"})
_REJECTION_FIELDS: Final = _REQUEST_FIELDS | {"receipt"}


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
class NonAnswer(Range):
    """The whole file: a range of the addressee's log, and what was asked.

    Attributes:
        request: the act that was not answered.
        index: of it, in its own log.
        path: from it to the root that the receipt names.
        receipt: index of the first receipt that covers the request.
        head: the addressee's, signed and cosigned, as a note.
        rejections: for the entries that stay closed, by index; None in a file of format 1.
    """

    request: Given
    index: int
    path: tuple[bytes, ...]
    receipt: int
    head: bytes
    rejections: tuple[Rejection, ...] | None = None


def render(proof: NonAnswer) -> bytes:
    """Return the file; `parse` is its inverse."""
    request: dict[str, Json] = {
        **given_json(proof.request),
        "index": proof.index,
        "path": [base64_of(one) for one in proof.path],
    }
    value: dict[str, Json] = {
        "format": FORMAT,
        "request": request,
        **range_json(proof),
        "receipt": proof.receipt,
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
        Fault: `exchange.silence.malformed`, `kernel.json.*`.
    """
    value = ijson.parse_canonical(data)
    form = value.get("format") if isinstance(value, dict) else None
    if not isinstance(value, dict) or form not in (FORMAT, FORMAT_REJECTED):
        raise malformed(f"it is neither of the format {FORMAT} nor {FORMAT_REJECTED}")
    value = object_of(value, _FIELDS_OF[str(form)])
    request = object_of(value["request"], _REQUEST_FIELDS)
    if not isinstance(value["head"], str):
        raise malformed("its head is no text")
    shown = range_of(value)
    found = NonAnswer(
        first=shown.first,
        frontier=shown.frontier,
        entries=shown.entries,
        request=given({name: request[name] for name in ("entry", "file-key")}),
        index=number(request["index"]),
        path=hashes(request["path"]),
        receipt=number(value["receipt"]),
        head=value["head"].encode(),
        rejections=_rejections(value["rejections"]) if form == FORMAT_REJECTED else None,
    )
    if not shown.first <= found.receipt < shown.first + len(shown.entries):
        raise malformed("its receipt is not in its range")
    return found


def _rejection_json(one: Rejection) -> Json:
    return {
        **given_json(one.given),
        "index": one.index,
        "path": [base64_of(hash_) for hash_ in one.path],
        "receipt": one.receipt,
    }


def _rejections(value: Json) -> tuple[Rejection, ...]:
    if not isinstance(value, list) or len(value) > ENTRIES_MAX:
        raise malformed(f"its rejections are no list, or over {ENTRIES_MAX}")
    rows = [object_of(one, _REJECTION_FIELDS) for one in value]
    found = tuple(
        Rejection(
            given=given({name: row[name] for name in ("entry", "file-key")}),
            index=number(row["index"]),
            path=hashes(row["path"]),
            receipt=number(row["receipt"]),
        )
        for row in rows
    )
    indexes = [one.index for one in found]
    if indexes != sorted(set(indexes)):
        raise malformed("its rejections are not by index, each once")
    return found
