"""The shift of a desk: who has it, who hands it over, who took it over.

    TakenOver -> HandedOver(to=…) -> TakenOver …

Until the next officer says that they have it, the one before has: a desk is never nobody's.

Floor: domestic (pure).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from comity.domestic.duty.acts import Who
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible


@dataclass(frozen=True, slots=True)
class HandedOver:
    """An officer hands the desk over, with a note and everything that is open.

    Attributes:
        who: see `Who`.
        to: who is to take it.
        note: in words.
        open: a line for each thing that is open, as JSON, frozen at that instant.
        more: how many lines there were beyond those.
    """

    who: Who
    to: str
    note: str
    open: tuple[Mapping[str, Json], ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class TakenOver:
    """An officer has the desk from now on.

    Attributes:
        who: see `Who`.
        number: of the hand-over that they acknowledge; 0 where nobody handed it to them.
        why: if nobody did.
    """

    who: Who
    number: int = 0
    why: str = ""


type Turn = HandedOver | TakenOver


@dataclass(frozen=True, slots=True)
class Shift:
    """Where a desk stands.

    Attributes:
        officer: who has it, or "".
        since_ms: since when.
        turns: how many there were.
        pending: number of the hand-over that waits to be taken, or 0.
        to: who is to take it, or "".
        handed_ms: when it was handed over, or 0.
    """

    officer: str = ""
    since_ms: int = 0
    turns: int = 0
    pending: int = 0
    to: str = ""
    handed_ms: int = 0


NOBODY = Shift()


def fold(shift: Shift, turn: Turn) -> Shift:
    """Return the shift after a turn; one out of place changes nothing but the count."""
    number = shift.turns + 1
    counted = replace(shift, turns=number)
    if isinstance(turn, HandedOver):
        if turn.who.officer != shift.officer:
            return counted
        return replace(counted, pending=number, to=turn.to, handed_ms=turn.who.at_ms)
    if turn.number not in {0, shift.pending} or (turn.number and turn.who.officer != shift.to):
        return counted
    return Shift(turn.who.officer, turn.who.at_ms, number)


def hand_over(
    shift: Shift, turn: HandedOver, officers: frozenset[str]
) -> HandedOver | Inadmissible:
    """Hand the desk over.

    Args:
        shift: as it stands.
        turn: what is said.
        officers: those who may take it.
    """
    if shift.officer and turn.who.officer != shift.officer:
        return Inadmissible(
            "duty.shift.not-yours",
            f"{shift.officer} has the desk, not {turn.who.officer}.",
            "Take it over first with `comity desk handover take --why`.",
        )
    if not shift.officer:
        return Inadmissible(
            "duty.shift.nobodys",
            "Nobody has the desk yet.",
            "Take it first with `comity desk handover take --why`.",
        )
    if turn.to not in officers or turn.to == turn.who.officer:
        named = ", ".join(sorted(officers - {turn.who.officer})) or "nobody, add one first"
        return Inadmissible(
            "duty.shift.cannot-take",
            f"{turn.to} cannot take this desk over.",
            f"Name one of: {named}.",
        )
    if not turn.note.strip():
        return Inadmissible(
            "duty.text.missing",
            "There are no words.",
            "Say in the note what the next officer must know.",
        )
    return turn


def take_over(shift: Shift, who: Who, why: str) -> TakenOver | Inadmissible:
    """Take the desk over: what was handed to one, or with a reason what was not."""
    if shift.pending and shift.to == who.officer:
        return TakenOver(who, shift.pending, why)
    if shift.officer == who.officer:
        return Inadmissible("duty.shift.yours", "You have the desk.", "Go on with it.")
    if not why.strip():
        has = f"{shift.officer} has it" if shift.officer else "nobody has it"
        return Inadmissible(
            "duty.shift.not-handed",
            f"The desk was not handed to {who.officer}; {has}.",
            "Say why you take it with --why; it is noted.",
        )
    return TakenOver(who, 0, why)


def to_json(turn: Turn) -> Json:
    """Return a turn as a JSON value; `from_json` is its inverse."""
    tag = "handed-over" if isinstance(turn, HandedOver) else "taken-over"
    fields = asdict(turn)
    if isinstance(turn, HandedOver):
        fields["open"] = [dict(line) for line in turn.open]
    return {"turn": tag, **fields}


def from_json(value: Json) -> Turn:
    """Read back what `to_json` gave."""
    fields = dict(cast("dict[str, Any]", value))
    who = Who(**fields.pop("who"))
    if fields.pop("turn") == "taken-over":
        return TakenOver(who, **fields)
    fields["open"] = tuple(fields["open"])
    return HandedOver(who, **fields)
