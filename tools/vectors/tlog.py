"""Write vectors/tlog/*.json: good and bad examples of every text of `comity.tlog`.

    python -m tools.vectors.tlog            write the files
    {"desc": …, "input": … | "input_base64": …, "want": … | "want_code": …}

An implementer in another language reads each input as the file name says and compares with
`want` (bytes are base64, absent values null) or knows that it must refuse; `want_code` is
comity's own word for the refusal.  What is signed stands here, what crosses as it is in
_tlog_wire.py, and the keys that both use in _tlog_made.py.
"""  # noqa: INP001 -- a folder of programs, and no package

import json
from pathlib import Path

from comity.tlog import checkpoint, keys, note, policy, tree
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.note import Note, Signature
from comity.tlog.policy import Group, Log, Policy, Witness
from tools.vectors import _tlog_wire
from tools.vectors._tlog_made import (
    AT_S,
    BODY,
    CARD,
    COSIGN_4,
    COSIGN_6,
    HEAD,
    LEAVES,
    LINE_1,
    LOG_1,
    LOG_6,
    MIRROR,
    MIRROR_4,
    MIRROR_6,
    ORIGIN,
    ROOT,
    ROOT_LINE,
    SIGNED,
    Vector,
    b64,
    bad,
    good,
    read,
    signature_of,
)

TARGET = Path(__file__).parent.parent.parent / "vectors" / "tlog"


def notes() -> list[Vector]:
    """Return examples of notes, unverified."""
    text = b"one\n\ntwo\n"
    data = note.render(Note(text, (LINE_1,)))
    code = "tlog.note.malformed"
    return [
        good(
            "an empty line in the text",
            data,
            {"body": b64(text), "signatures": [signature_of(LINE_1)]},
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


def proofs() -> list[Vector]:
    """Return examples of proofs for taking away, unverified."""
    head = note.render(Note(BODY, (LINE_1,)))
    hashes = tree.prove_inclusion(17, len(LEAVES), read)
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


FILES = {
    "note": notes,
    "verified-note": verified_notes,
    "vkey": vkeys,
    "checkpoint": checkpoints,
    "cosignature": payloads,
    "tile-path": _tlog_wire.tile_paths,
    "bundle": _tlog_wire.bundles,
    "proof": proofs,
    "policy": policies,
    "add-checkpoint": _tlog_wire.add_checkpoints,
    "add-entries": _tlog_wire.add_entries,
    "size": _tlog_wire.sizes,
    "mirror-info": _tlog_wire.mirror_infos,
    "subtree": _tlog_wire.subtree_proofs,
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
