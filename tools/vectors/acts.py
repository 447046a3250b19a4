"""Writes vectors/acts/*.json: plaintexts of entries, good and bad.

    python -m tools.vectors.acts

Each file is a list of `{"desc", "kind", "input_base64", "want" | "want_code"}`: `kind` is the
byte before the age file, the input is what the age file opens to.  A reader compares origin
and record with `want` or knows that it must refuse; `want_code` is comity's own word.
"""  # noqa: INP001 -- a program, run by its path

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from comity.acts import codec, record
from comity.acts.record import (
    Act,
    Addressee,
    Blob,
    Document,
    KeyEntry,
    Matter,
    Office,
    Receipt,
    Unread,
)
from comity.joint.exchange import acts as exchange_acts
from comity.kernel import ijson, limits

type Vector = dict[str, Any]

TARGET = Path(__file__).parent.parent.parent / "vectors" / "acts"
ARRANGEMENT = "a" * 26
ORIGIN = f"aa/{ARRANGEMENT}/live/1"
SECOND = f"aa/{ARRANGEMENT}/live/2"
OTHER = f"bb/{ARRANGEMENT}/live/1"
MALFORMED = "acts.plaintext.malformed"
SECOND_SPELLING = "kernel.json.second-spelling"
LEAF = "4c" * 32

LEAST = Act("m" * 25 + "a", "request.acknowledged/1", Matter("request", "q" * 26), Office("doj"))
FULL = Act(
    id="n" * 25 + "e",
    tag="request.submitted/1",
    matter=Matter("request", "q" * 26),
    speaker=Office("police", "unit-3"),
    to=(Addressee("bb", "doj", "desk"), Addressee("cc")),
    guideline="budapest-24-7/2",
    urgency="urgent",
    items=("subscriber", "traffic"),
    elements=("facts",),
    codes={"own-reference": "2027/118", "type": "preservation"},
    times={"answer-by": 1_800_000_600_000},
    blobs=(
        Blob("b1" * 32, b"k" * 32, 2_064, "application/json", "texts", record.NEEDED, "TLP:AMBER"),
        Blob(
            "b2" * 32, b"l" * 32, 1 << 40, "image/png", "attachment:1", record.FOLLOWING, "TLP:RED"
        ),
    ),
    documents=(Document("d1" * 32, 640, "text/plain", "card"),),
    release="5e" * 32,
)
OLD = {"old-origin": ORIGIN, "old-size": "12", "old-root": LEAF, "lost": "4"}


def register(tag: str, codes: dict[str, str]) -> Act:
    """Return a register act of the channel `live`."""
    return exchange_acts.register_act(LEAST.id, tag, "live", codes)


CARD_ENTERED = replace(
    register(exchange_acts.CARD_ENTERED, {"number": "2"}), documents=FULL.documents
)
BEGUN = register(exchange_acts.GENERATION_BEGUN, {**OLD, "reason": "lost", "card": "2"})
ACCEPTED = register(
    exchange_acts.GENERATION_ACCEPTED, {"origin": f"{OTHER[:-1]}2", "entry": LEAF[:16]}
)
RECEIPT = Receipt(OTHER, 44, b"\x07" * 32, 1_800_000_000_123)
LISTED = replace(
    RECEIPT,
    unread=(Unread(41, LEAF), Unread(43, LEAF)),
    missing=("b1" * 32, "b2" * 32),
)


def b64(data: bytes) -> str:
    """Return the base64 of these bytes."""
    return base64.b64encode(data).decode()


def padded(text: bytes) -> bytes:
    """Fill with zeros to the least multiple of 1,024 bytes."""
    return text + bytes(-len(text) % limits.PADDING_BYTES)


def good(desc: str, said: Act | Receipt, origin: str = ORIGIN) -> Vector:
    """Return a plaintext that must be read."""
    plaintext = codec.render(origin, said)
    value = json.loads(plaintext.split(b"\n")[2])
    want = {"origin": origin, "record": value}
    kind = codec.kind_of(said)
    return {"desc": desc, "kind": kind, "input_base64": b64(plaintext), "want": want}


