"""Sources at home: added, pulled, listed, ended; and what was read from them.

    record kind          key                       value
    share-source         <id>                      `Source`
    share-source-state   <id>                      `Pulled`
    share-source-list    <id>                      `Written`, of a list
    share-source-object  <id>/<object>/<version>   the object, of STIX 2.1

What is read from a source leaves by a giving alone, which an officer makes of it.

Floor: rooms.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from itertools import islice
from typing import Any, Final, cast

from comity.domestic.officer import role
from comity.domestic.share import lists, source
from comity.domestic.share.lists import Written
from comity.domestic.share.source import Pulled, Source
from comity.joint.share.bundle import Object
from comity.joint.share.positions import OBJECTS_MAX as GIVEN_MAX
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk.webhooks import address
from comity.node.room.officers import lacks_role
from comity.rooms.share import pull, reading
from comity.rooms.share.records import under
from comity.rooms.share.schemas import checker

RECORD: Final = "share-source"
STATE: Final = "share-source-state"
LIST: Final = "share-source-list"
OBJECT: Final = "share-source-object"
INBOX: Final = "share-inbox"
INBOX_AT: Final = "share-inbox-at"

ADDING: Final = (*role.SPEAKING, role.SECRETARIAT)
OBJECTS_MAX: Final = 200_000
"""Of one source: one that has more is ended and begun again."""
_WRITTEN_MAX: Final = 256
_ID_BYTES: Final = 6


def add(
    node: Node, officer: Officer, wanted: Source, data: bytes = b"", *, is_here: bool = False
) -> Source | Inadmissible:
    """Add a source; a file is read at once.

    Args:
        node: ours.
        officer: who adds it.
        wanted: its name, kind, URL, collection and secret; the rest is filled in.
        data: of a file, where there is no URL.
        is_here: whether this machine may be called: by who is at it.

    Raises:
        Fault: `share.source.unfit`, `share.source.url`, `share.source.too-many`, and those of
            `reading.read` and `lists.read`.
    """
    if no := lacks_role(officer, *ADDING):
        return no
    made = replace(
        wanted,
        id=node.entropy(_ID_BYTES).hex(),
        name=wanted.name.strip(),
        agency=officer.agency,
        officer=officer.name,
        since_ms=node.clock.now_ms(),
        ended_ms=None,
    )
    source.require_fit(made, has_file=bool(data))
    if made.url:
        _require_url(made.url, is_here=is_here)
    came = _read(made, data) if data else None
    with node.store.write() as tx:
        if sum(one.ended_ms is None for one in _every(tx)) >= source.OPEN_MAX:
            raise Fault(
                code="share.source.too-many",
                what=f"There are {source.OPEN_MAX} sources.",
                fix="End one with `comity source end`.",
            )
        save(tx, made)
        save_state(tx, made.id, Pulled())
    if came is not None:
        _keep(node, made, came, Pulled(at_ms=node.clock.now_ms()))
    return made


def pull_one(node: Node, officer: Officer, source_id: str) -> Pulled | Inadmissible:
    """Read what is new of a source; what failed is noted and told.

    Of one that is ended meanwhile nothing is kept.

    Raises:
        Fault: `share.source.unknown`, `share.source.no-url`, and those of `pull.read`.
    """
    if no := lacks_role(officer, *ADDING):
        return no
    with node.store.read() as tx:
        one = open_one(tx, officer, source_id)
        before = state_of(tx, one.id)
    if not one.url:
        raise Fault(
            code="share.source.no-url",
            what=f"The source {quoted(one.name)} was handed in, or is what a consumer sent.",
            fix="Add the newer file as a source, and end this one; a consumer sends by itself.",
        )
    now_ms = node.clock.now_ms()
    try:
        for came in pull.pages(node.sources, one, before.cursor):
            before = _keep(node, one, came, replace(before, at_ms=now_ms, problem=""))
    except Fault as fault:
        with node.store.write() as tx:
            if is_open(tx, one.id):
                save_state(tx, one.id, replace(before, at_ms=now_ms, problem=fault.code))
        raise
    with node.store.write() as tx:
        _require_open(tx, one)
        save_state(tx, one.id, replace(before, at_ms=now_ms, problem=""))
        return state_of(tx, one.id)


def listing(node: Node, officer: Officer) -> list[tuple[Source, Pulled]]:
    """Return the sources of an officer's agency, ended ones too, the newest first."""
    with node.store.read() as tx:
        found = [(one, state_of(tx, one.id)) for one in _every(tx) if _sees(officer, one)]
    return sorted(found, key=lambda pair: (-pair[0].since_ms, pair[0].id))


