# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The clocks of a request: by its guideline, the calendars in force, at an instant.

A request that extends an earlier one moves the clocks of that one, which run there.

Source: docs/spec/clocks.md.
Floor: rooms.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from types import MappingProxyType
from typing import Final

from comity.acts.record import Matter
from comity.clocks import clock, span, words
from comity.clocks.calendar_versions import Adopted
from comity.clocks.due import Timed
from comity.clocks.mark import TAKEN_BACK, Mark
from comity.clocks.rule import Rule
from comity.clocks.shown import Times
from comity.clocks.term import ADDRESSEE, Term
from comity.joint.guideline.model import Guideline
from comity.joint.request import acts, clocks, state, view
from comity.joint.request.state import State
from comity.joint.text import view as guideline_view
from comity.kernel.ijson import Json
from comity.kernel.legal_text import spoken
from comity.node.base.reckoned import Missing, Reckoned, Words
from comity.node.base.rooms import Clocks
from comity.node.base.rows import MatterRow
from comity.node.exchange import refold
from comity.node.room import joint_texts
from comity.node.room.clocks import Channel
from comity.rooms.request import clock_rules

GUIDELINE_NONE: Final = "guideline-none"
GUIDELINE_UNKNOWN: Final = "guideline-unknown"
GUIDELINE_NOT_ADOPTED: Final = "guideline-not-adopted"
GUIDELINE_NOT_IN_FORCE: Final = "guideline-not-in-force"
"""Nothing is lacking: it binds, though another did when the request came, or none."""
TYPE_UNKNOWN: Final = "type-unknown"

_CHAIN_MAX: Final = 64
"""Requests that extend one another: more are nobody's practice, and each costs a fold."""

