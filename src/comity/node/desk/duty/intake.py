"""What arrived at the contact point and nobody routed yet.

    record kind    key         value
    duty-cursor    <origin>    how much of another party's log was looked at
                   contact-point   once it was shown what waited before there was one

It costs what came since: arrivals are looked for beyond the cursors, and the list itself is one
range of keys.  It is a cache of what the logs say; who drops the cursors finds the same again.

Floor: node.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.kernel.inadmissible import Inadmissible
from comity.node.base import cursor, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import filed
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk import matter_label
from comity.node.desk.duty import access, file_store
from comity.node.desk.duty.file_store import Arrival, Key
from comity.node.desk.matter_label import Called
from comity.node.exchange import refold, refold_queue
from comity.node.room import fold_cache, unread
from comity.node.room.clocks import Channel

CURSOR: Final = "duty-cursor"
_RANGE_ENTRIES: Final = 128
_SHOWN: Final = "contact-point"
"""Key beside the cursors; no origin is spelled so."""
_COUNT_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the inbox.

    Attributes:
        key: of the file.
        urgency: a code.
        type: of request, or "".
        asker: the party that asked, or "" for an inquiry.
        title: of an inquiry, or "".
        status: of the matter, or `inquiry`.
        since_ms: when it arrived, or was begun.
        is_opened: whether it is new no more: an officer has looked at it, or something was said.
        crosses: whether it is cross-border.
        parties: other States that it concerns.
        declined: why the agency that had it sent it back, or "".
        due_ms: when the next clock of ours is due, or None.
        next: what is due then, or "".
        called: the type of a request in words, and its file numbers; None for an inquiry.
    """

    key: Key
    urgency: str
    type: str
    asker: str
    title: str
    status: str
    since_ms: int
    is_opened: bool
    crosses: bool
    parties: tuple[str, ...]
    declined: str
    due_ms: int | None = None
    next: str = ""
    called: Called | None = None


@dataclass(frozen=True, slots=True)
class Inbox:
    """Some lines: the more urgent first, then the older.

    Attributes:
        lines: in order.
        now_ms: the instant.
        after: what the next page begins after, or "" at the end.
    """

    lines: tuple[Waiting, ...]
    now_ms: int
    after: str


def catch_up(node: Node) -> None:
    """Bring the inbox up to date with what is understood of other parties' logs."""
    while True:
        with node.store.read() as tx:
            found = next(_beyond(tx, node), None)
        if found is None:
            break
        with node.store.write() as tx:  # read anew: a generation may have let it be dropped
            found = next(_beyond(tx, node), None)
            if found is not None:
                _look(tx, node, *found)
    _show_what_waits(node)


def look_again(tx: Tx) -> None:
    """Have all of the logs looked at, which are understood anew; who was shown it stays so."""
    for origin in tx.records(CURSOR):
        if origin != _SHOWN:
            tx.drop_record(CURSOR, origin)


def _show_what_waits(node: Node) -> None:
    """Show the first contact point what arrived before there was one."""
    after = ""
    while True:
        with node.store.read() as tx:
            is_done = tx.record(CURSOR, _SHOWN) is not None or not access.has_contact_point(tx)
        if is_done:
            return
        with node.store.write() as tx:
            rows, after = file_store.listed(tx, file_store.INBOX, "", after, _RANGE_ENTRIES)
            keys = [(row["channel"], row["id"]) for row in rows if row["channel"]]
            access.show_contact_point(tx, node, keys)
            if not after:
                tx.save_record(CURSOR, _SHOWN, 1)


def _beyond(tx: Tx, node: Node) -> Iterator[tuple[str, str, int, int]]:
    """Give (channel, origin, start, end) of ranges that were not looked at."""
    for channel in refold_queue.settled(tx, node.party):
        for log in trust.load(tx, channel).logs:
            since = _cursor(tx, log.origin)
            if not log.own and log.understood != since:
                start = since if since < log.understood else 0  # less: it was rebuilt
                yield channel, log.origin, start, min(log.understood, start + _RANGE_ENTRIES)


def _cursor(tx: Tx, origin: str) -> int:
    value = tx.record(CURSOR, origin)
    return value if isinstance(value, int) else 0


def _look(tx: Tx, node: Node, channel: str, origin: str, start: int, end: int) -> None:
    for matter in refold.covered(tx, origin, start, end):
        key = (channel, matter.id)
        if matter.kind != filed(node.rooms)[0] or file_store.head(tx, key).since_ms is not None:
            continue
        row = tx.matter(channel, matter)
        if row is not None and row.asker != node.party and _is_asked(node, row):
            file_store.arrived(tx, key, Arrival(file_store.rank_of(row.urgency), row.at_ms))
            access.show_contact_point(tx, node, [key])
    tx.save_record(CURSOR, origin, end)


