"""What was played is destroyed on the day that both agreed; logs, agreement and figures stay."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from support import pair
from support.pair import World, make_world
from support.played import UNTIL_MS, Played

from comity.acts.record import Matter
from comity.joint.exercise import acts
from comity.kernel.inadmissible import Inadmissible
from comity.node.exchange import destroyed_blobs
from comity.rooms.exercise import destruction, room, seats, steering
from comity.rooms.exercise.destroyed import Destroyed


@pytest.fixture
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Module 1 of *harbour invoice*: one item delivered, one drafted, and a guest at a seat."""
    with pair.closing():
        world: World = make_world(tmp_path_factory.mktemp("destroyed"))
        made = Played(world, "harbour-invoice", "stop")
        made.start(60)
        a = made.parties[0]
        lead = made.officer(a, "lead", made.play_path)
        made.let_out(a, lead, steering.deliver(world.node(a), lead, 3))
        yield made


def destroyed(held: Played, party: str) -> Destroyed | Inadmissible:
    """Destroy the exercise at one node, as its secretariat."""
    lead = held.officer(party, "lead")
    return destruction.destroy(held.world.node(party), lead, held.id, owns_high_water=True)


def bodies(held: Played, party: str, *channels: str) -> list[bool]:
    """Return of each body that acts of these channels name whether it is held."""
    with held.world.node(party).store.read() as tx:
        logs = [log for path in channels for log in tx.logs(path)]
        acts_ = [one for log in logs for one in tx.acts(log.origin, 0, log.size)]
        return [tx.body_bytes(blob.sha256) is not None for one in acts_ for blob in one.act.blobs]


def test_it_waits_for_the_day_that_both_agreed_and_for_the_end_of_the_play(held: Played) -> None:
    """Neither before the window is over, nor while time passes in the play."""
    a = held.parties[0]
    early = destroyed(held, a)
    assert isinstance(early, Inadmissible)
    assert early.rule == "exercise.not-over"
    held.world.advance(UNTIL_MS - held.world.node(a).clock.now_ms())
    still = destroyed(held, a)
    assert isinstance(still, Inadmissible)
    assert still.rule == "exercise.still-played"


def test_bodies_drafts_and_links_end_and_logs_stay(held: Played) -> None:
    """Each node destroys its own; what both compute is as before; repeated, it finds nothing."""
    a, b = held.parties
    node = held.world.node(a)
    lead = held.officer(a, "lead", held.play_path)
    waiting = steering.deliver(node, lead, 2, {"en": "More.", "zh": "更多。"})
    made = seats.add(node, lead, "authority-a", "A. Gray", "Bank", 30)
    assert not isinstance(made, Inadmissible), (made, waiting)
    held.say(a, held.play_path, "play end", matter=held.play)
    held.say(b, held.play_path, "play agree-setting", matter=held.play)
    before = {party: held.world.digests(party) for party in held.parties}
    held.world.advance(UNTIL_MS - node.clock.now_ms())
    assert all(bodies(held, a, held.play_path, held.cells_path))
    done = destroyed(held, a)
    assert isinstance(done, Destroyed)
    assert done.bodies > 0
    assert not any(bodies(held, a, held.play_path, held.cells_path))
    assert all(bodies(held, b, held.play_path, held.cells_path))
    assert before == {party: held.world.digests(party) for party in held.parties}
    with node.store.read() as tx:
        assert not tx.records("draft")
        (one,) = seats.of_channels(tx, [held.play_path])
        row = tx.matter(held.world.channel, Matter(acts.EXERCISE, held.id))
        assert row is not None
        assert room.EXERCISE.own(node, tx, row, None)
    assert one.seat == "authority-a"
    again = destroyed(held, a)
    assert isinstance(again, Destroyed)
    assert again.bodies == done.bodies
    with node.store.read() as tx:
        assert not tx.records(destroyed_blobs.UNSWEPT)


class Died(BaseException):
    """The process is gone: nothing catches it."""


def test_one_that_dies_in_the_middle_is_done_again_whole(held: Played) -> None:
    """What was noted stays noted; repeated, the bodies, the drafts and the links end as well."""
    a, b = held.parties
    node, lead = held.world.node(a), held.officer(a, "lead")
    held.say(a, held.play_path, "play end", matter=held.play)
    held.say(b, held.play_path, "play agree-setting", matter=held.play)
    held.world.advance(UNTIL_MS - node.clock.now_ms())
    reached = []

    def die(point: str) -> None:
        reached.append(point)
        raise Died

    with pytest.raises(Died):
        destruction.destroy(replace(node, step=die), lead, held.id, owns_high_water=True)
    assert reached == ["exercise.destroyed"]
    done = destroyed(held, a)
    assert isinstance(done, Destroyed)
    assert done.bodies > 0
    assert not any(bodies(held, a, held.play_path, held.cells_path))
    with node.store.read() as tx:
        assert not tx.records(destroyed_blobs.UNSWEPT)
