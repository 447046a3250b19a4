"""All that crosses of an act, in parts that a page shows: the entry, values, texts, files.

    of_crossing(what a worksheet would say)     before anything is sealed
    of_pending(a draft)                         as its approval binds it

Both give the same, so that a preview and a release look alike.

Floor: surfaces.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django.utils.translation import gettext, pgettext

from comity.acts import blob_role, codec
from comity.acts.record import Act
from comity.domestic.release.content import Body
from comity.kernel.ijson import Json
from comity.node.desk.draft_view import Pending
from comity.rooms.request.worksheet_release import Crossing
from comity.surfaces.web.request import value_words
from comity.surfaces.web.request.value_words import Vocabulary

_ENVELOPE: Final = frozenset({"blobs", "id", "matter", "release", "tag", "to"})
_TIMES: Final = "times"
_CODES: Final = "codes"


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of the entry, or of a value.

    Attributes:
        name: where it stands, in words; "" where it is the value.
        value: what it says, in words.
        code: what stands there, where the words are others; or "".
        at_ms: the instant that it is, or None.
    """

    name: str
    value: str
    code: str = ""
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """The value of an element or item.

    Attributes:
        id: of the element or item.
        label: by the vocabulary, or empty.
        facts: its parts; one without a name where it is one text.
    """

    id: str
    label: Mapping[str, str]
    facts: list[Fact]


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as the other side is told of it."""

    name: str
    media_type: str
    mark: str
    size_bytes: int | None
    sha256: str
    role: str = ""
    exhibit: str = ""
    provenance: Sequence[Fact] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """All that crosses.

    Attributes:
        act: as it stands in the entry.
        entry: its fields beside its envelope.
        elements: what they say.
        items: likewise.
        texts: `lang`, `text`, `by`, `original`.
        files: attachments.
        bodies: everything that is sealed, each with its size in the clear.
    """

    act: Act
    entry: list[Fact]
    elements: list[Value]
    items: list[Value]
    texts: list[Mapping[str, Any]]
    files: list[File]
    bodies: list[tuple[Body, int | None]]

    @property
    def size_bytes(self) -> int:
        """Of all that is sealed, in the clear."""
        return sum(size or 0 for _, size in self.bodies)


def of_crossing(found: Crossing) -> Content:
    """Return what a worksheet would say."""
    bodies = [*zip(found.bodies, found.sizes, strict=True)]
    return _content(found.act, found.values, found.texts, [*bodies], found.assessed.guideline)


def of_pending(one: Pending, vocabulary: Vocabulary) -> Content:
    """Return what a draft says, as its approval binds it."""
    sizes = [body.size_bytes for body in one.bodies]
    bodies = [*zip(one.bound, sizes, strict=True)]
    values, texts = one.json(blob_role.ELEMENTS), one.json(blob_role.TEXTS)
    return _content(one.draft.act, values, texts, bodies, vocabulary)


def _content(
    act: Act,
    values: Json,
    texts: Json,
    bodies: list[tuple[Body, int | None]],
    vocabulary: Vocabulary,
) -> Content:
    carried = values if isinstance(values, dict) else {}
    kind = vocabulary.types.get(act.codes.get("type", "")) if vocabulary else None
    order = [one.element for one in kind.elements] if kind else []
    held = {body.role: (body, size) for body, size in bodies}
    lines = cast("list[dict[str, Any]]", carried.get("attachments") or [])
    return Content(
        act,
        _entry(act, vocabulary),
        sorted(_values(carried.get("elements"), vocabulary), key=_place(order)),
        _values(carried.get("items"), None),
        cast("list[Mapping[str, Any]]", texts if isinstance(texts, list) else []),
        [_file(at, line, held) for at, line in enumerate(lines, start=1)],
        bodies,
    )


def _place(order: Sequence[str]) -> Callable[[Value], int]:
    """Return where the guideline asks for a value; what it does not ask for stands behind."""
    at = {name: place for place, name in enumerate(order)}
    return lambda one: at.get(one.id, len(order))


def _entry(act: Act, vocabulary: Vocabulary) -> list[Fact]:
    told = cast("dict[str, Json]", codec.act_to_json(act))
    rest: dict[str, Json] = {
        name: one for name, one in told.items() if name not in {*_ENVELOPE, _TIMES, _CODES} and one
    }
    codes = [_code(vocabulary, name, text) for name, text in act.codes.items()]
    times = [
        Fact(value_words.part(name), str(at_ms), at_ms=at_ms) for name, at_ms in act.times.items()
    ]
    return [*codes, *facts(rest, vocabulary=vocabulary), *times]


def _code(vocabulary: Vocabulary, name: str, text: str) -> Fact:
    """Return a code of the entry: its type of request, or what an element says that is listed."""
    said = value_words.entry_code(vocabulary, name, text)
    return Fact(value_words.element(vocabulary, name), said, text if said != text else "")


def _of_element(vocabulary: Vocabulary, name: str, value: Json) -> list[Fact]:
    if isinstance(value, str) and (said := value_words.choice(vocabulary, name, value)) != value:
        return [Fact("", said, value)]
    return facts(value)


def _values(told: Json, vocabulary: Vocabulary) -> list[Value]:
    if isinstance(told, dict):
        known = vocabulary.elements if vocabulary else {}
        return [
            Value(
                key,
                known[key].label if key in known else {},
                _of_element(vocabulary, key, one),
            )
            for key, one in told.items()
        ]
    found = []
    for one in told if isinstance(told, list) else []:
        whole: dict[str, Json] = one if isinstance(one, dict) else {"id": one}
        rest: Json = {name: each for name, each in whole.items() if name != "id"}
        found.append(Value(str(whole.get("id", "")), {}, facts(rest)))
    return found


def _file(at: int, line: Mapping[str, Any], held: Mapping[str, tuple[Body, int | None]]) -> File:
    """Return a file by what is sealed; what is told of it stands beside."""
    body, size = held.get(f"{blob_role.ATTACHMENT}:{at}", (None, None))
    return File(
        str(line.get("name", "")),
        body.media_type if body else str(line.get("media_type", "")),
        body.mark if body else str(line.get("mark", "")),
        size,
        body.sha256 if body else str(line.get("sha256", "")),
        str(line.get("role", "")),
        str(line.get("exhibit", "")),
        facts(line.get("provenance") or {}),
    )


def facts(
    value: Json, path: tuple[str | int, ...] = (), *, vocabulary: Vocabulary = None
) -> list[Fact]:
    """Return the parts of a value in their order, each with its path in words.

    Args:
        value: the value.
        path: where it stands in what it is of.
        vocabulary: that names elements, where the value lists some.
    """
    if isinstance(value, dict):
        inner = value_words.ordered(value)
        return [
            fact for name, one in inner for fact in facts(one, (*path, name), vocabulary=vocabulary)
        ]
    name = value_words.path(path)
    if isinstance(value, list):
        if all(isinstance(one, str) for one in value):
            listed = cast("list[str]", value)
            said = [_listed(vocabulary, path, one) for one in listed]
            separator = pgettext("between words of a list", ", ")
            return [Fact(name, separator.join(said), ", ".join(listed) if said != listed else "")]
        return [
            f
            for at, one in enumerate(value)
            for f in facts(one, (*path, at), vocabulary=vocabulary)
        ]
    if value in (None, ""):
        return []
    if isinstance(value, bool):
        return [Fact(name, gettext("yes") if value else gettext("no"))]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    said_as = value_words.coded(str(path[-1]) if path else "", text)
    return [
        Fact(name, said_as, text if said_as != text else "", at_ms=value_words.instant_ms(text))
    ]


def _listed(vocabulary: Vocabulary, path: tuple[str | int, ...], text: str) -> str:
    """Return an entry of a list: the word for an element, or for a code."""
    if path == ("elements",):
        return value_words.element(vocabulary, text)
    return value_words.coded(str(path[-1]) if path else "", text)
