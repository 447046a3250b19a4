"""Homes that were made once, copied for a test.

Floor: tests.
"""

import shutil
from pathlib import Path

from comity.demo.pair_of_nodes import PairOfNodes


def homes(made: PairOfNodes, folder: Path) -> PairOfNodes:
    """Return a copy of both homes in a folder, at the same ports of peers."""
    shutil.copytree(made.folder, folder, dirs_exist_ok=True)
    copy = PairOfNodes(folder, typed=made.typed, started=made.started)
    copy.arrangement = made.arrangement
    for party, side in copy.sides.items():
        old = made.sides[party]
        side.key, side.token, side.peer_port = old.key, old.token, old.peer_port
    return copy
