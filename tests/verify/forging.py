"""A State with keys of its own that signs whatever it likes, and files of it for verifiers.

    data, policy = proof(entry(plaintext())), policy_text()

Floor: tests.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from comity.acts.record import ACT_KIND
from comity.seal import stream
from comity.seal.header import Stanza, header_of
from comity.seal.run import Run
from comity.tlog import checkpoint, keys, note, spelling, tree
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.keys import KeySigner

ARRANGEMENT = "a" * 26
ORIGIN, OTHER = f"aa/{ARRANGEMENT}/live/1", f"bb/{ARRANGEMENT}/live/1"
MIRROR = f"bb/{ARRANGEMENT}/live/mirror"
NOW_S = 1_764_000_000
KEY_INDEX = 1
RUN = Run(bytes(range(32)), ORIGIN, KEY_INDEX)
FILE_KEY, KEY_ENTRY = RUN.key(0), b"\x03" + RUN.root + b"sealed"
_CHANCE = bytes(1)


def chance(size_bytes: int) -> bytes:
    """Return bytes that are the same each time."""
    return _CHANCE * size_bytes


def log_keys(origin: str = ORIGIN, seed: int = 1) -> tuple[KeySigner, ...]:
    """Return the two signers of a log."""
    kinds = (keys.ED25519_NOTE, keys.ML_DSA_44_COSIGNATURE)
    return tuple(keys.signer(origin, kind, bytes([seed]) * 32) for kind in kinds)


def mirror_keys(name: str = MIRROR, seed: int = 2) -> tuple[KeySigner, ...]:
    """Return the two signers of a mirror."""
    kinds = (keys.ED25519_COSIGNATURE, keys.ML_DSA_44_COSIGNATURE)
    return tuple(keys.signer(name, kind, bytes([seed]) * 32) for kind in kinds)


def policy_text(
    logs: Sequence[KeySigner] = (*log_keys(), *log_keys(OTHER, 3)),
    mirrors: Sequence[KeySigner] = mirror_keys(),
) -> bytes:
    """Return a policy that asks for one mirror."""
    lines = [f"log {keys.render(one.vkey)}" for one in logs]
    names = [f"w{at}" for at in range(len(mirrors))]
    lines += [
        f"witness {name} {keys.render(one.vkey)}" for name, one in zip(names, mirrors, strict=True)
    ]
    lines += [f"group bb all {' '.join(names)}", "quorum bb"]
    return "".join(f"{line}\n" for line in lines).encode()


def entry(plaintext: bytes, kind: int = ACT_KIND, stanzas: int = 1) -> bytes:
    """Return a sealed entry that `FILE_KEY` opens: the first of its run."""
    stanza = Stanza(("comity-run", str(KEY_INDEX), "0"), b"")
    header = header_of(FILE_KEY, [stanza] * stanzas)
    return bytes((kind,)) + header + stream.seal_payload(plaintext, FILE_KEY, chance(16))


def filled(text: bytes) -> bytes:
    """Return a text with the zeros of an entry."""
    return text + bytes(-len(text) % 1024)


def plaintext(value: object = None, *, word: str = "act", origin: str = ORIGIN) -> bytes:
    """Return what an entry says: a value, or text that stands for one as it is."""
    record = act() if value is None else value
    text = record if isinstance(record, bytes) else canonical(record)
    return filled(b"%s\n%s\n%s\n" % (origin.encode(), word.encode(), text))


def canonical(value: object) -> bytes:
    """Return JSON as a program of any sort would spell it canonically."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def act(**changed: object) -> dict[str, Any]:
    """Return the least act, with some fields changed."""
    value: dict[str, Any] = {
        "answers": "",
        "blobs": [],
        "codes": {},
        "documents": [],
        "elements": [],
        "guideline": "",
        "id": "m" * 26,
        "items": [],
        "matter": {"id": "q" * 26, "kind": "request"},
        "release": "0" * 64,
        "speaker": {"agency": "doj", "office": ""},
        "tag": "request.acknowledged/1",
        "times": {},
        "to": [{"agency": "", "office": "", "party": "bb"}],
        "urgency": "",
    }
    return value | changed


