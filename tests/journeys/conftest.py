"""Two homes that have paired, made once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from support import pair

from comity.lab.pair_of_nodes import PairOfNodes

expect.set_options(timeout=20_000)  # a check has other work on its two cores


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> PairOfNodes:
    """Two homes that have paired and were never served."""
    nodes = PairOfNodes(tmp_path_factory.mktemp("made"))
    nodes.set_up()
    return nodes


@pytest.fixture
def nodes(made: PairOfNodes, tmp_path: Path) -> Iterator[PairOfNodes]:
    """A copy of both homes for one test."""
    shutil.copytree(made.folder, tmp_path, dirs_exist_ok=True)
    with PairOfNodes(tmp_path) as copy:
        copy.arrangement = made.arrangement
        for party, side in copy.sides.items():
            old = made.sides[party]
            side.key, side.token, side.peer_port = old.key, old.token, old.peer_port
        yield copy


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """What a test opens for itself is closed after it."""
    with pair.closing():
        yield
