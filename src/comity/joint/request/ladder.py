"""Which steps of a measure may be told: what a ladder and the sums have against them.

    flaws(now, party, told, ladder, now_ms) -> Flaw("sum", "whole", "over-asked", "18500000"), …

Only who speaks asks this, before it is said; what another State said is folded as it is, and its
sums are left out where they cannot be so.

Source: docs/spec/request.md, clause 16.
Floor: joint (pure).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.joint.request import fields, measure, state, sums
from comity.joint.request.measure import Told
from comity.joint.request.state import State
from comity.kernel import limits, money

MONEY: Final = "money"

ITEM_UNKNOWN: Final = "item-unknown"
STEP_NOT_AGREED: Final = "step-not-agreed"
STEP_TOO_EARLY: Final = "step-too-early"
SUM_MISSING: Final = "sum-missing"
UNIT_NOT_AGREED: Final = "unit-not-agreed"
REASON_NOT_AGREED: Final = "step-reason-not-agreed"

PROBLEMS: Final = (
    STEP_NOT_AGREED,
    sums.OTHER_SIDE,
    STEP_TOO_EARLY,
    SUM_MISSING,
    UNIT_NOT_AGREED,
    REASON_NOT_AGREED,
    sums.OTHER_CURRENCY,
    sums.OVER_ASKED,
    sums.TIME_AHEAD,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder.

    Attributes:
        by: `asker` or `addressee`.
        needs: steps of which one was told before, by either side; none: it may be the first.
        unit: `money`, `persons` or `count`, of the sum that it has; "" where it has none.
        reasons: of which it has one; none: it has no reason.
    """

    by: str
    needs: tuple[str, ...] = ()
    unit: str = ""
    reasons: frozenset[str] = frozenset()


type Ladder = Mapping[str, Step]
"""The steps of a request type, by their codes."""

NO_LADDER: Final[Ladder] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is against one value.

    Attributes:
        field: `step`, `sum`, `unit`, `reason` or `at`.
        item: of which it was told.
        name: what is wrong.
        value: as it was told.
    """

    field: str
    item: str
    name: str
    value: str


def flaws(
    now: State,
    party: str,
    told: Iterable[Told],
    ladder: Ladder | None,
    now_ms: int | None = None,
) -> Iterator[Flaw]:
    """Give everything that is against what a party would tell.

    Args:
        now: state as it is.
        party: who would tell it.
        told: as `measure.told` gives it.
        ladder: of the type in the guideline that the request names; None where it names none.
        now_ms: the clock of the speaker, or None.
    """
    new = [*told]
    for one in new:
        if one.item not in {*now.items, state.WHOLE}:
            yield Flaw("step", one.item, ITEM_UNKNOWN, one.item)
        elif ladder is not None:
            yield from _of_ladder(now, party, one, ladder)
        if now_ms is not None and (one.happened_ms or 0) > now_ms + limits.SKEW_MS_MAX:
            yield Flaw("at", one.item, sums.TIME_AHEAD, str(one.happened_ms))
    agreed = {one.item for one in new if ladder is not None}
    for flaw in _of_sums(now, new):
        if flaw.name != sums.OTHER_SIDE or flaw.item not in agreed:
            yield flaw


def _of_ladder(now: State, party: str, one: Told, ladder: Ladder) -> Iterator[Flaw]:
    step = ladder.get(one.step)
    if step is None:
        yield Flaw("step", one.item, STEP_NOT_AGREED, one.step)
        return
    if step.by != (fields.ASKER if party == now.asker else fields.ADDRESSEE):
        yield Flaw("step", one.item, sums.OTHER_SIDE, one.step)
    before = {each.step for each in now.steps if each.item in (one.item, state.WHOLE)}
    if step.needs and before.isdisjoint(step.needs):
        yield Flaw("step", one.item, STEP_TOO_EARLY, one.step)
    if step.unit and one.amount is None:
        yield Flaw("sum", one.item, SUM_MISSING, one.step)
    if one.unit and not _is_unit(one.unit, step.unit):
        yield Flaw("unit", one.item, UNIT_NOT_AGREED, one.unit)
    if one.reason not in (step.reasons or {""}):
        yield Flaw("reason", one.item, REASON_NOT_AGREED, one.reason)


def _is_unit(unit: str, agreed: str) -> bool:
    return money.CURRENCY.fullmatch(unit) is not None if agreed == MONEY else unit == agreed


def _of_sums(now: State, new: list[Told]) -> Iterator[Flaw]:
    """Give the sums that would be left out if it were told."""
    keys = {one.key for one in new}
    after = replace(now, steps=measure.noted(now.steps, new))
    for one, why in sums.left_out(after).items():
        if one.key in keys:
            field, value = _PLACES[why]
            yield Flaw(field, one.item, why, str(getattr(one, value)))


_PLACES: Final = MappingProxyType(
    {
        sums.OTHER_SIDE: ("step", "step"),
        sums.OTHER_CURRENCY: ("unit", "unit"),
        sums.OVER_ASKED: ("sum", "amount"),
        sums.TIME_AHEAD: ("at", "happened_ms"),
    }
)
"""`{why a sum is left out: (field that says it, where its value stands)}`."""
