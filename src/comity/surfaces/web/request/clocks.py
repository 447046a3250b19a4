"""Clocks of a request as a page shows them: what each is called, and why it says what it says.

Floor: surfaces.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from comity.clocks import clock, words
from comity.clocks.due import Timed
from comity.clocks.step import Fact, Step
from comity.node.room import clock_json, parties
from comity.node.room.parties import PartyName
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web import instants, pictures
from comity.surfaces.web.pictures import Mark, Span, TimeLine
from comity.surfaces.web.request import language

_LATE = frozenset({clock.OVERDUE, clock.MISSED})


@dataclass(frozen=True, slots=True)
class Row:
    """One clock of one addressee.

    Attributes:
        timed: the clock.
        label: what it is called.
        party: whose duty it is.
        why: each step of its computation.
        moved: what a version of a calendar moved, in each language.
    """

    timed: Timed
    label: str
    party: PartyName
    why: tuple[Step, ...]
    moved: tuple[Mapping[str, str], ...]


def context(found: Dossier, zone: str = "") -> dict[str, object]:
    """Return what the template of clocks needs.

    Args:
        found: the request.
        zone: IANA name of the reader's; "" leaves each instant as it was counted.
    """
    return {
        "clocks": [_row(found, one, zone) for one in found.reckoned.timed],
        "elsewhere": [
            (parties.name_of(found.known, party), clock, matter)
            for party, running in found.reckoned.elsewhere.items()
            for clock, matter in running.items()
        ],
        "missing": [clock_json.missing_words(one) for one in found.reckoned.missing],
    }


_NO_ZONE: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+00:00")
"""An instant of a clock that no calendar counts: it runs alike on every wall."""


def _here(fact: Fact, zone: str) -> Fact:
    """Return a fact, with an instant that belongs to no wall as the reader's shows it."""
    if not zone or not isinstance(fact, str) or not _NO_ZONE.fullmatch(fact):
        return fact
    at = datetime.fromisoformat(fact.replace(" +", "+"))
    return instants.local(int(at.timestamp() * 1_000), zone)


def _row(found: Dossier, one: Timed, zone: str = "") -> Row:
    return Row(
        one,
        language.word(found.reckoned.label(one.rule.name)),
        parties.name_of(found.known, one.party),
        tuple(
            replace(step, facts={name: _here(fact, zone) for name, fact in step.facts.items()})
            for step in one.clock.why
        ),
        tuple(clock_json.moved_words(moved) for moved in one.moved),
    )


def picture(found: Dossier, zone: str) -> SafeString:
    """Return each clock as a line: from its start to its end or now, its pauses, when it is due."""
    rows = [_row(found, one) for one in found.reckoned.timed]
    drawn = [_line(one, found.now_ms) for one in rows if one.timed.clock.started_at_ms is not None]
    instants_ms = [
        at_ms
        for line in drawn
        for at_ms in (
            *(each for span in line.spans for each in (span.from_ms, span.to_ms)),
            *(mark.at_ms for mark in line.marks),
        )
    ]
    if not instants_ms:
        return SafeString("")
    from_ms, to_ms = min(instants_ms), max(*instants_ms, found.now_ms)

    def told(at_ms: int) -> str:
        return instants.brief(at_ms, found.now_ms, zone)

    ticks = [from_ms + (to_ms - from_ms) * part // 2 for part in range(3)]
    title = gettext("Clocks on a line of time")
    more = gettext("Each row is a clock: how long it ran, where it was paused, and when it is due.")
    return pictures.time_line(
        TimeLine(
            "clocks", title, more, from_ms, to_ms, found.now_ms, drawn, told,
            [(at_ms, told(at_ms)) for at_ms in ticks],
        )
    )  # fmt: skip


def _line(one: Row, now_ms: int) -> pictures.Row:
    counted = one.timed.clock
    start_ms = counted.started_at_ms or 0
    end_ms = counted.ended_at_ms or now_ms
    look = "ours" if one.party.is_own else "theirs"
    spans = [Span(start_ms, max(start_ms, end_ms), look, gettext("it runs"))]
    spans += [
        Span(step.from_ms, step.to_ms, "wait", gettext("paused"))
        for step in one.why
        if step.kind in (words.PAUSE, words.PAUSE_OPEN)
    ]
    is_late = counted.status in _LATE
    due = (
        []
        if counted.due_at_ms is None
        else [Mark(counted.due_at_ms, "bad" if is_late else "note", gettext("due"))]
    )
    ended = [Mark(counted.ended_at_ms, "good", gettext("ended"))] if counted.ended_at_ms else []
    return pictures.Row(one.label, spans, [*due, *([] if is_late else ended)])
