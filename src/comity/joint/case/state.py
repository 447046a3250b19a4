"""Where a case stands: its requests, priority, status reports, and every turn.

    State
      Round         one change of what is in or out: of a request, of priority, of being closed
      Proposal      a level of priority that was proposed
      Report        a status report that was proposed
      Links         identifiers that a party says to be of one person
      turns         every act, with or without effect

Whatever may be so or not begins in round 0; an act that changes it says the next round, by what
its author had seen; the greatest round holds, and an odd one says yes.  So acts that crossed say
the same round, and their order decides nothing.

Floor: joint (pure).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Final, cast

from comity.acts.turns import Turn
from comity.joint.case.acts import Step
from comity.joint.case.rounds import Known, Round
from comity.kernel import ijson
from comity.kernel.ijson import Json

PROPOSED: Final = "proposed"
AGREED: Final = "agreed"
DECLINED: Final = "declined"
DISPUTED: Final = "disputed"


@dataclass(frozen=True, slots=True)
class Voice:
    """What a party says of a proposal or a report: `agreed`, `declined` or `disputed`."""

    party: str
    says: str
    at: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A level of priority that was proposed.

    Attributes:
        id: of the act.
        party: its author.
        level: a code of `acts.LEVELS`.
        reason: its code.
        at: position among the turns.
        round: of the priority, in what its author had seen.
        voices: of the other parties, in the order of the turns.
    """

    id: str
    party: str
    level: str
    reason: str
    at: int
    round: int
    voices: tuple[Voice, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A status report that was proposed; its text is a blob of its act.

    Attributes:
        id: of the act.
        party: its author.
        dialogue: for which it was made.
        steps: what each party does next.
        items: requests that it speaks of; none: all.
        at: position among the turns.
        voices: of the other parties, in the order of the turns.
    """

    id: str
    party: str
    dialogue: str
    steps: tuple[Step, ...]
    items: tuple[str, ...]
    at: int
    voices: tuple[Voice, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispute:
    """That a party disputes one link, by its number from 1."""

    party: str
    number: int
    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class Links:
    """Links that a party gave; the identifiers are in a blob of its act.

    Attributes:
        id: of the act.
        party: its author.
        count: how many.
        identifiers: how many they join.
        at: position among the turns.
        disputes: in the order of the turns.
    """

    id: str
    party: str
    count: int
    identifiers: int
    at: int
    disputes: tuple[Dispute, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Where a case stands.

    Attributes:
        parties: of the channel, in the arrangement's order.
        opener: party that opened it, or "".
        opened_by: id of the act that did, or "".
        crime_type: its code, or "".
        references: `{party: every file number that it gave, the newest last}`.
        requests: each that was ever in it, in the order in which it came.
        rounds: of `request:<id>`, `priority` and `closed`.
        proposals: in the order of the turns.
        reports: likewise.
        links: likewise.
        turns: every act, in the order of the matter.
    """

    parties: tuple[str, ...] = ()
    opener: str = ""
    opened_by: str = ""
    crime_type: str = ""
    references: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    requests: tuple[str, ...] = ()
    rounds: tuple[Round, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    reports: tuple[Report, ...] = ()
    links: tuple[Links, ...] = ()
    turns: tuple[Turn, ...] = ()
    _known: Known = field(default_factory=Known, repr=False, compare=False)

    def round(self, of: str, unseen: frozenset[int] = frozenset()) -> int:
        """Return the greatest round of something, of what stands not at the unseen positions."""
        return self._known.greatest(self.rounds, of, unseen)


CLOSED: Final = "closed"
PRIORITY: Final = "priority"
REQUEST: Final = "request:"
"""What rounds are of: the case, its priority, each request."""


def to_json(state: State) -> Json:
    """Return the state as a JSON value; `from_json` is its inverse.

    Without links it is what it was before there were any.
    """
    links: dict[str, Json] = {"links": [_plain(asdict(one)) for one in state.links]}
    return {
        **(links if state.links else {}),
        "parties": [*state.parties],
        "opener": state.opener,
        "opened_by": state.opened_by,
        "crime_type": state.crime_type,
        "references": {party: [*given] for party, given in state.references.items()},
        "requests": [*state.requests],
        "rounds": [_plain(asdict(one)) for one in state.rounds],
        "proposals": [_plain(asdict(one)) for one in state.proposals],
        "reports": [_plain(asdict(one)) for one in state.reports],
        "turns": [_plain(asdict(one)) for one in state.turns],
    }


def from_json(value: Json) -> State:
    """Read back what `to_json` gave: our own cache, so a wrong shape is our own bug."""
    fields = cast("dict[str, Any]", value)
    references = {party: tuple(given) for party, given in fields["references"].items()}
    return State(
        parties=tuple(fields["parties"]),
        opener=fields["opener"],
        opened_by=fields["opened_by"],
        crime_type=fields["crime_type"],
        references=MappingProxyType(references),
        requests=tuple(fields["requests"]),
        rounds=tuple(Round(**one) for one in fields["rounds"]),
        proposals=tuple(
            Proposal(**{**one, "voices": _voices(one["voices"])}) for one in fields["proposals"]
        ),
        reports=tuple(_report(one) for one in fields["reports"]),
        links=tuple(
            Links(**{**one, "disputes": tuple(Dispute(**each) for each in one["disputes"])})
            for one in fields.get("links", ())
        ),
        turns=tuple(Turn(**{**one, "items": tuple(one["items"])}) for one in fields["turns"]),
    )


def digest(state: State) -> str:
    """Return the SHA-256 of the canonical JSON of the state, 64 hex digits."""
    return hashlib.sha256(ijson.render(to_json(state))).hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any part of a state
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _voices(value: list[dict[str, Any]]) -> tuple[Voice, ...]:
    return tuple(Voice(**one) for one in value)


def _report(value: dict[str, Any]) -> Report:
    return Report(
        **{
            **value,
            "steps": tuple(Step(**one) for one in value["steps"]),
            "items": tuple(value["items"]),
            "voices": _voices(value["voices"]),
        }
    )
