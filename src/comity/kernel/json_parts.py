"""The parts of a JSON text and where they stand: what the reader of the standard library drops.

    parts('{"to": ["bb"]}')     the object, the key, the list, "bb"
    places('{"to": ["bb"]}')    {"": Place(1, 1), "/to": Place(1, 2), "/to/0": Place(1, 9)}

Texts are read with it a second time only to say where something is wrong.

Floor: kernel (pure).
"""

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.kernel.problem import Place, pointer_of

_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[][{},:]|[^][{},:"\s]+', re.DOTALL)
"""A string that never ends is one token to the end of the text: each character is read once."""


@dataclass(frozen=True, slots=True)
class Part:
    """One value, or one key.

    Attributes:
        at: its first character, from 0.
        spelled: a string with its quotes, a number or a word; `{` or `[` of what holds others.
        path: of the value; of a key, that of the value under it.
        is_key: whether it is a key.
    """

    at: int
    spelled: str
    path: tuple[str | int, ...]
    is_key: bool = False


@dataclass(slots=True)
class _Open:
    """An object or a list that is being read."""

    is_object: bool
    step: str | int
    wants_key: bool


def parts(text: str) -> Iterator[Part]:
    """Yield every key and value, in their order.

    Args:
        text: JSON as far as it is read; after a mistake the paths mean nothing.
    """
    held: list[_Open] = []
    for found in _TOKEN.finditer(text):
        word, at = found[0], found.start()
        if word in "]}":
            del held[-1:]
        elif word == ",":
            _go_on(held)
        elif word != ":":
            is_key = bool(held) and held[-1].wants_key and word[0] == '"'
            if is_key:
                held[-1].step, held[-1].wants_key = unquoted(word), False
            yield Part(at, word, tuple(one.step for one in held), is_key)
            if word in "[{":
                held.append(_Open(word == "{", 0, word == "{"))


def places(text: str) -> dict[str, Place]:
    """Return `{pointer: place}` of a text; a key's place for what is under it."""
    ends = [found.start() for found in re.finditer("\n", text)]
    told: dict[str, Place] = {}
    for part in parts(text):
        line = bisect_left(ends, part.at)
        begins = ends[line - 1] + 1 if line else 0
        told.setdefault(pointer_of(part.path), Place(line + 1, part.at - begins + 1))
    return told


def _go_on(held: list[_Open]) -> None:
    if not held:
        return
    step = held[-1].step
    if held[-1].is_object:
        held[-1].wants_key = True
    elif isinstance(step, int):
        held[-1].step = step + 1


def unquoted(word: str) -> str:
    """Return what a string says; what is no string, as it is spelled."""
    if word[0] != '"':
        return word
    try:
        return str(json.loads(word))
    except ValueError:
        return word
