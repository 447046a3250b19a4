"""Drills: what chance alone brings about too seldom is played step by step, on a good line.

    hotline     an emergency crosses in time
    overtaken   what a machine sent arrives after its database was put back and compared
    excused     among three, two officers excuse who is out of reach of a home that lost its file,
                and it loses that again
    dialogue    parties speak in turn of one matter, each having heard the other
    call, ring  calls of the hotline and who is woken for them: see `calls`

Floor: lab.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from comity.joint.request.acts import SUBMITTED
from comity.kernel import limits
from comity.node.base.rows import LOCAL_CHANNEL, LOG_OPEN
from comity.node.exchange import excuse, signing_guard
from comity.node.exchange.pump import Pair
from comity.node.exchange.retry import PAUSE_MS_MAX
from comity_lab.sim import calls, deciding, faults, outside, restoring
from comity_lab.sim.ledger import Truth
from comity_lab.sim.machine import Machine
from comity_lab.sim.mix import Mix
from comity_lab.sim.network import Late, Weather
from comity_lab.sim.world import World

TURNS = 24
"""Of a dialogue."""
CALLS = {"call": calls.call, "ring": calls.ring}
"""Events of the hotline."""
REQUESTS = 0.6
"""How many dialogues are about a request: there is most to say of it."""

if TYPE_CHECKING:
    from comity_lab.sim.events import Story


def hotline(story: "Story", machine: Machine) -> None:
    """An emergency crosses at once when the line is good, whatever waits elsewhere."""
    peers = [m for m in story.world.machines.values() if m is not machine]
    if is_good(story, machine, peers):
        with without_accidents(story):
            _emergency(story, machine)


def overtaken(story: "Story", machine: Machine) -> None:
    """The peer holds more than the machine remembers, and the machine had just asked it.

    What the machine sent last is on its way when an old database is put in the place of its
    own, and arrives between the comparison and the next head.  The database cannot read what
    comes back to it before it has again what the peer said, and signs nothing meanwhile.
    """
    peers = [m for m in story.world.machines.values() if m is not machine]
    if is_good(story, machine, peers):
        with without_accidents(story):
            _overtake(story, machine, peers[0])


def excused(story: "Story", machine: Machine) -> None:
    """A home that lost its high-water file signs nothing while a party is out of reach.

    It does once two officers excuse that party.  They know by telephone that it has nothing of
    this State that is not here, so that nothing forks.  What they said is in the image that is put
    back when the file is lost again, and the party has more by then: they are asked anew.
    """
    peers = [m for m in story.world.machines.values() if m is not machine]
    if len(peers) > 1 and is_good(story, machine, peers):
        with without_accidents(story):
            _excuse(story, machine, peers[-1])


def dialogue(story: "Story", machine: Machine) -> None:
    """Each hears what the other said before it speaks, so that a matter gets far."""
    peers = [m for m in story.world.machines.values() if m is not machine]
    if not is_good(story, machine, peers):
        return
    world, officers = story.world, story.officers
    with without_accidents(story):
        is_request = world.chance.random() < REQUESTS
        said = officers.open(machine.party, SUBMITTED if is_request else "")
        for _ in range(TURNS if said else 0):
            world.pump()
            party = world.chance.choice(world.parties)
            with world.care(f"dialogue {party}"):
                officers.respond(party, is_again=True)


@contextmanager
def without_accidents(story: "Story") -> Iterator[None]:
    """Let nothing fail by chance for the length of a `with`."""
    network = story.world.network
    before, network.weather = network.weather, Weather()
    mix, story.mix = story.mix, Mix(story.mix.weights, 0.0, 0.0)
    try:
        yield
    finally:
        network.weather, story.mix = before, mix


def is_good(story: "Story", machine: Machine, peers: list[Machine]) -> bool:
    """Return whether all is in order, so that what happens follows from the drill alone."""
    lines = {(a.party, b.party) for a in (machine, *peers) for b in (machine, *peers)}
    network = story.world.network
    return (
        all(one.node is not None and not one.is_full and not one.is_failed for one in peers)
        and not machine.is_full
        and not machine.is_failed
        and not lines & (network.cut_requests | network.cut_replies)
        and all(one.clock.skew_ms == 0 for one in (machine, *peers))
        and all(not _is_skewed(one) for one in (machine, *peers))
        and all(story.watch.is_whole(one) for one in (machine, *peers))
        and all(deciding.is_undecided(one) for one in (machine, *peers))
        and all(_may_cosign(story, one, machine) for one in peers)
        and not any(outside.is_held_up(one) for one in (machine, *peers))
    )


def _may_cosign(story: "Story", peer: Machine, machine: Machine) -> bool:
    """Whether a peer takes the log of the machine, and has asked it where it lost state.

    It asks after a pause of its own; a new generation waits until officers have compared it.
    """
    with machine.up().store.read() as tx:
        own = [log for log in tx.logs(story.world.channel("hotline")) if log.own]
    newest = max(own, key=lambda log: log.generation, default=None)
    node = peer.up()
    with node.store.read() as tx:
        log = None if newest is None else tx.log(newest.origin)
        return log is not None and log.state == LOG_OPEN and excuse.may_cosign(node, tx, log)


def _emergency(story: "Story", machine: Machine) -> None:
    world = story.world
    said = story.officers.ask(machine.party, "hotline")
    pairs = [p for p in story.pairs(machine) if p.channel.endswith("/hotline")]
    began_ms = world.instant.at_ms
    if _live_waits(story, machine):
        world.saw("hotline.before-live")
    for pair in pairs:
        if any(not excuse.is_asked_of(machine.up(), one.origin, pair.party) for one in said):
            world.round(machine.party, pair)  # as its own thread does beside the others
    for one in said:
        for pair in pairs:
            _deliver_in_time(story, machine, pair, one.origin, one.index)
    took_ms = world.instant.at_ms - began_ms
    world.saw("hotline.in-time")
    world.note(f"hotline {machine.party} in {took_ms} ms")


def _live_waits(story: "Story", machine: Machine) -> bool:
    tables, origin = machine.disk.tables, story.world.origin(machine.party)
    log = tables.logs.get("", (origin,))
    given = [tables.cosignatures.last((origin, party)) for party in story.world.parties]
    sizes = [one.size for one in given if one is not None]
    return log is not None and log.size > min(sizes, default=0)


def _deliver_in_time(story: "Story", machine: Machine, pair: Pair, origin: str, index: int) -> None:
    """The bound: the longest pause after failures, and two rounds."""
    world = story.world
    waits = None
    for _ in range(3):
        wait_ms = world.round(machine.party, pair)
        with machine.up().store.read() as tx:
            given = tx.newest_cosignature(origin, pair.party)
            waits = tx.log(origin)
        if given is not None and given.size > index:
            return
        world.instant.at_ms += wait_ms
    if waits is not None and waits.state == "open":
        with machine.up().store.read() as tx:
            said = tx.record("delivery", f"{origin}|{pair.party}")
        raise faults.BrokenError(f"{machine.party}: the hotline waits for {pair.party}: {said}")


def _overtake(story: "Story", machine: Machine, peer: Machine) -> None:
    world, channel = story.world, story.world.channel()
    pair = Pair(channel, peer.party)
    story.backup(machine)
    story.officers.ask(peer.party)
    world.round(peer.party, Pair(channel, machine.party))
    world.round(machine.party, pair)  # it has seen what the peer asked, and says so
    late = _say_late(story, machine, pair)
    boots = machine.boots
    restoring.restore_database(story, machine)
    if late is None or machine.node is None or machine.boots == boots:
        return
    world.note(f"overtaken {machine.party}")
    between = machine.between
    machine.between = _arriving(world, late)
    try:
        world.round(machine.party, pair)
    finally:
        machine.between = between


def _say_late(story: "Story", machine: Machine, pair: Pair) -> Late | None:
    """Let a machine say something that is still on its way."""
    network = story.world.network
    before = len(network.late)
    story.officers.ask(machine.party)
    network.weather = Weather(delayed=1.0)
    story.world.round(machine.party, pair)
    network.weather = Weather()
    return network.late[-1] if len(network.late) > before else None


def _excuse(story: "Story", machine: Machine, far: Machine) -> None:
    world = story.world
    story.backup(machine)
    for _ in range(3):
        world.instant.at_ms += PAUSE_MS_MAX
        world.pump()
    lines = {(machine.party, far.party), (far.party, machine.party)}
    world.network.cut_requests |= lines
    boots = machine.boots
    restoring.restore_lost(story, machine)
    if machine.node is not None and machine.boots != boots and not machine.highwater.is_intact():
        is_excused = _ask_and_excuse(story, machine, far)
        world.network.cut_requests -= lines
        if is_excused:
            _lose_again(story, machine, far)
    world.network.cut_requests -= lines


def _lose_again(story: "Story", machine: Machine, far: Machine) -> None:
    """Put the home back as it is now, without its file, when one that is away has heard more."""
    world = story.world
    story.backup(machine)
    others = [one.party for one in world.machines.values() if one not in (machine, far)]
    near = {line for other in others for line in ((machine.party, other), (other, machine.party))}
    world.network.cut_requests |= near
    before = story.officers.ask(machine.party)
    for _ in range(2):
        world.instant.at_ms += PAUSE_MS_MAX
        world.pump(machine.party)
    world.network.cut_requests -= near
    lines = {(machine.party, far.party), (far.party, machine.party)}
    world.network.cut_requests |= lines
    boots = machine.boots
    is_known = any(_signed(far, one.origin) > one.index for one in before)
    restoring.restore_last_lost(story, machine)
    if machine.node is None or machine.boots == boots or machine.highwater.is_intact():
        return
    said = story.officers.ask(machine.party)
    for _ in range(2):
        world.instant.at_ms += PAUSE_MS_MAX
        world.pump(machine.party)
    if any(_signed(machine, one.origin) > one.index for one in said):
        raise faults.BrokenError(f"{machine.party} signs by an excuse of a loss before")
    if is_known:
        world.saw("excuse.not-of-this-loss")


def _ask_and_excuse(story: "Story", machine: Machine, far: Machine) -> bool:
    """Let officers excuse who is away, where all is here; return whether it was signed then."""
    world = story.world
    for _ in range(2):
        world.instant.at_ms += PAUSE_MS_MAX
        world.pump(machine.party)
    own = [one for one in machine.disk.tables.logs.rows("") if one.own and one.state == LOG_OPEN]
    own = [one for one in own if one.channel != LOCAL_CHANNEL]
    is_all_here = all(
        one.signed == one.size == one.understood
        and one.signed >= len(world.ledger.truth.get(one.origin, Truth()).leaves)
        for one in own
    )
    if not is_all_here:
        return False
    said = story.officers.ask(machine.party)
    world.pump(machine.party)
    if any(_signed(machine, one.origin) > one.index for one in said):
        raise faults.BrokenError(f"{machine.party} signs before {far.party} was compared with")
    for one in own:
        for name in ("alice", "bob"):
            excuse.excuse(machine.up(), one.origin, far.party, name)
    world.instant.at_ms += PAUSE_MS_MAX
    world.pump(machine.party)
    is_signed = all(_signed(machine, one.origin) > one.index for one in said)
    if is_signed:
        world.saw("excuse.signed")
    return is_signed


def _signed(machine: Machine, origin: str) -> int:
    log = machine.disk.tables.logs.get("", (origin,))
    return log.signed if log is not None else 0


def _arriving(world: World, late: Late) -> Callable[[Machine, str], None]:
    def arrive(_machine: Machine, name: str) -> None:
        if name == "start.compared" and late in world.network.late:
            world.network.late.remove(late)
            world.saw("late.delivered")
            world.network.deliver(late.sender, late.to, late.request)

    return arrive


def _is_skewed(machine: Machine) -> bool:
    measured = machine.up().session.of(signing_guard.Clocks).skew_ms.values()
    return any(abs(skew_ms) > limits.SKEW_MS_MAX for skew_ms in measured)
