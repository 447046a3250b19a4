"""What is due, for officers: the list of open clocks by time, and why one says what it says.

Floor: node.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

from comity.acts.record import Matter
from comity.clocks.due import Timed
from comity.kernel.fault import Fault, quoted
from comity.node.base import cursor, filing, trust
from comity.node.base import reader as filters
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader
from comity.node.base.reckoned import Reckoned
from comity.node.base.rooms import State, kinds_with
from comity.node.base.rows import MatterRow, Officer, UnderstoodAct
from comity.node.exchange import status, valid_cosignatures
from comity.node.room import clock_index, clock_watch, need_to_know
from comity.node.room.clock_index import Key
from comity.node.room.clocks import Channel, reckon
from comity.node.room.matter_lookup import find_of

COUNT_MAX: Final = 200
_SCANNED_MAX: Final = 20_000
"""Index rows that one look may pass over: what is not shown to this officer costs too."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clocks.

    Attributes:
        until_ms: due before this instant; None for all, those that wait too.
        is_overdue: only those that are due already.
        party: whose duty, or "" for every party's.
        after: what an earlier page ended with, or "".
        count_max: at most `COUNT_MAX`.
        of: requests of which the clocks are; None for all.
        is_first: only the first clock of each request, of those that are due from `from_ms` on.
        not_party: whose duty they are not, or "".
        from_ms: due at this instant or later.
        is_pressing: whether it is of what must not wait: urgent, or on the hotline; None: of both.
        is_lapsing: only those that nothing ends, so that what they are about is lost.
    """

    until_ms: int | None = None
    is_overdue: bool = False
    party: str = ""
    after: str = ""
    count_max: int = COUNT_MAX
    of: filters.Wanted | None = None
    is_first: bool = False
    not_party: str = ""
    from_ms: int = 0
    is_pressing: bool | None = None
    is_lapsing: bool = False

    def is_of(self, line: clock_index.Line) -> bool:
        """Return whether a clock is the duty of a party that is asked for, and of that kind."""
        is_it = self.party in ("", line.party) and (line.lapses or not self.is_lapsing)
        return is_it and (not self.not_party or line.party != self.not_party)

    def is_so(self, tx: Tx, channel: str, urgency: str) -> bool:
        """Return whether clocks are wanted of a request of such an urgency in that channel."""
        return self.is_pressing in (None, filing.is_pressing(tx, channel, urgency))


@dataclass(frozen=True, slots=True)
class Line:
    """One open clock.

    Attributes:
        found: the request it belongs to, with its cut and instant.
        timed: the clock.
    """

    found: Reckoned
    timed: Timed


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines by due time, those that wait last.

    Attributes:
        lines: in order.
        now_ms: the instant.
        after: what the next page begins after, or "" at the end.
    """

    lines: tuple[Line, ...]
    now_ms: int
    after: str


def listing(
    node: Node, officer: Officer, wanted: Wanted, *, scanned_max: int = _SCANNED_MAX
) -> Page:
    """Return open clocks by due time.

    Args:
        node: ours.
        officer: who looks; they see what they may read, and no place of anything else.
        wanted: which.
        scanned_max: index rows that this look may pass over.

    Raises:
        Fault: `node.cursor.malformed`.
    """
    assert 0 < wanted.count_max <= COUNT_MAX
    clock_watch.catch_up(node)
    now_ms = node.clock.now_ms()
    until_ms = clock_index.NEVER_MS + 1 if wanted.until_ms is None else wanted.until_ms
    if wanted.is_overdue:
        until_ms = min(until_ms, now_ms + 1)
    with node.store.read() as tx:
        desk = _Desk(node, tx, need_to_know.reader(tx, officer), now_ms, wanted)
        wanted = replace(wanted, after=cursor.opened(tx, wanted.after))
        if wanted.after and not _PLACE.match(wanted.after):
            raise cursor.malformed(wanted.after)
        wanted = replace(wanted, after=max(wanted.after, _place_of(wanted.from_ms)))
        page, is_hidden = _page(desk, tx, wanted, (until_ms, now_ms), scanned_max)
    return replace(page, after=cursor.sealed(node, page.after)) if is_hidden else page


def _place_of(due_ms: int) -> str:
    """Return after what a page begins whose first clocks are due at an instant."""
    return f"{due_ms:0{_PLACE_DIGITS}d}" if due_ms else ""


