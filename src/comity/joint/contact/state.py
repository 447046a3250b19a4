"""Where the contact points of a party stand: what was published, what others say of it.

    State
      Publication   one version of them, by the hashes of its entries
      Trial         what another party says of some entries: proved or failed
      Withdrawal    entries that the party took back
      turns         every act, with or without effect

Floor: joint (pure).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from comity.acts.turns import Turn
from comity.kernel import ijson
from comity.kernel.ijson import Json

PROVED: Final = "proved"
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class Publication:
    """One version of the contact points.

    Attributes:
        id: of the act.
        sha256: of the document.
        entries: `{name: SHA-256 of the entry}`.
        at: position among the turns.
        received_at_ms: effective time at which every other party held it, or None.
    """

    id: str
    sha256: str
    entries: Mapping[str, str]
    at: int
    received_at_ms: int | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What another party says of some entries.

    Attributes:
        id: of the act.
        party: who tried them.
        says: `proved` or `failed`.
        entries: `{name: SHA-256 of the entry that was tried}`.
        reason: of a failure, or "".
        matter: the call by which they were tried, or "".
        reached_at_ms: as its author claims.
        at: position among the turns.
    """

    id: str
    party: str
    says: str
    entries: Mapping[str, str]
    reason: str
    matter: str
    reached_at_ms: int
    at: int


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Entries that the party took back, by name and hash."""

    entries: Mapping[str, str]
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class State:
    """Where the contact points of a party stand.

    Attributes:
        parties: of the channel, in the arrangement's order.
        owner: whose they are, or "".
        publications, trials, withdrawals: in the order of the turns.
        turns: every act, in the order of the matter.
    """

    parties: tuple[str, ...] = ()
    owner: str = ""
    publications: tuple[Publication, ...] = ()
    trials: tuple[Trial, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    turns: tuple[Turn, ...] = ()


def to_json(state: State) -> Json:
    """Return the state as a JSON value; `from_json` is its inverse."""
    return cast("Json", _plain(asdict(state)))


def from_json(value: Json) -> State:
    """Read back what `to_json` gave: our own cache, so a wrong shape is our own bug."""
    fields = cast("dict[str, Any]", value)
    return State(
        parties=tuple(fields["parties"]),
        owner=fields["owner"],
        publications=tuple(Publication(**one) for one in fields["publications"]),
        trials=tuple(Trial(**one) for one in fields["trials"]),
        withdrawals=tuple(Withdrawal(**one) for one in fields["withdrawals"]),
        turns=tuple(Turn(**one | {"items": tuple(one["items"])}) for one in fields["turns"]),
    )


def digest(state: State) -> str:
    """Return the SHA-256 of the canonical JSON of the state, 64 hex digits."""
    return hashlib.sha256(ijson.render(to_json(state))).hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any part of a state
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
