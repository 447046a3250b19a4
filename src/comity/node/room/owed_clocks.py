"""The clocks of a matter whose dates stand in it: what each party owes by when, as a room says it.

    reckoned(at, row, now, now_ms, Telling(due.owed(now, terms), due.WORDS))

Floor: node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from comity.acts.owed import Owed
from comity.clocks import clock
from comity.clocks.clock import Clock
from comity.clocks.due import Due, Timed
from comity.clocks.rule import Rule
from comity.clocks.term import CALENDAR_DAYS, Term
from comity.node.base.reckoned import Missing, Reckoned, Words
from comity.node.base.rows import MatterRow
from comity.node.room.clocks import Channel

SOON_MS: Final = 7 * 86_400_000
"""Before it is due: from then on it is due soon."""
_A_WEEK: Final = Term(7, CALENDAR_DAYS)


@dataclass(frozen=True, slots=True)
class Telling:
    """What a room says of a matter.

    Attributes:
        owed: what parties owe, what is due first before the rest.
        words: what each is called.
        missing: what may still come, and by which more would be owed.
        changes_ms: instants at which something else is owed.
    """

    owed: Sequence[Owed]
    words: Mapping[str, Words]
    missing: tuple[Missing, ...] = ()
    changes_ms: tuple[int, ...] = ()


def reckoned(
    at: Channel,
    row: MatterRow,
    now: Any,  # noqa: ANN401 -- the state of any room
    now_ms: int,
    said: Telling,
) -> Reckoned:
    """Return the clocks of a matter.

    Args:
        at: the channel.
        row: the matter.
        now: its state.
        now_ms: the instant.
        said: of it by its room.
    """

    def label(name: str) -> Words:
        return said.words.get(name, {"en": name, "zh": name})

    timed = tuple(_timed(one, now_ms) for one in said.owed)
    dues = tuple(
        Due(one.party, one.party, one.what, one.what, of.clock.status, one.by_ms)
        for one, of in zip(said.owed, timed, strict=True)
    )
    return Reckoned(
        row,
        now,
        at.cut,
        now_ms,
        timed=timed,
        dues=dues,
        missing=said.missing,
        changes_ms=said.changes_ms,
        label=label,
        action=label,
    )


def _timed(one: Owed, now_ms: int) -> Timed:
    alert_ms = one.by_ms - SOON_MS
    status = clock.RUNNING if now_ms < alert_ms else clock.DUE_SOON
    status = clock.OVERDUE if one.is_late(now_ms) else status
    told = Clock(
        one.what,
        status,
        started_at_ms=0,
        due_at_ms=one.by_ms,
        alert_at_ms=alert_ms,
        left_ms=one.by_ms - now_ms,
    )
    rule = Rule(one.what, _A_WEEK, starts=(), ends=(one.what,))
    return Timed(one.party, one.party, rule, told)
