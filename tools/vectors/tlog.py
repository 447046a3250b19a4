"""Write vectors/tlog/*.json: good and bad examples of every text of `comity.tlog`.

    python tools/vectors/tlog.py            write the files
    {"desc": …, "input": … | "input_base64": …, "want": … | "want_code": …}

An implementer in another language reads each input as the file name says and compares with
`want` (bytes are base64, absent values null) or knows that it must refuse; `want_code` is
comity's own word for the refusal.  Keys come from seeds of one repeated byte and are of no
worth.  Signatures of ML-DSA-44 have chance in them: they were made once and stand in
tlog_ml_dsa_44.json beside this file.
"""  # noqa: INP001 -- a program, run by its path

import base64
import json
from pathlib import Path
from typing import Any

from comity.tlog import checkpoint, keys, note, policy, tiles, tree, wire
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.keys import KeySigner
from comity.tlog.note import Note, Signature
from comity.tlog.policy import Group, Log, Policy, Witness

type Vector = dict[str, Any]

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "vectors" / "tlog"
PAYLOADS: dict[str, str] = json.loads((HERE / "tlog_ml_dsa_44.json").read_text())

ORIGIN = "aa/x2k/live/1"
MIRROR = "bb/x2k/live"
AT_S = 1_700_000_000
LEAVES = [tree.leaf_hash(b"%d" % index) for index in range(21)]
HEAD = Checkpoint(ORIGIN, len(LEAVES), tree.root(LEAVES))
BODY = checkpoint.render_body(HEAD)
CARD = b'{"party":"aa"}\n'

LOG_1 = keys.signer(ORIGIN, keys.ED25519_NOTE, b"\x01" * 32)
LOG_6 = keys.signer(ORIGIN, keys.ML_DSA_44_COSIGNATURE, b"\x02" * 32)
MIRROR_4 = keys.signer(MIRROR, keys.ED25519_COSIGNATURE, b"\x03" * 32)
MIRROR_6 = keys.signer(MIRROR, keys.ML_DSA_44_COSIGNATURE, b"\x04" * 32)
ROOT = keys.signer("aa", keys.ML_DSA_44_NOTE, b"\x05" * 32)


def good(desc: str, data: bytes, want: object, **more: object) -> Vector:
    """Return an example that must be read as `want`."""
    return {"desc": desc, **_input(data), **more, "want": want}


def bad(desc: str, data: bytes, code: str, **more: object) -> Vector:
    """Return an example that must be refused."""
    return {"desc": desc, **_input(data), **more, "want_code": code}


def b64(data: bytes) -> str:
    """Return the base64 of these bytes."""
    return base64.b64encode(data).decode()


def _input(data: bytes) -> Vector:
    try:
        return {"input": data.decode()}
    except UnicodeDecodeError:
        return {"input_base64": b64(data)}


def _line(signer: KeySigner, body: bytes, payload_name: str = "") -> Signature:
    payload = (
        base64.b64decode(PAYLOADS[payload_name]) if payload_name else signer.sign(body, at_s=AT_S)
    )
    return Signature(signer.name, signer.key_id, payload)


LINE_1 = _line(LOG_1, BODY)
LINE_6 = _line(LOG_6, BODY, "log")
COSIGN_4 = _line(MIRROR_4, BODY)
COSIGN_6 = _line(MIRROR_6, BODY, "mirror")
ROOT_LINE = _line(ROOT, CARD, "root")
SIGNED = Note(BODY, (LINE_1, LINE_6, COSIGN_4, COSIGN_6))


def _signature(line: Signature) -> Vector:
    return {"name": line.name, "key_id": b64(line.key_id), "payload": b64(line.payload)}


