"""What comes behind the acts: rows for figures and words for searching, of what was understood.

    behind = Behind(node, troubles)
    behind.look()               each second; in a rush little of it in ten seconds, see `pace`

Floor: boot.
"""

from typing import Final

from comity.boot.pace import Pace
from comity.boot.supervision import Troubles
from comity.node.base.context import Node
from comity.node.review import row_cache
from comity.node.room import search_index
from comity.rooms.share import lists

STEPS_MAX: Final = 8
"""Of the rows, in one second: other work of this process goes on in between."""

WORDED_MAX: Final = 256
"""Entries whose words are indexed in one second; whoever searches indexes the rest."""


class Behind:
    """Of one node; one thread looks."""

    def __init__(self, node: Node, troubles: Troubles) -> None:
        self._node = node
        self._troubles = troubles
        self._pace = Pace(STEPS_MAX)

    def look(self) -> None:
        """Look at some of what was understood; the rest waits a second, or a rush.

        Raises:
            Fault: `node.store.*`, of looking whether there is a rush.
        """
        with self._node.store.read() as tx:
            understood = sum(log.understood for log in tx.logs())
        steps = self._pace.steps(understood)
        if steps:
            self._troubles.step("figures", lambda: self._keep_rows(steps))
            self._troubles.step("shares", lambda: lists.refresh(self._node))
            self._troubles.step("words", lambda: search_index.catch_up(self._node, WORDED_MAX))

    def _keep_rows(self, steps: int) -> None:
        for _ in range(steps):
            if not row_cache.step(self._node):
                return
