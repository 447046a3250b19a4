"""What is wrong in a JSON text that is not read: the first place of it, and what to do there.

Floor: kernel (pure).
"""

import json
import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import quoted
from comity.kernel.json_parts import Part, parts, unquoted
from comity.kernel.problem import Malformed, Place, place_of

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_CONSTANTS: Final = ("NaN", "Infinity", "-Infinity")
_DIGITS_MAX: Final = 17
"""A sign and the 16 digits of 2^53."""
_WHITE: Final = " \t\r\n"
_BROKEN: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "Expecting value": (
            "a value belongs here",
            "Write a string in double quotes, a number, true, false, null, a list or an object.",
        ),
        "Expecting property name enclosed in double quotes": (
            "a key in double quotes belongs here",
            "Write one, or close the object.",
        ),
        "Expecting ':' delimiter": ("a colon belongs here, after the key", "Write one."),
        "Expecting ',' delimiter": (
            "a comma belongs here, or the end of the list or object",
            "Write one, or close what is open.",
        ),
        "Illegal trailing comma before end of object": (
            "no key follows this comma",
            "Leave the comma out.",
        ),
        "Illegal trailing comma before end of array": (
            "no value follows this comma",
            "Leave the comma out.",
        ),
        "Unterminated string starting at": (
            "a string begins here and does not end",
            "Close it with a double quote.",
        ),
        "Invalid control character at": (
            "a string holds the end of a line, a tab or another control character",
            "Close the string before it, or write \\n or \\t.",
        ),
        "Invalid \\escape": (
            "a backslash before a character that needs none",
            "Write \\\\ for a backslash.",
        ),
        "Invalid \\uXXXX escape": (
            "no four digits follow \\u",
            "Write the character itself, or its four digits.",
        ),
        "Extra data": (
            "the value is whole, and something follows",
            "Leave out what follows, or put both into a list.",
        ),
        "Unexpected UTF-8 BOM (decode using utf-8-sig)": (
            "the text begins with a byte order mark",
            "Save it in UTF-8 without one.",
        ),
    }
)
"""`{what the library says: (what is wrong, what to do)}`."""


def is_exact(digits: str) -> bool:
    """Return whether every reader reads this whole number alike (RFC 7493 section 2.2)."""
    return len(digits) <= _DIGITS_MAX and abs(int(digits)) <= limits.JSON_INTEGER_MAX


def is_well_formed(text: str) -> bool:
    """Return whether a string is of whole characters (RFC 7493 section 2.1)."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def malformed(why: str, fix: str, place: Place) -> Malformed:
    """Return the fault of a text that is not read."""
    return Malformed("kernel.json.malformed", why, fix, place)


def read_two_ways(text: str) -> Malformed:
    """Say what readers read differently, the first such part."""
    keys: dict[tuple[str | int, ...], set[str | int]] = {}
    for count, part in enumerate(parts(text), start=1):
        flaw = _flaw(part)
        if part.is_key:
            seen = keys.setdefault(part.path[:-1], set())
            if part.path[-1] in seen:
                what = f"the key {quoted(part.path[-1])} stands twice in one object"
                flaw = what, "Leave one of the two out."
            seen.add(part.path[-1])
        elif part.spelled == "{":
            keys[part.path] = set()
        if count > limits.JSON_NODES_MAX:
            flaw = f"it has more than {limits.JSON_NODES_MAX} values", "Make several of it."
        if flaw is not None:
            return malformed(*flaw, place_of(text, part.at))
    return read_differently()


def read_differently() -> Malformed:
    """Say that readers read a text differently, and nothing more."""
    why = "it is too deep or too large, or says something twice or beyond what every reader reads"
    return malformed(why, "Correct it.", Place(1, 1))


def _flaw(part: Part) -> tuple[str, str] | None:
    """Return what is wrong with a part by itself, and what to do."""
    spelled = part.spelled
    if spelled in ("{", "[") and len(part.path) >= limits.JSON_DEPTH_MAX:
        return f"it is nested deeper than {limits.JSON_DEPTH_MAX}", "Nest it less deeply."
    if spelled.startswith(_CONSTANTS):
        return f"{quoted(spelled)} is not a number", "Write a number, or null."
    if not is_well_formed(unquoted(spelled)):
        return "the string has a lone surrogate", "Write the character itself."
    number = _NUMBER.match(spelled)
    return _flaw_of_number(number) if number else None


def _flaw_of_number(found: re.Match[str]) -> tuple[str, str] | None:
    number, is_real = found[0], bool(found[1] or found[2])
    if is_real and not math.isfinite(float(number)):
        return f"the number {quoted(number)} is beyond a double", "Write a smaller one."
    if not is_real and not is_exact(number):
        why = f"the integer {quoted(number)} is beyond 2^53 - 1"
        return why, "Write a smaller one, or a string."
    return None


def broken(error: json.JSONDecodeError) -> Malformed:
    """Say where a text ceases to be JSON, and what belongs there."""
    place = Place(error.lineno, error.colno)
    if not error.doc.strip(_WHITE):
        return malformed("it is empty", "Write a JSON value.", Place(1, 1))
    why, fix = _BROKEN.get(error.msg, (error.msg, "Correct it."))
    if error.pos >= len(error.doc.rstrip(_WHITE)):
        why, fix = f"the text ends, and {why}", "Write what is missing, or take the whole text."
    return malformed(why, fix, place)
