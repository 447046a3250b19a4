"""Signed notes: heads, cosignatures and cards (log 5.1 to 5.3, arrangement 3.2, C2SP)."""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from tools.peer.text import Malformed, b64, number, sha256, unb64

NOTE_MAX = 65_536
ED25519_BYTES = 32
SIGNATURES_MAX = 64
DASH = "\N{EM DASH}"
ML_NOTE = b"comity/ml-dsa-44-note/1"


@dataclass(frozen=True)
class Public:
    """The two public keys of a root, a log or a mirror."""

    ed25519: bytes
    mldsa44: bytes


class Pair:
    """The two private keys of a root, a log or a mirror, each from a seed of 32 bytes."""

    def __init__(self, ed25519: bytes, mldsa44: bytes) -> None:
        self.ed = Ed25519PrivateKey.from_private_bytes(ed25519)
        self.ml = MLDSA44PrivateKey.from_seed_bytes(mldsa44)
        self.public = Public(
            self.ed.public_key().public_bytes_raw(), self.ml.public_key().public_bytes_raw()
        )


@dataclass(frozen=True)
class Head:
    """The three lines that are signed (5.1.1)."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """Them."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"


@dataclass(frozen=True)
class Line:
    """A signature line, taken apart."""

    name: str
    id: bytes
    payload: bytes


def key_id(name: str, kind: bytes, key: bytes) -> bytes:
    """The first four bytes of the hash of C2SP signed-note."""
    return sha256(name.encode() + b"\n" + kind + key)[:4]


def _line(name: str, kind: bytes, key: bytes, payload: bytes) -> str:
    return f"{DASH} {name} {b64(key_id(name, kind, key) + payload)}\n"


def lines(text: str) -> list[Line]:
    """The lines of signatures, one by one."""
    if not text.endswith("\n"):
        raise Malformed("a signature line has no newline")
    found = []
    for one in text[:-1].split("\n"):
        match one.split(" "):
            case [dash, name, spelled] if dash == DASH and name and "+" not in name:
                data = unb64(spelled)
            case _:
                raise Malformed("no signature line")
        if not data[4:]:
            raise Malformed("a signature without bytes")
        found.append(Line(name, data[:4], data[4:]))
    if len(found) > SIGNATURES_MAX:
        raise Malformed("more than NOTE_SIGNATURES_MAX signatures")
    return found


def split(note: str) -> tuple[str, list[Line]]:
    """The body of a note, and its lines."""
    body, gap, signatures = note.rpartition("\n\n")
    if (
        not gap
        or any(char < " " and char != "\n" for char in note)
        or len(note.encode()) > NOTE_MAX
    ):
        raise Malformed("no signed note")
    return body + "\n", lines(signatures)


def read_head(body: str) -> Head:
    """A head of exactly three lines."""
    match body.split("\n"):
        case [origin, size, root, ""] if origin:
            return Head(origin, number(size), unb64(root, 32))
    raise Malformed("a head has three lines (5.1.1)")


def _message(name: str, seconds: int, head: Head) -> bytes:
    """What kind 0x06 signs: C2SP tlog-cosignature, from 0 to the size."""
    named, origin = name.encode(), head.origin.encode()
    return b"".join(
        (
            b"subtree/v1\n\0",
            len(named).to_bytes(1) + named,
            seconds.to_bytes(8),
            len(origin).to_bytes(1) + origin,
            (0).to_bytes(8) + head.size.to_bytes(8),
            head.root,
        )
    )


def _timed(head: Head, seconds: int) -> bytes:
    """What kind 0x04 signs."""
    return f"cosignature/v1\ntime {seconds}\n{head.body()}".encode()


def _mldsa_line(keys: Pair, name: str, head: Head, seconds: int) -> str:
    signed = keys.ml.sign(_message(name, seconds, head))
    return _line(name, b"\6", keys.public.mldsa44, seconds.to_bytes(8) + signed)


