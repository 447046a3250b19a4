"""Writes vectors/exchange/*.json: what nodes say to each other beyond C2SP.

    python -m tools.vectors.exchange            write the files
    python -m tools.vectors.exchange --new      make what has chance in it again, then write

Each file is a list of `{"desc", "input" | "input_base64", …, "want" | "want_code"}`: batches
of bodies, deliveries, answers to GET /start, evidence of a fork (with the log's two `vkeys`),
bundles that are carried by hand, refusals, keys of entries for a party that lost its card (with
the `seed` of its newest one).  Signatures of ML-DSA-44 and hybrid stanzas have chance in them: they
were made once and stand in exchange_made_once.json beside this file.
"""  # noqa: INP001 -- a program, run by its path

import base64
import hashlib
import io
import json
import sys
from pathlib import Path
from typing import Any

from comity.joint.exchange import carriage, entry_keys, evidence
from comity.joint.exchange.evidence import Evidence
from comity.kernel import ijson, limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.exchange import blobs, delivery
from comity.node.exchange.delivery import Delivery
from comity.seal import age
from comity.seal.age import Recipient, Stanza
from comity.seal.hybrid import HybridIdentity
from comity.seal.x25519 import X25519Identity
from comity.surfaces.wire import refusals
from comity.tlog import checkpoint, keys, note, tree, wire
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.note import Note, Signature

type Vector = dict[str, Any]

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "vectors" / "exchange"
STORE = HERE / "exchange_made_once.json"
ORIGIN = f"aa/{'a' * 26}/live/1"
AT_S = 1_800_000_000
LOG_1 = keys.signer(ORIGIN, keys.ED25519_NOTE, b"\x01" * 32)
LOG_6 = keys.signer(ORIGIN, keys.ML_DSA_44_COSIGNATURE, b"\x02" * 32)
ANEW = "--new" in sys.argv
MADE: dict[str, str] = {} if ANEW else json.loads(STORE.read_text())
UNPROVEN = "exchange.evidence.unproven"


def b64(data: bytes) -> str:
    """Return the base64 of these bytes."""
    return base64.b64encode(data).decode()


def good(desc: str, data: bytes, want: object, **more: object) -> Vector:
    """Return an example that must be read as `want`."""
    return {"desc": desc, **_input(data), **more, "want": want}


def bad(desc: str, data: bytes, code: str, **more: object) -> Vector:
    """Return an example that must be refused."""
    return {"desc": desc, **_input(data), **more, "want_code": code}


def _input(data: bytes) -> Vector:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {"input_base64": b64(data)}
    return {"input": text} if text.isprintable() or "{" in text else {"input_base64": b64(data)}


def batches() -> list[Vector]:
    """Return examples of bodies of POST /add-bodies and POST /cards."""
    code = "exchange.bodies.malformed"
    two = blobs.render_batch([b"\x80one", b""])
    most = bytes(limits.ROW_BLOB_BYTES_MAX)
    over = (len(most) + 1).to_bytes(4) + most + b"\0"
    return [
        good("none", b"", []),
        good("two, one of them empty", two, [b64(b"\x80one"), ""]),
        bad("a length that is cut off", two[:-1], code),
        bad("a body that is cut off", two[:7], code),
        bad("a body of 65,537 bytes", over, code),
    ]


def deliveries() -> list[Vector]:
    """Return examples of bodies of POST /add-delivery."""
    code = "exchange.delivery.malformed"
    parts = (b"\0\0\0\1x", b"old 0\n\n", b"\xff")
    whole = delivery.render(Delivery(*parts))
    return [
        good(
            "three parts, whatever they hold",
            whole,
            list(map(b64, parts)),
        ),
        good("three empty parts", bytes(12), ["", "", ""]),
        bad("nothing", b"", code),
        bad("two parts", bytes(8), code),
        bad("four parts", bytes(16), code),
        bad("a length that is cut off", bytes(11), code),
        bad("a part that is cut off", whole[:-1], code),
        bad("a byte after the third", whole + b"x", code),
        bad("a part of more bytes than there are", b"\xff" * 4 + whole, code),
    ]


