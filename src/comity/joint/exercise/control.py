"""What the control cells say to each other: meetings, texts, readiness, private items.

A private item is fixed by a hash before the play: its side surprises its own players, and can
not change afterwards what it agreed to play.  What was disclosed fits the hash, or did nothing.

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts.turns import Turn
from comity.joint.exercise import acts, words
from comity.joint.exercise.folding import Coming, Move, Opened, Part, answered, swapped

type Moved = State | str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting, and when it was held, as its author claims; its minutes are a blob."""

    party: str
    meeting: str
    held_ms: int
    at: int


@dataclass(frozen=True, slots=True)
class Voice:
    """What a party says of a text: `adopted`, or `declined` with a reason."""

    party: str
    says: str
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class Text:
    """A plan or master list that was proposed; it is an attachment of its act.

    Attributes:
        id, party: of the act, and its author.
        name: a code of `acts.TEXTS`.
        sha256: of its bytes.
        at: position among the turns.
        voices: of the other parties, in the order of the turns.
    """

    id: str
    party: str
    name: str
    sha256: str
    at: int
    voices: tuple[Voice, ...] = ()


@dataclass(frozen=True, slots=True)
class Private:
    """A private item of the master list.

    Attributes:
        party: whose it is.
        number: in the list.
        objective: that it tests.
        commit: that fixes it, 64 hex digits.
        from_ms, until_ms: its window in scenario time.
        at: position among the turns.
        salt, content: that opened it, or "".
    """

    party: str
    number: int
    objective: str
    commit: str
    from_ms: int
    until_ms: int
    at: int
    salt: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """That a cell is ready for a plan and a list, and how many of its seats were reached."""

    party: str
    plan: str
    list: str
    seats: int
    at: int


@dataclass(frozen=True, slots=True)
class Change:
    """One item that was skipped, moved, or noted.

    Attributes:
        party, at: who says it, and its position among the turns.
        what: `skipped`, `moved` or `noted`.
        number: of the item, or None.
        reason: of what was skipped, or "".
        scenario_ms: to which one was moved, or None.
    """

    party: str
    what: str
    number: int | None
    reason: str
    scenario_ms: int | None
    at: int


@dataclass(frozen=True, slots=True)
class State:
    """Where the control cells stand: each part in the order of the turns."""

    parties: tuple[str, ...] = ()
    opened: Opened | None = None
    meetings: tuple[Meeting, ...] = ()
    texts: tuple[Text, ...] = ()
    private: tuple[Private, ...] = ()
    ready: tuple[Ready, ...] = ()
    changes: tuple[Change, ...] = ()
    turns: tuple[Turn, ...] = ()


