"""From the acts of one request to the rows that a review reads: one for each addressee.

    observe(given, now_ms) -> Observed((Observation…,), from_ms, to_ms)

It is a function of what the logs say at a cut, and of an instant: what was said is a fact of the
cut, what has happened and what is due are facts of both.  What was not received has not happened.

Source: docs/spec/review.md, part 1.
Floor: rooms.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.clocks import clock, span, time_used
from comity.clocks.due import OPEN
from comity.clocks.mark import Mark
from comity.clocks.rule import Rule
from comity.clocks.time_used import Used
from comity.figures import observation as rows
from comity.figures.observation import Hold, Moment, Observation, Span
from comity.joint.exchange import times
from comity.joint.request import acts, clocks, fold, view
from comity.joint.request.state import State, Track
from comity.node.base.history import Heard, History, Received
from comity.node.review.read_rows import NEVER_MS, Bounds, Observed
from comity.rooms.request import quality_facts as quality
from comity.rooms.request.clocks import Terms

_ASKED: Final = (clocks.ASKED,)
_ENDS: Final[Mapping[str, tuple[str, ...]]] = {
    rows.ACKNOWLEDGE: ("acknowledged", "responded"),
    rows.RESPOND: ("responded",),
    rows.COMPLETE: ("completed",),
}
_WAITS: Final[Mapping[str, str]] = {
    rows.ACKNOWLEDGE: "acknowledged",
    rows.RESPOND: "responded",
    rows.COMPLETE: "completed",
}
_STOPS: Final = ("withdrawn", "superseded")
_CRIME: Final = "crime-type"

type _On = tuple[str, str]
"""A track, by its addressee, and the asker."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the logs say of one request.

    Attributes:
        matter_id: of the request.
        heard: its acts, in the order of the matter.
        terms: gives what the clocks of each addressee are counted by, of its state.
        bounds: gives the bounds of an act that was received, by the receipt by which it was.
        changes_ms: the next instant at which another calendar counts, or None.
    """

    matter_id: str
    heard: Sequence[Heard]
    terms: Callable[[State], Mapping[str, Terms]]
    bounds: Callable[[Heard, Received], Bounds]
    changes_ms: int | None = None


def observe(given: Given, now_ms: int) -> Observed:
    """Return the rows of a request at an instant.

    Args:
        given: what the logs say of it at a cut.
        now_ms: the instant, milliseconds since 1970 UTC.
    """
    told = History(heard=tuple(given.heard))
    states = list(fold.fold_each(told.entries, told.held_ms))
    received = [each.at_ms for one in given.heard for each in one.receipts]
    later = [at_ms for at_ms in received if at_ms > now_ms]
    last_ms = max((at_ms for at_ms in received if at_ms <= now_ms), default=0)
    observing = _Observing(given, states, now_ms)
    found = tuple(observing.each()) if states else ()
    ends = [NEVER_MS, *later, *observing.changes]
    return Observed(found, now_ms if observing.is_open else last_ms, min(ends))


def again(given: Given, state: State, found: Sequence[Observation], now_ms: int) -> Observed:
    """Return rows at a later instant, where nothing but time has passed since.

    Args:
        given: what the logs say of the request; its acts are not read.
        state: of the request; what of it was received, was so at the earlier instant.
        found: its rows then.
        now_ms: the instant.
    """
    observing = _Observing(given, (), now_ms)
    terms = given.terms(state)
    rows_now = tuple(observing.row_again(state, one, terms[one.addressee]) for one in found)
    return Observed(rows_now, now_ms, min([NEVER_MS, *observing.changes]))


class _Observing:
    """The rows of one request, and when they next change."""

    def __init__(self, given: Given, states: Sequence[State], now_ms: int) -> None:
        self._given = given
        self._states = states
        self._now_ms = now_ms
        self._by_act = {(one.party, one.placed.act.id): one for one in given.heard}
        self._disputed: set[tuple[str, Moment]] = set()
        self.is_open = False
        self.changes: list[int] = []

    def each(self) -> Iterator[Observation]:
        """Yield one row for each addressee."""
        state = self._states[-1]
        asked = self._by_act.get((state.asker, state.request_id))
        if asked is None:
            return
        came = {track.party: asked.on(track.party, state.asker) for track in state.tracks}
        known = {party for party, one in came.items() if one and one.at_ms <= self._now_ms}
        if not known:
            return
        terms = self._given.terms(state)
        for track in state.tracks:
            if track.party in known:
                yield self._row(state, track, terms[track.party])

    def row_again(self, state: State, row: Observation, terms: Terms) -> Observation:
        """Return a row in which time has passed."""
        marks = clocks.marks(state, row.addressee)
        spans = (self._timed(one, marks, terms) if one.status in OPEN else one for one in row.spans)
        return replace(row, spans=tuple(spans))

    def _row(self, state: State, track: Track, terms: Terms) -> Observation:
        on = (track.party, state.asker)
        asked = self._moment((state.asker, state.request_id), on)
        spans = tuple(self._spans(state, track, terms, asked))
        measured = ((one.measure, last) for one in spans if (last := one.end or one.stopped))
        timed = (("asked", asked), *measured)
        return Observation(
            kind=acts.KIND,
            id=self._given.matter_id,
            asker=state.asker,
            addressee=track.party,
            asked=asked,
            status=view.track_status(track),
            dimensions=self._dimensions(state, track),
            spans=spans,
            holds=tuple(self._holds(on, asked.at_ms)),
            facts=quality.facts(state, track),
            disputed=tuple(sorted(n for n, last in timed if (track.party, last) in self._disputed)),
        )

    def _moment(self, named: tuple[str, str], on: _On) -> Moment:
        """Return when an act, named by author and id, was received on a track."""
        heard = self._by_act[named]
        received = heard.on(*on)
        assert received is not None
        bounds = self._given.bounds(heard, received)
        times_of = received.at_ms, received.claimed_ms, bounds.low_ms, bounds.high_ms
        found = Moment(named[1], *times_of)
        if _is_disputed(received, bounds):
            self._disputed.add((on[0], found))
        return found

    def _dimensions(self, state: State, track: Track) -> Mapping[str, str]:
        spoke = (
            one.placed.act.speaker.agency for one in self._given.heard if one.party == track.party
        )
        found = {
            rows.TYPE: state.type,
            rows.URGENCY: state.urgency,
            rows.CRIME: state.codes.get(_CRIME, ""),
            rows.GUIDELINE: state.guideline,
            rows.AGENCY: track.agency or next(spoke, ""),
        }
        return {name: code for name, code in found.items() if code}

    def _spans(self, state: State, track: Track, terms: Terms, asked: Moment) -> Iterator[Span]:
        on = (track.party, state.asker)
        marks = clocks.marks(state, track.party)
        known = clock.happened(clocks.read_by(_ASKED, marks), self._now_ms)
        for measure in rows.MEASURES:
            last = next(span.spans(_ASKED, (*_ENDS[measure], *_STOPS), known)).end
            moment = None if last is None else self._moment((last.who, last.act_id), on)
            is_stopped = last is not None and last.event in _STOPS
            ends = (None, moment) if is_stopped else (moment, None)
            yield self._timed(Span(measure, asked, *ends), marks, terms)

    def _timed(self, bare: Span, marks: Sequence[Mark], terms: Terms) -> Span:
        """Return a span with what its clock tells; the run of that may last when it is over."""
        rule = _rule(bare.measure, terms.rules)
        if rule is None:
            return bare
        own = clocks.read_by(rule.starts, marks)
        every = (*own, *terms.granted.get(rule.name, ()))
        counted = time_used.first(rule, every, terms.calendars, self._now_ms)
        if counted is None:
            return bare
        if counted.rises_ms is not None:
            self.is_open = True
            self._watch(counted)
        last, begin_ms = bare.end or bare.stopped, bare.begin.at_ms
        until_ms = self._now_ms if last is None else last.at_ms
        pauses = span.pauses(rule.pauses, clock.happened(own, self._now_ms))
        return replace(
            bare,
            waited=span.union(pauses, begin_ms, until_ms),
            clock=rule.name,
            unit=rule.term.unit,
            agreed=counted.agreed,
            used=counted.used,
            status=counted.clock.status,
            due_ms=counted.clock.due_at_ms,
        )

    def _watch(self, counted: Used) -> None:
        """Note when time alone changes a span whose clock runs."""
        own = counted.clock
        times = (counted.rises_ms, own.alert_at_ms, own.due_at_ms, self._given.changes_ms)
        self.changes += [at_ms for at_ms in times if at_ms is not None and at_ms > self._now_ms]
        if counted.is_waiting:
            self.changes.append(self._now_ms + 1)

    def _holds(self, on: _On, asked_ms: int) -> Iterator[Hold]:
        """Yield who held the ball: it moves when an act is received, in the order of the matter."""
        found: list[Hold] = []
        since: dict[str, int] = {}
        at_ms = asked_ms
        for heard, state in zip(self._given.heard, self._states, strict=True):
            received = heard.on(*on)
            if received is None or received.at_ms > self._now_ms:
                continue
            at_ms = max(at_ms, received.at_ms)
            if state.request_at is None:
                continue
            holding = {one.party for one in view.nexts(state) if one.track == on[0]}
            gone = since.keys() - holding
            found += [Hold(left, since.pop(left), at_ms) for left in sorted(gone)]
            since.update(dict.fromkeys(holding - since.keys(), at_ms))
        found += [Hold(one, from_ms, None) for one, from_ms in since.items()]
        lasting = (one for one in found if one.to_ms != one.from_ms)
        yield from sorted(lasting, key=lambda one: (one.from_ms, one.party))


def _rule(measure: str, rules: Sequence[Rule]) -> Rule | None:
    """Return the clock that measures a time: the first from the submission to such an end."""
    return next((one for one in rules if _measured_by(one) == measure), None)


def _measured_by(rule: Rule) -> str:
    """Return what a clock measures: the earliest of the ends that it waits for."""
    if not set(_ASKED) <= set(rule.starts):
        return ""
    return next((measure for measure, end in _WAITS.items() if end in rule.ends), "")


def _is_disputed(received: Received, bounds: Bounds) -> bool:
    """Return whether the claim of a receipt is contradicted by more than clocks may differ."""
    if times.is_ahead(received.at_ms, received.claimed_ms):
        return True  # it lies before what its author had signed for or seen
    return bounds.claimed_ms is not None and times.is_ahead(received.at_ms, bounds.claimed_ms)
