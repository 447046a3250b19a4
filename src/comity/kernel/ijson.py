"""I-JSON (RFC 7493) but for noncharacters: one reading for every reader, one spelling to sign.

Refused: duplicate keys, integers beyond 2^53 - 1, NaN and infinities, lone
surrogates, a byte order mark, nesting deeper than 32, more than 100,000 nodes.  Noncharacters are
read (docs/adr/0073); a number with a fraction has no canonical spelling.

Floor: kernel (pure).
"""

import json
import math
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from comity.kernel import json_flaws, limits
from comity.kernel.fault import Fault
from comity.kernel.problem import Malformed, place_of_byte

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None

_ENCODE: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
"""Possessive, and to the end of the text where none ends it: else a text of backslashes and quotes
costs the square of its length."""
_STRING_OR_COMMA: Final = re.compile(_STRING.pattern + rb"|,", re.DOTALL)
_COMMA: Final = ord(",")
_OPENING: Final = frozenset(b"[{")
_NO_BRACKETS: Final = bytes(frozenset(range(256)) - frozenset(b"[{]}"))


def parse(data: bytes) -> Json:
    """Read one JSON text.

    Raises:
        Malformed: `kernel.json.malformed`, with what is wrong and where.
    """
    return _read(data, json_flaws.read_two_ways, _real)


def _read(data: bytes, flaw: Callable[[str], Malformed], real: Callable[[str], float]) -> Json:
    """Read one JSON text; `flaw` says what readers read differently in it."""
    try:
        text = data.decode("utf-8")  # first: what is no text is told as that, not as too deep
        _check_commas(data)
        _check_depth(data)
        value: Json = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=real,
        )
        _check_nodes(value, data)
    except UnicodeDecodeError as error:
        why = f"byte {error.start} is not UTF-8"
        fix = "Save it in UTF-8."
        raise json_flaws.malformed(why, fix, place_of_byte(data, error.start)) from error
    except json.JSONDecodeError as error:
        raise json_flaws.broken(error) from error
    except _ReadTwoWaysError as error:
        raise flaw(data.decode("utf-8", "replace")) from error
    return value


def render(value: Json) -> bytes:
    """Return the one spelling: UTF-8, keys sorted by code point, no white space."""
    return _ENCODE(value).encode("utf-8")


def parse_canonical(data: bytes, *, has_fractions: bool = False) -> Json:
    """Read a JSON text that must be spelled as `render` does: a program wrote it.

    Args:
        data: the text.
        has_fractions: whether numbers may have fractions, as in objects of other standards.

    Raises:
        Malformed: as `parse`, but without the place of what readers read differently, since to find
            it costs a hundred times what reading does.
        Fault: `kernel.json.second-spelling`.
    """
    real = _real if has_fractions else _fraction
    value = _read(data, lambda _text: json_flaws.read_differently(), real)
    if render(value) != data:
        raise _second_spelling()
    return value


def _fraction(_digits: str) -> float:
    """Refuse a number with a fraction or an exponent: it has no canonical spelling (1.1.6)."""
    raise _second_spelling()


def _second_spelling() -> Fault:
    return Fault(
        code="kernel.json.second-spelling",
        what="This JSON text is not spelled the one canonical way.",
        fix="Write it with sorted keys, without white space or fractions, in plain UTF-8.",
    )


def _check_commas(data: bytes) -> None:
    """Refuse what has too many values before they are made: each comma parts two."""
    if data.count(b",") < limits.JSON_NODES_MAX:
        return
    commas = (one for one in _STRING_OR_COMMA.finditer(data) if data[one.start()] == _COMMA)
    if next(islice(commas, limits.JSON_NODES_MAX - 1, None), None) is not None:
        raise _ReadTwoWaysError


def _check_depth(data: bytes) -> None:
    """Refuse deep nesting before the parser recurses."""
    if data.count(b"[") + data.count(b"{") <= limits.JSON_DEPTH_MAX:
        return  # too few to nest deeper: the common case, without a loop
    depth = 0
    for byte in _STRING.sub(b"", data).translate(None, _NO_BRACKETS):
        depth += 1 if byte in _OPENING else -1
        if depth > limits.JSON_DEPTH_MAX:
            raise _ReadTwoWaysError


def _check_nodes(value: Json, data: bytes) -> None:
    if len(data) <= limits.JSON_NODES_MAX and b"\\u" not in data:
        return  # a node takes a byte or more, and only an escape can spell a lone surrogate
    for count, node in enumerate(_walk(value), start=1):
        if count > limits.JSON_NODES_MAX:
            raise _ReadTwoWaysError
        if isinstance(node, str) and not json_flaws.is_well_formed(node):
            raise _ReadTwoWaysError


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


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise _ReadTwoWaysError
    return result


def _constant(_name: str) -> Json:
    raise _ReadTwoWaysError


def _integer(digits: str) -> int:
    if not json_flaws.is_exact(digits):
        raise _ReadTwoWaysError
    return int(digits)


def _real(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _ReadTwoWaysError
    return value


class _ReadTwoWaysError(Exception):
    """JSON that readers read differently; where it is so is looked for then."""
