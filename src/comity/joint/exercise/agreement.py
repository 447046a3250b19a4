"""The agreement to hold an exercise, in `live`: window, channels, report.

An exercise is agreed while the newest word of every party is the same window: who proposes
another one opens the question again, and where two windows crossed neither is agreed.

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.turns import Turn
from comity.joint.exercise import acts, words
from comity.joint.exercise.folding import Coming, Move, Part, answered, swapped

type Moved = State | str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was proposed.

    Attributes:
        id, party: of the act, and its author.
        kinds: of scenarios, codes of `acts.KINDS`.
        control, play: names of the two channels.
        at: position among the turns.
    """

    id: str
    party: str
    kinds: tuple[str, ...]
    control: str
    play: str
    at: int


@dataclass(frozen=True, slots=True)
class Word:
    """The window that a party proposed or agreed to, milliseconds since 1970 UTC."""

    party: str
    from_ms: int
    until_ms: int
    at: int

    @property
    def window(self) -> tuple[int, int]:
        """From when until when."""
        return self.from_ms, self.until_ms


@dataclass(frozen=True, slots=True)
class Ending:
    """One act that declined or cancelled it."""

    party: str
    how: str
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class Voice:
    """What a party says of a report: `agreed`, or `disputed` with a reason."""

    party: str
    says: str
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class Report:
    """A report; its pages are a blob of its act.

    Attributes:
        id, party: of the act, and its author.
        sha256: of its pages.
        at: position among the turns.
        voices: of the other parties, in the order of the turns.
    """

    id: str
    party: str
    sha256: str
    at: int
    voices: tuple[Voice, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Where the agreement stands: each part in the order of the turns."""

    parties: tuple[str, ...] = ()
    proposal: Proposal | None = None
    words: tuple[Word, ...] = ()
    endings: tuple[Ending, ...] = ()
    reports: tuple[Report, ...] = ()
    turns: tuple[Turn, ...] = ()

    def word(self, party: str, unseen: frozenset[int] = frozenset()) -> Word | None:
        """Return the newest word of a party, as far as it was seen."""
        found = [one for one in self.words if one.party == party and one.at not in unseen]
        return found[-1] if found else None


def window(now: State, unseen: frozenset[int] = frozenset()) -> tuple[int, int] | None:
    """Return the window that every party has for its newest word, or None."""
    said = [now.word(party, unseen) for party in now.parties]
    found = {one.window for one in said if one is not None}
    return found.pop() if len(found) == 1 and None not in said else None


def is_ended(now: State, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether it was declined or cancelled, as far as it was seen."""
    return any(one.at not in unseen for one in now.endings)


def is_accepted(now: State, report: Report, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether every other party agreed to a report, as far as it was seen."""
    agreed = {one.party for one in report.voices if one.says == "agreed" and one.at not in unseen}
    return {*now.parties} - {report.party} <= agreed


def is_closed(now: State, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether a report was agreed to by all, as far as it was seen."""
    return any(is_accepted(now, one, unseen) for one in now.reports if one.at not in unseen)


def _word(coming: Coming) -> Word:
    times = coming.act.times
    return Word(coming.party, times[acts.FROM], times[acts.UNTIL], coming.at)


def _propose(now: State, coming: Coming) -> Moved:
    if now.proposal is not None:
        return words.OPENED_BEFORE
    act = coming.act
    proposal = Proposal(
        act.id,
        coming.party,
        tuple(dict.fromkeys(shape.under(act, acts.KIND_CODE).values())),
        act.codes[acts.CONTROL_CHANNEL],
        act.codes[acts.PLAY_CHANNEL],
        coming.at,
    )
    return replace(now, proposal=proposal, words=(_word(coming),))


def _open(now: State, coming: Coming) -> str:
    """Return why nothing can be said of its window any more, or ""."""
    proposal = now.proposal
    if proposal is None or not coming.saw(proposal.at) or coming.act.answers != proposal.id:
        return words.NOTHING_OPENED
    if is_ended(now, coming.unseen):
        return words.ENDED_BEFORE
    return words.CLOSED_BEFORE if is_closed(now, coming.unseen) else ""


def _agree(now: State, coming: Coming) -> Moved:
    wrong = _open(now, coming)
    if wrong:
        return wrong
    word, own = _word(coming), now.word(coming.party)
    if own is not None and own.window == word.window:
        return words.ANSWERED_BEFORE
    others = (now.word(one, coming.unseen) for one in now.parties if one != coming.party)
    if word.window not in {one.window for one in others if one is not None}:
        return words.WINDOW_UNKNOWN
    return replace(now, words=(*now.words, word))


def _reschedule(now: State, coming: Coming) -> Moved:
    wrong = _open(now, coming)
    if wrong:
        return wrong
    word, own = _word(coming), now.word(coming.party)
    if own is not None and own.window == word.window:
        return words.SAME_WINDOW
    return replace(now, words=(*now.words, word))


def _decline(now: State, coming: Coming) -> Moved:
    wrong = _open(now, coming)
    if wrong:
        return wrong
    assert now.proposal is not None
    if coming.party == now.proposal.party:
        return words.NOT_ENTITLED
    if window(now, coming.unseen) is not None:
        return words.AGREED_BEFORE
    return _ended(now, coming, "declined")


def _cancel(now: State, coming: Coming) -> Moved:
    return _open(now, coming) or _ended(now, coming, "cancelled")


def _ended(now: State, coming: Coming, how: str) -> State:
    ending = Ending(coming.party, how, coming.code(acts.REASON), coming.at)
    return replace(now, endings=(*now.endings, ending))


def _report(now: State, coming: Coming) -> Moved:
    wrong = _open(now, coming)
    if wrong:
        return wrong
    if window(now, coming.unseen) is None:
        return words.NOT_AGREED
    made = Report(coming.act.id, coming.party, coming.act.codes[acts.REPORT], coming.at)
    return replace(now, reports=(*now.reports, made))


def _judge(now: State, coming: Coming) -> Moved:
    """Agree to a report, or dispute it; who disputed may agree later, and not the other way."""
    about = answered(now.reports, coming)
    if about is None:
        return words.NOTHING_SAID
    if about.party == coming.party:
        return words.NOT_ENTITLED
    says = "agreed" if coming.act.tag == acts.REPORT_AGREED else "disputed"
    before = {one.says for one in about.voices if one.party == coming.party}
    if "agreed" in before or says in before:
        return words.ANSWERED_BEFORE
    voice = Voice(coming.party, says, coming.code(acts.REASON), coming.at)
    heard = replace(about, voices=(*about.voices, voice))
    return replace(now, reports=swapped(now.reports, heard))


_MOVES: Final[Mapping[str, Move[State]]] = MappingProxyType(
    {
        acts.PROPOSED: _propose,
        acts.AGREED: _agree,
        acts.DECLINED: _decline,
        acts.RESCHEDULED: _reschedule,
        acts.CANCELLED: _cancel,
        acts.REPORTED: _report,
        acts.REPORT_AGREED: _judge,
        acts.REPORT_DISPUTED: _judge,
    }
)

PART: Final = Part(acts.EXERCISE, State, _MOVES, acts.PROPOSED)

NONE: Final = "none"
OPEN: Final = "proposed"
AGREED: Final = "agreed"
ENDED: Final = "ended"
REPORTED: Final = "reported"
CLOSED: Final = "closed"


def status(now: State) -> str:
    """Return where it stands."""
    if now.proposal is None:
        return NONE
    if is_closed(now):
        return CLOSED
    if is_ended(now):
        return ENDED
    if now.reports:
        return REPORTED
    return OPEN if window(now) is None else AGREED


def awaited(now: State) -> tuple[str, ...]:
    """Return the parties whose turn it is: to agree to a window, or to a report."""
    found = status(now)
    if found == OPEN:
        newest = now.words[-1]
        said = {party: now.word(party) for party in now.parties}
        return tuple(p for p, one in said.items() if one is None or one.window != newest.window)
    if found == REPORTED:
        report = now.reports[-1]
        spoke = {one.party for one in report.voices}
        return tuple(one for one in now.parties if one != report.party and one not in spoke)
    return ()


def open_report(now: State, party: str) -> str:
    """Return the id of the newest report that a party can answer, or ""."""
    found = [one.id for one in now.reports if one.party != party]
    return found[-1] if found else ""