def notes() -> list[Vector]:
    """Return examples of notes, unverified."""
    text = b"one\n\ntwo\n"
    data = note.render(Note(text, (LINE_1,)))
    code = "tlog.note.malformed"
    return [
        good(
            "an empty line in the text",
            data,
            {"body": b64(text), "signatures": [_signature(LINE_1)]},
        ),
        good(
            "a name beyond ASCII",
            "t\n\n— é/ß AAAAAAE=\n".encode(),
            {
                "body": b64(b"t\n"),
                "signatures": [{"name": "é/ß", "key_id": b64(bytes(4)), "payload": b64(b"\x01")}],
            },
        ),
        bad("no signature", b"one\n\n", code),
        bad("no empty line", b"one\n", code),
        bad("no last newline", data[:-1], code),
        bad("a carriage return", data.replace(b"\n", b"\r\n"), code),
        bad("not UTF-8", data.replace(b"one", b"\xff"), code),
        bad("a hyphen for the dash", data.replace("—".encode(), b"-"), code),
        bad("a plus in the name", data.replace(b"aa/", b"aa+"), code),
        bad("a no-break space in the name", data.replace(b"aa/", "aa\u00a0".encode()), code),
        bad("two spaces before the base64", data.replace(b"/1 ", b"/1  "), code),
        bad("no padding", data.replace(b"=\n", b"\n"), code),
        bad("unused bits that are not zero", "t\n\n— n AAAAAAF=\n".encode(), code),
        bad("a key id and nothing more", "t\n\n— n AAAAAA==\n".encode(), code),
        bad("65 signatures", b"t\n\n" + "— n AAAAAAE=\n".encode() * 65, "tlog.note.too-large"),
    ]


def verified_notes() -> list[Vector]:
    """Return examples of notes with the keys that are known; `want` names the valid lines."""
    both = [keys.render(LOG_1.vkey), keys.render(LOG_6.vkey)]
    every = [*both, keys.render(MIRROR_4.vkey), keys.render(MIRROR_6.vkey)]
    data = note.render(SIGNED)
    moved = note.render(Note(BODY.replace(b"\n21\n", b"\n22\n"), SIGNED.signatures))
    zero = Signature(MIRROR, MIRROR_4.key_id, bytes(8) + COSIGN_4.payload[8:])
    later = Signature(MIRROR, MIRROR_6.key_id, b"\x00" * 7 + b"\x01" + COSIGN_6.payload[8:])
    stranger = Signature(ORIGIN, b"\x00\x00\x00\x00", b"nonsense")
    card = note.render(Note(CARD, (ROOT_LINE,)))
    return [
        good("both keys of the log", data, [ORIGIN, ORIGIN], vkeys=both),
        good("log and mirror", data, [ORIGIN, ORIGIN, MIRROR, MIRROR], vkeys=every),
        good("a card under a root key", card, ["aa"], vkeys=[keys.render(ROOT.vkey)]),
        good(
            "a stranger's line under a known name is ignored",
            note.render(Note(BODY, (stranger, LINE_1))),
            [ORIGIN],
            vkeys=both,
        ),
        bad("another size", moved, "tlog.note.bad-signature", vkeys=both),
        bad("no known key", data, "tlog.note.unknown-keys", vkeys=[keys.render(ROOT.vkey)]),
        bad(
            "a cosignature without time",
            note.render(Note(BODY, (zero,))),
            "tlog.cosignature.malformed",
            vkeys=every,
        ),
        bad(
            "a cosignature at another time",
            note.render(Note(BODY, (later,))),
            "tlog.note.bad-signature",
            vkeys=every,
        ),
    ]


def vkeys() -> list[Vector]:
    """Return examples of verifier keys."""
    result = [
        good(
            f"kind 0x{signer.vkey.kind:02x}",
            keys.render(signer.vkey).encode(),
            {"name": signer.name, "kind": signer.vkey.kind, "key": b64(signer.vkey.key)},
        )
        for signer in (LOG_1, MIRROR_4, MIRROR_6, ROOT)
    ]
    identity = keys.VKey("a", keys.ED25519_NOTE, b"\x01" + bytes(31))
    second = keys.VKey("a", keys.ED25519_NOTE, (2**255 - 19 + 3).to_bytes(32, "little"))
    off = keys.VKey("a", keys.ED25519_NOTE, b"\x02" + bytes(31))
    bare = keys.VKey("a", keys.ML_DSA_44_NOTE, ROOT.vkey.public)
    text = keys.render(LOG_1.vkey).encode()
    malformed = "tlog.key.malformed"
    return [
        *result,
        bad("a point of low order", keys.render(identity).encode(), "tlog.key.weak"),
        bad("a second spelling of a point", keys.render(second).encode(), malformed),
        bad("not a point", keys.render(off).encode(), malformed),
        bad("0xff without its identifier", keys.render(bare).encode(), malformed),
        bad("another key id", text.replace(LOG_1.key_id.hex().encode(), b"00000000"), malformed),
        bad("a space in the name", text.replace(b"aa/", b"aa "), "tlog.key.bad-name"),
        bad(
            "an unknown kind",
            keys.render(keys.VKey("a", 2, LOG_1.vkey.key)).encode(),
            "tlog.key.unknown-kind",
        ),
        bad("no key", b"a+00000000+", malformed),
    ]


