"""The lists of each consumer: what it may have, in the order in which it was added.

    record kind     key                                    value
    share-listed    <list>/<added, 20 digits>              {at, giver, id, version, object,
                                                            mark, newest, oldest}
    share-place     <list>/<share>/<place>                 added
    share-version   <list>/<giver>/<id>/<version>/<added>  true
    share-added     <list>                                 the last added
    share-read      <list>/<share>                         what was read of it last

What others gave is in the list `<consumer>`, what this State gave in `<consumer>.national`.

Added times of a list rise strictly, by microseconds: they are key, order and cursor in one, and a
rebuild keeps them, since these records are domestic.  So a client that pages by time alone loses
nothing, and a cursor of before stays right.

What was retracted or narrowed is gone from the moment at which the state says so: a reader asks the
state of the share for every object, whatever is listed still.

Floor: rooms.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import batched
from typing import Any, Final, cast

from comity.acts import marks
from comity.acts.marks import Mark
from comity.acts.record import Matter
from comity.domestic.share.consumer import Consumer, may_have
from comity.joint.share import acts, positions, view
from comity.joint.share.bundle import Object
from comity.joint.share.state import State
from comity.joint.share.stix import instant
from comity.kernel.ijson import Json
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.rooms.share import consumers, holdings
from comity.rooms.share.records import under

LISTED: Final = "share-listed"
PLACE: Final = "share-place"
VERSION: Final = "share-version"
ADDED: Final = "share-added"
READ: Final = "share-read"

WRITTEN_MAX: Final = 64
"""Objects that one transaction lists or drops: a write of 50 ms at most."""
_PAGE: Final = 256
_DIGITS: Final = 20
_NATIONAL: Final = ".national"


def list_id(consumer: Consumer, *, is_national: bool = False) -> str:
    """Return the id of the list of what others gave, or of what this State gave itself."""
    return f"{consumer.id}{_NATIONAL if is_national else ''}"


@dataclass(frozen=True, slots=True)
class Listed:
    """One object in the list of a consumer.

    Attributes:
        added: microseconds since 1970 UTC; of one list they rise strictly.
        channel: of the share.
        share: id of the matter.
        place: in the share.
        giver: that gave it; an id counts only within what one giver gave.
        id: of the object.
        version: its time, as it is written.
        mark: the narrowest of what was so when it was listed, and what the acts say now.
        is_newest: whether no later version of the giver's is listed.
        is_oldest: whether no earlier one is.
        value: the object.
    """

    added: int
    channel: str
    share: str
    place: int
    giver: str
    id: str
    version: str
    mark: Mark
    is_newest: bool
    is_oldest: bool
    value: Object


type Marked = tuple[Object, str]
"""An object, and its effective mark."""


def version_of(value: Object) -> str:
    """Return the version of an object: when it was modified, created, or no time at all."""
    found = value.get("modified") or value.get("created")
    return str(found) if found else "1970-01-01T00:00:00.000Z"


def refresh(node: Node) -> int:
    """Bring every list up to date; return how many objects were listed or dropped."""
    with node.store.read() as tx:
        open_ones = consumers.open_ones(node, tx)
    changed = 0
    after = ""
    while open_ones:
        with node.store.read() as tx:
            rows = tx.matters(acts.KIND, after, _PAGE)
        for row in rows:
            changed += _refresh(node, row, open_ones)
        if len(rows) < _PAGE:
            break
        after = rows[-1].matter.id
    return changed + _forget_over(node, {one.id for one in open_ones})


def _forget_over(node: Node, open_ids: Collection[str]) -> int:
    """Drop the lists of consumers that are over: they hold what was given, for nobody."""
    with node.store.read() as tx:
        over = [id_ for id_ in tx.records(ADDED) if id_.partition(".")[0] not in open_ids]
    for id_ in over:
        for kind in (LISTED, PLACE, VERSION, READ):
            with node.store.read() as tx:
                keys = [f"{id_}/{key}" for key, _ in under(tx, kind, f"{id_}/")]
            for some in batched(keys, WRITTEN_MAX, strict=False):
                with node.store.write() as tx:
                    for key in some:
                        tx.drop_record(kind, key)
        with node.store.write() as tx:
            tx.drop_record(ADDED, id_)
    return len(over)


def _refresh(node: Node, row: MatterRow, every: list[Consumer]) -> int:
    state: State = node.rooms[acts.KIND].from_json(row.state)
    now_ms = node.clock.now_ms()
    if state.giving is None:
        return 0
    is_national = state.giving.party == node.party
    ids = {one.id: list_id(one, is_national=is_national) for one in every}
    with node.store.read() as tx:
        held = _mark_of(node, tx, row, view.is_expired(state, now_ms))
        stale = [
            one
            for one in every
            if tx.record(READ, _key(ids[one.id], row)) != [*held, *one.networks]
        ]
        holding = holdings.read(node, tx, row) if stale else None
    changed = 0
    for one in stale:
        assert holding is not None
        wanted = {
            at: (value, str(holding.marks[at]))
            for at, value in holdings.allowed(holding, one, now_ms).items()
        }
        changed += _bring(node, ids[one.id], row, state.giving.party, wanted)
        with node.store.write() as tx:
            tx.save_record(READ, _key(ids[one.id], row), [*held, *one.networks])
    return changed


def _mark_of(node: Node, tx: Tx, row: MatterRow, is_expired: bool) -> list[Json]:  # noqa: FBT001 -- one of its parts
    """Return what the list of a share follows from: while it is the same, nothing is to do."""
    return [row.digest, is_expired, *holdings.held(node, tx, row)]


def _key(one: str, row: MatterRow) -> str:
    return f"{one}/{row.matter.id}"


def _bring(node: Node, one: str, row: MatterRow, giver: str, wanted: Mapping[int, Marked]) -> int:
    """Make what is listed of a share what is wanted: first drop, then list."""
    prefix = f"{_key(one, row)}/"
    with node.store.read() as tx:
        now = {int(key): cast("int", added) for key, added in under(tx, PLACE, prefix)}
    gone = [(at, added) for at, added in now.items() if at not in wanted]
    new = sorted(at for at in wanted if at not in now)

    def drop(tx: Tx, part: tuple[int, int]) -> None:
        _drop(tx, one, f"{prefix}{part[0]}", part[1])

    def enlist(tx: Tx, at: int) -> None:
        _list(tx, node, one, (row, giver, at), wanted[at])

    _in_parts(node, gone, drop)
    _in_parts(node, new, enlist)
    return len(gone) + len(new)


def _in_parts[Part](node: Node, parts: list[Part], do: Callable[[Tx, Part], None]) -> None:
    for begin in range(0, len(parts), WRITTEN_MAX):
        with node.store.write() as tx:
            for part in parts[begin : begin + WRITTEN_MAX]:
                do(tx, part)


def _list(tx: Tx, node: Node, one: str, where: tuple[MatterRow, str, int], marked: Marked) -> None:
    (row, giver, at), (value, mark) = where, marked
    last = cast("int", tx.record(ADDED, one) or 0)
    added = max(last + 1, node.clock.now_ms() * 1_000)
    id_, version = str(value["id"]), version_of(value)
    tx.save_record(ADDED, one, added)
    tx.save_record(PLACE, f"{_key(one, row)}/{at}", added)
    listed: dict[str, Json] = {
        "at": [row.channel, row.matter.id, at], "giver": giver, "id": id_, "version": version,
        "object": value, "mark": mark, "newest": True, "oldest": True,
    }  # fmt: skip
    tx.save_record(LISTED, _listed_key(one, added), listed)
    prefix = _version_key(one, giver, id_)
    tx.save_record(VERSION, f"{prefix}{instant(version)}/{added:0{_DIGITS}}", True)  # noqa: FBT003 -- a record
    _order(tx, one, prefix)


def _drop(tx: Tx, one: str, place_key: str, added: int) -> None:
    listed = cast("dict[str, Any]", tx.record(LISTED, _listed_key(one, added)))
    prefix = _version_key(one, str(listed["giver"]), str(listed["id"]))
    tx.drop_record(VERSION, f"{prefix}{instant(listed['version'])}/{added:0{_DIGITS}}")
    tx.drop_record(LISTED, _listed_key(one, added))
    tx.drop_record(PLACE, place_key)
    _order(tx, one, prefix)


def _order(tx: Tx, one: str, prefix: str) -> None:
    """Note which version of an object is the newest, and which the oldest."""
    every = [int(key.rpartition("/")[2]) for key, _ in under(tx, VERSION, prefix)]
    for at, added in enumerate(every):
        key = _listed_key(one, added)
        value = cast("dict[str, Json]", tx.record(LISTED, key))
        ends: dict[str, Json] = {"newest": at == len(every) - 1, "oldest": at == 0}
        if {name: value[name] for name in ends} != ends:
            tx.save_record(LISTED, key, {**value, **ends})


def _listed_key(one: str, added: int) -> str:
    return f"{one}/{added:0{_DIGITS}}"


def _version_key(one: str, giver: str, id_: str) -> str:
    return f"{one}/{giver}/{id_}/"


@dataclass(slots=True)
class Door:
    """What a consumer reads in one transaction: a list of it, without what counts no more.

    Attributes:
        node: ours.
        tx: a read.
        consumer: who reads.
        is_national: whether of what this State gave.
        sent: shares of which something was sent.
    """

    node: Node
    tx: Tx
    consumer: Consumer
    is_national: bool = False
    sent: set[str] = field(default_factory=set)
    _states: dict[str, State | None] = field(default_factory=dict)
    _gone: dict[str, frozenset[int]] = field(default_factory=dict)

    @property
    def list_id(self) -> str:
        """The id of the list."""
        return list_id(self.consumer, is_national=self.is_national)

    def after(self, added: int) -> Iterator[Listed]:
        """Give what was added later, in order; a page is read at a time."""
        for key, value in under(
            self.tx, LISTED, f"{self.list_id}/", _listed_key(self.list_id, added)
        ):
            one = _listed(int(key), cast("dict[str, Any]", value))
            mark = self._mark(one)
            if mark is not None:
                yield replace(one, mark=mark)

    def called(self, ids: Collection[str], added: int) -> Iterator[Listed]:
        """Give what has one of some ids and was added later, in order: found without the rest."""
        arrangements = register_records.arrangements(self.tx)
        givers = sorted({party for one in arrangements for party in one.party_ids()})
        found = sorted(
            int(key.rpartition("/")[2])
            for giver in givers
            for id_ in ids
            for key, _ in under(self.tx, VERSION, _version_key(self.list_id, giver, id_))
        )
        for at in found:
            value = self.tx.record(LISTED, _listed_key(self.list_id, at)) if at > added else None
            one = _listed(at, cast("dict[str, Any]", value)) if value is not None else None
            mark = self._mark(one) if one is not None and one.id in ids else None
            if one is not None and mark is not None:
                yield replace(one, mark=mark)

    def _mark(self, one: Listed) -> Mark | None:
        """Return its mark now, or None where the share no longer lets the consumer have it."""
        state = self._state(one)
        if state is None or view.is_expired(state, self.node.clock.now_ms()):
            return None
        number, position = divmod(one.place, holdings.PLACES)
        if number in self._gone[one.share]:
            return None
        given = view.mark_at(state, number, position)
        if not given or not positions.has(view.in_force(state), number, position):
            return None
        mark = marks.narrowest(one.mark, marks.parse(given))
        return mark if may_have(self.consumer, mark) else None

    def _state(self, one: Listed) -> State | None:
        if one.share not in self._states:
            row = self.tx.matter(one.channel, Matter(acts.KIND, one.share))
            read = self.node.rooms[acts.KIND].from_json
            self._states[one.share] = state = None if row is None else read(row.state)
            self._gone[one.share] = (
                holdings.destroyed(self.node, self.tx, row, state)
                if row is not None and state is not None
                else frozenset()
            )
        return self._states[one.share]


def _listed(added: int, value: Mapping[str, Any]) -> Listed:
    channel, share, place = value["at"]
    return Listed(
        added, channel, share, place, value["giver"], value["id"], value["version"],
        marks.parse(value["mark"]), value["newest"], value["oldest"], value["object"],
    )  # fmt: skip
