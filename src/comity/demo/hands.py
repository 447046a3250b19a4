"""Who types the commands of an exercise on two nodes that serve.

Floor: demo.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.scripted import NOBODY
from comity.kernel.fault import Fault

_WAIT_S: Final = 60.0
_POLL_S: Final = 0.5
_NO_ACT: Final = frozenset({"commit-actions", "console", "report"})

type Names = Mapping[tuple[str, str], tuple[str, str]]
"""(party, `LEAD` or `PLAYER`) -> who types, and who approves it."""


class Hands:
    """Who types at both nodes: an act is approved by a second officer, and arrives."""

    def __init__(self, nodes: PairOfNodes, names: Names) -> None:
        """Name who types what on each side, and who approves it."""
        self._nodes, self._names = nodes, names

    def typed(self, party: str, who: str, where: str, words: Sequence[str]) -> dict[str, Any]:
        """Type a command as one of the four officers of a State.

        Raises:
            Fault: what it said.
        """
        if who == NOBODY:
            found: dict[str, Any] = self._nodes.run(party, *words, home=False)
            return found
        waits = ("--wait",) if words[0] == "exercise" and words[1] not in _NO_ACT else ()
        value = self._until_open(party, who, where, (*words, *waits))
        if "draft" not in value:
            return value
        return self.approved(party, who, where, str(value["draft"]), *waits)

    def approved(self, party: str, who: str, where: str, draft: str, *waits: str) -> dict[str, Any]:
        """Read a draft as the second officer, and approve what was read."""
        by = ("--as", self._names[party, who][1])
        read = self._nodes.run(party, "draft", "show", draft, *by, exercise=where)
        content = ("--content", str(read["content_sha256"]))
        sent: dict[str, Any] = self._nodes.run(
            party, "draft", "approve", draft, *content, *waits, *by, exercise=where
        )
        return sent

    def _until_open(self, party: str, who: str, where: str, words: Sequence[str]) -> dict[str, Any]:
        """Type it; a channel opens a moment after both have shown their keys for it."""
        end = time.monotonic() + _WAIT_S
        while True:
            try:
                found: dict[str, Any] = self._nodes.run(
                    party, *words, "--as", self._names[party, who][0], exercise=where
                )
            except Fault as fault:
                if fault.code != "node.exercise.unknown" or time.monotonic() > end:
                    raise
                time.sleep(_POLL_S)
            else:
                return found
