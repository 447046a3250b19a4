"""Many runs in several processes, each from its own seed.

A run that does not end has failed, and its result names its seed.  A process that dies, as one
for which there is no memory, ends all of it with an error.

Floor: lab.
"""

import multiprocessing
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

PROCESSOR_S_MAX: Final = 600.0
"""Of one run, seconds of processor time: many times what the longest needs."""


class HungError(BaseException):
    """A run that does not end; no `Exception`, so that nothing in it goes on after it."""


@dataclass(frozen=True, slots=True)
class Task[T, R]:
    """A function of the module level and what it is called with.

    Attributes:
        function: is pickled by its name.
        failed: makes a result of what it raised.
    """

    function: Callable[[T], R]
    failed: Callable[[T, str], R]

    def __call__(self, argument: T) -> R:
        """Run it; an error of the simulation itself is a result too."""
        try:
            with _bounded():
                return self.function(argument)
        except HungError as error:
            return self.failed(argument, f"HungError: {error}")
        except Exception as error:  # noqa: BLE001 -- a broken run must name its seed
            last = traceback.extract_tb(error.__traceback__)[-1]
            why = f"{type(error).__name__}: {error} ({last.name}, line {last.lineno})"
            return self.failed(argument, why)


def over[T, R](task: Task[T, R], arguments: Sequence[T], processes: int) -> Iterator[R]:
    """Give the results, in the order of the arguments."""
    if processes < 2 or len(arguments) < 2:  # noqa: PLR2004 -- one needs no other process
        yield from map(task, arguments)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield from pool.map(task, arguments)


@contextmanager
def _bounded() -> Iterator[None]:
    """Break off what needs too much processor time; in the first thread of a process."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise HungError(f"it needs over {PROCESSOR_S_MAX:.0f} s of processor time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, PROCESSOR_S_MAX)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
