"""SIGKILL at every numbered point of send and receive, on the stores that nodes run on.

A point is a call of `node.step("…")`; they are collected from the source, so that a new
point that this story does not reach fails here until it does.
"""

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from support import drawn_store
from support.crashing import Died, Pair, Seen, beat, begin, check, look, round_of
from support.saying import BULK, say

import comity
from comity.kernel.ids import random_id

VICTIM, OTHER = "aa", "bb"
STEP = re.compile(r'node\.step\("([a-z.-]+)"\)')
LOST_THE_DISK = frozenset({"recover.marked", "recover.step", "recover.done", "fetch.body-kept"})
"""Points that are reached only where an old backup was put back."""

ONCE = frozenset({"recover.marked", "recover.step", "recover.done", "start.compared"})
"""Points that one story reaches once only."""

ELSEWHERE = frozenset(
    {
        *("generation.step", "anew.dropped", "mirrors.part-kept"),
        *("lost-card.kept", "entry-keys.kept"),
        "exercise.destroyed",
    }
)
"""Points of a log's end, of one that is fetched from a mirror, of a card whose keys are lost, and
of the end of an exercise: tests/node/exchange/test_recover_steps.py, test_ended_log.py,
test_parts.py, test_lost_card.py, tests/rooms/test_exercise_destruction.py."""

POINTS = sorted(
    {
        name
        for file in Path(comity.__file__).parent.rglob("*.py")
        for name in STEP.findall(file.read_text(encoding="utf-8"))
        if not name.startswith(("release.", "seal.", "worksheet."))  # theirs: test_release.py
        and not name.startswith(("legal.", "destroy."))  # theirs: test_domestic.py
        and not name.startswith(("rebuild.", "unfolded."))  # of a rebuild: test_rebuild.py
        and not name.startswith("review.")  # of what is kept of figures: test_review.py
    }
    - ELSEWHERE
)
LARGER = frozenset(
    {
        *("send.bodies-sent", "send.checkpoint-sent", "send.entries-sent"),
        *("keep.bodies-kept", "keep.checkpoint-kept", "keep.package-kept"),
        *("understand.opened", "understand.folded"),
    }
)
"""Points that only a delivery passes which is not read where it is kept."""
TIMES = {"sqlite": (1, 2), "postgres": (1,)}
"""When it is killed at a point; at the second time another log, or the other way, has its turn."""

_IDS = itertools.count(1)


