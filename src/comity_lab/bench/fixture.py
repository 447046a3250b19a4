"""A long history made quickly: a FIXTURE, which no two officers ever exchanged.

    grow(nodes, channel, 1_000_000, tell)   both homes, stopped, hold that many entries of the
                                            first party's log, and the second one's receipts

Every byte is valid: entries open, parse and fold, receipts name roots, heads are signed and
cosigned with the homes' own keys, the high-water files say so.  What makes it quick is that many
acts are said at once: sealing and opening cost what they always cost.

Each side is written by a process of its own, from the same seed, through the port of the store.

Floor: lab.
"""

import multiprocessing
import queue
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from comity.adapters import vault
from comity.adapters.clock import SystemClock
from comity.adapters.entropy import SystemEntropy
from comity.adapters.keyfiles import KeyFiles
from comity.boot import child_processes
from comity.boot import home as homes
from comity.demo.pair_of_nodes import PairOfNodes, Side
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.desk.duty import intake
from comity.node.exchange.logs import own_log
from comity.node.review import row_cache
from comity.node.room import clock_watch, search_index
from comity_lab.bench.history import Heads, History, Keys, Writer, new_history

PATIENCE_S: Final = 7_200.0
"""Without a sign of life of either side: what is caught up behind a million entries gives none."""

type Progress = multiprocessing.Queue[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one side is, for a process of its own."""

    party: str
    home: Path
    environment: Mapping[str, str]
    agency: str


@dataclass(frozen=True, slots=True)
class _Task:
    """What one process writes: its own side of the history."""

    own: _Place
    other: _Place
    channel: str
    entries: int
    seed: int
    at_ms: int
    leads: bool


def grow(
    nodes: PairOfNodes, channel: str, entries: int, advance: Callable[[int], None], seed: int = 1
) -> None:
    """Bring both homes to so many entries of the first party's log.

    Args:
        nodes: paired, stopped, and with nothing on the way between them.
        channel: its path.
        entries: of the first party's log, at least; whole groups are written.
        advance: called with entries done on both sides.
        seed: of ids, nonces and bodies.

    Raises:
        Fault: `lab.fixture.failed`.
    """
    context = child_processes.Context()
    ends = context.Pipe()
    progress: Progress = context.Queue()
    at_ms = SystemClock().now_ms()
    first, second = (_place(side) for side in nodes.sides.values())
    tasks = [
        _Task(first, second, channel, entries, seed, at_ms, leads=True),
        _Task(second, first, channel, entries, seed, at_ms, leads=False),
    ]
    writers = [
        context.Process(target=_write, args=(task, end, progress), daemon=True)
        for task, end in zip(tasks, ends, strict=True)
    ]
    for writer in writers:
        writer.start()
    _watch(progress, len(writers), advance)
    for writer in writers:
        writer.join()


def _place(side: Side) -> _Place:
    state = side.state
    return _Place(state.party, side.home, side.environment, state.agency[0])


def _watch(progress: Progress, writers: int, advance: Callable[[int], None]) -> None:
    """Advance by what the slower side has done."""
    done: dict[str, int] = {}
    told = ended = 0
    while ended < writers:
        try:
            party, count = progress.get(timeout=PATIENCE_S)
        except queue.Empty as error:
            raise _failed("neither side went on") from error
        if count < 0:
            raise _failed(f"the side of {party} ended; its trace stands above")
        ended += count == 0
        done[party] = done.get(party, 0) + count
        slower = min(done.values()) if len(done) == writers else 0
        advance(slower - told)
        told = slower


def _failed(why: str) -> Fault:
    return Fault(
        code="lab.fixture.failed",
        what=f"The fixture could not be written: {why}.",
        fix="Run it again in an empty folder, with room on the disk for 12 KB an entry.",
    )


def _write(task: _Task, line: "Connection[object, object]", progress: Progress) -> None:
    """Write one side; tells how many entries each step wrote, then 0, or -1 where it fails."""
    try:
        with ExitStack() as stack:
            found = stack.enter_context(homes.opened(task.own.home, task.own.environment))
            _write_side(found.home.node, task, line, progress)
        progress.put((task.own.party, 0))
    except BaseException:
        progress.put((task.own.party, -1))
        raise


def _write_side(
    node: Node, task: _Task, line: "Connection[object, object]", progress: Progress
) -> None:
    with node.store.read() as tx:
        start = own_log(tx, task.channel) if task.leads else None
        others = [log for log in tx.logs(task.channel) if not log.own]
    log = start or others[0]
    if task.leads:
        parties = (task.own.party, task.other.party)
        history = new_history(node, task.channel, parties, task.own.agency, task.seed, task.at_ms)
        line.send(history)
    else:
        received = line.recv()
        assert isinstance(received, History)
        history = received
    writer = Writer(node, history)
    keys = _keys(node, task) if task.leads else None
    size = log.size
    while size < task.entries:
        count = writer.write_group()
        size += count
        progress.put((task.own.party, count))
        if writer.is_head_due() or size >= task.entries:
            _sign(writer, keys, line)
    writer.mark()
    # What a ticker would do behind the measuring, for hours: clocks, words, the inbox, figures.
    clock_watch.catch_up(node)
    search_index.catch_up(node)
    intake.catch_up(node)
    row_cache.catch_up(node)


def _sign(writer: Writer, keys: Keys | None, line: "Connection[object, object]") -> None:
    """Sign and cosign both logs on the side that leads; the other one keeps the same bytes."""
    if keys is not None:
        heads = writer.signed(keys)
        line.send(heads)
    else:
        received = line.recv()
        assert isinstance(received, Heads)
        heads = received
    writer.keep(heads)


def _keys(node: Node, task: _Task) -> Keys:
    """Return the keys of both homes: each log's head needs one signature of either side."""
    entropy = SystemEntropy()
    opener = vault.of_environment(task.other.environment, entropy)
    folder = homes.paths_of(task.other.home).keys
    return Keys({task.own.party: node.keys, task.other.party: KeyFiles(folder, opener, entropy)})
