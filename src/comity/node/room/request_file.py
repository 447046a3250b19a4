"""The file that a person wrote: checked against its published schema, all errors at once.

    {"type":"preservation","urgency":"urgent","elements":{…},"items":[…],
     "attachments":[{"path","media_type","mark","role","exhibit","provenance":{…}}],
     "texts":[{"lang","text","by","original"}]}

The schemas are comity/catalogue/request.schema.json and answer.schema.json.

Floor: node.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Final, cast

import jsonschema_rs

from comity.acts import marks
from comity.kernel import fit, ijson, plain_yaml
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.json_parts import places
from comity.kernel.problem import Place, Problem, Unfit, placed

MARK_DEFAULT: Final = "TLP:AMBER+STRICT"
"""Of elements and texts, where the file gives none."""

REQUEST: Final = "request"
ANSWER: Final = "answer"


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """What a file says of one attachment.

    Attributes:
        path: relative to the file.
        media_type: of its bytes.
        mark: handling mark.
        role: what it is to the request, or "".
        exhibit: number that its authority gave it, or "".
        provenance: where it came from: action, time, role, tool, authority, derived_from.
    """

    path: str
    media_type: str
    mark: str
    role: str = ""
    exhibit: str = ""
    provenance: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """What a request file or an answer file says.

    Attributes:
        kind: `request` or `answer`.
        type: of a request, else "".
        urgency: of a request, else "".
        own_reference: file number, or "".
        guideline: version, or "".
        mark: of elements and texts.
        elements: `{id: value}`.
        items: as written: a list of a request, `{id: value}` of an answer.
        item_ids: their ids.
        attachments: what it says of each.
        texts: as written.
        times: of a request, by name, milliseconds since 1970 UTC.
        joint: joint codes of a request by name: taken from its elements, never written.
        lacks: `{element: why it is left out}`, of a request.
        extends: id of the request that it extends, or "".
        follows: id of the request that it follows, or "".
        is_oral: whether it was said orally.
    """

    kind: str
    type: str = ""
    urgency: str = ""
    own_reference: str = ""
    guideline: str = ""
    mark: str = MARK_DEFAULT
    elements: Mapping[str, Json] = field(default_factory=dict)
    items: Json = None
    item_ids: tuple[str, ...] = ()
    attachments: tuple[AttachmentLine, ...] = ()
    texts: tuple[Json, ...] = ()
    times: Mapping[str, int] = field(default_factory=dict)
    joint: Mapping[str, str] = field(default_factory=dict)
    lacks: Mapping[str, str] = field(default_factory=dict)
    extends: str = ""
    follows: str = ""
    is_oral: bool = False


def parse(data: bytes, kind: str, name: str) -> Written:
    """Read a request file or an answer file.

    Args:
        data: strict I-JSON.
        kind: `request` or `answer`.
        name: of the file, for what is said about it.

    Raises:
        Malformed: `kernel.json.malformed`.
        Unfit: `node.file.unfit`, with every problem and its place.
    """
    return _placed(ijson.parse(data), kind, name, lambda: places(data.decode()))


def parse_yaml(data: bytes, kind: str, name: str) -> Written:
    """Read the same from plain YAML.

    Raises:
        Malformed: `kernel.yaml.malformed`.
        Unfit: as `parse`.
    """
    marked = plain_yaml.parse(data)
    return _placed(marked.value, kind, name, lambda: marked.places)


def _placed(
    value: Json, kind: str, name: str, find_places: Callable[[], Mapping[str, Place]]
) -> Written:
    try:
        return from_json(value, kind, name)
    except Unfit as unfit:
        found = find_places()
        problems = [placed(problem, found) for problem in unfit.problems]
        raise Unfit(unfit.code, name, problems) from unfit


def from_json(value: Json, kind: str, name: str) -> Written:
    """Read a value that was read strictly; see `parse`."""
    problems = tuple(_problems(value, kind))
    if problems:
        raise Unfit("node.file.unfit", name, problems)
    fields = cast("dict[str, Any]", value)
    return Written(
        kind=kind,
        type=fields.get("type", ""),
        urgency=fields.get("urgency", ""),
        own_reference=fields.get("own_reference", ""),
        guideline=fields.get("guideline", ""),
        mark=str(marks.parse(fields.get("mark", MARK_DEFAULT))),
        elements=fields.get("elements", {}),
        items=fields.get("items"),
        item_ids=tuple(_item_ids(fields.get("items"))),
        attachments=tuple(_attachment(line) for line in fields.get("attachments", [])),
        texts=tuple(fields.get("texts", [])),
        times={name: at_ms(text) for name, text in fields.get("times", {}).items()},
        lacks=fields.get("lacks", {}),
        extends=fields.get("extends", ""),
        follows=fields.get("follows", ""),
        is_oral=fields.get("oral", False),
    )


def _attachment(line: dict[str, Any]) -> AttachmentLine:
    return AttachmentLine(**{**line, "mark": str(marks.parse(line["mark"]))})


def at_ms(text: str) -> int:
    """Return an instant that is written with its zone, in milliseconds since 1970 UTC.

    Raises:
        Fault: `node.time.malformed`.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or instant < _FIRST:
        raise Fault(
            code="node.time.malformed",
            what=f"{quoted(text)} is no instant with its zone, from 1970 on.",
            fix="Write it like 2026-11-25T02:10:00+01:00, or with Z for UTC.",
        )
    return (instant - _FIRST) // timedelta(milliseconds=1)


