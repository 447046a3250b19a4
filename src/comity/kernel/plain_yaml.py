"""Plain YAML: the part of YAML 1.2 that a lawyer reads and every program reads alike.

    id: preservation            a string, plain or quoted, or in a block (| or >)
    days: 60                    a whole number below 2^53; true, false and null
    elements:                   a list, a mapping
      - {id: offence}

Refused: anchors and aliases (a short text could stand for a long one), tags, real numbers,
complex and duplicate keys, several documents, what I-JSON refuses.  `no` is a word and
2026-11-24 is a word: nothing is guessed (YAML 1.2.2 section 10.3, without real numbers).

Every value has the place where it stands, so that what is wrong can be shown.

Floor: kernel (pure).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

import yaml

from comity.kernel import json_flaws, limits
from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.kernel.problem import (
    Malformed,
    Place,
    Problem,
    place_of,
    place_of_byte,
    placed,
    pointer_of,
)

_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_REAL: Final = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?|\.(inf|Inf|INF))|\.nan"
)
_START: Final = Place(1, 1)
_WIDTH_CHARS: Final = 100
_CORRECT: Final = "Correct that line."
_AS_UTF8: Final = "Save it in UTF-8."
_MENDS: Final = {
    "mapping values are not allowed": "Quote words with a colon in them, or indent the line anew.",
    "'\\t'": "Indent with spaces.",
    "unexpected end of stream": "Close the quote.",
    "expected <block end>": "Indent the line as those beside it.",
}
"""`{part of what the library says: what to do}`."""
_WORDS: Final[dict[str, Json]] = {"true": True, "false": False, "null": None, "~": None, "": None}


def render(value: Json) -> bytes:
    """Return a value as a text that a person reads: keys in their order, no line cut in words.

    What holds no real number is read back by `parse`.
    """
    text: str = yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH_CHARS
    )
    return text.encode()


class _Dumper(yaml.SafeDumper):
    """Quotes also what is a word to YAML 1.1 and a number to YAML 1.2: `08`."""


def _str(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "'" if _REAL.fullmatch(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _str)


@dataclass(frozen=True, slots=True)
class Marked:
    """A value, and where each part of it stands.

    Attributes:
        value: as JSON.
        places: `{pointer: place}`; a key's place for what is under it.
    """

    value: Json
    places: dict[str, Place]

    def placed(self, problem: Problem) -> Problem:
        """Return the problem with its place, or that of the nearest part above it."""
        return placed(problem, self.places)


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read."""

    value: list[Json] | dict[str, Json]
    path: list[str | int]
    key: str | None = None
    keys: set[str] = field(default_factory=set)


def parse(data: bytes) -> Marked:
    """Read one text.

    Raises:
        Malformed: `kernel.yaml.malformed`, with what is wrong and where.
    """
    if len(data) > limits.WRITTEN_BYTES_MAX:
        raise _malformed(_START, f"it has {len(data)} bytes, over {limits.WRITTEN_BYTES_MAX}")
    try:
        return _Reader().read(yaml.parse(data.decode("utf-8"), Loader=yaml.SafeLoader))
    except UnicodeDecodeError as error:
        place = place_of_byte(data, error.start)
        raise _malformed(place, f"byte {error.start} is not UTF-8", _AS_UTF8) from error
    except yaml.MarkedYAMLError as error:
        raise _broken(error) from error
    except yaml.reader.ReaderError as error:
        place = place_of(data.decode(), error.position)
        raise _malformed(
            place, f"YAML does not allow the character U+{error.character:04X}"
        ) from error


def spans(data: bytes) -> dict[str, tuple[int, int]]:
    """Return where each value stands, from a character to another: one changes, the rest stays.

    Args:
        data: that `parse` reads.
    """
    found: dict[str, tuple[int, int]] = {}
    root = yaml.compose(data.decode("utf-8"), Loader=yaml.SafeLoader)
    if root is not None:
        _spans(root, [], found)
    return found


