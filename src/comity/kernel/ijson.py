"""Strict I-JSON (RFC 7493): one reading for every reader, and one spelling to sign.

Refused: duplicate keys, integers beyond 2^53 - 1, NaN and infinities, lone
surrogates, a byte order mark, nesting deeper than 32, more than 100,000 nodes.

Floor: kernel (pure).
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None

_ENCODE: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
"""Possessive, and to the end of the text where none ends it: else a text of backslashes and quotes
costs the square of its length."""
_OPENING: Final = frozenset(b"[{")
_CLOSING: Final = frozenset(b"]}")


def parse(data: bytes) -> Json:
    """Read one JSON text.

    Raises:
        Fault: `kernel.json.malformed`, with what is wrong and where.
    """
    _check_depth(data)
    try:
        value: Json = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_real,
        )
    except UnicodeDecodeError as error:
        raise _malformed(f"byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise _malformed(f"at character {error.pos}: {error.msg}") from error
    _check_nodes(value, data)
    return value


def render(value: Json) -> bytes:
    """Return the one spelling: UTF-8, keys sorted by code point, no white space."""
    return _ENCODE(value).encode("utf-8")


def parse_canonical(data: bytes) -> Json:
    """Read a JSON text that must be spelled as `render` does.

    Raises:
        Fault: `kernel.json.malformed` or `kernel.json.second-spelling`.
    """
    value = parse(data)
    if render(value) != data:
        raise Fault(
            code="kernel.json.second-spelling",
            what="This JSON text is not spelled the one canonical way.",
            fix="Write it with sorted keys, without white space, in plain UTF-8.",
        )
    return value


def _check_depth(data: bytes) -> None:
    """Refuse deep nesting before the parser recurses."""
    if data.count(b"[") + data.count(b"{") <= limits.JSON_DEPTH_MAX:
        return  # too few to nest deeper: the common case, without a loop
    depth = 0
    for byte in _STRING.sub(b"", data):
        if byte in _OPENING:
            depth += 1
            if depth > limits.JSON_DEPTH_MAX:
                raise _malformed(f"it is nested deeper than {limits.JSON_DEPTH_MAX}")
        elif byte in _CLOSING:
            depth -= 1


def _check_nodes(value: Json, data: bytes) -> None:
    if len(data) <= limits.JSON_NODES_MAX and b"\\u" not in data:
        return  # a node takes a byte or more, and only an escape can spell a lone surrogate
    for count, node in enumerate(_walk(value), start=1):
        if count > limits.JSON_NODES_MAX:
            raise _malformed(f"it has more than {limits.JSON_NODES_MAX} values")
        if isinstance(node, str) and not _is_well_formed(node):
            raise _malformed(
                f"the string {quoted(node.encode('utf-8', 'replace'))} has a lone surrogate"
            )


def _walk(value: Json) -> Iterator[Json]:
    waiting = [value]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            yield from node
            waiting.extend(node.values())


def _is_well_formed(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _malformed(f"the key {quoted(key)} stands twice in one object")
            seen.add(key)
    return result


def _constant(name: str) -> Json:
    raise _malformed(f"{name} is not a number")


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > limits.JSON_INTEGER_MAX:  # noqa: PLR2004 -- sign and 16 digits
        raise _malformed(f"the integer {quoted(digits)} is beyond 2^53 - 1")
    return int(digits)


def _real(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _malformed(f"the number {quoted(digits)} is beyond a double")
    return value


def _malformed(why: str) -> Fault:
    return Fault(
        code="kernel.json.malformed",
        what=f"This is not a JSON text that every reader reads alike: {why}.",
        fix="Correct the text and send it again.",
    )
