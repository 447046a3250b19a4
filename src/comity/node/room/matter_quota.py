"""How full a matter is of what States said in it: heard by its officers before nothing is said.

Source: docs/spec/exchange.md 8.5.5 to 8.5.7.
Floor: node.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.acts.record import Matter
from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.exchange import act_quota


@dataclass(frozen=True, slots=True)
class Fullness:
    """What may still be said in a matter, and who said too much.

    Attributes:
        said: acts of this State that count.
        sayable: up to so many of them anything may be said.
        most: up to so many, what decides, corrects or ends it.
        beyond: parties that have said more than counts.
    """

    said: int
    sayable: int
    most: int
    beyond: tuple[str, ...]

    @property
    def is_near(self) -> bool:
        """Whether an officer should hear of it."""
        return act_quota.is_nearly_full(self.said)

    @property
    def left(self) -> int:
        """How many acts of any kind may still be said."""
        return max(0, self.sayable - self.said)

    @property
    def last(self) -> int:
        """How many that decide, correct or end it may still be said."""
        return max(0, self.most - self.said)

    def to_json(self) -> Json:
        """Return it as every surface tells it."""
        return {"said": self.said, "left": self.left, "last": self.last, "beyond": [*self.beyond]}


def of(node: Node, tx: Tx, channel: str, matter: Matter, parties: Sequence[str]) -> Fullness:
    """Return how full a matter is."""
    return Fullness(
        sum(one.party == node.party for one in tx.depths_of(channel, matter)),
        limits.MATTER_ACTS_MAX - act_quota.kept_max(),
        limits.MATTER_ACTS_MAX,
        tuple(party for party in parties if tx.many_of(channel, matter, party, 1)),
    )


def read(node: Node, channel: str, matter: Matter) -> Fullness:
    """Return it of a matter that its reader has before them."""
    with node.store.read() as tx:
        parties = trust.load(tx, channel).arrangement.party_ids()
        return of(node, tx, channel, matter, parties)
