"""Where a request stands: what was asked, one track for each addressee, every turn.

A track's items only rise: open, refused, answered.  So nothing that was said is ever
undone by a later or a late act, and the order of acts that crossed does not matter.

Floor: joint (pure).
"""

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, cast

from comity.joint.request import table
from comity.kernel import ijson
from comity.kernel.ijson import Json

ITEM_OPEN: Final = "open"
ITEM_REFUSED: Final = "refused"
ITEM_ANSWERED: Final = "answered"

WHOLE: Final = "whole"
"""The one item of a request that lists none."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One act of the matter, with or without effect, in the order of the matter.

    Attributes:
        act_id: of the act.
        party: its author.
        tag: what it says.
        verb: what it does here, a verb of the table, or "" for an act that makes no sense.
        results: `{track's party: result}`; one result under "" where no track is concerned.
        items: ids it names.
        reason: its code, or "".
        own_reference: its author's file number, or "".
        crossed: whether it had not seen something before it that has effect.
        received_at_ms: effective time at which it was received by the other side, or None.
    """

    act_id: str
    party: str
    tag: str
    verb: str
    results: Mapping[str, str]
    items: tuple[str, ...] = ()
    reason: str = ""
    own_reference: str = ""
    crossed: bool = False
    received_at_ms: int | None = None

    @property
    def takes_effect(self) -> bool:
        """Whether it changed more than the time line."""
        return any(result in table.WITH_EFFECT for result in self.results.values())


@dataclass(frozen=True, slots=True)
class Track:
    """How far one addressee is.

    Attributes:
        party: the addressee.
        status: a status of the table.
        items: `{item: open, refused or answered}`.
        asker_last: position among the turns of the asker's last act with effect here.
        addressee_last: position of the addressee's last one, or None.
    """

    party: str
    status: str
    items: Mapping[str, str]
    asker_last: int
    addressee_last: int | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Where a request stands.

    Attributes:
        asker: party that asked, or "" while there is no request.
        request_id: id of its submission, or "".
        type: request type.
        urgency: one of `acts.URGENCIES`.
        guideline: the version it is bound to, or "".
        own_reference: the asker's file number, or "".
        items: ids, in the asker's order.
        elements: ids of the elements that are present.
        tracks: one for each addressee, in the submission's order.
        turns: every act, in the order of the matter.
        request_at: position of the submission among the turns, or None.
    """

    asker: str = ""
    request_id: str = ""
    type: str = ""
    urgency: str = ""
    guideline: str = ""
    own_reference: str = ""
    items: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    tracks: tuple[Track, ...] = ()
    turns: tuple[Turn, ...] = ()
    request_at: int | None = None

    def track(self, party: str) -> Track | None:
        """Return the track of an addressee, or None for another party."""
        return next((track for track in self.tracks if track.party == party), None)


EMPTY: Final = State()


def to_json(state: State) -> Json:
    """Return the state as a JSON value; `from_json` is its inverse."""
    value = {
        name: getattr(state, name)
        for name in (field.name for field in dataclasses.fields(State))
        if name not in {"items", "elements", "tracks", "turns"}
    }
    return {
        **value,
        "items": list(state.items),
        "elements": list(state.elements),
        "tracks": [_track_to_json(track) for track in state.tracks],
        "turns": [_turn_to_json(turn) for turn in state.turns],
    }


def from_json(value: Json) -> State:
    """Read back what `to_json` gave: our own cache, so a wrong shape is our own bug."""
    fields = cast("dict[str, Any]", value)
    lists = {
        "items": tuple(fields["items"]),
        "elements": tuple(fields["elements"]),
        "tracks": tuple(_track_from_json(track) for track in fields["tracks"]),
        "turns": tuple(_turn_from_json(turn) for turn in fields["turns"]),
    }
    return State(**{**fields, **lists})


def digest(state: State) -> str:
    """Return the SHA-256 of the canonical JSON of the state, 64 hex digits."""
    return hashlib.sha256(ijson.render(to_json(state))).hexdigest()


def _track_to_json(track: Track) -> Json:
    return {
        "party": track.party,
        "status": track.status,
        "items": dict(track.items),
        "asker_last": track.asker_last,
        "addressee_last": track.addressee_last,
    }


def _track_from_json(value: dict[str, Any]) -> Track:
    return Track(**{**value, "items": MappingProxyType(value["items"])})


def _turn_to_json(turn: Turn) -> Json:
    return {
        "act_id": turn.act_id,
        "party": turn.party,
        "tag": turn.tag,
        "verb": turn.verb,
        "results": dict(turn.results),
        "items": list(turn.items),
        "reason": turn.reason,
        "own_reference": turn.own_reference,
        "crossed": turn.crossed,
        "received_at_ms": turn.received_at_ms,
    }


def _turn_from_json(value: dict[str, Any]) -> Turn:
    results = MappingProxyType(value["results"])
    return Turn(**{**value, "results": results, "items": tuple(value["items"])})
