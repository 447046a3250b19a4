"""Two homes that have paired, made once and copied for each test.

Commands, `serve` too, run in copies of one process that has loaded the program
(`demo.commands.Copies`): the same entry point and words.  That the program starts by itself is
shown by the journeys of the README and of the demo, and by `tests/boot/test_serve.py`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from support import copied, pair
from support.typed import copies

from comity.demo.pair_of_nodes import PairOfNodes

expect.set_options(timeout=20_000)  # a check has other work on its two cores


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> PairOfNodes:
    """Two homes that have paired and were never served."""
    nodes = PairOfNodes(tmp_path_factory.mktemp("made"), typed=copies(), started=copies().start)
    nodes.set_up()
    return nodes


@pytest.fixture
def nodes(made: PairOfNodes, tmp_path: Path) -> Iterator[PairOfNodes]:
    """A copy of both homes for one test."""
    with copied.homes(made, tmp_path) as copy:
        yield copy


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """What a test opens for itself is closed after it."""
    with pair.closing():
        yield
