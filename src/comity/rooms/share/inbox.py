"""The inbox of a consumer: what its program sends waits there as a source, for an officer to give.

    record kind        key                          value
    share-inbox        <consumer>/<added>           <id>/<version>
    share-inbox-at     <consumer>/<id>/<version>    {added, taken}: whether an officer has given it
    share-inbox-came   <consumer>/<status>          what came of one sending
    share-sighted      <share>/<consumer>/<place>   true: it sighted that object

The objects are those of a source with the id of the consumer (`sources`), made by the first that
comes.  A sighting of an object of the consumer's collection is feedback on its share: the board
offers an officer to report it.

Floor: rooms.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from comity.acts import marks
from comity.acts.marks import Mark
from comity.domestic.share import source
from comity.domestic.share.consumer import Consumer
from comity.domestic.share.source import Pulled, Source
from comity.joint.share.bundle import Object
from comity.joint.share.stix import FLAWS
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.rooms.share import lists, sources
from comity.rooms.share.lists import Listed
from comity.rooms.share.records import under
from comity.rooms.share.schemas import checker

CAME: Final = "share-inbox-came"
SIGHTED: Final = "share-sighted"

OBJECTS_MAX: Final = 10_000
"""That wait in one inbox."""
SENT_MAX: Final = 1_000
"""Of one sending: it is one write."""
_CAME_MAX: Final = 32
_ID_BYTES: Final = 16
_UNMARKED: Final[Mark] = marks.parse("TLP:RED")


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a sending.

    Attributes:
        id: of it.
        at_us: when, microseconds since 1970 UTC.
        taken: id and version of each object that waits now.
        refused: id and version of each that cannot be used, and why.
    """

    id: str
    at_us: int
    taken: tuple[tuple[str, str], ...]
    refused: tuple[tuple[str, str, str], ...]


def send(node: Node, consumer: Consumer, objects: Sequence[Json]) -> Came | None:
    """Let what a program sends wait; None where there is no room for it."""
    fit, refused = _checked(objects)
    with node.store.write() as tx:
        is_open = sources.is_open(tx, consumer.id)
        if not is_open:
            sources.forget_rest(tx, consumer.id)
        before = sources.state_of(tx, consumer.id) if is_open else Pulled()
        new = {key: one for key, one in fit.items() if _place(tx, consumer, key) is None}
        if before.objects + len(new) > OBJECTS_MAX:
            return None
        if not is_open:
            _make_source(node, tx, consumer)
        last = cast("int", tx.record(lists.ADDED, _list(consumer)) or 0)
        for key, one in new.items():
            last = max(last + 1, node.clock.now_ms() * 1_000)
            sources.keep(tx, consumer.id, one)
            tx.save_record(sources.INBOX, _inbox_key(consumer, last), key)
            tx.save_record(
                sources.INBOX_AT, _at_key(consumer, key), {"added": last, "taken": False}
            )
        tx.save_record(lists.ADDED, _list(consumer), last)
        count = before.objects + len(new)
        state = replace(before, objects=count, at_ms=node.clock.now_ms())
        sources.save_state(tx, consumer.id, state)
        for one in new.values():
            _note_sighting(node, tx, consumer, one)
        id_ = str(uuid.UUID(bytes=node.entropy(_ID_BYTES), version=4))
        taken = tuple((str(one["id"]), lists.version_of(one)) for one in fit.values())
        came = Came(id_, node.clock.now_ms() * 1_000, taken, tuple(refused))
        _save_came(tx, consumer, came)
    return came


def _checked(
    objects: Sequence[Json],
) -> tuple[dict[str, Object], list[tuple[str, str, str]]]:
    """Return what can be used, by its key, and what cannot: id, version and why."""
    check = checker()
    fit: dict[str, Object] = {}
    refused = []
    for value in objects:
        one = value if isinstance(value, dict) else None
        flaw = check.flaw(one)
        id_ = str((one or {}).get("id", ""))[:300]
        version = lists.version_of(one or {})
        if flaw or one is None or "/" in id_:
            refused.append((id_, version, FLAWS[flaw or "schema"]["en"]))
        else:
            fit[_key(one)] = one
    return fit, refused


def came_of(tx: Tx, consumer: Consumer, id_: str) -> Came | None:
    """Return what came of a sending, or None where it is not known any more."""
    value = tx.record(CAME, f"{consumer.id}/{id_}")
    if value is None:
        return None
    told = cast("dict[str, Any]", value)
    taken = tuple((one[0], one[1]) for one in told["taken"])
    return Came(id_, told["at_us"], taken, tuple((one[0], one[1], one[2]) for one in told["no"]))


