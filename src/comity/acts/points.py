"""A matter that is settled point by point: its state, for every room that has such.

    now.agreed("due")     the value that every party stands on
    now.ever("due")       every value that was ever agreed
    now.told(MADE)        what was said by acts of some tags

How acts come to it: `comity.acts.points_fold`.

Source: docs/spec/stance.md.
Floor: acts (pure).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, cast

from comity.acts import stance
from comity.acts.stance import LEFT, Stance
from comity.acts.turns import Turn
from comity.kernel import ijson
from comity.kernel.ijson import Json

POINTS_MAX: Final = 512
"""Of one matter."""

OPENING: Final = "the opening"
STATEMENT: Final = "the opening or a statement"
"""What an act answers, in the words of its shape; a room may name other acts."""


@dataclass(frozen=True, slots=True)
class Said:
    """An act of effect, without its speaker.

    Attributes:
        id: of the act.
        tag: what it says.
        party: its author.
        at: position among the turns.
        answers: id of the act that it answers, or "".
        codes: of the act.
        times: of the act.
        items: that it names.
        blobs: `{role: SHA-256}` of the bodies that it names.
    """

    id: str
    tag: str
    party: str
    at: int
    answers: str
    codes: Mapping[str, str]
    times: Mapping[str, int]
    items: tuple[str, ...]
    blobs: Mapping[str, str]

    @property
    def says(self) -> str:
        """The verb of its tag: `minuted`."""
        return verb_of(self.tag)


@dataclass(frozen=True, slots=True)
class State:
    """Where such a matter stands.

    Attributes:
        parties: of the channel, in the arrangement's order.
        points: the stances of each point, in the order of the matter.
        said: every act of effect, in that order.
        turns: every act.
        by_tag: the acts of effect of each tag.
    """

    parties: tuple[str, ...] = ()
    points: Mapping[str, tuple[Stance, ...]] = field(default_factory=lambda: MappingProxyType({}))
    said: tuple[Said, ...] = ()
    turns: tuple[Turn, ...] = ()
    by_tag: Mapping[str, tuple[Said, ...]] = field(
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False
    )

    @property
    def opened_by(self) -> str:
        """Id of the act that opened the matter, or "": of several the first."""
        return self.said[0].id if self.said else ""

    def told(self, *tags: str, unseen: frozenset[int] = frozenset()) -> list[Said]:
        """Return what was said by acts of some tags, as far as it was seen."""
        found = [one for tag in tags for one in self.by_tag.get(tag, ()) if one.at not in unseen]
        return sorted(found, key=_AT) if len(tags) > 1 else found

    def stances(self, point: str) -> tuple[Stance, ...]:
        """Return the stances of a point."""
        return self.points.get(point, ())

    def agreed(self, point: str) -> str:
        """Return the agreed value of a point, or ""."""
        return stance.agreed(self.stances(point), self.parties)

    def status(self, point: str) -> str:
        """Return how a point stands: one of `stance.STATUSES`."""
        return stance.status(self.stances(point), self.parties)

    def wishes(self, point: str) -> dict[str, str]:
        """Return the value on which each party stands."""
        return stance.wishes(self.stances(point), self.parties)

    def ever(self, point: str) -> tuple[str, ...]:
        """Return every value of a point that was ever agreed, the oldest first."""
        return tuple(one.value for one in stance.ever(self.stances(point), self.parties))

    def crossings(self) -> dict[str, str]:
        """Return what crossed and still shows: `{point: its name}`."""
        found = {point: stance.crossing(of, self.parties) for point, of in self.points.items()}
        return {point: name for point, name in found.items() if name}

    def given(self, said: Said) -> dict[str, str]:
        """Return the values that an act stated, by point."""
        every = ((point, one) for point, of in self.points.items() for one in of)
        return {point: o.value for point, o in every if o.at == said.at and o.value != LEFT}

    def gave(self, said: Said, point: str) -> str:
        """Return the value that an act stated of one point, or ""."""
        return next((one.value for one in self.stances(point) if one.at == said.at), LEFT)


_AT: Final = attrgetter("at")


def by_tag(said: Iterable[Said]) -> Mapping[str, tuple[Said, ...]]:
    """Return acts of effect by their tags."""
    found: dict[str, list[Said]] = {}
    for one in said:
        found.setdefault(one.tag, []).append(one)
    return MappingProxyType({tag: tuple(of) for tag, of in found.items()})


def verb_of(tag: str) -> str:
    """Return the verb of a tag: `stated` of `proposal.stated/1`."""
    return tag.partition(".")[2].partition("/")[0]


def to_json(now: State) -> Json:
    """Return the state as a JSON value; `from_json` is its inverse."""
    points = {
        point: [{"party": s.party, "value": s.value, "at": s.at, "seen": {**s.seen}} for s in of]
        for point, of in now.points.items()
    }
    said = [
        {
            "id": one.id,
            "tag": one.tag,
            "party": one.party,
            "at": one.at,
            "answers": one.answers,
            "codes": {**one.codes},
            "times": {**one.times},
            "items": [*one.items],
            "blobs": {**one.blobs},
        }
        for one in now.said
    ]
    turned = [{**asdict(one), "items": [*one.items]} for one in now.turns]
    value = {"parties": [*now.parties], "points": points, "said": said, "turns": turned}
    return cast("Json", value)


def from_json(value: Json) -> State:
    """Read back what `to_json` gave: our own cache, so a wrong shape is our own bug."""
    held = cast("dict[str, Any]", value)
    points = {point: tuple(map(_stance, of)) for point, of in held["points"].items()}
    said = tuple(map(_said, held["said"]))
    return State(
        parties=tuple(held["parties"]),
        points=MappingProxyType(points),
        said=said,
        by_tag=by_tag(said),
        turns=tuple(map(_turn, held["turns"])),
    )


# A page reads thousands of these: fields in their order take half the time of their names.


def _stance(one: dict[str, Any]) -> Stance:
    return Stance(one["party"], one["value"], one["at"], MappingProxyType(one["seen"]))


def _said(one: dict[str, Any]) -> Said:
    return Said(
        one["id"],
        one["tag"],
        one["party"],
        one["at"],
        one["answers"],
        MappingProxyType(one["codes"]),
        MappingProxyType(one["times"]),
        tuple(one["items"]),
        MappingProxyType(one["blobs"]),
    )


def _turn(one: dict[str, Any]) -> Turn:
    return Turn(
        one["act_id"],
        one["party"],
        one["tag"],
        one["result"],
        one["is_effective"],
        one["answers"],
        one["reason"],
        tuple(one["items"]),
        one["crossed"],
        one["received_at_ms"],
    )


def digest(now: State) -> str:
    """Return the SHA-256 of the canonical JSON of the state, 64 hex digits."""
    return hashlib.sha256(ijson.render(to_json(now))).hexdigest()
