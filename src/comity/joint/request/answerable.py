"""Which acts of a request an act of each tag may answer, the newest first.

    ids(state, "sn", acts.CLARIFIED)     what was found deficient: what waits, then what is settled

Floor: joint (pure).
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.joint.request import acts, state, targets
from comity.joint.request.state import State, Thread


def ids(now: State, party: str, tag: str) -> Iterator[str]:
    """Give the acts that an act of a tag may answer, the newest first; none: the submission."""
    found = _ANSWERABLE.get(tag)
    return found(now, party) if found else iter(())


def newest(now: State, party: str, tag: str) -> str:
    """Return what is answered where no act is named; "" for the submission."""
    return next(ids(now, party, tag), "")


def threads(now: State, kind: str, party: str = "") -> list[Thread]:
    """Return the threads of a kind, of one addressee or of all, the newest first.

    Those that wait go before what is settled; conditions that hold for nothing do neither.
    """
    tracks = [track for track in now.tracks if party in ("", track.party)]
    waiting = [one for track in tracks for one in track.waiting(kind)]
    settled = [
        one
        for track in tracks
        for one in track.threads
        if one.kind == kind and one.status != state.PENDING
    ]
    by_place = operator.attrgetter("at")
    return [
        *sorted(waiting, key=by_place, reverse=True),
        *sorted(settled, key=by_place, reverse=True),
    ]


def assessments(now: State) -> Iterator[tuple[str, Thread]]:
    """Give each assessment with its author, the newest first."""
    found = [one for track in now.tracks for one in track.threads if one.kind == state.ASSESSMENT]
    for one in sorted(found, key=lambda thread: -thread.at):
        yield now.turns[one.at].party, one


def _of(kind: str) -> Callable[[State, str], Iterator[str]]:
    return lambda now, _: (one.id for one in threads(now, kind))


def _draft(now: State, _: str) -> Iterator[str]:
    if now.draft_at is not None:
        yield now.turns[now.draft_at].act_id


def _bound(now: State, party: str) -> Iterator[str]:
    """Give the acceptances of a party that have conditions, those that the asker accepted first."""
    track = now.track(party)
    found = [
        one
        for one in reversed(track.threads if track else ())
        if one.kind == state.ACCEPTANCE and one.codes
    ]
    yield from (one.id for one in sorted(found, key=lambda one: one.status != state.ACCEPTED))


def _asked(now: State, party: str) -> Iterator[str]:
    """Give the questions after the status that are put to a party."""
    return (one.id for one in threads(now, state.STATUS, party))


def _said(now: State, party: str, *, by_party: bool) -> Iterator[str]:
    turns = reversed(now.turns)
    return (t.act_id for t in turns if t.takes_effect and (t.party == party) == by_party)


def _assessable(now: State, party: str) -> Iterator[str]:
    by_asker = party == now.asker
    tags = targets.ASSESSED_BY_ASKER if by_asker else targets.ASSESSED_BY_ADDRESSEE
    for turn in reversed(now.turns):
        if turn.takes_effect and turn.tag in tags and (turn.party == now.asker) != by_asker:
            yield turn.act_id


def _assessed(now: State, party: str, status: str, *, by_party: bool) -> Iterator[str]:
    for author, one in assessments(now):
        if one.status == status and (author == party) == by_party:
            yield one.id


def _disputed(now: State, party: str) -> Iterator[str]:
    """Give the assessments of a party, those that are disputed first."""
    yield from _assessed(now, party, state.DISPUTED, by_party=True)
    yield from _assessed(now, party, state.MADE, by_party=True)


_ANSWERABLE: Final[Mapping[str, Callable[[State, str], Iterator[str]]]] = MappingProxyType(
    {
        acts.COMMENTED: _draft,
        acts.DEFICIENCY_DISPUTED: _of(state.DEFICIENCY),
        acts.CLARIFIED: _of(state.DEFICIENCY),
        acts.CONDITION_ACCEPTED: _of(state.ACCEPTANCE),
        acts.CONDITION_DECLINED: _of(state.ACCEPTANCE),
        acts.CONDITION_WAIVED: _bound,
        acts.STATUS_REPORTED: _asked,
        acts.CONSULTATION_ANSWERED: _of(state.CONSULTATION),
        acts.CORRECTED: lambda now, party: _said(now, party, by_party=True),
        acts.OPENED: lambda now, party: _said(now, party, by_party=False),
        acts.USE_REPORTED: _of(state.USE),
        acts.ASSESSED: _assessable,
        acts.ASSESSMENT_DISPUTED: lambda now, party: _assessed(
            now, party, state.MADE, by_party=False
        ),
        acts.ASSESSMENT_SETTLED: _disputed,
    }
)
