"""Whatever arrives, is opened, disowned, cut and understood anew while a program reads pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pair import World, make_world
from support.rows import FR, ORIGINS, SN, act, log, matter

from comity.acts.record import Matter
from comity.adapters.memory import MemoryStore, memory_disk
from comity.domestic.officer import role
from comity.node.base.context import Node
from comity.node.base.reader import Filed, Grant
from comity.node.base.rows import Officer, UnderstoodAct
from comity.node.base.store import Tx
from comity.node.desk import catch_up
from comity.node.exchange import refold_queue

MATTERS = 3
KEYS = ("police", "justice", "@ann")
CHANNEL = "live"
ANN = Officer("ann", b"t", "police", "", 0, None, (role.CASE_OFFICER,))
DESK = Officer("desk", b"d", "ministry", "", 0, None, (role.CONTACT_POINT,))


@dataclass
class Life:
    """A node as it is, and a program that catches up from it.

    Attributes:
        node: with a store of its own.
        rows: every act by its place.
        keys: of each matter, by acts.
        granted: of each matter.
        is_dropped: whether what was understood is gone for now.
        has: acts that the program has, and the matter of each.
        seen: in the order in which it was told.
    """

    node: Node
    rows: dict[tuple[str, int], UnderstoodAct] = field(default_factory=dict)
    keys: dict[int, set[str]] = field(default_factory=dict)
    granted: dict[int, set[str]] = field(default_factory=dict)
    is_dropped: bool = False
    after: str = ""
    has: dict[str, Matter] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    made: int = 0

    def counted(self, of: int | None = None) -> Iterator[UnderstoodAct]:
        """Give the acts that count, of one matter or all."""
        name = None if of is None else matter(of).matter.id
        for row in self.rows.values():
            if not row.foreign and name in (None, row.act.matter.id):
                yield row

    def readable(self) -> set[str]:
        """Return the acts that count of matters that Ann reads."""
        hers = {"police", "@ann"}
        return {
            row.act.id
            for number in range(MATTERS)
            if hers & (self.keys.get(number, set()) | self.granted.get(number, set()))
            for row in self.counted(number)
        }

    def file(self, tx: Tx, number: int) -> None:
        """File a matter, as each fold does."""
        if not self.is_dropped and any(self.counted(number)):
            row = matter(number, CHANNEL)
            tx.save_matters([row])
            tx.file([Filed(row.matter, CHANNEL, tuple(sorted(self.keys[number])), 0, 0, "open")])

    def _file_all(self, tx: Tx) -> None:
        for number in range(MATTERS):
            self.file(tx, number)

    def arrive(self, tx: Tx, number: int, at: int) -> None:
        """Understand one more act, of either log."""
        origin = (FR, SN)[at % 2]
        index = sum(1 for name, _ in self.rows if name == origin)
        self.made += 1
        row = replace(act(origin, index, 100 + self.made, number), seen={})
        self.rows[origin, index] = row
        self.keys.setdefault(number, {"ministry"})
        tx.save_acts([row])
        self.file(tx, number)

    def route(self, tx: Tx, number: int, at: int) -> None:
        """Give a matter other keys, or take some."""
        self.keys.setdefault(number, {"ministry"}).symmetric_difference_update({KEYS[at % 3]})
        self.keys[number] |= {"ministry"}
        self.file(tx, number)

    def share(self, tx: Tx, number: int, at: int) -> None:
        """Begin or end a grant."""
        key, granted = KEYS[at % 3], self.granted.setdefault(number, set())
        granted.symmetric_difference_update({key})
        ended = None if key in granted else 9
        tx.save_grant(Grant(matter(number).matter, CHANNEL, key, 1, ended))

    def disown(self, tx: Tx, number: int, at: int) -> None:
        """Let an act count no more, or again."""
        del number
        if self.rows:
            place = sorted(self.rows)[at % len(self.rows)]
            row = self.rows[place]
            self.rows[place] = replace(row, foreign="" if row.foreign else "disowned")
            if not self.is_dropped:
                tx.save_acts([self.rows[place]])
                self._file_all(tx)

    def cut(self, tx: Tx, number: int, at: int) -> None:
        """Take the end of an own log out."""
        del number
        own = sorted(place for place in self.rows if place[0] == FR)
        if own and not self.is_dropped:
            first = own[at % len(own)][1]
            tx.cut_entries(FR, first)
            self.rows = {p: row for p, row in self.rows.items() if p[0] != FR or p[1] < first}

    def anew(self, tx: Tx, number: int, at: int) -> None:
        """Drop what was understood, or understand it anew."""
        del number
        if not self.is_dropped:
            tx.drop_understood(CHANNEL)
            refold_queue.owe(tx, CHANNEL)
            self.is_dropped = True
            return
        rows = [*self.rows.values()]
        tx.save_acts(rows[at % (len(rows) or 1) :] + rows[: at % (len(rows) or 1)])
        self.is_dropped = False
        self._file_all(tx)
        tx.drop_record(refold_queue.OWED, CHANNEL)

    def read(self, count: int) -> bool:
        """Read one page; return whether there is more."""
        page = catch_up.page(self.node, ANN, self.after, count)
        self.after = page.after
        for line in page.lines:
            one = line.row.matter
            if line.type == catch_up.OPENED:
                self.has = {held: of for held, of in self.has.items() if of != one}
                self.has |= {row.act.id: one for row in self._of(one)}
            elif line.type == catch_up.GONE:
                self.has.pop(line.row.act_id, None)
            else:
                self.has[line.row.act_id] = one
                self.seen.append(line.row.act_id)
        return page.is_more

    def _of(self, one: Matter) -> list[UnderstoodAct]:
        return [row for row in self.counted() if row.act.matter == one]


type Do = Callable[[Life, Tx, int, int], None]

STEPS: tuple[Do, ...] = (
    Life.arrive, Life.arrive, Life.arrive, Life.route, Life.share, Life.disown, Life.cut, Life.anew,
)  # fmt: skip

steps = st.tuples(st.sampled_from(STEPS), st.integers(0, MATTERS - 1), st.integers(0, 9))
reads = st.integers(1, 4)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One node whose clock and chance are used; the store is each history's own."""
    made = make_world(tmp_path_factory.mktemp("since"))
    yield made
    made.close()


def _born(world: World) -> Life:
    life = Life(replace(world.node("bb"), store=MemoryStore(memory_disk())))
    with life.node.store.write() as tx:
        for one in (ANN, DESK):
            tx.save_officer(one)
        for origin in ORIGINS:
            tx.save_log(log(origin))
    return life


@settings(max_examples=300)
@given(history=st.lists(st.one_of(steps, reads), min_size=4, max_size=40))
def test_who_catches_up_has_every_act_that_he_may_read(
    world: World, history: list[tuple[Do, int, int] | int]
) -> None:
    """A program that takes acts, drops what is gone and reads anew what is opened is whole.

    Each line comes once, in the order in which the node understood it.
    """
    life = _born(world)
    for one in history:
        if isinstance(one, int):
            life.read(one)
            continue
        do, number, at = one
        with life.node.store.write() as tx:
            do(life, tx, number, at)
    if life.is_dropped:
        with life.node.store.write() as tx:
            life.anew(tx, 0, 0)
    while life.read(3):
        pass
    hers = life.readable()
    matters = {row.act.matter for row in life.counted() if row.act.id in hers}
    assert {one for one, of in life.has.items() if of in matters} == hers
    with life.node.store.read() as tx:
        order = [row.act_id for row in tx.heard(1, 999) if row.what == "act"]
    told = iter(order)
    assert all(one in told for one in life.seen)
