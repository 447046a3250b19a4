"""How much may still be asked: computed from both logs, enforced by who holds the key.

Floor: joint (pure).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from comity.joint.match import acts, canon

EPOCH_SLOTS: Final = 65_535
"""Of one partner, of one kind, in one month."""
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Run:
    """A question that counts: it was evaluated, or waits for that.

    Attributes:
        asker: a party.
        answerer: a party.
        kind: of its identifiers.
        epoch: month, `2027-03`.
        slots: that it takes.
    """

    asker: str
    answerer: str
    kind: str
    epoch: str
    slots: int


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a kind to ask one partner.

    Attributes:
        epoch: slots in this month.
        year: slots in twelve months with this one.
        run: slots of the greatest run now; 0 where none fits.
    """

    epoch: int
    year: int
    run: int


def month(epoch: str) -> int:
    """Return the number of a month since the year 0."""
    year, _, number = epoch.partition("-")
    return int(year) * _MONTHS + int(number)


def left(runs: Iterable[Run], asker: str, answerer: str, kind: str, epoch: str) -> Left:
    """Return what is left, whatever channels the runs stand in."""
    mine = [one for one in runs if (one.asker, one.answerer, one.kind) == (asker, answerer, kind)]
    now = month(epoch)
    spent = sum(one.slots for one in mine if one.epoch == epoch)
    year = sum(one.slots for one in mine if now - _MONTHS < month(one.epoch) <= now)
    in_epoch = max(EPOCH_SLOTS - spent, 0)
    in_year = max(canon.slots_a_year(kind) - year, 0)
    most = canon.SMALL_SLOTS if kind in canon.SMALL else acts.SLOTS_MAX
    run = min(in_epoch, in_year, most)
    return Left(in_epoch, in_year, run if run >= acts.SLOTS_MIN else 0)
