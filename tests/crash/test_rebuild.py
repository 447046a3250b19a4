"""SIGKILL at the points of a rebuild, on real stores: it is given again, or left to the node."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import drawn_store
from support import postgres as databases
from support.crashing import Died, Pair, begin, check, look
from support.saying import say

from comity.kernel.ids import random_id
from comity.node.exchange import refold_queue
from comity.node.exchange.understand import Haste
from comity.node.operate import rebuild
from comity.surfaces.cli.context import Home

VICTIM, OTHER = "aa", "bb"
REQUESTS = 3
CASES = [
    ("rebuild.dropped", 1),
    ("rebuild.done", 1),
    ("understand.folded", 1),
    ("understand.folded", 2),
    ("unfolded.page", 1),
    ("unfolded.page", 2),
]
IN_STEPS = Haste(entries=2, matters=2)
"""So that a few requests take several transactions, as a hundred thousand do."""

_IDS = itertools.count(1 << 96)


def _rebuild(home: Home) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rebuild, "ALONE", IN_STEPS)
        rebuild.rebuild(home.node)


def _is_owed(home: Home, channel: str) -> bool:
    with home.node.store.read() as tx:
        return refold_queue.is_owed(tx, channel)


@contextmanager
def _world(folder: Path, stores: Mapping[str, str]) -> Iterator[Pair]:
    pair = Pair(folder, stores)
    for _ in range(REQUESTS):
        for party, other in ((VICTIM, OTHER), (OTHER, VICTIM)):
            act_id = random_id(next(_IDS).to_bytes(16, "big"))
            pair[party].run(say, pair.channel, other, act_id)
    pair.rounds()
    yield pair
    assert [pair[party].run(check) for party in (VICTIM, OTHER)] == [[], []]
    pair.close()


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two homes with SQLite and a few requests each way."""
    with _world(tmp_path_factory.mktemp("crash-rebuild"), {VICTIM: "", OTHER: ""}) as made:
        yield made


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str) -> Iterator[Pair]:
    """The same with a database of PostgreSQL each."""
    folder = tmp_path_factory.mktemp("crash-rebuild-postgres")
    with (
        databases.several(postgres_dsn, "rebuild", (VICTIM, OTHER)) as names,
        _world(folder, names) as made,
    ):
        yield made


@pytest.mark.parametrize("again", [True, False], ids=["given-again", "left-to-the-node"])
@pytest.mark.parametrize(("store", "point", "count"), drawn_store.on_one(CASES))
def test_a_rebuild_that_is_killed_anywhere_is_whole(
    store: str, point: str, count: int, *, again: bool, request: pytest.FixtureRequest
) -> None:
    """The node shows what it showed before, whether a person repeats the command or not."""
    pair: Pair = request.getfixturevalue(store)
    before = pair[VICTIM].run(look)

    pair.stop(VICTIM)
    pair.start(VICTIM, f"{point}:{count}")
    with pytest.raises(Died):
        pair[VICTIM].run(_rebuild)
    pair.stop(VICTIM)
    pair.start(VICTIM)
    if again:
        pair[VICTIM].run(_rebuild)
    pair[VICTIM].run(begin)
    pair.rounds()

    assert not pair[VICTIM].run(_is_owed, pair.channel)
    ours, theirs = (pair[party].run(look) for party in (VICTIM, OTHER))
    assert (ours.digests, ours.logs) == (before.digests, before.logs)
    assert theirs.digests == ours.digests