def bad(desc: str, plaintext: bytes, code: str = MALFORMED, kind: int = record.ACT_KIND) -> Vector:
    """Return a plaintext that must be refused."""
    return {"desc": desc, "kind": kind, "input_base64": b64(plaintext), "want_code": code}


def changed(said: Act | Receipt, code: str, desc: str, **fields: object) -> Vector:
    """Return the plaintext of a record with some fields of its JSON replaced or, if None, gone."""
    origin, word, line, _ = codec.render(ORIGIN, said).rstrip(b"\0").split(b"\n")
    value = json.loads(line) | fields
    kept = {name: field for name, field in value.items() if field is not None}
    text = b"\n".join((origin, word, ijson.render(kept), b""))
    return bad(desc, padded(text), code, codec.kind_of(said))


def acts() -> list[Vector]:
    """Return examples of acts."""
    text = codec.render(ORIGIN, LEAST)
    bare = text.rstrip(b"\0")
    act, json_, second = (
        "acts.act.malformed",
        "kernel.json.malformed",
        SECOND_SPELLING,
    )
    blob = json.loads(codec.render(ORIGIN, FULL).split(b"\n")[2])["blobs"][0]
    return [
        good("the least that an act says", LEAST),
        good("every field of an act", FULL),
        good("a name that no log has: it parses, and is foreign", LEAST, "no-log"),
        good("a card is entered", CARD_ENTERED),
        good("what begins a generation, that leaves 8 entries of the one before", BEGUN, SECOND),
        bad("a kibibyte of zeros too many", text + bytes(1024)),
        bad("a zero too few", text[:-1]),
        bad("nothing but zeros", bytes(1024)),
        bad("a space in the filling", text[:-1] + b" "),
        bad("no last newline", padded(bare[:-1])),
        bad("a fourth line", padded(bare + b"x\n")),
        bad("the word of the other kind", text, kind=record.RECEIPT_KIND),
        bad("a kind that is not known", text, kind=3),
        bad("an origin with a space", padded(bare.replace(b"aa/", b"a /"))),
        bad("an origin of 256 bytes", padded(b"x" * (256 - len(ORIGIN)) + bare)),
        bad("white space in the JSON", padded(bare.replace(b'":', b'": ', 1)), second),
        bad("keys that are not sorted", padded(bare[:-2] + b',"a":1}\n'), second),
        bad("a key that stands twice", padded(bare.replace(b"{", b'{"answers":"",', 1)), json_),
        bad("an escape where none is needed", padded(bare.replace(b"doj", b"d\\u006fj")), second),
        bad("bytes that are not UTF-8", padded(bare.replace(b"doj", b"d\xffj")), json_),
        changed(LEAST, MALFORMED, "a field too many", note="x"),
        changed(LEAST, MALFORMED, "a field too few", urgency=None),
        changed(LEAST, MALFORMED, "a list for an object", codes=[]),
        changed(LEAST, MALFORMED, "a number for a string", answers=1),
        changed(LEAST, SECOND_SPELLING, "a fraction for a time", times={"at": 1.5}),
        changed(LEAST, MALFORMED, "true for a time", times={"at": True}),
        changed(LEAST, MALFORMED, "a time before 1970", times={"at": -1}),
        changed(LEAST, "kernel.id.malformed", "an id in upper case", id="M" * 26),
        changed(LEAST, "kernel.id.malformed", "an id that no 16 bytes give", id="a" * 25 + "b"),
        changed(LEAST, act, "a tag without a version", tag="request.acknowledged"),
        changed(LEAST, act, "a tag with a leading zero", tag="request.acknowledged/01"),
        changed(LEAST, act, "prose in a code", codes={"why": "because\n"}),
        changed(LEAST, "kernel.id.malformed", "an item with a capital", items=["Traffic"]),
        changed(LEAST, act, "257 items", items=["i"] * 257),
        changed(LEAST, act, "a release hash in upper case", release="5E" * 32),
        changed(LEAST, act, "a blob that is neither needed nor following",
                blobs=[blob | {"need": "later"}]),
        changed(LEAST, act, "a blob key of 31 bytes", blobs=[blob | {"key": b64(b"k" * 31)}]),
        changed(LEAST, MALFORMED, "a blob key with loose bits",
                blobs=[blob | {"key": b64(b"k" * 32)[:-2] + "t="}]),
        changed(LEAST, act, "a blob of 1 TiB and a byte", blobs=[blob | {"size": (1 << 40) + 1}]),
    ]  # fmt: skip


