"""Bodies over 64 KiB on their way, range by range and part by part."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world, sealed

from comity.acts.record import Addressee, Office
from comity.adapters.alarms import StandingAlarms
from comity.adapters.blobs import FolderBodies
from comity.joint.request import acts as request_acts
from comity.joint.request.acts import Asked, Saying
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.ids import random_id
from comity.node.base.ports import Parts, Request, Response
from comity.node.exchange import blob_ranges, blobs, destroyed_blobs, fetch, large_blobs
from comity.node.exchange.blob_file import AHEAD_BYTES, Kept

SIZE = 3 * AHEAD_BYTES + 1_000


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States whose large bodies are files."""
    made = make_world(tmp_path)
    for party in made.states:
        node = replace(made.node(party), bodies=FolderBodies(tmp_path / "large" / party))
        made.replace_node(party, node)
    made.pump()  # each has asked the other since it started
    return made


def ask(world: World) -> tuple[str, bytes]:
    """Let aa ask with one large body, and bb understand it; return the hash and the bytes."""
    node = world.node("aa")
    blob, stored = sealed(node, bytes(SIZE))
    node.bodies.stage(blob.sha256, 0, stored)
    assert node.bodies.commit(blob.sha256)
    saying = Saying(random_id(node.entropy(16)), Office("police"), "ref", (blob,))
    asked = Asked("preservation", "urgent", ("one",), ("element-1",))
    world.say("aa", request_acts.submitted(saying, "aa", (Addressee("bb"),), asked))
    return blob.sha256, stored


def test_what_came_of_a_range_that_broke_off_is_not_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The peer goes on at the byte at which its line broke, within a range too."""
    with monkeypatch.context() as patch:
        patch.setattr(large_blobs, "send_bodies", lambda *_: 0)
        sha256, stored = ask(world)
        world.pump()
    bb = world.node("bb")

    def broken() -> Iterator[bytes]:
        yield stored[:100_000]
        yield stored[100_000:150_001]
        raise Fault(code="surfaces.wire.slow", what="The line broke.", fix="Send it again.")

    with pytest.raises(Fault):
        blob_ranges.put_range(bb, "aa", sha256, 0, len(stored), Parts(len(stored), broken))
    held = blob_ranges.head(bb, "aa", sha256).headers["comity-staged-bytes"]
    rest = Parts.of(stored[int(held) :])
    answer = blob_ranges.put_range(bb, "aa", sha256, int(held), len(stored), rest)

    assert held == "150001"
    assert answer.status == blob_ranges.CREATED
    assert bb.bodies.read(sha256, 0, len(stored)) == stored


def _unsent(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[str, bytes]:
    """Let aa ask with a large body that it does not send yet, and bb understand it."""
    with monkeypatch.context() as patch:
        patch.setattr(large_blobs, "send_bodies", lambda *_: 0)
        sha256, stored = ask(world)
        world.pump()
    return sha256, stored


def test_what_its_author_goes_on_sending_is_not_fetched_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow line carries it for longer than a heartbeat; where it broke off, it is fetched."""
    sha256, stored = _unsent(world, monkeypatch)
    asked, bb = asked_for(world, "bb"), world.node("bb")
    for start in (0, 50_000):
        end = start + 50_000
        blob_ranges.put_range(bb, "aa", sha256, start, len(stored), Parts.of(stored[start:end]))
        world.advance(limits.HEARTBEAT_MS + 1)
        fetch.fetch_missing(bb, world.channel, "aa")
        assert "GET /body/" not in asked

    world.advance(limits.HEARTBEAT_MS + 1)
    while not bb.bodies.size_bytes(sha256):
        assert fetch.fetch_missing(bb, world.channel, "aa")
    assert bb.bodies.read(sha256, 0, len(stored)) == stored


@pytest.mark.parametrize("start", [0, 100_000])
def test_a_range_of_what_was_fetched_meanwhile_is_no_fault(
    world: World, monkeypatch: pytest.MonkeyPatch, start: int
) -> None:
    """While its author sends a range, the fetch of this node ends the body: they are led on."""
    sha256, stored = _unsent(world, monkeypatch)
    bb, total = world.node("bb"), len(stored)
    blob_ranges.put_range(bb, "aa", sha256, 0, total, Parts.of(stored[:100_000]))

    def sent() -> Iterator[bytes]:
        yield stored[start:200_000]
        bb.bodies.stage(sha256, 200_000, stored[200_000:], "aa")
        assert blobs.keep_staged(bb, world.origin("aa"), sha256, "aa")
        yield stored[200_000:300_000]

    parts = Parts(300_000 - start, sent)
    answer = blob_ranges.put_range(bb, "aa", sha256, start, total, parts)
    assert (answer.status, answer.body) in {
        (blob_ranges.CONFLICT, b"0\n"),
        (blob_ranges.ACCEPTED, b"0\n"),
    }
    rest = blob_ranges.put_range(bb, "aa", sha256, 0, total, Parts.of(stored[:1]))
    assert rest.status == blob_ranges.CREATED


