"""The play: scenario time, which both set, and stops, which anybody says.

A setting is proposed by one party and counts once every other party agreed, from the instant at
which all had received that.  Where two settings crossed, neither counts; where a stop crossed one,
the stop holds.  Whoever knows from when an agreement counts has read what its receiver had said
before, so that nothing that counted is ever taken back.

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts.turns import Turn
from comity.joint.exercise import acts, words
from comity.joint.exercise.folding import Coming, Move, Opened, Part, answered, swapped
from comity.joint.exercise.time_map import TimeMap

type Moved = State | str
type Unseen = frozenset[int]

NOBODY: Final[Unseen] = frozenset()

NONE: Final = "none"
RUNNING: Final = "running"
PAUSED: Final = "paused"
STOPPED: Final = "stopped"
ENDED: Final = "ended"


@dataclass(frozen=True, slots=True)
class Voice:
    """What a party says of a setting.

    Attributes:
        party: whose voice it is.
        says: `agreed` or `declined`.
        reason: of a no, or "".
        at: position among the turns.
        at_ms: when every other party held it, or None.
        unseen: positions of turns of effect that it had not seen.
    """

    party: str
    says: str
    reason: str
    at: int
    at_ms: int | None
    unseen: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of time that was proposed.

    Attributes:
        id, party: of the act, and its author.
        what: `start`, `pause`, `resume`, `rate`, `jump` or `end`.
        at: position among the turns.
        rate: of scenario time, or None.
        scenario_ms: which the clock of the exercise then shows, or None.
        stop: id of the stop that it lifts, or "".
        plan, list: hashes of the texts that are played, or "".
        voices: of the other parties, in the order of the turns.
    """

    id: str
    party: str
    what: str
    at: int
    rate: int | None = None
    scenario_ms: int | None = None
    stop: str = ""
    plan: str = ""
    list: str = ""
    voices: tuple[Voice, ...] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop.

    Attributes:
        id, party: of the act, and its author.
        reason: its code.
        at: position among the turns.
        at_ms: from when it counts: when the first other party held it, or None.
        unseen: positions of turns of effect that it had not seen.
    """

    id: str
    party: str
    reason: str
    at: int
    at_ms: int | None
    unseen: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Where the play stands: each part in the order of the turns."""

    parties: tuple[str, ...] = ()
    opened: Opened | None = None
    settings: tuple[Setting, ...] = ()
    stops: tuple[Stop, ...] = ()
    turns: tuple[Turn, ...] = ()


def agreement(now: State, setting: Setting, unseen: Unseen = NOBODY) -> tuple[Voice, ...]:
    """Return the newest voice of each other party if all agree, as far as it was seen; or none."""
    newest = {one.party: one for one in setting.voices if one.at not in unseen}
    others = {*now.parties} - {setting.party}
    is_whole = newest.keys() == others and all(one.says == "agreed" for one in newest.values())
    return tuple(sorted(newest.values(), key=lambda one: one.at)) if is_whole else ()


def _saw(later: Voice | Stop, earlier: Voice | Stop) -> bool:
    """Return whether the author of one had seen the other: of two that cross, neither had."""
    return earlier.at < later.at and earlier.at not in later.unseen


def _crossed(one: tuple[Voice, ...], other: tuple[Voice, ...]) -> bool:
    """Return whether two agreements crossed: neither was wholly seen by the other."""
    after = all(_saw(later, earlier) for later in one for earlier in other)
    before = all(_saw(later, earlier) for later in other for earlier in one)
    return not after and not before


