"""What an entry says: acts and receipts (docs/spec/entry.md).

Every reader must judge alike whether an entry parses (6.1.2): each field has its shape here.
"""

import re
from collections.abc import Callable
from typing import Any

from tools.peer.text import INTEGER_MAX, Json, Malformed, b64, canonical, read_canonical, unb64

type Shape = Callable[[Json], bool]

ACT, RECEIPT, KEY = 1, 2, 3
WORDS = {ACT: "act", RECEIPT: "receipt"}
EVERY = {**WORDS, KEY: "key"}
PADDING = 1024
ORIGIN_MAX = 255
MEMBERS_MAX = 256
UNREAD_MAX = 64
BLOB_MAX = 2**40
CARDS_MAX = 999_999_999
SIZES_MAX = 999_999_999_999_999
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
ID = re.compile(r"[a-z2-7]{25}[aeimquy4]")
TAG = re.compile(r"[a-z]{2,20}\.[a-z]{2,30}(-[a-z]{1,20}){0,5}/[1-9][0-9]{0,3}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/+=@-]{0,254}")
HASH = re.compile(r"[0-9a-f]{64}")
MEDIA = re.compile(r"[a-z0-9][a-z0-9.+-]{0,62}/[a-z0-9][a-z0-9.+-]{0,62}")
ROLE = re.compile(r"[a-z][a-z0-9-]{0,30}(:[A-Za-z0-9][A-Za-z0-9.-]{0,62})?")
NEED = re.compile("needed|following")
DECIMAL = re.compile("0|[1-9][0-9]{0,18}")


def write(origin: str, kind: int, said: dict[str, Any]) -> bytes:
    """The plaintext of an entry, filled up (6.1.1)."""
    plain = f"{origin}\n{EVERY[kind]}\n{canonical(said)}\n".encode()
    return plain + b"\0" * (-len(plain) % PADDING)


def read(plaintext: bytes, kind: int) -> tuple[str, dict[str, Any]]:
    """The origin inside, and what is said there; every other plaintext does not parse (6.1.2)."""
    if kind not in WORDS:
        raise Malformed("no kind byte (2.1.1)")
    shape = ACT_FIELDS if kind == ACT else RECEIPT_FIELDS
    origin, said = _lines(plaintext, WORDS[kind], shape)
    if kind == RECEIPT:
        _receipt(said)
    return origin, said


def read_key(plaintext: bytes) -> tuple[str, dict[str, Any]]:
    """The origin inside a key entry, and what it says (6.6.1)."""
    return _lines(plaintext, EVERY[KEY], KEY_FIELDS)


def _lines(plaintext: bytes, kind: str, shape: dict[str, Shape]) -> tuple[str, dict[str, Any]]:
    text = plaintext.rstrip(b"\0")
    if len(plaintext) != len(text) + -len(text) % PADDING:
        raise Malformed("another filling (6.1.1)")
    try:
        lines = text.decode().split("\n")
    except UnicodeDecodeError as problem:
        raise Malformed("no UTF-8") from problem
    match lines:
        case [origin, word, record, ""] if _is_origin(origin) and word == kind:
            said = read_canonical(record, {*shape})
        case _:
            raise Malformed("not three lines, or another word (6.1.1)")
    _fields(said, shape)
    return origin, said


def _is_origin(text: Json) -> bool:
    """Whether it can name a log (6.1.2)."""
    if not isinstance(text, str) or not 0 < len(text.encode()) <= ORIGIN_MAX:
        return False
    return not any(char.isspace() or char < " " or char == "+" for char in text)


def _is(shape: re.Pattern[str], *, empty: bool = False) -> Shape:
    def fits(value: Json) -> bool:
        return isinstance(value, str) and (
            shape.fullmatch(value) is not None or (empty and not value)
        )

    return fits


def _number(most: int) -> Shape:
    return lambda value: type(value) is int and 0 <= value <= most


def _bytes(size: int) -> Shape:
    def fits(value: Json) -> bool:
        return isinstance(value, str) and len(unb64(value, size)) == size

    return fits


def _list(shape: Shape, most: int = MEMBERS_MAX) -> Shape:
    def fits(value: Json) -> bool:
        return isinstance(value, list) and len(value) <= most and all(map(shape, value))

    return fits


