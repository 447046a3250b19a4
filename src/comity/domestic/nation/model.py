"""A nation profile, read: agencies, competence, law and roles, all as data.

    Nation
      agencies     {id: Agency}         who there is, when it can be reached, what it is
      competence   (Competence, …)      which agency deals with what; the first that fits
      law          Law                  bases, instruments, grounds, conditions, points of decision
      roles        (RoleOf, …)          which agencies have officers of which role

Words are `{language: text}` in every language of the text.

Source: docs/nation.md; nation.schema.json.
Floor: domestic (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from comity.domestic.nation import schema
from comity.kernel.legal_text import Sources, Words


@dataclass(frozen=True, slots=True)
class Hours:
    """When an office is open, by the clock of its zone.

    Attributes:
        opens, closes: minutes after midnight.
        days: of the week, 0 is Monday.
    """

    opens: int
    closes: int
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Agency:
    """A part of the State.

    Attributes:
        id: as on the State's card, if it speaks to others.
        label: its name.
        capacities: `contact-point`, `central-authority`, `executing`, `advising`.
        languages: in which it works.
        address: may be empty.
        zone: IANA name.
        hours: None: always.
        sources: where this comes from.
    """

    id: str
    label: Words
    capacities: tuple[str, ...]
    languages: tuple[str, ...]
    address: Words
    zone: str
    hours: Hours | None
    sources: Sources

    @property
    def speaks(self) -> bool:
        """Whether it speaks to other States: it does more than advise."""
        return self.capacities != (schema.ADVISING,)


@dataclass(frozen=True, slots=True)
class Within:
    """How soon, counted from the routing.

    Attributes:
        amount: how many.
        unit: `hours` or `calendar-days`.
    """

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Part:
    """An agency that takes part beside the competent one.

    Attributes:
        agency: its id.
        does: what it contributes.
        within: how soon, or None.
    """

    agency: str
    does: Words
    within: Within | None


@dataclass(frozen=True, slots=True)
class Competence:
    """A rule: which agency deals with what.

    Attributes:
        id: its name.
        types, crimes, urgencies: to which it applies; None: any.
        agency: the competent one.
        within: how soon it should be done, or None.
        also: who takes part.
        why: in words.
        sources: where it comes from.
    """

    id: str
    types: frozenset[str] | None
    crimes: frozenset[str] | None
    urgencies: frozenset[str] | None
    agency: str
    within: Within | None
    also: tuple[Part, ...]
    why: Words
    sources: Sources


@dataclass(frozen=True, slots=True)
class When:
    """In which situations a part of the law applies.

    Attributes:
        directions: some of `schema.DIRECTIONS`.
        types, crimes, urgencies: None: any.
        except_types: types to which it does not apply.
    """

    directions: frozenset[str]
    types: frozenset[str] | None = None
    except_types: frozenset[str] = frozenset()
    crimes: frozenset[str] | None = None
    urgencies: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What the law offers to rest a step on: a treaty, a statute, reciprocity."""

    id: str
    label: Words
    help: Words
    when: When
    sources: Sources


@dataclass(frozen=True, slots=True)
class Instrument:
    """An order, warrant, approval or notice that a step needs.

    Attributes:
        id: its name.
        kind: one of `schema.INSTRUMENTS`.
        label: what it is called.
        issued_by: who issues it, in words.
        agency: the agency that issues it or applies for it, or "".
        when: for which steps.
        sources: where it comes from.
    """

    id: str
    kind: str
    label: Words
    issued_by: Words
    agency: str
    when: When
    sources: Sources


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground of refusal or postponement that is to be considered.

    Attributes:
        id: its name in this text.
        ground: its code in the joint vocabulary (docs/spec/request.md, clause 9).
        label: what it is called.
        question: what counsel is asked.
        when: for which steps.
        sources: where it comes from.
    """

    id: str
    ground: str
    label: Words
    question: Words
    when: When
    sources: Sources


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that this State attaches as a rule.

    Attributes:
        condition: its code in the joint vocabulary.
        why: in words.
        when: for which steps.
        sources: where it comes from.
    """

    condition: str
    why: Words
    when: When
    sources: Sources


@dataclass(frozen=True, slots=True)
class Point:
    """What has to be decided before a step.

    Attributes:
        id: its name.
        decides: one of `schema.DECIDES`.
        label: what it is called.
        question: what is asked.
        roles: any of which may decide.
        when: for which steps.
        sources: where it comes from.
    """

    id: str
    decides: str
    label: Words
    question: Words
    roles: tuple[str, ...]
    when: When
    sources: Sources


@dataclass(frozen=True, slots=True)
class Law:
    """The legal part: each in the order of the text."""

    bases: tuple[Basis, ...]
    instruments: tuple[Instrument, ...]
    grounds: tuple[Ground, ...]
    conditions: tuple[Condition, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class RoleOf:
    """Which agencies have officers of a role.

    Attributes:
        role: a code of `schema.ROLES`.
        agencies: None: any.
        does: what such an officer does here.
    """

    role: str
    agencies: frozenset[str] | None
    does: Words


@dataclass(frozen=True, slots=True)
class Clearance:
    """An agency that clears what is tabled, taken, attested or adopted of a text.

    Attributes:
        agency: its id.
        texts: names of texts up to their first dot; None: any.
        why: in words.
        sources: where it comes from.
    """

    agency: str
    texts: frozenset[str] | None
    why: Words
    sources: Sources


@dataclass(frozen=True, slots=True)
class Release:
    """What officers show before they approve or release.

    Attributes:
        factor: whether everybody shows a second factor on every way, those who have none too.
        new_factor_hours: for how long a factor that was just added releases nothing.
    """

    factor: bool = False
    new_factor_hours: int = 0


@dataclass(frozen=True, slots=True)
class Nation:
    """A nation profile.

    Attributes:
        sha256: of the text, byte for byte.
        id: of the State.
        title: of the text.
        version: as its authors number it.
        notes: what a reader should know.
        languages: of the text.
        agencies: by id, in order.
        competence: in order; the first that fits counts.
        law: see `Law`.
        roles: see `RoleOf`.
        clearances: see `Clearance`.
        release: see `Release`.
    """

    sha256: str
    id: str
    title: Words
    version: str
    notes: tuple[Words, ...]
    languages: tuple[str, ...]
    agencies: Mapping[str, Agency]
    competence: tuple[Competence, ...]
    law: Law
    roles: tuple[RoleOf, ...]
    clearances: tuple[Clearance, ...] = ()
    release: Release = Release()

    def clearing(self, text: str) -> tuple[str, ...]:
        """Return the agencies that clear a text of a name."""
        kind = text.partition(".")[0]
        found = (one.agency for one in self.clearances if one.texts is None or kind in one.texts)
        return tuple(dict.fromkeys(found))

    @property
    def contact_point(self) -> Agency:
        """The agency at which everything arrives; the text has exactly one."""
        return next(one for one in self.agencies.values() if schema.CONTACT_POINT in one.capacities)
