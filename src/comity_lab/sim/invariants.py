"""What must hold: after every event what is cheap, after every hundred more, at rest all.

    I1  what is shown as received is in both logs, exactly once, byte for byte
    I2  every head that ever left is consistent with every other of its log
    I3  at rest all nodes have the same logs, the same matters, the same digests
    I4  indexes have no gap
    I5  what is rebuilt from the logs is what was kept
    I6  what leaves belongs to released acts
    I7  nothing is signed below the high-water mark, and nothing leaves above it
    I8  what is not delivered has a reason that an operator can read
    I9  no own entry lacks a small body of which some disk or high-water file held a copy
    I10 nothing is signed or cosigned of a log while it is frozen
    I11 a party that is given up is told nothing
    I12 what an act attests to be destroyed is nowhere at its author
    I13 beside an honest witness in reach no image that is put back forks a log: see I2

Source: reliability, section 3.
Floor: lab.
"""

import struct
from dataclasses import dataclass, field
from typing import Final

from comity.kernel import limits
from comity.node.base.ports import Request, Response
from comity.node.base.rows import LOCAL_CHANNEL, LOG_ENDED, LOG_OPEN, Log
from comity.node.exchange import blobs, delivery, start
from comity.tlog import checkpoint, keys, note, wire
from comity.tlog.checkpoint import Checkpoint
from comity_lab.sim import cosigning, deciding, outside, rare, said
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.ledger import Said, Truth
from comity_lab.sim.machine import Machine
from comity_lab.sim.world import World

_U16: Final = struct.Struct(">H")
_NOTHING: Final = Truth()


