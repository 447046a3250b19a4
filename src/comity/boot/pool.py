"""Processes that check entries and matters in parallel, each with the home opened anew.

    with fan(folder, home, jobs) as check:
        for found in check(ranges): ...

Processes are spawned, not forked: a database line and a key file belong to the process that
opened them.  The private keys are opened in each by what the environment says.

Floor: boot.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from comity.boot import home as homes
from comity.node.context import Node
from comity.node.fsck import run
from comity.node.fsck.entries import Range
from comity.node.fsck.report import Found
from comity.node.fsck.run import Fan, Part
from comity.surfaces.cli.context import Home

WORTH_A_PROCESS: Final = 8
"""Ranges; with fewer, starting processes takes longer than the work."""

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
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(count, context, _open, (folder,)) as pool:
            waiting: deque[Future[Found]] = deque()
            for part in parts:
                waiting.append(pool.submit(_check, part))
                if len(waiting) > _AHEAD * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    yield check


def _open(folder: Path) -> None:
    """Open the home in a new process; it stays open until the process ends."""
    manager = homes.opened(folder, os.environ)
    opened = manager.__enter__()
    _opened.append(opened.home.node)
    _kept.append(manager)


_kept: list[object] = []
"""A manager that nobody holds would close the home."""


def _check(part: Part) -> Found:
    return run.check_part(_opened[0], part)
