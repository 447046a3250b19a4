"""What one State says to the other: acts, and the receipts that say what is held.

An act stands for ever, so it carries codes, times, hashes and identifiers and
nothing else: no prose, no personal data (protocol rule 14).  Persons, narrative
and evidence are blobs, under keys that stand in the act.

Floor: acts (pure).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_name, require_random_id
from comity.tlog import checkpoint

ACT_KIND: Final = 1
RECEIPT_KIND: Final = 2
KEY_KIND: Final = 3
"""The byte before the age file of an entry (protocol rule 12)."""

KEY_BYTES: Final = 32
ROOT_BYTES: Final = 32
HASH_HEX_CHARS: Final = 64
LIST_LENGTH_MAX: Final = 256
UNREAD_MAX: Final = 64
"""So that a receipt is an entry of at most 64 KiB; a longer list takes several receipts."""

NEEDED: Final = "needed"
FOLLOWING: Final = "following"
"""Whether a receipt without the blob lists it as missing, or the blob may come later."""

_TAG = re.compile(r"[a-z]{2,20}\.[a-z]{2,30}(-[a-z]{1,20}){0,5}/[1-9][0-9]{0,3}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/+=@-]{0,254}")
_HEX = re.compile(r"[0-9a-f]{64}")
_MEDIA = re.compile(r"[a-z0-9][a-z0-9.+-]{0,62}/[a-z0-9][a-z0-9.+-]{0,62}")
_ROLE = re.compile(r"[a-z][a-z0-9-]{0,30}(:[A-Za-z0-9][A-Za-z0-9.-]{0,62})?")


@dataclass(frozen=True, slots=True)
class Matter:
    """What an act is about.

    Attributes:
        kind: the room's noun: `request`, `channel`, `call`.
        id: 26 characters, given by the act that opens the matter; for `channel`, its name.
    """

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Office:
    """Who speaks within a State, or is spoken to: an agency, and where it matters an office."""

    agency: str
    office: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """A party that is spoken to, and within it the office if the speaker knows it."""

    party: str
    agency: str = ""
    office: str = ""


def addressed(text: str) -> Addressee:
    """Return who is spoken to, as people write it: `PARTY` or `PARTY/AGENCY`."""
    party, _, agency = text.partition("/")
    return Addressee(party, agency)


@dataclass(frozen=True, slots=True)
class Blob:
    """A sealed body that an act names.

    Attributes:
        sha256: of the stored bytes (age nonce and chunks), 64 hex digits.
        key: 32 bytes; stands in the entry, so that destroying the blob destroys the content.
        size_bytes: of the stored bytes.
        media_type: of what is inside.
        role: what it is to the act: `texts`, `elements`, `attachment:1`.
        need: `needed` or `following`.
        mark: handling mark, `TLP:AMBER+STRICT`.
    """

    sha256: str
    key: bytes = field(repr=False)
    size_bytes: int
    media_type: str
    role: str
    need: str
    mark: str


@dataclass(frozen=True, slots=True)
class Document:
    """A joint text that an act names by the SHA-256 of its bytes; held for ever."""

    sha256: str
    size_bytes: int
    media_type: str
    role: str


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a State says.  Fields as in protocol rule 14.

    Attributes:
        id: made at release, 26 characters; never used twice by a party in a channel.
        tag: `room.noun-verbed/version`.
        matter: what it is about.
        speaker: agency and office that speak.
        to: parties that are addressed; empty where all are.
        answers: the id of the act that it answers, or "".
        guideline: the version it is bound to, or "".
        urgency: a code of the guideline, or "".
        items: ids of the items it speaks of.
        elements: ids of the information elements that are present.
        codes: joint codes by name.
        times: joint instants by name, milliseconds since 1970 UTC.
        blobs: sealed bodies.
        documents: joint texts.
        release: salted SHA-256 of the release record, 64 hex digits.
    """

    id: str
    tag: str
    matter: Matter
    speaker: Office
    to: tuple[Addressee, ...] = ()
    answers: str = ""
    guideline: str = ""
    urgency: str = ""
    items: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    times: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    blobs: tuple[Blob, ...] = ()
    documents: tuple[Document, ...] = ()
    release: str = "0" * HASH_HEX_CHARS