def checkpoints() -> list[Vector]:
    """Return examples of checkpoint bodies."""
    code = "tlog.checkpoint.malformed"
    empty = Checkpoint(ORIGIN, 0, tree.EMPTY_ROOT)
    return [
        good("21 entries", BODY, {"origin": ORIGIN, "size": 21, "root": b64(HEAD.root)}),
        good(
            "no entry",
            checkpoint.render_body(empty),
            {"origin": ORIGIN, "size": 0, "root": b64(tree.EMPTY_ROOT)},
        ),
        bad("an extension line", BODY + b"more\n", code),
        bad("no last newline", BODY[:-1], code),
        bad("a leading zero", BODY.replace(b"\n21\n", b"\n021\n"), code),
        bad("a sign", BODY.replace(b"\n21\n", b"\n+21\n"), code),
        bad("other digits", BODY.replace(b"\n21\n", "\n\u0662\u0661\n".encode()), code),
        bad("2^63 entries", BODY.replace(b"\n21\n", b"\n9223372036854775808\n"), code),
        bad("a root of 31 bytes", b"%s\n21\n%s\n" % (ORIGIN.encode(), b"A" * 40 + b"AA=="), code),
        bad("no origin", BODY.replace(ORIGIN.encode(), b""), code),
        bad("a space in the origin", BODY.replace(b"aa/", b"aa "), code),
        bad("an origin of 256 bytes", BODY.replace(ORIGIN.encode(), b"o" * 256), code),
    ]


def payloads() -> list[Vector]:
    """Return examples of the payload of a cosignature line."""
    code = "tlog.cosignature.malformed"
    return [
        good("Ed25519", COSIGN_4.payload, {"at_s": AT_S, "signature": b64(COSIGN_4.payload[8:])}),
        good("ML-DSA-44", COSIGN_6.payload, {"at_s": AT_S, "signature": b64(COSIGN_6.payload[8:])}),
        bad("no time", bytes(8) + COSIGN_4.payload[8:], code),
        bad("a time beyond 2^63 - 1", b"\x80" + COSIGN_4.payload[1:], code),
        bad("one byte less", COSIGN_4.payload[:-1], code),
        bad("one byte more", COSIGN_4.payload + b"\x00", code),
    ]


def tile_paths() -> list[Vector]:
    """Return examples of tile paths."""
    paths: list[tuple[str, int | None, int, int]] = [
        ("tile/0/000", 0, 0, 256),
        ("tile/0/x001/x234/067", 0, 1234067, 256),
        ("tile/63/999.p/255", 63, 999, 255),
        ("tile/entries/x001/000.p/1", None, 1000, 1),
    ]
    refused = ["tile/0/0", "tile/0/x000/001", "tile/00/000", "tile/64/000", "tile/0/000.p/256"]
    refused += ["tile/0/000.p/0", "tile/0/001/002", "/tile/0/000", "tile/0/../000", ""]
    return [
        *(
            good(path, path.encode(), {"level": level, "index": index, "width": width})
            for path, level, index, width in paths
        ),
        *(bad(f"not {path!r}", path.encode(), "tlog.tile.bad-path") for path in refused),
    ]


def bundles() -> list[Vector]:
    """Return examples of entry bundles."""
    entries = (b"", b"one", b"\xff" * 3)
    code = "tlog.tile.malformed"
    return [
        good("three entries", tiles.render_bundle(entries), [b64(entry) for entry in entries]),
        bad("no entry", b"", code),
        bad("half a length", b"\x00", code),
        bad("an entry cut off", b"\x00\x02a", code),
        bad("257 entries", bytes(2 * 257), code),
    ]


def _read(level: int, index: int) -> bytes:
    return tree.root(LEAVES[index << level : (index + 1) << level])


