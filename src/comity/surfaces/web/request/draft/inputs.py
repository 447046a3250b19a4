"""One input of an element: how it is called, what it holds, what came back in it.

    Input("e:data:identifiers:0:value", "value", …)     name, id and value in a page
    read(data, "e:data:identifiers:0", DATA_FIELDS)      {"kind": "ipv4", "value": "…"}

What was typed is kept as it was typed, right or wrong: the guideline judges it.

Floor: surfaces.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json

TEXT: Final = "text"
LONG: Final = "long"
NUMBER: Final = "number"
WHEN: Final = "when"
CHOICE: Final = "choice"
MANY: Final = "many"
TICK: Final = "tick"

ZONE: Final = ":zone"
REST: Final = ":rest"
"""Beside the fields of a value: what it holds that no input shows, as JSON."""

_WHEN: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ]?"
    r"(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?\s*(Z|z|UTC|[+-]\d{2}:?\d{2})?"
)
_WHOLE: Final = re.compile(r"-?\d{1,9}")

OFFSETS: Final = (
    "-12:00", "-11:00", "-10:00", "-09:30", "-09:00", "-08:00", "-07:00", "-06:00", "-05:00",
    "-04:00", "-03:30", "-03:00", "-02:00", "-01:00", "+01:00", "+02:00", "+03:00", "+03:30",
    "+04:00", "+04:30", "+05:00", "+05:30", "+05:45", "+06:00", "+06:30", "+07:00", "+08:00",
    "+08:45", "+09:00", "+09:30", "+10:00", "+10:30", "+11:00", "+12:00", "+12:45", "+13:00",
    "+14:00",
)  # fmt: skip

type Words = str | Promise
type Choices = Sequence[tuple[str, Words]]


class Sent(Protocol):
    """What a form sent."""

    def get(self, name: str, default: str = "", /) -> str:
        """Return the last value of a name."""
        ...

    def getlist(self, name: str, /) -> list[str]:
        """Return every value of a name."""
        ...

    def __contains__(self, name: str, /) -> bool:
        """Return whether there is one."""
        ...


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a value.

    Attributes:
        key: in the value; "" where the value is the field.
        label: what it is called.
        kind: of input.
        hint: what to write.
        choices: of a choice.
        size: of the input, in characters; 0 for its whole width.
        is_ltr: whether it is code, written from left to right in every language.
    """

    key: str
    label: Words
    kind: str = TEXT
    hint: Words = ""
    choices: Choices = ()
    size: int = 0
    is_ltr: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """A field in a page.

    Attributes:
        name: in the form.
        field: of which value.
        value: as it is shown; of `many` those that are ticked.
        zone: of an instant: its offset, or "".
        at: where the value stands in that of its element, as findings say it.
    """

    name: str
    field: Field
    value: object = ""
    zone: str = ""
    at: str = ""

    @property
    def id(self) -> str:
        """Of the input."""
        return id_of(self.name)

    @property
    def choices(self) -> Choices:
        """The choices, with what is chosen though it is none of them."""
        known = {code for code, _ in self.field.choices}
        value = str(self.value)
        return [*self.field.choices, *([(value, value)] if value and value not in known else [])]

    @property
    def zones(self) -> Choices:
        """The offsets of an instant."""
        found: list[tuple[str, Words]] = [("", _("Zone?")), ("Z", "UTC")]
        found += [(one, one) for one in OFFSETS]
        known = {code for code, _ in found}
        return [*found, *([(self.zone, self.zone)] if self.zone not in known else [])]


def id_of(name: str) -> str:
    """Return the id of what has a name in a form."""
    return re.sub(r"[^A-Za-z0-9-]", "-", name)


