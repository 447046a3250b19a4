"""Writes vectors/seal/*.json: examples, good and bad, of what this floor reads.

    python -m tools.vectors.seal

Each file is a list of `{"desc", "input_base64", …, "want" | "want_code"}`: a reader gets the
input and gives a value that it compares with `want` (bytes are base64) or knows that it must
refuse; `want_code` is comity's own word for the refusal.  Keys are one repeated byte and are
of no worth.  Hybrid stanzas have chance in them: they were made once and stand in
seal_hybrid.json beside this file (`--new` makes them again).
"""  # noqa: INP001 -- a program, run by its path

import base64
import dataclasses
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from comity.seal import bech32, stream, symmetric
from comity.seal.header import (
    Entropy,
    Header,
    Recipient,
    Stanza,
    build_header,
    parse_header,
    render_header,
    scan_header,
)
from comity.seal.hybrid import HybridIdentity
from comity.seal.symmetric import SymmetricRecipient
from comity.seal.x25519 import X25519Identity

type Vector = dict[str, Any]

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "vectors" / "seal"
STORE = HERE / "seal_hybrid.json"

FILE_KEY = b"f" * 16
NONCE = b"n" * 16
ANNA, BODO = HybridIdentity(b"\x01" * 32), HybridIdentity(b"\x02" * 32)
CLEO = X25519Identity(b"\x03" * 32)
KEY = b"\x04" * 32
PLAINTEXT = b"aa/x2k/live/1\n" + bytes(1010)


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """A recipient whose stanza was made once."""

    stanza: Stanza

    def wrap(self, _file_key: bytes, _entropy: Entropy) -> Stanza:
        """Return it."""
        return self.stanza


def entropy(count: int) -> bytes:
    """Return bytes that look random and are always the same."""
    return hashlib.shake_256(b"vectors/seal").digest(count)


def good(desc: str, data: bytes, want: object, **more: object) -> Vector:
    """Return an example that must be read as `want`."""
    return {"desc": desc, "input_base64": b64(data), **more, "want": want}


def bad(desc: str, data: bytes, code: str, **more: object) -> Vector:
    """Return an example that must be refused."""
    return {"desc": desc, "input_base64": b64(data), **more, "want_code": code}


def b64(data: bytes) -> str:
    """Return the base64 of these bytes."""
    return base64.b64encode(data).decode()


def stored_stanzas() -> dict[str, Stanza]:
    """Return the hybrid stanzas that were made once, by whom they are for."""
    return {
        name: Stanza(("mlkem768x25519", enc), base64.b64decode(body))
        for name, (enc, body) in json.loads(STORE.read_text()).items()
    }


def _file(*stanzas: Recipient, plaintext: bytes = PLAINTEXT) -> bytes:
    header = build_header(FILE_KEY, stanzas, entropy)
    return header + stream.seal_payload(plaintext, FILE_KEY, NONCE)


def headers() -> list[Vector]:
    """Return examples of headers."""
    data = build_header(FILE_KEY, [SymmetricRecipient(KEY), CLEO.recipient], entropy)
    code = "seal.header.malformed"
    full = Stanza(("full",), b"x" * 48)  # its last line is empty
    mac = parse_header(data).mac
    wide = render_header(Header((full, Stanza(("empty", "!~"), b"")), mac))
    return [
        good("two stanzas", data, _view(parse_header(data))),
        good("a body of whole lines, and an empty one", wide, _view(parse_header(wide))),
        bad("another version", data.replace(b"/v1", b"/v2"), code),
        bad("no stanza", data[: data.index(b"->")] + data[data.index(b"---") :], code),
        bad("a carriage return", data.replace(b"\n", b"\r\n"), code),
        bad("two spaces in a stanza", data.replace(b"-> X", b"->  X"), code),
        bad("no short last line", wide.replace(b"\n\n->", b"\n->"), code),
        bad("padding in a body", data.replace(b"\n-> X", b"=\n-> X"), code),
        bad("a MAC cut short", data[:-2] + b"\n", code),
        bad("no space before the MAC", data.replace(b"--- ", b"---"), code),
        bad("something behind", data + b"\n", code),
        bad("nothing", b"", code),
    ]


