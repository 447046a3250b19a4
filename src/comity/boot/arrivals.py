"""Who is woken when something urgent arrives and nobody has a page open.

What came is found from the acts of the mirrors since the last look; at the start every
matter is looked at once.  A matter is watched until an officer of this node has opened it.
A channel that is read anew is left alone until all its matters are there again: the others,
a hotline among them, wait for none. Then every matter of it is looked at once more: as many acts
may be understood as before, and others among them count.

    COMITY_MATTER  COMITY_CHANNEL  COMITY_URGENCY  COMITY_PARTY     what the command is told

Floor: boot.
"""

import os
import shlex
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.acts.record import Matter
from comity.adapters import clock
from comity.boot import log
from comity.kernel.fault import Fault, quoted
from comity.node.context import Node
from comity.node.exchange import openings, taken_back, unfolded
from comity.node.overview.matter import is_alarming
from comity.node.ports import Tx
from comity.node.rows import Log, MatterRow

RUNNING_MAX: Final = 8
"""Runs that may overlap; beyond, the next waits, and the oldest is ended if it hangs."""
HANGS_MS: Final = 10_000

LAST_S: Final = 2.0
_PAGE: Final = 256

type Run = Callable[[Mapping[str, str]], bool]
"""Starts the command with these variables, and does not wait for it; whether it could."""


@dataclass(slots=True)
class Arrivals:
    """What is watched.

    Attributes:
        node: ours.
        run: starts the command.
        repeat_ms: between two runs for one matter.
        watched: `{(channel, matter): when the command ran last, by the monotonic clock}`.
        known: `{channel: how often it was taken back}` when its every matter was looked at.
        looked: `{origin: acts looked at}` of their mirrors.
    """

    node: Node
    run: Run
    repeat_ms: int
    watched: dict[tuple[str, Matter], int] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    looked: dict[str, int] = field(default_factory=dict)

    def look(self, monotonic_ms: int) -> None:
        """Find what is new, forget what was opened, and run what is due."""
        with self.node.store.read() as tx:
            mirrors = _readable(tx)
            times = {one.channel: taken_back.times(tx, one.channel) for one in mirrors}
        if new := {channel: at for channel, at in times.items() if self.known.get(channel) != at}:
            self._watch_all(new, monotonic_ms)
            self.known |= new
            self.looked |= {one.origin: one.understood for one in mirrors if one.channel in new}
        with self.node.store.read() as tx:
            due = self._due(tx, monotonic_ms)
        for row in due:
            is_started = self.run(
                {
                    "COMITY_MATTER": row.matter.id,
                    "COMITY_CHANNEL": row.channel,
                    "COMITY_URGENCY": row.urgency,
                    "COMITY_PARTY": row.asker,
                }
            )
            if not is_started:  # at the next look: others still run, or the memory is full
                break
            self.watched[row.channel, row.matter] = monotonic_ms

    def _watch_all(self, channels: Collection[str], monotonic_ms: int) -> None:
        """Look at every matter once, a page and a transaction at a time: there may be very many.

        What comes meanwhile is new at the first look, since the logs were read before.
        """
        after: str | None = ""
        while after is not None:
            with self.node.store.read() as tx:
                rows = tx.matters(after=after, count_max=_PAGE)
            for row in filter(self._is_urgent, rows):
                if row.channel in channels:
                    last_ms = monotonic_ms - self.repeat_ms
                    self.watched.setdefault((row.channel, row.matter), last_ms)
            after = rows[-1].matter.id if rows else None

    def _due(self, tx: Tx, monotonic_ms: int) -> list[MatterRow]:
        mirrors = [one for one in _readable(tx) if one.channel in self.known]
        for key in self._new(tx, mirrors):
            self.watched.setdefault(key, monotonic_ms - self.repeat_ms)
        readable = {one.channel for one in mirrors}
        due: list[MatterRow] = []
        for key, ran_ms in list(self.watched.items()):
            row = tx.matter(*key) if key[0] in readable else None
            if key[0] in readable and (row is None or not self._is_urgent(row)):
                del self.watched[key]
            elif row is not None and monotonic_ms - ran_ms >= self.repeat_ms:
                due.append(row)
        return self._in_turn(due)

    def _in_turn(self, due: Sequence[MatterRow]) -> list[MatterRow]:
        """Return what is due, a State at a time: one that asks for much keeps no other waiting."""
        of_party: Counter[str] = Counter()
        turns: list[tuple[int, MatterRow]] = []
        for row in sorted(due, key=lambda one: self.watched[one.channel, one.matter]):
            turns.append((of_party[row.asker], row))
            of_party[row.asker] += 1
        return [row for _, row in sorted(turns, key=lambda one: one[0])]

    def _new(self, tx: Tx, mirrors: Sequence[Log]) -> list[tuple[str, Matter]]:
        before = {one.origin: self.looked.get(one.origin, 0) for one in mirrors}
        found = [
            (one.channel, row.act.matter)
            for one in mirrors
            if one.understood > before[one.origin]
            for row in openings.brought(tx, one.origin, before[one.origin], one.understood)
            if not row.foreign
        ]
        self.looked |= {one.origin: one.understood for one in mirrors}  # once all of it was read
        return found

    def _is_urgent(self, row: MatterRow) -> bool:
        return is_alarming(self.node, row)


def _readable(tx: Tx) -> list[Log]:
    """Return the mirrors of channels of which every matter is there."""
    owed: dict[str, bool] = {}
    mirrors = [one for one in tx.logs() if not one.own]
    for one in mirrors:
        owed.setdefault(one.channel, unfolded.is_owed(tx, one.channel))
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
        self._running: list[tuple[int, subprocess.Popen[bytes]]] = []

    def __call__(self, variables: Mapping[str, str]) -> bool:
        """Start it with these variables; return whether it could be started."""
        self._running = [one for one in self._running if one[1].poll() is None]
        if len(self._running) >= RUNNING_MAX:
            if clock.monotonic_ms() - self._running[0][0] < HANGS_MS:
                return False
            log.tell("arrival.command-stuck", {"running": len(self._running)})
            _end(self._running.pop(0)[1])
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
        self._running.append((clock.monotonic_ms(), started))
        log.tell("arrival.told", {"matter": variables["COMITY_MATTER"]})
        return True

    def close(self) -> None:
        """Give what still runs a moment, then end it."""
        for _, one in self._running:
            try:
                one.wait(LAST_S)
            except subprocess.TimeoutExpired:
                _end(one)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
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
