"""Rows as JSON: in one order and one spelling, so that two nodes write the same bytes.

    render(rows)  -> [{"kind": "request", "id": .., "asker": .., "asked": {..}, "spans": [..], ..}]
    parse(value)  -> (Observation("request", ..), ...)

Fields are those of `observation`; what is empty is left out.

Source: docs/spec/review.md 1.16.
Floor: figures (pure).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from types import MappingProxyType
from typing import Any, Final, cast

from comity.figures.observation import Fact, Hold, Moment, Observation, Span
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json

type _Reader = Callable[[Json, str], Any]


def render(rows: Iterable[Observation]) -> Json:
    """Return rows as a JSON array; `parse` is its inverse."""
    return [_rendered(row) for row in sorted(rows, key=_place)]


def parse(value: Json) -> tuple[Observation, ...]:
    """Read rows that another program wrote.

    Raises:
        Fault: `figures.rows.malformed`, with what is wrong and where.
    """
    found = cast("tuple[Observation, ...]", _many(_record(Observation))(value, ""))
    places = [_place(row) for row in found]
    if len(set(places)) != len(places):
        raise _malformed("", "a row stands twice", "")
    if ijson.render(render(found)) != ijson.render(value):
        raise _malformed("", "the rows are not spelled the one way that `render` spells them", "")
    return found


def _place(row: Observation) -> tuple[str, str, str]:
    return row.kind, row.id, row.addressee


def _rendered(value: object) -> Json:
    if isinstance(value, tuple):
        return [_rendered(one) for one in value]
    if isinstance(value, Mapping):
        return {**value}
    if type(value) not in _FIELDS:
        return cast("Json", value)
    named = ((name, getattr(value, name)) for name in _FIELDS[type(value)])
    return {name: _rendered(one) for name, one in named if not _is_empty(one)}


def _is_empty(value: object) -> bool:
    return value is None or (not isinstance(value, int) and not value)


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str):
        raise _malformed(where, "it is no text", value)
    return value


def _whole(value: Json, where: str) -> int:
    if type(value) is not int:
        raise _malformed(where, "it is no whole number", value)
    return value


def _many(read: _Reader) -> _Reader:
    def reads(value: Json, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _malformed(where, "it is no list", value)
        return tuple([read(one, f"{where}/{at}") for at, one in enumerate(value)])

    return reads


def _pair(value: Json, where: str) -> tuple[int, int]:
    found = _many(_whole)(value, where)
    if len(found) != 2:  # noqa: PLR2004 -- a pair
        raise _malformed(where, "it is no pair of times", value)
    return found[0], found[1]


def _codes(value: Json, where: str) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise _malformed(where, "it is no object", value)
    return MappingProxyType({name: _text(one, f"{where}/{name}") for name, one in value.items()})


def _record(kind: type) -> _Reader:
    def reads(value: Json, where: str) -> Any:  # noqa: ANN401 -- one of the kinds below
        if not isinstance(value, dict):
            raise _malformed(where, "it is no object", value)
        readers, needed = _FIELDS[kind], _NEEDED[kind]
        unknown = sorted(value.keys() - readers.keys())
        if unknown:
            raise _malformed(f"{where}/{unknown[0]}", "no such field is known", unknown[0])
        missing = sorted(needed - value.keys())
        if missing:
            raise _malformed(f"{where}/{missing[0]}", "it is missing", missing[0])
        read = {name: readers[name](one, f"{where}/{name}") for name, one in value.items()}
        return kind(**{**_ABSENT.get(kind, {}), **read})

    return reads


_MOMENT: Final = {
    "act_id": _text, "at_ms": _whole, "claimed_ms": _whole, "low_ms": _whole, "high_ms": _whole,
}  # fmt: skip
_FIELDS: Final[dict[type, dict[str, _Reader]]] = {
    Moment: {**_MOMENT},
    Hold: {"party": _text, "from_ms": _whole, "to_ms": _whole},
    Fact: {
        **dict.fromkeys(("name", "code", "about", "party", "outcome", "act_id"), _text),
        "count": _whole,
    },
}
_FIELDS[Span] = {
    **dict.fromkeys(("measure", "clock", "unit", "status"), _text),
    **dict.fromkeys(("begin", "end", "stopped"), _record(Moment)),
    **dict.fromkeys(("agreed", "used", "due_ms"), _whole),
    "waited": _many(_pair),
}
_FIELDS[Observation] = {
    **dict.fromkeys(("kind", "id", "asker", "addressee", "status"), _text),
    "asked": _record(Moment),
    "dimensions": _codes,
    "spans": _many(_record(Span)),
    "holds": _many(_record(Hold)),
    "facts": _many(_record(Fact)),
    "disputed": _many(_text),
}
_ABSENT: Final[Mapping[type, Mapping[str, None]]] = {Hold: {"to_ms": None}}
"""What is left out though it has no default: nobody has passed the ball on."""
_NEEDED: Final[Mapping[type, frozenset[str]]] = {
    kind: frozenset(
        one.name
        for one in fields(kind)
        if one.default is MISSING and one.default_factory is MISSING
    )
    - _ABSENT.get(kind, {}).keys()
    for kind in _FIELDS
}


def _malformed(where: str, why: str, value: object) -> Fault:
    return Fault(
        code="figures.rows.malformed",
        what=f"The rows of a review are malformed at {where or '/'}: {why}: {quoted(value)}.",
        fix="Ask whoever wrote them for the rows as its node gives them.",
    )