def sign_head(keys: Pair, head: Head, seconds: int) -> str:
    """A head, signed by its log with both keys (5.2.1)."""
    plain = _line(head.origin, b"\1", keys.public.ed25519, keys.ed.sign(head.body().encode()))
    return head.body() + "\n" + plain + _mldsa_line(keys, head.origin, head, seconds)


def cosign(keys: Pair, name: str, head: Head, seconds: int) -> str:
    """The two lines of a mirror, with one time (5.3.1)."""
    signed = keys.ed.sign(_timed(head, seconds))
    timed = _line(name, b"\4", keys.public.ed25519, seconds.to_bytes(8) + signed)
    return timed + _mldsa_line(keys, name, head, seconds)


def _holds(public: bytes, signed: bytes, message: bytes) -> None:
    try:
        if len(public) == ED25519_BYTES:
            Ed25519PublicKey.from_public_bytes(public).verify(signed, message)
        else:
            MLDSA44PublicKey.from_public_bytes(public).verify(signed, message)
    except (InvalidSignature, ValueError) as problem:
        raise Malformed("a line of a known key does not verify (5.2.3)") from problem


def _of(found: list[Line], name: str, kind: bytes, key: bytes) -> list[bytes]:
    known = key_id(name, kind, key)
    return [one.payload for one in found if one.name == name and one.id == known]


def _time(payload: bytes) -> int:
    seconds = int.from_bytes(payload[:8])
    if not 0 < seconds < 2**63:
        raise Malformed("a time of zero, or beyond all (5.2.2)")
    return seconds


def check_log(note: str, keys: Public) -> Head:
    """The head of a note that both keys of a log signed (5.2.3)."""
    body, found = split(note)
    head = read_head(body)
    plain = _of(found, head.origin, b"\1", keys.ed25519)
    timed = _of(found, head.origin, b"\6", keys.mldsa44)
    if not plain or not timed:
        raise Malformed("not both lines of the log (5.2.3)")
    for payload in plain:
        _holds(keys.ed25519, payload, body.encode())
    for payload in timed:
        message = _message(head.origin, _time(payload), head)
        _holds(keys.mldsa44, payload[8:], message)
    return head


def check_cosignature(text: str, head: Head, name: str, keys: Public) -> int:
    """The one time of both lines of a mirror (5.3.3)."""
    found = lines(text)
    timed = _of(found, name, b"\4", keys.ed25519)
    mldsa = _of(found, name, b"\6", keys.mldsa44)
    times = {_time(payload) for payload in (*timed, *mldsa)}
    if not timed or not mldsa or len(times) != 1:
        raise Malformed("not both lines of one time (5.3.3)")
    (seconds,) = times
    for payload in timed:
        _holds(keys.ed25519, payload[8:], _timed(head, seconds))
    for payload in mldsa:
        _holds(keys.mldsa44, payload[8:], _message(name, seconds, head))
    return seconds


def _rooted(name: str, body: str) -> bytes:
    """What the ML-DSA-44 key of a root signs (3.2.3)."""
    return ML_NOTE + b"\n" + name.encode() + b"\n" + body.encode()


def sign_text(keys: Pair, name: str, body: str) -> str:
    """A text that a root signs with both keys, in this order (3.2.3)."""
    plain = _line(name, b"\1", keys.public.ed25519, keys.ed.sign(body.encode()))
    kind = b"\xff" + ML_NOTE
    other = _line(name, kind, keys.public.mldsa44, keys.ml.sign(_rooted(name, body)))
    return body + "\n" + plain + other


def check_text(note: str, name: str, keys: Public) -> str:
    """The body of such a text."""
    body, found = split(note)
    known = [key_id(name, b"\1", keys.ed25519), key_id(name, b"\xff" + ML_NOTE + keys.mldsa44, b"")]
    if [(one.name, one.id) for one in found] != [(name, one) for one in known]:
        raise Malformed("not exactly the two lines of the root, in order (3.2.3)")
    _holds(keys.ed25519, found[0].payload, body.encode())
    _holds(keys.mldsa44, found[1].payload, _rooted(name, body))
    return body
