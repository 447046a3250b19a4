"""What a share holds: its objects, read from its bundles, and what each consumer may have of it.

Floor: rooms.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from comity.acts.marks import Mark
from comity.acts.record import Blob
from comity.domestic.share.consumer import Consumer, may_have, own_infections
from comity.joint.share import acts, bundle, coming, effective, positions, view
from comity.joint.share.bundle import Object
from comity.joint.share.state import State
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.node.room import act_blobs
from comity.rooms.share.schemas import checker

PLACES: Final = positions.OBJECTS_MAX + 1
"""A place is bundle * PLACES + position: one number for each object of a share."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held of a share.

    Attributes:
        state: of the share.
        objects: every object, by its place, those that cannot be used too.
        flaws: what is wrong with an object, by its place.
        marks: the effective mark of each that can be used, by its place.
    """

    state: State
    objects: Mapping[int, Object | None]
    flaws: Mapping[int, str]
    marks: Mapping[int, Mark]


def place(number: int, position: int) -> int:
    """Return the place of an object."""
    return number * PLACES + position


def read(node: Node, tx: Tx, row: MatterRow) -> Holding:
    """Return what is held of a share; what is not here, or cannot be read, is not there."""
    state: State = node.rooms[acts.KIND].from_json(row.state)
    objects: dict[int, Object | None] = {}
    for number, data in _bundles(node, tx, row, state):
        count = state.bundles[number - 1].objects
        try:
            lines = [one for one in bundle.read(data) if one.position <= count]
        except Fault:
            continue
        objects |= {place(number, one.position): one.value for one in lines}
    check = checker()
    flaws = {at: flaw for at, one in objects.items() if (flaw := check.flaw(one))}
    valid = {at: one for at, one in objects.items() if one is not None and at not in flaws}
    given = dict(_given(state, valid))
    return Holding(state, objects, flaws, effective.marks_of(valid, given))


def held(node: Node, tx: Tx, row: MatterRow) -> Iterator[str]:
    """Give the SHA-256 of each bundle of a share that is here: what it holds follows from them."""
    for one in tx.acts_of(row.channel, row.matter):
        for blob in one.act.blobs:
            if blob.role == acts.ROLE_BUNDLE and _is_here(node, tx, blob):
                yield blob.sha256


def destroyed(node: Node, tx: Tx, row: MatterRow, state: State) -> frozenset[int]:
    """Return the numbers of the bundles that this State attests to have destroyed."""
    gone = {one for d in state.destructions if d.party == node.party for one in d.blobs}
    if not gone:
        return frozenset()
    numbers = {one.act_id: number for number, one in enumerate(state.bundles, start=1)}
    return frozenset(
        numbers[one.act.id]
        for one in tx.acts_of(row.channel, row.matter)
        if one.act.id in numbers
        and any(b.role == acts.ROLE_BUNDLE and b.sha256 in gone for b in one.act.blobs)
    )


def _is_here(node: Node, tx: Tx, blob: Blob) -> bool:
    if tx.body_bytes(blob.sha256) is not None:
        return True
    if blob.size_bytes <= limits.ROW_BLOB_BYTES_MAX:
        return False
    try:
        return node.bodies.size_bytes(blob.sha256) is not None
    except Fault:  # the store of large bodies is away: it is looked at again
        return False


def _bundles(node: Node, tx: Tx, row: MatterRow, state: State) -> Iterator[tuple[int, bytes]]:
    numbers = {one.act_id: number for number, one in enumerate(state.bundles, start=1)}
    giver = state.giving.party if state.giving else ""
    for understood in tx.acts_of(row.channel, row.matter):
        act = understood.act
        is_given = act.tag in {acts.GIVEN, acts.ADDED} and understood.party == giver
        number = numbers.get(act.id) if is_given else None
        blobs = [one for one in act.blobs if one.role == acts.ROLE_BUNDLE][:1]
        for opened in act_blobs.open_blobs(node, tx, blobs) if number else ():
            if opened.is_whole:
                yield number or 0, opened.data


def _given(state: State, valid: Mapping[int, Object]) -> Iterator[tuple[int, str]]:
    levels = [*coming.levels(state)]
    for at in valid:
        number, position = divmod(at, PLACES)
        under = (mark for mark, some in levels if positions.has(some, number, position))
        yield at, next(under, "")


def allowed(holding: Holding, consumer: Consumer, now_ms: int) -> dict[int, Object]:
    """Return the objects that a consumer may have now, by their places."""
    state = holding.state
    if state.giving is None or view.is_expired(state, now_ms):
        return {}
    counts = view.in_force(state)
    found = {
        at: one
        for at, mark in holding.marks.items()
        if (one := holding.objects[at]) is not None
        and may_have(consumer, mark)
        and positions.has(counts, *divmod(at, PLACES))
    }
    if state.giving.category != "infections":
        return found
    named = {at: {*effective.references(one)} for at, one in found.items()}
    own = own_infections(found, named, consumer.networks)
    return {at: one for at, one in found.items() if at in own}
