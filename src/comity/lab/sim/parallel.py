"""Many runs in several processes, each from its own seed; results as they come.

Floor: lab.
"""

import multiprocessing
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


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
            return self.function(argument)
        except Exception as error:  # noqa: BLE001 -- a broken run must name its seed
            last = traceback.extract_tb(error.__traceback__)[-1]
            why = f"{type(error).__name__}: {error} ({last.name}, line {last.lineno})"
            return self.failed(argument, why)


def over[T, R](task: Task[T, R], arguments: Sequence[T], processes: int) -> Iterator[R]:
    """Give the results, in no meaning order with more than one process."""
    if processes < 2 or len(arguments) < 2:  # noqa: PLR2004 -- one needs no other process
        yield from map(task, arguments)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes) as pool:
        yield from pool.imap_unordered(task, arguments)
