"""A proof that something was not answered: what a log says after it has signed for an act.

    request   an act of the asker, disclosed, and its path to the root in the receipt
    receipt   the addressee's own entry: it held the asker's log up to that root
    entries   every entry of the addressee's log from a receipt before, up to a head it signed

An answer has seen what it answers, so it stands after the first receipt that covers it
(protocol rule 17).  Every act that stands there is opened, for a sealed one could be the
answer; receipts are told by the byte outside.  The frontier of the tree before the range and the
leaves in it give the root of the head, so nothing is left out.

Source: docs/spec/proof.md, clause 14; docs/adr on proofs of non-answer.
Floor: joint (pure).
"""

import base64
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.acts import codec
from comity.acts.record import ACT_KIND, RECEIPT_KIND, Act, Receipt, Record
from comity.joint.exchange.proof import FILE_KEY_BYTES, Signed, signed_by
from comity.kernel import ijson, limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.seal import age
from comity.tlog import checkpoint, note, tree
from comity.tlog.policy import Policy
from comity.tlog.tree import Frontier

FORMAT: Final = "comity/non-answer/1"
ENTRIES_MAX: Final = 4_096
BEGINS: Final = b'{"entries":['
"""Of the file: canonical JSON has one spelling, and no other file of comity begins so."""

