"""What may be said of an exercise now: an act is decided by folding it on the state.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from comity.acts import shape
from comity.acts.record import Act
from comity.joint.exercise import acts, agreement, control, evaluation, inject, play, words
from comity.joint.exercise.folding import Part
from comity.kernel.inadmissible import Inadmissible

PARTS: Final[Mapping[str, Part[Any]]] = MappingProxyType(
    {
        one.kind: one
        for one in (
            agreement.PART,
            control.PART,
            play.PART,
            inject.PART,
            evaluation.PART,
        )
    }
)
"""Every kind of matter of an exercise."""

_SHOW: Final = "Show the matter to see where it stands."

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        words.OPENED_BEFORE: ("This was opened before.", _SHOW),
        words.NOTHING_OPENED: (
            "There is nothing here of which this is said.",
            "Use an id that the list of the exercise shows.",
        ),
        words.NOT_ENTITLED: (
            "The author may not say this.",
            "The other side answers; the seat takes and answers; who delivered corrects.",
        ),
        words.ENDED_BEFORE: ("It has ended.", "Propose another exercise if there is more to do."),
        words.CLOSED_BEFORE: (
            "Its report was agreed, so the exercise is closed.",
            "Propose another exercise if there is more to do.",
        ),
        words.AGREED_BEFORE: (
            "The exercise is agreed.",
            "Cancel it, or propose another window.",
        ),
        words.NOT_AGREED: (
            "The exercise is not agreed.",
            "Agree on a window first.",
        ),
        words.ANSWERED_BEFORE: ("This State has answered that before.", _SHOW),
        words.NOTHING_SAID: (
            "It answers nothing that was said here.",
            "Show the matter and use the id of what is meant.",
        ),
        words.WINDOW_UNKNOWN: (
            "No other State has proposed this window, or it has proposed another since.",
            "Agree to the window that stands, or propose one.",
        ),
        words.SAME_WINDOW: (
            "This State has proposed or agreed to this window already.",
            "Propose another window.",
        ),
        words.PROPOSED_BEFORE: (
            "This State has proposed this text before.",
            "Propose another version of it.",
        ),
        words.FIXED_BEFORE: (
            "This State has fixed the private item of this number.",
            "Give the next item a number of its own.",
        ),
        words.NOTHING_FIXED: (
            "This State has fixed no private item of this number.",
            "Use the number under which it was fixed.",
        ),
        words.COMMITMENT_DIFFERS: (
            "Salt and content are not those that the hash was made of.",
            "Disclose the item that was agreed, unchanged.",
        ),
        words.DISCLOSED_BEFORE: ("This item was disclosed before.", _SHOW),
        words.TEXT_UNADOPTED: (
            "The plan or the master list of that hash was not adopted by all.",
            "Be ready for the texts that were adopted.",
        ),
        words.NOT_NOW: (
            "Time cannot be set so where the play stands.",
            "Start before all else, resume what is paused, pause what runs.",
        ),
        words.REPLACED_BEFORE: (
            "The other State has proposed another setting since.",
            "Answer the setting that stands.",
        ),
        words.STOP_UNNAMED: (
            "The play was stopped, and this does not name the stop that stands.",
            "Name the stop that is to be lifted.",
        ),
        words.PARTY_UNKNOWN: (
            "It names a State that is not a party of this channel.",
            "Name a party of the channel.",
        ),
        words.SEAT_DIFFERS: (
            "It was delivered to another seat.",
            "Take it as the seat that it is for.",
        ),
        words.TAKEN_BEFORE: ("It was taken before.", "Answer it, or send a correction."),
        words.WITHDRAWN_BEFORE: ("It was withdrawn.", "Deliver it again if it is to be played."),
        acts.WINDOW_UNCLEAR: (
            "The window ends before it begins.",
            "Give an end that is later than the beginning.",
        ),
        acts.KINDS_MISSING: (
            "It names no kind of scenario.",
            "Name one kind at least.",
        ),
        acts.CHANNELS_ALIKE: (
            "Control cells and players have one channel.",
            "Name a channel for each: players must not read what is planned.",
        ),
    }
)
RULES: Final = frozenset(f"exercise.{name}" for name in _WHY) | shape.RULES
"""Every rule that `admit` can give."""


def no(name: str) -> Inadmissible:
    """Return the refusal by rule that a name stands for."""
    return Inadmissible(f"exercise.{name}", *_WHY[name]) if name in _WHY else shape.no(name)


def admit(now: Any, act: Act, party: str) -> Inadmissible | None:  # noqa: ANN401 -- any of the states
    """Return why `party` may not say this now, or None if it may."""
    is_effective, result = PARTS[_kind(now)].result(now, act, party)
    return None if is_effective else no(result)


def _kind(now: Any) -> str:  # noqa: ANN401 -- any of the states
    return next(kind for kind, part in PARTS.items() if isinstance(now, part.begin))
