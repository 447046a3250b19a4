"""The line is down: the same bytes travel as files."""

import contextlib
import hashlib
import io
from dataclasses import replace
from pathlib import Path

import making_cards as making
import pytest
from support.commands import Commands
from support.pair import World, make_world, sealed
from support.states import opened_root

from comity.acts.record import Addressee, Office
from comity.adapters.memory_highwater import MemoryHighWater
from comity.joint.arrangement.card import DAY_MS
from comity.joint.exchange import carriage
from comity.joint.request import acts as request_acts
from comity.kernel.fault import Fault
from comity.kernel.ids import random_id
from comity.node.base import register_records
from comity.node.exchange import blobs, carry, contacts, keyring
from comity.node.operate.fsck import run
from comity.surfaces.cli import carry as cli_carry


def bundle(world: World, sender: str, to: str, *, whole: bool = False) -> bytes:
    """Return a bundle of one party for another."""
    world.advance(1_000)
    target = io.BytesIO()
    carry.export(world.node(sender), to, target, whole=whole)
    return target.getvalue()


def take(world: World, party: str, data: bytes) -> carry.Carried:
    """Let a party take a bundle."""
    world.advance(1_000)
    return carry.take(world.node(party), io.BytesIO(data))


def dark(tmp_path: Path, parties: tuple[str, ...] = ("aa", "bb")) -> World:
    """Return a world that spoke once and whose lines are down."""
    world = make_world(tmp_path, parties)
    world.pump()
    world.cut(*parties)
    return world


def signed_for(world: World, party: str, by: str) -> int:
    """Return how much of a party's log a peer has signed for, as the party knows."""
    with world.node(party).store.read() as tx:
        given = tx.newest_cosignature(world.origin(party), by)
    return given.size if given else 0


def test_a_request_is_answered_by_files_alone(tmp_path: Path) -> None:
    """There, back, there and back: both show the same, signed for on both sides."""
    world = dark(tmp_path)
    asked = world.ask("aa")
    there = take(world, "bb", bundle(world, "aa", "bb"))
    assert there.is_whole
    assert [line.state for line in there.lines if line.origin == asked.origin] == ["taken"]
    world.acknowledge("bb", asked)
    back = take(world, "aa", bundle(world, "bb", "aa"))
    assert back.cosigned[asked.origin] == signed_for(world, "aa", "bb") == asked.index + 1
    world.answer("bb", asked)
    take(world, "aa", bundle(world, "bb", "aa"))
    take(world, "bb", bundle(world, "aa", "bb"))
    take(world, "aa", bundle(world, "bb", "aa"))
    assert world.digests("aa") == world.digests("bb")
    assert {row.status for row in world.matters("aa")} == {"answered"}
    for party in ("aa", "bb"):
        found = run.check(world.node(party))
        assert found.is_clean, found.problems
    world.mend()
    world.advance(120_000)
    world.pump()
    assert world.digests("aa") == world.digests("bb")
    assert not [alarm for alarm in world.alarms("aa") if alarm[0] == "exchange.log.forked"]


def test_a_bundle_that_is_taken_twice_changes_nothing(tmp_path: Path) -> None:
    """The second time everything is held, and the stored signature is the same."""
    world = dark(tmp_path)
    world.ask("aa")
    data = bundle(world, "aa", "bb")
    take(world, "bb", data)
    mark = world._mark()
    again = take(world, "bb", data)
    assert world._mark() == mark
    assert {line.state for line in again.lines} == {"held"}


