"""Figures of a run, appended to a CSV on request: what was measured, when, of which tree and where.

    day,tree,machine,bench,figure,value
    2026-11-30,3dd9f8f3,"AMD EPYC, 2 cores",exchange,acts_per_s,1013

Floor: lab.
"""

import argparse
import csv
import os
import platform
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

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
