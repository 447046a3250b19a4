"""What officers decide about logs and partners, and what must hold until they decide otherwise.

    freeze, thaw         nothing of a log is signed, or mirrored, here
    give up, take back   a partner is told nothing, and nothing waits for it
    destroy              what a request carries; what an act attests is gone stays so
    open, rotate, end    a channel for a purpose of its own, its keys

At rest all that can be taken back is.

Floor: lab.
"""

from typing import TYPE_CHECKING, Final

from comity.joint.arrangement.channel import PURPOSES, Terms
from comity.joint.request import acts as request_acts
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.ports import Request
from comity.node.base.rows import LOCAL_CHANNEL, LOG_FROZEN, LOG_OPEN, Officer
from comity.node.exchange import abandoned_party, channel, channel_end, channel_keys, freeze
from comity.node.operate import partner_steps
from comity.node.room.custody import Why
from comity.rooms.request import destruction
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.machine import Machine
from comity_lab.sim.world import World

if TYPE_CHECKING:
    from comity_lab.sim.events import Story

OPENED: Final = "own"
_WHY: Final = Why("It is over.")
_SAID_TO_PEERS: Final = frozenset(
    {"/add-checkpoint", "/add-entries", "/add-delivery", "/add-bodies"}
)


def freeze_log(story: "Story", machine: Machine) -> None:
    """Let an officer freeze one log: an own one, or a peer's."""
    logs = machine.disk.tables.logs.rows("")
    open_ = [log for log in logs if log.state == LOG_OPEN and log.channel != LOCAL_CHANNEL]
    if not open_:
        return
    log = story.world.chance.choice(open_)
    partner_steps.freeze(machine.up(), _officer(story, machine), log.origin, "A stranger was seen.")
    story.world.saw("log.frozen-own" if log.own else "log.frozen-mirror")


def thaw_logs(story: "Story", machine: Machine) -> None:
    """Let an officer thaw what was frozen."""
    node = machine.up()
    for origin in _frozen(machine):
        partner_steps.thaw(node, _officer(story, machine), origin)


def give_up(story: "Story", machine: Machine) -> None:
    """Let an officer give a partner up."""
    other = story.world.chance.choice([p for p in story.world.parties if p != machine.party])
    partner_steps.give_up(machine.up(), _officer(story, machine), other, "It does not answer.")
    story.world.saw("party.given-up")


def take_back(story: "Story", machine: Machine) -> None:
    """Let an officer take every partner back."""
    for party in _given_up(machine):
        partner_steps.take_back(machine.up(), _officer(story, machine), party)


def destroy(story: "Story", machine: Machine) -> None:
    """Let an officer destroy what a request that was asked of late carries."""
    world, node = story.world, machine.up()
    if not story.officers.matters:
        return
    _channel, matter_id = world.chance.choice(story.officers.matters)
    hashes = _carried(machine, matter_id)
    if not hashes:
        return
    before = set(world.gone)
    world.gone |= set(hashes)  # whoever loses it now may find it nowhere
    done = destruction.destroy(
        node, _officer(story, machine), matter_id, hashes, "case-ended", _WHY,
        owns_high_water=True,
    )  # fmt: skip
    if isinstance(done, Inadmissible):
        world.gone = before
        world.note(f"not destroyed: {done.rule}")
        return
    story.officers.sent(machine, done)
    world.saw("body.destroyed")


def open_channel(story: "Story", machine: Machine) -> None:
    """Let a party show its keys for the next channel of its own, then use it once all have.

    There is one of each purpose; what was opened first is opened by all before the next.
    """
    world, node = story.world, machine.up()
    for purpose in PURPOSES:
        path = world.channel(_name_of(purpose))
        with node.store.read() as tx:
            if tx.logs(path):
                continue
        terms = Terms(_name_of(purpose), purpose)
        if not channel.open_channel(node, machine.keys, world.arrangement, terms):
            story.forget_pairs()
            story.officers.ask(machine.party, terms.name)
            world.saw("channel.opened")
        return