def _spans(node: yaml.Node, path: list[str | int], found: dict[str, tuple[int, int]]) -> int:
    """Note where a value and those in it stand; return where it ends."""
    start, end = node.start_mark.index, node.end_mark.index
    parts: list[tuple[str | int, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        parts = [(key.value, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        parts = [*enumerate(node.value)]
    ends = [_spans(value, [*path, part], found) for part, value in parts]
    if ends and isinstance(node, yaml.CollectionNode) and not node.flow_style:
        end = ends[-1]  # the library has the place where the next one begins
    found[pointer_of(path)] = (start, end)
    return int(end)


def _broken(error: yaml.MarkedYAMLError) -> Malformed:
    """Say what the library found, and what it was reading then."""
    why = error.problem or "it is no YAML"
    begun = error.context_mark
    if error.context and begun:
        why += f", {error.context} that begins in line {begun.line + 1}, column {begun.column + 1}"
    mend = next((mend for words, mend in _MENDS.items() if words in why), _CORRECT)
    return _malformed(_place(error.problem_mark), why, mend)


class _Mark(Protocol):
    """A place as the library has it, from 0."""

    line: int
    column: int


def _place(mark: _Mark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else _START


class _Reader:
    """Builds the value from the events of the parser; holds what is open."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._places: dict[str, Place] = {}
        self._root: Json = None
        self._nodes = 0
        self._documents = 0

    def read(self, events: Iterator[yaml.Event]) -> Marked:
        """Return what the events say."""
        for event in events:
            place = _place(event.start_mark)
            if isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    raise _malformed(place, "a second document begins")
            elif isinstance(event, yaml.AliasEvent):
                raise _malformed(place, f"the alias *{event.anchor} stands for another part")
            elif isinstance(event, yaml.NodeEvent):
                self._node(event, place)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._open.pop()
        if not self._documents:
            raise _malformed(_START, "it is empty")
        return Marked(self._root, self._places)

    def _node(self, event: yaml.NodeEvent, place: Place) -> None:
        self._nodes += 1
        if self._nodes > limits.JSON_NODES_MAX or len(self._open) > limits.JSON_DEPTH_MAX:
            raise _malformed(place, "it is too deep or has too many parts")
        if event.anchor is not None:
            raise _malformed(place, f"the anchor &{event.anchor} is not plain")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _malformed(place, f"the tag {tag} is not plain")
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, event, place)
            return
        path = _path_below(top)
        self._places.setdefault(pointer_of(path), place)
        value = _value(event, place)
        if top is None:
            self._root = value
        elif isinstance(top.value, list):
            top.value.append(value)
        else:
            assert top.key is not None
            top.value[top.key] = value
            top.key = None
        if isinstance(value, list | dict):
            self._open.append(_Open(value, path))

    def _key(self, top: _Open, event: yaml.NodeEvent, place: Place) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            raise _malformed(place, "a key is a list or a mapping")
        key = _text(event, place)
        if key in top.keys:
            raise _malformed(place, f"the key {quoted(key)} stands twice")
        top.keys.add(key)
        top.key = key
        self._places[pointer_of([*top.path, key])] = place


def _path_below(top: _Open | None) -> list[str | int]:
    if top is None:
        return []
    if isinstance(top.value, list):
        return [*top.path, len(top.value)]
    assert top.key is not None
    return [*top.path, top.key]


def _text(event: yaml.ScalarEvent, place: Place) -> str:
    """Return the words of a scalar: an escape may name half a character (RFC 7493 section 2.1)."""
    text: str = event.value
    if any("\ud800" <= one <= "\udfff" for one in text):
        raise _malformed(place, f"{quoted(text)} holds a lone surrogate")
    return text


def _value(event: yaml.NodeEvent, place: Place) -> Json:
    if isinstance(event, yaml.SequenceStartEvent):
        return []
    if isinstance(event, yaml.MappingStartEvent):
        return {}
    assert isinstance(event, yaml.ScalarEvent)
    text = _text(event, place)
    if event.style is not None:  # quoted, or a block: a string whatever it looks like
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        if not json_flaws.is_exact(text):
            raise _malformed(place, f"the number {quoted(text)} is beyond 2^53 - 1")
        return int(text)
    if _REAL.fullmatch(text):
        raise _malformed(place, f"{quoted(text)} is no whole number; quote it if it is a word")
    return text


def _malformed(place: Place, why: str, fix: str = _CORRECT) -> Malformed:
    return Malformed("kernel.yaml.malformed", why, fix, place)
