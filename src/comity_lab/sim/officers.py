"""What officers do in the simulation: ask, and say of a request all that `verbs` has; operators.

Some go through the desk, as people do; most are appended directly, with the same check in
the same transaction, since that is what an event costs least by.

Floor: lab.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from comity.acts.record import FOLLOWING, NEEDED, Act, Addressee, Blob, Matter, Office
from comity.joint.request import acts as request_acts
from comity.kernel import limits
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin
from comity.node.desk import request as desk
from comity.node.exchange import append, keyring, logs, seal
from comity.node.exchange.append import Appended, Candidate
from comity.node.room.release import send
from comity.node.room.release.draft_store import Sent, Waiting
from comity.node.room.request_file import Written
from comity.rooms.request.room import REQUEST
from comity.seal import symmetric
from comity_lab.sim import verbs
from comity_lab.sim.ledger import Said
from comity_lab.sim.machine import Machine
from comity_lab.sim.world import World

LARGE_BYTES: Final = limits.ROW_BLOB_BYTES_MAX + 4_096
MATTERS_KEPT: Final = 24


@dataclass(slots=True)
class Officers:
    """The officers of all States.

    Attributes:
        world: theirs.
        matters: (channel, id) of those that were opened last.
        people: by (party, name), as they signed in.
        unknown: ids of acts whose append did not return.
    """

    world: World
    matters: list[tuple[str, str]] = field(default_factory=list)
    people: dict[tuple[str, str], Officer] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def ask(self, party: str, name: str = "live", count: int = 1, body: str = "") -> list[Said]:
        """Ask all other parties, once or in a batch.

        Args:
            party: who asks.
            name: of the channel.
            count: acts in one transaction.
            body: "" for none, `small`, `large` or `following`.
        """
        machine = self.world.machines[party]
        candidates = []
        for _ in range(count):
            blobs, rows = self._blobs(machine, body)
            saying = request_acts.Saying(self._id(machine), Office("police"), "", blobs)
            to = tuple(Addressee(p) for p in self.world.parties if p != party)
            urgency = "emergency" if name == "hotline" else "urgent"
            asked = request_acts.Asked("preservation", urgency, ("one", "two"))
            act = request_acts.submitted(saying, party, to, asked)
            candidates.append(Candidate(act, rows))
        return self.say(machine, self.world.channel(name), candidates)

    def respond(self, party: str, verb: str = "") -> list[Said]:
        """Do something with a matter that is known here; nothing if none can be done."""
        world, machine = self.world, self.world.machines[party]
        if not self.matters:
            return []
        channel, matter_id = world.chance.choice(self.matters)
        with machine.up().store.read() as tx:
            row = tx.matter(channel, Matter(request_acts.KIND, matter_id))
        if row is None:
            return []
        now = REQUEST.from_json(row.state)
        offered = verbs.offered(now, party)
        say = offered[verb or world.chance.choice([*offered])]
        act = say(now, verbs.saying(self._id(machine), party, Office("police")))
        if isinstance(act, Inadmissible):
            world.saw("act.refused-lawfully")
            return []
        check = _check(party, channel, act)
        return self.say(machine, channel, [Candidate(act, check=check)])

    def say(self, machine: Machine, channel: str, candidates: Sequence[Candidate]) -> list[Said]:
        """Append acts and note what was shown as sent."""
        for one in candidates:
            self.world.ledger.released(one.act)
        self.unknown |= {one.act.id for one in candidates}
        results = append.append(machine.up(), channel, candidates)
        self.unknown -= {one.act.id for one in candidates}
        done = [one for one in results if isinstance(one, Appended)]
        return [self._said(machine.party, channel, one) for one in done]

    def ask_at_desk(self, party: str, key: str, name: str = "alice") -> Said | None:
        """Send a request as a person does; the same key twice has one effect."""
        machine = self.world.machines[party]
        to = [Addressee(p) for p in self.world.parties if p != party]
        written = Written("request", "preservation", "urgent", item_ids=("one",), items=["x"])
        person = self.person(machine, name)
        result = desk.send(machine.up(), person, written, (), to, key=key)
        if isinstance(result, Waiting):
            self.world.saw("draft.waits-for-approval")
            self._note_drafts(machine)
            return None
        return self.sent(machine, result)

    def approve_at_desk(self, party: str, name: str = "bob") -> Said | None:
        """Let a second officer approve the oldest draft."""
        machine = self.world.machines[party]
        person = self.person(machine, name)
        with machine.up().store.read() as tx:
            waiting = sorted(tx.records("draft"))
        if not waiting:
            return None
        return self.sent(machine, send.approve(machine.up(), person, waiting[0]))

    def rotate(self, party: str) -> None:
        """Make the next card of a party and enter it in its logs."""
        machine = self.world.machines[party]
        root = machine.keys.open_root(Path(self.world.arrangement))
        node = machine.up()
        if keyring.enter_pending(node, self.world.arrangement):
            return
        card = keyring.rotate(node, machine.keys, root)
        self.world.saw("card.rotated")
        rotated = [p.party for p in self.world.up() if _newest_card(self.world, p.party) > 1]
        if card.number > 1 and len(rotated) > 1:
            self.world.saw("card.rotated-on-both-sides")

    def revoke(self, party: str) -> None:
        """Revoke the card before the newest one."""
        machine = self.world.machines[party]
        number = _newest_card(self.world, party) - 1
        if number < 1:
            return
        root = machine.keys.open_root(Path(self.world.arrangement))
        keyring.revoke(machine.up(), root, number)
        self.world.saw("card.revoked")

    def say_unknown(self, party: str, *, is_garbage: bool) -> None:
        """Write what a newer program, or a broken one, writes: kept by all, understood by none."""
        machine = self.world.machines[party]
        node, channel = machine.up(), self.world.channel()
        with node.store.write() as tx:
            log = logs.own_log(tx, channel)
            if log.state != "open" or log.understood != log.size:
                return
            now = trust.load(tx, channel)
            sealer = seal.Sealer(node, tx, now, log, append.seen_by_end(tx, log))
            act = Act(
                self._id(machine),
                "request.extended/1",
                Matter(request_acts.KIND, self._id(machine)),
                Office("police"),
            )
            sealer.add(act)
            *keys, entry = sealer.entries
            logs.append_entries(tx, log, [*keys, b"\x07" + entry[1:] if is_garbage else entry])

    def _said(self, party: str, channel: str, one: Appended) -> Said:
        tables = self.world.machines[party].disk.tables
        act = tables.acts.get(one.origin, (one.index,))
        row = tables.entries.get(one.origin, (one.index,))
        # What happened meanwhile may have cut it already, and it waits to be appended anew.
        leaf = row[1] if row and act and act.act.id == one.act.id else b""
        now_ms = self.world.instant.at_ms
        said = Said(party, channel, one.act, one.origin, one.index, leaf, now_ms)
        self.world.ledger.said.append(said)
        if one.act.tag == request_acts.SUBMITTED:
            self.matters.append((channel, one.act.matter.id))
            del self.matters[:-MATTERS_KEPT]
        return said

    def sent(self, machine: Machine, result: object) -> Said | None:
        """Note what the desk says was sent."""
        if not isinstance(result, Sent):
            return None
        with machine.up().store.read() as tx:
            row = tx.act(machine.up().party, result.act_id)
        if row is None:
            return None  # a restart within the event; the ledger learns of it by the log
        self.world.ledger.released(row.act)
        if result.repeated:
            self.world.saw("act.sent-twice-one-effect")
            return None
        return self._said(
            machine.party, result.channel, Appended(row.act, result.origin, result.index)
        )

    def person(self, machine: Machine, name: str) -> Officer:
        """Return an officer of a machine, who is added if there is none of that name."""
        with machine.up().store.read() as tx:
            found = tx.officer(name)
        if found is None:
            officer_admin.add(machine.up(), name, "police")
            with machine.up().store.read() as tx:
                found = tx.officer(name)
        assert found is not None
        return found

    def _note_drafts(self, machine: Machine) -> None:
        with machine.up().store.read() as tx:
            for value in tx.records("draft").values():
                assert isinstance(value, dict)
                rows = value["rows"]
                assert isinstance(rows, list)
                self.world.ledger.drafts |= {str(sha256) for sha256 in rows}

    def _blobs(self, machine: Machine, kind: str) -> tuple[tuple[Blob, ...], dict[str, bytes]]:
        if not kind:
            return (), {}
        node = machine.up()
        size = LARGE_BYTES if kind == "large" else 200
        key = node.entropy(32)
        stored = symmetric.seal_blob(node.entropy(16) * (size // 16), key, node.entropy)
        sha256 = symmetric.blob_address(stored).hex()
        need = FOLLOWING if kind == "following" else NEEDED
        blob = Blob(sha256, key, len(stored), "text/plain", "texts", need, "TLP:AMBER")
        if len(stored) <= limits.ROW_BLOB_BYTES_MAX:
            return (blob,), {sha256: stored}
        node.bodies.stage(sha256, 0, stored)
        assert node.bodies.commit(sha256)
        return (blob,), {}

    @staticmethod
    def _id(machine: Machine) -> str:
        return random_id(machine.entropy(RANDOM_ID_BYTES))


def _check(party: str, channel: str, act: Act) -> Callable[[Tx], Inadmissible | None]:
    """Return what asks the room, in the transaction that appends the act."""

    def ask(tx: Tx) -> Inadmissible | None:
        row = tx.matter(channel, act.matter)
        folded = REQUEST.from_json(row.state) if row else REQUEST.empty()
        return REQUEST.admit(folded, act, party)

    return ask


def _newest_card(world: World, party: str) -> int:
    with world.node(party).store.read() as tx:
        prefix = f"{world.arrangement}/{party}/"
        numbers = (key.rpartition("/")[2] for key in tx.records("card") if key.startswith(prefix))
        return max(int(number) for number in numbers)