MISSING_WORDS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        GUIDELINE_NONE: {
            "en": "The request names no guideline, so no clock runs.",
            "zh": "该请求未援引任何指导原则，不计时。",
        },
        GUIDELINE_UNKNOWN: {
            "en": "The guideline {about} that the request names is not held here, or is none.",
            "zh": "该请求援引的指导原则{about}本节点未持有或者无法读取。",
        },
        GUIDELINE_NOT_ADOPTED: {
            "en": "The parties have not adopted the guideline {about} that the request names, "
            "so it binds to none, and no clock runs.",
            "zh": "各方尚未通过该请求援引的指导原则{about}，故不受其约束，也不计时。",
        },
        GUIDELINE_NOT_IN_FORCE: {
            "en": "The guideline {about} that the request names was not the one in force when it "
            "was received. All parties have adopted it, so it binds all the same.",
            "zh": "收到该请求时，其援引的指导原则{about}并非生效中的版本；"
            "该版本已获各方通过，仍具约束力。",
        },
        TYPE_UNKNOWN: {
            "en": "The guideline has no request type {about}, so no clock runs.",
            "zh": "指导原则没有请求类型{about}，不计时。",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What one addressee's clocks are counted by.

    Attributes:
        rules: of the request's guideline, type and urgency, in its order; but for those that run
            on the earlier request that this one extends.
        granted: `{clock: extensions}` that later requests brought, each of its own clock.
        calendars: of both sides, as adopted.
    """

    rules: tuple[Rule, ...]
    granted: Mapping[str, tuple[Mark, ...]]
    calendars: Adopted


class Requests:
    """The clocks of the requests of one channel."""

    def __init__(self, at: Channel) -> None:
        self._at = at

    def reckon(self, row: MatterRow, now: State, now_ms: int, *, explain: bool) -> Reckoned:
        """Return the clocks of one request; see `Channel.reckon`."""
        guideline = self._guideline(now)
        rules = _rules(guideline, now)
        elsewhere = self._elsewhere(now, rules)
        own = _own(now, rules, elsewhere)
        timed = tuple(
            one
            for party, left in own.items()
            for one in clocks.timed(
                now,
                party,
                left,
                self._at.adopted.periods,
                now_ms,
                granted=self._granted(row.matter.id, now, party, left),
                times=self._at.times,
                explain=explain,
            )
        )
        return Reckoned(
            row,
            now,
            self._at.cut,
            now_ms,
            asker=now.asker,
            text_sha256=now.guideline,
            text=guideline,
            timed=timed,
            dues=clocks.dues(now, timed),
            missing=tuple(self._missing(now, guideline, own, timed, now_ms)),
            elsewhere=elsewhere,
            parties=(now.asker, *(track.party for track in now.tracks)),
            changes_ms=_changes_ms(now, self._at.times),
            label=partial(_label, guideline),
            action=view.NEXT_WORDS.__getitem__,
            marks=partial(_said, now),
            heard=partial(clocks.marks, now),
            type=now.type,
        )

    def terms(self, matter_id: str, now: State) -> Mapping[str, Terms]:
        """Return what the clocks of a request are counted by, `{addressee: terms}`."""
        rules = _rules(self._guideline(now), now)
        own = _own(now, rules, self._elsewhere(now, rules))
        periods = self._at.adopted.periods
        return {
            party: Terms(
                left,
                self._granted(matter_id, now, party, left),
                clocks.sides(now, party, periods),
            )
            for party, left in own.items()
        }

    def is_bound(self, now: State) -> bool:
        """Return whether the guideline that a request names binds it here, or it names none."""
        return not now.guideline or self._guideline(now) is not None

    def _of_text(self, now: State, guideline: Guideline | None) -> Iterator[Missing]:
        if not now.guideline:
            yield _missing(GUIDELINE_NONE, "")
        elif now.guideline not in self._at.texts:
            yield _missing(GUIDELINE_NOT_ADOPTED, now.guideline)
        elif guideline is None:
            yield _missing(GUIDELINE_UNKNOWN, now.guideline)
        elif now.type not in guideline.types:
            yield _missing(TYPE_UNKNOWN, now.type)
        elif not self._was_in_force(now):
            yield _missing(GUIDELINE_NOT_IN_FORCE, now.guideline)

    def _was_in_force(self, now: State) -> bool:
        """Return whether the text that a request names was in force when it was received first."""
        times = () if now.request_at is None else now.turns[now.request_at].times_ms
        if not times:
            return True
        then = guideline_view.latest(self._at.versions, min(times))
        return then is not None and then.sha256 == now.guideline

    def _guideline(self, now: State) -> Guideline | None:
        found: Guideline | None = joint_texts.named(
            self._at.node, self._at.tx, self._at.texts, now.guideline
        )
        return found

    def _missing(
        self,
        now: State,
        guideline: Guideline | None,
        own: Mapping[str, Sequence[Rule]],
        timed: Sequence[Timed],
        now_ms: int,
    ) -> Iterator[Missing]:
        if not now.request_id:
            return
        yield from self._of_text(now, guideline)
        for addressee, rules in own.items():
            for side in sorted({side for rule in rules for side in _sides(rule)}):
                party = addressee if side == ADDRESSEE else now.asker
                instants = {
                    at if (at := one.clock.ended_at_ms) is not None else now_ms
                    for one in timed
                    if one.track == addressee and side in _sides(one.rule)
                }
                found = {self._at.adopted.lacking(party, at) for at in instants or {now_ms}}
                yield from (Missing(one[0], party, one[1]) for one in sorted(filter(None, found)))

    def _granted(
        self, matter_id: str, now: State, party: str, rules: Sequence[Rule]
    ) -> Mapping[str, tuple[Mark, ...]]:
        """Return the extensions that later requests brought to the clocks of a track."""
        extended = [rule for rule in rules if _is_extended(rule)]
        if not extended:
            return {}
        later = [*self._later(matter_id, now.asker, party)]
        return {
            rule.name: tuple(mark for one in later for mark in self._grant(one, party, rule))
            for rule in extended
        }

    def _grant(self, later: State, party: str, rule: Rule) -> Iterator[Mark]:
        """Give what a later request brings: an extension is granted when its own clock starts.

        It is as long as that clock would be, in the unit that was agreed for it; what stops that
        clock takes it back.
        """
        guideline = self._guideline(later)
        own = next((one for one in _rules(guideline, later) if one.name == rule.name), None)
        if own is None:
            return
        told = clock.happened(clocks.marks(later, party), clock.AT_MS_MAX)
        for run in span.runs(own, told):
            first, last = run.start, run.end
            yield Mark(clocks.EXTENDED, first.at_ms, first.who, first.act_id, own.term)
            if last is None or last.event not in own.stops:
                return  # each request extends once
            yield Mark(TAKEN_BACK, last.at_ms, last.who, first.act_id)

    def _later(self, matter_id: str, asker: str, party: str) -> Iterator[State]:
        """Give the requests of an asker to a party that extend one, and those that extend these."""
        waiting, seen = [matter_id], {matter_id}
        while waiting and len(seen) < _CHAIN_MAX:
            earlier_id = waiting.pop()
            for later_id in refold.extending(self._at.tx, self._at.path, earlier_id):
                later = self._state(later_id)
                if later is None or later_id in seen or not _is_sent(later, asker, party):
                    continue
                if later.extends != earlier_id:
                    continue  # noted once, and not so at this cut
                seen.add(later_id)
                waiting.append(later_id)
                yield later

    def _elsewhere(self, now: State, rules: Sequence[Rule]) -> Mapping[str, Mapping[str, str]]:
        """Return, by addressee, the clocks that do not run here, since they extend earlier ones."""
        chain = tuple(self._earlier(now))
        names = {rule.name for rule in rules}
        found: dict[str, Mapping[str, str]] = {}
        for track in now.tracks:
            # of two that have the clock the earlier one stands later in the chain, and counts
            running = {
                rule.name: matter_id
                for matter_id, earlier in _sent(chain, now.asker, track.party)
                for rule in _rules(self._guideline(earlier), earlier)
                if rule.name in names and _is_extended(rule)
            }
            if running:
                found[track.party] = running
        return found

    def _earlier(self, now: State) -> Iterator[tuple[str, State]]:
        """Give the request that one extends, the one that this extends, and so on."""
        matter_id, seen = now.extends, {""}
        while matter_id not in seen and (earlier := self._state(matter_id)) is not None:
            yield matter_id, earlier
            seen.add(matter_id)
            matter_id = earlier.extends

    def _state(self, matter_id: str) -> State | None:
        row = self._at.find(self._at.path, Matter(acts.KIND, matter_id))
        return None if row is None else state.from_json(row.state)


def _missing(code: str, about: str) -> Missing:
    may_come = code in {GUIDELINE_UNKNOWN, GUIDELINE_NOT_ADOPTED}
    return Missing(code, about, words=MISSING_WORDS[code], may_come=may_come)


def _changes_ms(now: State, times: Times | None) -> tuple[int, ...]:
    """Return when something happens that is said already: joint times, acts heard ahead of time."""
    heard = (at for turn in now.turns for at in turn.times_ms)
    named = (one if times is None else times.real_ms(one) for one in now.times.values())
    return (*(one for one in named if one is not None), *heard)


def _said(now: State, track: str) -> tuple[Mark, ...]:
    """Return the marks of a track that are acts: no joint times."""
    return tuple(one for one in clocks.marks(now, track) if one.event not in now.times)


def _label(guideline: Guideline | None, name: str) -> Words:
    if guideline is None or name not in guideline.clocks:
        return {"en": name, "zh": name}
    return spoken(guideline.clocks[name].label, words.LANGUAGES)


def _rules(guideline: Guideline | None, folded: State) -> tuple[Rule, ...]:
    if guideline is None:
        return ()
    return clock_rules.rules(guideline, folded.type, folded.urgency)


def _own(
    now: State, rules: Sequence[Rule], elsewhere: Mapping[str, Mapping[str, str]]
) -> Mapping[str, tuple[Rule, ...]]:
    """Return the clocks that run on a request, `{addressee: rules}`."""
    return {
        track.party: tuple(one for one in rules if one.name not in elsewhere.get(track.party, {}))
        for track in now.tracks
    }


def _sent(
    chain: Iterable[tuple[str, State]], asker: str, party: str
) -> Iterator[tuple[str, State]]:
    """Give the requests of a chain up to the first that is not of the same two."""
    return takewhile(lambda one: _is_sent(one[1], asker, party), chain)


def _is_sent(one: State, asker: str, party: str) -> bool:
    """Return whether it is a request, and no draft, of that asker to that party."""
    return bool(one.request_id) and one.asker == asker and one.track(party) is not None


def _is_extended(rule: Rule) -> bool:
    return any(one.event == clocks.EXTENDED for one in rule.extensions)


def _sides(rule: Rule) -> set[str]:
    """Return the sides whose calendars a rule counts by."""
    found = {_side(rule.term), "" if rule.alert_before is None else _side(rule.alert_before)}
    if rule.waits_for_office:
        found.add(rule.receipt_of)
    if rule.last_day != "as-it-falls" and rule.term.elapsed_ms is None:
        found.add(rule.term.of)
    return found - {""}


def _side(term: Term) -> str:
    return term.of if term.elapsed_ms is None else ""


def _reckon(at: Channel, row: MatterRow, now: State, now_ms: int, explain: bool) -> Reckoned:  # noqa: FBT001 -- as `Clocks.reckon` is called
    return Requests(at).reckon(row, now, now_ms, explain=explain)


def _earlier(value: Json) -> str:
    earlier = value.get("extends") if isinstance(value, dict) else None
    return earlier if isinstance(earlier, str) else ""


CLOCKS: Final = Clocks(_reckon, named_by=("guideline", "extends"), earlier=_earlier)
