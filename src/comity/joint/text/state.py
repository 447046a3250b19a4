"""Where a joint text stands: its proposals, who adopted each, every turn.

Floor: joint (pure).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, cast

from comity.joint.text import table
from comity.kernel import ijson
from comity.kernel.ijson import Json


@dataclass(frozen=True, slots=True)
class Turn:
    """One act of the matter, with or without effect, in the order of the matter.

    Attributes:
        act_id: of the act.
        party: its author.
        tag: what it says.
        verb: what it does, a verb of the table, or "" for an act that makes no sense.
        result: of the table, or what is wrong with it.
        proposal_id: of the proposal that it is about, or "".
        reason: its code, or "".
        crossed: whether it had not seen something that counts.
        received_at_ms: effective time at which every other party held it, or None.
    """

    act_id: str
    party: str
    tag: str
    verb: str
    result: str
    proposal_id: str = ""
    reason: str = ""
    crossed: bool = False
    received_at_ms: int | None = None

    @property
    def takes_effect(self) -> bool:
        """Whether it changed more than the time line."""
        return self.result in table.WITH_EFFECT


@dataclass(frozen=True, slots=True)
class Proposal:
    """One text that was proposed.

    Attributes:
        id: of the act that proposed it.
        party: its author.
        sha256: of the text, 64 hex digits.
        size_bytes: of the text.
        version: what its authors call it, or "".
        counters: id of the proposal that it takes the place of, or "".
        earliest_ms: from when it may be in force; 0 for at once.
        at: position among the turns.
        status: a status of the table.
        adoptions: `{party: position of its adoption}`, those that count.
        closings: positions of the acts that closed it.
        leavings: positions of the acts by which parties left it, after it was adopted.
        leaving_from_ms: from when each of those, in the same order.
    """

    id: str
    party: str
    sha256: str
    size_bytes: int
    version: str
    counters: str
    earliest_ms: int
    at: int
    status: str
    adoptions: Mapping[str, int]
    closings: tuple[int, ...] = ()
    leavings: tuple[int, ...] = ()
    leaving_from_ms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Where a joint text stands.

    Attributes:
        parties: of the channel, in the arrangement's order: all of them must adopt.
        proposals: in the order of the matter.
        turns: every act, in the order of the matter.
    """

    parties: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    turns: tuple[Turn, ...] = ()

    def proposal(self, proposal_id: str) -> Proposal | None:
        """Return a proposal by the id of its act: the first, where several parties took one."""
        return next((one for one in self.proposals if one.id == proposal_id), None)


EMPTY: Final = State()


def to_json(state: State) -> Json:
    """Return the state as a JSON value; `from_json` is its inverse."""
    return {
        "parties": [*state.parties],
        "proposals": [_proposal_to_json(one) for one in state.proposals],
        "turns": [_turn_to_json(one) for one in state.turns],
    }


def from_json(value: Json) -> State:
    """Read back what `to_json` gave: our own cache, so a wrong shape is our own bug."""
    fields = cast("dict[str, Any]", value)
    return State(
        parties=tuple(fields["parties"]),
        proposals=tuple(_proposal_from_json(one) for one in fields["proposals"]),
        turns=tuple(Turn(**one) for one in fields["turns"]),
    )


def digest(state: State) -> str:
    """Return the SHA-256 of the canonical JSON of the state, 64 hex digits."""
    return hashlib.sha256(ijson.render(to_json(state))).hexdigest()


def _proposal_to_json(one: Proposal) -> Json:
    lists: dict[str, Json] = {
        "adoptions": dict(one.adoptions),
        "closings": [*one.closings],
        "leavings": [*one.leavings],
        "leaving_from_ms": [*one.leaving_from_ms],
    }
    return {
        "id": one.id,
        "party": one.party,
        "sha256": one.sha256,
        "size_bytes": one.size_bytes,
        "version": one.version,
        "counters": one.counters,
        "earliest_ms": one.earliest_ms,
        "at": one.at,
        "status": one.status,
        **lists,
    }


def _proposal_from_json(value: dict[str, Any]) -> Proposal:
    lists = {name: tuple(value[name]) for name in ("closings", "leavings", "leaving_from_ms")}
    return Proposal(**{**value, **lists, "adoptions": MappingProxyType(value["adoptions"])})


def _turn_to_json(turn: Turn) -> Json:
    return {
        "act_id": turn.act_id,
        "party": turn.party,
        "tag": turn.tag,
        "verb": turn.verb,
        "result": turn.result,
        "proposal_id": turn.proposal_id,
        "reason": turn.reason,
        "crossed": turn.crossed,
        "received_at_ms": turn.received_at_ms,
    }
