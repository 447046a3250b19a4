"""Who is woken when something urgent arrives and nobody has a page open.

What came is found from the acts of the mirrors since the last look; at the start every
matter is looked at once.  A matter is watched until an officer of this node has opened it; a
call, which no look ends, until somebody has picked it up.
A channel that is read anew is left alone until all its matters are there again: the others,
a hotline among them, wait for none. Then every matter of it is looked at once more: as many acts
may be understood as before, and others among them count.

    COMITY_MATTER  COMITY_CHANNEL  COMITY_URGENCY  COMITY_PARTY     what the command is told
    COMITY_DUTY                       who was rung for it so far, else who is planned for duty now

Matters of one channel, State and urgency make one call: it has one run at a time and one a period,
which names what no run named yet, else what was named longest ago. What is new is told within a
minute. So however much one State asks, it costs few runs, and no call waits for another.

Source: docs/adr/0051-alarms-are-limited-by-state-channel-and-urgency.md.
Floor: boot.
"""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from comity.acts.record import Matter
from comity.adapters import clock
from comity.boot import log
from comity.kernel.fault import Fault, quoted
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log, MatterRow
from comity.node.desk.duty import planning, rings
from comity.node.exchange import refold_queue, reset_count
from comity.node.operate.overview.matter import is_alarming
from comity.node.room.unread import rings_of, word_of

NEW_MS: Final = 60_000
"""Between two runs of one call that has something new, where the period is longer."""
HANGS_MS: Final = 300_000
"""How long a run may take: longer than a telephone rings at several officers."""

LAST_S: Final = 2.0
_PAGE: Final = 256

type Call = tuple[str, str, str]
"""Channel, State and urgency: all that the command is told beside the matter."""
type Rung = Mapping[Call, tuple[str, ...] | None]
"""Who was rung for each call so far; None where somebody has just answered."""
type Run = Callable[[Mapping[str, str]], bool]
"""Starts the command with these variables, and does not wait for it; whether it could."""


@dataclass(slots=True)
class _Waiting:
    """The matters of one call that nobody opened.

    Attributes:
        new: that no run named, the oldest first.
        told: the others, what was named longest ago first.
        ran_ms: when the command ran last, by the monotonic clock, or None.
        rung: whom it told of then, of those who are rung.
    """

    new: dict[Matter, None] = field(default_factory=dict)
    told: dict[Matter, None] = field(default_factory=dict)
    ran_ms: int | None = None
    rung: tuple[str, ...] = ()

    def is_due(self, monotonic_ms: int, repeat_ms: int) -> bool:
        """Return whether the command is to run."""
        if self.ran_ms is None:
            return True
        pause_ms = min(NEW_MS, repeat_ms) if self.new else repeat_ms
        return monotonic_ms - self.ran_ms >= pause_ms

    def add(self, matter: Matter) -> None:
        """Watch a matter, unless it is watched."""
        if matter not in self.told:
            self.new[matter] = None

    def drop(self, matter: Matter) -> None:
        """Watch a matter no more."""
        self.new.pop(matter, None)
        self.told.pop(matter, None)

    def first(self, count_max: int) -> list[Matter]:
        """Return some matters, what a run is to name first."""
        return [*islice(chain(self.new, self.told), count_max)]

    def tell(self, matter: Matter, monotonic_ms: int) -> None:
        """Note that a run named a matter."""
        self.drop(matter)
        self.told[matter] = None
        self.ran_ms = monotonic_ms