@dataclass(frozen=True, slots=True)
class Unread:
    """A void entry, as the author of a receipt found it: its index and leaf hash."""

    index: int
    leaf: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What its author holds of another log (protocol rule 16).

    Attributes:
        of: origin of the other log.
        size: how many of its entries are held.
        root: that log's root at that size, 32 bytes.
        time_ms: the author's clock.
        unread: at most 64 void entries below `size`, by index.
        missing: SHA-256 of at most 256 needed bodies that are not held, ascending.
    """

    of: str
    size: int
    root: bytes
    time_ms: int
    unread: tuple[Unread, ...] = ()
    missing: tuple[str, ...] = ()


type Record = Act | Receipt


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """What a key entry says: it gives a key to each of the entries after it.

    Attributes:
        secret: 32 random bytes.
        texts: SHA-256 of the key text of each party, in the arrangement's order.
    """

    secret: bytes = field(repr=False)
    texts: tuple[str, ...]


def require_valid(act: Act) -> None:
    """Check every field of an act against its shape, without any register.

    Raises:
        Fault: `acts.act.malformed`, naming the field and the value.
    """
    require_random_id("act", act.id)
    _match(_TAG, "tag", act.tag)
    require_name("matter kind", act.matter.kind)
    require_name("matter", act.matter.id)
    for name in (act.speaker.agency, *(a.party for a in act.to), *act.items, *act.elements):
        require_name("agency, party, item or element", name)
    for name in (act.speaker.office, *(n for a in act.to for n in (a.agency, a.office))):
        if name:
            require_name("office", name)
    if act.answers:
        require_random_id("answered act", act.answers)
    for code in (act.guideline, act.urgency):
        if code:
            _match(_CODE, "guideline or urgency", code)
    _require_codes_and_times(act)
    _require_named_bodies(act)
    _match(_HEX, "release", act.release)


def require_valid_receipt(receipt: Receipt) -> None:
    """Check every field of a receipt against its shape, without any log.

    Raises:
        Fault: `acts.receipt.malformed`, naming the field and the value.
    """
    if not checkpoint.is_origin(receipt.of):
        raise _malformed_receipt("of", receipt.of)
    if len(receipt.root) != ROOT_BYTES:
        raise _malformed_receipt("root", receipt.root.hex())
    indexes = [unread.index for unread in receipt.unread]
    if (
        not _is_ascending(indexes)
        or len(indexes) > UNREAD_MAX
        or receipt.size <= max([-1, *indexes])
    ):
        raise _malformed_receipt("unread", indexes)
    if not _is_ascending(receipt.missing) or len(receipt.missing) > LIST_LENGTH_MAX:
        raise _malformed_receipt("missing", receipt.missing)


def _is_ascending[Value: (int, str)](values: Sequence[Value]) -> bool:
    return list(values) == sorted(set(values))


def _require_codes_and_times(act: Act) -> None:
    for name, code in act.codes.items():
        require_name("code", name)
        _match(_CODE, name, code)
    for name, at_ms in act.times.items():
        require_name("time", name)
        if not 0 <= at_ms <= limits.JSON_INTEGER_MAX:
            raise _malformed(name, at_ms)
    lists = (act.to, act.items, act.elements, act.codes, act.times, act.blobs, act.documents)
    if any(len(values) > LIST_LENGTH_MAX for values in lists):
        raise _malformed("list longer than 256", act.id)


def _require_named_bodies(act: Act) -> None:
    bodies: tuple[Blob | Document, ...] = (*act.blobs, *act.documents)
    for body in bodies:
        _match(_HEX, "sha256", body.sha256)
        _match(_MEDIA, "media type", body.media_type)
        _match(_ROLE, "role", body.role)
        if not 0 <= body.size_bytes <= limits.BLOB_BYTES_MAX:
            raise _malformed("size", body.size_bytes)
    for blob in act.blobs:
        if len(blob.key) != KEY_BYTES:
            raise _malformed("key length", len(blob.key))
        if blob.need not in (NEEDED, FOLLOWING):
            raise _malformed("need", blob.need)
        _match(_CODE, "mark", blob.mark)


def _match(pattern: re.Pattern[str], field_name: str, value: str) -> None:
    if not pattern.fullmatch(value):
        raise _malformed(field_name, value)


def _malformed(field_name: str, value: object) -> Fault:
    return Fault(
        code="acts.act.malformed",
        what=f"This act cannot be read: its {field_name} is {quoted(value)}.",
        fix="Keep the entry and tell its author which field is wrong.",
    )


def _malformed_receipt(field_name: str, value: object) -> Fault:
    return Fault(
        code="acts.receipt.malformed",
        what=f"This receipt cannot be read: its {field_name} is {quoted(value)}.",
        fix="Keep the entry and tell its author which field is wrong.",
    )
