"""All that crosses of an act, in parts that a page shows: the entry, values, texts, files.

    of_crossing(what a worksheet would say)     before anything is sealed
    of_pending(a draft)                         as its approval binds it

Both give the same, so that a preview and a release look alike.

Floor: surfaces.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.acts import codec
from comity.acts.record import Act
from comity.domestic.release.content import Body
from comity.joint.guideline.model import Guideline
from comity.joint.request import acts
from comity.kernel.ijson import Json
from comity.node.desk.pending import Pending
from comity.node.desk.worksheet_leaving import Crossing

_ENVELOPE: Final = frozenset({"blobs", "id", "matter", "release", "tag", "to"})
_TIMES: Final = "times"


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of the entry, or of a value: where it stands, and what it says."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Value:
    """The value of an element or item.

    Attributes:
        id: of the element or item.
        label: by the guideline, or empty.
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


def of_pending(one: Pending, guideline: Guideline | None) -> Content:
    """Return what a draft says, as its approval binds it."""
    sizes = [body.size_bytes for body in one.bodies]
    bodies = [*zip(one.bound, sizes, strict=True)]
    values, texts = one.json(acts.ROLE_ELEMENTS), one.json(acts.ROLE_TEXTS)
    return _content(one.draft.act, values, texts, bodies, guideline)


def _content(
    act: Act,
    values: Json,
    texts: Json,
    bodies: list[tuple[Body, int | None]],
    guideline: Guideline | None,
) -> Content:
    carried = values if isinstance(values, dict) else {}
    labels = {id_: one.label for id_, one in guideline.elements.items()} if guideline else {}
    held = {body.role: (body, size) for body, size in bodies}
    lines = cast("list[dict[str, Any]]", carried.get("attachments") or [])
    return Content(
        act,
        _entry(act),
        _values(carried.get("elements"), labels),
        _values(carried.get("items"), {}),
        cast("list[Mapping[str, Any]]", texts if isinstance(texts, list) else []),
        [_file(at, line, held) for at, line in enumerate(lines, start=1)],
        bodies,
    )


def _entry(act: Act) -> list[Fact]:
    told = cast("dict[str, Json]", codec.act_to_json(act))
    rest: Json = {name: one for name, one in told.items() if name not in _ENVELOPE and one}
    return facts(rest)


def _values(told: Json, labels: Mapping[str, Mapping[str, str]]) -> list[Value]:
    if isinstance(told, dict):
        return [Value(key, labels.get(key, {}), facts(one)) for key, one in told.items()]
    found = []
    for one in told if isinstance(told, list) else []:
        whole: dict[str, Json] = one if isinstance(one, dict) else {"id": one}
        rest: Json = {name: each for name, each in whole.items() if name != "id"}
        found.append(Value(str(whole.get("id", "")), {}, facts(rest)))
    return found


def _file(at: int, line: Mapping[str, Any], held: Mapping[str, tuple[Body, int | None]]) -> File:
    """Return a file by what is sealed; what is told of it stands beside."""
    body, size = held.get(f"{acts.ROLE_ATTACHMENT}:{at}", (None, None))
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


def facts(value: Json, path: tuple[str, ...] = ()) -> list[Fact]:
    """Return the parts of a value in their order, each with its path."""
    if isinstance(value, dict):
        return [fact for name, one in value.items() for fact in facts(one, (*path, name))]
    if isinstance(value, list):
        if all(isinstance(one, str) for one in value):
            return [Fact(".".join(path), ", ".join(cast("list[str]", value)))]
        return [f for at, one in enumerate(value, start=1) for f in facts(one, (*path, str(at)))]
    if value in (None, ""):
        return []
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return [Fact(".".join(path), text)]
