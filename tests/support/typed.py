"""Commands typed at one home, in copies of one process of this worker that has loaded the program.

    refused = comity("status", "--home", folder, COMITY_PORT="x")
    refused.returncode, refused.stdout, refused.stderr

That the program starts by itself is for the tests that start it.

Floor: tests.
"""

import os
import subprocess
from functools import cache
from pathlib import Path

from comity.demo.commands import SERVING, Copies

KEY = "11" * 32


def environment(**more: str) -> dict[str, str]:
    """Return what a command is run with."""
    clean = {name: v for name, v in os.environ.items() if not name.startswith("COMITY_")}
    return {**clean, "COMITY_KEY": KEY, **more}


@cache
def copies() -> Copies:
    """Return what runs the commands of this worker."""
    return Copies(SERVING)


def comity(*words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    spelled = [*map(str, words)]
    done = copies()(spelled, environment(**more), Path.cwd())
    return subprocess.CompletedProcess(spelled, done.code, done.out, done.err)
