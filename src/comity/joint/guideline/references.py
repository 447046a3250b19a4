"""What a schema cannot say of a guideline: names that stand twice, or that nothing bears.

Floor: joint (pure).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from comity.clocks import instants
from comity.joint.guideline.schema import EVENTS
from comity.kernel.fault import quoted
from comity.kernel.legal_text import Fields, Path, languages, problem, twice
from comity.kernel.problem import Problem

_BY_ID: Final = ("urgencies", "clocks", "joint", "elements", "types")
_BY_CODE: Final = (
    "crimes",
    "refusals",
    "postponements",
    "deficiencies",
    "conditions",
    "marks",
    "quality",
)
_WORDS: Final = frozenset(
    {"title", "label", "help", "why", "justified_by", "notes", "transit", "rules"}
    | {"scope", "goals", "procedure"}
)
_URGENCY: Final = "urgency"
_NO_URGENCY: Final = "guideline.type-lacks-urgency"


def problems(fields: Fields) -> Iterator[Problem]:
    """Give every problem of a text that fits the schema."""
    yield from _twice(fields)
    yield from languages(fields, fields["languages"]["text"], _WORDS)
    yield from _clocks(fields)
    yield from _joint(fields)
    yield from _types(fields)
    yield from _codes(fields)
    yield from _approvals(fields)
    yield from _ladders(fields)
    text = fields.get("in_force_from")
    if text is not None and instants.parse(text) is None:
        what, fix = "It is no instant.", "Write one, in UTC."
        yield problem(("in_force_from",), text, what, fix, rule="guideline.instant-malformed")


def _twice(fields: Fields) -> Iterator[Problem]:
    for names, key in ((_BY_ID, "id"), (_BY_CODE, "code")):
        for name in names:
            yield from twice([one[key] for one in fields.get(name, [])], (name,), key)
    for at, one in enumerate(fields["types"]):
        for name in ("elements", "clocks"):
            yield from twice([two["id"] for two in one[name]], ("types", at, name), "id")


def _clocks(fields: Fields) -> Iterator[Problem]:
    times = {one["id"] for one in fields.get("joint", []) if one["kind"] == "time"}
    known = {*EVENTS, *times}
    for at, clock in enumerate(fields["clocks"]):
        path = ("clocks", at)
        for name in ("starts", "ends", "stops", "extended_by"):
            yield from _events(clock.get(name, []), known, (*path, name))
        for number, pause in enumerate(clock.get("pauses", [])):
            for name in ("starts", "ends"):
                yield from _events(pause[name], known, (*path, "pauses", number, name))
        for name in ("lengths", "alert_before"):
            yield from _urgencies(fields, clock.get(name, {}), (*path, name))
            yield from _days(clock, path, name)
    for at, one in enumerate(fields["retention"]):
        yield from _events([one["after"]], known, ("retention", at, "after"))


def _events(names: Sequence[str], known: set[str], path: Path) -> Iterator[Problem]:
    for at, name in enumerate(names):
        if name not in known:
            place = path if path[-1] == "after" else (*path, at)
            what = f"{quoted(name)} is no event of a request and no joint time."
            fix = "Use one of the events in docs/spec/guideline.md."
            yield problem(place, name, what, fix, rule="guideline.event-undefined")


def _urgencies(fields: Fields, names: Sequence[str], path: Path) -> Iterator[Problem]:
    known = {one["id"] for one in fields["urgencies"]}
    for at, name in enumerate(names):
        if name not in known:
            place = (*path, at if isinstance(names, list) else name)
            what = f"The text defines no urgency {quoted(name)}."
            fix = "Define it under urgencies, or take it out here."
            yield problem(place, name, what, fix, rule="guideline.urgency-undefined")


def _days(clock: Fields, path: Path, name: str) -> Iterator[Problem]:
    for urgency, length in clock.get(name, {}).items():
        if length["unit"] == "working-days" and not length.get("of"):
            what = "It does not say whose working days."
            fix = "Add `of: addressee` or `of: asker`."
            yield problem(
                (*path, name, urgency), length, what, fix, rule="guideline.days-of-nobody"
            )


def _joint(fields: Fields) -> Iterator[Problem]:
    elements = {one["id"] for one in fields["elements"]}
    for at, one in enumerate(fields.get("joint", [])):
        if one["element"] not in elements:
            yield _unknown_element(("joint", at, "element"), one["element"])


def _ladders(fields: Fields) -> Iterator[Problem]:
    """Give what is wrong with ladders: a type has one at most, a step needs steps of its own."""
    ladders = fields.get("lanes", {}).get("ladders", [])
    types = {one["id"] for one in fields["types"]}
    path: Path = ("lanes", "ladders")
    yield from twice([one["id"] for one in ladders], path, "id")
    served: set[str] = set()
    for at, one in enumerate(ladders):
        yield from twice([step["code"] for step in one["steps"]], (*path, at, "steps"), "code")
        for number, name in enumerate(one["types"]):
            place = (*path, at, "types", number)
            if name not in types:
                what, fix = f"The text defines no type {quoted(name)}.", "Define it under types."
                yield problem(place, name, what, fix, rule="guideline.type-undefined")
            if name in served:
                what = f"The type {quoted(name)} has a ladder already."
                fix = "Name it under one ladder alone."
                yield problem(place, name, what, fix, rule="guideline.ladder-of-type-twice")
            served.add(name)
        yield from _steps(one["steps"], (*path, at, "steps"))


def _steps(steps: Sequence[Fields], path: Path) -> Iterator[Problem]:
    known = {step["code"] for step in steps}
    for at, step in enumerate(steps):
        for number, name in enumerate(step.get("needs", [])):
            if name not in known - {step["code"]}:
                what = f"The ladder has no other step {quoted(name)}."
                fix = "Name another step of the same ladder."
                place = (*path, at, "needs", number)
                yield problem(place, name, what, fix, rule="guideline.step-undefined")


def _unknown_element(path: Path, name: str) -> Problem:
    what = f"The text defines no element {quoted(name)}."
    fix = "Define it under elements, or correct its spelling."
    return problem(path, name, what, fix, rule="guideline.element-undefined")


def _types(fields: Fields) -> Iterator[Problem]:
    elements = {one["id"] for one in fields["elements"]}
    clocks = {one["id"] for one in fields["clocks"]}
    for at, one in enumerate(fields["types"]):
        path: Path = ("types", at)
        yield from _urgencies(fields, one["urgencies"], (*path, "urgencies"))
        for number, clock in enumerate(one["clocks"]):
            here = (*path, "clocks", number)
            if clock["id"] not in clocks:
                what = f"The text defines no clock {quoted(clock['id'])}."
                fix = "Define it under clocks."
                yield problem(
                    (*here, "id"), clock["id"], what, fix, rule="guideline.clock-undefined"
                )
            yield from _lengths_of_type(one, clock, here)
        for number, asked in enumerate(one["elements"]):
            here = (*path, "elements", number)
            if asked["id"] not in elements:
                yield _unknown_element((*here, "id"), asked["id"])
            yield from _conditions(one, asked, here)


def _lengths_of_type(one: Fields, clock: Fields, path: Path) -> Iterator[Problem]:
    for urgency in clock.get("lengths", {}):
        if urgency not in one["urgencies"]:
            what = f"The type {quoted(one['id'])} has no urgency {quoted(urgency)}."
            fix = "Name it among the urgencies of the type, or take it out here."
            yield problem((*path, "lengths", urgency), urgency, what, fix, rule=_NO_URGENCY)
    yield from _days(clock, path, "lengths")


def _conditions(one: Fields, asked: Fields, path: Path) -> Iterator[Problem]:
    if isinstance(asked["need"], str):
        return
    known = {two["id"] for two in one["elements"]} | {_URGENCY}
    for at, condition in enumerate(asked["need"]["when"]):
        if condition["element"] not in known or condition["element"] == asked["id"]:
            what = (
                f"The type {quoted(one['id'])} asks for no element {quoted(condition['element'])}."
            )
            fix = "Name another element of the type, or `urgency`."
            yield problem(
                (*path, "need", "when", at, "element"),
                condition,
                what,
                fix,
                rule="guideline.condition-unknown",
            )
        elif condition["element"] == _URGENCY:
            yield from _condition_on_urgency(one, condition, (*path, "need", "when", at))


def _condition_on_urgency(one: Fields, condition: Fields, path: Path) -> Iterator[Problem]:
    for name in condition.get("one_of", [condition.get("is")]):
        if name not in one["urgencies"]:
            what = f"The type {quoted(one['id'])} has no urgency {quoted(name)}."
            yield problem(path, name, what, "Name an urgency of the type.", rule=_NO_URGENCY)


def _codes(fields: Fields) -> Iterator[Problem]:
    types = {one["id"] for one in fields["types"]}
    for name in _BY_CODE:
        for at, one in enumerate(fields[name]):
            for number, kind in enumerate(one.get("except_types", [])):
                if kind not in types:
                    what = f"The text defines no request type {quoted(kind)}."
                    path = (name, at, "except_types", number)
                    fix = "Define it under types, or take it out here."
                    yield problem(path, kind, what, fix, rule="guideline.type-undefined")


def _approvals(fields: Fields) -> Iterator[Problem]:
    for at, one in enumerate(fields["approvals"]):
        yield from _urgencies(fields, one.get("urgencies", []), ("approvals", at, "urgencies"))