_PLACE_DIGITS: Final = len(str(clock_index.NEVER_MS))
_PLACE: Final = re.compile(r"[0-9]{15}\|")
"""With what a place in the order of due times begins."""


def _page(
    desk: "_Desk", tx: Tx, wanted: Wanted, times: tuple[int, int], scanned_max: int
) -> tuple[Page, bool]:
    """Return a page, and whether it ends at a line that the officer is not shown."""
    until_ms, now_ms = times
    lines: list[Line] = []
    after, passed = wanted.after, 0
    while passed < scanned_max:
        count = min(COUNT_MAX, scanned_max - passed)
        places = clock_index.due(tx, until_ms, after, count)
        for place in places:
            passed, after = passed + 1, place.after
            line = desk.line(place.key, place.at)
            if line is not None:
                lines.append(line)
            if len(lines) == wanted.count_max:
                return Page(tuple(lines), now_ms, after), False
        if len(places) < count:
            return Page(tuple(lines), now_ms, ""), False
    return Page(tuple(lines), now_ms, after), True


class _Desk:
    """Matters that an officer may read with their clocks, each reckoned once."""

    def __init__(self, node: Node, tx: Tx, reader: Reader, now_ms: int, wanted: Wanted) -> None:
        self._node = node
        self._tx = tx
        self._reader = reader
        self._now_ms = now_ms
        self._wanted = wanted
        self._channels: dict[str, Channel] = {}
        self._found: dict[Key, Reckoned | None] = {}

    def line(self, key: Key, at: int) -> Line | None:
        """Return one clock of a request, if it is wanted."""
        opened = clock_index.opened(self._tx, key)
        kept = opened.lines
        if at >= len(kept) or not self._wanted.is_of(kept[at]):
            return None
        if not self._wanted.is_so(self._tx, key[0], opened.urgency):
            return None
        if self._wanted.is_first and at != _first(kept, self._wanted):
            return None
        found = self._reckoned(key)
        if found is None:
            return None
        same = (t for t in found.timed if (t.track, t.rule.name) == kept[at].name and t.is_open)
        timed = next(same, None)
        return None if timed is None else Line(found, timed)

    def _reckoned(self, key: Key) -> Reckoned | None:
        if key not in self._found:
            row = self._tx.readable(self._reader, key[0], Matter(*key[1:]))
            is_wanted = row is not None and is_met(self._node, self._tx, row, self._wanted.of)
            if key[0] not in self._channels:
                self._channels[key[0]] = Channel(self._node, self._tx, key[0])
            channel = self._channels[key[0]]
            self._found[key] = channel.reckon(row, self._now_ms) if row and is_wanted else None
        return self._found[key]


def _first(lines: Sequence[clock_index.Line], wanted: Wanted) -> int:
    """Return which open clock of a request is due first, of those that are wanted."""
    dues = [
        (clock_index.NEVER_MS if line.due_ms is None else line.due_ms, at)
        for at, line in enumerate(lines)
        if wanted.is_of(line)
    ]
    return min((one for one in dues if one[0] >= wanted.from_ms), default=(0, -1))[1]


def is_met(node: Node, tx: Tx, row: MatterRow, wanted: filters.Wanted | None) -> bool:
    """Return whether a matter that was found otherwise is one that a list is asked for."""
    if wanted is None:
        return True
    if wanted == filters.Wanted(kind=wanted.kind):
        return row.matter.kind == wanted.kind
    room = node.rooms[row.matter.kind]
    listed = room.listed(room.from_json(row.state), node.party)
    return wanted.is_met(filing.listed_as(row, listed, tx.filed_for(row.channel, row.matter)))


@dataclass(frozen=True, slots=True)
class Way:
    """How an act went from its author to one other party, each time by the clock that says it.

    Attributes:
        act_id: of the act.
        event: what it was to the clock.
        author: who said it.
        to: who received it.
        signed_ms: by the author's clock, in the first signed head that covers it; or None.
        cosigned_ms: by the other's mirror, when it stored that; or None.
        claimed_ms: by the other's receipt.
        effective_ms: what counts of that: never before what its author had seen; or None.
        held_ms: by the author's mirror, when it stored the receipt; or None.
    """

    act_id: str
    event: str
    author: str
    to: str
    signed_ms: int | None
    cosigned_ms: int | None
    claimed_ms: int | None
    effective_ms: int | None
    held_ms: int | None

    @property
    def transit_ms(self) -> int | None:
        """From the author's signature to the receipt: by two clocks, so it may be below zero."""
        if self.signed_ms is None or self.effective_ms is None:
            return None
        return self.effective_ms - self.signed_ms

    @property
    def bound_ms(self) -> int | None:
        """How far the receipt's time can be from the truth by the author's clock alone."""
        if self.signed_ms is None or self.held_ms is None:
            return None
        return self.held_ms - self.signed_ms


