"""A nation profile as people read it, and as JSON.

Floor: surfaces.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from comity.domestic.nation.model import Agency, Competence, Hours, Law, Nation, Part, When
from comity.domestic.nation.schema import WEEKDAYS
from comity.kernel.legal_text import Sources
from comity.node.room.nation_json import every_source, is_open
from comity.node.room.nation_profile import Adopted


def summary(nation: Nation) -> str:
    """Return its numbers, and what is still to be verified."""
    law = nation.law
    open_count = sum(is_open(one) for one in every_source(nation))
    return (
        f"  sha256   {nation.sha256}\n"
        f"  State    {nation.id}, version {nation.version}, in {' and '.join(nation.languages)}\n"
        f"  {len(nation.agencies)} agencies, {len(nation.competence)} rules of competence, "
        f"{len(law.bases)} legal bases, {len(law.instruments)} instruments,\n"
        f"  {len(law.grounds)} grounds, {len(law.conditions)} conditions, "
        f"{len(law.points)} points of decision; to be verified: {open_count}"
    )


def versions(every: Sequence[Adopted]) -> str:
    """Return one line for each version, the newest first."""
    lines = [
        f"{one.number}  {_day(one.at_ms)}  {one.by}  {one.nation.version}  {one.nation.sha256}"
        for one in reversed(every)
    ]
    return "\n".join(lines) or "No nation profile was adopted yet."


def nation_text(nation: Nation, language: str) -> str:
    """Return a profile for reading."""
    return "\n".join(_lines(nation, language))


def _lines(nation: Nation, language: str) -> Iterator[str]:
    yield nation.title[language]
    yield summary(nation)
    yield from (f"  {note[language]}" for note in nation.notes)
    yield "\nAgencies"
    for agency in nation.agencies.values():
        yield from _agency(agency, language)
    yield "\nCompetence, the first rule that fits"
    for rule in nation.competence:
        yield from _competence(rule, language)
    yield from _law(nation.law, language)
    yield "\nRoles"
    for held in nation.roles:
        yield f"  {held.role}: {_any(held.agencies, 'any agency')}.  {held.does[language]}"


def _law(law: Law, language: str) -> Iterator[str]:
    yield "\nPoints that are decided before a step"
    for point in law.points:
        yield f"  {point.id}  {point.label[language]}  [{_when(point.when)}]"
        yield f"    {point.question[language]}  ({' or '.join(point.roles)})"
    yield "\nLegal bases"
    for basis in law.bases:
        yield f"  {basis.id}  {basis.label[language]}{_tail(basis.when, basis.sources)}"
    yield "\nInstruments"
    for one in law.instruments:
        issued = f"{one.label[language]} ({one.kind}), {one.issued_by[language]}"
        yield f"  {one.id}  {issued}{_tail(one.when, one.sources)}"
    yield "\nGrounds to consider"
    for ground in law.grounds:
        yield f"  {ground.id}  {ground.label[language]}{_tail(ground.when, ground.sources)}"
        yield f"    {ground.question[language]}"
    yield "\nStandard conditions"
    for condition in law.conditions:
        tail = _tail(condition.when, condition.sources)
        yield f"  {condition.condition}  {condition.why[language]}{tail}"


def _tail(when: When, sources: Sources) -> str:
    return f"  [{_when(when)}]{_mark(sources)}"


def _agency(agency: Agency, language: str) -> Iterator[str]:
    capacities = ", ".join(agency.capacities)
    yield f"  {agency.id}  {agency.label[language]}: {capacities}{_mark(agency.sources)}"
    yield f"    {_hours(agency.hours)} {agency.zone}; works in {', '.join(agency.languages)}"
    if agency.address:
        yield f"    {agency.address[language]}"


def _hours(hours: Hours | None) -> str:
    if hours is None:
        return "always open,"
    days = ", ".join(WEEKDAYS[day][:3] for day in hours.days)
    return f"{_clock(hours.opens)}-{_clock(hours.closes)} {days},"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _competence(rule: Competence, language: str) -> Iterator[str]:
    what = f"{_any(rule.types, 'any type')}; {_any(rule.crimes, 'any crime')}"
    if rule.urgencies is not None:
        what += f"; {_any(rule.urgencies, '')}"
    within = f" within {rule.within.amount} {rule.within.unit}" if rule.within else ""
    yield f"  {rule.id}  {what} -> {rule.agency}{within}{_mark(rule.sources)}"
    yield f"    {rule.why[language]}"
    yield from (f"    with {_part(part, language)}" for part in rule.also)


def _part(part: Part, language: str) -> str:
    within = f" within {part.within.amount} {part.within.unit}" if part.within else ""
    return f"{part.agency}{within}: {part.does[language]}"


def _any(names: frozenset[str] | None, otherwise: str) -> str:
    return otherwise if names is None else ", ".join(sorted(names))


def _when(when: When) -> str:
    parts = [", ".join(sorted(when.directions))]
    if when.types is not None:
        parts.append(_any(when.types, ""))
    if when.except_types:
        parts.append(f"not {_any(when.except_types, '')}")
    parts += [_any(one, "") for one in (when.crimes, when.urgencies) if one is not None]
    return "; ".join(parts)


def _mark(sources: Sources) -> str:
    return "  (to be verified)" if is_open(sources) else ""


def _day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
