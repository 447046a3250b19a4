"""`./comity test`: hands over to the check of this repository, `tools/check`.

The check needs the tests and tools of the repository, which an installed package
does not carry.

Floor: lab.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from comity.kernel.fault import Fault, quoted

ROOT = Path(__file__).resolve().parents[3]
INTERRUPTED = 130  # what a shell reports for a program ended by control-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the check and return its exit code.

    Args:
        arguments: of `comity test`; those of the process when None.

    Raises:
        Fault: `lab.check.absent`, where the package is installed without its repository.
    """
    if not (ROOT / "tools" / "check").is_dir():
        raise Fault(
            code="lab.check.absent",
            what=f"The folder {quoted(str(ROOT))} holds no tests.",
            fix="Run `./comity test` in a clone of the repository.",
        )
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        return subprocess.call([sys.executable, "-m", "tools.check", *arguments], cwd=ROOT)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    raise SystemExit(main())
