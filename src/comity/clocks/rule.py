"""What is agreed of a clock: how long it runs, from what, until what, and what it waits for.

    Rule("acknowledge", Term(24, "hours"), starts=("submitted",), ends=("registered",))

Event names are those of the room whose marks it is given.

Source: docs/spec/clocks.md, part 1.
Floor: clocks (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.clocks.term import ADDRESSEE, SIDES, Term

AT_ONCE: Final = "at-once"
OFFICE_HOURS: Final = "office-hours"
RECEIPTS: Final = (AT_ONCE, OFFICE_HOURS)

AS_IT_FALLS: Final = "as-it-falls"
NEXT_WORKING_DAY: Final = "next-working-day"
LAST_DAYS: Final = (AS_IT_FALLS, NEXT_WORKING_DAY)


@dataclass(frozen=True, slots=True)
class PauseRule:
    """What a clock waits for.

    Attributes:
        starts: events from which it waits.
        ends: events that end the waiting.
        why: `{language: words}`, as pairs.
    """

    starts: tuple[str, ...]
    ends: tuple[str, ...]
    why: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Extension:
    """What makes a clock run longer.

    Attributes:
        event: that extends it.
        term: by how much, in the unit of the clock; None if each mark says so.
    """

    event: str
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A clock as it is agreed.

    Attributes:
        name: of the clock.
        term: how long it runs.
        starts: events; the first that comes starts it.
        ends: events that it waits for; one that is among `starts` too starts it anew.  None: it
            waits for nothing, and lapses when it is due.
        stops: events after which it no longer matters, such as a withdrawal.
        pauses: what it waits for meanwhile.
        extensions: what makes it longer.
        receipt: `at-once`, or `office-hours`: what comes outside is received when they open,
            but for elapsed time, of which every hour counts.
        receipt_of: whose office hours.
        last_day: `as-it-falls`, or `next-working-day` if the last day does not count as one.
        alert_before: it is due soon in the last of these; None: never.
        source: of the rule, in the words of those who agreed it.
        event_words: `{event: {language: words}}`, for sentences; an event without is told by name.
    """

    name: str
    term: Term
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    stops: tuple[str, ...] = ()
    pauses: tuple[PauseRule, ...] = ()
    extensions: tuple[Extension, ...] = ()
    receipt: str = AT_ONCE
    receipt_of: str = ADDRESSEE
    last_day: str = AS_IT_FALLS
    alert_before: Term | None = None
    source: str = ""
    event_words: Mapping[str, Mapping[str, str]] = MappingProxyType({})

    def __post_init__(self) -> None:
        """Assert that a parser has looked at it."""
        assert self.receipt in RECEIPTS
        assert self.receipt_of in SIDES
        assert self.last_day in LAST_DAYS
        for extension in self.extensions:
            assert extension.term is None or extension.term.unit == self.term.unit

    @property
    def waits_for_office(self) -> bool:
        """Whether a run that comes outside of office hours starts when they begin."""
        return self.receipt == OFFICE_HOURS and self.term.elapsed_ms is None