def test_a_bundle_that_is_cut_short_changes_nothing(tmp_path: Path) -> None:
    """At every point; the whole one is taken afterwards."""
    world = dark(tmp_path)
    world.ask("aa")
    data = bundle(world, "aa", "bb")
    mark = world._mark()
    for at in {*range(200), *range(200, len(data), 1 + len(data) // 150), len(data) - 1}:
        with pytest.raises(Fault) as caught:
            take(world, "bb", data[:at])
        assert caught.value.code == "exchange.carriage.cut-short"
    assert world._mark() == mark
    assert take(world, "bb", data).is_whole


def test_a_bundle_that_was_changed_is_refused(tmp_path: Path) -> None:
    """One byte, anywhere."""
    world = dark(tmp_path)
    world.ask("aa")
    data = bundle(world, "aa", "bb")
    mark = world._mark()
    for at in range(0, len(data), 1 + len(data) // 150):
        with pytest.raises(Fault) as caught:
            take(world, "bb", data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :])
        assert caught.value.code.startswith(("exchange.carriage.", "kernel.json."))
    with making.refused("exchange.carriage.malformed"):
        take(world, "bb", data + b"\0")
    assert world._mark() == mark


def test_a_bundle_for_another_is_refused(tmp_path: Path) -> None:
    """By its name, and by that of a sender who is no peer."""
    world = dark(tmp_path, ("aa", "bb", "cc"))
    data = bundle(world, "aa", "bb")
    with making.refused("exchange.carriage.other-party"):
        take(world, "cc", data)
    with making.refused("exchange.carriage.no-peer"):
        carry.export(world.node("aa"), "zz", io.BytesIO())
    stranger = io.BytesIO()
    carriage.Writer(stranger, carriage.Header("zz", "bb", 0)).end()
    with making.refused("exchange.carriage.no-peer"):
        take(world, "bb", stranger.getvalue())


def test_an_older_bundle_is_stale_and_a_later_one_leaves_no_gap(tmp_path: Path) -> None:
    """Bundles may overtake each other, and one may be lost: the newest always goes on."""
    world = dark(tmp_path)
    world.ask("aa")
    first = bundle(world, "aa", "bb")
    world.ask("aa")
    second = bundle(world, "aa", "bb")
    world.ask("aa")
    third = bundle(world, "aa", "bb")
    take(world, "bb", first)
    assert take(world, "bb", third).is_whole
    stale = take(world, "bb", second)
    states = {line.origin: line.state for line in stale.lines}
    assert states[world.origin("aa")] == "exchange.carriage.stale"
    take(world, "aa", bundle(world, "bb", "aa"))
    assert signed_for(world, "aa", "bb") == 4


def test_a_mirror_that_was_lost_is_told_to_ask_for_all(tmp_path: Path) -> None:
    """What the sender believes to be held is not: `--whole` mends it."""
    world = dark(tmp_path / "a")
    world.ask("aa")
    take(world, "bb", bundle(world, "aa", "bb"))
    take(world, "aa", bundle(world, "bb", "aa"))
    world.ask("aa")
    later = bundle(world, "aa", "bb")
    with world.node("bb").store.write() as tx:
        log = tx.log(world.origin("aa"))
        assert log is not None
        tx.cut_entries(log.origin, 0)
        tx.save_log(replace(log, size=0, signed=0, understood=0, frontier=()))
    taken = take(world, "bb", later)
    states = {line.origin: line.state for line in taken.lines}
    assert states[world.origin("aa")] == "exchange.carriage.gap"
    assert take(world, "bb", bundle(world, "aa", "bb", whole=True)).is_whole


def test_large_bodies_travel_too(tmp_path: Path) -> None:
    """A body over 64 KiB comes in ranges, after the entry that names it."""
    world = dark(tmp_path)
    node = world.node("aa")
    blob, stored = sealed(node, b"x" * 5_000_000, "attachment:1")
    node.bodies.stage(blob.sha256, 0, stored)
    assert node.bodies.commit(blob.sha256)
    saying = request_acts.Saying(random_id(node.entropy(16)), Office("police"), "r", (blob,))
    asked = request_acts.Asked("preservation", "urgent")
    to = (Addressee("bb"),)
    world.say("aa", request_acts.submitted(saying, "aa", to, asked))
    take(world, "bb", bundle(world, "aa", "bb"))
    assert world.node("bb").bodies.size_bytes(blob.sha256) == len(stored)
    held = world.node("bb").bodies.read(blob.sha256, 0, len(stored))
    assert hashlib.sha256(held).hexdigest() == blob.sha256


def test_cards_that_expired_on_both_sides_are_followed_by_files(tmp_path: Path) -> None:
    """No listener believes the other any more: a bundle each way, and the line can come back."""
    world = dark(tmp_path)
    world.ask("aa")
    world.advance(2_000 * DAY_MS)
    for party, one in world.states.items():
        with pytest.raises(Fault, match="No card of") as told:
            _known(world, party).contact({"aa": "bb", "bb": "aa"}[party])
        assert "carry export" in told.value.fix
        keyring.rotate(one.node, one.maker, opened_root(tmp_path, one, world.arrangement))
    take(world, "bb", bundle(world, "aa", "bb"))
    take(world, "aa", bundle(world, "bb", "aa"))
    for party, other in (("aa", "bb"), ("bb", "aa")):
        assert len(_known(world, party).contact(other).certificates) == 1
    world.mend()
    world.pump()
    assert world.digests("aa") == world.digests("bb")
    assert len(world.digests("bb")) == 1


def _known(world: World, party: str) -> contacts.Contacts:
    """Return whom a node can reach."""
    node = world.node(party)
    with node.store.read() as tx:
        return contacts.load(tx, party, node.clock.now_ms(), {})


def with_frames(data: bytes, **others: bytes) -> bytes:
    """Return a bundle in which frames of a kind hold other bytes, and whose sum is good."""
    (_, header), *frames = carriage.frames(io.BytesIO(data))
    target = io.BytesIO()
    writer = carriage.Writer(target, carriage.parse_header(header))
    for kind, payload in frames:
        writer.add(kind, others.get(kind.decode(), payload))
    writer.end()
    return target.getvalue()


def test_a_card_that_is_refused_holds_no_entries_up(tmp_path: Path) -> None:
    """Over the line they come by a request of their own; in a bundle they stand behind it."""
    world = dark(tmp_path)
    world.ask("aa")
    strange = blobs.render_batch([b"comity/card/1\n{}\n" + world.arrangement.encode()])
    done = take(world, "bb", with_frames(bundle(world, "aa", "bb"), C=strange))
    assert done.is_whole
    assert "taken" in [line.state for line in done.lines]
    assert [code for code, _ in world.alarms("bb")] == ["exchange.card.refused"]


def test_what_is_wrong_in_a_bundle_is_told_with_its_name(tmp_path: Path) -> None:
    """Who has several on a stick must know which one to ask for again."""
    world = dark(tmp_path / "world")
    world.ask("aa")
    typed, file = Commands(world, (cli_carry,)), tmp_path / "there"
    data = bundle(world, "aa", "bb")
    for frame in ({"B": b"x"}, {"P": b"x"}, {"N": b"x"}, {"S": b"{}"}, {"L": b"x"}):
        file.write_bytes(with_frames(data, **frame))
        with contextlib.suppress(Fault):
            typed("carry", "import", "--home", "bb", file)
            continue
        with pytest.raises(Fault, match="there") as told:
            typed("carry", "import", "--home", "bb", file)
        assert told.value.fix
    file.write_bytes(data)
    assert typed("carry", "import", "--home", "bb", file) == 0


def test_one_channel_is_carried_from_a_node_that_goes_on(tmp_path: Path) -> None:
    """What is signed goes into the bundle, and nothing is signed for it; no other channel does."""
    world = dark(tmp_path)
    channel = register_records.hotline_in(world.arrangement)
    for where in ("live", "hotline"):
        world.channel_name = where
        world.ask("aa")
    world.round()
    world.ask("aa")  # not signed yet: the node that serves does it in its next round
    target = io.BytesIO()
    done = carry.export(world.node("aa"), "bb", target, channel=channel, signs=False)
    (line,) = done.lines
    assert line.origin == world.origin("aa", "hotline")
    with world.node("aa").store.read() as tx:
        log = tx.log(line.origin)
        assert log is not None
        assert line.size == log.signed == log.size - 1
    taken = take(world, "bb", target.getvalue())
    assert [(one.origin, one.state) for one in taken.lines] == [(line.origin, carry.TAKEN)]
    with making.refused("exchange.carriage.no-peer"):
        carry.export(world.node("aa"), "bb", io.BytesIO(), channel="nothing", signs=False)


def test_what_is_signed_and_not_marked_yet_does_not_leave(tmp_path: Path) -> None:
    """The process that serves is between the commit and the mark: an image of then may fork."""
    world = dark(tmp_path)
    world.ask("aa")
    world.round()
    node = world.node("aa")
    lost = replace(node, highwater=MemoryHighWater())
    with making.refused("exchange.carriage.head-pending"):
        carry.export(lost, "bb", io.BytesIO(), signs=False)


def test_a_person_carries(tmp_path: Path) -> None:
    """Export, import, and the way back, as typed."""
    world = dark(tmp_path / "world")
    world.ask("aa")
    typed = Commands(world, (cli_carry,))
    file, back = tmp_path / "there", tmp_path / "back"
    assert typed("carry", "export", "--home", "aa", file) == 0
    assert "is for bb" in typed.text
    assert typed("carry", "import", "--home", "bb", file) == 0
    assert "were taken" in typed.text
    assert typed("carry", "export", "--home", "bb", back, "--to", "aa") == 0
    assert typed("carry", "import", "--home", "aa", back) == 0
    assert "bb signed for" in typed.text
    with making.refused("surfaces.file.exists"):
        typed("carry", "export", "--home", "aa", file)
    with making.refused("surfaces.file.unreadable"):
        typed("carry", "import", "--home", "aa", tmp_path / "none")
