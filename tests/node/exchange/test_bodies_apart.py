"""A bodies store that is far away: what is held is known by rows, whoever was killed in between."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from support import states
from support.pair import World, make_world, sealed

from comity.acts.record import Addressee, Blob, Office
from comity.adapters.memory_blobs import MemoryBodies
from comity.joint.request import acts as request_acts
from comity.joint.request.acts import Asked, Saying
from comity.joint.text import acts as guideline_acts
from comity.kernel.fault import Fault
from comity.kernel.ids import random_id
from comity.node.base.context import Node
from comity.node.base.ports import Bodies, Parts, Response
from comity.node.exchange import (
    blob_copies,
    blob_ranges,
    blobs,
    destroyed_blobs,
    large_blobs,
    pump,
    retry,
)
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild
from comity.node.room import calendars

SIZE = 100_000
TEXT = b"title: {en: Guidelines}\n" * 4_000
SHA256 = hashlib.sha256(TEXT).hexdigest()


@dataclass
class Afar:
    """Bodies that may be out of reach.

    Attributes:
        bodies: where they are.
        is_silent: whether every call ends in a fault.
        asked: how many did.
    """

    bodies: Bodies
    is_silent: bool = False
    asked: int = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- every method of the port alike
        """Return a method, or fail as S3 does that does not answer."""
        if self.is_silent:
            self.asked += 1
            raise Fault(code="node.bodies.unreachable", what="It does not answer.", fix="Wait.")
        return getattr(self.bodies, name)


def afar(world: World, party: str) -> Afar:
    """Put the bodies of a party far away."""
    far = Afar(world.node(party).bodies)
    world.replace_node(party, replace(world.node(party), bodies=far))
    return far


def ask(world: World) -> tuple[Blob, bytes, Appended]:
    """Let aa ask with one large body."""
    node = world.node("aa")
    blob, stored = sealed(node, bytes(SIZE), "attachment:1")
    node.bodies.stage(blob.sha256, 0, stored)
    assert node.bodies.commit(blob.sha256)
    return blob, stored, say(world, blob)


def say(world: World, blob: Blob) -> Appended:
    """Let aa ask with a body."""
    saying = Saying(random_id(world.node("aa").entropy(16)), Office("police"), "ref", (blob,))
    asked = Asked("preservation", "urgent", ("one",), ("element-1",))
    return world.say("aa", request_acts.submitted(saying, "aa", (Addressee("bb"),), asked))


def propose(world: World) -> None:
    """Let aa propose a joint text that is larger than a row of other bodies."""
    node = world.node("aa")
    node.bodies.stage(SHA256, 0, TEXT)
    assert node.bodies.commit(SHA256)
    saying = guideline_acts.Saying(random_id(node.entropy(16)), Office("justice"))
    text = guideline_acts.Text(guideline_acts.document(SHA256, len(TEXT)), "1")
    world.say("aa", guideline_acts.proposed(saying, text))


def is_held(node: Node, sha256: str) -> bool:
    """Return whether every naming of a body says that it is held."""
    with node.store.read() as tx:
        named = tx.who_names(sha256)
    return bool(named) and all(one.held for one in named)


def test_entries_are_understood_while_the_bodies_store_is_silent(tmp_path: Path) -> None:
    """The officer reads the request; its attachment comes once the store answers again."""
    world = make_world(tmp_path)
    far = afar(world, "bb")
    far.is_silent = True
    blob, stored, asked = ask(world)
    world.pump()
    assert len(world.matters("bb")) == 1
    assert (
        not world.node("aa").session.of(retry.Tries).failing
    )  # a body that is not taken delays no act
    assert far.asked <= 4  # else every round would wait for it anew
    world.acknowledge("bb", asked)
    far.is_silent = False
    world.advance(3_600_000)
    world.pump()

    assert is_held(world.node("bb"), blob.sha256)
    assert far.bodies.read(blob.sha256, 0, SIZE * 2) == stored


def test_what_is_said_while_the_own_store_is_silent_arrives_later(tmp_path: Path) -> None:
    """The act is not held up, and its body follows: it is noted once the store answers."""
    world = make_world(tmp_path)
    far = afar(world, "aa")
    blob, stored = sealed(world.node("aa"), bytes(SIZE))
    far.stage(blob.sha256, 0, stored)
    assert far.commit(blob.sha256)
    far.is_silent = True
    say(world, blob)
    assert not is_held(world.node("aa"), blob.sha256)
    far.is_silent = False
    world.advance(3_600_000)
    world.pump()

    assert is_held(world.node("aa"), blob.sha256)
    assert world.node("bb").bodies.read(blob.sha256, 0, SIZE * 2) == stored


def test_a_start_does_not_wait_for_a_silent_store(tmp_path: Path) -> None:
    """A node begins, and its rounds note later what is here."""
    world = make_world(tmp_path)
    far = afar(world, "aa")
    blob, _, _ = ask(world)
    with world.node("aa").store.write() as tx:
        tx.save_named_bodies([replace(row, held=False) for row in tx.who_names(blob.sha256)])
    far.is_silent = True
    pump.begin(world.node("aa"))
    assert not is_held(world.node("aa"), blob.sha256)
    far.is_silent = False
    pump.begin(world.node("aa"))

    assert is_held(world.node("aa"), blob.sha256)


def test_what_is_destroyed_while_the_store_is_silent_is_dropped_later(tmp_path: Path) -> None:
    """Rounds go on meanwhile, and what is owed stays noted until the store has let it go."""
    world = make_world(tmp_path)
    far = afar(world, "aa")
    blob, _, _ = ask(world)
    world.pump()
    far.is_silent = True
    with world.node("aa").store.write() as tx:
        destroyed_blobs.note(tx, blob.sha256)
    world.ask("aa")
    world.pump()
    assert len(world.matters("bb")) == 2
    assert far.asked == 1
    assert far.bodies.size_bytes(blob.sha256) is not None
    far.is_silent = False
    world.advance(3_600_000)
    world.pump()

    assert far.bodies.size_bytes(blob.sha256) is None
    with world.node("aa").store.read() as tx:
        assert not tx.records(destroyed_blobs.UNSWEPT)


class Killed(Exception):  # noqa: N818 -- no error: the process ends here
    pass


def test_killed_between_the_store_and_its_row_a_body_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store has it, no row says so: its author shows a piece, and it does not come twice."""
    world = make_world(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(large_blobs, "send_bodies", lambda *_: 0)
        blob, stored, _ = ask(world)
        world.pump()

        def stop(step: str) -> None:
            if step == "fetch.body-whole":
                raise Killed

        bb = world.node("bb")
        with pytest.raises(Killed):
            blob_ranges.put_range(
                replace(bb, step=stop), "aa", blob.sha256, 0, len(stored), Parts.of(stored)
            )
        assert bb.bodies.size_bytes(blob.sha256) == len(stored)
        assert not is_held(bb, blob.sha256)
        pump.begin(bb)
        asked = list[str]()
        give = blob_ranges.get_range

        def counted(
            node: Node, party: str, sha256: str, start: int, end: int, log: str
        ) -> Response:
            asked.append(f"{party} {end - start}")
            return give(node, party, sha256, start, end, log)

        patch.setattr(states, "EXCHANGE", replace(states.EXCHANGE, get_range=counted))
        world.advance(3_600_000)
        world.pump()

    assert is_held(bb, blob.sha256)
    assert asked == ["bb 32768"]


def test_a_body_whose_file_was_lost_is_fetched_after_a_rebuild(tmp_path: Path) -> None:
    """A row says that it is held and the disk lost it: `rebuild` looks, and the peer gives it."""
    world = make_world(tmp_path)
    blob, stored, _ = ask(world)
    world.pump()
    bb = world.node("bb")
    assert is_held(bb, blob.sha256)
    bb.bodies.drop(blob.sha256)
    rebuild.rebuild(bb)
    assert not is_held(bb, blob.sha256)
    for _ in range(2):  # its author may send it first, for a heartbeat
        world.advance(3_600_000)
        world.pump()

    assert is_held(bb, blob.sha256)
    assert bb.bodies.read(blob.sha256, 0, SIZE * 2) == stored


def test_a_joint_text_is_read_though_the_store_is_silent(tmp_path: Path) -> None:
    """It decides what is asked for and when it is due, within transactions: it is a row too."""
    world = make_world(tmp_path)
    far = afar(world, "bb")
    propose(world)
    world.pump()
    far.is_silent = True
    with world.node("bb").store.write() as tx:
        assert calendars.text(world.node("bb"), tx, SHA256) == TEXT


def test_a_text_that_came_to_an_older_version_is_a_row_after_a_start(tmp_path: Path) -> None:
    """It was in the store alone; nothing of it is lost, and a start copies it."""
    world = make_world(tmp_path)
    propose(world)
    world.pump()
    node = world.node("bb")
    with node.store.write() as tx:
        tx.drop_body(SHA256)
    with node.store.read() as tx:
        assert calendars.text(node, tx, SHA256) == TEXT
    pump.begin(node)
    with node.store.write() as tx:
        assert calendars.text(node, tx, SHA256) == TEXT


def test_attachments_are_no_rows(tmp_path: Path) -> None:
    """Of what decisions do not read there is no copy, and of nothing that is very large."""
    assert blob_copies.is_copied("texts", SIZE)
    assert not blob_copies.is_copied("texts", 65_536)
    assert not blob_copies.is_copied("texts", blob_copies.BYTES_MAX + 1)
    assert not blob_copies.is_copied("attachment:1", SIZE)
    world = make_world(tmp_path)
    blob, _, _ = ask(world)
    world.pump()
    with world.node("bb").store.read() as tx:
        assert tx.body(blob.sha256) is None


def test_what_no_row_tells_of_is_not_held(tmp_path: Path) -> None:
    """Bytes that lie in the store and that no naming counts for are not looked for in a write."""
    world = make_world(tmp_path)
    node = world.node("bb")
    assert isinstance(node.bodies, MemoryBodies)
    blob, stored = sealed(node, bytes(SIZE))
    node.bodies.stage(blob.sha256, 0, stored)
    assert node.bodies.commit(blob.sha256)
    with node.store.write() as tx:
        assert not blobs.is_held(tx, blob.sha256)