def drop(node: Node, consumer: Consumer, found: Iterable[Listed]) -> bool:
    """Drop what waits; False, and nothing is dropped, where an officer has given some of it."""
    keys = [_key(one.value) for one in found]
    with node.store.write() as tx:
        places = {key: place for key in keys if (place := _place(tx, consumer, key)) is not None}
        if any(one["taken"] for one in places.values()):
            return False
        for key in places:
            sources.forget(tx, consumer.id, key)
        before = sources.state_of(tx, consumer.id)
        state = replace(before, objects=before.objects - len(places))
        sources.save_state(tx, consumer.id, state)
    return True


def note_taken(tx: Tx, source_id: str, objects: Iterable[Object]) -> None:
    """Note that an officer gives objects of a source: its sender drops them no more."""
    for one in objects:
        key = f"{source_id}/{_key(one)}"
        value = tx.record(sources.INBOX_AT, key)
        if value is not None:
            tx.save_record(sources.INBOX_AT, key, {**cast("dict[str, Json]", value), "taken": True})


def sighted(tx: Tx, share: str) -> int:
    """Return how many objects of a share consumers say that they sighted."""
    found = under(tx, SIGHTED, f"{share}/")
    return len({key.rpartition("/")[2] for key, _ in found})


@dataclass(slots=True)
class Reader:
    """What waits in an inbox, in one transaction, in the order in which it came.

    Attributes:
        tx: a read.
        consumer: whose it is.
        sent: always empty: nothing of a share is here.
    """

    tx: Tx
    consumer: Consumer
    sent: set[str] = field(default_factory=set)

    def after(self, added: int) -> Iterator[Listed]:
        """Give what came later, in order."""
        prefix = f"{self.consumer.id}/"
        for key, value in under(self.tx, sources.INBOX, prefix, _inbox_key(self.consumer, added)):
            yield self._listed(int(key), str(value))

    def called(self, ids: Collection[str], added: int) -> Iterator[Listed]:
        """Give what has one of some ids and came later, in order."""
        found = sorted(
            (cast("dict[str, Any]", value)["added"], f"{id_}/{modified}")
            for id_ in ids
            for modified, value in self._versions(id_)
        )
        yield from (self._listed(at, key) for at, key in found if at > added)

    def _versions(self, id_: str) -> Iterator[tuple[str, Json]]:
        """Give the versions of an object that wait, with their places: one may have no time."""
        start = f"{self.consumer.id}/{id_}"
        return under(self.tx, sources.INBOX_AT, f"{start}/", start)

    def _listed(self, added: int, key: str) -> Listed:
        id_, _, modified = key.partition("/")
        versions = [one for one, _ in self._versions(id_)]
        value = sources.one(self.tx, self.consumer.id, key)
        return Listed(
            added, "", "", 0, "", id_, lists.version_of(value), _UNMARKED,
            modified == max(versions), modified == min(versions), value,
        )  # fmt: skip


def _make_source(node: Node, tx: Tx, consumer: Consumer) -> None:
    """Make the source of an inbox, of which none is open."""
    made = Source(
        consumer.id, consumer.name, source.INBOX, "", "", "", consumer.agency, "",
        node.clock.now_ms(),
    )  # fmt: skip
    sources.save(tx, made)


def _note_sighting(node: Node, tx: Tx, consumer: Consumer, one: Object) -> None:
    of = str(one.get("sighting_of_ref", ""))
    if one.get("type") != "sighting" or not of:
        return
    for listed in lists.Door(node, tx, consumer).called({of}, -1):
        tx.save_record(SIGHTED, f"{listed.share}/{consumer.id}/{listed.place}", True)  # noqa: FBT003 -- a record


def _save_came(tx: Tx, consumer: Consumer, came: Came) -> None:
    taken: list[Json] = [[*one] for one in came.taken]
    refused: list[Json] = [[*one] for one in came.refused]
    value: Json = {"at_us": came.at_us, "taken": taken, "no": refused}
    before = [
        (cast("dict[str, Any]", told)["at_us"], key)
        for key, told in under(tx, CAME, f"{consumer.id}/")
    ]
    for _, key in sorted(before)[: max(0, len(before) - _CAME_MAX + 1)]:
        tx.drop_record(CAME, f"{consumer.id}/{key}")
    tx.save_record(CAME, f"{consumer.id}/{came.id}", value)


def _place(tx: Tx, consumer: Consumer, key: str) -> dict[str, Any] | None:
    return cast("dict[str, Any] | None", tx.record(sources.INBOX_AT, _at_key(consumer, key)))


def _list(consumer: Consumer) -> str:
    return f"{consumer.id}.inbox"


def _inbox_key(consumer: Consumer, added: int) -> str:
    return f"{consumer.id}/{added:020d}" if added >= 0 else f"{consumer.id}/"


def _at_key(consumer: Consumer, key: str) -> str:
    return f"{consumer.id}/{key}"


def _key(one: Object) -> str:
    """Return what an object and its version are called."""
    return f"{one['id']}/{one.get('modified', '')}"