def shown(prefix: str, fields: Sequence[Field], value: Json, at: str = "") -> list[Input]:
    """Return a value as inputs.

    Args:
        prefix: of their names.
        fields: of the value.
        value: an object, or what stands in the one field that has no key.
        at: where the value stands in that of its element.
    """
    held = value if isinstance(value, dict) else {}
    found = []
    for field in fields:
        name = f"{prefix}:{field.key}" if field.key else prefix
        place = "/".join(filter(None, (at, field.key)))
        found.append(_input(name, field, held.get(field.key) if field.key else value, place))
    return found


def _input(name: str, field: Field, value: Json, at: str) -> Input:
    if field.kind == WHEN:
        text, zone = split(spoken(value))
        return Input(name, field, text, zone, at)
    if field.kind == MANY:
        chosen = value if isinstance(value, list) else [value]
        return Input(name, field, {spoken(one) for one in chosen if one is not None}, at=at)
    if field.kind == TICK:
        return Input(name, field, value is True, at=at)
    return Input(name, field, spoken(value), at=at)


def spoken(value: Json) -> str:
    """Return a plain value as one types it; what is none, as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def rest(fields: Sequence[Field], value: Json) -> str:
    """Return what of an object no field shows, as JSON, or ""."""
    if not isinstance(value, dict):
        return ""
    known = {field.key for field in fields}
    more = {name: one for name, one in value.items() if name not in known}
    return json.dumps(more, ensure_ascii=False) if more else ""


def read(data: Sent, prefix: str, fields: Sequence[Field]) -> dict[str, Json]:
    """Return the object that came back in inputs; what is empty is left out."""
    found: dict[str, Json] = {}
    for field in fields:
        value = read_one(data, f"{prefix}:{field.key}", field)
        if value not in ("", None, []):
            found[field.key] = value
    return {**_rest_of(data.get(prefix + REST, "")), **found} if found else found


def _rest_of(text: str) -> dict[str, Json]:
    try:
        value = ijson.parse(text.encode()) if text else {}
    except (Fault, UnicodeEncodeError):
        return {}
    return value if isinstance(value, dict) else {}


def read_one(data: Sent, name: str, field: Field) -> Json:
    """Return what came back in one input."""
    if field.kind == MANY:
        return [one for one in data.getlist(name) if one]
    if field.kind == TICK:
        return True if name in data else None
    text = typed(data.get(name, ""), is_long=field.kind == LONG)
    if field.kind == WHEN:
        return joined(text, data.get(name + ZONE, ""))
    if field.kind == NUMBER and _WHOLE.fullmatch(text):
        return int(text)
    return text


def typed(text: str, *, is_long: bool = True) -> str:
    """Return what a person typed, with one spelling of line ends and no blanks around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    lines = "".join(one for one in lines if one == "\n" or one == "\t" or ord(one) >= 32)  # noqa: PLR1714, PLR2004 -- control characters are none that one types
    lines = lines.encode("utf-8", "replace").decode()
    return lines if is_long else " ".join(lines.split())


def split(text: str) -> tuple[str, str]:
    """Return an instant without its zone, and the zone: as it was written, if it is no instant."""
    found = _WHEN.fullmatch(text.strip())
    if found is None or found[2] is None:
        return text, ""
    return f"{found[1]} {found[2]}", _zone(found[3] or "")


def joined(text: str, zone: str) -> str:
    """Return an instant as it was typed with the zone that was chosen; a typed zone is meant."""
    found = _WHEN.fullmatch(text)
    if found is None or found[2] is None:
        return text
    clock = found[2] if found[2].count(":") > 1 else f"{found[2]}:00"
    return f"{found[1]}T{clock}{_zone(found[3] or zone)}"


def _zone(text: str) -> str:
    if text.upper() in ("Z", "UTC"):
        return "Z"
    return f"{text[:3]}:{text[3:]}" if text and ":" not in text else text


def labelled(labels: Mapping[str, Words], codes: Sequence[str]) -> Choices:
    """Return codes with the words for them; a code that has none as it is."""
    return [(code, labels.get(code, code)) for code in codes]
