"""Rows to keep, short to ask for.

Floor: tests.
"""

import hashlib

from comity.acts.record import Act, Blob, Document, Matter, Office, Receipt, Unread
from comity.kernel.ids import random_id
from comity.kernel.ijson import Json
from comity.node.base.rows import (
    Cosignature,
    Head,
    Log,
    MatterRow,
    NamedBody,
    UnderstoodAct,
    UnderstoodReceipt,
)

FR = "fr/pact/live/1"
SN = "sn/pact/live/1"
HOT = "fr/pact/hotline/1"
ORIGINS = (FR, SN, HOT)


def log(origin: str, **changes: object) -> Log:
    """Return a log whose party and channel stand in its name."""
    party, _, channel, generation = origin.split("/")
    return Log(origin, channel, party, int(generation), party == "fr", **changes)  # type: ignore[arg-type] # the caller's


def sha(word: str) -> str:
    """Return a hash in hex."""
    return hashlib.sha256(word.encode()).hexdigest()


def ident(number: int) -> str:
    """Return an id of 26 characters."""
    return random_id(number.to_bytes(16, "big"))


def leaf(entry: bytes) -> bytes:
    """Return 32 bytes that stand for a leaf hash."""
    return hashlib.sha256(entry).digest()


def head(origin: str, size: int, note: bytes = b"a") -> Head:
    """Return a head whose root and time follow from its note."""
    return Head(origin, size, leaf(note), note, len(note))


def cosignature(origin: str, size: int, party: str, of: bytes, lines: bytes = b"l") -> Cosignature:
    """Return a cosignature on the head with those bytes."""
    return Cosignature(origin, size, party, leaf(of), lines, size)


def act(origin: str, index: int, act_id: int, matter: int = 1, foreign: str = "") -> UnderstoodAct:
    """Return an act with every kind of field."""
    said = Act(
        id=ident(act_id),
        tag="request.submitted/1",
        matter=Matter("request", ident(matter)),
        speaker=Office("police", "unit-3"),
        items=("one", "two"),
        codes={"ground": "B.1"},
        times={"answer-by": 1_700_000_000_000},
        blobs=(
            Blob(sha("b"), b"k" * 32, 2_000, "text/plain", "texts", "needed", "TLP:AMBER+STRICT"),
        ),
        documents=(Document(sha("d"), 10, "text/plain", "guideline"),),
    )
    seen = {SN: index}
    return UnderstoodAct(origin, index, origin[:2], 1, said, seen, index + 1, foreign)


def receipt(origin: str, index: int, of: str, size: int, foreign: str = "") -> UnderstoodReceipt:
    """Return a receipt with every kind of field."""
    unread = (Unread(3, sha("u")),)
    said = Receipt(of, size, leaf(of.encode()), 1_700_000_000_000 + index, unread, (sha("m"),))
    return UnderstoodReceipt(origin, index, origin[:2], said, {of: size}, said.time_ms, foreign)


def matter(
    number: int, channel: str = "live", kind: str = "request", state: Json = None
) -> MatterRow:
    """Return a folded matter."""
    touched = {FR: number}
    return MatterRow(
        matter=Matter(kind, ident(number)),
        channel=channel,
        status="submitted",
        holder="sn",
        urgency="urgent",
        asker="fr",
        touched=touched,
        at_ms=number,
        state={"items": ["é", 1, True, None]} if state is None else state,
        digest=sha("digest"),
    )


def named(origin: str, index: int, word: str, *, held: bool = False) -> NamedBody:
    """Return the naming of a body."""
    return NamedBody(sha(word), origin, index, len(word), True, False, held)  # noqa: FBT003 -- in the order of the row
