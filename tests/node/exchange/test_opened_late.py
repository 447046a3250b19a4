"""A request that did not open at first reaches everybody who waits for what arrives.

Its act stands before the marks of those who look for what is new: at its own index, once its key
is shown in an entry behind.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from node.desk.test_webhooks import Line, deliver, hook_of
from node.exchange.test_contested import append_closed
from support.pair import READER, World, make_world, sealed

from comity.acts.record import Addressee, Office
from comity.boot.escalation import Arrivals
from comity.joint.exchange import acts as exchange_acts
from comity.joint.request import acts
from comity.joint.request.acts import Asked, Saying
from comity.kernel.ids import random_id
from comity.node.base.reader import Wanted
from comity.node.desk.duty import file_store, intake
from comity.node.exchange import contested_entries, openings
from comity.node.room import need_to_know, search_index


@pytest.fixture
def closed(tmp_path: Path) -> tuple[World, int]:
    """An emergency of aa that bb cannot open, and its index."""
    world = make_world(tmp_path)
    world.ask("aa", b'{"en":"before"}')
    node = world.node("aa")
    blob, stored = sealed(node, b'{"en":"kidnapping"}')
    saying = Saying(random_id(node.entropy(16)), Office("police"), "ref", (blob,))
    asked = Asked("preservation", "emergency", ("one",), ("element-1",))
    act = acts.submitted(saying, "aa", (Addressee("bb"),), asked)
    with world.node("bb").store.write() as tx:
        tx.save_bodies({blob.sha256: stored})
    return world, append_closed(world, act)


def test_a_program_is_woken(closed: tuple[World, int]) -> None:
    """An emergency is one, though its key came later."""
    world, index = closed
    told: list[str] = []

    def run(variables: Mapping[str, str]) -> bool:
        told.append(variables["COMITY_URGENCY"])
        return True

    watch = Arrivals(world.node("bb"), run, 1_000)
    world.pump()
    watch.look(0)
    told.clear()
    show(world, index)
    watch.look(500)
    assert told == ["emergency"]


def test_it_waits_in_the_inbox(closed: tuple[World, int]) -> None:
    """It is routed as others are."""
    world, index = closed
    node = world.node("bb")
    before, after = waits(world, lambda: intake.catch_up(node), index)
    assert (before, after) == (1, 2)


def test_its_words_are_found(closed: tuple[World, int]) -> None:
    """An officer searches for it in vain before, and finds it after."""
    world, index = closed
    node = world.node("bb")
    world.pump()
    search_index.catch_up(node)
    assert found(world, "kidnapping") == 0
    show(world, index)
    search_index.catch_up(node)
    assert found(world, "kidnapping") == 1


def test_programs_elsewhere_are_told(closed: tuple[World, int]) -> None:
    """A webhook is told of the act, once its key was shown."""
    world, index = closed
    line, hook = Line(), hook_of(world.node("bb"))
    world.pump()
    deliver(world, hook, line)
    line.got.clear()
    show(world, index)
    deliver(world, hook, line)
    told = [event["data"] for event in line.told if isinstance(event["data"], dict)]
    assert [one["urgency"] for one in told if one["code"] == acts.SUBMITTED] == ["emergency"]


def show(world: World, index: int) -> None:
    """Let aa show the key of an entry."""
    contested_entries.show_opening(world.node("aa"), world.origin("aa"), index)
    world.pump()


def waits(world: World, look: Callable[[], None], index: int) -> tuple[int, int]:
    """Return how many lines the inbox of bb has before and after the key is shown."""
    counts = []
    for act in (world.pump, lambda: show(world, index)):
        act()
        look()
        with world.node("bb").store.read() as tx:
            counts.append(len(file_store.listed(tx, file_store.INBOX, "", "", 50)[0]))
    return counts[0], counts[1]


def found(world: World, word: str) -> int:
    """Return how many requests an officer of bb finds by a word."""
    with world.node("bb").store.read() as tx:
        rows, _ = tx.worded(need_to_know.reader(tx, READER), Wanted(kind=acts.KIND), [word])
    return len(rows)


@pytest.mark.parametrize("has_blobs", [False, True])
@pytest.mark.parametrize("store", ["memory", "sqlite"])
@pytest.mark.parametrize(
    ("origin", "index"),
    [
        ("bb/nowhere/live/1", "0"),
        ("aa/local", "0"),
        ("self", "07"),
        ("self", str((1 << 53) - 1)),
        ("self", str((1 << 63) - 1)),
        ("self", "9" * 30),
    ],
)
def test_who_shows_what_is_not_there_stops_nobody(
    tmp_path: Path, store: str, origin: str, index: str, *, has_blobs: bool
) -> None:
    """A peer names logs and places as it likes: those who look find what stands, and go on."""
    world = make_world(tmp_path, store=store)
    codes = {"origin": world.origin("aa") if origin == "self" else origin, "index": index}
    act_id = random_id(world.node("aa").entropy(16))
    codes |= {} if has_blobs else {"file-key": "00" * 16}
    said = exchange_acts.register_act(act_id, exchange_acts.OPENING_SHOWN, "live", codes)
    blob, stored = sealed(world.node("aa"), b"{}")
    said = replace(said, blobs=(blob,) if has_blobs else ())
    world.say("aa", said, {blob.sha256: stored} if has_blobs else None)
    world.ask("aa", b'{"en":"kidnapping"}')
    world.pump()
    node = world.node("bb")
    line, hook = Line(), hook_of(node)
    Arrivals(node, lambda _: True, 1_000).look(0)
    intake.catch_up(node)
    search_index.catch_up(node)
    deliver(world, hook, line)
    assert found(world, "kidnapping") == 1
    with node.store.read() as tx:
        brought = openings.brought(tx, world.origin("aa"), 0, 99)
    assert [row.act.tag for row in brought] == [said.tag, acts.SUBMITTED]
    world.close()
