"""Processes that do parts of long work beside this one, each with the home opened anew.

    with fan(folder, home, jobs) as check:                 fsck: ranges are checked
        for found in check(ranges): ...
    with hands(folder, environment, entries) as beside:    rebuild: entries opened, matters folded
        ...

Processes are spawned, not forked: a database line and a key file belong to the process that
opened them.  The private keys are opened in each by what the environment says.

Floor: boot.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from comity.boot import child_processes
from comity.boot import home as homes
from comity.node.base.context import Node
from comity.node.exchange import prefetch, refold_queue
from comity.node.operate.fsck import run
from comity.node.operate.fsck.entries import Range
from comity.node.operate.fsck.report import Found
from comity.node.operate.fsck.run import Fan, Part
from comity.node.operate.rebuild import Hands
from comity.surfaces.cli.context import Home

WORTH_A_PROCESS: Final = 8
"""Ranges; with fewer, starting processes takes longer than the work."""

ENTRIES_WORTH_A_PROCESS: Final = 4_000

_AHEAD: Final = 4
_opened: list[Node] = []


@contextmanager
def fan(folder: Path, home: Home, jobs: int = 0) -> Iterator[Fan]:
    """Give what checks ranges.

    Args:
        folder: the home.
        home: opened in this process.
        jobs: processes, or 0 for one for each core.
    """
    count = jobs or os.cpu_count() or 1
    if count < 2:  # noqa: PLR2004 -- one process is this one
        yield run.serial(home.node)
        return

    def check(parts: Sequence[Part]) -> Iterator[Found]:
        if sum(isinstance(part, Range) for part in parts) < WORTH_A_PROCESS:
            yield from run.serial(home.node)(parts)
            return
        with _pool(folder, os.environ, count) as pool:
            yield from _each(pool, _check, parts, _AHEAD * count)

    yield check


@contextmanager
def hands(
    folder: Path, environment: Mapping[str, str], entries: int, jobs: int = 0
) -> Iterator[Hands | None]:
    """Give who helps a rebuild, or None where it is done sooner alone.

    Args:
        folder: the home.
        environment: COMITY_*.
        entries: that are understood anew.
        jobs: processes, this one among them, or 0 for one more than there are cores.
    """
    count = (jobs or (os.cpu_count() or 1) + 1) - 1
    if count < 1 or entries < ENTRIES_WORTH_A_PROCESS:
        yield None
        return
    with _pool(folder, environment, count) as pool:
        yield Hands(
            opens=lambda spans: _each(pool, _look, spans, _AHEAD * count),
            folds=lambda pages: _each(pool, _fold, pages, _AHEAD * count),
        )


@contextmanager
def _pool(folder: Path, environment: Mapping[str, str], count: int) -> Iterator[Executor]:
    """Give processes; what was not begun is not done any more once somebody failed."""
    context = child_processes.Context()
    pool = ProcessPoolExecutor(count, context, _open, (folder, dict(environment)))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _each[Given, Made](
    pool: Executor, do: Callable[[Given], Made], parts: Iterable[Given], ahead_max: int
) -> Iterator[Made]:
    """Do every part, some ahead of who asks; give what came of each in their order."""
    waiting: deque[Future[Made]] = deque()
    for part in parts:
        waiting.append(pool.submit(do, part))
        if len(waiting) > ahead_max:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _read_only(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


def _reduced(values: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    """Say how a mapping that cannot be changed goes from one process to another."""
    return _read_only, (dict(values),)


ForkingPickler.register(MappingProxyType, _reduced)


def _open(folder: Path, environment: Mapping[str, str]) -> None:
    """Open the home in a new process; it stays open until the process ends."""
    manager = homes.opened(folder, environment)
    opened = manager.__enter__()
    _opened.append(opened.home.node)
    _kept.append(manager)


_kept: list[object] = []
"""A manager that nobody holds would close the home."""


def _check(part: Part) -> Found:
    return run.check_part(_opened[0], part)


def _look(span: prefetch.Span) -> list[prefetch.Entry]:
    return prefetch.look(_opened[0], span)


def _fold(page: refold_queue.Page) -> refold_queue.Done:
    return refold_queue.fold(_opened[0], page)
