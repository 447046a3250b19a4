"""Sums of a measure: asked, held, moved on, returned; of one request, and of what follows it.

    of(state).by_unit["EUR"]     -> Sum(asked=18_400_000, held=10_000_000, moved=8_400_000, …)
    of(state).left_out           -> {"over-asked": 1}

Only entries are read, so both sides reckon alike.  What cannot be so is left out, and counted: a
sum of another currency than what was asked, more than was asked, a time ahead of the receipt.

Source: docs/spec/request.md, clause 17.
Floor: joint (pure).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Final

from comity.joint.request.measure import Told
from comity.joint.request.state import State
from comity.kernel import limits, money

ASKED: Final = "asked"
"""Code of a submission: the sum that it is about, `eur.18400000`; and the step of the asker."""
CODE: Final = re.compile(r"([a-z]{3})\.(0|[1-9][0-9]{0,14})")

RELEASED: Final = "released"
HOLDING: Final = ("held", "held-in-part", "frozen")
MOVED: Final = "moved-on"
RETURNING: Final = "returning"
ARRIVED: Final = "arrived"

OTHER_CURRENCY: Final = "other-currency"
OVER_ASKED: Final = "over-asked"
TIME_AHEAD: Final = "time-ahead"
OTHER_SIDE: Final = "step-of-other-side"
LEFT_OUT: Final = (OTHER_SIDE, OTHER_CURRENCY, OVER_ASKED, TIME_AHEAD)

_OF_ASKER: Final = frozenset({ASKED, ARRIVED})
_FIGURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ASKED: "asked",
        **dict.fromkeys(HOLDING, "held"),
        MOVED: "moved",
        RETURNING: "returning",
        ARRIVED: "arrived",
        RELEASED: "released",
    }
)
"""`{step: what it counts as}`."""
STEPS: Final = frozenset(_FIGURES)


@dataclass(frozen=True, slots=True)
class Sum:
    """Of one currency, in whole minor units.

    Attributes:
        asked: what was asked to be held.
        held: what was held, without what was released.
        moved: what had been moved on.
        returning: what is on its way back.
        arrived: what has come back.
    """

    asked: int = 0
    held: int = 0
    moved: int = 0
    returning: int = 0
    arrived: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        """Return both together."""
        return Sum(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Sum)))


@dataclass(frozen=True, slots=True)
class Sums:
    """What a measure has come to.

    Attributes:
        by_unit: by currency.
        left_out: `{one of LEFT_OUT: how many steps}`.
    """

    by_unit: Mapping[str, Sum] = field(default_factory=lambda: MappingProxyType({}))
    left_out: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


NONE: Final = Sums()


def asked_code(amount: int, currency: str) -> str:
    """Return a sum as the code that a submission has of it."""
    return f"{currency.lower()}.{amount}"


def asked(state: State) -> dict[str, int]:
    """Return what is asked, by currency: the asker's steps, else the code of the submission."""
    found: Counter[str] = Counter()
    for one in state.steps:
        if one.step == ASKED and one.party == state.asker and _is_money(one):
            found[one.unit] += one.amount or 0
    code = CODE.fullmatch(state.codes.get(ASKED, ""))
    return {**found} or ({code[1].upper(): int(code[2])} if code else {})


def of(state: State) -> Sums:
    """Return the sums of one request."""
    counted, judged = _reckoned(state)
    found = {unit: Sum(**_figures(counted[unit])) for unit in sorted(counted)}
    left_out = Counter(why for _, why in judged if why)
    return Sums(MappingProxyType(found), MappingProxyType(dict(sorted(left_out.items()))))


def left_out(state: State) -> dict[Told, str]:
    """Return the steps whose sums are left out, and why."""
    return {one: why for one, why in _reckoned(state)[1] if why}


type _Counted = dict[str, Counter[str]]


