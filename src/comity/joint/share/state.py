"""Where a share stands: what was given, under which marks, who took it, what was taken back.

    State
      Giving         what was given; or Declaration: that there is nothing to give
      Bundle         objects of the giving, and of each adding
      Marking        another mark, of all or of some positions
      Retraction     what counts no more
      Take, Use      what a taker says of it
      Dispute        a taker says that something is wrong; the giver upholds or retracts it
      Stop           a taker says who stopped using what was retracted or narrowed
      turns          every act, with or without effect

Floor: joint (pure).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from types import MappingProxyType
from typing import Any, cast

from comity.acts.turns import Turn
from comity.joint.share.positions import Positions, Span
from comity.kernel import ijson
from comity.kernel.ijson import Json


@dataclass(frozen=True, slots=True)
class Giving:
    """What was given.

    Attributes:
        id: of the act.
        party: the giver.
        category: a code of `acts.CATEGORIES`.
        mark: of everything in it that has no other one.
        offered: how many samples follow when they are asked for.
        asks: a code of `acts.ASKINGS`, or "".
        origin: a code of `acts.ORIGINS`, or "".
        series: a name that givings share, or "".
        valid_until_ms: until when it is to be used.
        observed_from_ms: when the first of it was seen, or None.
        observed_to_ms: when the last of it was seen, or None.
        asked_by_ms: by when what it asks is wanted, or None.
        at: position among the turns.
    """

    id: str
    party: str
    category: str
    mark: str
    offered: int
    asks: str
    origin: str
    series: str
    valid_until_ms: int
    observed_from_ms: int | None
    observed_to_ms: int | None
    asked_by_ms: int | None
    at: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """That a State has nothing to give of a category, for a while."""

    id: str
    party: str
    category: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """Objects that were given by one act: the giving's is the first, that of an adding the next."""

    act_id: str
    objects: int
    samples: int
    at: int


@dataclass(frozen=True, slots=True)
class Marking:
    """Another mark.

    Attributes:
        id: of the act.
        mark: that it gives.
        is_whole: whether it is of everything, what is added later too.
        positions: that it names; of all, those that there were.
        is_narrower: whether it closes something: then its takers owe a stop.
        narrowed: the positions that it closes.
        at: position among the turns.
    """

    id: str
    mark: str
    is_whole: bool
    positions: Positions
    is_narrower: bool
    narrowed: Positions
    at: int


@dataclass(frozen=True, slots=True)
class Retraction:
    """What counts no more.

    Attributes:
        id: of the act.
        reason: its code.
        is_whole: whether it is of everything.
        positions: that it names; of all, those that there were.
        at: position among the turns.
        unseen: positions among the turns of the disputes that the giver had not seen.
    """

    id: str
    reason: str
    is_whole: bool
    positions: Positions
    at: int
    unseen: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Take:
    """That a taker holds a bundle, and what it found.

    Attributes:
        party: the taker.
        bundle: its number from 1.
        valid: how many objects it can use.
        invalid: how many it cannot.
        duplicate: how many the giver had given it before.
        known: how many it had from elsewhere, as far as it says.
        positions: of the invalid ones, as far as it names them.
        at: position among the turns.
    """

    party: str
    bundle: int
    valid: int
    invalid: int
    duplicate: int
    known: int | None
    positions: Positions
    at: int


@dataclass(frozen=True, slots=True)
class Dispute:
    """That something is wrong with some objects.

    Attributes:
        id: of the act.
        party: the taker that says so.
        reason: its code.
        positions: that it means.
        at: position among the turns.
        unseen: positions among the turns of the retractions that the taker had not seen.
        upheld: the reason for which the giver keeps to it, or "".
    """

    id: str
    party: str
    reason: str
    positions: Positions
    at: int
    unseen: tuple[int, ...] = ()
    upheld: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """Samples that a taker asked for."""

    party: str
    positions: Positions
    at: int


@dataclass(frozen=True, slots=True)
class Use:
    """What a taker did with it so far; of one taker the last one holds."""

    id: str
    party: str
    counts: Mapping[str, int]
    is_final: bool
    first_seen_ms: int | None
    last_seen_ms: int | None
    at: int