def starts() -> list[Vector]:
    """Return examples of answers to GET /start."""
    code = "exchange.start.malformed"
    row: dict[str, ijson.Json] = {
        "cosigned": 0,
        "head": "",
        "held": 4,
        "lines": "",
        "origin": ORIGIN,
        "root": "",
    }
    given: dict[str, ijson.Json] = {
        "cosigned": 4,
        "lines": "\u2014 bb AAAA\n",
        "root": b64(bytes(32)),
    }
    return [
        good("one log", ijson.render({"logs": [row]}), [row]),
        good("a cosignature of the asker", ijson.render({"logs": [row | given]}), [row | given]),
        good("no log", ijson.render({"logs": []}), []),
        bad("no list", ijson.render({"logs": 1}), code),
        bad("a list of no objects", ijson.render({"logs": [1]}), code),
        bad("a size that is no number", ijson.render({"logs": [row | {"held": "4"}]}), code),
        bad("a size below zero", ijson.render({"logs": [row | {"cosigned": -1}]}), code),
        bad("a root of 3 bytes", ijson.render({"logs": [row | {"root": "AAAA"}]}), code),
        bad("a root that is no base64", ijson.render({"logs": [row | {"root": "?"}]}), code),
        bad("lines that are no text", ijson.render({"logs": [row | {"lines": 1}]}), code),
        bad("a key that stands twice", b'{"logs":[],"logs":[]}', "kernel.json.malformed"),
    ]


def _head(size: int, leaves: list[bytes], at_s: int = AT_S) -> bytes:
    body = checkpoint.render_body(Checkpoint(ORIGIN, size, tree.root(leaves[:size])))
    name = f"{at_s} {b64(tree.root(leaves[:size]))}"
    if ANEW:
        MADE[name] = b64(LOG_6.sign(body, at_s=at_s))
    lines = (
        Signature(ORIGIN, LOG_1.key_id, LOG_1.sign(body, at_s=at_s)),
        Signature(ORIGIN, LOG_6.key_id, base64.b64decode(MADE[name])),
    )
    return note.render(Note(body, lines))


def _leaves(word: bytes) -> list[bytes]:
    return [tree.leaf_hash(b"%b %d" % (b"both" if n < 3 else word, n)) for n in range(7)]  # noqa: PLR2004 -- where they part


def convictions() -> list[Vector]:
    """Return examples of evidence."""
    one, two = _leaves(b"one"), _leaves(b"two")
    known = {"vkeys": [keys.render(LOG_1.vkey), keys.render(LOG_6.vkey)]}
    strange = {"vkeys": [keys.render(keys.signer(ORIGIN, 1, b"\x09" * 32).vkey), known["vkeys"][1]]}
    reader = {(level, at): h for level, at, h in _nodes(two)}
    path = tuple(tree.prove_consistency(5, 7, lambda level, at: reader[level, at]))
    same = Evidence(_head(5, one), _head(5, two), tree.root(one[:5]), ())
    longer = Evidence(_head(5, one), _head(7, two), tree.root(two[:5]), path)
    honest = Evidence(_head(5, two), _head(7, two), tree.root(two[:5]), path)
    anew = Evidence(_head(5, one), _head(5, one, AT_S + 60), tree.root(one[:5]), ())
    value = evidence.to_json(longer)
    assert isinstance(value, dict)

    def text(shown: Evidence) -> bytes:
        return ijson.render(evidence.to_json(shown))

    def other(desc: str, **fields: Any) -> Vector:  # noqa: ANN401 -- any JSON
        return bad(desc, ijson.render(value | fields), UNPROVEN, **known)

    return [
        good("two heads of one size", text(same), ORIGIN, **known),
        good("a path that the smaller head is not on", text(longer), ORIGIN, **known),
        bad("two heads that agree", text(anew), UNPROVEN, **known),
        bad("a path that shows an honest log", text(honest), UNPROVEN, **known),
        bad("heads that another key has signed", text(same), UNPROVEN, **strange),
        bad("a path that leads nowhere", text(Evidence(
            longer.smaller, longer.bigger, bytes(32), path)), "tlog.tree.bad-consistency", **known),
        bad("the heads exchanged", text(Evidence(
            longer.bigger, longer.smaller, bytes(32), path)), "tlog.tree.bad-consistency", **known),
        bad("a head that is no note", text(Evidence(b"x\n", b"y\n", bytes(32), ())),
            "tlog.note.malformed", **known),
        other("a hash of 31 bytes", proof=[b64(bytes(31))]),
        other("a hash with loose bits", **{"implied-root": b64(bytes(32))[:-2] + "B="}),
        other("64 hashes", proof=[b64(bytes(32))] * 64),
        other("a field too many", note="x"),
        other("a list for a head", smaller=[]),
    ]  # fmt: skip


