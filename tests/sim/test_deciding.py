"""What officers decide in the simulation, and that it notices when a node does not keep to it."""

from functools import partial

import pytest

from comity.joint.arrangement.channel import PURPOSES
from comity.node.base.ports import Request
from comity.node.exchange import freeze
from comity.tlog import checkpoint, keys
from comity.tlog.checkpoint import Checkpoint
from comity_lab.sim import deciding, drill, rest, restoring
from comity_lab.sim.events import Story
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.invariants import Watch
from comity_lab.sim.mix import Mix
from comity_lab.sim.officers import Officers
from comity_lab.sim.world import PARTIES, make_world


def begun(parties: tuple[str, ...] = PARTIES[:2]) -> Story:
    """Return a story that has come to rest, after a request with a body."""
    world = make_world(1, parties)
    story = Story(world, Watch(world), Officers(world), Mix({}))
    story.officers.ask("fr", body="small")
    rest.settle(world, story.watch)
    return story


def test_what_signs_a_frozen_log_is_found_out() -> None:
    """Self-test: neither its author nor its mirror signs it."""
    story = begun()
    origin = story.world.origin("fr")
    root = story.world.ledger.truth[origin].frontier.root()
    body = checkpoint.render_body(Checkpoint(origin, 1, root))
    for party in ("fr", "sn"):
        freeze.freeze(story.world.node(party), origin, "alice")
        for kind in (keys.ED25519_NOTE, keys.ED25519_COSIGNATURE):
            with pytest.raises(BrokenError, match="frozen"):
                story.world.machines[party].keys.on_sign("name", kind, body)


def test_what_is_told_to_a_party_that_was_given_up_is_found_out() -> None:
    """Self-test: it is asked where it stands, and told nothing."""
    story = begun()
    deciding.give_up(story, story.world.machines["fr"])
    story.world.network.watch("fr", "sn", Request("GET", "/start"))
    with pytest.raises(BrokenError, match="gave up"):
        story.world.network.watch("fr", "sn", Request("POST", "/add-checkpoint"))


def test_what_an_act_attests_is_gone_and_is_here_is_found_out() -> None:
    """Self-test: a body that came back after it was destroyed."""
    story = begun()
    machine = story.world.machines["fr"]
    bodies = {key: machine.disk.tables.bodies.get("", key) for key in _bodies(story)}
    deciding.destroy(story, machine)
    assert "body.destroyed" in story.world.reached
    (key,) = bodies.keys() - _bodies(story)
    rest.settle(story.world, story.watch)
    body = bodies[key]
    assert body is not None
    machine.disk.tables.bodies.put([], "", key, body)
    with pytest.raises(BrokenError, match="attests is gone"):
        rest.settle(story.world, story.watch)


def _bodies(story: Story) -> set[tuple[int | str, ...]]:
    return {*story.world.machines["fr"].disk.tables.bodies.keys("")}


@pytest.mark.parametrize("mode", ["kept", "old", "lost"])
@pytest.mark.parametrize("parties", [PARTIES[:2], PARTIES])
def test_all_machines_may_be_put_back_at_once(
    monkeypatch: pytest.MonkeyPatch, parties: tuple[str, ...], mode: str
) -> None:
    """What nobody holds is lost, a log that lacks it is begun anew, and nothing forks."""
    story = begun(parties)
    monkeypatch.setattr(restoring, "_MODES", (mode,))
    for machine in story.world.machines.values():
        story.backup(machine)
    for party in parties:
        story.officers.ask(party, count=3, body="small")
    rest.settle(story.world, story.watch)
    restoring.restore_all(story, story.world.machines["fr"])
    assert "restore.all" in story.world.reached
    rest.settle(story.world, story.watch)
    assert story.officers.ask("sn")
    rest.settle(story.world, story.watch)


@pytest.mark.parametrize("parties", [PARTIES[:2], PARTIES])
def test_a_database_may_go_back_under_a_process(parties: tuple[str, ...]) -> None:
    """What the standby lacks comes back from the others, and nothing forks."""
    story = begun(parties)
    machine = story.world.machines["sn"]
    story.backup(machine)
    story.officers.ask("sn", count=3, body="small")
    rest.settle(story.world, story.watch)
    boots = machine.boots
    restoring.go_back(story, machine)
    assert "restore.standby" in story.world.reached
    assert story.officers.ask("sn")
    rest.settle(story.world, story.watch)
    assert machine.boots == boots


@pytest.mark.parametrize("by_command", [0.0, 1.0])
def test_two_officers_excuse_who_is_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, by_command: float
) -> None:
    """A home that lost its file signs nothing before that, and nothing forks afterwards.

    Nor does it once it loses the file again: they are asked anew, whoever put it back before.
    """
    story = begun(PARTIES)
    lost = partial(restoring._restore, highwater="lost", by_command=by_command)
    monkeypatch.setattr(restoring, "restore_lost", lost)
    drill.excused(story, story.world.machines["sn"])
    assert {"excuse.signed", "excuse.not-of-this-loss"} <= story.world.reached
    rest.settle(story.world, story.watch)


def test_channels_of_each_purpose_are_opened_used_and_ended() -> None:
    """They come to rest as the others do, under old keys and new ones, and after their end."""
    story = begun()
    for purpose in PURPOSES:
        for machine in story.world.machines.values():
            deciding.open_channel(story, machine)
            rest.settle(story.world, story.watch)
        assert story.officers.ask("fr", f"{deciding.OPENED}-{purpose}")
        for machine in story.world.machines.values():
            deciding.rotate_channel(story, machine)
        rest.settle(story.world, story.watch)
        deciding.end_channel(story, story.world.machines["fr"])
        rest.settle(story.world, story.watch)
    assert {"channel.opened", "channel.keys-replaced", "channel.ended"} <= story.world.reached
