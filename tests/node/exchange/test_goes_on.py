"""A round goes on where a peer takes nothing of ours: what it has for us is fetched anyway."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.kernel.fault import Fault
from comity.node.base.ports import Request, Response
from comity.node.base.rows import LOG_FROZEN
from comity.node.exchange import excuse, generation, logs, pump, suspects
from comity.node.exchange.pump import Pair


def rounds(world: World, count: int = 8) -> None:
    """Let minutes pass."""
    for _ in range(count):
        world.advance(60_000)
        world.round()


def begin_anew(world: World) -> None:
    """Aa begins its log anew, and bb's officers do not accept it yet."""
    generation.begin(world.node("aa"), world.channel, "stolen")


def freeze(world: World) -> None:
    """Bb has frozen aa's log."""
    with world.node("bb").store.write() as tx:
        log = logs.require_log(tx, world.origin("aa"))
        tx.save_log(replace(log, state=LOG_FROZEN))


@pytest.mark.parametrize("stop", [begin_anew, freeze])
def test_what_a_peer_has_seen_is_fetched_though_it_takes_nothing(
    tmp_path: Path, stop: Callable[[World], None]
) -> None:
    """Bb takes no head of aa's; aa reads bb's emergency all the same, which has seen cc's."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    world.cut("aa", "cc")
    stop(world)
    world.ask("cc")
    rounds(world, 3)
    said = world.ask("bb")
    rounds(world)
    with world.node("aa").store.read() as tx:
        assert tx.act("bb", said.act.id)


@dataclass
class Line:
    """A line to one peer that is down, as from some path on, and how often it was tried."""

    answers: Callable[[str, Request], Response]
    down_from: str
    tried: list[str] = field(default_factory=list)

    def call(self, party: str, request: Request) -> Response:
        """Send a request to the peer, or fail."""
        self.tried.append(request.path)
        if request.path.startswith(self.down_from):
            raise Fault(code="node.peer.unreachable", what="It is down.", fix="Wait.")
        return self.answers(party, request)


@pytest.mark.parametrize("down_from", ["/cards", "/add-delivery"])
def test_a_line_that_is_down_is_tried_once_in_a_round(tmp_path: Path, down_from: str) -> None:
    """Each try takes seconds: a round ends at the first that finds nobody."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    aa = world.node("aa")
    line = Line(aa.peers.call, down_from)
    world.replace_node("aa", replace(aa, peers=line))
    if down_from == "/cards":
        aa.session.of(excuse.Start).started.clear()
    with aa.store.write() as tx:
        suspects.note(tx, world.channel, "bb")  # so that its logs would be asked for
    world.ask("aa")
    pump.next_round_ms(world.node("aa"), Pair(world.channel, "bb"), aa.clock.now_ms())
    assert line.tried == [down_from]