def end(node: Node, officer: Officer, source_id: str) -> Source | Inadmissible:
    """End a source: what was read from it is dropped, and its list holds nothing back any more.

    Raises:
        Fault: `share.source.unknown`.
    """
    if no := lacks_role(officer, *ADDING):
        return no
    with node.store.write() as tx:
        one = open_one(tx, officer, source_id)
        ended = replace(one, ended_ms=node.clock.now_ms(), secret="")
        save(tx, ended)
        tx.drop_record(LIST, one.id)
    while True:
        with node.store.write() as tx:
            if is_open(tx, one.id):  # its consumer has sent again, and has dropped what was left
                return ended
            page = [key for key, _ in islice(under(tx, OBJECT, f"{one.id}/"), _WRITTEN_MAX)]
            for key in page:
                forget(tx, one.id, key)
            if not page:
                save_state(tx, one.id, replace(state_of(tx, one.id), objects=0))
                return ended


def objects(node: Node, officer: Officer, source_id: str) -> tuple[Object, ...]:
    """Return what was read from a source, to be given.

    Raises:
        Fault: `share.source.unknown`, `share.source.empty`.
    """
    with node.store.read() as tx:
        one = open_one(tx, officer, source_id)
        found = tuple(cast("Object", value) for _, value in under(tx, OBJECT, f"{one.id}/"))
    if not found:
        raise Fault(
            code="share.source.empty",
            what=f"Nothing was read from the source {quoted(one.name)} yet.",
            fix="Pull it with `comity source pull`.",
        )
    return found[-GIVEN_MAX:]


def texts(tx: Tx, kind: str) -> Iterator[Written]:
    """Give the lists of a kind that are open."""
    for one in _every(tx):
        value = tx.record(LIST, one.id) if one.kind == kind and one.ended_ms is None else None
        if value is not None:
            fields = cast("dict[str, Any]", value)
            yield Written(fields["name"], fields["sort"], tuple(fields["lines"]))


def state_of(tx: Tx, source_id: str) -> Pulled:
    """Return how a source was read last."""
    value = tx.record(STATE, source_id)
    return Pulled(**cast("dict[str, Any]", value)) if value is not None else Pulled()


def keep(tx: Tx, source_id: str, value: Object) -> None:
    """Keep an object of a source."""
    tx.save_record(OBJECT, f"{source_id}/{value['id']}/{value.get('modified', '')}", value)


def one(tx: Tx, source_id: str, key: str) -> Object:
    """Return an object of a source, or an empty one."""
    value = tx.record(OBJECT, f"{source_id}/{key}")
    return cast("Object", value) if value is not None else {}


def forget(tx: Tx, source_id: str, key: str) -> None:
    """Drop an object of a source, `<id>/<version>`; of an inbox with its place."""
    place = tx.record(INBOX_AT, f"{source_id}/{key}")
    if place is not None:
        added = cast("dict[str, Any]", place)["added"]
        tx.drop_record(INBOX, f"{source_id}/{added:020d}")
        tx.drop_record(INBOX_AT, f"{source_id}/{key}")
    tx.drop_record(OBJECT, f"{source_id}/{key}")


def forget_rest(tx: Tx, source_id: str) -> None:
    """Drop what is left of a source that was ended: its end goes on, or was cut short."""
    for key in [key for key, _ in under(tx, OBJECT, f"{source_id}/")]:
        forget(tx, source_id, key)


def is_open(tx: Tx, source_id: str) -> bool:
    """Return whether there is such a source, and it is not ended."""
    value = tx.record(RECORD, source_id)
    return value is not None and cast("dict[str, Any]", value)["ended_ms"] is None


