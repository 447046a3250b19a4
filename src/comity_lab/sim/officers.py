"""What officers do in the simulation: ask, and say whatever a room has; operators.

Some go through the desk, as people do; most are appended directly, with the same check in
the same transaction, since that is what an event costs least by.

Floor: lab.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from comity.acts.record import FOLLOWING, NEEDED, Act, Addressee, Blob, Matter, Office
from comity.joint.request import acts as request_acts
from comity.joint.text import acts as text_acts
from comity.kernel import limits
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin
from comity.node.exchange import append, keyring, logs, sealer
from comity.node.exchange.append import Appended, Candidate
from comity.node.room.release import send
from comity.node.room.release.draft_store import Sent, Waiting
from comity.node.room.request_file import Written
from comity.rooms.request import desk
from comity.seal import symmetric
from comity_lab.sim import speech
from comity_lab.sim.ledger import Said
from comity_lab.sim.machine import Machine
from comity_lab.sim.world import World

LARGE_BYTES: Final = limits.ROW_BLOB_BYTES_MAX + 4_096
MATTERS_KEPT: Final = 24
DRAWS: Final = 4
"""How often an act of each tag is drawn, before nothing is said."""
AGAIN: Final = 0.6
"""How likely the matter is spoken of that was spoken of last: so that some get far."""
GOES_ON: Final = 0.85
"""How likely nothing is said that decides, corrects or ends a matter."""
LOOKED_AT: Final = 4
"""How many matters are looked at, until one is known here."""
OTHERS: Final = 0.4
"""How likely a matter that is no request is spoken of, where there is one."""
BY_HAND: Final = frozenset({request_acts.DESTROYED})
"""What is not drawn: a destruction is done before it is said."""
OPENING: Final = {tag: kind for kind, tag in speech.OPENING if tag not in BY_HAND}


@dataclass(slots=True)
class Officers:
    """The officers of all States.

    Attributes:
        world: theirs.
        matters: (channel, id) of the requests that were asked last.
        others: (channel, matter) of what else was opened last.
        said: how often each tag was said.
        last: (channel, matter) that was spoken of last.
        people: by (party, name), as they signed in.
        unknown: ids of acts whose append did not return.
    """

    world: World
    matters: list[tuple[str, str]] = field(default_factory=list)
    others: list[tuple[str, Matter]] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)
    last: tuple[str, Matter] | None = None
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

    def respond(self, party: str, tag: str = "", *, is_again: bool = False) -> list[Said]:
        """Say something of a matter that is known here, what was said least first.

        Args:
            party: who speaks.
            tag: what is said, of a request; anything that may be said if "".
            is_again: whether it is said of what was spoken of last.
        """
        for _ in range(LOOKED_AT):
            channel, matter = self._some_matter(is_request=bool(tag), is_again=is_again)
            with self.world.node(party).store.read() as tx:
                is_known = bool(matter.id) and tx.matter(channel, matter) is not None
            if is_known:
                tags = [tag] if tag else self._tags(party, matter.kind)
                return self._speak(party, channel, matter, tags)
        return []

    def _tags(self, party: str, kind: str) -> list[str]:
        """Draw what may be said: mostly not what ends a matter, so that some get far."""
        ends = self.world.node(party).rooms[kind].last_words
        left_out = BY_HAND | ends if self.world.chance.random() < GOES_ON else BY_HAND
        return sorted(speech.FORMS[kind].keys() - left_out)

    def _some_matter(self, *, is_request: bool, is_again: bool) -> tuple[str, Matter]:
        """Draw what is spoken of: mostly what was spoken of last, so that some get far."""
        chance = self.world.chance
        if self.last and not is_request and (is_again or chance.random() < AGAIN):
            return self.last
        if self.others and not is_request and chance.random() < OTHERS:
            return chance.choice(self.others)
        channel, matter_id = chance.choice(self.matters or [("", "")])
        return channel, Matter(request_acts.KIND, matter_id)

    def open(self, party: str, tag: str = "", channel: str = "live") -> list[Said]:
        """Open a matter of any room, or by an act of this tag."""
        tag = tag or self._least_first(OPENING)[0]
        kind = OPENING[tag]
        name = self.world.chance.choice(speech.NAMES) if kind == text_acts.KIND else ""
        return self._speak(party, self.world.channel(channel), Matter(kind, name), [tag])

    def say_of(self, party: str, channel: str, matter: Matter, tags: Sequence[str]) -> list[Said]:
        """Say one of these of a matter that is known here, what was said least mostly first."""
        return self._speak(party, channel, matter, tags)

    def _speak(self, party: str, channel: str, matter: Matter, tags: Sequence[str]) -> list[Said]:
        """Draw acts of these tags until the room admits one, and say it."""
        machine, node = self.world.machines[party], self.world.node(party)
        room = node.rooms[matter.kind]
        with node.store.read() as tx:
            row = tx.matter(channel, matter) if matter.id else None
            acts = [one.act.id for one in tx.acts_of(channel, matter)] if row else []
        if row is None and not any(speech.FORMS[room.kind][tag].opens for tag in tags):
            return []
        others = [matter_id for _, matter_id in self.matters]
        about = speech.About(
            room.kind, matter.id, row.state if row else None, acts,
            party, self.world.parties, others, self.world.instant.at_ms,
        )  # fmt: skip
        drawn = speech.Drawn(self.world.chance, about, lambda: self._id(machine))
        now = room.from_json(row.state) if row else room.empty(self.world.parties)
        for one in self._least_first(tags) * DRAWS:
            act = drawn.act(one)
            if room.admit(now, act, party) is None:
                check = self._check(party, channel, act)
                return self.say(machine, channel, [Candidate(act, drawn.texts, check=check)])
        self.world.saw("act.refused-lawfully")
        return []

    def _least_first(self, tags: Iterable[str]) -> list[str]:
        """Return tags in an order by chance, what was said least mostly before the rest."""
        chance = self.world.chance
        return sorted(tags, key=lambda tag: (1 + self.said[tag]) ** 3 * chance.random())

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
            sealing = sealer.Sealer(node, tx, now, log, append.seen_by_end(tx, log))
            act = Act(
                self._id(machine),
                "request.extended/1",
                Matter(request_acts.KIND, self._id(machine)),
                Office("police"),
            )
            sealing.add(act)
            *keys, entry = sealing.entries
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
        self.said[one.act.tag] += 1
        if one.act.matter.kind in speech.FORMS:
            self.last = (channel, one.act.matter)
        if one.act.tag == request_acts.SUBMITTED:
            self.matters.append((channel, one.act.matter.id))
            del self.matters[:-MATTERS_KEPT]
        elif speech.is_opening(one.act) and (channel, one.act.matter) not in self.others:
            self.others.append((channel, one.act.matter))
            del self.others[:-MATTERS_KEPT]
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

    def _check(self, party: str, channel: str, act: Act) -> Callable[[Tx], Inadmissible | None]:
        """Return what asks the room, in the transaction that appends the act."""
        room, parties = self.world.node(party).rooms[act.matter.kind], self.world.parties

        def ask(tx: Tx) -> Inadmissible | None:
            row = tx.matter(channel, act.matter)
            return room.admit(room.from_json(row.state) if row else room.empty(parties), act, party)

        return ask

    @staticmethod
    def _id(machine: Machine) -> str:
        return random_id(machine.entropy(RANDOM_ID_BYTES))


def _newest_card(world: World, party: str) -> int:
    with world.node(party).store.read() as tx:
        prefix = f"{world.arrangement}/{party}/"
        numbers = (key.rpartition("/")[2] for key in tx.records("card") if key.startswith(prefix))
        return max(int(number) for number in numbers)