@dataclass(slots=True)
class Arrivals:
    """What is watched.

    Attributes:
        node: ours.
        run: starts the command.
        repeat_ms: between two runs for what nobody opened.
        calls: what waits, call by call.
        known: `{channel: how often it was taken back}` when its every matter was looked at.
        looked: `{origin: acts looked at}` of their mirrors.
    """

    node: Node
    run: Run
    repeat_ms: int
    calls: dict[Call, _Waiting] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    looked: dict[str, int] = field(default_factory=dict)

    def look(self, monotonic_ms: int, *, is_seen: bool = False) -> None:
        """Find what is new, forget what was opened, and run what is due.

        Args:
            monotonic_ms: the instant.
            is_seen: whether somebody has a page open: then only what no look ends is told.
        """
        with self.node.store.read() as tx:
            mirrors = _readable(tx)
            times = {one.channel: reset_count.times(tx, one.channel) for one in mirrors}
        if new := {channel: at for channel, at in times.items() if self.known.get(channel) != at}:
            self._watch_all(new)
            self.known |= new
            self.looked |= {one.origin: one.understood for one in mirrors if one.channel in new}
        with self.node.store.read() as tx:
            rung = rings.waiting(tx, self.node.clock.now_ms())
            due = self._due(tx, monotonic_ms, rung)
        if not due:
            return
        planned = tuple(one.officer for one in planning.now(self.node) if one.officer)
        for row in due:
            told = rings_of(self.node.rooms, row)
            if is_seen and (told is None or told.is_ended_by_look):
                continue
            channel, party, urgency = call = self._call(row)
            is_started = self.run(
                {
                    "COMITY_MATTER": row.matter.id,
                    "COMITY_CHANNEL": channel,
                    "COMITY_URGENCY": urgency,
                    "COMITY_PARTY": party,
                    "COMITY_DUTY": " ".join(rung.get(call) or planned),
                }
            )
            if is_started:  # else at the next look: its last run is at work, or the memory is full
                self.calls[call].tell(row.matter, monotonic_ms)
                self.calls[call].rung = rung.get(call) or ()

    def _watch_all(self, channels: Collection[str]) -> None:
        """Look at every matter once, a page and a transaction at a time: there may be very many.

        What comes meanwhile is new at the first look, since the logs were read before.
        """
        after: str | None = ""
        while after is not None:
            with self.node.store.read() as tx:
                rows = tx.matters(after=after, count_max=_PAGE)
                for row in rows:
                    if row.channel in channels:
                        self._watch(tx, row)
            after = rows[-1].matter.id if rows else None

    def _watch(self, tx: Tx, row: MatterRow | None) -> None:
        if row is not None and self._wakes(tx, row):
            self.calls.setdefault(self._call(row), _Waiting()).add(row.matter)

    def _due(self, tx: Tx, monotonic_ms: int, rung: Rung) -> list[MatterRow]:
        """Return what runs name: what is due, and what another rung is rung for.

        Nothing runs for a while once somebody has answered.
        """
        mirrors = [one for one in _readable(tx) if one.channel in self.known]
        self._watch_new(tx, mirrors)
        readable = {one.channel for one in mirrors}
        due = (
            self._first(tx, call)
            for call, waiting in [*self.calls.items()]
            if call[0] in readable and self._is_due(call, waiting, monotonic_ms, rung)
        )
        return [row for row in due if row is not None]

    def _is_due(self, call: Call, waiting: _Waiting, monotonic_ms: int, rung: Rung) -> bool:
        officers = rung.get(call, ())
        if officers is None:
            return False
        is_next = waiting.ran_ms is not None and officers not in {(), waiting.rung}
        return is_next or waiting.is_due(monotonic_ms, self.repeat_ms)

    def _first(self, tx: Tx, call: Call) -> MatterRow | None:
        """Return what a run of a call is to name; what was opened is dropped on the way.

        A page of it, since an officer may have opened thousands: the rest at the next look.
        """
        waiting = self.calls[call]
        for matter in waiting.first(_PAGE):
            row = tx.matter(call[0], matter)
            if row is not None and self._call(row) == call and self._wakes(tx, row):
                return row
            waiting.drop(matter)
            self._watch(tx, row)
        return None

    def _wakes(self, tx: Tx, row: MatterRow) -> bool:
        return is_alarming(self.node, tx, row) and not rings.is_quiet(self.node, tx, row)

    def _call(self, row: MatterRow) -> Call:
        return row.channel, row.asker, word_of(self.node.rooms, row)

    def _watch_new(self, tx: Tx, mirrors: Sequence[Log]) -> None:
        before = {one.origin: self.looked.get(one.origin, 0) for one in mirrors}
        touched = dict.fromkeys(
            (one.channel, row.act.matter)
            for one in mirrors
            if one.understood > before[one.origin]
            for row in tx.acts(one.origin, before[one.origin], one.understood)
            if not row.foreign
        )
        for key in touched:
            self._watch(tx, tx.matter(*key))
        self.looked |= {one.origin: one.understood for one in mirrors}  # once all of it was read


