"""What parties owe of a session, by its date and by the terms of its series.

    owed(now, terms, closed_ms)     the agenda, the next date, delegations, minutes

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.owed import Owed
from comity.acts.points import State
from comity.joint.dialogue import acts, view
from comity.joint.dialogue.terms import Terms
from comity.joint.dialogue.terms_schema import AGENDA, DELEGATION, MINUTES, NEXT

DAY_MS: Final = 86_400_000

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        AGENDA: {"en": "Agree on the agenda", "zh": "商定议程"},
        NEXT: {"en": "Agree on the next date", "zh": "商定下次会议日期"},
        DELEGATION: {"en": "Name the delegation", "zh": "通报代表团"},
        MINUTES: {"en": "Agree on the minutes", "zh": "确认会议纪要"},
    }
)


def owed(now: State, terms: Terms | None) -> tuple[Owed, ...]:
    """Return what parties owe, what is due first before the rest.

    Args:
        now: the session.
        terms: of its series, or None where none are in force: then nothing has a lead time.
    """
    if terms is None or view.status(now) in (view.NONE, view.CONVERTED, view.RECORDED):
        return ()
    every = (*_before(now, terms), *_behind(now, terms))
    return tuple(sorted(every, key=lambda one: (one.by_ms, one.what, one.party)))


def _before(now: State, terms: Terms) -> Iterator[Owed]:
    when, days = view.when_ms(now), terms.days
    if when is None or view.held(now):
        return
    if AGENDA in days:
        for party in _lacks_agenda(now):
            yield Owed(AGENDA, party, when - days[AGENDA] * DAY_MS)
    if DELEGATION in days:
        for party in now.parties:
            if view.delegation(now, party) is None:
                yield Owed(DELEGATION, party, when - days[DELEGATION] * DAY_MS)


def _lacks_agenda(now: State) -> list[str]:
    items = view.agenda(now)
    if not items:
        return [*now.parties]
    open_ones = view.missing(now)
    silent = {party for one in items for party in open_ones.get(f"{acts.ITEM}{one.number}", ())}
    return [party for party in now.parties if party in silent]


def _behind(now: State, terms: Terms) -> Iterator[Owed]:
    when, closed = view.when_ms(now), closed_ms(now)
    if NEXT in terms.days and when is not None:
        for party in view.missing(now).get(acts.NEXT, ()):
            yield Owed(NEXT, party, when + (terms.days[NEXT] + 1) * DAY_MS)
    if MINUTES in terms.days and closed is not None:
        minutes = now.told(acts.MINUTED)
        last = minutes[-1] if minutes else None
        agreed = {o.party for o in now.told(acts.MINUTES_AGREED) if last and o.answers == last.id}
        done = {*agreed, last.party} if last else set()
        for party in now.parties:
            if party not in done:
                yield Owed(MINUTES, party, closed + terms.days[MINUTES] * DAY_MS)


def closed_ms(now: State) -> int | None:
    """Return when every party had closed the session, as the others received it, or None."""
    if view.status(now) not in (view.CLOSED, view.RECORDED):
        return None
    closings = {one.id for one in now.told(acts.CLOSED)}
    heard = [
        one.received_at_ms
        for one in now.turns
        if one.act_id in closings and one.is_effective and one.received_at_ms is not None
    ]
    return max(heard, default=None) if len(heard) >= len(now.parties) else None


def opened_ms(now: State) -> int | None:
    """Return the date on which a session was held: as agreed, or when all had opened it."""
    return view.when_ms(now) if view.held(now) else None