def _nodes(leaves: list[bytes]) -> list[tuple[int, int, bytes]]:
    return [
        (level, at, tree.root(leaves[at << level : (at + 1) << level]))
        for level in range(4)
        for at in range(len(leaves) >> level)
    ]


def bundles() -> list[Vector]:
    """Return examples of bundles; what is wanted is the kind and payload of each frame."""
    target = io.BytesIO()
    writer = carriage.Writer(target, carriage.Header("aa", "bb", 1_000 * AT_S))
    batch = blobs.render_batch([b"\x80one", b""])
    end = wire.render_header(wire.AddEntriesHeader(ORIGIN, 5, 5))
    head = carriage.CarriedHead(ORIGIN, _head(5, _leaves(b"one")), {0: ()})
    frames = [
        (carriage.CARDS, blobs.render_batch([b"a card"])),
        (carriage.BODIES, batch),
        (carriage.HEAD, carriage.render_head(head)),
        (carriage.ENTRIES, end),
        (carriage.LARGE, carriage.render_range(carriage.Range("ab" * 32, 5, 99, b"\n\xff"))),
        (carriage.COSIGNATURE, carriage.render_cosigned(
            carriage.Cosigned(ORIGIN, 5, bytes(32), b"some lines\n"))),
    ]  # fmt: skip
    for kind, payload in frames:
        writer.add(kind, payload)
    writer.end()
    whole = target.getvalue()
    header: Json = {"from": "aa", "made": 1_000 * AT_S, "to": "bb"}
    first = [carriage.HEADER.decode(), b64(ijson.render(header))]
    want = [first, *([kind.decode(), b64(payload)] for kind, payload in frames)]
    malformed, at = "exchange.carriage.malformed", len(carriage.MAGIC)
    return [
        good("a frame of each kind", whole, want),
        bad("cut short", whole[:-1], "exchange.carriage.cut-short"),
        bad("a byte of it changed", whole.replace(b"a card", b"A card"),
            "exchange.carriage.wrong-sum"),
        bad("a byte after its sum", whole + b"\n", malformed),
        bad("no header", whole[:at] + whole[at + 5 + len(ijson.render(header)) :], malformed),
        bad("a frame of another kind", whole[:at] + b"X" + whole[at + 1 :], malformed),
    ]  # fmt: skip


def refused() -> list[Vector]:
    """Return examples of the body of a refusal; what is none is null."""
    fault = Fault(code="exchange.log.unknown", what="No such log.", fix="Check the origin.")
    text = refusals.render(fault).body
    want = {"what": fault.what, "fix": fault.fix, "code": fault.code}
    return [
        good("three lines", text + b"", want),
        good("two lines", b"One.\nTwo.\n", None),
        good("a page of some proxy", b"<html>\n<p>{}</p>\n", None),
    ]


class Kept:
    """A recipient whose stanza for one file key was made once."""

    def __init__(self, seed: bytes) -> None:
        self._identity = HybridIdentity(seed)

    def wrap(self, file_key: bytes, _entropy: object) -> Stanza:
        """Return it."""
        name = f"stanza of {file_key.hex()} for {self._identity.seed.hex()}"
        if ANEW:
            fresh = self._identity.recipient.wrap(file_key, _bytes)
            MADE[name] = " ".join((*fresh.args, b64(fresh.body)))
        *args, body = MADE[name].split(" ")
        return Stanza(tuple(args), base64.b64decode(body))


