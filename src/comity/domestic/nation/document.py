"""A nation profile as a document: YAML that lawyers read, and what a machine makes of it.

    parse(bytes) -> Nation        or Unfit, with every problem, its line and its path

Source: docs/nation.md; nation.schema.json.
Floor: domestic (pure).
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from comity.domestic.nation import references
from comity.domestic.nation.model import (
    Agency,
    Basis,
    Clearance,
    Competence,
    Condition,
    Ground,
    Hours,
    Instrument,
    Law,
    Nation,
    Part,
    Point,
    Release,
    RoleOf,
    When,
    Within,
)
from comity.domestic.nation.schema import ALWAYS, ANY, REQUIRED, SCHEMA, WEEKDAYS
from comity.kernel.kind_of_text import Kind
from comity.kernel.legal_text import Fields, sources, words
from comity.kernel.problem import Problem

__all__ = ["Nation", "parse", "problems"]

_FIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "anyOf": "Write it as the schema shows: `any` or a list; `always` or hours; `source` is a "
        "text, or a text with `verified: false` or `proposal: true`.",
    }
)
_HOUR: Final = 60


_KIND: Final = Kind("nation.profile.unfit", SCHEMA, references.problems, _FIXES)


def parse(data: bytes, name: str = "nation profile") -> Nation:
    """Read a nation profile.

    Args:
        data: plain YAML, as its authors wrote it.
        name: of the file, for what is said about it.

    Raises:
        Fault: `kernel.yaml.malformed`.
        Unfit: `nation.profile.unfit`, with every problem and its line.
    """
    return _nation(_KIND.read(data, name), hashlib.sha256(data).hexdigest())


def problems(data: bytes) -> tuple[Problem, ...]:
    """Return everything that is wrong with a text that is YAML, by line.

    Raises:
        Fault: `kernel.yaml.malformed`.
    """
    return _KIND.problems(data)


def _nation(fields: Fields, sha256: str) -> Nation:
    return Nation(
        sha256=sha256,
        id=fields["id"],
        title=words(fields["title"]),
        version=fields["version"],
        notes=tuple(map(words, fields["notes"])),
        languages=tuple(fields["languages"]),
        agencies=MappingProxyType({one["id"]: _agency(one) for one in fields["agencies"]}),
        competence=tuple(map(_competence, fields["competence"])),
        law=_law(fields["law"]),
        roles=tuple(
            RoleOf(one["role"], _any_or_ids(one["agencies"]), words(one["does"]))
            for one in fields["roles"]
        ),
        clearances=tuple(
            Clearance(
                one["agency"], _any_or_ids(one["texts"]), words(one["why"]), sources(one["source"])
            )
            for one in fields.get("clearances", [])
        ),
        release=_release(fields.get("release", {})),
    )


def _release(fields: Fields) -> Release:
    return Release(fields.get("factor") == REQUIRED, fields.get("new_factor_hours", 0))


def _any_or_ids(value: Any) -> frozenset[str] | None:  # noqa: ANN401 -- JSON of the schema's shape
    return None if value in (ANY, None) else frozenset(value)


def _agency(one: Fields) -> Agency:
    return Agency(
        id=one["id"],
        label=words(one["label"]),
        capacities=tuple(one["capacities"]),
        languages=tuple(one["languages"]),
        address=words(one.get("address", {})),
        zone=one["zone"],
        hours=_hours(one["hours"]),
        sources=sources(one["source"]),
    )


def _hours(value: Any) -> Hours | None:  # noqa: ANN401 -- as above
    if value == ALWAYS:
        return None
    days = tuple(WEEKDAYS.index(day) for day in value["days"])
    return Hours(_minutes(value["opens"]), _minutes(value["closes"]), tuple(sorted(days)))


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * _HOUR + int(minute)


def _within(one: Fields) -> Within | None:
    value = one.get("within")
    return None if value is None else Within(value["amount"], value["unit"])


def _competence(one: Fields) -> Competence:
    return Competence(
        id=one["id"],
        types=_any_or_ids(one["types"]),
        crimes=_any_or_ids(one["crimes"]),
        urgencies=_any_or_ids(one.get("urgencies")),
        agency=one["agency"],
        within=_within(one),
        also=tuple(
            Part(part["agency"], words(part["does"]), _within(part)) for part in one.get("also", ())
        ),
        why=words(one["why"]),
        sources=sources(one["source"]),
    )


def _when(one: Fields) -> When:
    value = one["when"]
    return When(
        directions=frozenset(value["directions"]),
        types=_any_or_ids(value.get("types")),
        except_types=frozenset(value.get("except_types", ())),
        crimes=_any_or_ids(value.get("crimes")),
        urgencies=_any_or_ids(value.get("urgencies")),
    )


def _law(fields: Fields) -> Law:
    return Law(
        bases=tuple(map(_basis, fields["bases"])),
        instruments=tuple(map(_instrument, fields["instruments"])),
        grounds=tuple(map(_ground, fields["grounds"])),
        conditions=tuple(map(_condition, fields["conditions"])),
        points=tuple(map(_point, fields["points"])),
    )


def _basis(one: Fields) -> Basis:
    return Basis(
        one["id"], words(one["label"]), words(one.get("help", {})), _when(one),
        sources(one["source"]),
    )  # fmt: skip


def _instrument(one: Fields) -> Instrument:
    return Instrument(
        id=one["id"],
        kind=one["kind"],
        label=words(one["label"]),
        issued_by=words(one["issued_by"]),
        agency=one.get("agency", ""),
        when=_when(one),
        sources=sources(one["source"]),
    )


def _ground(one: Fields) -> Ground:
    return Ground(
        id=one["id"],
        ground=one["ground"],
        label=words(one["label"]),
        question=words(one["question"]),
        when=_when(one),
        sources=sources(one["source"]),
    )


def _condition(one: Fields) -> Condition:
    return Condition(one["condition"], words(one["why"]), _when(one), sources(one["source"]))


def _point(one: Fields) -> Point:
    return Point(
        id=one["id"],
        decides=one["decides"],
        label=words(one["label"]),
        question=words(one["question"]),
        roles=tuple(one["roles"]),
        when=_when(one),
        sources=sources(one["source"]),
    )
