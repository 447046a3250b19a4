"""The rows of a call that a review reads: one for each State that was called, or missed a drill.

    Observation(kind="hotline", id="…", asker="fr", addressee="sn", spans=(pick-up, take), …)

A call is of the type `call`, a drill `drill`, or `drill-desk`, `drill-voice`, `drill-file` where
it was planned: so that no figure counts one with the other.  Times are by receipts, as those of
requests are: what was not received has not happened.

Source: docs/spec/hotline.md, 13.
Floor: rooms.
"""

from collections.abc import Iterator
from typing import Final

from comity.acts.causality import Cut, join
from comity.acts.record import Matter
from comity.clocks.offsets import DAY_MS
from comity.figures.observation import TYPE, Fact, Moment, Observation, Span
from comity.figures.use import GROUND, HOUR, LEVEL
from comity.joint.hotline import acts, clocks, state, view
from comity.joint.hotline.clocks import Wait
from comity.joint.hotline.state import Call, Plan, State, Track
from comity.joint.hotline.text_schema import PICK_UP, READ_BACK, SUMMARY, TAKE, VOICE
from comity.node.base.history import Heard
from comity.node.base.rooms import Rows
from comity.node.review.read_rows import NEVER_MS, At, Observed, Read
from comity.rooms.hotline import among

MEASURES: Final = (PICK_UP, TAKE, clocks.WORD, READ_BACK, VOICE, SUMMARY)
_ENDS: Final = {PICK_UP: frozenset({acts.PICKED_UP, acts.TAKEN}), TAKE: frozenset({acts.TAKEN})}
DRAWN: Final = "drawn"
"""How late a drawn drill began."""
MISSED: Final = "missed"
"""Of a drill: its window is over, and nobody began it."""
HOUR_MS: Final = 3_600_000
_STOPS: Final = frozenset({acts.CALLED_OFF, acts.CLOSED})


def type_of(now: State) -> str:
    """Return what a call is counted as: `call`, or a drill."""
    if now.call is not None and not now.call.is_drill:
        return "call"
    return f"drill-{now.plan.kind}" if now.plan is not None else "drill"


def observed(at: At, matter_id: str, now_ms: int) -> Read:
    """Return the rows of a call at an instant."""
    matter = Matter(acts.KIND, matter_id)
    told = at.history(matter)
    now = among.folded(told)
    reading = _Reading(at, told.heard, now, now_ms)
    call, plan = now.call, now.plan
    rows = tuple(reading.rows(matter_id, call)) if call is not None else ()
    if plan is not None and not rows and plan.until_ms <= now_ms:
        rows = tuple(reading.missed(matter_id, plan))
    moves = [each.at_ms for one in told.heard for each in one.receipts]
    if plan is not None:
        moves.append(plan.until_ms)
    later = [at_ms for at_ms in moves if at_ms > now_ms]
    since_ms = max((at_ms for at_ms in moves if at_ms <= now_ms), default=0)
    found = Observed(rows, since_ms, min([NEVER_MS, *later]))
    return Read(found, join(at.rests(matter), *reading.rests), at.known())


