"""SIGKILL at every numbered point of draft, edit, approve, release and upload, on the real stores.

Whoever gave the command gives it again after the restart.  Nothing is lost, nothing is sent
twice, and nothing that was not released is read on the other side.
"""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import override

import pytest
from support import drawn_store, releasing
from support import postgres as databases
from support.canaries import Cage
from support.crashing import APPROVALS, Pair, check, look
from support.killed import Killed
from support.releasing import Desk

import comity

VICTIM, OTHER = "aa", "bb"
STEP = re.compile(r'node\.step\("([a-z.-]+)"\)')
LARGER = frozenset({"send.bodies-sent", "send.checkpoint-sent", "send.entries-sent"})
"""Points of a delivery that does not fit into one request, as those of this story do."""

POINTS = sorted(
    {
        name
        for file in Path(comity.__file__).parent.rglob("*.py")
        for name in STEP.findall(file.read_text(encoding="utf-8"))
        if name.startswith(("release.", "seal.", "send.", "sign.", "worksheet."))
    }
    - LARGER
)
OFTEN = ("release.sealed", "release.kept", "release.approved", "send.begun", "send.appended")
"""Points that one story passes again and again: each time on the way of another draft."""

CASES = [*((point, 1) for point in POINTS), *((point, n) for point in OFTEN for n in (2, 3))]
WRITTEN = ("drafted", "edited", "commented", "approved", "approved", "released", "appended")
ALONE = ("drafted", "glass-broken", "appended", "reviewed")
RETURNED = ("drafted", "approved", "returned", "commented", "dropped")
LEFT = ("drafted", "dropped")
PASSED = {"release.approved": 2, "send.begun": 2, "send.appended": 2}
"""How often the story passes a point, where that is less than it is killed at."""

_IDS = itertools.count(1)


@dataclass
class World(Killed):
    """Two nodes, and what was released so far.

    Attributes:
        cage: the words of all drafts.
        released: words that may be read abroad.
    """

    cage: Cage = field(default_factory=Cage)
    released: set[str] = field(default_factory=set)

    @override
    def require_held(self) -> None:
        """Hold the other side to reading nothing that was not released."""
        there = self.pair[OTHER].run(releasing.read_all)
        seen = {word for word in self.cage.planted if word.encode() in there}
        assert seen <= self.released


@contextmanager
def _world(folder: Path, names: dict[str, str]) -> Iterator[World]:
    made = World(Pair(folder, names, {APPROVALS: "2"}), VICTIM)
    yield made
    assert [made.pair[party].run(check) for party in (VICTIM, OTHER)] == [[], []]
    made.pair.close()


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two homes with SQLite that ask for two approvals."""
    folder = tmp_path_factory.mktemp("crash-release")
    with _world(folder, {VICTIM: "", OTHER: ""}) as made:
        yield made


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str) -> Iterator[World]:
    """The same with a database of PostgreSQL each."""
    folder = tmp_path_factory.mktemp("crash-release-postgres")
    with (
        databases.several(postgres_dsn, "release", (VICTIM, OTHER)) as names,
        _world(folder, names) as made,
    ):
        yield made


@dataclass(frozen=True, slots=True)
class Told:
    """The ids of what one story wrote."""

    written: str
    alone: str
    dropped: str
    left: str


def story(world: World) -> Told:
    """Draft, edit, discuss, approve, release, drop, break the glass, review; deliver between."""
    mint, number = world.cage.mint, next(_IDS)
    channel = world.pair.channel

    def draft(name: str) -> str:
        text = mint(name)
        told[name] = text
        made = world.do(releasing.draft, channel, OTHER, f"{name}-{number}", text)
        assert isinstance(made, str)
        return made

    told: dict[str, str] = {}
    written = draft("written")
    final = mint("edited")
    world.do(releasing.edit, written, final)
    world.do(releasing.comment, written, mint("comment"))
    world.do(releasing.offer, written)
    world.deliver()
    world.released.add(final)
    world.do(releasing.let_out, written)
    dropped = draft("dropped")
    world.deliver()
    world.do(releasing.offer, dropped)
    world.do(releasing.send_back, dropped, mint("returned"))
    world.do(releasing.drop, dropped)
    sheet = world.do(releasing.begin, OTHER, mint("worksheet"))
    left = world.do(releasing.leave, *sheet)
    world.do(releasing.drop, left)
    alone = draft("alone")
    world.released.add(told["alone"])
    world.do(releasing.break_glass, alone, mint("reason"))
    world.do(releasing.review, alone, mint("note"))
    world.deliver()
    return Told(written, alone, dropped, left)


def require_whole(world: World, told: Told) -> None:
    """Hold both nodes to every step, once, and to one history."""
    world.pair.rounds()
    world.require_held()
    desk: Desk = world.pair[VICTIM].run(releasing.look)
    assert desk.drafts == ()
    assert desk.steps[told.written] == WRITTEN
    assert desk.steps[told.alone] == ALONE
    assert desk.steps[told.dropped] == RETURNED
    assert desk.steps[told.left] == LEFT
    assert desk.reviews[told.alone] == "reviewed"
    assert [desk.acts.count(one) for one in (told.written, told.alone)] == [1, 1]
    assert told.dropped not in desk.acts
    ours, theirs = (world.pair[party].run(look) for party in (VICTIM, OTHER))
    assert ours.missing == theirs.missing == ()
    assert ours.digests == theirs.digests
    assert {o: log.acts for o, log in ours.logs.items()} == {
        o: log.acts for o, log in theirs.logs.items()
    }
    there = world.pair[OTHER].run(releasing.read_all)
    assert all(word.encode() in there for word in world.released)


def test_the_points_are_those_of_the_release_path() -> None:
    """Points are found in the source."""
    assert len([point for point in POINTS if point.startswith("release.")]) >= 10


@pytest.mark.parametrize(("store", "point", "count"), drawn_store.on_one(CASES))
def test_a_release_that_is_killed_anywhere_is_whole(
    store: str, point: str, count: int, request: pytest.FixtureRequest
) -> None:
    """Whichever step it was, and however often it was passed before."""
    world: World = request.getfixturevalue(store)
    world.start(f"{point}:{count}")

    require_whole(world, story(world))
    assert world.killed or count > PASSED.get(point, count), f"{point} was not reached"