def end_channel(story: "Story", machine: Machine) -> None:
    """Let a party end a channel that acts opened."""
    path = _opened(story, machine)
    if path:
        channel.end_channel(machine.up(), path, "done")
        story.world.saw("channel.ended")


def rotate_channel(story: "Story", machine: Machine) -> None:
    """Let a party replace its keys for a channel that acts opened."""
    path = _opened(story, machine)
    if path:
        channel_keys.rotate(machine.up(), machine.keys, path)
        story.officers.ask(machine.party, path.rpartition("/")[2])
        story.world.saw("channel.keys-replaced")


def _name_of(purpose: str) -> str:
    return f"{OPENED}-{purpose}"


def _opened(story: "Story", machine: Machine) -> str:
    """Return the path of a channel that is open and has not ended, or ""."""
    paths = [story.world.channel(_name_of(purpose)) for purpose in PURPOSES]
    with machine.up().store.read() as tx:
        found = [p for p in paths if tx.logs(p) and channel_end.of(tx, p) is None]
    return story.world.chance.choice(found) if found else ""


def take_all_back(world: World) -> None:
    """Thaw every log and take every partner back, so that all can come to rest."""
    for machine in world.up():
        node = machine.up()
        for origin in _frozen(machine):
            with world.care(f"thaw {origin}"):
                freeze.thaw(node, origin, "alice")
        for party in _given_up(machine):
            with world.care(f"take back {party}"), node.store.write() as tx:
                abandoned_party.drop(tx, world.arrangement, party)


def is_undecided(machine: Machine) -> bool:
    """Return whether nothing is frozen and nobody given up at a machine."""
    return not _frozen(machine) and not _given_up(machine)


def require_not_given_up(world: World, sender: str, to: str, request: Request) -> None:
    """I11: a party that is given up is asked where it stands, and told nothing."""
    if request.path in _SAID_TO_PEERS and to in _given_up(world.machines[sender]):
        raise BrokenError(f"{sender} sends {request.path} to {to}, which it gave up")


def require_not_frozen(machine: Machine, origin: str) -> None:
    """I10: nothing is signed or cosigned of a log that is frozen."""
    log = machine.disk.tables.logs.get("", (origin,))
    if log is not None and log.state == LOG_FROZEN:
        raise BrokenError(f"{machine.party} signs {origin}, which is frozen there")


def require_gone(machine: Machine) -> None:
    """I12: what acts of this State attest that it destroyed is nowhere at it."""
    with machine.up().store.read() as tx:
        own = [log for log in tx.logs() if log.own and log.channel != LOCAL_CHANNEL]
        attested = {
            sha256
            for log in own
            for row in tx.acts(log.origin, 0, log.size)
            if row.act.tag == request_acts.DESTROYED and not row.foreign
            for sha256 in request_acts.under(row.act, request_acts.BLOB).values()
        }
    kept = attested & (machine.small_bodies() | set(machine.bodies.all()))
    if kept:
        raise BrokenError(f"{machine.party} holds {min(kept)[:16]}, which it attests is gone")


def _carried(machine: Machine, matter_id: str) -> list[str]:
    with machine.up().store.read() as tx:
        rows = [row for log in tx.logs() for row in tx.acts(log.origin, 0, log.size)]
    return sorted({b.sha256 for r in rows if r.act.matter.id == matter_id for b in r.act.blobs})


def _frozen(machine: Machine) -> list[str]:
    logs = machine.disk.tables.logs.rows("")
    return [log.origin for log in logs if log.state == LOG_FROZEN]


def _given_up(machine: Machine) -> list[str]:
    keys = machine.disk.tables.records.keys(abandoned_party.GIVEN_UP)
    return [str(key[0]).rpartition("|")[2] for key in keys]


def _officer(story: "Story", machine: Machine) -> Officer:
    return story.officers.person(machine, "alice")
