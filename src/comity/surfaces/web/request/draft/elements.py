"""Elements of a guideline as a form has them: their words, inputs and what is said of them.

    shown(element, asked, sheet, …)        -> Shown, for templates
    received(element, data, parties)       -> the value that came back; None where it is empty

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never, cast

from comity.joint.guideline.findings import Finding
from comity.joint.guideline.model import Element
from comity.kernel.digits import whole
from comity.kernel.ijson import Json
from comity.kernel.legal_text import Sources
from comity.surfaces.web.request.draft import inputs, shapes
from comity.surfaces.web.request.draft.inputs import REST, Choices, Field, Input, Sent
from comity.surfaces.web.request.draft.shapes import Beside, Data, Fields, Offence, Plain, Rows

PREFIX: Final = "e:"
ROWS: Final = ":rows"
"""How many rows a form has shown."""

ROWS_MAX: Final = 120
MOMENT: Final = "at"
"""The key of one moment, where there is no period."""


@dataclass(frozen=True, slots=True)
class Row:
    """One of several.

    Attributes:
        number: from 1.
        name: of its inputs.
        inputs: its fields.
        rest: what no field shows, as JSON.
    """

    number: int
    name: str
    inputs: list[Input]
    rest: str = ""

    @property
    def id(self) -> str:
        """Of the row in the page."""
        return inputs.id_of(self.name)


@dataclass(frozen=True, slots=True)
class Group:
    """Several rows of the same fields.

    Attributes:
        name: of the group.
        kind: what a row is: `identifier`, `person` or `provision`.
        rows: the last one empty where nothing was entered or one was asked for.
    """

    name: str
    kind: str
    rows: list[Row]

    @property
    def id(self) -> str:
        """Of the group in the page."""
        return inputs.id_of(self.name)

    @property
    def count(self) -> int:
        """How many rows the form shows."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Shown:
    """An element in a form.

    Attributes:
        element: of the guideline.
        sources: where the need comes from.
        is_required: whether it is needed as things stand.
        inputs: its fields.
        group: its rows, or None.
        rest: what no field shows, as JSON.
        findings: what is said of it.
        lack: why it is left out, or "".
        is_empty: whether nothing was entered.
        beside: where else in the form it stands, or "".
    """

    element: Element
    sources: Sources
    is_required: bool
    inputs: list[Input]
    group: Group | None
    rest: str
    findings: Sequence[Finding]
    lack: str
    is_empty: bool
    beside: str = ""

    @property
    def name(self) -> str:
        """Of its inputs."""
        return name_of(self.element.id)

    @property
    def id(self) -> str:
        """Of the element in the page."""
        return inputs.id_of(self.name)

    @property
    def told(self) -> list["Told"]:
        """What is said of it, each with the input that it is about."""
        places = {one.at: (one, "") for one in self.inputs if one.at}
        for row in self.group.rows if self.group else ():
            places |= {one.at: (one, str(row.number)) for one in row.inputs}
        return [_told(one, places, self.id) for one in self.findings]

    @property
    def is_one(self) -> bool:
        """Whether it is one input with no label but the element's."""
        return self.group is None and len(self.inputs) == 1 and not self.inputs[0].field.key


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of an element, and where.

    Attributes:
        finding: what is said.
        place: the label of the input, or "".
        row: number of the row, or "".
        id: of the input, or of the element.
    """

    finding: Finding
    place: inputs.Words
    row: str
    id: str


def _told(one: Finding, places: Mapping[str, tuple[Input, str]], id_: str) -> Told:
    found = places.get(one.at)
    if found is None:
        inside = [at for at in places if one.at and at.startswith(f"{one.at}/")]
        named = [at for at in inside if at.endswith("/from")] or inside
        first, row = places[named[0]] if named else (None, "")
        return Told(one, "", row, first.id if first else id_)
    return Told(one, found[0].field.label, found[1], found[0].id)


def name_of(element: str) -> str:
    """Return the name that the inputs of an element begin with."""
    return f"{PREFIX}{element}"


def parts(
    element: Element, value: Json, parties: Choices, added: str
) -> tuple[list[Input], Group | None, str, str]:
    """Return inputs, rows, rest and where else it stands, of the value of an element."""
    shape, name = shapes.shape_of(element, parties), name_of(element.id)
    match shape:
        case Beside():
            return [], None, "", shape.where
        case Plain():
            return inputs.shown(name, (shape.field,), value), None, "", ""
        case Fields():
            held = _object(value, shape.main)
            found = inputs.shown(name, shape.fields, held)
            return found, None, inputs.rest(shape.fields, held), ""
        case Rows():
            many = value if isinstance(value, list) else [] if value is None else [value]
            rows = [_object(one, shape.main) for one in many]
            return [], _group(name, "person", shape.fields, rows, added, ""), "", ""
        case Offence():
            held = _object(value, "provisions")
            told = held.get("provisions")
            many = told if isinstance(told, list) else [] if told is None else [told]
            key = f"{name}:provisions"
            group = _group(key, "provision", (shape.provision,), many, added, "provisions")
            held = {name: one for name, one in held.items() if name != "provisions"}
            return (
                inputs.shown(name, shape.fields, held),
                group,
                inputs.rest(shape.fields, held),
                "",
            )
        case Data():
            return _data(name, shape, value, added)
        case _:
            assert_never(shape)


def _data(
    name: str, shape: Data, value: Json, added: str
) -> tuple[list[Input], Group | None, str, str]:
    held: Mapping[str, Json] = value if isinstance(value, dict) else {"identifiers": value}
    listed = held.get("identifiers")
    many = listed if isinstance(listed, list) else [] if listed is None else [listed]
    rows: list[Json] = [_identifier(one) for one in many]
    group = _group(f"{name}:identifiers", "identifier", shape.fields, rows, added, "identifiers")
    fields = (shape.kinds,) if shape.kinds else ()
    more = {key: one for key, one in held.items() if key != "identifiers"}
    return inputs.shown(name, fields, more), group, inputs.rest(fields, more), ""


def _identifier(one: Json) -> Json:
    if not isinstance(one, dict):
        return {"value": one}
    kind = one.get("kind")
    named = {**one, "kind": shapes.ALIASES.get(kind, kind) if isinstance(kind, str) else kind}
    if MOMENT in named and "from" not in named:
        named["from"] = named.pop(MOMENT)
    return cast("Json", named)


def _object(value: Json, main: str) -> dict[str, Json]:
    if isinstance(value, dict):
        return value
    return {} if value in (None, "") else {main: value}


def _group(
    name: str, kind: str, fields: Sequence[Field], values: Sequence[Json], added: str, at: str
) -> Group:
    shown: list[Json] = [*values]
    if not shown or added == name:
        shown.append(None)
    is_many = bool(at) or len(shown) > 1
    rows = []
    for number, value in enumerate(shown[:ROWS_MAX]):
        row = f"{name}:{number}"
        place = "/".join(filter(None, (at, str(number)))) if is_many else ""
        found = inputs.shown(row, fields, value, place)
        rows.append(Row(number + 1, row, found, inputs.rest(fields, value)))
    return Group(name, kind, rows)


def received(element: Element, data: Sent, parties: Choices, gone: str = "") -> Json:
    """Return the value of an element that came back, or None where nothing was entered.

    Args:
        element: of the guideline.
        data: what the form sent.
        parties: that are asked.
        gone: name of a row that is taken out, or "".
    """
    shape, name = shapes.shape_of(element, parties), name_of(element.id)
    match shape:
        case Beside():
            return None
        case Plain():
            return inputs.read_one(data, name, shape.field) or None
        case Fields():
            return inputs.read(data, name, shape.fields) or None
        case Rows():
            rows: list[Json] = [one for one in _rows(data, name, shape.fields, gone) if one]
            return rows if len(rows) > 1 else next(iter(rows), None)
        case Offence():
            held = inputs.read(data, name, shape.fields)
            named = [*_rows(data, f"{name}:provisions", (shape.provision,), gone)]
            told: dict[str, Json] = {"provisions": [one for one in named if one]}
            return ({**held, **told} if told["provisions"] else held) or None
        case Data():
            return _received_data(data, name, shape, gone)
        case _:
            assert_never(shape)


def _received_data(data: Sent, name: str, shape: Data, gone: str) -> Json:
    found = inputs.read(data, name, (shape.kinds,) if shape.kinds else ())
    rows = []
    for one in _rows(data, f"{name}:identifiers", shape.fields, gone):
        if isinstance(one, dict) and one.keys() - {"kind"}:
            if "from" in one and "to" not in one:
                one = {**one, MOMENT: one["from"]}  # noqa: PLW2901 -- one moment is spelled so
                del cast("dict[str, Any]", one)["from"]
            rows.append(one)
    return {**found, **({"identifiers": cast("Json", rows)} if rows else {})} or None


def _rows(data: Sent, name: str, fields: Sequence[Field], gone: str) -> list[Json]:
    count = min(whole(data.get(name + ROWS, "0")) or 0, ROWS_MAX)
    found: list[Json] = []
    for number in range(count):
        row = f"{name}:{number}"
        if row == gone:
            continue
        if len(fields) == 1 and not fields[0].key:
            found.append(inputs.read_one(data, row, fields[0]))
        else:
            found.append(inputs.read(data, row, fields))
    return found


__all__ = ["MOMENT", "REST", "Group", "Row", "Shown", "name_of", "parts", "received"]
