"""What the check does, cheapest first: one line a step.

To add a step, add a line.  A step whose `needs` is not there is skipped by name.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Step:
    """One program to run in the repository's root.

    Attributes:
        name: one word.
        command: arguments of this Python, or of a program that lies beside it.
        needs: a path under the root; without it the step is skipped.
        is_fast: whether `--fast` runs it.
        is_pytest: its tests are counted one by one; otherwise the step counts as one.
        is_single: it is one process, so that two such run at once; others have the machine alone.
        is_deep: whether only `--deep` and `--only` run it.
        seconds_max: it is stopped, and has failed, after this.
    """

    name: str
    command: tuple[str, ...]
    needs: str = "."
    is_fast: bool = True
    is_pytest: bool = False
    is_single: bool = False
    is_deep: bool = False
    seconds_max: int = 300


WORKERS = ("-n", "3", "--dist", "worksteal")
"""Of the two cores one is often idle while a journey waits for a line or a browser; and each worker
begins with a run of whole modules, whose fixtures are then made once."""

PAGES = ("tests/journeys", "tests/surfaces/test_disowned.py")
"""Where tests drive a browser: each worker would else read every other test first."""

STEPS: tuple[Step, ...] = (
    Step("format", ("ruff", "format", "--check", "."), is_single=True),
    Step("lint", ("ruff", "check", "."), is_single=True),
    Step("floors", ("lint-imports", "--no-logo"), is_single=True),
    Step("shape", ("pytest", "tests/shape"), is_pytest=True, is_single=True),
    Step("types", ("mypy", "src", "tools", "tests"), is_single=True),
    Step("generated", ("-m", "tools.check.generated"), is_single=True),
    Step(
        "tests",
        (
            "pytest",
            "tests",
            "--ignore=tests/shape",
            "-m",
            "not browser and not long",
            "--durations=25",
            *WORKERS,
        ),
        is_pytest=True,
        seconds_max=3000,
    ),
    Step(
        "pages",
        ("pytest", *PAGES, "-m", "browser and not long", *WORKERS),
        is_pytest=True,
        seconds_max=1800,
    ),
    Step("bench", ("-m", "tools.check.bench"), is_fast=False, is_single=True, is_deep=True),
    Step(
        "simulation",
        ("comity", "sim", "--seeds", "40", "--long", "1", "--drawn", "--processes", "1"),
        is_fast=False,
        is_single=True,
        seconds_max=1500,
    ),
    Step(
        "liars",
        ("comity", "sim", "--byzantine", "9", "--first", "4"),
        is_fast=False,
        seconds_max=900,
    ),
)


def command_line(step: Step, *extra: str) -> list[str]:
    """Return the full command of a step, with this environment's Python and programs."""
    if step.command[0].startswith("-"):
        return [sys.executable, *step.command, *extra]
    program, *arguments = step.command
    return [str(Path(sys.executable).with_name(program)), *arguments, *extra]
