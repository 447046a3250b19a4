"""One thing that was looked at, whether it is in order, and on which side to mend it.

Floor: node.
"""

from dataclasses import dataclass
from typing import Final

from comity.kernel.ijson import Json

OWN: Final = "own"
PEER: Final = "peer"
LINE: Final = "line"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        about: a few words.
        is_good: whether it is in order; None where it cannot be known, or is no fault; what
            should be done all the same stands in `fix`.
        side: `own`, `peer` or `line`: where it is to be mended; "" if it is in order.
        what: one sentence.
        fix: the next step, or "".
    """

    about: str
    is_good: bool | None
    side: str
    what: str
    fix: str = ""


def finding_to_json(finding: Finding) -> Json:
    """Return a finding for `--json`."""
    return {
        "about": str(finding.about),
        "is_good": finding.is_good,
        "side": finding.side,
        "what": str(finding.what),
        "fix": str(finding.fix),
    }