@dataclass(frozen=True, slots=True)
class Why:
    """The clocks of one matter with all that is beside them.

    Attributes:
        found: the clocks, at their cut and instant.
        ways: `{act id: how it went}` of every act that a clock heard.
    """

    found: Reckoned
    ways: tuple[Way, ...]


def why(
    node: Node, officer: Officer, matter_id: str, name: str = "", at_ms: int | None = None
) -> Why:
    """Return why the clocks of a matter say what they say, now or at an instant.

    Raises:
        Fault: `node.clock.unknown`, those of `matter_lookup.find`.
    """
    with node.store.read() as tx:
        kinds = kinds_with(node.rooms, lambda room: room.clocks)
        row = find_of(tx, need_to_know.reader(tx, officer), kinds, matter_id)
        now_ms = node.clock.now_ms() if at_ms is None else at_ms
        whole = reckon(node, tx, row, now_ms)
        found = whole if not name else _named(whole, name)
        return Why(found, tuple(_ways(tx, row, found)))


def _named(found: Reckoned, name: str) -> Reckoned:
    one = found.only(name)
    if not one.timed:
        known = ", ".join(dict.fromkeys(t.rule.name for t in found.timed)) or "none"
        raise Fault(
            code="node.clock.unknown",
            what=f"This matter has no clock {quoted(name)}; it has: {known}.",
            fix="Name one of these, or none to see all.",
        )
    return one


def _ways(tx: Tx, row: MatterRow, found: Reckoned) -> Iterator[Way]:
    heard: dict[tuple[str, str, str], str] = {}
    for one in found.timed:
        events = _events(one)
        for mark in found.marks(one.track):
            if mark.event in events and mark.act_id:
                heard.setdefault((mark.who, mark.act_id, one.track), mark.event)
    for (party, act_id, track), event in heard.items():
        act = tx.act(party, act_id)
        if act is None:
            continue
        to = track if act.party == found.asker else found.asker
        yield _way(tx, row.channel, act, event, to)


def _events(one: Timed) -> set[str]:
    rule = one.rule
    waits = [event for pause in rule.pauses for event in (*pause.starts, *pause.ends)]
    more = [extension.event for extension in rule.extensions]
    return {*rule.starts, *rule.ends, *rule.stops, *waits, *more}


def _way(tx: Tx, channel: str, act: UnderstoodAct, event: str, to: str) -> Way:
    size = act.index + 1
    head = status.first_head(tx, act.origin, size)
    loaded = trust.load(tx, channel)
    mirrored = valid_cosignatures.at_least(tx, loaded, act.origin, to, size)
    logs = [log.origin for log in loaded.logs if log.party == to]
    receipts = [r for log in logs if (r := tx.first_receipt(log, act.origin, size)) is not None]
    first = min(receipts, key=lambda one: one.effective_ms, default=None)
    held = (
        None
        if first is None
        else valid_cosignatures.at_least(tx, loaded, first.origin, act.party, first.index + 1)
    )
    return Way(
        act.act.id,
        event,
        act.party,
        to,
        None if head is None else head.time_s * 1_000,
        None if mirrored is None else mirrored.time_s * 1_000,
        None if first is None else first.receipt.time_ms,
        None if first is None else first.effective_ms,
        None if held is None else held.time_s * 1_000,
    )


def of_rows(
    node: Node, rows: Sequence[MatterRow], folded: Sequence[State] = ()
) -> dict[tuple[str, str], Reckoned]:
    """Return the clocks of the requests of one page of a list, without their reasons.

    Args:
        node: ours.
        rows: of the requests.
        folded: their states, where they were read already.
    """
    found: dict[tuple[str, str], Reckoned] = {}
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        channels: dict[str, Channel] = {}
        for row, known in zip_longest(rows, folded):
            if row.channel not in channels:
                channels[row.channel] = Channel(node, tx, row.channel)
            reckoned = channels[row.channel].reckon(row, now_ms, explain=False, folded=known)
            found[row.channel, row.matter.id] = reckoned
    return found