def entries() -> list[Vector]:
    """Return examples of entries of two parties, without the kind byte; seeds are hexadecimal."""
    one, two = stored_stanzas()["anna"], stored_stanzas()["bodo"]
    anna: Vector = {"seed": ANNA.seed.hex(), "place": 0, "count": 2}
    bodo: Vector = {"seed": BODO.seed.hex(), "place": 1, "count": 2}
    want = {"plaintext": b64(PLAINTEXT), "file_key": b64(FILE_KEY)}
    data = _file(Kept(one), Kept(two))
    longer = Kept(Stanza((*two.args, "more"), two.body))
    shorter = Kept(Stanza((two.args[0], two.args[1][:-4]), two.body))
    spelt = Kept(Stanza((two.args[0], two.args[1][:-1] + "B"), two.body))
    fat = Kept(Stanza(two.args, two.body + b"\x00"))
    torn = data[:-1] + bytes((data[-1] ^ 1,))
    moved = data.replace(b"--- ", b"-> grease\n\n--- ")
    count, match = "seal.stanza.count", "seal.header.no-match"
    return [
        good("opened by the first party", data, want, **anna),
        good("opened by the second", data, want, **bodo),
        bad("opened by the first at the place of the second", data, match, **anna | {"place": 1}),
        bad("sealed to both in the other order", _file(Kept(two), Kept(one)), match, **anna),
        bad("sealed to one of two", _file(Kept(one)), count, **anna),
        bad(
            "sealed to one more than the two", _file(Kept(one), Kept(two), Kept(two)), count, **anna
        ),
        bad("sealed to two of three", data, count, **anna | {"count": 3}),
        bad(
            "a classical stanza beside",
            _replaced(data, Kept(CLEO.recipient.wrap(FILE_KEY, entropy))),
            count,
            **anna,
        ),
        bad("another's stanza with one argument more", _replaced(data, longer), count, **anna),
        bad("another's stanza with a short argument", _replaced(data, shorter), count, **anna),
        bad("another's stanza spelled a second way", _replaced(data, spelt), count, **anna),
        bad("another's stanza with a long body", _replaced(data, fat), count, **anna),
        bad("a stanza that was added later", moved, count, **anna),
        bad("a MAC of another header", _swapped_mac(data), "seal.header.mac", **anna),
        bad("a payload that was changed", torn, "seal.payload.damaged", **anna),
        bad("a payload cut short", data[:-16], "seal.payload.damaged", **anna),
        bad(
            "no payload",
            build_header(FILE_KEY, [Kept(one), Kept(two)], entropy),
            "seal.payload.no-nonce",
            **anna,
        ),
    ]


def _replaced(data: bytes, second: Kept) -> bytes:
    """Return the file with another second stanza, its MAC not made anew."""
    header, size_bytes = scan_header(data)
    stanzas = (header.stanzas[0], second.stanza)
    return render_header(Header(stanzas, header.mac)) + data[size_bytes:]


def _swapped_mac(data: bytes) -> bytes:
    header, size_bytes = scan_header(data)
    return render_header(Header(header.stanzas, bytes(32))) + data[size_bytes:]


def blobs() -> list[Vector]:
    """Return examples of stored blobs; the key is base64."""
    key: Vector = {"key": b64(KEY)}
    short = symmetric.seal_blob(b"said", KEY, entropy)
    empty = symmetric.seal_blob(b"", KEY, entropy)
    full = symmetric.seal_blob(bytes(65_536), KEY, entropy)
    damaged = "seal.payload.damaged"
    return [
        good("four bytes", short, _blob(b"said", short), **key),
        good("nothing", empty, _blob(b"", empty), **key),
        bad("another key", short, damaged, key=b64(bytes(32))),
        bad("a changed nonce", bytes((short[0] ^ 1,)) + short[1:], damaged, **key),
        bad("a changed tag", short[:-1] + bytes((short[-1] ^ 1,)), damaged, **key),
        bad("a byte more", short + b"\x00", damaged, **key),
        bad("an empty chunk behind a full one", full + empty[16:], damaged, **key),
        bad("a nonce and no chunk", short[:16], damaged, **key),
        bad("less than a nonce", short[:15], "seal.payload.no-nonce", **key),
    ]


def _blob(plaintext: bytes, stored: bytes) -> Vector:
    """Return a hash for the plaintext, which may be long."""
    return {
        "address": symmetric.blob_address(stored).hex(),
        "plaintext_sha256": hashlib.sha256(plaintext).hexdigest(),
    }


def symmetrics() -> list[Vector]:
    """Return examples of files sealed to one key, base64."""
    key: Vector = {"key": b64(KEY)}
    stanza = SymmetricRecipient(KEY).wrap(FILE_KEY, entropy)
    name, salt = stanza.args
    data = _file(Kept(stanza), plaintext=b"said")
    code = "seal.stanza.malformed"

    def with_stanza(args: tuple[str, ...], body: bytes = stanza.body) -> bytes:
        return _file(Kept(Stanza(args, body)), plaintext=b"said")

    blob = symmetric.seal_blob(b"said", KEY, entropy)
    exported = symmetric.export_header(KEY, [SymmetricRecipient(KEY)], entropy) + blob
    return [
        good("a file", data, b64(b"said"), **key),
        good("a header made for a blob, and the blob", exported, b64(b"said"), **key),
        bad("another key", data, "seal.header.no-match", key=b64(bytes(32))),
        bad("another type", with_stanza(("symmetric", salt)), "seal.header.no-match", **key),
        bad("no salt", with_stanza((name,)), code, **key),
        bad("a short salt", with_stanza((name, salt[:-2])), code, **key),
        bad("an argument more", with_stanza((name, salt, "1")), code, **key),
        bad("a long body", with_stanza(stanza.args, bytes(33)), code, **key),
    ]


