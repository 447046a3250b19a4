"""What other matters still lack before a session: a report, words, figures, a report of each case.

    lacking(at, now, terms, now_ms)     {"figures": ("fr",), …}: for whom each waits

Source: docs/spec/dialogue.md, 11.
Floor: rooms.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from comity.acts.points import State
from comity.acts.record import Matter
from comity.joint.case import acts as case_acts
from comity.joint.case import state as case_state
from comity.joint.case import view as case_view
from comity.joint.dialogue import acts, due, terms_schema, view
from comity.joint.dialogue.terms import Terms, name_of
from comity.joint.review import acts as review_acts
from comity.joint.wording import acts as wording_acts
from comity.node.room import joint_texts
from comity.node.room.clocks import Channel

FOLLOWS: Final = frozenset({acts.KIND, case_acts.KIND, review_acts.KIND, wording_acts.KIND})
"""Kinds of which what is said may change what is lacking."""

type Parties = tuple[str, ...]


def lacking(at: Channel, now: State, of_series: Terms, now_ms: int) -> Mapping[str, Parties]:
    """Return for whom each of `terms_schema.OTHERS` waits, of those that have a lead time."""
    when = view.when_ms(now)
    if when is None or view.held(now):
        return {}
    every = at.states(acts.KIND)
    since_ms = max(_held(every, view.series(now), when), default=0)
    found: dict[str, Parties] = {}
    if terms_schema.REPORT in of_series.days:
        reports = [one for one in every if _reports_to(at, one, view.series(now), now_ms)]
        found[terms_schema.REPORT] = _report(reports, now, since_ms, when)
    if terms_schema.TEXT in of_series.days:
        found |= _text(at.states(wording_acts.KIND), now)
    if terms_schema.FIGURES in of_series.days:
        found[terms_schema.FIGURES] = _figures(at, now, since_ms)
    if terms_schema.CASES in of_series.days:
        found[terms_schema.CASES] = _in_order(now, _cases(at, now))
    return found


def _in_order(now: State, parties: Iterator[str]) -> Parties:
    every = {*parties}
    return tuple(one for one in now.parties if one in every)


def _held(every: Sequence[State], series: str, before_ms: int) -> Iterator[int]:
    """Give when each earlier session of a series was held."""
    for one in every:
        when = view.when_ms(one)
        if view.series(one) == series and view.held(one) and when is not None:
            yield from (when,) if when < before_ms else ()


def _reports_to(at: Channel, session: State, series: str, now_ms: int) -> bool:
    """Return whether the series of a session reports to another, by its terms."""
    name = name_of(view.series(session))
    found = joint_texts.in_force(at.node, at.tx, at.path, now_ms, name)
    return isinstance(found, Terms) and found.parent == series


def _report(sessions: Sequence[State], now: State, since_ms: int, when: int) -> Parties:
    """Return who owes minutes of the last session of experts that are reported to this one."""
    held = [
        (at_ms, one)
        for one in sessions
        for at_ms in (view.when_ms(one),)
        if at_ms is not None and view.held(one) and since_ms <= at_ms < when
    ]
    if not held:
        return ()
    _, last = max(held, key=lambda one: one[0])
    minutes = last.told(acts.MINUTED)
    newest = minutes[-1] if minutes else None
    if newest is None or newest.codes.get(acts.TO) != view.label(now):
        return (newest.party,) if newest else now.parties
    agreed = {o.party for o in last.told(acts.MINUTES_AGREED) if o.answers == newest.id}
    return tuple(one for one in now.parties if one not in {newest.party, *agreed})


def _text(texts: Sequence[State], now: State) -> dict[str, Parties]:
    """Return who owes words of the texts that are drafted for a session, and answers to them."""
    drafted = [one for one in texts if _label(one) == view.label(now)]
    drafted = [one for one in drafted if not one.told(wording_acts.CLOSED)]
    wanted = any(one.kind == "joint-text" for one in view.agenda(now))
    if not drafted:
        return {terms_schema.TEXT: now.parties if wanted else ()}
    tabled = [{o.party for o in one.told(wording_acts.TABLED)} for one in drafted]
    authors = (one.said[0].party for one, by in zip(drafted, tabled, strict=True) if not by)
    spoken = (wording_acts.TABLED, wording_acts.ACCEPTED, wording_acts.RESERVED)
    silent = (
        party
        for one, by in zip(drafted, tabled, strict=True)
        if by
        for party in {*now.parties} - {o.party for o in one.told(*spoken)}
    )
    return {terms_schema.TEXT: _in_order(now, authors), due.ANSWER: _in_order(now, silent)}


def _label(text: State) -> str:
    return text.said[0].codes.get(wording_acts.LABEL, "") if text.said else ""


def _figures(at: Channel, now: State, since_ms: int) -> Parties:
    """Return who owes a snapshot of the figures since the last session, or agreement to one."""
    taken = [
        one
        for one in at.states(review_acts.KIND)
        if one.snapshot_id and not one.withdrawn_by and one.instant_ms >= since_ms
    ]
    if any(one.is_agreed() for one in taken):
        return ()
    if not taken:
        return now.parties
    last = max(taken, key=lambda one: (one.instant_ms, one.snapshot_id))
    silent = (one for one in last.others if last.position(one) is None)
    return _in_order(now, silent) or now.parties


def _cases(at: Channel, now: State) -> Iterator[str]:
    """Give who owes a report, for this session, of a case that is on its agenda."""
    for item in view.agenda(now):
        row = at.find(at.path, Matter(case_acts.KIND, item.about)) if item.kind == "case" else None
        if row is None:
            continue
        case = case_state.from_json(row.state)
        made = [one for one in case.reports if one.dialogue == view.label(now)]
        if any(case_view.report_status(case, one) == case_state.AGREED for one in made):
            continue
        yielded = {made[-1].party} if made else set()
        yield from (one for one in now.parties if one not in yielded)
