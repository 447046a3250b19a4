"""One node that holds very many requests, for the benches that read it.

    write      so many as sealed entries of both logs, nothing of them understood
    rebuild    what `comity rebuild` makes of them, from nothing
    copy       rows of one of them again, up to the full number

Floor: lab.
"""

import resource
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from comity.boot import pool
from comity.demo.pair_of_nodes import Side
from comity.joint.request import state
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import MatterRow
from comity.node.exchange import reset
from comity.node.operate import rebuild as rebuilding
from comity_lab.bench import request_history
from comity_lab.bench.history import new_history
from comity_lab.bench.request_history import Writer

SEED: Final = 1

type Advance = Callable[[int], None]
type Bar = Callable[[str, int], AbstractContextManager[Advance]]
"""(what is done, of how many steps): gives what to call with each step."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured.

    Attributes:
        requests: that the node holds.
        sealed: how many of them stand in the logs, and are rebuilt.
    """

    requests: int
    sealed: int


def write(
    node: Node, channel: str, parties: tuple[str, ...], agency: str, plan: Plan, bar: Bar
) -> dict[str, Json]:
    """Write them into both logs; give what that took."""
    began, spent = time.perf_counter(), time.process_time()
    now_ms = node.clock.now_ms()
    pair = (parties[0], parties[1])
    history = new_history(node, channel, pair, agency, SEED, now_ms)
    with bar("Writing the fixture", plan.sealed) as advance:
        Writer(node, history).write(plan.sealed, advance)
    with node.store.write() as tx:
        reset.drop(tx, channel)  # as after a disaster: there are logs and nothing else
    return {
        "written_s": round(time.perf_counter() - began, 1),
        "written_cpu_s": round(time.process_time() - spent, 1),
    }


def rebuild(node: Node, side: Side, channel: str, plan: Plan, bar: Bar) -> dict[str, Json]:
    """Rebuild as `comity rebuild` does from where it has dropped everything."""
    with node.store.read() as tx:
        waiting = sum(log.size for log in tx.logs(channel))
    work = 2 * waiting + rebuilding.MATTER_WORK * plan.sealed
    began, spent = time.perf_counter(), _spent_s()
    with (
        pool.hands(side.home, side.environment, waiting) as hands,
        bar("Rebuilding", work) as advance,
    ):
        entries = rebuilding.from_logs(node, [channel], advance, hands)
    seconds, cpu_s = time.perf_counter() - began, _spent_s() - spent
    scale = plan.requests / plan.sealed
    return {
        "rebuilt_entries": entries,
        "rebuilt_s": round(seconds, 1),
        "rebuilt_cpu_s": round(cpu_s, 1),
        "rebuilt_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "rebuild_s": round(seconds * scale, 1),
        "rebuild_cpu_s": round(cpu_s * scale, 1),
        "rebuild_extrapolated": scale > 1,
    }


def _spent_s() -> float:
    """Return the processor time of this process and of those that it started and that ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def copy(node: Node, channel: str, plan: Plan, bar: Bar) -> None:
    """Copy the rows of one of them."""
    with node.store.read() as tx:
        row = next(one for one in tx.matters("request") if is_of_fixture(one))
        rows = tx.acts_of(channel, row.matter)
    copies = plan.requests - plan.sealed
    with bar("Copying rows", copies) as advance:
        for done in request_history.copy(node, row, rows, copies, SEED):
            advance(done)


def is_of_fixture(row: MatterRow) -> bool:
    """Return whether a request is of the fixture: those of officers name their guideline."""
    return not state.from_json(row.state).guideline