def _require_open(tx: Tx, one: Source) -> None:
    """Return unless a source was ended since it was read: it would hold something again."""
    if not is_open(tx, one.id):
        raise _unknown(one.id)


def _read(one: Source, data: bytes) -> pull.Came:
    if one.kind in source.LISTS:
        return pull.Came((), written=lists.read(data, one.name))
    found = reading.read(data)
    return pull.Came(found.objects, left_out=len(found.left_out))


def _keep(node: Node, one: Source, came: pull.Came, after: Pulled) -> Pulled:
    """Keep what came; an object that does not fit STIX 2.1 is left out and counted.

    Raises:
        Fault: `share.source.full`; `share.source.unknown` where it was ended meanwhile.
    """
    check = checker()
    fit = [each for each in came.objects if not check.flaw(each)]
    left_out = came.left_out + len(came.objects) - len(fit)
    count = after.objects
    for begin in range(0, len(fit), _WRITTEN_MAX):
        with node.store.write() as tx:
            _require_open(tx, one)
            for each in fit[begin : begin + _WRITTEN_MAX]:
                key = f"{one.id}/{each['id']}/{each.get('modified', '')}"
                count += tx.record(OBJECT, key) is None
                if count > OBJECTS_MAX:
                    raise Fault(
                        code="share.source.full",
                        what=f"The source {quoted(one.name)} has over {OBJECTS_MAX:,} objects.",
                        fix="End it, and add it again.",
                    )
                tx.save_record(OBJECT, key, each)
    made = replace(after, cursor=came.cursor or after.cursor, objects=count, left_out=left_out)
    with node.store.write() as tx:
        _require_open(tx, one)
        if came.written is not None:
            lines: list[Json] = [*came.written.lines]
            value: Json = {"name": came.written.name, "sort": came.written.sort, "lines": lines}
            tx.save_record(LIST, one.id, value)
            made = replace(made, objects=len(lines))
        save_state(tx, one.id, made)
    return made


def _every(tx: Tx) -> list[Source]:
    return [Source(**cast("dict[str, Any]", value)) for value in tx.records(RECORD).values()]


def _sees(officer: Officer, one: Source) -> bool:
    return officer.agency == one.agency or role.OPERATOR in officer.roles


def open_one(tx: Tx, officer: Officer, prefix: str) -> Source:
    """Return an open source by the beginning of its id.

    Raises:
        Fault: `share.source.unknown`.
    """
    found = [
        one
        for one in _every(tx)
        if prefix and one.id.startswith(prefix) and _sees(officer, one) and one.ended_ms is None
    ]
    if len(found) != 1:
        raise _unknown(prefix)
    return found[0]


def _unknown(prefix: str) -> Fault:
    return Fault(
        code="share.source.unknown",
        what=f"There is no open source {quoted(prefix)}.",
        fix="Run `comity source list` to see the sources of your agency.",
    )


def _require_url(url: str, *, is_here: bool) -> None:
    try:
        address.require(url, is_here=is_here)
    except Fault as fault:
        raise Fault(
            code="share.source.url",
            what=f"{quoted(url)} is no address that is pulled.",
            fix="Give an https URL, without a name or password in it. A program on this machine "
            "is added there, with `comity source add`; plain http is for it alone.",
        ) from fault


def save(tx: Tx, one: Source) -> None:
    """Keep a source."""
    tx.save_record(RECORD, one.id, cast("dict[str, Json]", asdict(one)))


def save_state(tx: Tx, source_id: str, state: Pulled) -> None:
    """Keep how a source was read last."""
    tx.save_record(STATE, source_id, cast("dict[str, Json]", asdict(state)))


def as_json(one: Source, state: Pulled) -> dict[str, Json]:
    """Return a source without its secret."""
    told = {name: value for name, value in asdict(one).items() if name != "secret"}
    return {**told, **{f"pulled_{name}": value for name, value in asdict(state).items()}}


def rows_json(found: Iterable[tuple[Source, Pulled]]) -> list[Json]:
    """Return some sources."""
    return [as_json(*pair) for pair in found]
