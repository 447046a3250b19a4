"""Writes vectors/seal/*.json: examples, good and bad, of what this floor reads.

    python -m tools.vectors.seal

Each file is a list of `{"desc", "input_base64", …, "want" | "want_code"}`: a reader gets the
input and gives a value that it compares with `want` (bytes are base64) or knows that it must
refuse; `want_code` is comity's own word for the refusal.  Keys are one repeated byte and are
of no worth.
"""  # noqa: INP001 -- a program, run by its path

import base64
import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

from comity.acts import codec
from comity.acts.record import KeyEntry
from comity.seal import bech32, run, stream, symmetric
from comity.seal.header import (
    Entropy,
    Header,
    Recipient,
    Stanza,
    build_header,
    header_of,
    parse_header,
    render_header,
    scan_header,
)
from comity.seal.hybrid import HybridIdentity
from comity.seal.run import Run, SealKey
from comity.seal.symmetric import SymmetricRecipient
from comity.seal.x25519 import X25519Identity

type Vector = dict[str, Any]

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "vectors" / "seal"

FILE_KEY = b"f" * 16
NONCE = b"n" * 16
ANNA, BODO = HybridIdentity(b"\x01" * 32), HybridIdentity(b"\x02" * 32)
CLEO_SEED = (b"\x06" * 32).hex()
VOID = "void"
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


ORIGIN = "aa/aaaaaaaaaaaaaaaaaaaaaaaaaa/live/1"
PARTIES = (ANNA, BODO, HybridIdentity(b"\x05" * 32))
RUN = Run(b"\x51" * 32, ORIGIN, 7)
KEY_TEXT = codec.render_key(ORIGIN, KeyEntry(RUN.secret, ("7e" * 32, "7f" * 32, "80" * 32)))


def key_entries() -> list[Vector]:
    """Return key entries of three parties, without the kind byte.

    `seeds` are those of the parties' identities in order, `place` is the reader's.
    """
    keys = [SealKey(one.recipient.raw, one.recipient) for one in PARTIES]
    file = run.seal_ruled(KEY_TEXT, FILE_KEY, NONCE, keys)
    data, want = RUN.root + file, {"plaintext": b64(KEY_TEXT), "file_key": b64(FILE_KEY)}
    seeds = [one.seed.hex() for one in PARTIES]

    def at(place: int) -> Vector:
        return {"seeds": seeds, "place": place, "origin": ORIGIN, "index": 7}

    def void(desc: str, entry: bytes, **more: object) -> list[Vector]:
        who = (0, 1, 2) if "junk" in desc else (0,)
        return [bad(f"{desc}, for party {n}", entry, VOID, **at(n) | more) for n in who]

    def stanzas(change: dict[int, Stanza], order: tuple[int, ...] = (0, 1, 2)) -> bytes:
        header, size_bytes = scan_header(file)
        made = [change.get(n, header.stanzas[n]) for n in order]
        return RUN.root + header_of(FILE_KEY, made) + file[size_bytes:]

    good_stanzas = scan_header(file)[0].stanzas
    junk = [Stanza(one.args, bytes((one.body[0] ^ 1,)) + one.body[1:]) for one in good_stanzas]
    chance = [one.recipient.wrap(FILE_KEY, entropy) for one in PARTIES]
    torn = data[:-1] + bytes((data[-1] ^ 1,))
    return [
        *(good(f"opened by party {n}", data, want, **at(n)) for n in range(3)),
        *(v for n in range(3) for v in void(f"a junk stanza at {n}", stanzas({n: junk[n]}))),
        *void("a stanza of other chance, which opens", stanzas({1: chance[1]})),
        *void("stanzas in another order", stanzas({}, (1, 0, 2))),
        *void("a stanza less", stanzas({}, (0, 1))),
        *void("a stanza more", stanzas({}, (0, 1, 2, 2))),
        *void("a text of another", data, seeds=[seeds[0], seeds[1], CLEO_SEED]),
        *void("another root", bytes(32) + file),
        *void("at another index", data, index=8),
        *void("in another log", data, origin=ORIGIN.replace("aa/", "bb/")),
        *void("a payload that was changed", torn),
        *void("cut short", data[:40]),
    ]


def entries() -> list[Vector]:
    """Return entries of a run, without the kind byte, each with the index where it stands.

    The run is that of the secret, at index 7; `want` has what shows the key (2.1.12).
    """
    given: Vector = {"secret": b64(RUN.secret), "origin": ORIGIN, "key_index": 7}

    def read(place: int) -> Vector:
        shown = RUN.shown(place)
        return {
            "plaintext": b64(PLAINTEXT),
            "file_key": b64(shown.file_key),
            "salt": b64(shown.salt),
            "path": [b64(one) for one in shown.path],
            "root": b64(RUN.root),
        }

    def entry(*stanzas: Stanza, key: bytes = RUN.key(3)) -> bytes:
        return header_of(key, stanzas) + stream.seal_payload(PLAINTEXT, key, NONCE)

    def stanza(*args: str, body: bytes = b"") -> Stanza:
        return Stanza(args, body)

    here = given | {"index": 11}
    data = RUN.seal(PLAINTEXT, 3, NONCE)
    right = stanza("comity-run", "7", "3")
    return [
        *(
            good(f"at place {n}", RUN.seal(PLAINTEXT, n, NONCE), read(n), **given, index=8 + n)
            for n in (0, 3, 255)
        ),
        bad("under another index", data, VOID, **given | {"index": 12}),
        bad("of another key entry", entry(stanza("comity-run", "6", "4")), VOID, **here),
        bad("under the key of another place", entry(right, key=RUN.key(4)), VOID, **here),
        bad("a place of 256", entry(stanza("comity-run", "7", "256")), VOID, **here),
        bad("a leading zero", entry(stanza("comity-run", "7", "03")), VOID, **here),
        bad("an argument more", entry(stanza("comity-run", "7", "3", "3")), VOID, **here),
        bad("a body", entry(stanza("comity-run", "7", "3", body=b"x")), VOID, **here),
        bad("another type", entry(stanza("comity-Run", "7", "3")), VOID, **here),
        bad("two stanzas", entry(right, right), VOID, **here),
        bad("a stanza of a party", entry(ANNA.recipient.wrap(RUN.key(3), entropy)), VOID, **here),
        bad("a payload that was changed", data[:-1] + bytes((data[-1] ^ 1,)), VOID, **here),
        bad("a payload cut short", data[:-16], VOID, **here),
        bad("no payload", header_of(RUN.key(3), [right]), VOID, **here),
    ]


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
    "key-entry": key_entries,
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
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (TARGET / name).write_text(text)


if __name__ == "__main__":
    main()
