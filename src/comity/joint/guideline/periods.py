"""The periods of a guideline, to be read as a table and changed in the text of its authors.

    of(data)                         every period, of all types or of one
    changed(data, version, {…})      the same text with other periods, and no other change

What is not changed stays byte for byte: order, comments and line breaks are its authors'.

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.joint.guideline.model import Length
from comity.kernel import plain_yaml

UNITS: Final = ("hours", "calendar-days", "working-days", "months")
WORKING_DAYS: Final = "working-days"

type Key = tuple[str, str, str]
"""A type, or "" for all that have no own; a clock; an urgency."""


@dataclass(frozen=True, slots=True)
class Period:
    """How long something may take.

    Attributes:
        key: of which type, clock and urgency.
        length: how long.
        pointer: where it stands in the text.
    """

    key: Key
    length: Length
    pointer: str


def of(data: bytes) -> tuple[Period, ...]:
    """Return every period: those of all types first, then those that a type has of its own.

    Args:
        data: a guideline that was read, so that nothing is wrong in it.
    """
    value = cast("dict[str, Any]", plain_yaml.parse(data).value)
    found = [*_of_clocks("", value["clocks"], "/clocks")]
    for at, kind in enumerate(value["types"]):
        found += _of_clocks(kind["id"], kind.get("clocks", ()), f"/types/{at}/clocks")
    return tuple(found)


def changed(data: bytes, version: str, lengths: Mapping[Key, Length]) -> bytes:
    """Return the text under another version with other periods, the rest as it stands.

    Args:
        data: as of `of`.
        version: of the text that it becomes.
        lengths: those to change.
    """
    spans = plain_yaml.spans(data)
    written = {
        one.pointer: _written(lengths[one.key])
        for one in of(data)
        if one.key in lengths and lengths[one.key] != one.length
    }
    written["/version"] = f'"{version}"'
    text = data.decode("utf-8")
    for pointer in sorted(written, key=lambda one: spans[one], reverse=True):
        start, end = spans[pointer]
        text = text[:start] + written[pointer] + text[end:]
    return text.encode("utf-8")


def _of_clocks(kind: str, clocks: Any, pointer: str) -> Iterator[Period]:  # noqa: ANN401 -- JSON
    for at, clock in enumerate(clocks):
        for urgency, one in clock.get("lengths", {}).items():
            length = Length(one["amount"], one["unit"], one.get("of", ""))
            yield Period((kind, clock["id"], urgency), length, f"{pointer}/{at}/lengths/{urgency}")


def _written(one: Length) -> str:
    of_side = f", of: {one.of}" if one.of else ""
    return f"{{amount: {one.amount}, unit: {one.unit}{of_side}}}"
