"""What is new: another State asked it, and nobody here has opened it or said anything of it.

What was answered, by whatever program, or taken back is not new any more, opened or not.

Floor: node.
"""

from typing import Final

from comity.joint.request import table
from comity.node.rows import MatterRow

UNANSWERED: Final = frozenset({table.DRAFT, table.SUBMITTED})


def is_unopened(row: MatterRow, own: str) -> bool:
    """Return whether a request is new.

    Args:
        row: of the request.
        own: this State.
    """
    is_theirs = row.asker not in {"", own}
    return is_theirs and row.status in UNANSWERED and not row.opened
