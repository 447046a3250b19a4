"""The measure of a request on its page: steps, sums as a bar with its table, legs as a tree.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.joint.request import sums
from comity.joint.request.codes import STEP_REASONS
from comity.joint.request.measure import Told
from comity.joint.request.state import WHOLE, State
from comity.joint.request.sums import Leg, Sum, Sums
from comity.kernel import money
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import parties
from comity.node.room.parties import Known, PartyName
from comity.rooms.request import measures
from comity.rooms.request.dossier import Dossier
from comity.rooms.request.measures import Ladder
from comity.surfaces.web.request import language

BAR_WIDTH: Final = 1_000
INDENTS_MAX: Final = 6

FIGURES: Final[Mapping[str, Promise]] = {
    "asked": _("Asked"),
    "held": _("Held so far"),
    "moved": _("Moved on"),
    "returning": _("On its way back"),
    "arrived": _("Came back"),
}
LEFT_OUT: Final[Mapping[str, Promise]] = {
    sums.OTHER_SIDE: _("told by the side that does not tell it"),
    sums.OTHER_CURRENCY: _("in another currency than what was asked"),
    sums.OVER_ASKED: _("more than was asked"),
    sums.TIME_AHEAD: _("told of a time still to come"),
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar: its figure, where it begins and how wide it is."""

    name: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Bar:
    """Sums of one currency.

    Attributes:
        unit: the currency.
        segments: of the bar; none where nothing was asked in it.
        figures: each with its words and its amount as it is written.
    """

    unit: str
    segments: tuple[Segment, ...]
    figures: tuple[tuple[str, Promise, str], ...]


@dataclass(frozen=True, slots=True)
class StepLine:
    """A last word on a step, in words."""

    told: Told
    by: PartyName
    words: str
    amount: str
    reason: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class LegLine:
    """A leg of the tree, with its sums as they are written."""

    leg: Leg
    is_this: bool
    bars: tuple[Bar, ...]

    @property
    def level(self) -> int:
        """From 1, the root."""
        return self.leg.depth + 1

    @property
    def indent(self) -> int:
        """How far it is set in: as far as a page has room."""
        return min(self.leg.depth, INDENTS_MAX)


@dataclass(frozen=True, slots=True)
class Part:
    """What the page shows of a measure.

    Attributes:
        steps: the last words, in the order in which they were told.
        bars: by currency, over all legs.
        left_out: `[words of why, how many]`.
        legs: of the tree; none where there is but this request.
    """

    steps: tuple[StepLine, ...]
    bars: tuple[Bar, ...]
    left_out: tuple[tuple[Promise, int], ...]
    legs: tuple[LegLine, ...]


def of(node: Node, officer: Officer, found: Dossier) -> Part | None:
    """Return the measure of a request; None where nothing is told and no sum asked."""
    now = found.shown.state
    if not now.steps and not sums.asked(now):
        return None
    legs = measures.tree(node, officer, now)
    ladder = found.guideline.ladder(now.type) if found.guideline else None
    total = sums.total(legs)
    return Part(
        tuple(step_lines(now, ladder, found.known)),
        bars(total),
        left_out(total),
        tuple(LegLine(one, one.matter_id == now.matter_id, bars(one.sums)) for one in legs)
        if len(legs) > 1
        else (),
    )


def step_lines(now: State, ladder: Ladder | None, known: Known) -> Iterator[StepLine]:
    """Give the last words, in the order in which they were told."""
    for one in sorted(now.steps, key=lambda one: (one.at, one.key)):
        step = ladder.steps.get(one.step) if ladder else None
        reason = STEP_REASONS.get(one.reason)
        yield StepLine(
            one,
            parties.name_of(known, one.party),
            language.word(step.label) if step else one.step,
            "" if one.amount is None else money.written(one.amount, one.unit),
            language.word({"en": reason.en, "zh": reason.zh}) if reason else "",
            one.item == WHOLE,
        )


def bars(found: Sums) -> tuple[Bar, ...]:
    """Return the bars of sums, one for each currency."""
    return tuple(
        Bar(
            unit,
            tuple(_segments(one)),
            tuple(
                (name, words, money.written(getattr(one, name), unit))
                for name, words in FIGURES.items()
            ),
        )
        for unit, one in found.by_unit.items()
    )


def _segments(one: Sum) -> Iterator[Segment]:
    """Give what arrived, what is held besides, and what was moved on: never more than the bar."""
    x = 0
    held = max(0, one.held - one.arrived)
    parts: Sequence[tuple[str, int]] = (
        ("arrived", one.arrived), ("held", held), ("moved", one.moved),
    )  # fmt: skip
    for name, amount in parts if one.asked else ():
        width = min(BAR_WIDTH - x, amount * BAR_WIDTH // one.asked)
        if width:
            yield Segment(name, x, width)
        x += width


def left_out(found: Sums) -> tuple[tuple[Promise, int], ...]:
    """Return why steps are left out of the sums, each with how many."""
    return tuple((LEFT_OUT[why], count) for why, count in found.left_out.items())
