"""A process for each home: it keeps what is made of the logs, and folds it when all is there.

What a node would have written by appending, keeping and understanding is written here batch by
batch, by the same rows; matters are folded once, from the stored acts, by the same code that
folds after a rebuild.

Floor: lab.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, Final

from comity.boot import home as homes
from comity.boot import pool as _spelled  # noqa: F401 -- what acts are made of crosses a pipe
from comity.demo.pair_of_nodes import PairOfNodes
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL
from comity.node.desk.duty import intake
from comity.node.exchange import append, logs, refold_queue
from comity.node.room import clock_watch, search_index
from comity.node.room.release import draft_store
from comity_lab.years import at_home
from comity_lab.years.line import Made

CARD: Final = 1
"""The one set of keys of each party: the years begin before any is rotated."""

PAGE: Final = 128
"""Matters that are folded in one transaction."""

_AHEAD: Final = 4
"""Batches that may be on their way to a process."""

_PATIENCE_S: Final = 600.0


@dataclass(frozen=True, slots=True)
class Ground:
    """One channel as the years find it: its logs are empty.

    Attributes:
        path: of the channel.
        origins: of both logs, in the order of the parties.
        seals: public keys that key entries are sealed to, in the same order.
        texts: SHA-256 of the key texts that they are of, in the same order.
        mirrors: names by which the parties cosign, in the same order.
    """

    path: str
    origins: tuple[str, ...]
    seals: tuple[bytes, ...]
    texts: tuple[str, ...]
    mirrors: tuple[str, ...]


type Line = "Connection[Any, Any]"


class Keepers:
    """The processes of both homes.

    Attributes:
        grounds: channels by name.
        cpu_s: processor time that both took, once they have finished.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._behind = 0
        self.cpu_s = 0.0
        self.grounds: dict[str, Ground] = {}
        for line in lines:
            self.grounds = _answer(line)

    def keep(self, made: Made) -> None:
        """Hand a batch to both."""
        spelled = ForkingPickler.dumps(made)
        for line in self._lines:
            line.send_bytes(spelled)
        self._behind += 1
        if self._behind > _AHEAD:
            self._wait()

    def finish(self, advance: Callable[[int], None]) -> None:
        """Wait until both have kept and folded everything; advance by matters of the slower."""
        while self._behind:
            self._wait()
        for line in self._lines:
            line.send(None)
        for turn, line in enumerate(self._lines):
            while isinstance(told := _answer(line), int):
                advance(told if turn == 0 else 0)
            self.cpu_s += told

    def _wait(self) -> None:
        for line in self._lines:
            _answer(line)
        self._behind -= 1


@contextmanager
def keepers(nodes: PairOfNodes) -> Iterator[Keepers]:
    """Open both homes, which nobody serves, each in a process of its own."""
    context = multiprocessing.get_context("forkserver")
    ends = [context.Pipe() for _ in nodes.sides]
    processes = [
        context.Process(target=_run, args=(side.home, side.environment, theirs), daemon=True)
        for side, (_, theirs) in zip(nodes.sides.values(), ends, strict=True)
    ]
    for process in processes:
        process.start()
    for _, theirs in ends:
        theirs.close()
    try:
        yield Keepers([ours for ours, _ in ends])
    finally:
        for ours, _ in ends:
            ours.close()
        for process in processes:
            process.join()


def _answer(line: Line) -> Any:  # noqa: ANN401 -- whatever the process tells
    try:
        if line.poll(_PATIENCE_S):
            return line.recv()
    except (EOFError, OSError):
        pass
    raise Fault(
        code="lab.years.failed",
        what="A process that keeps the history ended; its trace stands above.",
        fix="Run it again in an empty folder, with room on the disk for 20 KB an act.",
    )


def _run(home: Path, environment: Mapping[str, str], line: Line) -> None:
    with suppress(EOFError), homes.opened(home, environment) as found:  # who hands over has ended
        node = found.home.node
        line.send(grounds(node))
        while (made := line.recv()) is not None:
            keep(node, made)
            line.send(made.size)
        fold(node, line.send)
        line.send(time.process_time())


def grounds(node: Node) -> dict[str, Ground]:
    """Return the channels of a node by name."""
    found: dict[str, Ground] = {}
    with node.store.read() as tx:
        for path in sorted({log.channel for log in tx.logs()} - {LOCAL_CHANNEL}):
            loaded = trust.load(tx, path)
            parties = loaded.arrangement.party_ids()
            found[loaded.name] = Ground(
                path,
                tuple(loaded.newest_origin(party) for party in parties),
                tuple(loaded.keys(party, CARD).seal for party in parties),
                tuple(loaded.seal_text(party, CARD) for party in parties),
                tuple(loaded.arrangement.mirror_name(party, loaded.name) for party in parties),
            )
    return found


def keep(node: Node, made: Made) -> None:
    """Keep a batch: entries, what they say, bodies, heads."""
    for sha256, data in made.bodies.items():
        if len(data) > limits.ROW_BLOB_BYTES_MAX:
            node.bodies.stage(sha256, 0, data)
            node.bodies.commit(sha256)
    with node.store.write() as tx:
        refold_queue.owe(tx, made.channel)
        for origin, entries in made.entries.items():
            log = logs.append_entries(
                tx, logs.require_log(tx, origin), entries, made.leaves[origin]
            )
            tx.save_log(replace(log, understood=log.size))
        tx.save_bodies(made.bodies)
        trust.touch_register(tx, made.acts)
        tx.save_acts(made.acts)
        tx.save_named_bodies([b for row in made.acts for b in append.named_bodies(node, tx, row)])
        tx.save_receipts(made.receipts)
        for act_id, value in made.releases.get(node.party, {}).items():
            tx.save_record(draft_store.RELEASE, act_id, value)
        _sign(tx, made)


def _sign(tx: Tx, made: Made) -> None:
    for head, given in made.heads:
        tx.save_head(head)
        tx.save_cosignature(given)
    for origin, head in made.newest_heads().items():
        assert logs.root_at(tx, origin, head.size) == head.root
        tx.save_log(replace(logs.require_log(tx, origin), signed=head.size))


def fold(node: Node, advance: Callable[[int], None]) -> None:
    """Mark what is signed, fold every matter, and do what a ticker would do beside serving."""
    with node.store.read() as tx:
        channels = sorted({log.channel for log in tx.logs()} - {LOCAL_CHANNEL})
        heads = [
            (log, head)
            for channel in channels
            for log in tx.logs(channel)
            if (head := tx.newest_head(log.origin)) is not None
        ]
    for log, head in heads:
        node.highwater.raise_to(log.origin, head.size, head.root)
        if log.own:
            node.highwater.covered(log.origin, head.size)
    for channel in channels:
        with node.store.read() as tx:
            is_owed = refold_queue.is_owed(tx, channel)
        if is_owed:
            refold_queue.fold_all(node, channel, page_matters=PAGE, advance=advance)
    clock_watch.catch_up(node)
    search_index.catch_up(node)
    intake.catch_up(node)
    at_home.tell(node)
