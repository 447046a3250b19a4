"""The shapes of docs/json.md, read as they stand there, and what a command printed against them.

    found = shapes.read(page)
    shapes.problems(found, "token list", value)     # [] if it fits

    {name: shape, may_be_missing?: shape}   {*: shape}   [shape]   a|b   string integer number
    boolean null any   Name

Floor: tests.
"""

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from comity.kernel.ijson import Json

PAGE: Final = Path(__file__).parents[2] / "docs" / "json.md"
_HEADING: Final = re.compile(r"^## ", re.MULTILINE)
_BLOCK: Final = re.compile(r"^```\n(.+?)^```$", re.MULTILINE | re.DOTALL)
_OF: Final = re.compile(r"^Of (`.+)\.$", re.MULTILINE)
_TICKED: Final = re.compile(r"`([a-z -]+)`")
_NAMED: Final = re.compile(r"^([A-Z]\w+) = ", re.MULTILINE)
_WORD: Final = re.compile(r"\s*([A-Za-z_][\w-]*|[{}\[\]|:?*,])")
_KINDS: Final[dict[str, type | tuple[type, ...]]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None),
    "any": object,
}  # fmt: skip


type Fields = dict[str, tuple["Shape", bool]]
"""By name: its shape, and whether it may be missing."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One of several: kinds and names; an object with fields, or with keys of its own; a list."""

    word: str = ""
    fields: "Fields" = field(default_factory=dict)
    values: "Shape | None" = None
    items: "Shape | None" = None
    others: Sequence["Shape"] = field(default=())


@dataclass(slots=True)
class Shapes:
    """What a page says: by command, and by name; and which commands it does not describe."""

    commands: dict[str, Shape] = field(default_factory=dict)
    named: dict[str, Shape] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()


def read(page: str) -> Shapes:
    """Return what a page says."""
    found = Shapes()
    for section in _HEADING.split(page)[1:]:
        heading, _, told = section.partition("\n")
        of = _OF.search(told)
        names = _TICKED.findall(of[1]) if of else heading.split(", ")
        block = _BLOCK.search(told)
        if block is None:
            found.silent = frozenset(names)
            continue
        *named, last = re.split(r"\n(?=[A-Z{a-z\[])", block[1].strip())
        for text in [*named, *([last] if _NAMED.match(last) else [])]:
            name, _, shape = text.partition(" = ")
            found.named[name] = _parsed(shape)
        if not _NAMED.match(last):
            found.commands |= dict.fromkeys(names, _parsed(last))
    return found


def _parsed(text: str) -> Shape:
    words = _WORD.findall(text)
    assert "".join(words) == re.sub(r"\s", "", text), text
    words.reverse()
    shape = _either(words)
    assert not words, text
    return shape


def _either(words: list[str]) -> Shape:
    found = [_one(words)]
    while words and words[-1] == "|":
        words.pop()
        found.append(_one(words))
    return found[0] if len(found) == 1 else Shape(others=found)


def _one(words: list[str]) -> Shape:
    word = words.pop()
    if word == "[":
        items = _either(words)
        assert words.pop() == "]"
        return Shape(items=items)
    if word != "{":
        return Shape(word=word)
    fields: Fields = {}
    while words[-1] != "}":
        name, is_optional = words.pop(), words[-1] == "?"
        if is_optional:
            words.pop()
        assert words.pop() == ":", name
        fields[name] = (_either(words), is_optional)
        if words[-1] == ",":
            words.pop()
    words.pop()
    return Shape(values=fields["*"][0]) if "*" in fields else Shape(fields=fields)


def problems(shapes: Shapes, command: str, value: Json) -> list[str]:
    """Return what of a printed value is otherwise than the page says; a field more is, too."""
    if isinstance(value, dict) and set(value) == {"error"}:
        return [*_wrong(shapes, shapes.named["Error"], value["error"], "error")]
    return [*_wrong(shapes, shapes.commands[command], value, "")]


def _wrong(shapes: Shapes, shape: Shape, value: Json, at: str) -> Iterator[str]:
    if shape.others:
        found = [[*_wrong(shapes, one, value, at)] for one in shape.others]
        yield from min(found, key=len) if all(found) else []
    elif shape.word:
        yield from _wrong_word(shapes, shape.word, value, at)
    elif shape.items:
        items = value if isinstance(value, list) else []
        yield from [] if isinstance(value, list) else [f"{at} is no list: {value!r}"]
        for number, item in enumerate(items):
            yield from _wrong(shapes, shape.items, item, f"{at}[{number}]")
    elif not isinstance(value, dict):
        yield f"{at} is no object: {value!r}"
    else:
        fields = dict.fromkeys(value, (shape.values, False)) if shape.values else shape.fields
        yield from _wrong_fields(shapes, fields, value, at)


def _wrong_word(shapes: Shapes, word: str, value: Json, at: str) -> Iterator[str]:
    if word in shapes.named:
        yield from _wrong(shapes, shapes.named[word], value, at)
    elif not isinstance(value, _KINDS[word]) or (
        isinstance(value, bool) and word in ("integer", "number")
    ):
        yield f"{at} is no {word}: {value!r}"


def _wrong_fields(shapes: Shapes, fields: Fields, value: dict[str, Json], at: str) -> Iterator[str]:
    for name, (shape, is_optional) in fields.items():
        if name in value:
            yield from _wrong(shapes, shape, value[name], f"{at}.{name}")
        elif not is_optional:
            yield f"{at}.{name} is missing"
    for name in value.keys() - fields.keys():
        yield f"{at}.{name} is not described"


def typed(parser: argparse.ArgumentParser, words: Sequence[str]) -> str:
    """Return which command some words type, without its options."""
    found = []
    for word in words:
        verbs = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
        if verbs and word in verbs[0].choices:
            found.append(word)
            parser = verbs[0].choices[word]
    return " ".join(found)
