"""The rows of a share that a review reads: one for each giving, or declaration of none, and taker.

    Observation(kind="share", id="…", asker="fr", addressee="sn", spans=(fresh, take, …), …)

Its type is the category.  Times are by receipts, as those of requests are: a giving that a taker
has not received has not happened.  Amounts are facts with a count.

Source: docs/spec/share.md, 16.
Floor: rooms.
"""

from collections.abc import Iterator
from typing import Final

from comity.acts.causality import Cut, join
from comity.acts.record import Matter
from comity.acts.verb import both
from comity.figures.observation import TYPE, Fact, Moment, Observation, Span
from comity.joint.share import acts, fold, positions, view, waits
from comity.joint.share.state import Giving, State
from comity.joint.share.waits import Wait
from comity.node.base.history import Heard
from comity.node.base.rooms import Rows
from comity.node.review.read_rows import NEVER_MS, At, Observed, Read

FRESH: Final = "fresh"
"""From when the last of it was seen until the taker had it."""
FRESH_WORDS: Final = both("Age when it was received", "收到时距最后观察的时间")
MEASURES: Final = (FRESH, *waits.CLOCKS)
OBJECTS, SAMPLES = "objects", "samples"
VALID, INVALID, DUPLICATE, KNOWN = "valid", "invalid", "duplicate", "known"
ASKED_KNOWN: Final = "weighed"
"""Valid objects of which the taker said how many it knew."""
RETRACTED, USE, DISPUTE = "retracted", "use", "dispute"
TOLD, CONFIRMED, OPEN = "told", "confirmed", "open"


def observed(at: At, matter_id: str, now_ms: int) -> Read:
    """Return the rows of a share at an instant."""
    matter = Matter(acts.KIND, matter_id)
    told = at.history(matter)
    now = fold.fold_all(told.entries, told.parties)
    reading = _Reading(at, told.heard, now, now_ms)
    rows = tuple(reading.rows(matter_id))
    moves = [each.at_ms for one in told.heard for each in one.receipts]
    later = [at_ms for at_ms in moves if at_ms > now_ms]
    since_ms = max((at_ms for at_ms in moves if at_ms <= now_ms), default=0)
    found = Observed(rows, since_ms, min([NEVER_MS, *later]))
    return Read(found, join(at.rests(matter), *reading.rests), at.known())


class _Reading:
    """What is read of one share."""

    def __init__(self, at: At, heard: tuple[Heard, ...], now: State, now_ms: int) -> None:
        self._at = at
        self._now = now
        self._now_ms = now_ms
        self._heard = {(one.party, one.placed.act.id): one for one in heard}
        self.rests: list[Cut] = []

    def rows(self, matter_id: str) -> Iterator[Observation]:
        """Give one row for each party that had received the opening at the instant."""
        now = self._now
        opened = now.giving or now.declaration
        for party in now.parties if opened is not None else ():
            asked = None
            if opened is not None and party != opened.party:
                asked = self._moment(opened.party, opened.id, party)
            if opened is not None and asked is not None:
                giving = now.giving
                yield Observation(
                    kind=acts.KIND,
                    id=matter_id,
                    asker=opened.party,
                    addressee=party,
                    asked=asked,
                    status=view.own_status(now, party),
                    dimensions={TYPE: opened.category},
                    spans=tuple(self._spans(giving, party, asked)) if giving else (),
                    facts=tuple(_facts(now, giving, party)) if giving else (),
                )

    def _spans(self, giving: Giving, taker: str, asked: Moment) -> Iterator[Span]:
        if giving.observed_to_ms is not None:
            seen = Moment(giving.id, giving.observed_to_ms, giving.observed_to_ms)
            yield Span(FRESH, seen, asked)
        for wait in waits.waits(self._now, taker):
            begin = self._turn(wait.since, giving.party, taker)
            if begin is not None:
                yield self._waited(wait, begin, giving.party, taker)

    def _waited(self, wait: Wait, begin: Moment, giver: str, taker: str) -> Span:
        end, over = (self._turn(one, giver, taker) for one in (wait.done, wait.over))
        is_stopped = over is not None and (end is None or over.at_ms < end.at_ms)
        return Span(wait.of, begin, None if is_stopped else end, over if is_stopped else None)

    def _turn(self, at: int | None, giver: str, taker: str) -> Moment | None:
        """Return when the other side had a turn, if it had at the instant."""
        if at is None:
            return None
        turn = self._now.turns[at]
        return self._moment(turn.party, turn.act_id, taker if turn.party == giver else giver)

    def _moment(self, author: str, act_id: str, party: str) -> Moment | None:
        heard = self._heard.get((author, act_id))
        received = heard.by.get(party) if heard is not None else None
        if heard is None or received is None or received.at_ms > self._now_ms:
            return None
        bounds, rests = self._at.bounds(heard, received)
        self.rests.append(rests)
        return Moment(act_id, received.at_ms, received.claimed_ms, bounds.low_ms, bounds.high_ms)


def _facts(now: State, giving: Giving, taker: str) -> Iterator[Fact]:
    """Give what was given, taken, used, disputed and taken back; what is none is left out."""
    for code, name, by, count in _amounts(now, giving, taker):
        if count:
            yield Fact(name, code, party=by, count=count)
    for dispute in now.disputes:
        if dispute.party == taker:
            stands = view.dispute_status(now, dispute)
            yield Fact(DISPUTE, dispute.reason, party=taker, outcome=stands, act_id=dispute.id)


def _amounts(now: State, giving: Giving, taker: str) -> Iterator[tuple[str, str, str, int]]:
    giver = giving.party
    yield "", OBJECTS, giver, sum(one.objects for one in now.bundles)
    yield "", SAMPLES, giver, sum(one.samples for one in now.bundles)
    takes = [one for one in now.takes if one.party == taker]
    yield "", VALID, taker, sum(one.valid for one in takes)
    yield "", INVALID, taker, sum(one.invalid for one in takes)
    yield "", DUPLICATE, taker, sum(one.duplicate for one in takes)
    told = [one for one in takes if one.known is not None]
    yield "", ASKED_KNOWN, taker, sum(one.valid for one in told)
    yield "", KNOWN, taker, sum(one.known or 0 for one in told)
    for one in now.retractions:
        yield one.reason, RETRACTED, giver, positions.number(one.positions)
    use = view.last_use(now, taker)
    for code, count in sorted(use.counts.items()) if use is not None else ():
        yield code, USE, taker, count
    for taking in view.takings(now):
        said = view.last_stop(now, taker, taking)
        if said is not None:
            yield "", TOLD, taker, said.told
            yield "", CONFIRMED, taker, said.confirmed
            yield "", OPEN, taker, said.open


def again(at: At, before: Read, matter_id: str, now_ms: int) -> Read:
    """Return the rows of a share at a later instant: it is folded anew, since it is short."""
    del before
    return observed(at, matter_id, now_ms)


ROWS: Final = Rows(observed, again)
