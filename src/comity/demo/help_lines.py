"""What each command is for; `python -m tools.check.help_lines` writes it.

Floor: demo.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LINES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "demo": "two nodes in a fresh folder: a guideline, requests by it, and the proofs",
    }
)
