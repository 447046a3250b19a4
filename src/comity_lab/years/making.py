"""All requests of the years side by side, in the order of time.

    years = Years(voices, texts, Wanted(requests=1_200, until_ms=…), channels, keep)
    years.play(advance);  years.done

At the beginning both States adopt each other's calendar and the guideline; then requests begin as
the half-years of the dataset have them, and each goes its course until it ends or the years do:
what would have come later has not come yet.

Floor: lab.
"""

import hashlib
import heapq
import itertools
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Final

from comity.acts.record import Act, Office
from comity.adapters.entropy import SystemEntropy
from comity.clocks import calendar_text
from comity.clocks.calendar import Calendar
from comity.joint.guideline import document, shared_values
from comity.joint.guideline.model import Guideline
from comity.joint.request import fold, table
from comity.joint.text import acts as text_acts
from comity.joint.text import decide as text_decide
from comity.joint.text import fold as text_fold
from comity.joint.text import state as text_state
from comity.kernel.inadmissible import Inadmissible
from comity.node.room import calendars
from comity.rooms.request import guideline_rules
from comity_lab.years import table as tables
from comity_lab.years import values
from comity_lab.years.course import Course
from comity_lab.years.line import Channel, Made
from comity_lab.years.plan import EMERGENCY, Plan, Step
from comity_lab.years.speaking import Speaker, Voice
from comity_lab.years.talks import Talks
from comity_lab.years.values import DAY_MS, HOUR_MS, Case

DAYS: Final = 730
BATCH: Final = 512
"""Entries that are kept in one transaction, about."""

RECENT_MS: Final = 60 * DAY_MS
"""How long before the end every receipt is signed for at once; before, with the next act."""

