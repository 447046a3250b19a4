"""A table or a plain list of values, read as observables.

    value,type                          198.51.100.7
    hxxp://a[.]example/x,url            evil[.]example

A line that cannot be read is told with its place, and the others are read.

Floor: domestic (pure).
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.domestic.share import observables
from comity.kernel.ijson import Json

LEFT_OUT_MAX: Final = 1_000
_VALUE, _TYPE = "value", "type"
_MARKS: Final = (",", ";", "\t")
_KINDS: Final = {
    **{kind: kind for kind in observables.TYPES},
    "ip": "",
    "ip-src": "",
    "ip-dst": "",
    "hostname": observables.DOMAIN,
    **{type_: kind for kind, type_ in observables.TYPES.items() if type_ != "file"},
}
"""What a table calls a value, and its kind; "" where the value says it."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What could not be read.

    Attributes:
        place: number of the line or the attribute, from 1.
        text: of it, cut.
        why: in one sentence, of `WHY`.
    """

    place: int
    text: str
    why: str


WHY: Final = {
    "value": {"en": "is no address, name or hash", "zh": "不是地址、域名或哈希值"},
    "type": {"en": "has a type that is not read", "zh": "类型无法读取"},
    "row": {"en": "has no value", "zh": "没有值"},
}


@dataclass(frozen=True, slots=True)
class Read:
    """What a file has.

    Attributes:
        objects: of STIX 2.1, each once.
        left_out: what could not be read.
    """

    objects: tuple[dict[str, Json], ...]
    left_out: tuple[LeftOut, ...]


def read(text: str) -> Read:
    """Read a table with a column `value`, or one value a line."""
    found: dict[str, dict[str, Json]] = {}
    left: list[LeftOut] = []
    for place, value, type_ in _rows(text.splitlines()):
        kind = _KINDS.get(type_.strip().lower(), "" if not type_.strip() else None)
        said = observables.detected(value, kind) if kind is not None else None
        if said is not None:
            one = observables.observable(*said)
            found.setdefault(str(one["id"]), one)
        elif len(left) < LEFT_OUT_MAX:
            why = "type" if kind is None else "value" if value.strip() else "row"
            left.append(LeftOut(place, value[:80], why))
    return Read(tuple(found.values()), tuple(left))


def _rows(lines: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Give the place, value and type of each row."""
    first = next((one for one in lines if one.strip() and not one.startswith("#")), "")
    mark = next((one for one in _MARKS if one in first), ",")
    names = [one.strip().strip('"').lower() for one in first.split(mark)]
    if _VALUE not in names:
        yield from (
            (place, line, "")
            for place, line in enumerate(lines, start=1)
            if line.strip() and not line.lstrip().startswith("#")
        )
        return
    at, type_at = names.index(_VALUE), names.index(_TYPE) if _TYPE in names else -1
    is_first = True
    reader = csv.reader(lines, delimiter=mark)
    for row in reader:
        if not row or row[0].lstrip().startswith("#"):
            continue
        if is_first:
            is_first = False
            continue
        value = row[at] if at < len(row) else ""
        yield reader.line_num, value, row[type_at] if 0 <= type_at < len(row) else ""
