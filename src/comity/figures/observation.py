"""What a review reads: one neutral row for each addressee of each matter.

    Observation     who asked whom, when, of what kind
      Span          a time that is measured, with its clock where one was agreed
      Hold          who held the ball, from when to when
      Fact          what was said of quality: a deficiency, an item's outcome, an assessment

The node builds rows from matters at one cut and one instant; nothing of a request's own table
stands here, so what another room does (a call, an inject, a report) is reviewed by the same code.
Everything in a row follows from the logs of the channel alone, so that both nodes build the same.

Source: docs/spec/review.md, part 1.
Floor: figures (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

ACKNOWLEDGE: Final = "acknowledge"
RESPOND: Final = "respond"
COMPLETE: Final = "complete"
MEASURES: Final = (ACKNOWLEDGE, RESPOND, COMPLETE)
"""Times of a request: to acknowledge, to the first substantive response, to completion."""

TYPE: Final = "type"
URGENCY: Final = "urgency"
CRIME: Final = "crime"
GUIDELINE: Final = "guideline"
AGENCY: Final = "agency"
DIMENSIONS: Final = (TYPE, URGENCY, CRIME, GUIDELINE, AGENCY)
"""By what figures are told apart, beside the period and the two sides."""


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Moment:
    """When an act was received by the other side, and what that time rests on.

    Attributes:
        act_id: of the act.
        at_ms: effective time of the receipt, milliseconds since 1970 UTC.
        claimed_ms: what the receipt claims; where it is another, the two disagree.
        low_ms: the last time that the act's author had signed for before the act; or None.
        high_ms: when the author signed that it holds the receipt, by its own receipt; or None:
            then the time rests on the receiver's word alone.
    """

    act_id: str
    at_ms: int
    claimed_ms: int
    low_ms: int | None = None
    high_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A time that is measured: from one event to another, or as far as it has come.

    Attributes:
        measure: one of `MEASURES`, or what another room measures.
        begin: from when it counts.
        end: what ended it; None while nothing has.
        stopped: what made it end otherwise: a withdrawal; then it is censored there.
        waited: times of waiting within it, `(from_ms, to_ms)`, joined and in order; what still
            lasts ends at the instant.
        clock: name of the agreed clock that measures it, or "" where none was agreed.
        unit: in which that was agreed: a unit of `clocks.term`, or "".
        agreed: how many units, extensions included; None without a clock.
        used: the least whole number of those units that would have been kept, waiting left out, up
            to its end or the instant; None without a clock.
        status: of the clock at the instant, a word of `clocks.clock`, or "".
        due_ms: the first instant that is too late; None without a clock and while it waits.
    """

    measure: str
    begin: Moment
    end: Moment | None = None
    stopped: Moment | None = None
    waited: tuple[tuple[int, int], ...] = ()
    clock: str = ""
    unit: str = ""
    agreed: int | None = None
    used: int | None = None
    status: str = ""
    due_ms: int | None = None

    @property
    def is_censored(self) -> bool:
        """Whether what was waited for has not happened."""
        return self.end is None


@dataclass(frozen=True, slots=True)
class Hold:
    """That a party held the ball: it was its turn; `to_ms` is None while it still is."""

    party: str
    from_ms: int
    to_ms: int | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing said of quality.

    Attributes:
        name: `deficiency`, `clarification`, `item`, `refusal`, `postponement`, `condition`,
            `assessment`, `use`, `correction`, or what another room brings.
        code: a code of the guideline or of a closed list: the ground, the criterion; or "".
        about: what it is about: an element, an item; or "".
        party: who said it.
        outcome: what came of it: `open`, `lifted`, `clarified`; of an item how it was answered;
            of an assessment its value; or "".
        act_id: by which act; "" where it stands for none.
        count: of how many things it is said; None: of one.
    """

    name: str
    code: str = ""
    about: str = ""
    party: str = ""
    outcome: str = ""
    act_id: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One addressee of one matter, at one cut and one instant.

    Attributes:
        kind: of the matter: `request`.
        id: of the matter.
        asker: party that asked.
        addressee: party that answers.
        asked: when it was received.
        status: the room's word for where it stands with this addressee.
        dimensions: `{name: code}`; a name of `DIMENSIONS` that is missing is not known.
        spans: in the order of `MEASURES`; one of each that began.
        holds: in the order of time, without gaps, from `asked` to when nobody holds the ball.
        facts: in the order in which they were said.
        disputed: measures, or "asked", whose time a claim contradicts; sorted.
    """

    kind: str
    id: str
    asker: str
    addressee: str
    asked: Moment
    status: str = ""
    dimensions: Mapping[str, str] = field(default_factory=_nothing)
    spans: tuple[Span, ...] = ()
    holds: tuple[Hold, ...] = ()
    facts: tuple[Fact, ...] = ()
    disputed: tuple[str, ...] = ()

    def span(self, measure: str) -> Span | None:
        """Return the span of a measure, or None where it has not begun."""
        return next((one for one in self.spans if one.measure == measure), None)
