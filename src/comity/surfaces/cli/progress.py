"""A bar on stderr for long work: shown to people alone, gone when the work is done.

    with progress.bar("Verifying", total=len(files), quiet=options.json) as advance:
        for file in files:
            ...
            advance(1)

Floor: surfaces.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

type Advance = Callable[[int], None]


@contextmanager
def bar(
    label: str, total: int | None, *, quiet: bool = False, in_bytes: bool = False
) -> Iterator[Advance]:
    """Show how far it is; give what to call with each step.

    Args:
        label: what is being done.
        total: of all steps, or None if it is not known.
        quiet: show nothing; nothing is shown either where stderr is no terminal.
        in_bytes: steps are bytes.
    """
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    count = DownloadColumn() if in_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), count)
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as shown:
        task = shown.add_task(label, total=total)
        yield lambda steps: shown.advance(task, steps)
