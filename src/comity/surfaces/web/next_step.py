"""The next step as a page says it: what a command would be given, its form asks for by itself.

    "Say why with --why, so that it is routed again."   -> "Say why, so that it is routed again."
    "Take it first with `comity desk handover take`."   -> "Take it first."

A command that no page stands for, such as one of keys or of a backup, stays named.

Floor: surfaces.
"""

import re
from typing import Final

_BY_COMMAND: Final = re.compile(
    r" with (?:--[a-z-]+|`comity"
    r" (?:desk|evidence|guideline|legal|nation|officer|release|request) [^`]+`)"
)


def step(fix: str) -> str:
    """Return what to do next without the switches and commands that a page stands for."""
    return _BY_COMMAND.sub("", fix)
