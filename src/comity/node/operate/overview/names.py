"""What parties, agencies and types of request are called, for filters and forms.

Floor: node.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from comity.kernel.fault import Fault
from comity.node.base import profile, register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.room import joint_texts, parties
from comity.node.room.parties import Known

type Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id.

    Attributes:
        parties: every party.
        agencies: of this State, each by language.
        types: of request, as the guidelines in force call them, each by language.
    """

    parties: Known
    agencies: Mapping[str, Words]
    types: Mapping[str, Words]

    def of_parties(self) -> Mapping[str, Words]:
        """Return the names of parties by language; one without any by its id."""
        return {one.id: one.names or {"en": one.id} for one in self.parties.values()}

    def of_agencies(self) -> Mapping[str, Words]:
        """Return the names of agencies by language."""
        return self.agencies


def names(node: Node) -> Names:
    """Return what everything is called now."""
    with node.store.read() as tx:
        return Names(parties.known(node, tx), agencies(tx), _types(node, tx))


def agencies(tx: Tx) -> Mapping[str, Words]:
    """Return the names of the agencies of this State, by id."""
    try:
        return {one.id: dict(one.names) for one in profile.load(tx).agencies}
    except Fault:  # no profile yet
        return {}


def _types(node: Node, tx: Tx) -> Mapping[str, Words]:
    found: dict[str, Words] = {}
    now_ms = node.clock.now_ms()
    for arrangement in register_records.arrangements(tx):
        channel = register_records.live_in(arrangement.id)
        found |= joint_texts.listed(node, tx, channel, now_ms).get("type", {})
    return found