def _bytes(count: int) -> bytes:
    """Return bytes that look random and are always the same."""
    return hashlib.shake_256(b"vectors/exchange").digest(count)


def _sealed(text: bytes, *recipients: Recipient) -> bytes:
    return age.seal(text, recipients or (Kept(b"\x0a" * 32),), _bytes)


def given_keys() -> list[Vector]:
    """Return examples of files of keys of entries, with the seed of the reader's newest card."""
    channel, beside = f"{'a' * 26}/live", {"channel": f"{'a' * 26}/live", "party": "aa"}
    keys_of = [
        (ORIGIN, 0, b"\xa0" * 16),
        (ORIGIN, 12, b"\xa1" * 16),
        (f"bb/{channel}/2", 7, bytes(16)),
    ]
    text = entry_keys.render(channel, "aa", keys_of)
    malformed, count = "exchange.entry-keys.malformed", "seal.stanza.count"
    seed = {**beside, "seed": (b"\x0a" * 32).hex()}
    sealed = _sealed(text)

    def other(desc: str, old: bytes, new: bytes) -> Vector:
        assert old in text
        return bad(desc, _sealed(text.replace(old, new, 1)), malformed, **seed)

    return [
        good("of three entries in two logs", sealed,
             [[origin, index, key.hex()] for origin, index, key in keys_of], **seed),
        good("of no entry", _sealed(entry_keys.render(channel, "aa", [])), [], **seed),
        bad("sealed to another card", sealed, "seal.header.no-match",
            **seed | {"seed": (b"\x0b" * 32).hex()}),
        bad("sealed to another card too", _sealed(text, Kept(b"\x0a" * 32), Kept(b"\x0b" * 32)),
            count, **seed),
        bad("sealed to an X25519 key", _sealed(text, X25519Identity(b"\x0c" * 32).recipient),
            "seal.header.no-match", **seed),
        bad("cut short", sealed[:-1], "seal.payload.damaged", **seed),
        bad("its text, not sealed", text, "seal.header.malformed", **seed),
        bad("nothing in it", _sealed(b""), malformed, **seed),
        bad("no last newline", _sealed(text[:-1]), malformed, **seed),
        bad("an empty line at its end", _sealed(text + b"\n"), malformed, **seed),
        bad("carriage returns", _sealed(text.replace(b"\n", b"\r\n")), malformed, **seed),
        other("another version", b"keys/1", b"keys/2"),
        other("for another party", b"\naa\n", b"\nbb\n"),
        other("of another channel", b"/live\n", b"/hotline\n"),
        other("an entry of another channel's log", b"/live/1 0", b"/hotline/1 0"),
        other("an entry of a log that no party can have", b"\naa/", b"\nA A/"),
        other("an entry of a generation 0", b"/2 7", b"/0 7"),
        other("an index with a leading zero", b" 12 ", b" 012 "),
        other("an index below zero", b" 12 ", b" -1 "),
        other("two spaces", b" 12 ", b"  12 "),
        other("a key of 15 bytes", b"a0" * 16, b"a0" * 15),
        other("a key in upper case", b"a0" * 16, b"A0" * 16),
        other("a digit that is not of ASCII", b" 12 ", " 1\u0662 ".encode()),
        bad("a line of another list", _sealed(text + b"comity/entry-keys/1\n"), malformed, **seed),
    ]  # fmt: skip


FILES = {
    "add-bodies": batches,
    "add-delivery": deliveries,
    "start": starts,
    "evidence": convictions,
    "carriage": bundles,
    "refusal": refused,
    "entry-keys": given_keys,
}


def files() -> dict[str, str]:
    """Return the content of every file by its name."""
    return {
        f"{name}.json": json.dumps(vectors(), indent=1, ensure_ascii=True) + "\n"
        for name, vectors in FILES.items()
    }


def main() -> None:
    """Write the files."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (TARGET / name).write_text(text)
    if ANEW:
        STORE.write_text(json.dumps(MADE, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
