"""Keeping the index of clocks, and waking who holds the ball: due soon, overdue, moved.

    step(node)      one bounded step, of the ticker of `serve`: index, notes, alarms
    catch_up(node)  the index alone, whole: what a command or a page does before it lists

They look at the same time.  What one has read is kept only if nobody else has kept anything since:
they may have known more, and what they found would be written over and looked at by nobody again.

An alarm stands for each clock that is ours and due soon or overdue.  It is told again after a
while that fits its urgency, until something ends the clock.  Where our own clock went back, every
open request is looked at anew: what was overdue by a clock that ran ahead may not be.

Floor: node.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from comity.acts.record import Matter
from comity.clocks import clock
from comity.clocks import days as numbers
from comity.clocks.offsets import UTC
from comity.kernel.ijson import Json
from comity.node.base import channel_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reckoned import Reckoned
from comity.node.base.rows import MatterRow
from comity.node.exchange import channel_end
from comity.node.room import clock_index, local_log
from comity.node.room.clock_index import Key, Line, Open
from comity.node.room.clocks import Channel

DUE_SOON: Final = "node.clock.due-soon"
OVERDUE: Final = "node.clock.overdue"
MOVED: Final = "node.clock.moved"
CODES: Final[Mapping[str, str]] = {clock.DUE_SOON: DUE_SOON, clock.OVERDUE: OVERDUE}

HOUR_MS: Final = 3_600_000
REPEAT_MS: Final[Mapping[str, int]] = {
    "emergency": HOUR_MS // 4,
    "urgent": 4 * HOUR_MS,
    "routine": 24 * HOUR_MS,
}
"""After how long an alarm is told again while its clock stays as it is."""

LOOK_AGAIN_MS: Final = HOUR_MS
"""A request whose guideline is not known here is looked at again: the text may come."""
MOVED_SHOWN_MS: Final = 24 * HOUR_MS

BACK_MS: Final = HOUR_MS // 60
"""Our clock goes back by less whenever it is set by a better one; nothing is late by that."""

_START: Final = "*"
_AT_ONCE_MS: Final = 0


@dataclass(slots=True)
class Watch:
    """What clocks were told of.

    Attributes:
        clocks_told: whether the alarms of clocks that stood before the start stand again.
        clocks_at_ms: what our clock showed when clocks were last looked at; 0 before.
        clocks_moved_ms: when a calendar last moved open clocks, while that is told; or None.
    """

    clocks_told: bool = False
    clocks_at_ms: int = 0
    clocks_moved_ms: int | None = None


@dataclass(frozen=True, slots=True)
class _Looked:
    """One request that was looked at."""

    key: Key
    before: Open
    now: Open


type _Rests = tuple[Mapping[str, Json], ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """What one step read, and is to keep.

    Attributes:
        rests: what was kept of how far clocks were looked at.
        touched: see `clock_index.touched`.
        looked: the requests.
        sweeps: by channel, where looking at all of its requests goes on.
        calendars: by channel, when another version counts next.
        is_more: whether there is more at once.
        at_ms: when this was read.
    """

    rests: _Rests
    touched: clock_index.Touched
    looked: tuple[_Looked, ...]
    sweeps: Mapping[str, str]
    calendars: Mapping[str, int | None]
    is_more: bool
    at_ms: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        changed = any(one.before != one.now for one in self.looked)
        return not (changed or self.touched.cursors or self.sweeps or self.calendars)


def step(node: Node) -> bool:
    """Look at what changed and at what is due; return whether there is more at once.

    Raises:
        Fault: `node.store.*`.
    """
    if not node.session.of(Watch).clocks_told:
        _stand(node)
        node.session.of(Watch).clocks_told = True
    _forget_moved(node)
    with node.store.read() as tx:
        found = _look(node, tx, is_telling=True)
    moved: list[str] = []
    if not found.is_empty:
        with node.store.write() as tx:
            if _is_overtaken(tx, found):
                return True
            moved = _keep(node, tx, found)
    node.session.of(
        Watch
    ).clocks_at_ms = found.at_ms  # not before: what is undone is looked at again
    if found.is_empty:
        return False
    for one in found.looked:
        _tell(node, one)
    for text in moved:
        node.session.of(Watch).clocks_moved_ms = node.clock.now_ms()
        node.alarms.raise_alarm(MOVED, text)
    return found.is_more


def catch_up(node: Node) -> None:
    """Bring the index up to date, and tell nobody: alarms are the business of `serve`."""
    while True:
        with node.store.read() as tx:
            found = _look(node, tx, is_telling=False)
        if found.is_empty:
            return
        with node.store.write() as tx:
            if not _is_overtaken(tx, found):
                _keep(node, tx, found)


def _is_overtaken(tx: Tx, found: _Step) -> bool:
    """Return whether somebody has looked, and kept what they found, since a step was read."""
    if _rests(tx) != found.rests:
        return True
    return any(clock_index.opened(tx, one.key) != one.before for one in found.looked)


def _rests(tx: Tx) -> _Rests:
    kinds = (clock_index.CURSOR, clock_index.SWEEP, clock_index.CALENDAR)
    return tuple(tx.records(kind) for kind in kinds)


def _went_back(node: Node, now_ms: int) -> bool:
    """Return whether our clock shows less than when it was last looked at."""
    return now_ms < node.session.of(Watch).clocks_at_ms - BACK_MS


def _look(node: Node, tx: Tx, *, is_telling: bool) -> _Step:
    now_ms = node.clock.now_ms()
    touched = clock_index.touched(node, tx)
    swept, sweeps = clock_index.swept(tx)
    timely = clock_index.timely(tx, now_ms)
    keys = dict.fromkeys((*touched.keys, *swept, *timely))
    channels: dict[str, Channel] = {}
    looked = tuple(_looked(node, tx, key, channels, is_telling=is_telling) for key in keys)
    calendars = _calendars(node, tx, {*touched.sweeps, *channels}, channels)
    ripe = [c for c, at in tx.records(clock_index.CALENDAR).items() if _is_ripe(at, now_ms)]
    anew = clock_index.channels(node, tx) if is_telling and _went_back(node, now_ms) else []
    started = dict.fromkeys([*touched.sweeps, *ripe, *anew], "")
    for channel in ripe:
        calendars[channel] = _next_version(node, tx, channel, channels)
    is_more = touched.is_more or bool(started) or any(sweeps.values()) or bool(timely)
    swept_now = {**sweeps, **dict.fromkeys(started, _START)}
    return _Step(_rests(tx), touched, looked, swept_now, calendars, is_more, now_ms)


def _is_ripe(value: object, now_ms: int) -> bool:
    return isinstance(value, int) and value <= now_ms


def _looked(
    node: Node, tx: Tx, key: Key, channels: dict[str, Channel], *, is_telling: bool
) -> _Looked:
    channel_path, matter = key[0], Matter(*key[1:])
    before = clock_index.opened(tx, key)
    row = tx.matter(channel_path, matter)
    is_over = channel_end.of(tx, channel_path) is not None
    if row is None or is_over or (before == clock_index.EMPTY and not _may_run(node, row)):
        return _Looked(key, before, clock_index.EMPTY)
    channel = _channel(node, tx, channel_path, channels)
    now_ms = node.clock.now_ms()
    found = channel.reckon(row, now_ms, explain=False)
    now = clock_index.of(found, channel, before)
    if is_telling and not channel_records.compartment(tx, channel_path):
        now = replace(now, lines=tuple(_told(node, now, line, now_ms) for line in now.lines))
    else:
        now = replace(now, stale=_stale(before, now))
    return _Looked(key, before, replace(now, next_ms=_next_ms(node, found, now)))


def _may_run(node: Node, row: MatterRow) -> bool:
    """Whether a clock may run on a matter: it names what its clocks are counted by."""
    clocks = node.rooms[row.matter.kind].clocks
    if clocks is None:
        return False
    names = clocks.named_by
    return not names or (isinstance(row.state, dict) and not row.state.keys().isdisjoint(names))


def _stale(before: Open, now: Open) -> tuple[Line, ...]:
    """Return the lines whose alarms stand at `serve`, which alone can clear them."""
    told = [line for line in before.lines if line.told_ms is not None and line not in now.lines]
    return (*before.stale, *told)


def _channel(node: Node, tx: Tx, path: str, known: dict[str, Channel]) -> Channel:
    if path not in known:
        known[path] = Channel(node, tx, path)
    return known[path]


def _told(node: Node, one: Open, line: Line, now_ms: int) -> Line:
    """Return a line with the time of its alarm, if one is to be told now."""
    if not _is_alarming(node, line):
        return line
    told_ms = line.told_ms
    is_due = told_ms is None or not told_ms <= now_ms < told_ms + _repeat_ms(one)
    return replace(line, told_ms=now_ms) if is_due else line


def _is_alarming(node: Node, line: Line) -> bool:
    return line.party == node.party and line.status in CODES


def _repeat_ms(one: Open) -> int:
    return REPEAT_MS.get(one.urgency, REPEAT_MS["routine"])


def _next_ms(node: Node, found: Reckoned, one: Open) -> int | None:
    """Return when to look again: time changes a clock, an alarm is told again, a text may come."""
    times = [one.next_ms, _AT_ONCE_MS if one.stale else None]
    for line in one.lines:
        if _is_alarming(node, line):
            again_ms = None if line.told_ms is None else line.told_ms + _repeat_ms(one)
            times.append(_AT_ONCE_MS if again_ms is None else again_ms)
    if any(missing.may_come for missing in found.missing):
        times.append(found.now_ms + LOOK_AGAIN_MS)
    return min((at for at in times if at is not None), default=None)


def _calendars(
    node: Node, tx: Tx, channels: set[str], known: dict[str, Channel]
) -> dict[str, int | None]:
    """Return when another version counts next, of each channel where that is not as kept."""
    found = {}
    for path in sorted(channels):
        at_ms = _next_version(node, tx, path, known)
        if tx.record(clock_index.CALENDAR, path) != at_ms:
            found[path] = at_ms
    return found


def _next_version(node: Node, tx: Tx, path: str, known: dict[str, Channel]) -> int | None:
    return _channel(node, tx, path, known).adopted.changes_after(node.clock.now_ms())


def _keep(node: Node, tx: Tx, found: _Step) -> list[str]:
    """Keep one step; return what is to be told of calendars that moved clocks."""
    moved: dict[str, None] = {}
    for one in found.looked:
        clock_index.save(tx, one.key, one.before, one.now)
        moved |= dict.fromkeys(_note(node, tx, one))
    for origin, size in found.touched.cursors.items():
        tx.save_record(clock_index.CURSOR, origin, size)
    for channel, after in found.sweeps.items():
        _put(tx, clock_index.SWEEP, channel, after.removeprefix(_START) if after else None)
    for channel, at_ms in found.calendars.items():
        _put(tx, clock_index.CALENDAR, channel, at_ms)
    return list(moved)


def _put(tx: Tx, kind: str, key: str, value: str | int | None) -> None:
    if value is None:
        tx.drop_record(kind, key)
    else:
        tx.save_record(kind, key, value)


def _note(node: Node, tx: Tx, one: _Looked) -> Iterator[str]:
    """Enter in the local log what moved and what is told; give the words for calendars."""
    before = one.before
    for line, old in _moved(before, one.now):
        _note_moved(node, tx, one, line, old)
        changed = one.now.calendars.items() - before.calendars.items()
        yield from (_moved_words(party, sha256) for party, sha256 in sorted(changed))
    for line in _newly_told(before, one.now):
        facts = {"matter": one.key[2], "clock": line.clock, "status": line.status}
        local_log.note(tx, node, "clock.warned", facts)


def _moved(before: Open, now: Open) -> Iterator[tuple[Line, Line]]:
    """Give each run whose due time another version of a calendar moved, and what it was."""
    if before.calendars == now.calendars:
        return
    old = {line.name: line for line in before.lines}
    for line in now.lines:
        was = old.get(line.name)
        if was is None or was.started_ms is None or was.due_ms is None or line.due_ms is None:
            continue
        if was.due_ms != line.due_ms:
            yield line, was


def _note_moved(node: Node, tx: Tx, one: _Looked, line: Line, old: Line) -> None:
    facts = {
        "matter": one.key[2],
        "clock": line.clock,
        "track": line.track,
        "from": str(old.due_ms),
        "to": str(line.due_ms),
        "calendars": " ".join(f"{p}={sha256}" for p, sha256 in one.now.calendars.items()),
    }
    local_log.note(tx, node, "clock.moved", facts)


def _moved_words(party: str, sha256: str) -> str:
    return (
        f"The calendar {sha256[:16]} of {party} moved open clocks: "
        "`comity clock list` shows from when to when."
    )


def _newly_told(before: Open, now: Open) -> Iterator[Line]:
    old = {line.name: line for line in before.lines}
    for line in now.lines:
        was = old.get(line.name)
        is_new = was is None or was.told_ms is None or was.status != line.status
        if line.told_ms is not None and is_new:
            yield line


def _tell(node: Node, one: _Looked) -> None:
    """Let alarms stand that should, and no other of this request; tell again what is to be."""
    new = {_words(one.key, line): line for line in one.now.lines if line.told_ms is not None}
    before = (*one.before.lines, *one.before.stale)
    old = {_words(one.key, line): line for line in before if line.told_ms is not None}
    for text, line in old.items():
        if text not in new or new[text].told_ms != line.told_ms:
            node.alarms.clear(CODES[line.status], text)
    for text, line in new.items():
        node.alarms.raise_alarm(CODES[line.status], text)


def _stand(node: Node) -> None:
    """Raise again, after a start, what stood before it, and note when the last of it was told."""
    with node.store.read() as tx:
        for key, one in clock_index.every(tx):
            for line in one.lines:
                if line.told_ms is not None and line.status in CODES:
                    node.alarms.raise_alarm(CODES[line.status], _words(key, line))
                    node.session.of(Watch).clocks_at_ms = max(
                        node.session.of(Watch).clocks_at_ms, line.told_ms
                    )


def _words(key: Key, line: Line) -> str:
    due = "" if line.due_ms is None else numbers.render_instant(UTC, line.due_ms)
    since = "overdue since" if line.status == clock.OVERDUE else "due at"
    return f"{key[1].capitalize()} {key[2]}, {line.clock} for {line.track}: {since} {due}."


def _forget_moved(node: Node) -> None:
    since = node.session.of(Watch).clocks_moved_ms
    if since is not None and node.clock.now_ms() - since >= MOVED_SHOWN_MS:
        node.alarms.clear(MOVED)
        node.session.of(Watch).clocks_moved_ms = None
