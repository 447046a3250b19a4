"""JSON with one spelling, base64, identifiers (docs/spec/kernel.md)."""

import base64
import hashlib
import json
import math
import secrets
from typing import Any

DEPTH_MAX = 32
NODES_MAX = 100_000
INTEGER_MAX = 2**53 - 1

type Json = Any  # what JSON holds: whoever reads it checks its shape


class Malformed(Exception):  # noqa: N818 -- the word of the specification
    """What came is not what the clause says; the caller refuses it."""


def canonical(value: Json) -> str:
    """The one spelling of 1.1.6."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Malformed("a key stands twice (1.1.2)")
    return made


def _none(name: str) -> Json:
    raise Malformed(f"{name} is no number (1.1.3)")


def _check(value: Json, depth: int = 0) -> int:
    """How many values there are, keys among them; refuses what is nested or counts too far."""
    if isinstance(value, int) and abs(value) > INTEGER_MAX:
        raise Malformed("an integer is too great (1.1.3)")
    if isinstance(value, float) and not math.isfinite(value):
        raise Malformed("a number is too great (1.1.3)")
    if not isinstance(value, dict | list):
        return 1
    if depth == DEPTH_MAX:
        raise Malformed("nested too deep (1.1.5)")
    inner = value.values() if isinstance(value, dict) else value
    count = 1 + sum(_check(one, depth + 1) for one in inner)
    count += len(value) if isinstance(value, dict) else 0
    if count > NODES_MAX:
        raise Malformed("too many values (1.1.5)")
    return count


def read(text: str) -> Json:
    """Any I-JSON of 1.1."""
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_none)
        canonical(value).encode()  # fails for half of a pair, escaped or not (1.1.4)
    except (ValueError, RecursionError) as problem:
        raise Malformed(f"no JSON: {problem}") from problem
    _check(value)
    return value


def read_canonical(text: str, fields: set[str]) -> dict[str, Json]:
    """One object in the one spelling, with exactly these fields (1.1.7)."""
    value = read(text)
    if not isinstance(value, dict) or set(value) != fields:
        raise Malformed(f"not exactly the fields {sorted(fields)}")
    if canonical(value) != text:
        raise Malformed("not the canonical spelling (1.1.7)")
    return value


def headed(header: str, value: Json) -> str:
    """A header line and one line of canonical JSON (3.2.5, 3.5.1)."""
    return f"{header}\n{canonical(value)}\n"


def read_headed(text: str, header: str, fields: set[str]) -> dict[str, Json]:
    """The object of such a text."""
    lines = text.split("\n")
    if [lines[0], *lines[2:]] != [header, ""]:
        raise Malformed(f"not the line {header} and one of JSON")
    return read_canonical(lines[1], fields)


def b64(data: bytes) -> str:
    """Padded base64 (1.2.2)."""
    return base64.b64encode(data).decode()


def unb64(text: str, size: int | None = None) -> bytes:
    """Its bytes, of this many, and no other spelling of them."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as problem:
        raise Malformed("no base64 (1.2.2)") from problem
    if b64(data) != text or size not in {None, len(data)}:
        raise Malformed("base64 of another length or spelling (1.2.2)")
    return data


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def base32(data: bytes) -> str:
    """The spelling of a random id (1.3.2)."""
    return base64.b32encode(data).decode().lower().rstrip("=")


def random_id(now_ms: int | None = None) -> str:
    """A new id; of an act, with the second in which it is made in front (1.3.4)."""
    if now_ms is None:
        return base32(secrets.token_bytes(16))
    return base32((now_ms // 1000 % 65536).to_bytes(2) + secrets.token_bytes(14))


def number(text: str) -> int:
    """A decimal number, spelled in one way (1.2.1)."""
    is_plain = text.isascii() and text.isdigit() and len(text) <= len(str(2**63))
    if not is_plain or text != str(int(text)) or int(text) >= 2**63:
        raise Malformed(f"no number: {text!r}")
    return int(text)