def test_what_was_sent_whole_while_it_was_fetched_is_no_fault(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its author ends a body between our question for a range and the keeping of it."""
    sha256, stored = _unsent(world, monkeypatch)
    bb, total = world.node("bb"), len(stored)
    blob_ranges.put_range(bb, "aa", sha256, 0, total, Parts.of(stored[:100_000]))

    class Overtaken:
        """The line to the author, who sends all of it before they answer."""

        def call(self, party: str, request: Request) -> Response:
            """Carry a request."""
            if request.method == "GET" and not bb.bodies.size_bytes(sha256):
                whole = Parts.of(stored[100_000:])
                told = blob_ranges.put_range(bb, "aa", sha256, 100_000, total, whole)
                assert told.status == blob_ranges.CREATED
            return bb.peers.call(party, request)

    for _ in range(3):  # it is not asked for before its author had time to send it
        fetch.fetch_missing(replace(bb, peers=Overtaken()), world.channel, "aa")
        world.advance(2 * limits.HEARTBEAT_MS)
    assert bb.bodies.read(sha256, 0, total) == stored
    with bb.store.read() as tx:
        assert all(row.held for row in tx.who_names(sha256))


def test_nobody_spoils_what_another_sends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names the same hash stages beside it, and is not told how far the other came."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    monkeypatch.setattr(large_blobs, "send_bodies", lambda *_: 0)
    aa = world.node("aa")
    blob, stored = sealed(world.node("bb"), bytes(100_000))
    for party in ("bb", "cc"):
        saying = Saying(random_id(aa.entropy(16)), Office("police"), "ref", (blob,))
        asked = Asked("preservation", "urgent", ("one",), ("element-1",))
        world.say(party, request_acts.submitted(saying, party, (Addressee("aa"),), asked))
    world.pump()
    whole = len(stored)
    blob_ranges.put_range(aa, "bb", blob.sha256, 0, whole, Parts.of(stored[:50_000]))
    told = blob_ranges.head(aa, "cc", blob.sha256).headers["comity-staged-bytes"]
    blob_ranges.put_range(aa, "cc", blob.sha256, 0, whole, Parts.of(b"!"))
    answer = blob_ranges.put_range(aa, "bb", blob.sha256, 50_000, whole, Parts.of(stored[50_000:]))

    assert told == "0"
    assert answer.status == blob_ranges.CREATED
    assert aa.bodies.read(blob.sha256, 0, whole) == stored
    assert aa.bodies.staged_bytes(blob.sha256, "cc") == 0


def test_a_large_body_arrives(world: World) -> None:
    """What is read ahead, sent in parts and staged as it comes is the body that was sealed."""
    sha256, stored = ask(world)
    world.pump()

    assert world.node("bb").bodies.read(sha256, 0, len(stored)) == stored


@pytest.mark.parametrize("step", [1_000_003, AHEAD_BYTES, AHEAD_BYTES + 77])
def test_reading_ahead_gives_what_is_there(world: World, step: int) -> None:
    """In whatever steps a body is read, and wherever its reader jumps, it is that body."""
    sha256, stored = ask(world)
    kept = Kept(world.node("aa"), sha256, len(stored))
    found = b"".join(iter(lambda: kept.read(step), b""))
    kept.seek(5)

    assert found == stored
    assert kept.read(AHEAD_BYTES) == stored[5 : 5 + AHEAD_BYTES]
    assert kept.tell() == 5 + AHEAD_BYTES


def test_a_body_that_was_cut_is_found_while_it_is_read(world: World, tmp_path: Path) -> None:
    """A file that lost its end gives a fault and no short body, though it is read ahead."""
    sha256, stored = ask(world)
    (path,) = (tmp_path / "large" / "aa" / "kept").iterdir()
    with path.open("r+b") as file:
        file.truncate(2 * AHEAD_BYTES - 1)
    kept = Kept(world.node("aa"), sha256, len(stored))

    assert kept.read(AHEAD_BYTES) == stored[:AHEAD_BYTES]
    with pytest.raises(Fault, match=r"node\.body\.short"):
        kept.read(AHEAD_BYTES)


def asked_for(world: World, party: str) -> list[str]:
    """Note from now on what a party asks others for."""
    node, found = world.node(party), list[str]()

    class Noted:
        def call(self, other: str, request: Request) -> Response:
            found.append(f"{request.method} {request.path[:6]}")
            return node.peers.call(other, request)

    world.replace_node(party, replace(node, peers=Noted()))
    return found


def test_what_is_said_meanwhile_goes_before_the_next_range(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence of a terabyte over a slow line: an urgent request is not behind it."""
    monkeypatch.setattr(limits, "FETCH_RANGE_BYTES_MAX", SIZE // 10)
    asked = asked_for(world, "aa")
    node, said = world.node("aa"), list[str]()

    def step(name: str) -> None:
        if name == "send.range-sent" and not said:
            said.append(world.ask("aa").act.id)
            asked.append("said")

    world.replace_node("aa", replace(node, step=step))
    sha256, stored = ask(world)
    world.pump()
    after = asked[asked.index("said") + 1 :]

    assert after[0].startswith("POST")
    assert after.count("PUT /body/") >= 10
    assert world.node("bb").bodies.read(sha256, 0, len(stored)) == stored


def test_what_is_said_meanwhile_goes_before_the_next_range_is_fetched(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a node fetches a large body that did not come."""
    monkeypatch.setattr(limits, "FETCH_RANGE_BYTES_MAX", SIZE // 10)
    monkeypatch.setattr(large_blobs, "send_bodies", lambda *_: 0)
    sha256, stored = ask(world)
    world.pump()
    asked = asked_for(world, "bb")
    bb, said = world.node("bb"), list[str]()
    peers = bb.peers

    class Talking:
        def call(self, other: str, request: Request) -> Response:
            answer = peers.call(other, request)
            if request.method == "GET" and not said:
                said.append(world.ask("bb").act.id)
                asked.append("said")
            return answer

    world.replace_node("bb", replace(bb, peers=Talking()))
    world.advance(3_600_000)
    world.pump()
    after = asked[asked.index("said") + 1 :]

    assert after[0].startswith("POST")
    assert world.node("bb").bodies.read(sha256, 0, len(stored)) == stored


@pytest.mark.parametrize("how", ["lost", "cut", "changed"])
def test_a_body_that_is_damaged_here_keeps_nothing_back(
    world: World, tmp_path: Path, how: str
) -> None:
    """It is told and not sent round after round; other bodies and acts go on."""
    sha256, stored = ask(world)
    path = tmp_path / "large" / "aa" / "kept" / sha256
    path.unlink()
    if how != "lost":
        path.write_bytes(stored[:-1] if how == "cut" else stored[:-1] + b"!")
    asked = asked_for(world, "aa")
    other, content = ask(world)
    world.pump()
    puts = asked.count("PUT /body/")
    world.ask("aa")
    world.pump()

    assert world.node("bb").bodies.read(other, 0, len(content)) == content
    assert len(world.matters("bb")) == 3
    assert asked.count("PUT /body/") == puts <= 2
    assert [code for code, _ in standing(world)] == ["node.body.damaged"]
    path.write_bytes(stored)
    world.advance(large_blobs.AGAIN_MS)
    world.pump()

    assert world.node("bb").bodies.read(sha256, 0, len(stored)) == stored
    assert standing(world) == []


def test_what_was_damaged_and_is_destroyed_is_told_no_more(world: World, tmp_path: Path) -> None:
    """Nobody can put back what is not to be there, so that its alarm would stand for good."""
    sha256, _ = ask(world)
    (tmp_path / "large" / "aa" / "kept" / sha256).unlink()
    world.pump()
    assert [code for code, _ in standing(world)] == ["node.body.damaged"]
    with world.node("aa").store.write() as tx:
        destroyed_blobs.note(tx, sha256)
    world.advance(large_blobs.AGAIN_MS)
    world.pump()
    assert standing(world) == []
    assert not world.node("aa").session.of(large_blobs.Lost).damaged


def standing(world: World) -> list[tuple[str, str]]:
    """Return the alarms of aa."""
    alarms = world.node("aa").alarms
    assert isinstance(alarms, StandingAlarms)
    return alarms.standing()