@dataclass(slots=True)
class Watch:
    """Looks at a world from outside.

    Attributes:
        world: that is looked at.
        checked: `{(party, origin): log}` as it was after the last event.
        covered: `{(origin, mirror): size}` of the cosignatures that were looked at.
        cosigned: `{(mirror, origin): lines}` of the last cosignature that left.
        restored: parties that were restored since all was at rest: they may still recover.
        liar: a party that is not looked at, or "".
    """

    world: World
    liar: str = ""
    checked: dict[tuple[str, str], Log] = field(default_factory=dict)
    covered: dict[tuple[str, str], int] = field(default_factory=dict)
    restored: set[str] = field(default_factory=set)
    cosigned: dict[tuple[str, str], bytes] = field(default_factory=dict)
    rests: int = 0

    def __post_init__(self) -> None:
        """Look at all that leaves and all that is signed."""
        self.world.network.watch = self._call_leaves
        self.world.network.watch_reply = self.reply_leaves
        self.world.head_shown = self._head_leaves
        for machine in self._machines():
            machine.keys.on_sign = self._signs(machine)

    def _machines(self) -> list[Machine]:
        return [one for one in self.world.machines.values() if one.party != self.liar]

    def _call_leaves(self, sender: str, to: str, request: Request) -> None:
        if sender != self.liar:
            deciding.require_not_given_up(self.world, sender, to, request)
        self.request_leaves(sender, to, request)

    def request_leaves(self, sender: str, _to: str, request: Request) -> None:
        """I2, I6, I7: hold a request that leaves against what is known."""
        if sender == self.liar:
            return
        machine = self.world.machines[sender]
        rare.look_at_request(self.world, request)
        if request.path == "/add-delivery":
            for part in delivery.requests(request):
                self.request_leaves(sender, _to, part)
        elif request.path == "/add-checkpoint":
            head = wire.parse_add_checkpoint(request.body).checkpoint_note
            self._head_leaves(machine, head)
        elif request.path == "/add-bodies":
            with machine.up().store.read() as tx:
                for body in blobs.parse_batch(request.body):
                    self.world.ledger.require_released(tx, sender, body)
        elif request.path == "/add-entries":
            self._require_package_size(request.body)

    def reply_leaves(self, sender: str, to: str, request: Request, response: Response) -> None:
        """I2, I7: a head or a cosignature leaves only when it is marked."""
        if response.status != 200 or to == self.liar:  # noqa: PLR2004 -- HTTP OK
            return
        if request.method == "GET":
            self._shown_leaves(to, request, response)
            return
        lines = response.body
        if request.path == "/add-delivery":
            *_, request = delivery.requests(request)
            lines, back = delivery.read_answer(response)
            if back is not None:
                self.world.saw("answer.with-delivery")
                self.request_leaves(to, sender, Request("POST", "/add-delivery", back))
        if request.path != "/add-entries":
            return
        machine = self.world.machines[to]
        (length,) = _U16.unpack_from(request.body)
        origin = request.body[2 : 2 + length].decode()
        size = int.from_bytes(request.body[10 + length : 18 + length])
        if self.cosigned.get((to, origin)) == lines:
            self.world.saw("cosignature.asked-twice")
        self.cosigned[to, origin] = lines
        cosigning.require_marked(machine, origin, size, lines)
        assert sender in self.world.machines

    def _shown_leaves(self, party: str, request: Request, response: Response) -> None:
        """I2, I7: hold what others read of a log against what is known, as if it were sent.

        Of a log that ended, its author may hold fewer entries than its head covers, and no mark:
        it is never repaired.
        """
        machine, heads = self.world.machines[party], []
        if request.path == "/start":
            heads = [one.head for one in start.parse(response.body) if one.head]
        elif request.path.endswith("/checkpoint"):
            heads = [response.body]
        for raw in heads:
            body = checkpoint.parse_body(note.parse(raw).body)
            with machine.up().store.read() as tx:
                log = tx.log(body.origin)
            assert log is not None
            if log.own and log.state != LOG_ENDED:
                self._head_leaves(machine, raw)
            elif not log.own and request.path != "/start":
                self._require_marked(machine, body)

    def _signs(self, machine: Machine) -> "_OnSign":
        return _OnSign(self, machine)

    def _head_leaves(self, machine: Machine, raw: bytes) -> None:
        body = checkpoint.parse_body(note.parse(raw).body)
        with machine.up().store.read() as tx:
            self.world.ledger.head_leaves(tx, body.origin, body.size, body.root)
        self._require_marked(machine, body)

    @staticmethod
    def _require_marked(machine: Machine, head: Checkpoint) -> None:
        mark = machine.highwater.marks().get(head.origin, (0, b""))[0]
        if mark < head.size:
            raise BrokenError(
                f"I7: {machine.party} let a head of {head.size} of {head.origin} leave with a mark "
                f"of {mark}"
            )

    @staticmethod
    def _require_package_size(body: bytes) -> None:
        (length,) = _U16.unpack_from(body)
        start = int.from_bytes(body[2 + length : 10 + length])
        end = int.from_bytes(body[10 + length : 18 + length])
        first = next(iter(wire.package_bounds(start, end)), None)
        if first is not None and first.end - first.start > limits.TRANSACTION_ENTRIES_MAX:
            raise BrokenError(f"a package of {first.end - first.start} entries is one transaction")

    def after_event(self) -> None:
        """I1, I2, I4: look at the logs that changed since the last event."""
        rare.look_after_event(self.world)
        cosigning.look(self.world)
        for machine in self._machines():
            if machine.node is None:
                continue
            for log in machine.disk.tables.logs.rows(""):
                key = (machine.party, log.origin)
                before = self.checked.get(key)
                if before is not log and log.channel != LOCAL_CHANNEL:
                    self._log_changed(machine, log, before)
                    self.checked[key] = log

    def _log_changed(self, machine: Machine, log: Log, before: Log | None) -> None:
        if not 0 <= log.understood <= log.size or log.signed > log.size:
            raise BrokenError(f"I4: {machine.party} holds {log}")
        is_over = not log.own and log.state == LOG_OPEN and log.understood > log.signed
        if is_over and not cosigning.is_taken_back(machine, log):
            raise BrokenError(f"I4: {machine.party} understood what it did not cosign: {log}")
        start = before.size if before and before.size <= log.size else 0
        last = machine.disk.tables.entries.last_key(log.origin)
        held = 0 if last is None else int(last[0]) + 1
        if held != log.size:
            raise BrokenError(f"I4: {machine.party}: {log.origin} says {log.size}, holds {held}")
        truth = self.world.ledger.truth.get(log.origin)
        if truth is None:
            return
        end = min(log.signed if log.own else log.size, len(truth.leaves))
        rows = machine.disk.tables.entries.rows(log.origin, (min(start, end),), (end,))
        for index, (_entry, leaf) in enumerate(rows, min(start, end)):
            if truth.leaves[index] != leaf:
                raise BrokenError(
                    f"I1: {machine.party}: entry {index} of {log.origin} is another one"
                )

    def restarted(self, party: str) -> None:
        """I1: what was shown as sent of late is here after a crash."""
        for key in [key for key in self.checked if key[0] == party]:
            del self.checked[key]
        if party not in self.restored:
            self.require_said(self.world.ledger.said[-64:], party)

    def require_said(self, acts: list[Said], party: str = "") -> None:
        """Hold what officers saw as sent against what their nodes hold."""
        for one in acts:
            machine = self.world.machines[one.party]
            if one.is_lost or machine.node is None or party not in ("", one.party):
                continue
            if not said.is_held(machine.node, one):
                raise BrokenError(
                    f"I1: {one.party} does not hold {one.act.id}, which it showed as sent"
                )

    def note_restore(self, party: str, *, highwater: str) -> None:
        """Say which acts a restore may have taken; call it before the process starts."""
        machine = self.world.machines[party]
        marks = machine.highwater.marks()
        for key in [key for key in self.checked if key[0] == party]:
            del self.checked[key]
        self.restored.add(party)
        if highwater != "kept":
            self._forget_heads(party)
            cosigning.forget(self.world, machine)
        for one in self.world.ledger.said:
            if one.party != party or one.is_lost:
                continue
            if machine.disk.tables.act_ids.rows(one.act.id):
                continue
            mark = marks.get(one.origin, (0, b""))[0] if highwater == "kept" else 0
            is_signed = self._is_truly_at(one) and one.index < mark
            one.is_lost = not is_signed and not self._is_held_by_peer(one)

    def note_restore_all(self, highwater: str) -> None:
        """Say which acts a restore of all machines may have taken; call it before they start.

        What a mark still covers and nobody holds is lost, and nothing else may stand there.
        """
        self.checked.clear()
        self.restored |= {*self.world.machines}
        if highwater != "kept":
            self._forget_all_heads()
        for one in self.world.ledger.said:
            tables = self.world.machines[one.party].disk.tables
            is_here = bool(tables.act_ids.rows(one.act.id))
            one.is_lost |= not is_here and not self._is_whole_at_peer(one)

    def _forget_all_heads(self) -> None:
        self.world.network.late.clear()
        for origin, truth in self.world.ledger.truth.items():
            truth.cut(self._known_size(origin, [*self.world.machines.values()]))

    def _known_size(self, origin: str, machines: list[Machine]) -> int:
        """Return the size of the greatest head of a log that machines or a witness know of."""
        heads = [machine.disk.tables.heads.last(origin) for machine in machines]
        sizes = [head.size for head in heads if head]
        return max([*sizes, outside.guarded_size(self.world, origin)])

    def _is_whole_at_peer(self, one: Said) -> bool:
        """Whether a peer understood it, and holds all of that log of which it has a head."""
        for machine in self.world.machines.values():
            tables = machine.disk.tables
            for _channel, place in (
                tables.act_ids.rows(one.act.id) if machine.party != one.party else ()
            ):
                head, log = tables.heads.last(place.origin), tables.logs.get("", (place.origin,))
                if head is not None and log is not None and head.size <= log.size:
                    return True
        return False

    def _forget_heads(self, party: str) -> None:
        """Forget heads of a rolled-back party that left and that nobody kept.

        Nobody can know of them, so nothing can be held against them; what is on its way from
        the machine that was, is lost with it.
        """
        network = self.world.network
        network.late = [late for late in network.late if late.sender != party]
        for origin, truth in self.world.ledger.truth.items():
            if origin.startswith(f"{party}/"):
                others = [m for m in self.world.machines.values() if m.party != party]
                truth.cut(self._known_size(origin, others))

    def _is_truly_at(self, one: Said) -> bool:
        """Whether a head that left covers the act where it was first said."""
        truth = self.world.ledger.truth.get(one.origin)
        return (
            truth is not None
            and one.index < len(truth.leaves)
            and truth.leaves[one.index] == one.leaf
        )

    def may_restore(self, party: str) -> bool:
        """Whether the copies elsewhere are whole: one disaster at a time.

        If the second copy is lost while the first is being made again, nobody holds what
        was signed, and only a new generation helps.
        """
        others = [m for m in self.world.machines.values() if m.party != party]
        return all(one.node is not None and self.is_whole(one) for one in others)

    def is_whole(self, machine: Machine) -> bool:
        """Return whether a machine holds all that it ever signed or cosigned, understood.

        An act appended since it was restored may stand where another one stood that left.
        """
        if machine.party not in self.restored:
            return True
        marks = machine.highwater.marks()
        is_whole = all(
            log.state == LOG_ENDED
            or (
                self._holds_what_left(machine, log)
                and log.signed >= marks.get(log.origin, (0, b""))[0]
                and log.understood == (log.size if log.own else log.signed)
            )
            for log in machine.disk.tables.logs.rows("")
            if log.channel != LOCAL_CHANNEL
        )
        if is_whole:
            self.restored.discard(machine.party)
        return is_whole

    def _holds_what_left(self, machine: Machine, log: Log) -> bool:
        truth = self.world.ledger.truth.get(log.origin, _NOTHING).leaves
        rows = machine.disk.tables.entries.rows(log.origin, (0,), (len(truth),))
        return [leaf for _entry, leaf in rows] == truth

    def has_unsent_card(self, machine: Machine) -> bool:
        """Whether a register act of a party names a text that no peer holds yet.

        The high-water file keeps entries and not what they name: a restore would lose the
        text of a card that stands in the log, and only a new generation helps.
        """
        others = [m.disk.tables for m in self.world.machines.values() if m is not machine]
        for log in machine.disk.tables.logs.rows(""):
            for named in machine.disk.tables.named.rows(log.origin) if log.own else ():
                key = (named.sha256,)
                if named.document and not all(t.bodies.get("", key) for t in others):
                    return True
        return False

    def has_pending(self, party: str) -> bool:
        """Whether a peer knows of a head of this party and not yet all its entries.

        Or accepted a generation of which it holds nothing yet.  If the party's machine with its
        high-water file is lost now, nobody has the rest.
        """
        for machine in self.world.machines.values():
            tables = machine.disk.tables
            for log in tables.logs.rows("") if machine.party != party else ():
                head = tables.heads.last(log.origin)
                is_accepted = log.state == LOG_OPEN and log.generation > 1
                size = head.size if head else int(is_accepted)
                if log.party == party and size > log.size:
                    return True
        return False

    def _is_held_by_peer(self, one: Said) -> bool:
        """Whether a peer surely understood it: then its author gets it back."""
        for machine in self.world.machines.values():
            if machine.party != one.party and machine.disk.tables.act_ids.rows(one.act.id):
                return True
        return False


@dataclass(frozen=True, slots=True)
class _OnSign:
    """I7: hold each signature against the mark before it is made."""

    watch: Watch
    machine: Machine

    def __call__(self, name: str, kind: int, body: bytes) -> None:
        if kind not in (keys.ED25519_NOTE, keys.ED25519_COSIGNATURE):
            return
        head = checkpoint.parse_body(body)
        deciding.require_not_frozen(self.machine, head.origin)
        size, root = self.machine.highwater.marks().get(head.origin, (0, b""))
        if head.size < size or (size and head.size == size and root != head.root):
            raise BrokenError(
                f"I7: {name} signs {head.origin} at {head.size} below the mark {size}"
            )
