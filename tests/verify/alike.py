"""One file, two verifiers: what comity says of it, and what the program does.

Floor: tests.
"""

import argparse
import contextlib
import io
import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from verify import forging

from comity.kernel.fault import Fault
from comity.surfaces.cli import verify as cli
from tools.verify import verify as program

PRINTED: Any = SimpleNamespace(show=lambda value, text: json.dumps(value) and text.encode())
POLICY = forging.policy_text()
SECONDS = 20
"""More than either takes for the worst file on a busy machine, and far less than for ever."""


def both(folder: Path, data: bytes, policy: bytes = POLICY) -> tuple[bool, bool]:
    """Return whether comity takes a file, and whether the program does."""
    file, trusted = folder / "file", folder / "policy"
    file.write_bytes(data)
    trusted.write_bytes(policy)
    options = argparse.Namespace(files=[file], policy=trusted, json=True)
    began = time.monotonic()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        theirs = program.main([str(file), "--policy", str(trusted)]) == 0
        try:
            ours = cli.run(cast("Any", PRINTED), options) == 0
        except Fault:
            ours = False
    assert time.monotonic() - began < SECONDS
    return ours, theirs
