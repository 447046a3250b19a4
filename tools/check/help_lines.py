"""Write what each command of a package is for, so that `comity --help` need not load them all.

python -m tools.check.help_lines comity.surfaces.cli
"""

import importlib
import sys
from pathlib import Path

from comity.boot.rooms import TABLES
from comity.demo import developers
from comity.surfaces import cli
from comity.surfaces.cli.main import parser

NAME = "help_lines.py"
_LINE_CHARS = 100
_FLOORS = {cli.__name__: "surfaces", "comity.demo": "demo", "comity_lab": "lab"}


def lines(package: str) -> dict[str, str]:
    """Return `{command: its line}` of a package, in the order of `comity --help`."""
    tables = TABLES if package == cli.__name__ else ()
    known: dict[str, str] = {}
    root = parser((importlib.import_module(package),), tables=lambda: tables)
    for action in root._actions:  # noqa: SLF001 -- argparse says nowhere else what it was told
        for one in getattr(action, "_choices_actions", ()):
            known[one.dest] = one.help
    return known


def render(package: str) -> str:
    """Return the module that holds them."""
    found = [f'        "{name}": "{line}",' for name, line in lines(package).items()]
    told = [one if len(one) <= _LINE_CHARS else f"{one}  # noqa: E501 -- one line" for one in found]
    floor = _FLOORS[package]
    return "\n".join(
        (
            '"""What each command is for; `python -m tools.check.help_lines` writes it.',
            "",
            f"Floor: {floor}.",
            '"""',
            "",
            "from collections.abc import Mapping",
            "from types import MappingProxyType",
            "from typing import Final",
            "",
            "LINES: Final[Mapping[str, str]] = MappingProxyType(",
            "    {",
            *told,
            "    }",
            ")",
            "",
        )
    )


def packages() -> list[str]:
    """Return the packages that have commands."""
    return [cli.__name__, "comity.demo", *(one.__name__ for one in developers.packages())]


def main() -> int:
    """Write the module of each package."""
    for package in sys.argv[1:] or packages():
        (Path(*importlib.import_module(package).__path__) / NAME).write_text(render(package))
    return 0


if __name__ == "__main__":
    sys.exit(main())
