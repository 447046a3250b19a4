"""What the examples of `tlog.py` are made from: keys, a log of 21 entries, its head and lines.

Keys come from seeds of one repeated byte and are of no worth.  Signatures of ML-DSA-44 have
chance in them: they were made once and stand in tlog_ml_dsa_44.json beside this file.
"""  # noqa: INP001 -- a folder of programs, and no package

import base64
import json
from pathlib import Path
from typing import Any

from comity.tlog import checkpoint, keys, tree
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.keys import KeySigner
from comity.tlog.note import Note, Signature

type Vector = dict[str, Any]

HERE = Path(__file__).parent
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


def signature_of(line: Signature) -> Vector:
    """Return a signature line as it stands in a vector."""
    return {"name": line.name, "key_id": b64(line.key_id), "payload": b64(line.payload)}


def read(level: int, index: int) -> bytes:
    """Return the root of a complete subtree of the 21 leaves."""
    return tree.root(LEAVES[index << level : (index + 1) << level])
