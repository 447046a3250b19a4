"""What each command is for; `python -m tools.check.help_lines` writes it.

Floor: lab.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LINES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "bench": "measure speed beside floors of the same run",
        "chaos": "kill two real nodes again and again while acts are sent",
        "sim": "simulate nodes, disks, clocks and network from seeds",
    }
)