@dataclass(frozen=True, slots=True)
class Stop:
    """How many of a taker's consumers stopped; of one retraction the taker's last one holds.

    Attributes:
        party: the taker.
        of: position among the turns of the retraction or marking.
        told: how many consumers were told.
        confirmed: how many of them confirmed.
        open: how many did not.
        is_final: whether it is done.
        at: position among the turns.
    """

    party: str
    of: int
    told: int
    confirmed: int
    open: int
    is_final: bool
    at: int


@dataclass(frozen=True, slots=True)
class Destruction:
    """Blobs that a party attests to have destroyed."""

    party: str
    reason: str
    blobs: tuple[str, ...]
    at: int


def _nobody() -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class State:
    """Where a share stands.

    Attributes:
        parties: of the channel, in the arrangement's order.
        giving: what was given, or None.
        declaration: that there is nothing to give, or None.
        references: `{party: every file number that it gave, the newest last}`.
        bundles: in the order of the giver's log.
        markings: likewise.
        retractions: likewise.
        takes: in the order of the turns.
        disputes: likewise.
        asks: likewise.
        uses: likewise.
        stops: likewise.
        destructions: likewise.
        turns: every act, in the order of the matter.
    """

    parties: tuple[str, ...] = ()
    giving: Giving | None = None
    declaration: Declaration | None = None
    references: Mapping[str, tuple[str, ...]] = field(default_factory=_nobody)
    bundles: tuple[Bundle, ...] = ()
    markings: tuple[Marking, ...] = ()
    retractions: tuple[Retraction, ...] = ()
    takes: tuple[Take, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    asks: tuple[Ask, ...] = ()
    uses: tuple[Use, ...] = ()
    stops: tuple[Stop, ...] = ()
    destructions: tuple[Destruction, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def takers(self) -> tuple[str, ...]:
        """Every party but the giver, where something was given."""
        giver = self.giving.party if self.giving else ""
        return tuple(one for one in self.parties if one != giver) if giver else ()


def to_json(state: State) -> Json:
    """Return the state as a JSON value; `from_json` is its inverse."""
    return cast("Json", _plain(state))


def from_json(value: Json) -> State:
    """Read back what `to_json` gave: our own cache, so a wrong shape is our own bug."""
    said = cast("dict[str, Any]", value)
    giving, declaration = said["giving"], said["declaration"]
    references = {party: tuple(given) for party, given in said["references"].items()}
    uses = (one | {"counts": MappingProxyType(one["counts"])} for one in said["uses"])
    return State(
        parties=tuple(said["parties"]),
        giving=Giving(**giving) if giving else None,
        declaration=Declaration(**declaration) if declaration else None,
        references=MappingProxyType(references),
        bundles=tuple(Bundle(**one) for one in said["bundles"]),
        markings=tuple(Marking(**_spanned(one)) for one in said["markings"]),
        retractions=tuple(Retraction(**_spanned(one)) for one in said["retractions"]),
        takes=tuple(Take(**_spanned(one)) for one in said["takes"]),
        disputes=tuple(Dispute(**_spanned(one)) for one in said["disputes"]),
        asks=tuple(Ask(**_spanned(one)) for one in said["asks"]),
        uses=tuple(Use(**one) for one in uses),
        stops=tuple(Stop(**one) for one in said["stops"]),
        destructions=tuple(
            Destruction(**one | {"blobs": tuple(one["blobs"])}) for one in said["destructions"]
        ),
        turns=tuple(Turn(**one | {"items": tuple(one["items"])}) for one in said["turns"]),
    )


def digest(state: State) -> str:
    """Return the SHA-256 of the canonical JSON of the state, 64 hex digits."""
    return hashlib.sha256(ijson.render(to_json(state))).hexdigest()


def _spanned(value: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a part whose sets of positions are spans again."""
    sets: dict[str, Any] = {
        name: tuple(Span(*one) for one in value[name])
        for name in ("positions", "narrowed")
        if name in value
    }
    unseen = {"unseen": tuple(value["unseen"])} if "unseen" in value else {}
    return {**value, **sets, **unseen}


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any part of a state
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
