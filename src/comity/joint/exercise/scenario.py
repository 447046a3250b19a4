"""A scenario: all that two States need to hold an exercise, in both languages.

    scenario = parse(data)                          one file of the catalogue
    items = listed(scenario, "stop", {"a": "us", "b": "cn"}, commits)

Sides are `a` and `b` until two States play it.

Source: docs/spec/master-list.md 4.
Floor: joint (pure).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.acts.verb import Both, both
from comity.joint.exercise import acts, conditions, master_list
from comity.joint.exercise.master_list import COLUMNS, Item
from comity.kernel import plain_yaml
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json

FORMAT: Final = "comity-exercise/1"
SIDES: Final = ("a", "b")
_KEYS: Final = frozenset(
    {
        "format", "id", "kind", "title", "summary", "stop_word", "ground_rules", "cast",
        "identifiers", "seats", "objectives", "modules", "items", "private", "partner", "hot_wash",
    }
)  # fmt: skip
_SPAN: Final = re.compile(r"(?P<count>[1-9][0-9]{0,4})(?P<unit>[mhd])")
_UNITS: Final = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}


@dataclass(frozen=True, slots=True)
class Named:
    """Something with an id and words in both languages: a seat, a module, somebody of the cast."""

    id: str
    words: Both
    side: str = ""
    begins: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A critical task, and its measure: from one event to another, within a scenario time.

    Attributes:
        id: of the task.
        words: what it is.
        begins, ends: (event, number of the item).
        within_ms: target.
    """

    id: str
    words: Both
    begins: tuple[str, int]
    ends: tuple[str, int]
    within_ms: int


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective, the capability that it tests, and its critical tasks."""

    id: str
    capability: str
    words: Both
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Partner:
    """What the scripted partner does with an item, and how long after it was delivered."""

    item: int
    take_ms: int
    answer_ms: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario; see the catalogue.

    Attributes:
        id, kind, title, summary, stop_word: of the whole.
        ground_rules: that players are told.
        cast: who is played, and exists nowhere.
        identifiers: the only ones that are used.
        seats, objectives, modules: of the plan.
        items: of the master list, with the module of each.
        private: `{number: content}` of the private items, which the list does not tell.
        partner: rules of the scripted partner.
        hot_wash: `{objective: question}`.
    """

    id: str
    kind: str
    title: Both
    summary: Both
    stop_word: Both
    ground_rules: tuple[Both, ...]
    cast: tuple[Named, ...]
    identifiers: tuple[str, ...]
    seats: tuple[Named, ...]
    objectives: tuple[Objective, ...]
    modules: tuple[Named, ...]
    items: tuple[tuple[str, Item], ...]
    private: Mapping[int, Both]
    partner: tuple[Partner, ...]
    hot_wash: Mapping[str, Both]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Every critical task."""
        return tuple(task for one in self.objectives for task in one.tasks)


def parse(data: bytes) -> Scenario:
    """Read a scenario.

    Raises:
        Malformed: `kernel.yaml.malformed`.
        Fault: `exercise.scenario.malformed`, `exercise.list.malformed`.
    """
    value = plain_yaml.parse(data).value
    if not isinstance(value, dict) or value.get("format") != FORMAT or value.keys() != _KEYS:
        raise _malformed(f"it is not of the format {FORMAT}, with {', '.join(sorted(_KEYS))}")
    try:
        return _read(cast("dict[str, Any]", value))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _malformed(f"a part of it is missing or misshapen: {error}") from error


def _read(value: dict[str, Any]) -> Scenario:
    return Scenario(
        id=value["id"],
        kind=value["kind"],
        title=_both(value["title"]),
        summary=_both(value["summary"]),
        stop_word=_both(value["stop_word"]),
        ground_rules=tuple(map(_both, value["ground_rules"])),
        cast=_named(value["cast"]),
        identifiers=tuple(value["identifiers"]),
        seats=_named(value["seats"]),
        objectives=tuple(map(_objective, value["objectives"])),
        modules=_named(value["modules"]),
        items=tuple(_item(one, at) for at, one in enumerate(value["items"], start=1)),
        private={one["number"]: _both(one) for one in value["private"]},
        partner=tuple(
            Partner(one["item"], _span(one["take"]), _span(one["answer"]), one["outcome"])
            for one in value["partner"]
        ),
        hot_wash={one["objective"]: _both(one) for one in value["hot_wash"]},
    )


def _both(value: dict[str, str]) -> Both:
    return both(value["en"], value["zh"])


def _named(values: list[dict[str, str]]) -> tuple[Named, ...]:
    return tuple(
        Named(one["id"], _both(one), one.get("side", ""), one.get("begins", "")) for one in values
    )


def _objective(value: dict[str, Any]) -> Objective:
    tasks = tuple(
        Task(one["id"], _both(one), _event(one["from"]), _event(one["to"]), _span(one["within"]))
        for one in value["tasks"]
    )
    return Objective(value["id"], value["capability"], _both(value), tasks)


def _event(text: str) -> tuple[str, int]:
    event, number = text.split(" ")
    if event not in conditions.EVENTS:
        raise ValueError(text)
    return event, int(number)


def _span(text: str) -> int:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return int(found["count"]) * _UNITS[found["unit"]]


def _item(value: dict[str, Any], line: int) -> tuple[str, Item]:
    row = {name: one for name, one in value.items() if name != "module"}
    return value["module"], master_list.item(cast("Json", row), line)


def contents(scenario: Scenario) -> Mapping[int, bytes]:
    """Return what each private item says, as it is fixed by its hash."""
    return {
        number: f"{words['en']}\n{words['zh']}\n".encode()
        for number, words in scenario.private.items()
    }


def listed(
    scenario: Scenario, module: str, parties: Mapping[str, str], commits: Mapping[int, str]
) -> tuple[Item, ...]:
    """Return the master list of a module, or of all: with the States that play each side.

    Args:
        scenario: that is played.
        module: its id, or "" for all.
        parties: `{side: party}`.
        commits: `{number: hash}` of the private items.
    """
    sides = {one.id: parties[one.side] for one in scenario.seats}
    found: list[Item] = []
    for of, one in scenario.items:
        if module in ("", of):
            row: dict[str, Any] = {name: getattr(one, name) for name in COLUMNS}
            row |= {"side": sides[one.seat], "commit": commits.get(one.number, "")}
            found.append(Item(**row))
    return tuple(found)


def to_json(scenario: Scenario) -> Json:
    """Return the plan of a scenario, without what its private items say."""
    return {
        "format": FORMAT,
        "id": scenario.id,
        "kind": scenario.kind,
        "title": dict(scenario.title),
        "summary": dict(scenario.summary),
        "stop_word": dict(scenario.stop_word),
        "ground_rules": [dict(one) for one in scenario.ground_rules],
        "identifiers": [*scenario.identifiers],
        "seats": [{"id": one.id, "side": one.side, **one.words} for one in scenario.seats],
        "hot_wash": [{"objective": of, **words} for of, words in scenario.hot_wash.items()],
        "modules": [{"id": one.id, "begins": one.begins, **one.words} for one in scenario.modules],
        "objectives": [
            {
                "id": one.id,
                "capability": one.capability,
                **one.words,
                "tasks": [
                    {
                        "id": task.id,
                        **task.words,
                        "from": [*task.begins],
                        "to": [*task.ends],
                        "within_ms": task.within_ms,
                    }
                    for task in one.tasks
                ],
            }
            for one in scenario.objectives
        ],
    }


def problems(scenario: Scenario) -> Iterator[str]:
    """Give what is wrong with a scenario, beside what is wrong with its list."""
    if scenario.kind not in acts.KINDS:
        yield f"kind {scenario.kind}"
    seats = {one.id: one.side for one in scenario.seats}
    yield from (f"side of {seat}" for seat, side in seats.items() if side not in SIDES)
    modules = {one.id for one in scenario.modules}
    objectives = {one.id: {task.id for task in one.tasks} for one in scenario.objectives}
    numbers = {one.number for _, one in scenario.items}
    for module, one in scenario.items:
        if module not in modules or one.seat not in seats:
            yield f"module or seat of item {one.number}"
        if one.task not in objectives.get(one.objective, set()):
            yield f"task of item {one.number}"
        if (one.kind == master_list.PRIVATE) != (one.number in scenario.private):
            yield f"content of item {one.number}"
    measured = {number for task in scenario.tasks for _, number in (task.begins, task.ends)}
    for number in sorted((measured | {one.item for one in scenario.partner}) - numbers):
        yield f"item {number} is not there"
    yield from (f"hot wash of {one}" for one in objectives.keys() ^ scenario.hot_wash.keys())
    yield from (
        f"outcome of item {one.item}"
        for one in scenario.partner
        if one.outcome not in acts.OUTCOMES
    )


def _malformed(why: str) -> Fault:
    return Fault(
        code="exercise.scenario.malformed",
        what=f"This is no scenario: {why}.",
        fix="Begin with one that is shipped: `comity exercise plan list` shows them.",
    )
