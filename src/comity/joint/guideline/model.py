"""The main joint text, read: request types, elements, clocks, languages, grounds, all as data.

    Guideline
      urgencies, clocks, refusals, postponements, deficiencies, conditions, marks, retention
      elements   {id: Element}          what a request can state, and how it is checked
      types      {id: RequestType}      which elements each needs, when, and how soon it is answered

Words are `{language: text}` in every language of the text.

Source: docs/spec/guideline.md, clause 10; guideline.schema.json.
Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.joint.guideline.ladder import Ladder
from comity.kernel.ijson import Json
from comity.kernel.legal_text import Sources, Words

ALWAYS: Final = "always"
WHERE_POSSIBLE: Final = "where-possible"
WHEN: Final = "when"


@dataclass(frozen=True, slots=True)
class Coded:
    """One code of a list: a ground, a reason, a condition, a mark, a crime type, a measure.

    Attributes:
        code: what stands in an act.
        label: its name.
        help: what it means, in a sentence; may be empty.
        sources: where it comes from.
        except_types: request types to which it does not apply.
        forbids: of a condition, ways of using what was given under it that are stopped; None
            where the text does not say it.
    """

    code: str
    label: Words
    help: Words = MappingProxyType({})
    sources: Sources = ()
    except_types: tuple[str, ...] = ()
    forbids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Urgency:
    """A level of urgency.

    Attributes:
        id: `emergency`, `urgent` or `routine`.
        label: its name.
        justified_by: what justifies it.
        sources: where that comes from.
    """

    id: str
    label: Words
    justified_by: Words
    sources: Sources


@dataclass(frozen=True, slots=True)
class Length:
    """How long, in the unit that was agreed.

    Attributes:
        amount: how many.
        unit: `hours`, `calendar-days`, `working-days` or `months`.
        of: whose days: `addressee`, `asker` or "".
    """

    amount: int
    unit: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """What a clock waits for.

    Attributes:
        starts: events from which it waits.
        ends: events that end the waiting.
        why: in words.
    """

    starts: tuple[str, ...]
    ends: tuple[str, ...]
    why: Words


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A clock.

    Attributes:
        id: its name.
        label: what it is called.
        starts, ends, stops: names of events; without an end it lapses.
        pauses: what it waits for.
        extended_by: events that make it run longer, or "".
        receipt: `at-once` or `office-hours`: when what is received counts as received; of a
            length in hours at once.
        receipt_of: whose office hours: `addressee` or `asker`.
        last_day: `as-it-falls` or `next-working-day`.
        alert_before: `{urgency: it is due soon in the last of these}`.
        lengths: `{urgency: how long}`; a level without one has no such clock.
        sources: where it comes from.
    """

    id: str
    label: Words
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    stops: tuple[str, ...]
    pauses: tuple[Pause, ...]
    extended_by: tuple[str, ...]
    receipt: str
    receipt_of: str
    last_day: str
    alert_before: Mapping[str, Length]
    lengths: Mapping[str, Length]
    sources: Sources


@dataclass(frozen=True, slots=True)
class Condition:
    """When an element is needed.

    Attributes:
        element: id of another element, or `urgency`.
        one_of: values of which it has one; empty: it is only asked whether it is present.
        present: whether it is present.
    """

    element: str
    one_of: tuple[Json, ...] = ()
    present: bool = True


@dataclass(frozen=True, slots=True)
class Need:
    """Whether a type needs an element.

    Attributes:
        kind: `always`, `when` or `where-possible`.
        conditions: of `when`: all of them hold.
    """

    kind: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """How the value of an element is checked.

    Attributes:
        kind: `text`, `authority`, `offence`, `identifiers`, `transaction`, ...
        options: what else the schema allows for that kind.
    """

    kind: str
    options: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that a request can state.

    Attributes:
        id: its name.
        label: what it is called.
        help: what to write.
        why: why it matters to who answers.
        check: how its value is checked.
        sources: where it comes from.
    """

    id: str
    label: Words
    help: Words
    why: Words
    check: Check
    sources: Sources


@dataclass(frozen=True, slots=True)
class Asked:
    """An element as a type asks for it.

    Attributes:
        element: its id.
        need: whether it is needed.
        sources: of the need; those of the element if it has none of its own.
    """

    element: str
    need: Need
    sources: Sources


@dataclass(frozen=True, slots=True)
class RequestType:
    """One type of request.

    Attributes:
        id: its name.
        label, help: what it is called, and what it asks for.
        urgencies: levels that it may have.
        elements: what it asks for.
        clocks: `{clock: {urgency: how long}}`, its own lengths over those of the clock.
        opening: whether the other side says by an act that an officer has opened it.
        sources: where it comes from.
    """

    id: str
    label: Words
    help: Words
    urgencies: tuple[str, ...]
    elements: tuple[Asked, ...]
    clocks: Mapping[str, Mapping[str, Length]]
    opening: bool
    sources: Sources


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a kind of blob is kept.

    Attributes:
        blob: role of the blob.
        label, length: what it is called, and how long.
        after: event from which it counts.
        sources: where it comes from.
    """

    blob: str
    label: Words
    length: Length
    after: str
    sources: Sources


