"""What a run leaves on request: its homes in a folder, and its figures at the end of a CSV.

A line of it says what was measured, when, of which tree and where:

    day,tree,machine,bench,figure,value
    2026-11-30,3dd9f8f3,"AMD EPYC, 2 cores",exchange,acts_per_s,1013

Floor: lab.
"""

import argparse
import csv
import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json

COLUMNS: Final = ("day", "tree", "machine", "bench", "figure", "value")
_ROOT: Final = Path(__file__).resolve().parents[3]
_CPU: Final = Path("/proc/cpuinfo")


def add_append(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument(
        "--append", type=Path, metavar="FILE", help="append every figure to this CSV file"
    )


def append(options: argparse.Namespace, bench: str, value: Json) -> None:
    """Append the figures of a run, where that was asked for."""
    if options.append is None:
        return
    is_new = not options.append.exists()
    run = (time.strftime("%Y-%m-%d", time.gmtime()), _tree(), _machine(), bench)
    with options.append.open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        if is_new:
            rows.writerow(COLUMNS)
        rows.writerows((*run, figure, one) for figure, one in figures(value))


@contextmanager
def folder_of(keep: Path | None) -> Iterator[Path]:
    """Give a new folder, kept where its name was given.

    Raises:
        Fault: `surfaces.file.unwritable`.
    """
    if keep:
        try:
            keep.mkdir(parents=True)
        except OSError as error:
            raise Fault(
                code="surfaces.file.unwritable",
                what=f"The folder {quoted(str(keep))} cannot be made: {error.strerror}.",
                fix="Name a new folder after --keep.",
            ) from error
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        yield Path(folder)


def figures(value: Json, name: str = "") -> Iterator[tuple[str, int | float]]:
    """Give each number of a JSON value under the path of its names, joined by dots."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from figures(one, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from figures(one, f"{name}.{at}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield name, value


def _tree() -> str:
    """Return the commit that was measured, or "" outside a clone."""
    asked = subprocess.run(  # noqa: S603 -- fixed words
        ["git", "-C", str(_ROOT), "rev-parse", "--short=8", "HEAD"],  # noqa: S607 -- git on PATH
        capture_output=True,
        check=False,
        text=True,
    )
    return asked.stdout.strip()


def _machine() -> str:
    """Return the processor and how many cores there are."""
    lines = _CPU.read_text(encoding="utf-8").splitlines() if _CPU.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return f"{next(named, platform.machine())}, {os.cpu_count()} cores"
