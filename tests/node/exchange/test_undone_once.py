"""Writes are undone at their end, one in three, and come again: it is as if it had not been.

A full disk, a store that is busy and a transaction that PostgreSQL could not serialize all look
like this.  What a process remembers beside the store was written meanwhile, and must not stand.
"""

import copy
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from support.pair import World, make_world
from support.states import opened_root
from support.undone import kept

import comity.node
from comity.joint.arrangement.channel import EXERCISE, Terms
from comity.kernel.fault import Fault
from comity.node.base.context import Session
from comity.node.exchange import channel as channels
from comity.node.exchange import generation, keyring, outbox, pump

NODE = str(Path(comity.node.__file__).parent)
FULL = "node.store.full"

LEFT = {
    "owed": "what is looked at once too often is found not to be owed",
    "waits": "the next look ends what does not wait, and tells it anew",
    "held_back": "a mirror is asked once too often",
    "wanted": "a text is asked for before the entry that names it is here again",
    "known": "a key entry is remembered by its hash, and says the same wherever it is",
    "actless": "the last entry is compared with the one that stands there",
    "walked": "the heads of the last size are compared with those that stand there",
}
"""What a write that is undone may leave, and why that does no harm."""

type Story = Callable[[World, "Undoing"], None]
type Place = tuple[str, str]
type Remembered = dict[tuple[type, str], object]


@dataclass
class Undoing:
    """Undoes the first write of each place of each node, and later ones by chance.

    Attributes:
        chance: says which.
        places: where writes were undone: party and line.
        left: what is remembered otherwise than before a write that was undone.
        is_on: whether it does.
    """

    chance: random.Random
    places: set[Place] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    is_on: bool = True
    _before: dict[str, tuple[Place, Remembered] | None] = field(default_factory=dict)

    def over(self, world: World) -> None:
        """Put every node on a store whose writes are undone."""
        for party in world.states:
            session = world.node(party).session
            begun = partial(self.begin, party, session)
            world.replace_node(
                party, kept(world, party, begun=begun, before=partial(self.end, party, session))
            )

    def begin(self, party: str, session: Session) -> None:
        """Note what is remembered as a write begins that will be undone."""
        place = (party, _place())
        is_undone = self.is_on and (place not in self.places or self.chance.random() < 1 / 3)
        self._before[party] = (place, _copied(session)) if is_undone else None

    def end(self, party: str, session: Session) -> None:
        """End a write."""
        begun = self._before.pop(party)
        if begun is not None:
            place, before = begun
            self.places.add(place)
            now = _copied(session)
            self.left |= {
                name
                for (kind, name), value in now.items()
                if value != before.get((kind, name), getattr(kind(), name))
            }
            raise Fault(code=FULL, what="The disk is full.", fix="Make room.")

    def again[T](self, act: Callable[[], T]) -> T:
        """Do something until no write of it is undone."""
        while True:
            try:
                return act()
            except Fault as fault:
                if fault.code != FULL:
                    raise

    @contextmanager
    def off(self) -> Iterator[None]:
        """Let every write stand."""
        self.is_on = False
        yield
        self.is_on = True

    def rounds(self, world: World, count: int = 24) -> None:
        """Let every node do rounds with every peer, as a process that goes on after a fault."""
        for _ in range(count):
            world.advance(20_000)
            for one in world.states.values():
                with one.node.store.read() as tx:
                    pairs = pump.pairs(tx, one.node.party)
                for pair in pairs:
                    with suppress_full():
                        pump.next_round_ms(one.node, pair, one.clock.at_ms)


@contextmanager
def suppress_full() -> Iterator[None]:
    """Go on after a write that was undone."""
    try:
        yield
    except Fault as fault:
        if fault.code != FULL:
            raise


def _copied(session: Session) -> Remembered:
    copied: Remembered = {}
    for kind, part in session.parts.items():
        assert is_dataclass(part)
        copied |= {(kind, one.name): copy.deepcopy(getattr(part, one.name)) for one in fields(part)}
    return copied


def _place() -> str:
    """Return where a write stands in the code of the node."""
    frame = sys._getframe(1)
    while not frame.f_code.co_filename.startswith(NODE):
        assert frame.f_back is not None
        frame = frame.f_back
    return f"{frame.f_code.co_filename.removeprefix(NODE)}:{frame.f_lineno}"