def proofs() -> list[Vector]:
    """Return examples of proofs for taking away, unverified."""
    head = note.render(Note(BODY, (LINE_1,)))
    hashes = tree.prove_inclusion(17, len(LEAVES), _read)
    lines = b"".join(b64(item).encode() + b"\n" for item in hashes)
    magic = b"c2sp.org/tlog-proof@v1\n"
    want: Vector = {"index": 17, "hashes": [b64(item) for item in hashes]}
    want["checkpoint_note"] = b64(head)
    code = "tlog.proof.malformed"
    return [
        good(
            "entry 17 of 21", magic + b"index 17\n" + lines + b"\n" + head, want | {"extra": None}
        ),
        good(
            "with extra",
            magic + b"extra b25l\nindex 17\n" + lines + b"\n" + head,
            want | {"extra": b64(b"one")},
        ),
        bad("version 2", magic.replace(b"1", b"2") + b"index 17\n\n" + head, code),
        bad("no index", magic + lines + b"\n" + head, code),
        bad("an index with a zero before it", magic + b"index 017\n\n" + head, code),
        bad("extra without data", magic + b"extra \nindex 17\n\n" + head, code),
        bad("extra after the index", magic + b"index 17\nextra b25l\n\n" + head, code),
        bad("a hash of 3 bytes", magic + b"index 17\nAAAA\n\n" + head, code),
        bad("no checkpoint", magic + b"index 17\n" + lines, code),
        bad("a note that is no checkpoint", magic + b"index 17\n\n" + _text_note(), MALFORMED),
    ]


MALFORMED = "tlog.checkpoint.malformed"


def _text_note() -> bytes:
    return note.render(Note(b"text\n", (LINE_1,)))


def policies() -> list[Vector]:
    """Return examples of policies; `want` is the policy without comments."""
    rule = Policy(
        (Log(LOG_1.vkey), Log(LOG_6.vkey, "https://aa.example/")),
        (Witness("b4", MIRROR_4.vkey), Witness("b6", MIRROR_6.vkey)),
        (Group("b", 2, ("b4", "b6")),),
        "b",
    )
    text = policy.render(rule)
    w4 = f"witness b4 {keys.render(MIRROR_4.vkey)}\n".encode()
    code = "tlog.policy.malformed"
    return [
        good("two keys of a log, two of a mirror", text, text.decode()),
        good(
            "comments and white space",
            b"# a comment\n\n \t" + text.replace(b" all ", b"\t2  "),
            text.decode(),
        ),
        good("no quorum", b"quorum none\n", "quorum none\n"),
        bad("no quorum line", w4, code),
        bad("no last newline", b"quorum none", code),
        bad("a carriage return", b"quorum none\r\n", code),
        bad("a name that is not defined before", b"quorum b4\n" + w4, code),
        bad("a witness twice", w4 + w4.replace(b"b4", b"b5", 1) + b"quorum none\n", code),
        bad("none as a member", w4 + b"group b all b4 none\nquorum b\n", code),
        bad("more than there are", w4 + b"group b 2 b4\nquorum b\n", code),
        bad("a member of two groups", w4 + b"group b 1 b4\ngroup c 1 b4\nquorum b\n", code),
        bad("a key of a witness for a log", b"log " + w4.split()[2] + b"\nquorum none\n", code),
    ]


def add_checkpoints() -> list[Vector]:
    """Return examples of the body of add-checkpoint."""
    head = note.render(Note(BODY, (LINE_1,)))
    proof = tree.prove_consistency(13, len(LEAVES), _read)
    lines = b"".join(b64(item).encode() + b"\n" for item in proof)
    code = "tlog.wire.add-checkpoint"
    return [
        good(
            "from 13 to 21",
            b"old 13\n" + lines + b"\n" + head,
            {
                "old_size": 13,
                "proof": [b64(item) for item in proof],
                "checkpoint_note": b64(head),
            },
        ),
        good(
            "the first head",
            b"old 0\n\n" + head,
            {"old_size": 0, "proof": [], "checkpoint_note": b64(head)},
        ),
        bad("a zero before the size", b"old 013\n\n" + head, code),
        bad("no size", b"old \n\n" + head, code),
        bad("another word", b"new 13\n\n" + head, code),
        bad("a short hash", b"old 13\nAAAA\n\n" + head, code),
        bad("64 hashes", b"old 13\n" + (b"A" * 43 + b"=\n") * 64 + b"\n" + head, code),
        bad("no note", b"old 13\n" + lines, code),
    ]