def is_adopted(now: State, text: Text, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether every other party adopted a text, as far as it was seen."""
    said = {one.party for one in text.voices if one.says == "adopted" and one.at not in unseen}
    return {*now.parties} - {text.party} <= said


def adopted(now: State, name: str, unseen: frozenset[int] = frozenset()) -> tuple[str, ...]:
    """Return the hashes of the texts of a name that all adopted, the newest last."""
    return tuple(
        one.sha256
        for one in now.texts
        if one.name == name and one.at not in unseen and is_adopted(now, one, unseen)
    )


def ready_for(now: State) -> tuple[str, str] | None:
    """Return the plan and the list for which every cell is ready, or None."""
    newest = {one.party: (one.plan, one.list) for one in now.ready}
    same = {*newest.values()}
    return same.pop() if len(same) == 1 and newest.keys() == {*now.parties} else None


def _open(now: State, coming: Coming) -> Moved:
    if now.opened is not None:
        return words.OPENED_BEFORE
    return replace(now, opened=Opened.by(coming))


def _wrong(now: State, coming: Coming) -> str:
    is_there = now.opened is not None and coming.saw(now.opened.at)
    is_meant = is_there and now.opened is not None and coming.act.answers == now.opened.id
    return "" if is_meant else words.NOTHING_OPENED


def _meet(now: State, coming: Coming) -> Moved:
    code, held_ms = coming.act.codes[acts.MEETING], coming.act.times[acts.HELD_AT]
    made = Meeting(coming.party, code, held_ms, coming.at)
    return _wrong(now, coming) or replace(now, meetings=(*now.meetings, made))


def _propose(now: State, coming: Coming) -> Moved:
    wrong = _wrong(now, coming)
    if wrong:
        return wrong
    name, sha256 = coming.act.codes[acts.TEXT_NAME], coming.act.codes[acts.TEXT_SHA256]
    if any((one.party, one.name, one.sha256) == (coming.party, name, sha256) for one in now.texts):
        return words.PROPOSED_BEFORE
    made = Text(coming.act.id, coming.party, name, sha256, coming.at)
    return replace(now, texts=(*now.texts, made))


def _judge(now: State, coming: Coming) -> Moved:
    about = answered(now.texts, coming)
    if about is None:
        return words.NOTHING_SAID
    if about.party == coming.party:
        return words.NOT_ENTITLED
    says = "adopted" if coming.act.tag == acts.TEXT_ADOPTED else "declined"
    before = {one.says for one in about.voices if one.party == coming.party}
    if "adopted" in before or says in before:
        return words.ANSWERED_BEFORE
    voice = Voice(coming.party, says, coming.code(acts.REASON), coming.at)
    return replace(now, texts=swapped(now.texts, replace(about, voices=(*about.voices, voice))))


def _fix(now: State, coming: Coming) -> Moved:
    wrong = _wrong(now, coming)
    if wrong:
        return wrong
    act = coming.act
    number = int(act.codes[acts.NUMBER])
    if any((one.party, one.number) == (coming.party, number) for one in now.private):
        return words.FIXED_BEFORE
    made = Private(
        coming.party,
        number,
        act.codes[acts.OBJECTIVE],
        act.codes[acts.COMMIT],
        act.times[acts.FROM],
        act.times[acts.UNTIL],
        coming.at,
    )
    return replace(now, private=(*now.private, made))


def _disclose(now: State, coming: Coming) -> Moved:
    wrong = _wrong(now, coming)
    if wrong:
        return wrong
    number = int(coming.act.codes[acts.NUMBER])
    found = [one for one in now.private if (one.party, one.number) == (coming.party, number)]
    if not found:
        return words.NOTHING_FIXED
    if found[0].salt:
        return words.DISCLOSED_BEFORE
    salt, content = coming.act.codes[acts.SALT], coming.act.codes[acts.CONTENT]
    if acts.commitment(salt, content) != found[0].commit:
        return words.COMMITMENT_DIFFERS
    opened = replace(found[0], salt=salt, content=content)
    private = tuple(opened if one.at == opened.at else one for one in now.private)
    return replace(now, private=private)


def _ready(now: State, coming: Coming) -> Moved:
    wrong = _wrong(now, coming)
    if wrong:
        return wrong
    codes = coming.act.codes
    plan, listed = codes[acts.PLAN_SHA256], codes[acts.LIST_SHA256]
    if plan not in adopted(now, "plan", coming.unseen):
        return words.TEXT_UNADOPTED
    if listed not in adopted(now, "master-list", coming.unseen):
        return words.TEXT_UNADOPTED
    made = Ready(coming.party, plan, listed, int(codes[acts.SEATS]), coming.at)
    return replace(now, ready=(*now.ready, made))


def _change(now: State, coming: Coming) -> Moved:
    wrong = _wrong(now, coming)
    if wrong:
        return wrong
    what = coming.act.tag.partition(".")[2].partition("/")[0]
    number = coming.code(acts.NUMBER)
    made = Change(
        coming.party,
        what,
        int(number) if number else None,
        coming.code(acts.REASON),
        coming.act.times.get(acts.SCENARIO_AT),
        coming.at,
    )
    return replace(now, changes=(*now.changes, made))


_MOVES: Final[Mapping[str, Move[State]]] = MappingProxyType(
    {
        acts.CONTROL_OPENED: _open,
        acts.MET: _meet,
        acts.TEXT_PROPOSED: _propose,
        acts.TEXT_ADOPTED: _judge,
        acts.TEXT_DECLINED: _judge,
        acts.FIXED: _fix,
        acts.DISCLOSED: _disclose,
        acts.READY: _ready,
        acts.SKIPPED: _change,
        acts.MOVED: _change,
        acts.NOTED: _change,
    }
)

PART: Final = Part(acts.CONTROL, State, _MOVES, acts.CONTROL_OPENED)

NONE: Final = "none"
PLANNING: Final = "planning"
READY: Final = "ready"


def status(now: State) -> str:
    """Return where the cells stand."""
    if now.opened is None:
        return NONE
    return PLANNING if ready_for(now) is None else READY


def awaited(now: State) -> tuple[str, ...]:
    """Return the parties that have said nothing yet of the newest text."""
    if not now.texts:
        return ()
    text = now.texts[-1]
    spoke = {one.party for one in text.voices}
    return tuple(one for one in now.parties if one != text.party and one not in spoke)


def open_text(now: State, party: str) -> str:
    """Return the id of the newest text that a party can answer, or ""."""
    found = [one.id for one in now.texts if one.party != party]
    return found[-1] if found else ""
