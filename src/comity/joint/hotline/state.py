"""Where a call stands: who was reached, at which level, what was said and understood.

    State
      Plan          a drill that was planned, and the shares of its instant
      Call          what was called, by whom
      Track         one addressee: picked up, taken, promised
      Raising       one level that was raised
      Said          one thing that was said, with its read-backs
      Carriage      one attempt by another carrier, and what the other side says of it
      Summary       one summary, with what each other party says of it
      Ending        one act that called it off or closed it
      turns         every act, with or without effect

A level only rises, a track belongs to one party, what is said is only added to: so acts that
crossed do the same in either order.

Floor: joint (pure).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from comity.acts.turns import Turn
from comity.kernel import ijson
from comity.kernel.ijson import Json

CONFIRMED: Final = "confirmed"
CORRECTED: Final = "corrected"
DISPUTED: Final = "disputed"
AGREED: Final = "agreed"


@dataclass(frozen=True, slots=True)
class Share:
    """A party's share of the instant of a drill: its salt."""

    party: str
    salt: str
    at: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A drill that was planned.

    Attributes:
        id: of the act.
        party: its author, who will call.
        kind: a code of `acts.DRILL_KINDS`.
        commit: SHA-256 of the nonce that the call shows, 64 hex digits.
        from_ms, until_ms: the window, milliseconds since 1970 UTC.
        at: position among the turns.
        shares: of the other parties, in the order of the turns.
    """

    id: str
    party: str
    kind: str
    commit: str
    from_ms: int
    until_ms: int
    at: int
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """What was called.

    Attributes:
        id: of the act.
        party: the caller.
        ground: its code, of the text in force.
        level: at which it began, 1 to 9.
        is_drill: whether it says so.
        nonce: that opens the plan's commitment, or "".
        voice: commitment of the caller's spoken code, or "".
        word_by_ms: by when the caller asks for a word.
        happened_at_ms: when it happened, or None.
        items: matters that it is about.
        at: position among the turns.
    """

    id: str
    party: str
    ground: str
    level: int
    is_drill: bool
    nonce: str
    voice: str
    word_by_ms: int
    happened_at_ms: int | None
    items: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Track:
    """One addressee of a call.

    Attributes:
        party: that is called.
        picked_up: id of the act by which a person picked it up, or "".
        picked_up_at: its position among the turns, or None.
        voice: commitment of the called side's spoken code, or "".
        taken: id of the newest act by which somebody who may decide took it, or "".
        level: greatest level at which it was taken; 0: not yet.
        agency: that took it, or "".
        office: within the agency, or "".
        next_word_at_ms: when its next word is promised, or None.
        promised_at: position of the turn that promised it, or None.
        first_taken_at: position of the turn by which it was first taken, or None.
        taken_at: of the turn by which it was first taken at that level, or None.
    """

    party: str
    picked_up: str = ""
    picked_up_at: int | None = None
    voice: str = ""
    taken: str = ""
    level: int = 0
    agency: str = ""
    office: str = ""
    next_word_at_ms: int | None = None
    promised_at: int | None = None
    first_taken_at: int | None = None
    taken_at: int | None = None


@dataclass(frozen=True, slots=True)
class Raising:
    """One level that was raised."""

    party: str
    level: int
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class ReadBack:
    """One read-back of what was said.

    Attributes:
        id: of the act.
        party: who read it back.
        at: position among the turns.
        says: what the speaker says of it: `confirmed`, `corrected`, or "".
        reason: of a correction, or "".
        points: that a correction names.
    """

    id: str
    party: str
    at: int
    says: str = ""
    reason: str = ""
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said.

    Attributes:
        id: of the act.
        party: the speaker.
        sort: a code of `acts.SORTS`.
        points: how many it has.
        wants_read_back: whether the speaker asks for one.
        instead: id of what it replaces, or "".
        act_by_ms: `{number of a point: by when}`.
        at: position among the turns.
        read_backs: in the order of the turns.
    """

    id: str
    party: str
    sort: str
    points: int
    wants_read_back: bool
    instead: str
    act_by_ms: Mapping[str, int]
    at: int
    read_backs: tuple[ReadBack, ...] = ()


@dataclass(frozen=True, slots=True)
class CarriageAnswer:
    """What another party says of an attempt by another carrier.

    Attributes:
        party, at: who says it, and its position among the turns.
        says, reason: `confirmed`, or `disputed` and its reason.
        is_proved: whether the code that was heard is the one that this party had committed to;
            None where it opened none.
    """

    party: str
    says: str
    reason: str
    is_proved: bool | None
    at: int