class _Reading:
    """What is read of one call."""

    def __init__(self, at: At, heard: tuple[Heard, ...], now: State, now_ms: int) -> None:
        self._at = at
        self._now = now
        self._now_ms = now_ms
        self._heard = {(one.party, one.placed.act.id): one for one in heard}
        self.rests: list[Cut] = []

    def rows(self, matter_id: str, call: Call) -> Iterator[Observation]:
        """Give one row for each State whose node held the call at the instant."""
        for track in self._now.tracks:
            asked = self._moment(call.party, call.id, track.party)
            if asked is not None:
                yield Observation(
                    kind=acts.KIND,
                    id=matter_id,
                    asker=call.party,
                    addressee=track.party,
                    asked=asked,
                    status=view.track_status(self._now, track),
                    dimensions={TYPE: type_of(self._now)},
                    spans=(
                        *self._drawn(asked),
                        *(self._span(measure, asked, track) for measure in _ENDS),
                        *self._waits(track),
                    ),
                    facts=tuple(self._facts(call, track, asked)),
                )

    def missed(self, matter_id: str, plan: Plan) -> Iterator[Observation]:
        """Give one row for each State that had the plan of a drill that nobody began in its window.

        It belongs to the end of that window, which the plan names: then it was missed.
        """
        joined = {one.party for one in plan.shares}
        for track in self._heard[plan.party, plan.id].by:
            if self._moment(plan.party, plan.id, track) is not None:
                yield Observation(
                    kind=acts.KIND,
                    id=matter_id,
                    asker=plan.party,
                    addressee=track,
                    asked=Moment(plan.id, plan.until_ms, plan.until_ms),
                    status=MISSED,
                    dimensions={TYPE: type_of(self._now)},
                    facts=(Fact("joined", party=track),) if track in joined else (),
                )

    def _drawn(self, asked: Moment) -> Iterator[Span]:
        """Give how late a drill began: from the instant that was drawn until it was received."""
        plan, drawn_ms = self._now.plan, view.drawn_at_ms(self._now)
        if plan is not None and drawn_ms is not None:
            yield Span(DRAWN, Moment(plan.id, drawn_ms, drawn_ms), asked)

    def _moment(self, author: str, act_id: str, track: str) -> Moment | None:
        """Return when the other side of a track received an act, if it had at the instant."""
        heard, opened = self._heard.get((author, act_id)), self._now.call or self._now.plan
        assert opened is not None
        received = heard.on(track, opened.party) if heard is not None else None
        if heard is None or received is None or received.at_ms > self._now_ms:
            return None
        bounds, rests = self._at.bounds(heard, received)
        self.rests.append(rests)
        return Moment(act_id, received.at_ms, received.claimed_ms, bounds.low_ms, bounds.high_ms)

    def _span(self, measure: str, asked: Moment, track: Track) -> Span:
        end = self._first(_ENDS[measure], track, {track.party})
        stopped = None if end is not None else self._first(_STOPS, track)
        return Span(measure, asked, end, stopped)

    def _waits(self, track: Track) -> Iterator[Span]:
        """Give what else the called side was waited for, each time."""
        for wait in clocks.waits(self._now, track):
            if wait.party == track.party and wait.of not in _ENDS:
                begin = self._turn(wait.since, track)
                if begin is not None:
                    yield self._waited(wait, begin, track)

    def _waited(self, wait: Wait, begin: Moment, track: Track) -> Span:
        end, over = self._turn(wait.done, track), self._turn(wait.over, track)
        is_stopped = over is not None and (end is None or over.at_ms < end.at_ms)
        stopped = over if is_stopped else None
        name = "" if wait.due_ms is None else wait.of
        return Span(
            wait.of, begin, None if is_stopped else end, stopped, clock=name, due_ms=wait.due_ms
        )

    def _turn(self, at: int | None, track: Track) -> Moment | None:
        """Return when the other side of a track received a turn, if it had at the instant."""
        if at is None:
            return None
        turn = self._now.turns[at]
        return self._moment(turn.party, turn.act_id, track.party)

    def _first(
        self, tags: frozenset[str], track: Track, by: set[str] | None = None
    ) -> Moment | None:
        """Return the first act of effect, of some tags, that the other side of a track received."""
        call = self._now.call
        assert call is not None
        authors = by or {track.party, call.party}
        said = (
            self._moment(one.party, one.act_id, track.party)
            for one in self._now.turns
            if one.is_effective and one.tag in tags and one.party in authors
        )
        found = [one for one in said if one is not None]
        return min(found, key=lambda one: (one.at_ms, one.act_id), default=None)

    def _facts(self, call: Call, track: Track, asked: Moment) -> Iterator[Fact]:
        """Give ground, levels and hour, what was understood wrongly, other carriers, the end."""
        now = self._now
        yield Fact(GROUND, call.ground, party=call.party, act_id=call.id)
        yield Fact(LEVEL, str(call.level), party=call.party, act_id=call.id)
        yield Fact(HOUR, f"{asked.at_ms % DAY_MS // HOUR_MS:02d}", party=track.party)
        for raised in now.raisings:
            yield Fact("raised", raised.reason, str(raised.level), raised.party)
        on = {call.party, track.party}
        for said in now.said:
            for one in said.read_backs:
                if {said.party, one.party} == on and one.says:
                    is_caught = one.says == state.CORRECTED
                    name = "misunderstanding" if is_caught else "understood"
                    yield Fact(name, one.reason, said.id, one.party, one.says, one.id)
        for carried in now.carriages:
            if carried.party in on:
                yield Fact("carrier", carried.carrier, "", carried.party, carried.outcome)
        ended = view.ended_by(now)
        if ended:
            yield Fact("ending", ended)


def again(at: At, before: Read, matter_id: str, now_ms: int) -> Read:
    """Return the rows of a call at a later instant: it is folded anew, since it is short."""
    del before
    return observed(at, matter_id, now_ms)


ROWS: Final = Rows(observed, again)