_FIELDS: Final = frozenset({"entries", "first", "format", "frontier", "head", "receipt", "request"})
_REQUEST_FIELDS: Final = frozenset({"entry", "file-key", "index", "path"})
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
    """

    request: Given
    index: int
    path: tuple[bytes, ...]
    first: int
    frontier: tuple[bytes, ...]
    receipt: int
    entries: tuple[Given, ...]
    head: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """An act in the range that is about the same matter: where, and what it says."""

    index: int
    tag: str


@dataclass(frozen=True, slots=True)
class Silence:
    """What a good proof shows.

    Attributes:
        asked: the act that was not answered.
        asked_origin: its log.
        asked_index: its place there.
        origin: the addressee's log.
        receipt_index: of the receipt by which its author signed for the act.
        receipt_ms: what that receipt claims of its time.
        size: of the head below which nothing answers.
        head_s: the time in the head's own signature, seconds since 1970 UTC.
        signed: who signed the head, the log first.
        said: acts on the same matter after the receipt, none of them an answer.
        others: how many acts on other matters are disclosed with it.
        unreadable: indexes of entries that say nothing, to anybody: they do not parse.
    """

    asked: Act
    asked_origin: str
    asked_index: int
    origin: str
    receipt_index: int
    receipt_ms: int
    size: int
    head_s: int
    signed: tuple[Signed, ...]
    said: tuple[Said, ...]
    others: int
    unreadable: tuple[int, ...]


def render(proof: NonAnswer) -> bytes:
    """Return the file; `parse` is its inverse."""
    request: dict[str, Json] = {
        **_given_json(proof.request),
        "index": proof.index,
        "path": [_base64(one) for one in proof.path],
    }
    return ijson.render(
        {
            "format": FORMAT,
            "request": request,
            "first": proof.first,
            "frontier": [_base64(one) for one in proof.frontier],
            "receipt": proof.receipt,
            "entries": [_given_json(one) for one in proof.entries],
            "head": proof.head.decode(),
        }
    )


def parse(data: bytes) -> NonAnswer:
    """Read a file.

    Raises:
        Fault: `exchange.nonanswer.malformed`, `kernel.json.*`.
    """
    value = ijson.parse_canonical(data)
    if not isinstance(value, dict) or value.get("format") != FORMAT or value.keys() != _FIELDS:
        raise _malformed(f"it is not of the format {FORMAT}")
    request = _object(value["request"], _REQUEST_FIELDS)
    entries = value["entries"]
    if not isinstance(entries, list) or not 0 < len(entries) <= ENTRIES_MAX:
        raise _malformed(f"it has no entries, or over {ENTRIES_MAX}")
    if not isinstance(value["head"], str):
        raise _malformed("its head is no text")
    found = NonAnswer(
        request=_given({name: request[name] for name in ("entry", "file-key")}),
        index=_number(request["index"]),
        path=_hashes(request["path"]),
        first=_number(value["first"]),
        frontier=_hashes(value["frontier"]),
        receipt=_number(value["receipt"]),
        entries=tuple(map(_given, entries)),
        head=value["head"].encode(),
    )
    if len(found.frontier) != found.first.bit_count():
        raise _malformed("its frontier is not one of so many entries")
    if not found.first <= found.receipt < found.first + len(found.entries):
        raise _malformed("its receipt is not in its range")
    return found


def origin_of(data: bytes) -> str:
    """Return the log of whose head it is, not verified yet: it says whose keys are needed.

    Raises:
        Fault: as `parse`, and `tlog.*` where the head is no head.
    """
    return checkpoint.parse_body(note.parse(parse(data).head).body).origin


def verify(data: bytes, policy: Policy, answers: Collection[str]) -> Silence:
    """Return what a proof shows, every signature, hash and key of it verified.

    Args:
        data: the file.
        policy: the addressee's log and the mirrors that are trusted.
        answers: tags of acts that would answer.

    Raises:
        Fault: `tlog.*` where a signature or path is not good; `exchange.nonanswer.malformed`,
            `exchange.nonanswer.not-received`, `exchange.nonanswer.hidden`,
            `exchange.nonanswer.answered`.
    """
    proof = parse(data)
    parsed = note.parse(proof.head)
    head = policy.verify_kinds(parsed)
    leaves = (tree.leaf_hash(one.entry) for one in proof.entries)
    grown = Frontier(proof.first, proof.frontier).extend(leaves)
    if grown.size != head.size or grown.root() != head.root:
        raise _malformed("its entries do not end in its head")
    asked_origin, asked = _open(proof.request)
    if not isinstance(asked, Act):
        raise _malformed("what was not answered is no act")
    if head.origin.partition("/")[0] not in {to.party for to in asked.to}:
        raise _malformed("the act is not addressed to the party of this log")
    receipt = _received(proof, head.origin, asked_origin)
    _verify_first(proof, head.origin, asked_origin)
    said, others, unreadable = _after(proof, head.origin, asked, answers)
    signed = signed_by(parsed, policy, head.origin)
    return Silence(
        asked=asked,
        asked_origin=asked_origin,
        asked_index=proof.index,
        origin=head.origin,
        receipt_index=proof.receipt,
        receipt_ms=receipt.time_ms,
        size=head.size,
        head_s=signed[0].time_s,
        signed=signed,
        said=said,
        others=others,
        unreadable=unreadable,
    )


def _received(proof: NonAnswer, origin: str, asked_origin: str) -> Receipt:
    """Return the receipt, once it is sure that it covers the act, and that it opened there."""
    inside, receipt = _open(proof.entries[proof.receipt - proof.first])
    if not isinstance(receipt, Receipt) or inside != origin or receipt.of != asked_origin:
        raise _not_received("what stands there is no receipt for the log of the act")
    if receipt.size <= proof.index:
        raise _not_received("the receipt does not reach the act")
    leaf = tree.leaf_hash(proof.request.entry)
    tree.verify_inclusion(leaf, proof.index, receipt.size, proof.path, receipt.root)
    if any(one.index == proof.index for one in receipt.unread):
        raise _not_received("the receipt says that the act did not open or could not be read")
    return receipt


def _verify_first(proof: NonAnswer, origin: str, asked_origin: str) -> None:
    """Make sure that no receipt before this one covers the act: answers begin after it.

    The range begins with the log, or with a receipt that does not reach the act; receipts of a
    log never go back.
    """
    for at in range(proof.first, proof.receipt):
        one = proof.entries[at - proof.first]
        is_receipt = one.entry[0] == RECEIPT_KIND
        if not is_receipt and (at > proof.first or proof.first == 0):
            continue
        inside, receipt = _open(one) if is_receipt else ("", None)
        is_of_log = isinstance(receipt, Receipt) and receipt.of == asked_origin
        if isinstance(receipt, Receipt) and is_of_log and inside == origin:
            if receipt.size > proof.index:
                raise _malformed("a receipt before it covers the act already")
        elif at == proof.first and proof.first:
            raise _malformed("its range begins with no receipt for the log of the act")
    if proof.first == proof.receipt and proof.first:
        raise _malformed("no receipt before shows that this is the first for the act")


def _after(
    proof: NonAnswer, origin: str, asked: Act, answers: Collection[str]
) -> tuple[tuple[Said, ...], int, tuple[int, ...]]:
    """Return the acts on the matter after the receipt, the number of others, what is unreadable."""
    said: list[Said] = []
    others, unreadable = 0, []
    parties = _sealed_to(proof.request)  # which was read, as the receipt says
    for at in range(proof.receipt + 1, proof.first + len(proof.entries)):
        one = proof.entries[at - proof.first]
        if one.entry[0] == RECEIPT_KIND:
            continue
        if one.entry[0] != ACT_KIND or _sealed_to(one) != parties:
            unreadable.append(at)
            continue
        if not one.file_key:
            raise Fault(
                code="exchange.nonanswer.hidden",
                what=f"Entry {at} is an act and is not opened: it could be the answer.",
                fix="Ask for a proof in which every act of the range is disclosed.",
            )
        plaintext = _unsealed(one)
        try:
            inside, act = codec.parse(one.entry[0], plaintext)
        except Fault:
            unreadable.append(at)
            continue
        if not isinstance(act, Act) or inside != origin or act.matter != asked.matter:
            others += 1
            continue
        if act.tag in answers:
            raise Fault(
                code="exchange.nonanswer.answered",
                what=f"Entry {at} answers it: {act.tag}.",
                fix="Take a proof of that entry instead.",
            )
        said.append(Said(at, act.tag))
    return tuple(said), others, tuple(unreadable)


def _open(one: Given) -> tuple[str, Record]:
    try:
        return codec.parse(one.entry[0], _unsealed(one))
    except Fault as fault:
        raise _malformed(f"an entry does not show what it says: {fault.what}") from fault


def _sealed_to(one: Given) -> int:
    """Return to how many an entry is sealed, or 0 where its envelope is none that anybody reads."""
    try:
        return age.stanza_count(one.entry[1:])
    except Fault:
        return 0


def _unsealed(one: Given) -> bytes:
    try:
        return age.unseal_entry(one.entry[1:], one.file_key)
    except Fault as fault:
        raise _malformed(f"a file key is not that of its entry: {fault.what}") from fault


def _given_json(one: Given) -> dict[str, Json]:
    value: dict[str, Json] = {"entry": _base64(one.entry)}
    if one.file_key:
        value["file-key"] = _base64(one.file_key)
    return value


def _given(value: Json) -> Given:
    if not isinstance(value, dict) or value.keys() not in ({"entry"}, {"entry", "file-key"}):
        raise _malformed("an entry has other fields than its format")
    one = Given(_bytes(value["entry"]), _bytes(value["file-key"]) if "file-key" in value else b"")
    if not 0 < len(one.entry) <= limits.ENTRY_BYTES_MAX:
        raise _malformed(f"an entry has {len(one.entry)} bytes")
    if len(one.file_key) not in ({FILE_KEY_BYTES} if "file-key" in value else {0}):
        raise _malformed(f"a file key has {len(one.file_key)} bytes, not 16")
    return one


def _object(value: Json, names: frozenset[str]) -> dict[str, Json]:
    if not isinstance(value, dict) or value.keys() != names:
        raise _malformed("a part of it has other fields than its format")
    return value


def _number(value: Json) -> int:
    is_plain = isinstance(value, int) and not isinstance(value, bool)
    if not is_plain or not 0 <= cast("int", value) < 1 << _SIZE_BITS:
        raise _malformed("an index is no number from 0 on")
    return cast("int", value)


def _hashes(value: Json) -> tuple[bytes, ...]:
    found = tuple(_bytes(one) for one in (value if isinstance(value, list) else ["?"]))
    if len(found) > _SIZE_BITS or any(len(one) != _HASH_BYTES for one in found):
        raise _malformed("a hash has not 32 bytes")
    return found


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(value: Any) -> bytes:  # noqa: ANN401 -- JSON of any shape
    try:
        data = base64.b64decode(value if isinstance(value, str) else "?", validate=True)
    except ValueError as error:
        raise _malformed("a field is not base64") from error
    if _base64(data) != value:
        raise _malformed("a field is not canonical base64")
    return data


def _malformed(why: str) -> Fault:
    return Fault(
        code="exchange.nonanswer.malformed",
        what=f"This is not a proof of non-answer that comity writes: {why}.",
        fix="Ask for it again, as `comity proof --non-answer` writes it.",
    )


def _not_received(why: str) -> Fault:
    return Fault(
        code="exchange.nonanswer.not-received",
        what=f"It does not show that the addressee held the act: {why}.",
        fix="Ask for it again; only a receipt that covers the act starts the time to answer.",
    )