def counting(now: State, unseen: Unseen = NOBODY) -> list[tuple[Setting, tuple[Voice, ...]]]:
    """Return the settings that count, each with the voices that agreed, as far as it was seen."""
    agreed = [
        (one, voices)
        for one in now.settings
        if one.at not in unseen and (voices := agreement(now, one, unseen))
    ]
    stops = [one for one in now.stops if one.at not in unseen]
    return [
        (one, voices)
        for one, voices in agreed
        if not any(_crossed(voices, other) for each, other in agreed if each.at != one.at)
        and not any(
            not _saw(stop, voice) and not _saw(voice, stop) for stop in stops for voice in voices
        )
    ]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that moved time: a setting, or a stop; and from when, if every party holds it."""

    at: int
    at_ms: int | None
    setting: Setting | None = None
    stop: Stop | None = None


def events(now: State, unseen: Unseen = NOBODY) -> list[Event]:
    """Return what moved time, as far as it was seen."""
    found = [Event(one.at, one.at_ms, stop=one) for one in now.stops if one.at not in unseen]
    for setting, voices in counting(now, unseen):
        held = [one.at_ms for one in voices]
        known = [one for one in held if one is not None]
        at_ms = max(known) if len(known) == len(held) else None
        found.append(Event(voices[-1].at, at_ms, setting=setting))
    return sorted(found, key=lambda one: one.at)


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the play stands after some events.

    Attributes:
        status: one of the words above.
        rate: at which time passes, or passes again after a pause.
        stop: id of the stop that stands, or "".
        is_begun: whether it was started.
    """

    status: str = NONE
    rate: int = 1
    stop: str = ""
    is_begun: bool = False

    def after(self, event: Event) -> "Clock":
        """Return where it stands after one more event."""
        if self.status == ENDED:
            return self
        if event.stop is not None:
            return replace(self, status=STOPPED, stop=event.stop.id)
        setting = event.setting
        assert setting is not None
        if not self.fits(setting):
            return self
        rate = setting.rate or self.rate
        going = RUNNING if self.is_begun else NONE
        return {
            "start": Clock(RUNNING, rate, "", is_begun=True),
            "pause": replace(self, status=PAUSED),
            "resume": replace(self, status=going, rate=rate, stop=""),
            "rate": replace(self, rate=rate),
            "jump": self,
            "end": replace(self, status=ENDED),
        }[setting.what]

    def fits(self, setting: Setting) -> bool:
        """Return whether a setting is one of those that can be agreed where it stands."""
        if self.status == STOPPED and setting.what == "resume":
            return setting.stop == self.stop
        return setting.what in _FITTING[self.status]


_FITTING: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        NONE: frozenset({"start"}),
        RUNNING: frozenset({"pause", "rate", "jump", "end"}),
        PAUSED: frozenset({"resume", "rate", "jump", "end"}),
        STOPPED: frozenset({"end"}),
        ENDED: frozenset[str](),
    }
)


def clock(now: State, unseen: Unseen = NOBODY) -> Clock:
    """Return where the play stands, as far as it was seen."""
    found = Clock()
    for one in events(now, unseen):
        found = found.after(one)
    return found


def status(now: State) -> str:
    """Return where the play stands, as far as anything was agreed."""
    return clock(now).status


def time_map(now: State) -> TimeMap:
    """Return scenario time: one function, equal on every node at one cut.

    What is not held by every party yet, and all that follows it, moves nothing.
    """
    found, stands = TimeMap(), Clock()
    for one in events(now):
        if one.at_ms is None:
            break
        if one.setting is None or stands.fits(one.setting):
            found = _moved(found, stands, one, one.at_ms)
        stands = stands.after(one)
    return found


def _moved(found: TimeMap, stands: Clock, event: Event, at_ms: int) -> TimeMap:
    setting = event.setting
    if stands.status == ENDED:
        return found
    if setting is None or setting.what in {"pause", "end"}:
        return found.at_rate(at_ms, 0)
    rate = setting.rate or stands.rate
    if setting.what == "start":
        assert setting.scenario_ms is not None
        return found.begun(at_ms, setting.scenario_ms, rate)
    if setting.what == "jump":
        assert setting.scenario_ms is not None
        return found.jumped(at_ms, setting.scenario_ms)
    if setting.what == "rate" and stands.status == PAUSED:
        return found
    return found.at_rate(at_ms, rate)


def waiting(now: State) -> Iterator[Setting]:
    """Give the settings that wait for an answer: of each party the newest that can still count."""
    stands = clock(now)
    for party in now.parties:
        newest = _newest(now, party)
        if newest is not None and not newest.voices and stands.fits(newest):
            yield newest


def _newest(now: State, party: str, unseen: Unseen = NOBODY) -> Setting | None:
    found = [one for one in now.settings if one.party == party and one.at not in unseen]
    return found[-1] if found else None


