"""An exercise between two States: agreed, planned with a shipped scenario, started at a rate.

    held = Played(world, "harbour-invoice", "stop")
    held.start(60)
    held.say("sn", held.play_path, "inject take", {"seat": "bank-b"}, matter=delivery, by="pat")

Floor: tests.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from comity.acts.record import Matter
from comity.domestic.officer import role
from comity.joint.arrangement.channel import EXERCISE, Terms
from comity.joint.exercise import acts, master_list, scenario, verbs
from comity.kernel import ijson
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin
from comity.node.exchange import channel
from comity.node.room import request_file, say
from comity.node.room.act_words import Attachment, Words
from comity.node.room.release import send
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.node.room.request_file import AttachmentLine
from comity.rooms.exercise import scenarios
from support.pair import World

CELLS, PLAYERS = "cells-2027", "play-2027"
FROM_MS, UNTIL_MS = 1_763_942_400_000, 1_800_000_000_000
SCENE_MS = 1_804_237_200_000
"""2027-03-05 09:00 UTC: what the clock of the exercise shows at its start, on day 1."""
_RUN = (role.CONTROLLER, role.SECRETARIAT, role.RELEASING)
_PLAY = (role.CASE_OFFICER, role.RELEASING)


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Played:
    """The exercise, with who runs and who plays it on each side."""

    def __init__(self, world: World, name: str, module: str = "") -> None:
        self.world, self.arrives = world, True
        self.parties = tuple(world.states)
        for party in self.parties:
            for who, roles in (("lead", _RUN), ("deputy", _RUN), ("pat", _PLAY), ("sam", _PLAY)):
                officer_admin.add(world.node(party), who, "police", "", roles)
        a, b = self.parties
        kind = scenarios.load(name).kind
        window = {"from": FROM_MS, "until": UNTIL_MS}
        proposed = {"kinds": (kind,), "control": CELLS, "play": PLAYERS, **window}
        self.id = self.say(a, "", "exercise propose", proposed)
        self.say(b, "", "exercise agree", window, matter=self.id)
        for one in (CELLS, PLAYERS):
            terms = Terms(one, EXERCISE, Matter("exercise", self.id))
            for state in world.states.values():
                channel.open_channel(state.node, state.maker, "", terms)
            world.pump()
        self.cells_path = f"{world.arrangement}/{CELLS}"
        self.play_path = f"{world.arrangement}/{PLAYERS}"
        self.cells = self.say(a, self.cells_path, "control open-control")
        self.play = self.say(b, self.play_path, "play open-play")
        self._plan(name, module)

    def _plan(self, name: str, module: str) -> None:
        found = scenarios.load(name)
        a, b = self.parties
        self.secrets: dict[int, tuple[str, str, str]] = {}
        for number, data in scenario.contents(found).items():
            salt, content = f"{number:064x}", hashlib.sha256(data).hexdigest()
            self.secrets[number] = (salt, content, acts.commitment(salt, content))
        commits = {number: one[2] for number, one in self.secrets.items()}
        items = scenario.listed(found, module, {"a": a, "b": b}, commits)
        plan = ijson.render(scenario.to_json(found))
        self.texts = {"plan": plan, "master-list": master_list.render(items)}
        self.sha256 = {one: hashlib.sha256(data).hexdigest() for one, data in self.texts.items()}
        for one, data in self.texts.items():
            given = {"text": one, "sha256": self.sha256[one]}
            propose, adopt = "control propose-text", "control adopt-text"
            self.say(a, self.cells_path, propose, given, matter=self.cells, data=data)
            self.say(b, self.cells_path, adopt, matter=self.cells)

    def start(self, rate: int) -> None:
        """Let both cells be ready, and start."""
        a, b = self.parties
        hashes: dict[str, Any] = {"plan": self.sha256["plan"], "list": self.sha256["master-list"]}
        for party in self.parties:
            ready = {**hashes, "seats": 5}
            self.say(party, self.cells_path, "control ready", ready, matter=self.cells)
        given = {**hashes, "rate": rate, "scenario_at": SCENE_MS}
        self.say(a, self.play_path, "play start", given, matter=self.play)
        self.say(b, self.play_path, "play agree-setting", matter=self.play)

    def officer(self, party: str, name: str, compartment: str = "") -> Officer:
        """Return an officer as they work in real work or in a channel."""
        with self.world.node(party).store.read() as tx:
            found = tx.officer(name)
        assert found is not None, name
        return replace(found, compartment=compartment)

    def say(  # noqa: PLR0913 -- who says what, where, of which matter
        self,
        party: str,
        where: str,
        what: str,
        given: Mapping[str, Any] = NOTHING,
        *,
        matter: str = "",
        by: str = "lead",
        data: bytes = b"",
    ) -> str:
        """Say something, let a second officer approve it, let it arrive; return its matter."""
        kind, _, verb = what.partition(" ")
        table = verbs.TABLES[kind]
        row = table.verb(verb)
        assert row is not None, what
        officer = self.officer(party, by, where)
        words = say.words(row, officer, {})
        if data:
            line = AttachmentLine("text.json", "application/json", "TLP:AMBER")
            one = {"path": line.path, "media_type": line.media_type, "mark": line.mark}
            value: Any = {"attachments": [one]}
            value["texts"] = [{"lang": "en", "text": "The text.", "by": "cells", "original": True}]
            written = request_file.from_json(value, request_file.ANSWER, "texts")
            words = Words(written, [Attachment(line, data)])
        spoken = say.Spoken(row, matter, given, words)
        return self.let_out(party, officer, say.say(table, self.world.node(party), officer, spoken))

    def let_out(self, party: str, officer: Officer, result: Result) -> str:
        """Let a second officer approve what waits, let it arrive; return its matter."""
        assert not isinstance(result, Inadmissible), result
        if isinstance(result, Waiting):
            second = {"lead": "deputy", "pat": "sam"}[officer.name]
            by = self.officer(party, second, officer.compartment)
            result = send.approve(self.world.node(party), by, result.draft_id)
        assert isinstance(result, Sent), result
        if self.arrives:
            self.world.pump()
        return result.matter_id