def receipt(**changed: object) -> dict[str, Any]:
    """Return a receipt of aa for the other log, with some fields changed."""
    value: dict[str, Any] = {
        "missing": [],
        "of": OTHER,
        "root": base64.b64encode(bytes([7]) * 32).decode(),
        "size": 44,
        "time": 1_800_000_000_123,
        "unread": [],
    }
    return value | changed


@dataclass(frozen=True, slots=True)
class Signing:
    """How a head is signed.

    Attributes:
        logs: signers of the log.
        mirrors: of the mirror.
        log_s: the time of the log's.
        mirror_s: of the mirror's.
        origin: the log.
    """

    logs: tuple[KeySigner, ...] = log_keys()
    mirrors: tuple[KeySigner, ...] = mirror_keys()
    log_s: int = NOW_S
    mirror_s: int = NOW_S + 1
    origin: str = ORIGIN

    def head(self, size: int, root: bytes) -> bytes:
        """Return a signed head."""
        body = checkpoint.render_body(Checkpoint(self.origin, size, root))
        signed = note.sign(body, self.logs, at_s=self.log_s)
        cosigned = note.sign(body, self.mirrors, at_s=self.mirror_s)
        return note.render(note.Note(body, (*signed.signatures, *cosigned.signatures)))


SIGNING = Signing()


def extra_line(
    sealed: bytes, *, bodies: Sequence[bytes] | None = (), key: object = None, **changed: object
) -> bytes:
    """Return what the extra line of a proof holds; without bodies it is not disclosed."""
    value: dict[str, Any] = {"entry": base64.b64encode(sealed).decode(), "format": "comity/proof/1"}
    if bodies is not None:
        value["bodies"] = [base64.b64encode(one).decode() for one in bodies]
        value["file-key"] = base64.b64encode(FILE_KEY).decode() if key is None else key
        value["key"] = key_of(sealed)
    return canonical(value | changed)


def key_of(sealed: bytes, **changed: object) -> dict[str, Any]:
    """Return what binds the file key, in the log of `proof`, with some fields changed."""
    shown = RUN.shown(0)

    def told(data: bytes) -> str:
        return base64.b64encode(data).decode()

    value: dict[str, Any] = {
        "bound": [told(one) for one in shown.path],
        "entry": told(KEY_ENTRY),
        "index": KEY_INDEX,
        "path": [told(one) for one in inclusion(leaves_of(sealed), KEY_INDEX)],
        "salt": told(shown.salt),
    }
    return value | changed


def leaves_of(sealed: bytes, index: int = 2, size: int = 5) -> list[bytes]:
    """Return the leaves of a log of others, with the key entry and an entry where there is room."""
    leaves = [tree.leaf_hash(b"other %d" % at) for at in range(size)]
    leaves[KEY_INDEX : KEY_INDEX + 1] = [tree.leaf_hash(KEY_ENTRY)] * (size > KEY_INDEX)
    leaves[index] = tree.leaf_hash(sealed)
    return leaves


def proof(
    sealed: bytes,
    more: bytes | None = None,
    *,
    index: int = 2,
    size: int = 5,
    signing: Signing = SIGNING,
) -> bytes:
    """Return a proof of an entry among others; `more` is its extra line, if another is wanted."""
    leaves = leaves_of(sealed, index, size)
    path = inclusion(leaves, index)
    lines = [
        b"c2sp.org/tlog-proof@v1",
        b"extra " + spelling.render_base64(extra_line(sealed) if more is None else more),
        b"index %d" % index,
        *map(spelling.render_base64, path),
    ]
    return b"\n".join(lines) + b"\n\n" + signing.head(size, tree.root(leaves))


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the path of a leaf (RFC 6962, section 2.1.1)."""
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return [*inclusion(leaves[:half], index), tree.root(leaves[half:])]
    return [*inclusion(leaves[half:], index - half), tree.root(leaves[:half])]