def _open(now: State, coming: Coming) -> Moved:
    if now.opened is not None:
        return words.OPENED_BEFORE
    return replace(now, opened=Opened.by(coming))


def _wrong(now: State, coming: Coming) -> str:
    opened = now.opened
    is_meant = opened is not None and coming.saw(opened.at) and coming.act.answers == opened.id
    return "" if is_meant else words.NOTHING_OPENED


def _set(now: State, coming: Coming) -> Moved:
    wrong = _wrong(now, coming)
    if wrong:
        return wrong
    act = coming.act
    rate = coming.code(acts.SPEED)
    setting = Setting(
        id=act.id,
        party=coming.party,
        what=act.tag.partition(".")[2].partition("-")[0],
        at=coming.at,
        rate=int(rate) if rate else None,
        scenario_ms=act.times.get(acts.SCENARIO_AT),
        stop=coming.code(acts.STOP),
        plan=coming.code(acts.PLAN_SHA256),
        list=coming.code(acts.LIST_SHA256),
    )
    return _unfit(now, coming, setting) or replace(now, settings=(*now.settings, setting))


def _unfit(now: State, coming: Coming, setting: Setting) -> str:
    """Return why a setting cannot be agreed where the play stands, or ""."""
    stands = clock(now, coming.unseen)
    if stands.status == ENDED:
        return words.ENDED_BEFORE
    if stands.fits(setting):
        return ""
    is_unnamed = stands.status == STOPPED and setting.what == "resume"
    return words.STOP_UNNAMED if is_unnamed else words.NOT_NOW


def _judge(now: State, coming: Coming) -> Moved:
    """Agree to a setting, or decline it; one that crossed another may be agreed to again."""
    about = answered(now.settings, coming)
    if about is None:
        return words.NOTHING_SAID
    if about.party == coming.party:
        return words.NOT_ENTITLED
    if about != _newest(now, about.party, coming.unseen):
        return words.REPLACED_BEFORE
    said = [one for one in about.voices if one.party == coming.party]
    is_void = bool(agreement(now, about, coming.unseen)) and all(
        one.at != about.at for one, _ in counting(now, coming.unseen)
    )
    if said and not (is_void and said[-1].says == "agreed"):
        return words.ANSWERED_BEFORE
    is_yes = coming.act.tag == acts.SET_AGREED
    unfit = _unfit(now, coming, about) if is_yes else ""
    if unfit:
        return unfit
    voice = Voice(
        coming.party,
        "agreed" if is_yes else "declined",
        coming.code(acts.REASON),
        coming.at,
        coming.at_ms,
        tuple(sorted(coming.unseen)),
    )
    heard = replace(about, voices=(*about.voices, voice))
    return replace(now, settings=swapped(now.settings, heard))


def _stop(now: State, coming: Coming) -> Moved:
    wrong = _wrong(now, coming)
    if wrong:
        return wrong
    if clock(now, coming.unseen).status == ENDED:
        return words.ENDED_BEFORE
    reason, unseen = coming.act.codes[acts.REASON], tuple(sorted(coming.unseen))
    made = Stop(coming.act.id, coming.party, reason, coming.at, coming.first_ms, unseen)
    return replace(now, stops=(*now.stops, made))


_MOVES: Final[Mapping[str, Move[State]]] = MappingProxyType(
    {
        acts.PLAY_OPENED: _open,
        acts.START: _set,
        acts.PAUSE: _set,
        acts.RESUME: _set,
        acts.RATE: _set,
        acts.JUMP: _set,
        acts.END: _set,
        acts.SET_AGREED: _judge,
        acts.SET_DECLINED: _judge,
        acts.STOPPED: _stop,
    }
)

PART: Final = Part(acts.PLAY, State, _MOVES, acts.PLAY_OPENED)


def awaited(now: State) -> tuple[str, ...]:
    """Return the parties that are asked for a setting of time."""
    by = [one.party for one in waiting(now)]
    return tuple(party for party in now.parties if any(party != one for one in by))


def open_setting(now: State, party: str) -> str:
    """Return the id of the newest setting that a party can answer, or ""."""
    found = [one.id for one in waiting(now) if one.party != party]
    return found[-1] if found else ""
