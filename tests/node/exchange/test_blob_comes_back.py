"""Blobs that this disk lost or spoilt come back from the partner who holds them, own ones too."""

from dataclasses import replace
from pathlib import Path
from typing import override

import pytest
from support.pair import World, make_world, sealed

from comity.acts.record import Addressee, Office
from comity.adapters.blobs import FolderBodies
from comity.adapters.entropy import SystemEntropy
from comity.adapters.keyfiles import KeyFiles
from comity.adapters.memory_highwater import MemoryHighWater
from comity.joint.request import acts as request_acts
from comity.joint.request.acts import Asked, Saying
from comity.kernel import limits
from comity.kernel.ids import random_id
from comity.node.exchange import blob_inventory, logs, sign
from comity.node.operate import rebuild, scrub
from comity.node.operate.fsck import run

SIZE = 200_000
ROUNDS = 6


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States whose large blobs are files."""
    made = make_world(tmp_path)
    for party in ("aa", "bb"):
        node = replace(made.node(party), bodies=FolderBodies(tmp_path / "large" / party))
        made.replace_node(party, node)
    made.pump()
    return made


def ask(world: World, party: str, role: str) -> tuple[str, bytes]:
    """Let a party ask with one large blob, which the other then holds; return hash and bytes."""
    node = world.node(party)
    blob, stored = sealed(node, bytes(SIZE))
    blob = replace(blob, role=role)
    node.bodies.stage(blob.sha256, 0, stored)
    assert node.bodies.commit(blob.sha256)
    saying = Saying(random_id(node.entropy(16)), Office("police"), "ref", (blob,))
    asked = Asked("preservation", "urgent", ("one",), ("element-1",))
    other = "bb" if party == "aa" else "aa"
    world.say(party, request_acts.submitted(saying, party, (Addressee(other),), asked))
    world.pump()
    assert world.node(other).bodies.size_bytes(blob.sha256) == len(stored)
    return blob.sha256, stored


def rounds(world: World) -> None:
    """Let a few heartbeats pass."""
    for _ in range(ROUNDS):
        world.advance(limits.HEARTBEAT_MS)
        world.pump()


@pytest.mark.parametrize("role", ["texts", "attachment:1"])
@pytest.mark.parametrize("author", ["aa", "bb"])
@pytest.mark.parametrize("how", ["noted", "rebuilt"])
def test_a_lost_blob_comes_back(
    world: World, tmp_path: Path, author: str, how: str, role: str
) -> None:
    """The own one as the partner's; one that has a copy in a row, and one that has none."""
    sha256, stored = ask(world, author, role)
    node = world.node("aa")
    (tmp_path / "large" / "aa" / "kept" / sha256).unlink()
    if how == "noted":
        blob_inventory.note_lost(node)
    else:
        rebuild.rebuild(node)
    rounds(world)
    assert node.bodies.size_bytes(sha256) == len(stored)
    assert run.check(node).is_clean


@pytest.mark.parametrize("author", ["aa", "bb"])
@pytest.mark.parametrize("how", ["lost", "cut", "spoilt"])
def test_the_slow_look_mends_a_blob_while_the_node_serves(
    world: World, tmp_path: Path, author: str, how: str
) -> None:
    """Nobody types anything: what a partner holds is fetched again, and then all is well."""
    sha256, stored = ask(world, author, "attachment:1")
    node, path = world.node("aa"), tmp_path / "large" / "aa" / "kept" / sha256
    path.unlink()
    if how != "lost":
        path.write_bytes(stored[:-1] if how == "cut" else stored[:-1] + b"!")
    going = scrub.Scrub(node)
    going.step()
    while not going.step():
        pass
    rounds(world)
    assert node.bodies.read(sha256, 0, len(stored)) == stored
    assert run.check(node).is_clean
    assert [code for code, _ in world.alarms("aa")] == []


def test_the_slow_look_tells_of_what_it_cannot_mend(world: World) -> None:
    """A matter that shows something else is an alarm, until it is right again."""
    ask(world, "aa", "texts")
    node = world.node("aa")
    with node.store.write() as tx:
        row = tx.matters()[0]
        tx.save_matters([replace(row, status="withdrawn")])
    going = scrub.Scrub(node)
    for _ in range(2):
        while not going.step():
            pass
    assert [code for code, _ in world.alarms("aa")] == [scrub.DAMAGED]
    rebuild.rebuild(node)
    for _ in range(2):
        while not going.step():
            pass
    assert world.alarms("aa") == []


class _Cut(MemoryHighWater):
    """A high-water file of which nothing is left, cut where one record ends."""

    @override
    def is_intact(self) -> bool:
        return True


def test_a_kill_between_a_head_and_its_mark_is_no_cut_file(world: World) -> None:
    """A head is marked after it is committed, and before it leaves: nothing is told of that."""
    node = world.node("aa")

    def step(name: str) -> None:
        if name == "sign.committed":
            raise InterruptedError(name)

    world.ask("aa")
    with node.store.read() as tx:
        log = logs.own_log(tx, world.channel)
        plan = sign.planned(node, tx, log, node.highwater.marks())
    assert plan is not None
    with pytest.raises(InterruptedError):
        sign.sign(replace(node, step=step), plan)
    with node.store.read() as tx:
        log = logs.own_log(tx, world.channel)
    assert node.highwater.marks()[log.origin][0] < log.signed
    scrub.look_before_ready(node)
    assert world.alarms("aa") == []


def test_missing_keys_and_a_cut_high_water_file_are_told_before_the_node_is_ready(
    world: World, tmp_path: Path
) -> None:
    """It serves, and an alarm says what is not there."""
    ask(world, "aa", "texts")
    node = world.node("aa")
    scrub.look_before_ready(node)
    assert world.alarms("aa") == []
    cut = replace(node, highwater=_Cut())
    assert scrub.marks_behind(node) == []
    assert world.origin("aa") in scrub.marks_behind(cut)
    for file in (tmp_path / "aa" / "keys").glob("card-*"):
        file.unlink()
    maker = world.states["aa"].maker
    keys = KeyFiles(tmp_path / "aa" / "keys", maker._vault, SystemEntropy())
    scrub.look_before_ready(replace(node, keys=keys))
    assert {code for code, _ in world.alarms("aa")} == {scrub.KEYS}