def receipts() -> list[Vector]:
    """Return examples of receipts."""
    code = "acts.receipt.malformed"
    unread = {"index": 41, "leaf": LEAF}
    return [
        good("a receipt for everything", RECEIPT),
        good("void entries, and bodies that are missing", LISTED),
        good("of a name that no log has: it parses, and is foreign", replace(RECEIPT, of="no-log")),
        changed(RECEIPT, code, "of something that can name no log", of="b b"),
        changed(RECEIPT, code, "of an origin with a zero byte", of="bb/\0/live/1"),
        changed(RECEIPT, code, "a root of 31 bytes", root=b64(bytes(31))),
        changed(RECEIPT, MALFORMED, "a root that is not base64", root="?"),
        changed(RECEIPT, MALFORMED, "a negative size", size=-1),
        changed(RECEIPT, "kernel.json.malformed", "a size of 2^53", size=1 << 53),
        changed(RECEIPT, MALFORMED, "no time", time=None),
        changed(RECEIPT, MALFORMED, "a reason", unread=[unread | {"code": "open"}]),
        changed(RECEIPT, MALFORMED, "a leaf in upper case", unread=[unread | {"leaf": "4C" * 32}]),
        changed(RECEIPT, code, "an entry beyond the size", unread=[unread | {"index": 44}]),
        changed(RECEIPT, code, "an entry named twice", unread=[unread, unread]),
        changed(RECEIPT, code, "65 entries", unread=[unread | {"index": n} for n in range(65)],
                size=99),
        changed(RECEIPT, code, "bodies out of order", missing=["b2" * 32, "b1" * 32]),
        changed(RECEIPT, code, "257 bodies", missing=[f"{n:064x}" for n in range(257)]),
    ]  # fmt: skip


KEY = KeyEntry(b"\x51" * 32, ("7e" * 32, "7f" * 32))


def _without_none(value: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in value.items() if one is not None}


def keys() -> list[Vector]:
    """Return examples of what key entries say."""
    plaintext = codec.render_key(ORIGIN, KEY)
    value = json.loads(plaintext.split(b"\n")[2])
    kind = record.KEY_KIND

    def other(desc: str, **fields: object) -> Vector:
        line = ijson.render(_without_none(value | fields))
        return bad(desc, padded(b"\n".join((ORIGIN.encode(), b"key", line, b""))), kind=kind)

    return [
        {"desc": "for two parties", "kind": kind, "input_base64": b64(plaintext),
         "want": {"origin": ORIGIN, "record": value}},
        bad("another word", plaintext.replace(b"\nkey\n", b"\nact\n"), kind=kind),
        other("a secret of 31 bytes", secret=b64(bytes(31))),
        other("no texts", texts=None),
        other("a text in upper case", texts=["7E" * 32, "7f" * 32]),
        other("a field more", size=1),
    ]  # fmt: skip


def files() -> dict[str, str]:
    """Return the content of every file by its name."""
    every = {"act": acts(), "receipt": receipts(), "key": keys()}
    return {
        f"{name}.json": json.dumps(vectors, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        for name, vectors in every.items()
    }


def main() -> None:
    """Write the files."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (TARGET / name).write_text(text)


if __name__ == "__main__":
    main()
