"""Write what each command of a package is for, so that `comity --help` need not load them all.

python -m tools.check.help_lines comity.surfaces.cli      writes help_lines.json of the package
"""

import importlib
import json
import sys
from pathlib import Path

from comity.boot.rooms import TABLES
from comity.surfaces import cli
from comity.surfaces.cli.main import HELP_LINES, parser

PACKAGES = (cli.__name__, "comity.demo", "comity_lab")


def lines(package: str) -> dict[str, str]:
    """Return `{command: its line}` of a package, in the order of `comity --help`."""
    tables = TABLES if package == cli.__name__ else ()
    root = parser((importlib.import_module(package),), tables=lambda: tables)
    return {
        one.dest: one.help
        for action in root._actions  # noqa: SLF001 -- argparse says nowhere else what it was told
        for one in getattr(action, "_choices_actions", ())
    }


def main() -> int:
    """Write the file of each package."""
    for package in sys.argv[1:]:
        (folder,) = importlib.import_module(package).__path__
        text = json.dumps(lines(package), ensure_ascii=False, indent=1)
        (Path(folder) / HELP_LINES).write_text(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
