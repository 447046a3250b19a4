"""Who has answered a snapshot: for whom it waits here, and what is agreed by some and not by all.

    waits(node, names, channel, state)      words for whoever reads the snapshot, or None
    in_part(node, snapshots, taken)         those of its period that some agreed on

A party that is given up here counts as one that has not answered: whether a snapshot is agreed
follows from the logs alone (docs/adr/0039), and this node says beside it that it waits no more.

Source: docs/spec/snapshot.md 9.
Floor: rooms.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from comity.figures import address
from comity.joint.review import agreement, state, view
from comity.joint.review.agreement import Standing, Words
from comity.joint.review.state import State
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import MatterRow
from comity.node.exchange import abandoned_party
from comity.node.review.take import Taken
from comity.rooms.review import labels
from comity.rooms.review.labels import Labels

WAITING = (state.OPEN, state.DIFFERS)
"""Statuses of a snapshot that is neither agreed nor taken back."""


@dataclass(frozen=True, slots=True)
class InPart:
    """A snapshot on which some agreed, beside figures of its period.

    Attributes:
        row: the matter.
        state: of the snapshot.
        of: who agreed, who found other figures, who has said nothing.
        is_same: whether these are its figures.
        words: the same, by language.
    """

    row: MatterRow
    state: State
    of: Standing
    is_same: bool
    words: Words


def waits(node: Node, names: Labels, channel: str, now: State) -> Words | None:
    """Return for whom a snapshot waits, and what stands meanwhile; None once it is settled."""
    if view.status(now) not in WAITING:
        return None
    of = agreement.standing(now)
    with node.store.read() as tx:
        gone = {party: abandoned_party.in_channel(tx, channel, party) for party in of.silent}
    days = {party: one.at_ms for party, one in gone.items() if one is not None}
    return agreement.waits(of, lambda party: names.part(address.SIDE, party), node.party, days)


def in_part(node: Node, found: Iterable[tuple[MatterRow, State]], taken: Taken) -> list[InPart]:
    """Return the snapshots of some on which not all agreed, but several, the last first."""
    listed = [(row, now, agreement.standing(now)) for row, now in found if row.status in WAITING]
    several = [one for one in listed if one[2].is_in_part]
    if not several:
        return []
    names = labels.labels(node, taken.wanted.channel, taken)
    made = []
    for row, now, of in several:
        is_same = now.digest == taken.digest
        words = agreement.in_part(
            of, row.matter.id, lambda party: names.part(address.SIDE, party), is_same=is_same
        )
        made.append(InPart(row, now, of, is_same, words))
    return sorted(made, key=lambda one: one.state.instant_ms, reverse=True)


def as_json(found: Iterable[InPart]) -> list[Json]:
    """Return them as data, with the words in each language."""
    return [
        {
            "snapshot": one.row.matter.id,
            "digest": one.state.digest,
            "definitions": one.state.definitions,
            "now_ms": one.state.instant_ms,
            "same": one.is_same,
            **standing_json(one.of),
            "words": {**one.words},
        }
        for one in found
    ]


def standing_json(of: Standing) -> dict[str, Json]:
    """Return who agreed as data."""
    return {"agree": [*of.same], "differ": [*of.other], "silent": [*of.silent]}