def add_entries() -> list[Vector]:
    """Return examples of the body of add-entries; `cut_short` says that one package broke."""
    header = wire.AddEntriesHeader(ORIGIN, 254, 258, b"ticket")
    packages = [
        wire.EntryPackage(bounds, (b"one", b"two"), (b"h" * 32,))
        for bounds in wire.package_bounds(header.start, header.end)
    ]
    parts = [wire.render_header(header), *map(wire.render_package, packages)]
    data = b"".join(parts)
    package = {"entries": [b64(b"one"), b64(b"two")], "proof": [b64(b"h" * 32)]}
    want = {"origin": ORIGIN, "start": 254, "end": 258, "ticket": b64(b"ticket")}
    backwards = parts[0].replace((254).to_bytes(8), (259).to_bytes(8))
    code = "tlog.wire.add-entries"
    return [
        good("two packages", data, want | {"packages": [package] * 2, "cut_short": False}),
        good(
            "the first of two packages",
            parts[0] + parts[1],
            want | {"packages": [package], "cut_short": False},
        ),
        good(
            "cut in the second package",
            data[:-1],
            want | {"packages": [package], "cut_short": True},
        ),
        good("no package", parts[0], want | {"packages": [], "cut_short": False}),
        bad("cut in the header", parts[0][:-1], code),
        bad("an end before the start", backwards, code),
        bad("an origin with a space", parts[0].replace(b"aa/", b"aa "), code),
        bad("a byte too many", data + b"\x00", "tlog.wire.trailing"),
        bad(
            "a proof of 64 hashes",
            parts[0] + b"\x00\x00" * 2 + b"\x40" + bytes(64 * 32),
            "tlog.wire.package",
        ),
    ]


def sizes() -> list[Vector]:
    """Return examples of text/x.tlog.size."""
    refused = [b"", b"17", b"\n", b"017\n", b"-1\n", b"17\n\n", b"17\r\n"]
    return [
        good("seventeen", b"17\n", 17),
        good("nothing", b"0\n", 0),
        *(bad(f"not {data!r}", data, "tlog.wire.size") for data in refused),
    ]


def mirror_infos() -> list[Vector]:
    """Return examples of text/x.tlog.mirror-info."""
    refused = [b"17\n5\n", b"17\n5\n\n\n", b"017\n5\n\n", b"17\n5\nb25l", b"17\n5\nb25lAB==\n"]
    return [
        good("a ticket", b"17\n5\nb25l\n", {"size": 17, "next_entry": 5, "ticket": b64(b"one")}),
        good("no ticket", b"17\n5\n\n", {"size": 17, "next_entry": 5, "ticket": ""}),
        *(bad(f"not {data!r}", data, "tlog.wire.mirror-info") for data in refused),
    ]


def subtree_proofs() -> list[Vector]:
    """Return examples of subtree consistency proofs in a tree of 21; inputs are JSON."""
    result = []
    for start, end in ((0, 21), (0, 13), (4, 8), (16, 21), (16, 19), (8, 13), (17, 18), (20, 21)):
        claim: Vector = {
            "start": start,
            "end": end,
            "size": len(LEAVES),
            "node": b64(tree.root(LEAVES[start:end])),
            "root": b64(HEAD.root),
            "proof": [b64(item) for item in tree.prove_subtree(start, end, len(LEAVES), _read)],
        }
        result.append(good(f"[{start}, {end}) of 21", json.dumps(claim).encode(), want=True))
        for desc, change in (
            ("with one hash more", {"proof": [*claim["proof"], claim["node"]]}),
            ("in a tree of 64", {"size": 64}),
            ("with another root", {"root": b64(tree.EMPTY_ROOT)}),
        ):
            spoilt = json.dumps(claim | change).encode()
            result.append(bad(f"[{start}, {end}) {desc}", spoilt, "tlog.tree.bad-subtree"))
    claim = {"start": 3, "end": 5, "size": 21, "node": "", "root": b64(HEAD.root), "proof": []}
    result.append(bad("no subtree", json.dumps(claim).encode(), "tlog.tree.bad-subtree"))
    return result


FILES = {
    "note": notes,
    "verified-note": verified_notes,
    "vkey": vkeys,
    "checkpoint": checkpoints,
    "cosignature": payloads,
    "tile-path": tile_paths,
    "bundle": bundles,
    "proof": proofs,
    "policy": policies,
    "add-checkpoint": add_checkpoints,
    "add-entries": add_entries,
    "size": sizes,
    "mirror-info": mirror_infos,
    "subtree": subtree_proofs,
}


def files() -> dict[str, str]:
    """Return the text of every file, by its name."""
    return {
        f"{name}.json": json.dumps(vectors(), ensure_ascii=True, indent=1) + "\n"
        for name, vectors in FILES.items()
    }


def main() -> None:
    """Write the files."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (TARGET / name).write_text(text)


if __name__ == "__main__":
    main()
