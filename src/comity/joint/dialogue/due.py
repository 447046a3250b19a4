"""What parties owe of a session, by its date and by the terms of its series.

    owed(now, terms, lacking)     the agenda, delegations, the next date, minutes; what other
                                  matters lack: experts' report, a joint text, figures, cases

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from comity.acts.owed import Owed
from comity.acts.points import State
from comity.joint.dialogue import acts, view
from comity.joint.dialogue.terms import Terms
from comity.joint.dialogue.terms_schema import (
    AGENDA,
    CASES,
    DELEGATION,
    FIGURES,
    MINUTES,
    NEXT,
    OTHERS,
    REPORT,
    TEXT,
)

DAY_MS: Final = 86_400_000
ANSWER: Final = "text-answer"
"""By the session itself, once a text for it is tabled: an answer of those who did not table it."""

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        AGENDA: {"en": "Agree on the agenda", "zh": "商定议程"},
        NEXT: {"en": "Agree on the next date", "zh": "商定下次会议日期"},
        DELEGATION: {"en": "Name the delegation", "zh": "通报代表团"},
        MINUTES: {"en": "Agree on the minutes", "zh": "确认会议纪要"},
        REPORT: {"en": "Put the experts' report on the agenda", "zh": "将专家报告列入议程"},
        TEXT: {"en": "Table the joint text", "zh": "提出共同文件案文"},
        ANSWER: {"en": "Answer what was tabled of the joint text", "zh": "回应共同文件案文"},
        FIGURES: {"en": "Agree on the figures", "zh": "确认统计数据"},
        CASES: {"en": "Agree on a report for each case", "zh": "就每个案件确认情况通报"},
    }
)


def owed(
    now: State, terms: Terms | None, lacking: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> tuple[Owed, ...]:
    """Return what parties owe, what is due first before the rest.

    Args:
        now: the session.
        terms: of its series, or None where none are in force: then nothing has a lead time.
        lacking: of `OTHERS` and `ANSWER`, the parties for which it waits.
    """
    if terms is None or view.status(now) in (view.NONE, view.CONVERTED, view.RECORDED):
        return ()
    every = (*_before(now, terms), *_of_others(now, terms, lacking), *_behind(now, terms))
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


def _of_others(now: State, terms: Terms, lacking: Mapping[str, Sequence[str]]) -> Iterator[Owed]:
    when = view.when_ms(now)
    if when is None or view.held(now):
        return
    for what in (*OTHERS, ANSWER):
        lead = TEXT if what == ANSWER else what
        if lead in terms.days:
            days = 0 if what == ANSWER else terms.days[lead]
            for party in lacking.get(what, ()):
                yield Owed(what, party, when - days * DAY_MS)


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
