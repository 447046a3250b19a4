"""How far a measure is: the last word of each party on each step, item by item.

    told(act, "sn", 7) -> (Told("whole", "sn", "held", act.id, 7, 18_400_000, "EUR"), …)

An item is one of the request, or `whole`.  Which steps there are, in which order and whose, a
guideline says; no fold reads it.

Source: docs/spec/request.md, clause 16.
Floor: joint (pure).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from comity.acts.record import Act
from comity.joint.request import acts


@dataclass(frozen=True, slots=True)
class Told:
    """The last word of a party on one step of a measure.

    Attributes:
        item: of the request, or `whole`.
        party: who told it.
        step: its code.
        act_id: by which act.
        at: position of that act among the turns.
        amount: how much, in whole minor units; or None.
        unit: of the amount: a currency, `persons`, `count`; or "".
        reason: its code, or "".
        happened_ms: when it came about, or None.
    """

    item: str
    party: str
    step: str
    act_id: str
    at: int
    amount: int | None = None
    unit: str = ""
    reason: str = ""
    happened_ms: int | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is the last word on."""
        return self.item, self.party, self.step


def told(act: Act, party: str, at: int) -> tuple[Told, ...]:
    """Return what an act that is well formed tells, item by item."""
    sums, units = acts.under(act, acts.SUM), acts.under(act, acts.UNIT)
    reasons = acts.under(act, acts.BECAUSE)
    return tuple(
        Told(
            item,
            party,
            step,
            act.id,
            at,
            int(sums[item]) if item in sums else None,
            units.get(item, ""),
            reasons.get(item, ""),
            act.times.get(f"{acts.HAPPENED}{item}"),
        )
        for item, step in acts.under(act, acts.STEP).items()
    )


def noted(before: Iterable[Told], new: Iterable[Told]) -> tuple[Told, ...]:
    """Return the last words after an act, by item, party and step."""
    last = {one.key: one for one in (*before, *new)}
    return tuple(last[key] for key in sorted(last))