def encapsulations() -> list[Vector]:
    """Return known answers of NIST: the input is the encapsulation key and `m` behind it."""
    return [
        good(
            f"ACVP ML-KEM-encapDecap-FIPS203, tcId {one['tcId']}",
            bytes.fromhex(one["ek"] + one["m"]),
            {"ciphertext": b64(bytes.fromhex(one["c"])), "secret": b64(bytes.fromhex(one["k"]))},
        )
        for one in json.loads((HERE / "seal_acvp.json").read_text())
    ]


def evaluations() -> list[Vector]:
    """Return what RFC 9497 says of three batches, and what shows no evaluation."""
    known = json.loads((HERE / "seal_voprf.json").read_text())
    told = [good(one["desc"], json.dumps(one["input"]).encode(), one["want"]) for one in known]
    last = known[-1]["input"] | {"given": known[-1]["want"]}
    false = [
        ("the identity among the elements", "evaluated", ["00" * 32] * 2, "seal.voprf.element"),
        (
            "another spelling of an element",
            "evaluated",
            ["ed" + "ff" * 30 + "7f"] * 2,
            "seal.voprf.element",
        ),
        (
            "elements that were exchanged",
            "evaluated",
            last["given"]["evaluated"][::-1],
            "seal.voprf.proof",
        ),
        ("one element too few", "evaluated", last["given"]["evaluated"][:1], "seal.voprf.proof"),
        ("a proof that is short", "proof", last["given"]["proof"][:-2], "seal.voprf.proof"),
        (
            "a scalar that is not reduced",
            "proof",
            last["given"]["proof"][:64] + "ff" * 32,
            "seal.voprf.proof",
        ),
    ]
    return [
        *told,
        *(
            bad(desc, json.dumps(last | {"given": last["given"] | {name: value}}).encode(), code)
            for desc, name, value, code in false
        ),
    ]


def _last_bit_set(given: Vector) -> list[str]:
    first, second = map(bytes.fromhex, given["evaluated"])
    return [first.hex(), (second[:-1] + bytes([second[-1] | 0x80])).hex()]


def key_texts() -> list[Vector]:
    """Return examples of key texts, each with the prefix that a reader expects."""
    public, secret = {"prefix": "age1pq"}, {"prefix": "AGE-SECRET-KEY-PQ-"}
    text, hidden = ANNA.recipient.render(), ANNA.render()
    code = "seal.key.malformed"
    return [
        good("a hybrid recipient", text.encode(), b64(ANNA.recipient.raw), **public),
        good("a hybrid identity", hidden.encode(), b64(ANNA.seed), **secret),
        good("no data", bech32.render("age1pq", b"").encode(), "", **public),
        bad("upper case", text.upper().encode(), code, **public),
        bad("lower case", hidden.lower().encode(), code, **secret),
        bad("mixed case", (text[:-1] + text[-1].upper()).encode(), code, **public),
        bad("one character changed", (text[:-1] + "q").encode(), code, **public),
        bad("a space behind", f"{text} ".encode(), code, **public),
        bad("a prefix of another kind", CLEO.recipient.render().encode(), code, **public),
    ]


def _view(header: Header) -> Vector:
    return {
        "stanzas": [{"args": list(one.args), "body": b64(one.body)} for one in header.stanzas],
        "mac": b64(header.mac),
    }


FILES = {
    "header": headers,
    "entry": entries,
    "blob": blobs,
    "symmetric": symmetrics,
    "key": key_texts,
    "mlkem": encapsulations,
    "voprf": evaluations,
}


def files() -> dict[str, str]:
    """Return the text of every file, by its name."""
    return {
        f"{name}.json": json.dumps(vectors(), indent=1) + "\n" for name, vectors in FILES.items()
    }


def main() -> None:
    """Write the files."""
    if "--new" in sys.argv[1:]:
        made = {
            name: who.recipient.wrap(FILE_KEY, os.urandom)
            for name, who in (("anna", ANNA), ("bodo", BODO))
        }
        table = {name: (one.args[1], b64(one.body)) for name, one in made.items()}
        STORE.write_text(json.dumps(table, indent=1) + "\n")
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (TARGET / name).write_text(text)


if __name__ == "__main__":
    main()
