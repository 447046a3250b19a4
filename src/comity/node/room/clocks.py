"""The clocks of one request on this node: by its guideline, the calendars in force, at an instant.

    reckon(node, tx, row, now_ms) -> Reckoned(cut={…}, timed=(…), dues=(…), missing=(…))

Every figure belongs to a cut and an instant, and names both: two nodes whose logs are understood
up to the same sizes give the same milliseconds at the same instant.  What cannot be counted,
for want of a guideline or of a calendar, is named.

Source: docs/spec/clocks.md.
Floor: node.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from comity.acts.causality import Cut
from comity.acts.record import Matter
from comity.clocks import clock, span
from comity.clocks.calendar_versions import Adopted
from comity.clocks.due import Due, Timed
from comity.clocks.mark import TAKEN_BACK, Mark
from comity.clocks.rule import Rule
from comity.clocks.term import ADDRESSEE, HOURS, Term
from comity.joint.guideline import view as guideline_view
from comity.joint.guideline.model import Guideline
from comity.joint.guideline.view import Version
from comity.joint.request import acts, clocks, state
from comity.joint.request.state import State
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.node.exchange import refold
from comity.node.room import calendars, clock_rules, guidelines
from comity.node.room.calendars import Adoptions, Find

GUIDELINE_NONE: Final = "guideline-none"
GUIDELINE_UNKNOWN: Final = "guideline-unknown"
GUIDELINE_NOT_ADOPTED: Final = "guideline-not-adopted"
GUIDELINE_NOT_IN_FORCE: Final = "guideline-not-in-force"
"""Nothing is lacking: it binds, though another did when the request came, or none."""
TYPE_UNKNOWN: Final = "type-unknown"

_CHAIN_MAX: Final = 64
"""Requests that extend one another: more are nobody's practice, and each costs a fold."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What a clock lacks.

    Attributes:
        code: `guideline-none`, `guideline-unknown`, `guideline-not-adopted`,
            `guideline-not-in-force`, `type-unknown`, or one of `calendars`.
        about: the hash of the guideline, the type, or the party whose calendar it is.
        sha256: of a calendar that was adopted and cannot be counted by, or "".
    """

    code: str
    about: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The clocks of one request at one cut and one instant.

    Attributes:
        row: the matter.
        state: of the request.
        cut: what of each log of the channel is understood here.
        now_ms: the instant.
        guideline: that the request names, or None where it is not known here.
        timed: every clock of every addressee, in the order of the request and its guideline.
        dues: what is next and by when, what is due first before the rest.
        missing: what could not be counted by, so that it is never silent.
        elsewhere: `{addressee: {clock: id of the earlier request on which it runs}}`.
    """

    row: MatterRow
    state: State
    cut: Cut
    now_ms: int
    guideline: Guideline | None
    timed: tuple[Timed, ...]
    dues: tuple[Due, ...]
    missing: tuple[Missing, ...]
    elsewhere: Mapping[str, Mapping[str, str]]

    def only(self, name: str) -> "Reckoned":
        """Return the same with the clocks of one name alone."""
        return replace(self, timed=tuple(one for one in self.timed if one.rule.name == name))


@dataclass(frozen=True, slots=True)
class _Agreed:
    """What the requests of one reckoning are counted by."""

    node: Node
    tx: Tx
    channel: str
    adopted: Adoptions
    texts: frozenset[str]
    versions: tuple[Version, ...]
    find: Find


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


class Channel:
    """What many requests of one channel share: read once in a transaction, used for each."""

    def __init__(
        self, node: Node, tx: Tx, channel: str, cut: Cut | None = None, find: Find | None = None
    ) -> None:
        """Read what is shared.

        Args:
            node: ours.
            tx: a read or write.
            channel: its path.
            cut: of which it tells; None for all that is understood.
            find: gives a matter as it was at that cut; None for all that is understood.
        """
        logs = trust.load(tx, channel).logs
        self.cut: Cut = {log.origin: log.understood for log in logs} if cut is None else cut
        adopted = calendars.adopted(node, tx, channel, find)
        versions = guidelines.versions(tx, channel, find)
        texts = frozenset(one.sha256 for one in versions)
        self._at = _Agreed(node, tx, channel, adopted, texts, versions, find or tx.matter)

    @property
    def adopted(self) -> Adoptions:
        """The calendars of its parties."""
        return self._at.adopted

    def reckon(
        self,
        row: MatterRow,
        now_ms: int,
        *,
        explain: bool = True,
        folded: State | None = None,
    ) -> Reckoned:
        """Return the clocks of one request.

        Args:
            row: the matter, of this channel.
            now_ms: the instant.
            explain: whether to tell why, and what moved; lists of many matters do not.
            folded: its state, where the caller has read it.
        """
        now = folded or state.from_json(row.state)
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
                explain=explain,
            )
        )
        missing = tuple(self._missing(now, guideline, own, timed, now_ms))
        dues = clocks.dues(now, timed)
        return Reckoned(row, now, self.cut, now_ms, guideline, timed, dues, missing, elsewhere)

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
            yield Missing(GUIDELINE_NONE, "")
        elif now.guideline not in self._at.texts:
            yield Missing(GUIDELINE_NOT_ADOPTED, now.guideline)
        elif guideline is None:
            yield Missing(GUIDELINE_UNKNOWN, now.guideline)
        elif now.type not in guideline.types:
            yield Missing(TYPE_UNKNOWN, now.type)
        elif not self._was_in_force(now):
            yield Missing(GUIDELINE_NOT_IN_FORCE, now.guideline)

    def _was_in_force(self, now: State) -> bool:
        """Return whether the text that a request names was in force when it was received first."""
        times = () if now.request_at is None else now.turns[now.request_at].times_ms
        if not times:
            return True
        then = guideline_view.latest(self._at.versions, min(times))
        return then is not None and then.sha256 == now.guideline

    def _guideline(self, now: State) -> Guideline | None:
        return guidelines.named(self._at.node, self._at.tx, self._at.texts, now.guideline)

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
            for later_id in refold.extending(self._at.tx, self._at.channel, earlier_id):
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
        row = self._at.find(self._at.channel, Matter(acts.KIND, matter_id))
        return None if row is None else state.from_json(row.state)


def reckon(node: Node, tx: Tx, row: MatterRow, now_ms: int, *, explain: bool = True) -> Reckoned:
    """Return the clocks of one request; for many of one channel, see `Channel`."""
    return Channel(node, tx, row.channel).reckon(row, now_ms, explain=explain)


def guideline_of(node: Node, tx: Tx, channel: str, folded: State) -> Guideline | None:
    """Return the guideline that a request is bound to, or None where it is not known here."""
    return guidelines.bound(node, tx, channel, folded.guideline) if folded.guideline else None


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
    if rule.last_day != "as-it-falls" and rule.term.unit != HOURS:
        found.add(rule.term.of)
    return found - {""}


def _side(term: Term) -> str:
    return "" if term.unit == HOURS else term.of