def _named(shape: Shape) -> Shape:
    name = _is(NAME)

    def fits(value: Json) -> bool:
        if not isinstance(value, dict) or len(value) > MEMBERS_MAX:
            return False
        return all(map(name, value)) and all(map(shape, value.values()))

    return fits


def _object(fields: dict[str, Shape]) -> Shape:
    def fits(value: Json) -> bool:
        if not isinstance(value, dict) or set(value) != set(fields):
            return False
        return all(shape(value[name]) for name, shape in fields.items())

    return fits


def _fields(said: dict[str, Any], shapes: dict[str, Shape]) -> None:
    for name, shape in shapes.items():
        if not shape(said[name]):
            raise Malformed(f"{name} has another shape")


DOCUMENT: dict[str, Shape] = {
    "media": _is(MEDIA),
    "role": _is(ROLE),
    "sha256": _is(HASH),
    "size": _number(BLOB_MAX),
}
BLOB = {**DOCUMENT, "key": _bytes(32), "mark": _is(CODE), "need": _is(NEED)}
ADDRESSEE: dict[str, Shape] = {
    "agency": _is(NAME, empty=True),
    "office": _is(NAME, empty=True),
    "party": _is(NAME),
}
ACT_FIELDS: dict[str, Shape] = {
    "answers": _is(ID, empty=True),
    "blobs": _list(_object(BLOB)),
    "codes": _named(_is(CODE)),
    "documents": _list(_object(DOCUMENT)),
    "elements": _list(_is(NAME)),
    "guideline": _is(CODE, empty=True),
    "id": _is(ID),
    "items": _list(_is(NAME)),
    "matter": _object({"id": _is(NAME), "kind": _is(NAME)}),
    "release": _is(HASH),
    "speaker": _object({"agency": _is(NAME), "office": _is(NAME, empty=True)}),
    "tag": _is(TAG),
    "times": _named(_number(INTEGER_MAX)),
    "to": _list(_object(ADDRESSEE)),
    "urgency": _is(CODE, empty=True),
}
UNREAD = {"index": _number(INTEGER_MAX), "leaf": _is(HASH)}
KEY_FIELDS: dict[str, Shape] = {"secret": _bytes(32), "texts": _list(_is(HASH))}
RECEIPT_FIELDS: dict[str, Shape] = {
    "missing": _list(_is(HASH)),
    "of": _is_origin,
    "root": _bytes(32),
    "size": _number(INTEGER_MAX),
    "time": _number(INTEGER_MAX),
    "unread": _list(_object(UNREAD), UNREAD_MAX),
}


def _receipt(said: dict[str, Any]) -> None:
    """What 6.3.1 says of the lists of a receipt beside their shape."""
    indexes = [one["index"] for one in said["unread"]]
    for rising in (said["missing"], indexes):
        if rising != sorted(set(rising)):
            raise Malformed("hashes or indexes do not rise")
    if any(index >= said["size"] for index in indexes):
        raise Malformed("an unread entry that is not below the size")


def receipt(of: str, size: int, root: bytes, now_ms: int) -> dict[str, Any]:
    """A receipt; what is missing and unread is added by who knows it."""
    told = {"of": of, "root": b64(root), "size": size, "time": now_ms}
    return {"missing": [], "unread": [], **told}


def act(tag: str, act_id: str, matter: dict[str, str]) -> dict[str, Any]:
    """An act that says nothing yet but its tag and matter; each field is there (6.2.1)."""
    told = {"id": act_id, "matter": matter, "release": "0" * 64, "tag": tag}
    lists: dict[str, list[Json]] = {
        name: [] for name in ("blobs", "documents", "elements", "items", "to")
    }
    texts = dict.fromkeys(("answers", "guideline", "urgency"), "")
    speaker = {"agency": "", "office": ""}
    return {"codes": {}, "speaker": speaker, "times": {}, **lists, **texts, **told}


def number(codes: dict[str, str], name: str, most: int = CARDS_MAX) -> int:
    """A number in the codes of a register act; 0 where it is spelled otherwise (6.5.2)."""
    spelled = codes.get(name, "")
    if not DECIMAL.fullmatch(spelled) or int(spelled) > most:
        return 0
    return int(spelled)