@dataclass
class World:
    """Two nodes on one kind of store, and what they have shown so far.

    Attributes:
        pair: the nodes.
        keep: copies the victim's database.
        put_back: puts the copy back.
        sent: `{party: ids}` of acts whose append returned.
        tried: ids of acts that were to be appended.
        received: `{id: (origin, index, entry)}` of acts shown as received before a crash.
    """

    pair: Pair
    keep: Callable[[], None]
    put_back: Callable[[], None]
    sent: dict[str, list[str]] = field(default_factory=lambda: {VICTIM: [], OTHER: []})
    tried: dict[str, list[str]] = field(default_factory=lambda: {VICTIM: [], OTHER: []})
    entries: dict[str, tuple[bytes, ...]] = field(default_factory=dict)

    def say(self, party: str, bulk: int = 0) -> None:
        """Let an officer of a party send a request; with `bulk`, one that is not small."""
        act_id = random_id(next(_IDS).to_bytes(16, "big"))
        self.tried[party].append(act_id)
        other = OTHER if party == VICTIM else VICTIM
        self.sent[party].append(self.pair[party].run(say, self.pair.channel, other, act_id, bulk))

    def note_received(self, seen: Seen) -> None:
        """Remember what a node shows as received: it may never change again."""
        for origin, log in seen.logs.items():
            covered = log.entries[: log.cosigned]
            before = self.entries.get(origin, ())
            assert covered[: len(before)] == before[: len(covered)]
            self.entries[origin] = max(covered, before, key=len)


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two homes with SQLite."""
    folder = tmp_path_factory.mktemp("crash-sqlite")
    home, copy = folder / VICTIM, folder / "copy"

    def move(source: Path, target: Path) -> None:
        target.mkdir(exist_ok=True)
        for old in target.glob("store.sqlite3*"):
            old.unlink()
        for file in source.glob("store.sqlite3*"):
            shutil.copy(file, target / file.name)

    pair = Pair(folder, {VICTIM: "", OTHER: ""})
    yield _begun(World(pair, lambda: move(home, copy), lambda: move(copy, home)))
    assert [pair[party].run(check) for party in (VICTIM, OTHER)] == [[], []]
    pair.close()


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str) -> Iterator[World]:
    """Two homes with a database of PostgreSQL each."""
    server, _, worker = postgres_dsn.rpartition("/")
    names = {party: f"{worker}_{party}" for party in (VICTIM, OTHER)}
    copy = f"{worker}_copy"

    def run(*statements: str) -> None:
        with psycopg.connect(postgres_dsn, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def drop(name: str) -> str:
        return f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"

    run(*(f"CREATE DATABASE {name}" for name in names.values()))
    folder = tmp_path_factory.mktemp("crash-postgres")
    pair = Pair(folder, {party: f"{server}/{name}" for party, name in names.items()})
    victim = names[VICTIM]
    yield _begun(
        World(
            pair,
            lambda: run(drop(copy), f"CREATE DATABASE {copy} TEMPLATE {victim}"),
            lambda: run(drop(victim), f"CREATE DATABASE {victim} TEMPLATE {copy}"),
        )
    )
    assert [pair[party].run(check) for party in (VICTIM, OTHER)] == [[], []]
    pair.close()
    run(*(drop(name) for name in (*names.values(), copy)))


def _begun(world: World) -> World:
    """Let both have said something and signed for it, so that each story finds what it needs."""
    for party in (VICTIM, OTHER):
        world.say(party)
    world.pair.rounds()
    return world


def crash(world: World, spec: str) -> bool:
    """Let both sides ask and deliver; return whether the victim was killed on the way."""
    world.pair.stop(VICTIM)
    if spec.partition(":")[0] in LOST_THE_DISK:
        _lose_the_newest(world)
    world.pair.start(VICTIM, spec)
    try:
        world.pair[VICTIM].run(begin)
        if spec.partition(":")[0] in LOST_THE_DISK:
            world.pair[OTHER].run(beat)  # tells that the victim's mirror is behind
        _deliver(world)
        bulk = BULK if spec.partition(":")[0] in LARGER else 0
        for _ in range(2):
            world.say(VICTIM, bulk)
            world.say(OTHER, bulk)
            _deliver(world)
    except Died as died:
        assert str(died) == VICTIM
        world.note_received(world.pair[OTHER].run(look))
        return True
    return False


def _deliver(world: World) -> None:
    for party in (VICTIM, OTHER, VICTIM, OTHER):
        world.pair[party].run(round_of)


def _lose_the_newest(world: World) -> None:
    """Put an old database under the victim, while its high-water file knows more."""
    world.keep()
    world.pair.start(VICTIM)
    world.pair[VICTIM].run(begin)
    for _ in range(2):
        world.say(VICTIM)
        world.say(OTHER)
        world.pair.rounds()
    world.note_received(world.pair[VICTIM].run(look))
    world.pair.stop(VICTIM)
    world.put_back()


def heal(world: World) -> None:
    """Start the victim again and let both deliver."""
    world.pair.stop(VICTIM)
    world.pair.start(VICTIM)
    world.pair[VICTIM].run(begin)
    world.pair.rounds()
    world.pair[OTHER].run(beat)
    world.pair.rounds()


def require_whole(world: World) -> None:
    """Hold both nodes to everything that they have shown."""
    ours, theirs = (world.pair[party].run(look) for party in (VICTIM, OTHER))
    assert ours.missing == theirs.missing == ()
    assert ours.digests == theirs.digests
    assert ours.logs.keys() == theirs.logs.keys()
    world.note_received(ours)
    for origin, log in ours.logs.items():
        other = theirs.logs[origin]
        assert (log.size, log.root, log.entries) == (other.size, other.root, other.entries)
        assert log.size == log.signed == log.understood == other.understood
        assert log.acts == other.acts
        assert len(set(log.acts)) == len(log.acts)
        for seen in (ours, theirs):
            assert seen.marks.get(origin, 0) == log.size
        assert log.entries[: len(world.entries[origin])] == world.entries[origin]
    for party in (VICTIM, OTHER):
        held = [
            act for o, log in ours.logs.items() if o.startswith(f"{party}/") for act in log.acts
        ]
        assert set(world.sent[party]) <= set(held) <= set(world.tried[party])


def test_the_points_are_those_of_send_and_receive() -> None:
    """Points are found in the source, and are named as part and what was done."""
    assert len(POINTS) >= 20
    assert {point.partition(".")[0] for point in POINTS} >= {"send", "keep", "sign", "understand"}


@pytest.mark.parametrize(("store", "point"), drawn_store.on_one((point,) for point in POINTS))
def test_a_node_killed_at_any_point_loses_and_doubles_nothing(
    store: str, point: str, request: pytest.FixtureRequest
) -> None:
    """What was shown as sent or received stands once in both logs, with the same bytes."""
    world: World = request.getfixturevalue(store)

    for count in TIMES[store]:
        reached = crash(world, f"{point}:{count}")
        heal(world)

        require_whole(world)
        assert reached or (count == 2 and point in ONCE), f"{point} was not reached"