_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)


def schema(kind: str) -> bytes:
    """Return the published JSON Schema of a kind of file."""
    return resources.files("comity").joinpath("catalogue", f"{kind}.schema.json").read_bytes()


@cache
def _validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema(kind).decode())


def _problems(value: Json, kind: str) -> Iterator[Problem]:
    found = False
    for problem in fit.problems(_validator(kind), value, _FIXES):
        found = True
        yield problem
    if not found:
        yield from _beyond_schema(cast("dict[str, Any]", value))


_FIXES: Final[Mapping[str, str]] = MappingProxyType(
    {"anyOf": "Give an id, or an object with an `id`."}
)


def _beyond_schema(fields: dict[str, Any]) -> Iterator[Problem]:
    """Find what a schema cannot say."""
    ids = _item_ids(fields.get("items"))
    for at, item in enumerate(ids):
        if item in ids[:at]:
            what, fix = "The item stands twice.", "Name each item once."
            yield Problem(f"/items/{at}", quoted(item), what, fix, rule="request.item-twice")
    for at, line in enumerate(fields.get("attachments", [])):
        if not is_inside(line["path"]):
            yield Problem(
                f"/attachments/{at}/path",
                quoted(line["path"]),
                f"{quoted(line['path'])} leads out of the folder of the file.",
                "Put the attachment beside the file and name it by a relative path.",
                rule="request.attachment-outside",
            )
        yield from _provenance(f"/attachments/{at}/provenance", line.get("provenance", {}))


def _provenance(pointer: str, told: Mapping[str, str]) -> Iterator[Problem]:
    """Find an instant that is none, such as the 31st of February."""
    try:
        at_ms(told.get("time", "1970-01-01T00:00:00Z"))
    except Fault as fault:
        yield Problem(
            f"{pointer}/time", quoted(told["time"]), fault.what, fault.fix, rule=fault.code
        )


def is_inside(path: str) -> bool:
    """Return whether a relative path stays in its folder, however a system spells paths."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    return (
        bool(parts)
        and not path.startswith(("/", "\\"))
        and ".." not in parts
        and ("\0" not in path and ":" not in parts[0])
    )


def _item_ids(items: Json) -> list[str]:
    if isinstance(items, dict):
        return list(items)
    if not isinstance(items, list):
        return []
    return [str(item["id"] if isinstance(item, dict) else item) for item in items]