def _is_asked(node: Node, row: MatterRow) -> bool:
    _, which = filed(node.rooms)
    return which.is_asked(fold_cache.of(node.rooms, row), node.party)


def inbox(
    node: Node,
    officer: Officer,
    *,
    crossing: bool = False,
    after: str = "",
    count_max: int = 50,
) -> Inbox | Inadmissible:
    """Return what waits to be routed: for an officer at the contact point.

    Args:
        node: ours.
        officer: who looks.
        crossing: only what is cross-border.
        after: what an earlier page ended with, or "".
        count_max: how many at most.

    Raises:
        Fault: `node.cursor.malformed`.
    """
    assert 0 < count_max <= _COUNT_MAX
    after = cursor.key_of(after)
    catch_up(node)
    with node.store.read() as tx:
        if not access.is_contact_point(tx, officer):
            return Inadmissible(
                "duty.contact-point.only",
                "The inbox is that of the contact point.",
                "See what your agency has with `comity desk work`.",
            )
        now_ms = node.clock.now_ms()
        desk = _Desk(node, tx, now_ms)
        lines: list[Waiting] = []
        while True:
            rows, after = file_store.listed(tx, file_store.INBOX, "", after, count_max - len(lines))
            wanted = [row for row in rows if row["crosses"] or not crossing]
            lines += filter(None, map(desk.waiting, wanted))
            if not after or len(lines) >= count_max:
                return Inbox(tuple(lines), now_ms, cursor.of_key(after))


def matter(node: Node, tx: Tx, key: Key) -> MatterRow | None:
    """Return the request of a file, or None if there is nothing left to route."""
    row = tx.matter(key[0], access.matter_of(node, key[1]))
    return row if row is not None and is_routed(node, row) else None


def is_routed(node: Node, row: MatterRow) -> bool:
    """Return whether a request is one that is routed: nothing is left to do of what is over."""
    return row.status in filed(node.rooms)[1].statuses


def is_to_route(node: Node, tx: Tx, line: Mapping[str, Any]) -> bool:
    """Return whether a line of the list still waits to be routed: an inquiry, or what is open."""
    return bool(line["is_inquiry"]) or matter(node, tx, (line["channel"], line["id"])) is not None


class _Desk:
    """Lines of the inbox, with the clocks of each channel read once."""

    def __init__(self, node: Node, tx: Tx, now_ms: int) -> None:
        self._node = node
        self._tx = tx
        self._now_ms = now_ms
        self._channels: dict[str, Channel] = {}

    def waiting(self, line: Mapping[str, Any]) -> Waiting | None:
        """Return one line, or None if there is nothing left to route."""
        key = (line["channel"], line["id"])
        if line["is_inquiry"]:
            return self._inquiry(key, line)
        row = matter(self._node, self._tx, key)
        if row is None:
            return None
        due_ms, action = self._due(row)
        listed = access.listed(self._node, row)
        return Waiting(
            key=key,
            urgency=row.urgency,
            type=listed.type,
            asker=row.asker,
            title="",
            status=listed.status,
            since_ms=line["since_ms"],
            is_opened=not unread.is_unopened(self._node.rooms, row, self._node.party),
            crosses=True,
            parties=(row.asker,),
            declined=line["declined"],
            due_ms=due_ms,
            next=action,
            called=matter_label.of_row(self._node, self._tx, row),
        )

    def _inquiry(self, key: Key, line: Mapping[str, Any]) -> Waiting | None:
        file = file_store.load(self._tx, key)
        begun = file.begun
        if begun is None:
            return None
        return Waiting(
            key=key,
            urgency=begun.urgency,
            type=begun.type,
            asker="",
            title=begun.title,
            status="inquiry",
            since_ms=line["since_ms"],
            is_opened=True,
            crosses=bool(file.crosses),
            parties=file.parties,
            declined=line["declined"],
        )

    def _due(self, row: MatterRow) -> tuple[int | None, str]:
        if row.channel not in self._channels:
            self._channels[row.channel] = Channel(self._node, self._tx, row.channel)
        found = self._channels[row.channel].reckon(row, self._now_ms, explain=False)
        ours = [due for due in found.dues if due.party == self._node.party]
        first = min(ours, key=lambda due: due.by_ms or file_store.NEVER_MS, default=None)
        return (None, "") if first is None else (first.by_ms, first.action)