_JITTER_MS: Final = HOUR_MS
_LINE_MS: Final = HOUR_MS // 12
"""Nothing is said so short before the end that it might not be received before it."""
_LIVE: Final = "live"
_HOTLINE: Final = "hotline"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is made.

    Attributes:
        requests: how many begin.
        until_ms: when the years end.
        seed: of everything that is drawn.
        days: how long they are.
        commitments: of ten years of sessions before; 0: there were none.
    """

    requests: int
    until_ms: int
    seed: int = 1
    days: int = DAYS
    commitments: int = 0

    @property
    def from_ms(self) -> int:
        """When they begin."""
        return self.until_ms - self.days * DAY_MS


@dataclass(slots=True)
class Done:
    """What was made.

    Attributes:
        requests: how many began.
        acts: about them, said.
        statuses: `{status: how many stand there}`.
        tags: `{tag: how many acts}`.
        sessions: that were held in the ten years before.
        label: of the last one of ministers, or "".
        cpu_s: processor time of all processes, once somebody has measured it.
        seconds: of the clock on the wall, likewise.
    """

    requests: int = 0
    acts: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    sessions: int = 0
    label: str = ""
    cpu_s: float = 0.0
    seconds: float = 0.0


@dataclass(slots=True)
class _Run:
    """A request that goes its course."""

    course: Course
    steps: Iterator[Step]
    channel: Channel
    references: dict[str, str]
    step: Step | None = None


class Years:
    """Makes them: adopts, begins, goes on, and hands over what was made."""

    def __init__(
        self,
        voices: Mapping[str, Voice],
        texts: Mapping[str, bytes],
        wanted: Wanted,
        channels: Mapping[str, Channel],
        keep: Callable[[Made], None],
    ) -> None:
        """Draw what does not depend on anything.

        Args:
            voices: by party, in the order of the arrangement.
            texts: joint texts by name: `guideline`, and `calendar.<party>` of each.
            wanted: how many requests, until when.
            channels: by name, `live` and `hotline`.
            keep: takes what was made of a channel, batch by batch, in order.
        """
        self.done = Done()
        self._wanted = wanted
        self._keep = keep
        self._channels = channels
        self._texts = texts
        self._table = tables.load()
        self._parties = tuple(voices)
        self._chance = random.Random(f"years {wanted.seed}")  # noqa: S311 -- it must be repeated
        self._guideline: Guideline = document.parse(texts[text_acts.MAIN])
        self._calendars: dict[str, Calendar] = {
            party: calendar_text.parse(texts[calendars.name_of(party)]) for party in voices
        }
        rules = guideline_rules.of(self._guideline)
        self._speaker = Speaker(voices, rules, self._chance, SystemEntropy())
        self._last_ms = wanted.until_ms - _LINE_MS
        self._events: list[tuple[int, int, Callable[[int], None]]] = []
        self._numbers = itertools.count()
        self._outages = [*self._drawn_outages()]
        self._past: dict[tuple[str, str], list[_Run]] = {}

    def _drawn_outages(self) -> Iterator[tuple[int, int]]:
        for _ in range(self._table.outages):
            start = self._wanted.from_ms + self._chance.randrange(
                DAY_MS, (self._wanted.days - 2) * DAY_MS
            )
            yield start, start + self._table.outage.drawn_ms(self._chance)

    def _adopt(self) -> None:
        """Let both adopt the texts, in the first hours of the years."""
        live = self._channels[_LIVE]
        at_ms = self._wanted.from_ms
        for name, data in self._texts.items():
            sha256 = hashlib.sha256(data).hexdigest()
            now = text_state.State(self._parties)
            proposer = self._parties[0]
            version = self._guideline.version if name == text_acts.MAIN else ""
            text = text_acts.Text(text_acts.document(sha256, len(data)), version)
            for party in (proposer, *self._parties):
                saying = text_acts.Saying(
                    self._speaker.new_id(), Office(self._speaker.voices[party].agency), name
                )
                act = (
                    text_decide.adopt(now, saying, party, now.proposals[0].id, sha256)
                    if now.proposals
                    else text_decide.propose(now, saying, party, text)
                )
                assert isinstance(act, Act), act
                now = text_fold.fold(now, act, party)
                at_ms = self._said_at_once(live, party, act, at_ms, {sha256: data})

    def _talk(self) -> None:
        """Let both hold the sessions of the ten years before."""
        if not self._wanted.commitments:
            return
        agencies = {party: voice.agency for party, voice in self._speaker.voices.items()}
        talks = Talks(self._parties, agencies, self._channels[_LIVE], self._speaker.new_id)
        talks.play(self._wanted.from_ms, self._wanted.commitments, self._keep)
        self.done.sessions, self.done.label = talks.sessions, talks.label

    def _said_at_once(
        self, channel: Channel, party: str, act: Act, at_ms: int, bodies: Mapping[str, bytes]
    ) -> int:
        channel.say(party, act, at_ms, bodies)
        came_ms = at_ms + self._table.transit.drawn_ms(self._chance)
        channel.receive(self._other(party), came_ms)
        return came_ms + HOUR_MS // 4

    def _other(self, party: str) -> str:
        return next(one for one in self._parties if one != party)

    def play(self, advance: Callable[[int], None]) -> None:
        """Let both adopt the texts, and every request begin and go its course.

        Args:
            advance: called with each request that begins.
        """
        self._talk()
        self._adopt()
        for at_ms, half in sorted(self._beginnings()):
            self._at(at_ms, partial(self._begin, half, advance))
        while self._events:
            at_ms, _, event = heapq.heappop(self._events)
            event(at_ms)
        for channel in self._channels.values():
            channel.close(self._wanted.until_ms)
            self._keep(channel.taken())
        for runs in self._past.values():
            for run in runs:
                for track in run.course.state.tracks:
                    count = self.done.statuses.get(track.status, 0)
                    self.done.statuses[track.status] = count + 1

    def _beginnings(self) -> Iterator[tuple[int, int]]:
        """Give when each request is begun, and in which half-year."""
        halves = self._table.halves
        length_ms = (self._wanted.until_ms - self._wanted.from_ms - DAY_MS) // len(halves)
        weights = [half.requests for half in halves]
        for half in self._chance.choices(range(len(halves)), weights, k=self._wanted.requests):
            start_ms = self._wanted.from_ms + DAY_MS + half * length_ms
            yield start_ms + self._chance.randrange(length_ms - HOUR_MS), half

    def _at(self, at_ms: int, event: Callable[[int], None]) -> None:
        heapq.heappush(self._events, (at_ms, next(self._numbers), event))

    def _begin(self, half: int, advance: Callable[[int], None], now_ms: int) -> None:
        advance(1)
        run = self._run(now_ms, half)
        run.step = next(run.steps)
        at_ms = self._at_work(run, now_ms)
        if at_ms > self._last_ms:
            at_ms = now_ms  # on the last day somebody is in office all the same
        run.course.at_ms = at_ms
        self._at(at_ms, partial(self._go, run))

    def _run(self, now_ms: int, half: int) -> _Run:
        chance = random.Random(self._chance.randbytes(16))  # noqa: S311 -- it must be repeated
        is_first = chance.randrange(tables.WHOLE) < self._table.first_asks
        asker, addressee = self._parties if is_first else reversed(self._parties)
        types = {name: one.weight for name, one in self._table.types.items()}
        type_id, earlier = self._with_earlier(tables.one_of(chance, types), asker, chance)
        urgency = tables.one_of(chance, self._table.types[type_id].urgencies)
        crime = tables.one_of(chance, self._table.crimes)
        voice = self._speaker.voices[asker]
        reference = self._speaker.new_reference(asker, _year(now_ms))
        known = next(iter(earlier.references.values()), "") if earlier else ""
        case = Case(
            type_id, urgency, crime, now_ms, chance, reference, voice.name, voice.zone, known
        )
        elements = values.elements(case, self._guideline)
        times, joint = shared_values.values(self._guideline, type_id, elements)
        of_earlier = earlier.course.state.matter_id if earlier else ""
        agreed = self._speaker.rules.of(type_id)
        assert agreed is not None
        plan = Plan(
            type_id,
            urgency,
            crime,
            asker,
            addressee,
            now_ms,
            half,
            str(chance.random()),
            self._guideline.sha256,
            times,
            joint,
            agreed.grounds_barred,
            self._speaker.voices[addressee].agency,
            extends=of_earlier if type_id == "preservation-extension" else "",
            follows=of_earlier if type_id == "status-query" else "",
        )
        course = Course(plan, self._table, elements)
        channel = self._channels[_HOTLINE if urgency == EMERGENCY else _LIVE]
        return _Run(course, course.steps(), channel, {asker: reference})

    def _with_earlier(
        self, type_id: str, asker: str, chance: random.Random
    ) -> tuple[str, _Run | None]:
        """Return the type, and the request it follows; another type where there is none."""
        wants = {"preservation-extension": "preservation", "status-query": "content"}.get(type_id)
        if wants is None:
            return type_id, None
        known = [
            run
            for run in self._past.get((asker, wants), [])[-40:]
            if run.channel is self._channels[_LIVE]
            and (wants == "preservation" or run.course.state.tracks[0].status in table.OPEN)
        ]
        return (type_id, chance.choice(known)) if known else (wants, None)

    def _at_work(self, run: _Run, at_ms: int) -> int:
        """Return when who speaks next is in office; in an emergency that is at once."""
        assert run.step is not None
        if run.course.plan.urgency == EMERGENCY:
            return at_ms
        open_ms = self._calendars[run.step.party].open_from_ms(at_ms)
        return at_ms if open_ms == at_ms else open_ms + self._chance.randrange(_JITTER_MS)

    def _go(self, run: _Run, at_ms: int) -> None:
        """Say the step that is due, and draw the next."""
        step, course = run.step, run.course
        if step is None or at_ms > self._last_ms:
            return
        party = step.party
        reference = run.references.get(party) or self._speaker.new_reference(party, _year(at_ms))
        spoken = self._speaker.speak(course, step, reference, at_ms)
        assert not isinstance(spoken, Inadmissible), (spoken, course.plan)
        act = spoken.act
        run.references[party] = reference
        run.channel.say(party, act, at_ms, spoken.bodies)
        run.channel.keep_release(party, act.id, spoken.release)
        course.state = fold.fold(course.state, act, party)
        assert course.state.turns[-1].takes_effect, course.state.turns[-1]
        self._count(run, act)
        came_ms = self._came_ms(at_ms)
        self._at(came_ms, partial(self._receive, run.channel, self._other(party)))
        course.at_ms = came_ms
        run.step = next(run.steps, None)
        if run.step is not None:
            next_ms = self._at_work(run, came_ms + run.step.wait_ms)
            self._at(next_ms, partial(self._go, run))

    def _count(self, run: _Run, act: Act) -> None:
        self.done.acts += 1
        self.done.tags[act.tag] = self.done.tags.get(act.tag, 0) + 1
        if len(run.course.state.turns) == 1:
            self.done.requests += 1
            plan = run.course.plan
            self._past.setdefault((plan.asker, plan.type), []).append(run)

    def _came_ms(self, at_ms: int) -> int:
        came_ms = at_ms + self._table.transit.drawn_ms(self._chance)
        for start, end in self._outages:
            if start <= came_ms < end:
                came_ms = end + self._chance.randrange(60_000)
        return came_ms

    def _receive(self, channel: Channel, party: str, at_ms: int) -> None:
        is_new = channel.receive(party, at_ms)
        if is_new and at_ms > self._wanted.until_ms - RECENT_MS:
            channel.sign(party, at_ms)
        if channel.waiting >= BATCH:
            self._keep(channel.taken())


def _year(at_ms: int) -> int:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).year
