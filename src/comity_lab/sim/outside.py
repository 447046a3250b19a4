"""A witness outside the parties: honest, out of reach now and then, or a liar about sizes.

    in one seed of three one State has one; in one of four of these it lies now and then

An honest one in reach guards: of an image that is put back it knows what was signed since, if it
was shown any of it.  Such an image may be put back where no party that knows better is in reach.

Floor: lab.
"""

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from comity.kernel.fault import Fault
from comity.node.base.ports import Response
from comity.node.base.rows import LOCAL_CHANNEL, LOG_ENDED, LOG_OPEN, Log, Witness
from comity.node.exchange import excuse, witness, witness_memory
from comity.tlog import checkpoint, keys, note, tree, wire
from comity_lab.sim.machine import Backup, Machine
from comity_lab.sim.world import World

if TYPE_CHECKING:
    from comity_lab.sim.events import Story

NAME: Final = "outside"
EVENTS: Final = {"witness": 6.0, "witness-line": 0.6, "restore-machine": 0.6, "guarded": 1.0}
"""How likely it has a turn, that its line or its word changes, and that an image is put back."""
_SHARE: Final = 1 / 3
_LIARS: Final = 0.25
_HUGE: Final = 10**12
_TEXT: Final = "text/plain"


@dataclass(slots=True)
class Outside:
    """One witness of one State.

    Attributes:
        of: whose logs it cosigns.
        is_liar: whether it lies now and then.
        is_down: whether it is out of reach.
        lie: the size that it says whatever it is shown, or 0.
        known: `{origin: (size, root)}` that it cosigned.
    """

    of: str
    is_liar: bool = False
    is_down: bool = False
    lie: int = 0
    known: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    _signer: keys.KeySigner = field(
        default_factory=lambda: keys.signer(NAME, keys.ED25519_COSIGNATURE, bytes(32))
    )

    @property
    def row(self) -> Witness:
        """It, as a configuration names it."""
        return Witness(NAME, (self._signer.vkey,), "https://outside.example", ("live", "hotline"))

    @property
    def is_guard(self) -> bool:
        """Whether it says at a start what it knows."""
        return not self.is_liar and not self.is_down

    def size(self, origin: str) -> int:
        """Return how many entries of a log it cosigned."""
        return self.known.get(origin, (0, b""))[0]

    def answer(self, body: bytes, at_s: int) -> Response:
        """Answer as C2SP tlog-witness says, or lie; signatures of heads are looked at elsewhere."""
        sent = wire.parse_add_checkpoint(body)
        head = note.parse(sent.checkpoint_note)
        said = checkpoint.parse_body(head.body)
        size, root = self.known.get(said.origin, (0, tree.EMPTY_ROOT))
        if self.lie or sent.old_size != size:
            return Response(409, wire.render_size(self.lie or size), wire.SIZE_TYPE)
        try:
            tree.verify_consistency(size, root, said.size, said.root, sent.proof)
        except Fault:
            return Response(422, b"", _TEXT)
        self.known[said.origin] = (said.size, said.root)
        signed = note.sign(head.body, [self._signer], at_s=at_s)
        return Response(200, note.render_signatures(signed.signatures), _TEXT)


