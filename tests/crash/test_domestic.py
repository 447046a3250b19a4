"""SIGKILL at every numbered point of counsel's decisions and of destruction, on the real stores.

A request comes under a nation profile, is decided on, accepted, and its attachment destroyed;
whoever gave the command gives it again after the restart.
"""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import drawn_store, lawful
from support import postgres as databases
from support.crashing import Pair, begin, check, look
from support.killed import Killed
from support.saying import say

import comity
from comity.kernel.ids import random_id

VICTIM, OTHER = "aa", "bb"
STEP = re.compile(r'node\.step\("([a-z.-]+)"\)')
POINTS = sorted(
    {
        name
        for file in Path(comity.__file__).parent.rglob("*.py")
        for name in STEP.findall(file.read_text(encoding="utf-8"))
        if name.startswith(("legal.", "destroy."))
    }
)
CASES = [*((point, 1) for point in POINTS), ("legal.decided", 2), ("legal.decided", 3)]
_IDS = itertools.count(1 << 64)


@contextmanager
def _world(folder: Path, databases: dict[str, str]) -> Iterator[Killed]:
    pair = Pair(folder, databases)
    pair[VICTIM].run(lawful.adopt)
    pair[VICTIM].run(begin)
    pair.rounds()
    yield Killed(pair, VICTIM)
    assert [pair[party].run(check) for party in (VICTIM, OTHER)] == [[], []]
    pair.close()


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    """Two homes with SQLite; the victim has a profile in force."""
    with _world(tmp_path_factory.mktemp("crash-domestic"), {VICTIM: "", OTHER: ""}) as made:
        yield made


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str) -> Iterator[Killed]:
    """The same with a database of PostgreSQL each."""
    folder = tmp_path_factory.mktemp("crash-domestic-postgres")
    with (
        databases.several(postgres_dsn, "domestic", (VICTIM, OTHER)) as names,
        _world(folder, names) as made,
    ):
        yield made


def test_the_points_are_those_of_the_domestic_wing() -> None:
    """Points are found in the source."""
    assert set(POINTS) >= {"legal.decided", "destroy.noted", "destroy.swept"}


@pytest.mark.parametrize(("store", "point", "count"), drawn_store.on_one(CASES))
def test_what_was_decided_and_destroyed_is_whole(
    store: str, point: str, count: int, request: pytest.FixtureRequest
) -> None:
    """Each question is decided, the blob is nowhere, one step and one attestation tell of it."""
    world: Killed = request.getfixturevalue(store)
    pair = world.pair
    act_id = random_id(next(_IDS).to_bytes(16, "big"))
    pair[OTHER].run(say, pair.channel, VICTIM, act_id)
    pair.rounds()
    matter, sha256 = pair[VICTIM].run(lawful.asked, act_id)

    world.start(f"{point}:{count}")
    world.do(lawful.decide, matter)
    world.do(lawful.accept, matter)
    world.do(lawful.destroy, matter, sha256)
    world.deliver()
    pair.rounds()

    assert world.killed, f"{point} was not reached"
    whole = lawful.Wing((), is_held=False, destroyed=1, unswept=False)
    assert pair[VICTIM].run(lawful.look, matter, sha256) == whole
    told = [(VICTIM, lawful.REASON, (sha256,))]
    assert [pair[party].run(lawful.attested, matter) for party in pair.databases] == [told, told]
    ours, theirs = (pair[party].run(look) for party in pair.databases)
    assert ours.digests == theirs.digests
    assert theirs.missing == ()
