"""The index of words, while another process destroys what it reads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support.pair import READER, World, make_world, sealed

from comity.acts.record import Addressee, Office
from comity.joint.request import acts
from comity.kernel.ids import random_id
from comity.node.base.ports import Store, Tx
from comity.node.base.reader import Wanted
from comity.node.base.store import Timing
from comity.node.exchange import destroyed_blobs
from comity.node.exchange.append import Appended
from comity.node.room import need_to_know, search_index


@dataclass
class Meanwhile:
    """A store beside which something happens before it is written to for the first time."""

    store: Store
    act: Callable[[], None]
    is_done: bool = False
    at_end: Callable[[Tx], None] | None = None

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """Begin to write."""
        if not self.is_done:
            self.is_done = True
            self.act()
        with self.store.write() as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Begin to read."""
        with self.store.read() as tx:
            yield tx

    def purge(self) -> None:
        """Leave nothing of what was dropped."""
        self.store.purge()

    def flaws(self, quick_s: float = 0) -> list[str] | None:
        """Return what is damaged."""
        return self.store.flaws(quick_s)

    def timing(self) -> Timing:
        """Return what was measured."""
        return self.store.timing()


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that are paired."""
    return make_world(tmp_path)


def found(world: World, word: str) -> int:
    """Return how many requests an officer of aa finds by a word."""
    with world.node("aa").store.read() as tx:
        rows, _ = tx.worded(need_to_know.reader(tx, READER), Wanted(kind=acts.KIND), [word])
    return len(rows)


def destroy(world: World, asked: Appended) -> None:
    """Destroy the texts of a request in the store of aa, as another process does."""
    with world.node("aa").store.write() as tx:
        destroyed_blobs.note(tx, asked.act.blobs[0].sha256)


def test_words_that_are_destroyed_while_they_are_read_are_not_kept(world: World) -> None:
    """They were read before and written after: the letters of a person would stand for ever."""
    asked, other = world.ask("aa", b'{"en":"secretname"}'), world.ask("aa", b'{"en":"othername"}')
    node = world.node("aa")
    late = Meanwhile(node.store, lambda: destroy(world, asked))
    search_index.catch_up(replace(node, store=late))
    assert (found(world, "secretname"), found(world, "othername")) == (0, 1)
    assert other.index > asked.index


def test_words_that_came_late_are_not_kept_either(world: World) -> None:
    """So it is with an act of which a body was missing at first."""
    asked = world.ask("aa", b'{"en":"secretname"}')
    node = world.node("aa")
    search_index.catch_up(node)
    with node.store.write() as tx:
        tx.save_record(
            destroyed_blobs.UNWORDED, destroyed_blobs.act_key(asked.origin, asked.index), value=True
        )
    late = Meanwhile(node.store, lambda: destroy(world, asked))
    search_index.catch_up(replace(node, store=late))
    assert found(world, "secretname") == 0


def test_what_the_other_bodies_of_an_act_say_is_found_again(world: World) -> None:
    """Its attachment is destroyed, and the request would be found by no word of it any more."""
    asked = world.ask("aa", b'{"en":"secretname"}')
    node = world.node("aa")
    blob, stored = sealed(node, b'{"en":"othername"}', "elements")
    blobs = (*asked.act.blobs, blob)
    saying = acts.Saying(random_id(node.entropy(16)), Office("police"), "ref", blobs)
    what = acts.Asked("preservation", "urgent", ("one",), ("element-1",))
    act = acts.submitted(saying, "aa", (Addressee("bb"),), what)
    world.say("aa", act, {blob.sha256: stored})
    search_index.catch_up(node)
    assert (found(world, "secretname"), found(world, "othername")) == (2, 1)
    destroy(world, asked)
    assert (found(world, "secretname"), found(world, "othername")) == (0, 0)
    search_index.catch_up(node)

    assert (found(world, "secretname"), found(world, "othername")) == (0, 1)
