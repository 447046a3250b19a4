"""How an officer signs in is noted: what he signed in by, what he added, removed or changed.

Floor: node.
"""

from collections.abc import Mapping
from typing import Final

from comity.node.context import Node
from comity.node.desk import locallog

STEPS: Final = frozenset({"officer.signed-in", "officer.access-changed"})


def note(node: Node, step: str, facts: Mapping[str, str]) -> None:
    """Note one step in the local log, in a transaction of its own."""
    assert step in STEPS
    with node.store.write() as tx:
        locallog.note(tx, node, step, facts)