def _readable(tx: Tx) -> list[Log]:
    """Return the logs of channels of which every matter is there.

    Ours too: a level that this State raised itself rings here as well.
    """
    owed: dict[str, bool] = {}
    mirrors = tx.logs()
    for one in mirrors:
        owed.setdefault(one.channel, refold_queue.is_owed(tx, one.channel))
    return [one for one in mirrors if not owed[one.channel]]


class Command:
    """The operator's command: started without a shell and without our secrets, never waited for."""

    def __init__(self, text: str) -> None:
        """Split a command into words, and see that its program is there.

        Raises:
            Fault: `boot.command.malformed`, `boot.command.missing`.
        """
        try:
            self._words = shlex.split(text)
        except ValueError as error:
            raise _malformed(text, str(error)) from error
        if not self._words:
            raise _malformed(text, "it is empty")
        if shutil.which(self._words[0]) is None:
            raise _missing(self._words[0])
        self._running: dict[str, tuple[int, subprocess.Popen[bytes]]] = {}

    def __call__(self, variables: Mapping[str, str]) -> bool:
        """Start it with these variables; return whether it could be started.

        It could not while a run is at work that was told the same, but for the matter. One that
        is for longer than `HANGS_MS` is ended.
        """
        call = " ".join(v for name, v in sorted(variables.items()) if name != "COMITY_MATTER")
        self._running = {of: one for of, one in self._running.items() if one[1].poll() is None}
        if call in self._running:
            began_ms, before = self._running[call]
            if clock.monotonic_ms() - began_ms < HANGS_MS:
                return False
            log.tell("arrival.command-stuck", {"running": len(self._running)})
            del self._running[call]
            _end(before)
        clean = {name: v for name, v in os.environ.items() if not name.startswith("COMITY_")}
        try:
            started = subprocess.Popen(  # noqa: S603 -- the operator's own command, split into words
                self._words,
                env={**clean, **variables},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            log.tell("arrival.command-failed", {"why": error.strerror or "unknown"})
            return False
        self._running[call] = (clock.monotonic_ms(), started)
        log.tell("arrival.told", {"matter": variables["COMITY_MATTER"]})
        return True

    def close(self) -> None:
        """Give what still runs a moment, then end it."""
        until_ms = clock.monotonic_ms() + int(LAST_S * 1_000)
        for _, one in self._running.values():
            try:
                one.wait(max(0, until_ms - clock.monotonic_ms()) / 1_000)
            except subprocess.TimeoutExpired:
                _end(one)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a run and what it started: it has a session of its own."""
    with suppress(ProcessLookupError):  # it ended just now
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _missing(program: str) -> Fault:
    return Fault(
        code="boot.command.missing",
        what=f"The program {quoted(program)} after --on-arrival is not there, or cannot be run.",
        fix="Give its whole path, and see with `ls -l` that this user may run it.",
    )


def _malformed(text: str, why: str) -> Fault:
    return Fault(
        code="boot.command.malformed",
        what=f"The command {quoted(text)} after --on-arrival cannot be split into words: {why}.",
        fix="Quote it as for a shell; it is run without one.",
    )
