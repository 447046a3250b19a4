"""When a backup of this home was made, for whoever watches its age.

    record kind    key     value
    backup-made    last    when the last one was whole, milliseconds since 1970 UTC

Floor: node.
"""

from typing import Final

from comity.node.base.context import Node
from comity.node.base.ports import Tx

RECORD: Final = "backup-made"
_LAST: Final = "last"


def note(node: Node) -> None:
    """Note that one was made."""
    with node.store.write() as tx:
        tx.save_record(RECORD, _LAST, node.clock.now_ms())


def made_at_ms(tx: Tx) -> int | None:
    """Return when the last was made, or None."""
    value = tx.record(RECORD, _LAST)
    return value if isinstance(value, int) else None