def _reckoned(state: State) -> tuple[_Counted, list[tuple[Told, str]]]:
    """Return what is counted by currency and figure, and of each step why it is not, or ""."""
    limit = asked(state)
    counted = {unit: Counter({"asked": amount}) for unit, amount in limit.items()}
    judged = []
    for one in _effective(state):
        figure, why = _FIGURES[one.step], _against(state, one, limit)
        assert one.amount is not None
        own = counted.setdefault(one.unit, Counter()) if not why else Counter()
        is_over = limit and figure not in ("asked", RELEASED) and not why
        if is_over and own[figure] + one.amount > limit[one.unit]:
            why = OVER_ASKED
        judged.append((one, why))
        if why or figure == "asked":
            continue
        if figure == RELEASED:
            own["held"] = max(0, own["held"] - one.amount)
        else:
            own[figure] += one.amount
    return counted, judged


def _figures(counted: Mapping[str, int]) -> dict[str, int]:
    return {name: amount for name, amount in counted.items() if amount}


def _is_money(one: Told) -> bool:
    return one.amount is not None and money.CURRENCY.fullmatch(one.unit) is not None


def _effective(state: State) -> Iterator[Told]:
    """Give the steps with sums of money as they were told: of what holds, the newest alone."""
    newest: dict[tuple[str, str, str], Told] = {}
    for one in state.steps:
        if one.step in _FIGURES and _is_money(one):
            key = (one.item, one.party, _FIGURES[one.step])
            if key not in newest or newest[key].at < one.at:
                newest[key] = one
    yield from sorted(newest.values(), key=lambda one: (one.at, one.key))


def _against(state: State, one: Told, limit: Mapping[str, int]) -> str:
    if (one.party == state.asker) != (one.step in _OF_ASKER):
        return OTHER_SIDE
    if limit and one.unit not in limit:
        return OTHER_CURRENCY
    held_ms = state.turns[one.at].received_at_ms if one.at < len(state.turns) else None
    if one.happened_ms is None or held_ms is None:
        return ""
    return TIME_AHEAD if one.happened_ms > held_ms + limits.SKEW_MS_MAX else ""


@dataclass(frozen=True, slots=True)
class Leg:
    """A request in a tree: where money went on, it is asked for again by one that follows.

    Attributes:
        matter_id: of the request.
        sums: its own.
        depth: how many requests stand above it.
        parent: id of the one that it follows, or "" at the root.
    """

    matter_id: str
    sums: Sums
    depth: int = 0
    parent: str = ""


def trees(requests: Iterable[State]) -> tuple[tuple[Leg, ...], ...]:
    """Return requests by what they follow: of each root the legs, each before those under it.

    One that follows what is not among them is a root; a ring, which no honest node makes, hangs
    from its first request by id.
    """
    known = {one.matter_id: one for one in requests}
    under: dict[str, list[str]] = {}
    for name in sorted(known, reverse=True):  # the last that is put down is taken up first
        under.setdefault(known[name].follows, []).append(name)
    roots = [one for one in sorted(known) if known[one].follows not in known]
    taken: set[str] = set()
    found = []
    for root in (*roots, *sorted(known)):
        legs, left = [], [(root, 0, "")]
        while left:
            name, depth, parent = left.pop()
            if name not in taken:
                taken.add(name)
                legs.append(Leg(name, of(known[name]), depth, parent))
                left += [(one, depth + 1, name) for one in under.get(name, ())]
        found += [tuple(legs)] if legs else []
    return tuple(found)


def total(legs: Iterable[Leg]) -> Sums:
    """Return the sums of a tree: asked at its root alone, what came of it over all legs.

    What was moved on and is asked for again by a leg counts in that leg.
    """
    every = [*legs]
    again: Counter[tuple[str, str]] = Counter()
    for leg in every:
        again.update({(leg.parent, unit): one.asked for unit, one in leg.sums.by_unit.items()})
    by_unit: dict[str, Sum] = {}
    left_out: Counter[str] = Counter()
    for leg in every:
        left_out.update(leg.sums.left_out)
        for unit, one in leg.sums.by_unit.items():
            own = replace(
                one,
                asked=0 if leg.parent else one.asked,
                moved=max(0, one.moved - again[leg.matter_id, unit]),
            )
            by_unit[unit] = by_unit.get(unit, Sum()) + own
    return Sums(
        MappingProxyType({unit: by_unit[unit] for unit in sorted(by_unit)}),
        MappingProxyType(dict(sorted(left_out.items()))),
    )
