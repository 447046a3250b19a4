"""What a schema cannot say of a profile: names that stand twice, or that nothing bears.

Floor: domestic (pure).
"""

from collections.abc import Iterator
from typing import Final

from comity.domestic.nation import schema
from comity.kernel.fault import quoted
from comity.kernel.legal_text import Fields, Path, languages, problem, twice
from comity.kernel.problem import Problem

_WORDS: Final = frozenset(
    {"title", "notes", "label", "help", "address", "does", "why", "question", "issued_by"}
)
_LAW: Final = ("bases", "instruments", "grounds", "conditions", "points")


def problems(fields: Fields) -> Iterator[Problem]:
    """Give every problem of a text that fits the schema."""
    yield from _twice(fields)
    yield from languages(fields, fields["languages"], _WORDS)
    yield from _agencies(fields)
    yield from _named_agencies(fields)
    yield from _competence(fields)
    yield from _law(fields)


def _twice(fields: Fields) -> Iterator[Problem]:
    for name in ("agencies", "competence"):
        yield from twice([one["id"] for one in fields[name]], (name,), "id")
    for name in ("bases", "instruments", "grounds", "points"):
        yield from twice([one["id"] for one in fields["law"][name]], ("law", name), "id")
    yield from twice([one["role"] for one in fields["roles"]], ("roles",), "role")
    for at, one in enumerate(fields["competence"]):
        names = [one["agency"], *(part["agency"] for part in one.get("also", []))]
        yield from _parts_twice(names, ("competence", at, "also"))


def _parts_twice(names: list[str], path: Path) -> Iterator[Problem]:
    for at, name in enumerate(names[1:], 1):
        if name in names[:at]:
            what = f"{quoted(name)} has a part in this already."
            fix = "Name each agency once."
            yield problem((*path, at - 1, "agency"), name, what, fix, rule="nation.part-twice")


def _agencies(fields: Fields) -> Iterator[Problem]:
    points = [
        at for at, one in enumerate(fields["agencies"]) if schema.CONTACT_POINT in one["capacities"]
    ]
    if not points:
        what = "No agency is the contact point."
        fix = "Give one of them the capacity `contact-point`."
        count = len(fields["agencies"])
        yield problem(("agencies",), count, what, fix, rule="nation.contact-point-missing")
    for at in points[1:]:
        what = "There is a contact point already."
        fix = "Leave the capacity to one agency: what arrives has one desk."
        name = fields["agencies"][at]["id"]
        path: Path = ("agencies", at, "capacities")
        yield problem(path, name, what, fix, rule="nation.contact-point-twice")
    for at, one in enumerate(fields["agencies"]):
        hours = one["hours"]
        if isinstance(hours, dict) and hours["opens"] >= hours["closes"]:
            what = "It closes before it opens."
            fix = "Write the hours of one day, or `always`."
            path = ("agencies", at, "hours", "closes")
            yield problem(path, hours["closes"], what, fix, rule="nation.hours-backwards")


def _named_agencies(fields: Fields) -> Iterator[Problem]:
    known = {one["id"]: one for one in fields["agencies"]}
    clearing = enumerate(fields.get("clearances", []))
    asked = ((("clearances", at, "agency"), one["agency"]) for at, one in clearing)
    for path, name in (*_mentions(fields), *asked):
        if name not in known:
            what = f"The text has no agency {quoted(name)}."
            fix = "Add it under agencies, or correct its spelling."
            yield problem(path, name, what, fix, rule="nation.agency-undefined")
    for at, one in enumerate(fields["competence"]):
        agency = known.get(one["agency"])
        if agency is not None and agency["capacities"] == [schema.ADVISING]:
            what = f"{quoted(agency['id'])} only advises; it cannot be the competent agency."
            fix = "Give it another capacity, or name it under `also`."
            path = ("competence", at, "agency")
            yield problem(path, agency["id"], what, fix, rule="nation.agency-only-advises")


def _mentions(fields: Fields) -> Iterator[tuple[Path, str]]:
    for at, one in enumerate(fields["competence"]):
        yield ("competence", at, "agency"), one["agency"]
        for number, part in enumerate(one.get("also", [])):
            yield ("competence", at, "also", number, "agency"), part["agency"]
    for at, one in enumerate(fields["law"]["instruments"]):
        if "agency" in one:
            yield ("law", "instruments", at, "agency"), one["agency"]
    for at, one in enumerate(fields["roles"]):
        if isinstance(one["agencies"], list):
            for number, name in enumerate(one["agencies"]):
                yield ("roles", at, "agencies", number), name


def _competence(fields: Fields) -> Iterator[Problem]:
    """Find rules that no request can reach: an earlier one takes all that they would."""
    rules = fields["competence"]
    for at, one in enumerate(rules):
        for earlier in rules[:at]:
            if all(_covers(earlier, one, name) for name in ("types", "crimes", "urgencies")):
                what = f"The rule {quoted(earlier['id'])} above takes all that this one would."
                fix = "Put this rule before that one, or take it out."
                path = ("competence", at, "id")
                yield problem(path, one["id"], what, fix, rule="nation.rule-unreachable")
                break


def _covers(earlier: Fields, later: Fields, name: str) -> bool:
    above, below = earlier.get(name, schema.ANY), later.get(name, schema.ANY)
    if above == schema.ANY:
        return True
    return below != schema.ANY and set(below) <= set(above)


def _law(fields: Fields) -> Iterator[Problem]:
    law = fields["law"]
    for name in _LAW:
        for at, one in enumerate(law[name]):
            when = one["when"]
            for kind in sorted(set(when.get("types", ())) & set(when.get("except_types", ()))):
                what = f"The type {quoted(kind)} is both named and excepted."
                path = ("law", name, at, "when", "except_types")
                fix = "Take it out of one of the two."
                yield problem(path, kind, what, fix, rule="nation.type-named-and-excepted")
    for at, one in enumerate(law["points"]):
        yield from _nothing_to_decide(law, one, ("law", "points", at))
    yield from _counsel(fields)


def _nothing_to_decide(law: Fields, point: Fields, path: Path) -> Iterator[Problem]:
    """Find points on whose direction there is nothing to choose from: they could never be met."""
    among = {
        schema.BASIS: "bases",
        schema.INSTRUMENT: "instruments",
        schema.GROUNDS: "grounds",
    }.get(point["decides"])
    if among is None:
        return
    offered = {one for part in law[among] for one in part["when"]["directions"]}
    for direction in point["when"]["directions"]:
        if direction not in offered:
            what = f"No part of {among} applies to what is {quoted(direction)}."
            fix = f"Add one under law/{among}, or take the direction out here."
            place = (*path, "when", "directions")
            yield problem(place, direction, what, fix, rule="nation.nothing-offered")


def _counsel(fields: Fields) -> Iterator[Problem]:
    held = {one["role"] for one in fields["roles"]}
    for at, one in enumerate(fields["law"]["points"]):
        for number, name in enumerate(one["roles"]):
            if name not in held:
                what = f"No agency has officers who are {quoted(name)}."
                fix = "Say under roles which agencies do."
                path = ("law", "points", at, "roles", number)
                yield problem(path, name, what, fix, rule="nation.role-nobodys")