@dataclass(frozen=True, slots=True)
class Carriage:
    """One attempt by another carrier.

    Attributes:
        id: of the act.
        party: who notes it.
        carrier, outcome: their codes.
        contact: entry of the contact points, or "".
        sheet: number of the pair of a printed sheet, or "".
        heard: the spoken code as it was heard, or "".
        began_ms, ended_ms: as its author claims.
        at: position among the turns.
        answers: what the other parties say of it, in the order of the turns.
    """

    id: str
    party: str
    carrier: str
    outcome: str
    contact: str
    sheet: str
    heard: str
    began_ms: int
    ended_ms: int | None
    at: int
    answers: tuple[CarriageAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What a party does next, by a summary; `due_ms` in milliseconds since 1970 UTC, or None."""

    party: str
    next: str
    owner: str = ""
    due_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """What a party says of a summary: `agreed` with a scope, or `disputed` with a reason."""

    party: str
    says: str
    code: str
    at: int


@dataclass(frozen=True, slots=True)
class Summary:
    """One summary of a call; its words are a blob of its act.

    Attributes:
        id: of the act.
        party: its author.
        outcome: its code.
        steps: what each party does next.
        items: matters that follow.
        at: position among the turns.
        voices: of the other parties, in the order of the turns.
    """

    id: str
    party: str
    outcome: str
    steps: tuple[Step, ...]
    items: tuple[str, ...]
    at: int
    voices: tuple[Voice, ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """One act that ended the call: `called-off` or `closed`, with its reason."""

    party: str
    how: str
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class State:
    """Where a call stands.

    Attributes:
        parties: of the channel, in the arrangement's order.
        plan: the drill that opened the matter, or None.
        call: what was called, or None.
        tracks: one for each addressee, in the order in which they were named.
        raisings, said, carriages, summaries, endings: in the order of the turns.
        turns: every act, in the order of the matter.
    """

    parties: tuple[str, ...] = ()
    plan: Plan | None = None
    call: Call | None = None
    tracks: tuple[Track, ...] = ()
    raisings: tuple[Raising, ...] = ()
    said: tuple[Said, ...] = ()
    carriages: tuple[Carriage, ...] = ()
    summaries: tuple[Summary, ...] = ()
    endings: tuple[Ending, ...] = ()
    turns: tuple[Turn, ...] = ()

    def track(self, party: str) -> Track | None:
        """Return the track of a party, or None where it was not called."""
        return next((one for one in self.tracks if one.party == party), None)


def to_json(state: State) -> Json:
    """Return the state as a JSON value; `from_json` is its inverse."""
    return cast("Json", _plain(asdict(state)))


def from_json(value: Json) -> State:
    """Read back what `to_json` gave: our own cache, so a wrong shape is our own bug."""
    fields = cast("dict[str, Any]", value)
    plan, call = fields["plan"], fields["call"]
    return State(
        parties=tuple(fields["parties"]),
        plan=Plan(**plan | {"shares": _each(Share, plan["shares"])}) if plan else None,
        call=Call(**call | {"items": tuple(call["items"])}) if call else None,
        tracks=_each(Track, fields["tracks"]),
        raisings=_each(Raising, fields["raisings"]),
        said=tuple(_said(one) for one in fields["said"]),
        carriages=tuple(
            Carriage(**one | {"answers": _each(CarriageAnswer, one["answers"])})
            for one in fields["carriages"]
        ),
        summaries=tuple(_summary(one) for one in fields["summaries"]),
        endings=_each(Ending, fields["endings"]),
        turns=tuple(Turn(**one | {"items": tuple(one["items"])}) for one in fields["turns"]),
    )


def digest(state: State) -> str:
    """Return the SHA-256 of the canonical JSON of the state, 64 hex digits."""
    return hashlib.sha256(ijson.render(to_json(state))).hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any part of a state
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _each[Part](kind: type[Part], value: list[dict[str, Any]]) -> tuple[Part, ...]:
    return tuple(kind(**one) for one in value)


def _said(value: dict[str, Any]) -> Said:
    read_backs = tuple(
        ReadBack(**one | {"points": tuple(one["points"])}) for one in value["read_backs"]
    )
    return Said(**value | {"read_backs": read_backs})


def _summary(value: dict[str, Any]) -> Summary:
    parts = {
        "steps": _each(Step, value["steps"]),
        "items": tuple(value["items"]),
        "voices": _each(Voice, value["voices"]),
    }
    return Summary(**value | parts)
