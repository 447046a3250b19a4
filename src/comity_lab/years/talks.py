"""Ten years of the dialogue before the years of requests: sessions, and what both undertook.

    Talks(parties, agencies, channel, new_id).play(until_ms, commitments, keep)

Ministers meet twice a year, then yearly; experts twice a year.  Each session is settled, held and
recorded; commitments are born of its minutes, and a later session hears how they stand.  Some
dates move first, and stand-ins chair.  Two proposals are decided.  At last the series becomes
another, which follows up the one commitment that is open: a test of the hotline.

Floor: lab.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from comity.acts import points_fold, shape
from comity.acts.points import State
from comity.acts.points_fold import Rules
from comity.acts.record import Act, Matter, Office
from comity.joint.commitment import acts as commitments
from comity.joint.commitment import fold as commitment_fold
from comity.joint.dialogue import acts as sessions
from comity.joint.dialogue import fold as session_fold
from comity.joint.proposal import acts as proposals
from comity.joint.proposal import fold as proposal_fold
from comity_lab.years.line import Channel, Made
from comity_lab.years.values import DAY_MS, HOUR_MS

YEARS: Final = 10
COMMITMENTS: Final = 500
_TWICE: Final = 3
"""For so many years ministers meet twice a year, then once."""
_YEAR_MS: Final = 365 * DAY_MS
_BEFORE_MS: Final = 60 * DAY_MS
"""How long before a session it is convened."""
_DUE_MS: Final = 300 * DAY_MS
_MOVED: Final = 5
"""Of so many sessions the date of one moves; of so many commitments one is done late."""
_STEP_MS: Final = HOUR_MS
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_NEVER: Final[Mapping[str, int]] = MappingProxyType({})
_ITEMS: Final = ("hotline", "case", "exercise", "commitment")
_PLACES: Final = ("USWAS", "CNBJS")
_MINISTERS: Final = "ministers"
_LATER: Final = "law-enforcement"
_UNDER_WAY: Final = "under-way"


@dataclass(frozen=True, slots=True)
class _Meeting:
    """A session as it is planned: of which series, when, and whether its date moves."""

    series: str
    label: str
    at_ms: int
    moves: bool


@dataclass(slots=True)
class _Of:
    """One matter that is spoken of."""

    rules: Rules
    matter: Matter
    now: State


class Talks:
    """Lets both speak of sessions and commitments, in the order of time."""

    def __init__(
        self,
        parties: Sequence[str],
        agencies: Mapping[str, str],
        channel: Channel,
        new_id: Callable[[], str],
    ) -> None:
        """Speak in a channel whose logs are empty, or end before the talks begin."""
        self._parties = tuple(parties)
        self._agencies = agencies
        self._channel = channel
        self._new_id = new_id
        self._at_ms = 0
        self._made: list[_Of] = []
        self._turn = 0
        self.acts = 0
        self.sessions = 0
        self.label = ""

    def play(self, until_ms: int, count: int, keep: Callable[[Made], None]) -> None:
        """Hold the sessions of ten years, and make so many commitments.

        Args:
            until_ms: when the years end.
            count: how many commitments are born.
            keep: takes what was made, session by session.
        """
        plan = [*_meetings(until_ms)]
        for nth, one in enumerate(plan):
            first, last = count * nth // len(plan), count * (nth + 1) // len(plan)
            self._meet(one)
            self._undertake(one, last - first)
            keep(self._channel.taken())
        self._report(self._sides(), late=False)
        self._propose(until_ms)
        self.label = [one.label for one in plan if one.series == _MINISTERS][-1]
        self._convert()
        keep(self._channel.taken())
        self.sessions = len(plan)

    def _propose(self, until_ms: int) -> None:
        """Let each put a proposal: one is accepted, the other deferred."""
        for sort, party in (("seminar", 0), ("expert-visit", 1)):
            author, other = self._parties[party], self._parties[1 - party]
            said = {proposals.SORT: sort, proposals.FORUM: "session"}
            of = self._open(proposal_fold.RULES, author, proposals.PUT, said)
            later = {proposals.DECISION: proposals.DEFERRED}, {proposals.UNTIL: until_ms}
            codes, times = later if party else ({proposals.DECISION: proposals.ACCEPTED}, _NEVER)
            stated = self._next(of, other, proposals.STATED, codes=codes, times=times)
            if party:
                items = (proposals.DECISION,)
                self._next(of, author, proposals.STATED, answers=stated.id, items=items)

    def _convert(self) -> None:
        """Convert the series of ministers; what is open goes on under the new one."""
        host, guest = self._sides()
        said = {sessions.SERIES: _MINISTERS, sessions.LABEL: f"{self.label}-next"}
        of = self._open(session_fold.RULES, host, sessions.CONVENED, said)
        self._settle(of, (host, guest), {sessions.INTO: _LATER}, _NEVER)
        ref = f"{self.label}/hotline"
        matter = Matter(commitments.KIND, commitments.id_of("minutes", ref))
        test = _Of(commitment_fold.RULES, matter, State(self._parties))
        made = {
            commitments.SOURCE: "minutes",
            commitments.REF: ref,
            commitments.CHECK: "hotline-tested",
        }
        for party in (host, guest):
            act = self._act(test, party, commitments.MADE, codes=made)
            self._say(test, party, act)
        for party in (host, guest):
            self._next(test, party, commitments.STATED, codes={commitments.SERIES: _LATER})

    def _open(self, rules: Rules, party: str, tag: str, codes: Mapping[str, str]) -> _Of:
        """Let a party open a matter."""
        act_id = self._new_id()
        matter = Matter(rules.kind, shape.matter_id(rules.kind, party, act_id))
        of = _Of(rules, matter, State(self._parties))
        act = Act(act_id, tag, matter, Office(self._agencies[party]), codes=codes)
        self._say(of, party, act)
        return of

    def _meet(self, one: _Meeting) -> None:
        self._at_ms = max(self._at_ms + _STEP_MS, one.at_ms - _BEFORE_MS)
        host, guest = self._sides()
        said = {sessions.SERIES: one.series, sessions.LABEL: one.label}
        of = self._open(session_fold.RULES, host, sessions.CONVENED, said)
        codes = {
            sessions.PLACE: _PLACES[self._turn % 2],
            sessions.FORMAT: "meeting",
            sessions.LEVEL: one.series,
            **{f"{sessions.ITEM}{n}": kind for n, kind in enumerate(_ITEMS, 1)},
        }
        at_ms = one.at_ms - 20 * DAY_MS if one.moves else one.at_ms
        times = {sessions.WHEN: at_ms, sessions.PUBLISH_AT: one.at_ms + DAY_MS}
        self._settle(of, (host, guest), codes, times)
        if one.moves:
            reason = {sessions.REASON: "events"}
            self._next(of, guest, sessions.POSTPONED, codes=reason)
            self._settle(of, (host, guest), _NONE, {sessions.WHEN: one.at_ms})
        for party in (host, guest):
            given = {sessions.CHAIR: "minister", f"{sessions.AGENCY}1": self._agencies[party]}
            if one.moves and party == guest:
                given[sessions.STAND_IN] = "yes"
            self._next(of, party, sessions.DELEGATED, codes=given)
        self._at_ms = max(self._at_ms, one.at_ms)
        for tag in (sessions.OPENED, sessions.CLOSED):
            for party in (host, guest):
                self._next(of, party, tag)
        outcomes = {f"{sessions.OUTCOME}{n}": "agreed" for n, _ in enumerate(_ITEMS, 1)}
        minutes = self._next(of, host, sessions.MINUTED, codes=outcomes)
        self._next(of, guest, sessions.MINUTES_AGREED, answers=minutes.id)

    def _settle(
        self,
        of: _Of,
        sides: tuple[str, str],
        codes: Mapping[str, str],
        times: Mapping[str, int],
    ) -> None:
        """Let one state values and the other take them."""
        stated = self._next(of, sides[0], sessions.STATED, codes=codes, times=times)
        taken = (*codes, *times)
        self._next(of, sides[1], sessions.STATED, answers=stated.id, items=taken)

    def _undertake(self, one: _Meeting, count: int) -> None:
        """Make commitments of the minutes of a session; then report on those made before."""
        host, guest = self._sides()
        born: list[_Of] = []
        for nth in range(count):
            ref = f"{one.label}/{nth + 1}"
            matter = Matter(commitments.KIND, commitments.id_of("minutes", ref))
            born.append(_Of(commitment_fold.RULES, matter, State(self._parties)))
        for party in (host, guest):
            for nth, of in enumerate(born):
                codes = {
                    commitments.SOURCE: "minutes",
                    commitments.REF: f"{one.label}/{nth + 1}",
                    f"{commitments.OWNER}{host}": self._agencies[host],
                }
                due = {commitments.DUE: one.at_ms + _DUE_MS}
                act = self._act(of, party, commitments.MADE, codes=codes, times=due)
                self._say(of, party, act, waits=True)
            self._hear(party)
        self._report((host, guest))
        self._made += born

    def _report(self, sides: tuple[str, str], *, late: bool = True) -> None:
        """State how commitments stand: done, or a few first under way."""
        said = [
            (
                of,
                _UNDER_WAY if late and not nth % _MOVED and not of.now.wishes("status") else "done",
            )
            for nth, of in enumerate(self._made)
        ]
        for party in sides if said else ():
            for of, status in said:
                codes = {commitments.STATUS: status}
                self._next(of, party, commitments.STATED, codes=codes, waits=True)
            self._hear(party)
        self._made = [of for of, status in said if status == _UNDER_WAY]

    def _sides(self) -> tuple[str, str]:
        """Return who speaks first, and who answers: by turns."""
        self._turn += 1
        first = self._turn % 2
        return self._parties[first], self._parties[1 - first]

    def _next(  # noqa: PLR0913 -- what an act has
        self,
        of: _Of,
        party: str,
        tag: str,
        *,
        codes: Mapping[str, str] = _NONE,
        times: Mapping[str, int] = _NEVER,
        answers: str = "",
        items: tuple[str, ...] = (),
        waits: bool = False,
    ) -> Act:
        """Say an act of a matter; unless it waits for others, the other side signs for it."""
        act = self._act(of, party, tag, codes=codes, times=times, answers=answers, items=items)
        self._say(of, party, act, waits=waits)
        return act

    def _act(  # noqa: PLR0913 -- what an act has
        self,
        of: _Of,
        party: str,
        tag: str,
        *,
        codes: Mapping[str, str] = _NONE,
        times: Mapping[str, int] = _NEVER,
        answers: str = "",
        items: tuple[str, ...] = (),
    ) -> Act:
        first = of.now.said[0].id if of.now.said else ""
        opens = tag == commitments.MADE
        return Act(
            self._new_id(),
            tag,
            of.matter,
            Office(self._agencies[party]),
            answers="" if opens else answers or first,
            codes=codes,
            times=times,
            items=items,
        )

    def _say(self, of: _Of, party: str, act: Act, *, waits: bool = False) -> None:
        of.now = points_fold.fold(of.rules, of.now, act, party)
        assert of.now.turns[-1].takes_effect, of.now.turns[-1]
        self._channel.say(party, act, self._at_ms, {})
        self.acts += 1
        if not waits:
            self._hear(party)

    def _hear(self, party: str) -> None:
        """Let the other side sign for what a party has said."""
        self._at_ms += _STEP_MS // 4
        other = next(one for one in self._parties if one != party)
        self._channel.receive(other, self._at_ms)
        self._at_ms += _STEP_MS


def _meetings(until_ms: int) -> Sequence[_Meeting]:
    """Return the sessions of ten years, by date."""
    chance = random.Random("talks")  # noqa: S311 -- it must be repeated
    begin_ms = until_ms - YEARS * _YEAR_MS
    found: list[_Meeting] = []
    for year in range(YEARS):
        start = begin_ms + year * _YEAR_MS + _BEFORE_MS + 40 * DAY_MS
        often = 2 if year < _TWICE else 1
        for half in range(2):
            day = start + half * 160 * DAY_MS
            moves = chance.randrange(_MOVED) == 0
            found.append(_Meeting("experts", f"experts-{_label(day)}", day, moves))
            if half < often:
                moves = chance.randrange(_MOVED) == 0
                later = day + 30 * DAY_MS
                found.append(_Meeting(_MINISTERS, _label(later), later, moves))
    return found


def _label(at_ms: int) -> str:
    """Return the label of a session: its month."""
    return f"{datetime.fromtimestamp(at_ms / 1_000, UTC):%Y-%m}"
