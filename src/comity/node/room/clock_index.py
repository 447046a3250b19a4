"""Which clocks are open, when each is due, and when the next one changes: kept, never searched for.

    record kind    key                              value
    clock-open-of  <channel>|<kind>|<id>            Open: its open clocks, when to look again
    clock-due-of   <due>|<channel>|<kind>|<id>|<n>  by due time; <n> counts the clocks of a matter
    clock-next-of  <at>|<channel>|<kind>|<id>       by the instant at which something changes
    clock-cursor   <origin>                         how much of a log was looked at
    clock-sweep    <channel>                        a calendar changed: go on after this matter
    clock-calendar <channel>                        when another version of a calendar counts

It costs what changed since, and clocks whose instant has come.  It is a cache, found again if lost.

Source: docs/spec/clocks.md, part 1.
Floor: node.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import Any, Final, cast

from comity.acts.record import Matter
from comity.clocks.due import Timed
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reckoned import Reckoned
from comity.node.base.register_records import live_of
from comity.node.base.rooms import Clocks, Rooms
from comity.node.exchange import refold, refold_queue
from comity.node.room import need_to_know
from comity.node.room.clocks import Channel
from comity.node.room.matter_lookup import every as every_of

OPEN: Final = "clock-open-of"
DUE: Final = "clock-due-of"
NEXT: Final = "clock-next-of"
CURSOR: Final = "clock-cursor"
SWEEP: Final = "clock-sweep"
CALENDAR: Final = "clock-calendar"

PAGE_MATTERS: Final = 32
"""Looked at in one step: the write that follows is short."""
RANGE_ENTRIES: Final = 64
_DIGITS: Final = 15
NEVER_MS: Final = 10**_DIGITS - 1
"""Of a clock that waits: it stands after all that are due."""

type Key = tuple[str, str, str]
"""(channel, kind and id of the matter)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One open clock.

    Attributes:
        track: the addressee.
        party: whose duty it is.
        clock: its name.
        status: when it was looked at.
        due_ms: the first instant that is too late; None while it waits.
        started_ms: when its run started.
        told_ms: when an alarm of its status was last told here, or None.
        lapses: whether nothing ends it.
    """

    track: str
    party: str
    clock: str
    status: str
    due_ms: int | None
    started_ms: int | None
    told_ms: int | None = None
    lapses: bool = False

    @property
    def name(self) -> tuple[str, str]:
        """What tells it from the other clocks of its request."""
        return self.track, self.clock


@dataclass(frozen=True, slots=True)
class Open:
    """The open clocks of one matter.

    Attributes:
        lines: in the order of the request and its guideline.
        next_ms: when to look at it again, or None.
        urgency: of the request.
        calendars: `{party: hash}` of the versions that were counted by.
        stale: lines whose alarm stands at `serve`, and should no longer: a command found it.
    """

    lines: tuple[Line, ...] = ()
    next_ms: int | None = None
    urgency: str = ""
    calendars: Mapping[str, str] = field(default_factory=dict)
    stale: tuple[Line, ...] = ()


EMPTY: Final = Open()


def opened(tx: Tx, key: Key) -> Open:
    """Return what was kept of the clocks of a request."""
    value = tx.record(OPEN, "|".join(key))
    return EMPTY if value is None else _from_json(value)


@dataclass(frozen=True, slots=True)
class Place:
    """An open clock in the order of due times.

    Attributes:
        key: of its request.
        at: which of its clocks.
        due_ms: `NEVER_MS` while it waits.
        after: what the next page begins after.
    """

    key: Key
    at: int
    due_ms: int
    after: str


def due(tx: Tx, until_ms: int, after: str = "", count_max: int = 200) -> list[Place]:
    """Return open clocks that are due before an instant, by due time.

    Args:
        tx: a read.
        until_ms: the instant; over `NEVER_MS` for all of them.
        after: what an earlier page ended with, or "".
        count_max: at most.
    """
    found = []
    for key in tx.records(DUE, after=after, count_max=count_max):
        due_ms, channel, kind, matter_id, at = key.split("|")
        if int(due_ms) >= until_ms:
            break
        found.append(Place((channel, kind, matter_id), int(at), int(due_ms), key))
    return found


def key_of(path: str) -> Key:
    """Return the key of a matter from what it is kept under."""
    channel, kind, matter_id = path.split("|")
    return channel, kind, matter_id


def every(tx: Tx) -> Iterator[tuple[Key, Open]]:
    """Give every request with open clocks, a page at a time."""
    after = ""
    while page := tx.records(OPEN, after=after, count_max=500):
        for key, value in page.items():
            yield key_of(key), _from_json(value)
        after = next(reversed(page))


def save(tx: Tx, key: Key, before: Open, now: Open) -> None:
    """Keep what is open of a request, in the place of what was.

    Args:
        tx: a write.
        key: of the request.
        before: what is kept, as read in this transaction.
        now: what is to be kept; nothing of a request without open clocks.
    """
    if now == before or (before == EMPTY and not _is_kept(now)):
        return
    path = "|".join(key)
    new, old = dict(_places(path, now)), dict(_places(path, before))
    for kind, place in old.keys() - new.keys():
        tx.drop_record(kind, place)
    for kind, place in new.keys() - old.keys():
        tx.save_record(kind, place, value=None)
    if _is_kept(now):
        tx.save_record(OPEN, path, _to_json(now))
    else:
        tx.drop_record(OPEN, path)


def _is_kept(one: Open) -> bool:
    return bool(one.lines) or one.next_ms is not None


def _places(path: str, one: Open) -> Iterator[tuple[tuple[str, str], None]]:
    for at, line in enumerate(one.lines):
        due_ms = NEVER_MS if line.due_ms is None else line.due_ms
        yield (DUE, f"{max(0, due_ms):0{_DIGITS}d}|{path}|{at}"), None
    if one.next_ms is not None:
        yield (NEXT, f"{max(0, one.next_ms):0{_DIGITS}d}|{path}"), None


def of(found: Reckoned, channel: Channel, before: Open) -> Open:
    """Return what is to be kept of a request: an alarm stands while status and run are the same."""
    told = {line.name: line for line in before.lines}
    lines = tuple(
        _line(one, told.get((one.track, one.rule.name))) for one in found.timed if one.is_open
    )
    in_force = {
        party: one.calendar.sha256
        for party in sorted(set(found.parties))
        for one in channel.adopted.periods.get(party, ())
        if one.from_ms <= found.now_ms and (one.to_ms is None or found.now_ms < one.to_ms)
    }
    return Open(lines, _next_ms(found), found.row.urgency, in_force)


def _line(one: Timed, told: Line | None) -> Line:
    now = one.clock
    is_same = told is not None and (told.status, told.started_ms) == (now.status, now.started_at_ms)
    return Line(
        one.track,
        one.party,
        one.rule.name,
        now.status,
        now.due_at_ms,
        now.started_at_ms,
        told.told_ms if told is not None and is_same else None,
        one.lapses,
    )


def _next_ms(found: Reckoned) -> int | None:
    """Return the next instant at which time alone changes a clock: due soon, due, a joint time."""
    times: list[int | None] = [*found.changes_ms]
    for one in found.timed:
        if one.is_open:
            times += [one.clock.alert_at_ms, one.clock.due_at_ms]
    return min((at for at in times if at is not None and at > found.now_ms), default=None)


@dataclass(frozen=True, slots=True)
class Touched:
    """What is to be looked at, and where to go on afterwards.

    Attributes:
        keys: of requests that may have clocks.
        cursors: `{origin: how much of it was looked at}`.
        sweeps: channels that ended, and those of arrangements of which a joint text was touched.
        is_more: whether there is more than this.
    """

    keys: tuple[Key, ...]
    cursors: Mapping[str, int]
    sweeps: tuple[str, ...]
    is_more: bool


def touched(node: Node, tx: Tx) -> Touched:
    """Return what acts and receipts touched since the cursors, a range at a time."""
    keys: dict[Key, None] = {}
    cursors: dict[str, int] = {}
    sweeps: dict[str, None] = {}
    is_more = False
    paths = channels(node, tx)
    for channel in _grown(tx, paths):
        loaded = trust.load(tx, channel)
        spoken: dict[Matter, None] = {}
        for log in loaded.logs:
            cursor = _cursor(tx, log.origin)
            since = 0 if cursor > log.understood else cursor  # it was rebuilt
            end = min(log.understood, since + RANGE_ENTRIES)
            if cursor != end:
                cursors[log.origin] = end
                if loaded.end_known() is not None:  # none of its clocks runs any more
                    sweeps[channel] = None
                is_more = is_more or end < log.understood
                spoken.update(dict.fromkeys(_matters(tx, log.origin, since, end)))
        for kind, clocks in _clocks(node.rooms):
            for matter in _timed(tx, channel, [m for m in spoken if m.kind == kind], clocks):
                keys[channel, kind, matter.id] = None
                earlier = _earlier(tx, channel, matter, clocks)
                keys.update(((channel, kind, one), None) for one in earlier)
        keys.update(dict.fromkeys(_following(node.rooms, tx, channel, spoken)))
        sweeps.update(dict.fromkeys(_moved(node.rooms, spoken, channel, paths)))
    return Touched(tuple(keys), cursors, tuple(sweeps), is_more)


def _grown(tx: Tx, paths: Sequence[str]) -> list[str]:
    """Return those of some channels that were not looked at whole: most rest, however many."""
    cursors = tx.records(CURSOR)
    grown = {log.channel for log in tx.logs() if cursors.get(log.origin, 0) != log.understood}
    return [one for one in paths if one in grown]


def _moved(
    rooms: Rooms, spoken: Collection[Matter], channel: str, paths: Collection[str]
) -> Iterator[str]:
    """Give the channels in which clocks may have moved by what was said: a text, scenario time."""
    said = [rooms[one.kind] for one in spoken if one.kind in rooms]
    yield from (channel for one in said if one.exercising)
    if any(one.is_text for one in said):  # it counts in every channel beside it
        yield from (one for one in paths if live_of(one) == live_of(channel))


def _following(rooms: Rooms, tx: Tx, channel: str, spoken: Collection[Matter]) -> Iterator[Key]:
    """Give the matters of one kind whose clocks what was said of another kind may move."""
    kinds = {one.kind for one in spoken}
    is_text = any(rooms[kind].is_text for kind in kinds if kind in rooms)
    for kind, clocks in _clocks(rooms):
        if clocks.follows and (is_text or not kinds.isdisjoint(clocks.follows)):
            for row in every_of(tx, need_to_know.every(tx), kind):
                if row.channel == channel and row.status not in clocks.rests:
                    yield channel, kind, row.matter.id


def look_again(tx: Tx, paths: Collection[str]) -> None:
    """Have every request of these channels looked at: their logs are understood anew.

    Whoever looks next may find the logs as long as before, and nothing else would tell.
    """
    for origin in tx.records(CURSOR):
        tx.drop_record(CURSOR, origin)
    for path in paths:
        tx.save_record(SWEEP, path, "")


def _clocks(rooms: Rooms) -> Iterator[tuple[str, Clocks]]:
    """Give the kinds that have clocks."""
    return ((kind, room.clocks) for kind, room in rooms.items() if room.clocks)


def _timed(tx: Tx, channel: str, matters: Collection[Matter], clocks: Clocks) -> list[Matter]:
    """Return the matters that have clocks, had some, or move those of another.

    Where nothing is named that clocks are counted by none runs; so most of what arrives is not
    read.
    """
    if not clocks.named_by:
        return list(matters)
    prefix = f"{channel}|"
    has_open = any(key.startswith(prefix) for key in tx.records(OPEN, after=prefix, count_max=1))
    telling = tx.matters_telling(channel, matters, clocks.named_by)
    return [
        matter
        for matter in matters
        if matter in telling
        or (has_open and tx.record(OPEN, f"{prefix}{matter.kind}|{matter.id}") is not None)
    ]


def _matters(tx: Tx, origin: str, since: int, end: int) -> Iterator[Matter]:
    yield from refold.covered(tx, origin, since, end)
    before: dict[str, int] = {}
    for row in tx.receipts(origin, since, end):
        if row.foreign:
            continue
        of_log = row.receipt.of
        if of_log not in before:
            earlier = [r for r in [tx.receipt_before(origin, row.index)] if r is not None]
            same = [r.receipt.size for r in earlier if r.receipt.of == of_log]
            before[of_log] = same[0] if same else 0
        yield from refold.covered(tx, of_log, before[of_log], row.receipt.size)
        before[of_log] = row.receipt.size


def _earlier(tx: Tx, channel: str, matter: Matter, clocks: Clocks) -> Iterator[str]:
    """Give the matters that one extends: what it brings them may have changed."""
    seen = {matter.id}
    current = matter
    while (row := tx.matter(channel, current)) is not None:
        earlier = clocks.earlier(row.state)
        if earlier in {"", *seen}:
            return
        seen.add(earlier)
        yield earlier
        current = Matter(matter.kind, earlier)


def channels(node: Node, tx: Tx) -> list[str]:
    """Return the paths of the channels whose requests may have clocks."""
    return list(refold_queue.settled(tx, node.party))


def timely(tx: Tx, now_ms: int) -> tuple[Key, ...]:
    """Return some requests whose instant has come."""
    keys = (key.partition("|") for key in tx.records(NEXT, count_max=PAGE_MATTERS))
    return tuple(key_of(path) for at, _, path in keys if int(at) <= now_ms)


def swept(tx: Tx) -> tuple[tuple[Key, ...], dict[str, str]]:
    """Return some requests of channels whose calendars changed, and where each goes on, or ""."""
    keys: list[Key] = []
    after: dict[str, str] = {}
    for channel, value in tx.records(SWEEP).items():
        from_key = f"{channel}|{value}"
        page = [
            key.partition("|")[2]
            for key in tx.records(OPEN, after=from_key, count_max=PAGE_MATTERS)
            if key.startswith(f"{channel}|")
        ]
        keys += [key_of(f"{channel}|{one}") for one in page]
        after[channel] = page[-1] if len(page) == PAGE_MATTERS else ""
    return tuple(keys), after


def _cursor(tx: Tx, origin: str) -> int:
    return value if isinstance(value := tx.record(CURSOR, origin), int) else 0


def _to_json(one: Open) -> Json:
    return {
        "lines": [_line_json(line) for line in one.lines],
        "next_ms": one.next_ms,
        "urgency": one.urgency,
        "calendars": dict(one.calendars),
        "stale": [_line_json(line) for line in one.stale],
    }


def _line_json(line: Line) -> list[Json]:
    return [*astuple(line)]


def _from_json(value: Json) -> Open:
    fields = cast("dict[str, Any]", value)
    lines, stale = (tuple(Line(*one) for one in fields[name]) for name in ("lines", "stale"))
    return Open(lines, fields["next_ms"], fields["urgency"], fields["calendars"], stale)
