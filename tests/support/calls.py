"""Two States whose officers call each other by the hotline, as every surface does.

    desks = Desks(tmp_path)
    matter = desks.call()
    desks.say("bb", "pick-up", matter)

Floor: tests.
"""

from collections.abc import Mapping
from pathlib import Path

from comity.acts.verb import Given, Value, Verb
from comity.adapters.alarms import StandingAlarms
from comity.boot.escalation import Arrivals
from comity.domestic.officer import role
from comity.joint.hotline.verbs import TABLE
from comity.node.base.context import Node
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk import officer_admin, ringing
from comity.node.room import officers, say
from comity.node.room.release.draft_store import Result, Sent
from support.agreed import agreed_world
from support.pair import World

LATER = 1_803_859_200_000


class Desks:
    """Two States with an officer each at the contact point."""

    def __init__(self, folder: Path, world: World | None = None) -> None:
        self.world: World = world or agreed_world(folder)
        self.officers: dict[str, Officer] = {}
        for party in ("aa", "bb"):
            node = self.world.node(party)
            opened = officer_admin.add(node, "wei", "police", "", (*role.SPEAKING, role.RELEASING))
            self.officers[party] = officers.authenticate(node, "wei", opened)
        self.told: list[Mapping[str, str]] = []
        self.now_ms = 0
        self.watch = Arrivals(self.node("bb"), self._run, 1_000)

    def _run(self, variables: Mapping[str, str]) -> bool:
        self.told.append(variables)
        return True

    def node(self, party: str) -> Node:
        """Return a node."""
        return self.world.node(party)

    def call(self, level: int = 2, party: str = "aa") -> str:
        """Let a State call the other."""
        return self.say(party, "call", ground="life", level=level, word_by=LATER)

    def say(self, party: str, name: str, matter: str = "", **given: Value) -> str:
        """Say something by the table, let it cross, and return the matter."""
        said = self.tell(party, name, matter, {}, **given)
        assert isinstance(said, Sent), said
        self.world.pump()
        return said.matter_id

    def tell(
        self, party: str, name: str, matter: str, texts: Mapping[str, str], **given: Value
    ) -> Result:
        """Say something by the table, in words or without, and return what became of it."""
        row = TABLE.verb(name)
        assert isinstance(row, Verb)
        values: Given = dict(given)
        spoken = say.Spoken(row, matter, values, say.words(row, self.officers[party], texts))
        return say.say(TABLE, self.node(party), self.officers[party], spoken)

    def row(self, party: str, matter: str) -> MatterRow:
        """Return a call as a node has it."""
        return next(one for one in self.world.matters(party) if one.matter.id == matter)

    def look(self, *, is_seen: bool = False) -> list[str]:
        """Return which calls the command is told of at the next look, a period later."""
        del self.told[:]
        self.now_ms += 1_000
        self.watch.look(self.now_ms, is_seen=is_seen)
        return [one["COMITY_URGENCY"] for one in self.told]

    def bar(self, party: str) -> list[str]:
        """Return what stands in the bar of a page."""
        found = ringing.ringing(self.node(party), self.officers[party])
        return [row.matter.id for row, *_ in found]

    def is_alarmed(self, party: str) -> bool:
        """Return whether the alarm stands."""
        node = self.node(party)
        ringing.step(node)
        assert isinstance(node.alarms, StandingAlarms)
        return any(code == ringing.ALARM for code, _ in node.alarms.standing())