@dataclass(frozen=True, slots=True)
class Approval:
    """How many officers approve an act before it is released.

    Attributes:
        act: its tag without the version, `request.submitted`.
        count: how many, the drafter among them.
        roles: of which one of the others has one; empty for any.
        urgencies: levels to which it applies; empty for all.
        review_hours: in an emergency one officer may release it alone, if another reviews that
            within so many hours; 0: they may not.
    """

    act: str
    count: int
    roles: tuple[str, ...]
    urgencies: tuple[str, ...]
    review_hours: int = 0


@dataclass(frozen=True, slots=True)
class JointName:
    """A time or code of an element that stands in the entry, so that both sides compute with it.

    Attributes:
        id: its name in the act.
        element: whose value it is taken from.
        field: of that value, or "".
        kind: `time`, `code` or `money`.
        why: what it is needed for.
    """

    id: str
    element: str
    field: str
    kind: str
    why: Words


@dataclass(frozen=True, slots=True)
class Languages:
    """In which languages, and who translates.

    Attributes:
        text: of this text; all are authentic.
        requests: in which a request may be written.
        translator: `asker` or `addressee`.
        rules: in words.
        sources: where they come from.
    """

    text: tuple[str, ...]
    requests: tuple[str, ...]
    translator: str
    rules: tuple[Words, ...]
    sources: Sources


@dataclass(frozen=True, slots=True)
class Hotline:
    """The hotline.

    Attributes:
        scope: what it is for.
        goals: what it should reach.
        procedure: step by step.
        acknowledge, test: how soon a call is acknowledged, how often it is tested.
        sources: where they come from.
    """

    scope: tuple[Words, ...]
    goals: tuple[Words, ...]
    procedure: tuple[Words, ...]
    acknowledge: Length
    test: Length
    sources: Sources


@dataclass(frozen=True, slots=True)
class Guideline:
    """The main joint text.

    Attributes:
        sha256: of its bytes: what acts name it by.
        title: its name.
        version: what its authors call it.
        in_force_from_ms: from when at the earliest, or 0.
        notes: about the text as a whole.
        languages: in which, and who translates.
        urgencies: by id.
        crimes: types of crime.
        clocks: by id.
        transit: how the way between the nodes counts, in words.
        joint: times and codes that stand in the entry.
        elements: by id.
        types: by id.
        refusals, postponements, deficiencies, conditions, marks: lists of codes.
        retention: by role of the blob.
        approvals: in the text's order; the first that fits counts.
        quality: what a good request and a good answer are.
        hotline: its scope, goals and procedure.
        ladders: of measures, by id.
    """

    sha256: str
    title: Words
    version: str
    in_force_from_ms: int
    notes: tuple[Words, ...]
    languages: Languages
    urgencies: Mapping[str, Urgency]
    crimes: Mapping[str, Coded]
    clocks: Mapping[str, ClockRule]
    transit: tuple[Words, ...]
    joint: Mapping[str, JointName]
    elements: Mapping[str, Element]
    types: Mapping[str, RequestType]
    refusals: Mapping[str, Coded]
    postponements: Mapping[str, Coded]
    deficiencies: Mapping[str, Coded]
    conditions: Mapping[str, Coded]
    marks: Mapping[str, Coded]
    retention: tuple[Retention, ...]
    approvals: tuple[Approval, ...]
    quality: Mapping[str, Coded]
    hotline: Hotline
    ladders: Mapping[str, Ladder]

    def ladder(self, type_id: str) -> Ladder | None:
        """Return the ladder of a request type, or None where it has none."""
        return next((one for one in self.ladders.values() if type_id in one.types), None)

    def length(self, type_id: str, clock_id: str, urgency: str) -> Length | None:
        """Return how long a clock runs for a type and urgency, or None if it has no such clock."""
        kind = self.types.get(type_id)
        if kind is None or clock_id not in kind.clocks:
            return None
        own = kind.clocks[clock_id]
        return (own or self.clocks[clock_id].lengths).get(urgency)