def _talk(world: World, undoing: Undoing) -> None:
    asked = undoing.again(lambda: world.ask("aa", b"{}" + b" " * 40_000))
    undoing.rounds(world, 6)
    undoing.again(lambda: world.acknowledge("bb", asked))
    undoing.again(lambda: world.ask("cc"))
    undoing.rounds(world, 6)
    undoing.again(lambda: world.answer("bb", asked))


def _rotate(world: World, undoing: Undoing) -> None:
    one = world.states["aa"]
    root = opened_root(world.folder, one, world.arrangement)
    with undoing.off():  # one that broke off is finished by hand
        keyring.rotate(one.node, one.maker, root)
        keyring.revoke(one.node, root, 1)
    _talk(world, undoing)


def _succeed(world: World, undoing: Undoing) -> None:
    undoing.again(lambda: world.ask("bb"))
    undoing.rounds(world, 6)
    undoing.again(lambda: world.ask("bb"))
    begun = undoing.again(lambda: generation.begin(world.node("bb"), world.channel, "stolen"))
    undoing.rounds(world)
    for party in ("aa", "cc"):
        undoing.again(partial(generation.accept, world.node(party), *begun))
    undoing.rounds(world)
    undoing.again(lambda: world.ask("bb"))


def _open(world: World, undoing: Undoing) -> None:
    for one in world.states.values():
        undoing.again(
            partial(channels.open_channel, one.node, one.maker, "", Terms("exercise", EXERCISE))
        )
        undoing.rounds(world)
    world.channel_name = "exercise"
    undoing.again(lambda: world.ask("bb"))


def _hold_back(world: World, undoing: Undoing) -> None:
    world.cut("aa", "cc")
    asked = undoing.again(lambda: world.ask("aa"))
    undoing.rounds(world, 6)
    undoing.again(lambda: world.acknowledge("bb", asked))
    undoing.rounds(world, 8)
    world.mend()


def _sizes(world: World) -> dict[str, list[tuple[str, int, int, int]]]:
    """Return what every node holds of every log."""
    found = {}
    for party in world.states:
        with world.node(party).store.read() as tx:
            logs = sorted(tx.logs(), key=lambda log: log.origin)
        found[party] = [(one.origin, one.size, one.signed, one.understood) for one in logs]
    return found


def _unsent(world: World) -> list[tuple[str, str]]:
    """Return whose newest head which party has not signed for."""
    found = []
    for party in world.states:
        with world.node(party).store.read() as tx:
            own = [log for log in tx.logs(world.channel) if log.own and log.state == "open"]
            for log in own:
                others = [other for other in world.states if other != party]
                boxes = {other: outbox.load(tx, log.origin, other) for other in others}
                found += [(log.origin, other) for other, box in boxes.items() if not box.is_done]
    return found


@pytest.mark.parametrize("story", [_talk, _rotate, _succeed, _open, _hold_back])
def test_what_was_undone_leaves_nothing_behind(tmp_path: Path, story: Story) -> None:
    """All arrives and is understood alike, no alarm is left, and a start finds nothing to do."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    undoing = Undoing(random.Random(1))  # noqa: S311 -- the same each time
    with undoing.off():
        undoing.over(world)
        undoing.rounds(world, 3)
    story(world, undoing)
    undoing.rounds(world)
    with undoing.off():
        undoing.rounds(world, 20)
        before = _sizes(world)
        for _, *sizes in (row for rows in before.values() for row in rows):
            assert len(set(sizes)) == 1
        assert world.digests("aa") == world.digests("bb") == world.digests("cc")
        assert _unsent(world) == []
        alarms = {party: world.alarms(party) for party in world.states}
        for party in world.states:
            world.replace_node(party, replace(world.node(party), session=Session()))
            pump.begin(world.node(party))
        undoing.rounds(world, 5)
    assert _sizes(world) == before
    told = {code for standing in alarms.values() for code, _ in standing}
    assert told <= {"exchange.generation.begun"}
    assert undoing.left <= LEFT.keys(), "say in LEFT why it does no harm, or write it afterwards"
