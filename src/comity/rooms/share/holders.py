"""Who has what was shared: which consumer fetched it, asked again since, and confirmed.

    record kind       key                       value
    share-fetched     <share>/<consumer>        when it first fetched something of the share
    share-asked       <consumer>                when its door was asked last, to the minute
    share-confirmed   <act>/<consumer>          {at_ms, by}: that it stopped what an act took back

A consumer that asked its door after a retraction has been told: what was retracted is there no
more.  That it stopped, it says itself, or an officer in its name.

Floor: rooms.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.domestic.share.consumer import Consumer
from comity.joint.share import acts, view
from comity.joint.share.state import State
from comity.kernel.fault import Fault, quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk import outside
from comity.node.room.officers import lacks_role
from comity.rooms.share import consumers

FETCHED: Final = "share-fetched"
ASKED: Final = "share-asked"
CONFIRMED: Final = "share-confirmed"
_MINUTE_MS: Final = 60_000
_PAGE: Final = 256


@dataclass(frozen=True, slots=True)
class Holder:
    """A consumer that fetched something of a share, and where it stands with what was taken back.

    Attributes:
        id: of the consumer.
        name: of the program.
        on_behalf: in whose name it fetches.
        fetched_ms: when it first did.
        asked_ms: when its door was asked last, or None.
        is_told: whether it asked its door since.
        confirmed_ms: when it confirmed, or None.
        by: who confirmed: an officer, or "" for the program itself.
    """

    id: str
    name: str
    on_behalf: str
    fetched_ms: int
    asked_ms: int | None
    is_told: bool
    confirmed_ms: int | None
    by: str


def note(node: Node, consumer: Consumer, shares: Collection[str]) -> None:
    """Note that a consumer asked its door, and fetched something of some shares."""
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        asked = cast("int", tx.record(ASKED, consumer.id) or 0)
        new = [one for one in shares if tx.record(FETCHED, f"{one}/{consumer.id}") is None]
    if not new and now_ms - asked < _MINUTE_MS:
        return
    with node.store.write() as tx:
        tx.save_record(ASKED, consumer.id, now_ms)
        for one in new:
            tx.save_record(FETCHED, f"{one}/{consumer.id}", now_ms)


def of_share(tx: Tx, share: str, act_id: str = "", since_ms: int | None = None) -> list[Holder]:
    """Return who fetched something of a share, and where each stands with one act.

    Args:
        tx: a read.
        share: id of the matter.
        act_id: of a retraction or narrowing, or "".
        since_ms: when that act was received, or None.
    """
    found = []
    for consumer_id, fetched_ms in _under(tx, f"{share}/").items():
        one = consumers.of(tx, consumer_id)
        session = outside.session_of(tx, consumer_id)
        asked = cast("int | None", tx.record(ASKED, consumer_id))
        said = cast("dict[str, Any] | None", tx.record(CONFIRMED, f"{act_id}/{consumer_id}"))
        is_told = asked is not None and since_ms is not None and asked >= since_ms
        found.append(
            Holder(
                consumer_id,
                one.name if one else consumer_id,
                session.on_behalf if session else "",
                cast("int", fetched_ms),
                asked,
                is_told or said is not None,
                said["at_ms"] if said else None,
                said["by"] if said else "",
            )
        )
    return found


def _under(tx: Tx, prefix: str) -> Mapping[str, object]:
    found: dict[str, object] = {}
    after = prefix
    while page := tx.records(FETCHED, after=after, count_max=_PAGE):
        for key, value in page.items():
            if not key.startswith(prefix):
                return found
            found[key.removeprefix(prefix)] = value
        after = next(reversed(page))
    return found


def owed_by(node: Node, tx: Tx, consumer: Consumer) -> list[tuple[MatterRow, view.Taking]]:
    """Return what was taken back that a consumer fetched and has not confirmed."""
    found = []
    after = ""
    while rows := tx.matters(acts.KIND, after, _PAGE):
        for row in rows:
            if tx.record(FETCHED, f"{row.matter.id}/{consumer.id}") is None:
                continue
            state: State = node.rooms[acts.KIND].from_json(row.state)
            found += [
                (row, one)
                for one in view.takings(state)
                if tx.record(CONFIRMED, f"{one.id}/{consumer.id}") is None
            ]
        after = rows[-1].matter.id
    return found


def confirm_self(node: Node, consumer: Consumer, act_id: str) -> bool:
    """Note that a program says that it stopped; False where it owes nothing of the kind."""
    with node.store.write() as tx:
        if act_id not in {one.id for _, one in owed_by(node, tx, consumer)}:
            return False
        _save(tx, node, consumer.id, act_id, "")
    return True


def confirm(node: Node, officer: Officer, consumer_id: str, act_id: str) -> Inadmissible | int:
    """Note that a consumer stopped what acts took back, as it told an officer.

    Args:
        node: ours.
        officer: who was told.
        consumer_id: of the consumer.
        act_id: the beginning of the id of a retraction or narrowing, or of the share; "" for all.

    Returns:
        How many acts it now has confirmed by this.

    Raises:
        Fault: `share.consumer.unknown`, `share.consumer.owes-nothing`.
    """
    if no := lacks_role(officer, *outside.ADMITTING):
        return no
    seen = {session.id for session, _ in consumers.listing(node, officer)}
    with node.store.write() as tx:
        found = consumers.of(tx, consumer_id) if consumer_id in seen else None
        if found is None:
            raise consumers.unknown(consumer_id)
        owed = [
            one.id
            for row, one in owed_by(node, tx, found)
            if one.id.startswith(act_id) or row.matter.id.startswith(act_id)
        ]
        if not owed:
            of = f" of {quoted(act_id)}" if act_id else ""
            raise Fault(
                code="share.consumer.owes-nothing",
                what=f"{quoted(found.name)} has nothing to confirm{of}.",
                fix="See `comity share board` for who fetched what was taken back.",
            )
        for one in owed:
            _save(tx, node, consumer_id, one, officer.name)
    return len(owed)


def _save(tx: Tx, node: Node, consumer_id: str, act_id: str, by: str) -> None:
    value = {"at_ms": node.clock.now_ms(), "by": by}
    tx.save_record(CONFIRMED, f"{act_id}/{consumer_id}", cast("Any", value))