@dataclass(frozen=True, slots=True)
class _Line:
    """The line of one machine to its witness."""

    world: World
    machine: Machine
    outside: Outside

    def add_checkpoint(self, witness: Witness, body: bytes) -> Response:
        """Let a head leave, and answer."""
        if self.outside.is_down:
            raise Fault(
                code="node.witness.unreachable",
                what=f"The witness {witness.name} cannot be reached.",
                fix="Wait.",
            )
        head = wire.parse_add_checkpoint(body).checkpoint_note
        self.world.head_shown(self.machine, head)
        return self.outside.answer(body, self.world.instant.at_ms // 1_000)


def draw(world: World) -> dict[str, float]:
    """Give one State a witness, in some seeds; return how likely its events are."""
    chance = random.Random(f"witness {world.seed}")  # noqa: S311 -- it must be repeated
    if chance.random() >= _SHARE:
        return {}
    give(world, chance.choice(world.parties), is_liar=chance.random() < _LIARS)
    return dict(EVENTS)


def give(world: World, party: str, *, is_liar: bool = False) -> Outside:
    """Give a State a witness."""
    one = Outside(party, is_liar)
    machine = world.machines[party]
    world.show_witness = lambda shown: _show(world, one) if shown == party else None
    world.outside = one
    if machine.node is not None:
        _show(world, one)
    return one


def _show(world: World, one: Outside) -> None:
    """Let the thread of the witness have a turn: what is due is shown, or it is asked."""
    machine = world.machines[one.of]
    node = machine.up()
    witness.configure(node, [one.row])
    witness.submit_due(node, _Line(world, machine, one), NAME)
    if one.is_down and node.session.of(witness_memory.Asked).witnessed:
        world.saw("witness.silent-at-start")
    if one.is_guard and any(_held(machine)):
        world.saw("witness.held-an-image")


def turn(story: "Story", machine: Machine) -> None:
    """Let the witness of a State have a turn, if it has one."""
    story.world.show_witness(machine.party)


def change(story: "Story", _machine: Machine) -> None:
    """Take the line to the witness down, or put it back; a liar lies or ceases to.

    Not while its State may still recover: what a guard knew at the start it knows until then.
    """
    world, one = story.world, story.world.outside
    if one is None or not story.watch.is_whole(world.machines[one.of]):
        return
    one.is_down = world.chance.random() < 0.3  # noqa: PLR2004 -- mostly it is there
    if one.is_liar:
        near = 1 + world.chance.randrange(40) + max((s for s, _ in one.known.values()), default=0)
        one.lie = world.chance.choice((0, near, _HUGE + world.chance.randrange(1_000)))


def guards(world: World, party: str, image: Backup) -> bool:
    """Return whether a witness in reach knows of every log that more was signed than an image has.

    Or nothing more was.
    """
    one = world.outside
    if one is None or one.of != party or not one.is_guard:
        return False
    tables = image.disk.tables
    signed = {
        log.origin: log.signed
        for log in tables.logs.rows("")
        if log.own and tables.heads.last(log.origin) is not None
    }
    left = {o: len(t.leaves) for o, t in world.ledger.truth.items() if o.startswith(f"{party}/")}
    return any(one.size(origin) > size for origin, size in signed.items()) and all(
        size <= signed.get(origin, 0) or one.size(origin) > signed.get(origin, size)
        for origin, size in left.items()
    )


def guarded_size(world: World, origin: str) -> int:
    """Return how much of a log a witness in reach knows of, which its State therefore keeps to.

    Where that has no head of the log, it cannot ask.
    """
    one = world.outside
    if one is None or not one.is_guard:
        return 0
    can_ask = world.machines[one.of].disk.tables.heads.last(origin) is not None
    return one.size(origin) if can_ask else 0


def operate(world: World, machine: Machine) -> list[Log]:
    """Excuse a witness that lies; return logs of which one that does not alone knows the rest."""
    one = world.outside
    if one is None or one.of != machine.party or machine.node is None:
        return []
    node, held = machine.up(), _held(machine)
    with node.store.read() as tx:
        alone = [log for log in held if not excuse.waiting(node, tx, log)]
    if not one.is_liar:
        if alone:
            world.saw("witness.alone-knew")
        return alone
    # Each answered, be it that one compares again since what it cosigned before is good no more.
    if not held or not {*world.parties} - {machine.party} <= node.session.of(excuse.Start).compared:
        return []
    world.saw("witness.excused-liar")
    for log in held:
        for name in ("alice", "bob"):
            excuse.excuse(node, log.origin, one.row.party, name)
    return []


def is_held_up(machine: Machine) -> bool:
    """Return whether an own log of a machine waits for a witness."""
    node = machine.up()
    with node.store.read() as tx:
        own = [log for log in tx.logs() if log.own and log.state == LOG_OPEN]
        return any(excuse.is_held_up(node, tx, log) for log in own)


def _held(machine: Machine) -> list[Log]:
    """Return own logs of which the witness says that more was signed, and that is not excused."""
    node = machine.up()
    if not machine.disk.tables.records.keys(witness_memory.AHEAD):
        return []
    with node.store.read() as tx:
        return [
            log
            for log in tx.logs()
            if log.own and log.state != LOG_ENDED and log.channel != LOCAL_CHANNEL
            for one in witness_memory.witnesses(tx, log)
            if witness_memory.ahead(node, tx, log, one)
            and not excuse.is_excused(node, tx, log.origin, one.party)
        ]
