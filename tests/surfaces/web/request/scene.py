"""Two States under the shipped guideline, with officers of each role, and requests between them.

    scene = made(folder)
    matter = scene.asks("preservation")          # aa asks bb; approved by a second officer
    client = scene.client("con", "bb")           # the browser of bb's contact point

Floor: tests.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.test import Client
from support.agreed import agreed_world, at
from support.pair import World
from surfaces.web import stage

from comity.acts.record import Addressee
from comity.acts.verb import Given
from comity.domestic.officer import role
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import request_file
from comity.node.room.act_words import Attachment, Words
from comity.node.room.release import send
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.rooms.request import desk

EXAMPLES = Path(__file__).parents[4] / "examples"
EVENING = "2026-11-24 21:00 +0000"
"""When the examples are sent."""

OFFICERS: Mapping[str, tuple[str, ...]] = {
    "ann": (role.CASE_OFFICER,),
    "bob": (role.RELEASING, role.COUNSEL),
    "con": (role.CONTACT_POINT, role.CASE_OFFICER),
    "aud": (role.AUDITOR,),
    "op": (role.OPERATOR,),
}


@dataclass
class Scene:
    """A world and what was done in it."""

    world: World
    clients: dict[tuple[str, str], Client] = field(default_factory=dict)

    def node(self, party: str) -> Node:
        """Return a party's node."""
        return self.world.node(party)

    def officer(self, name: str, party: str) -> Officer:
        """Return an officer."""
        with self.node(party).store.read() as tx:
            found = tx.officer(name)
        assert found is not None
        return found

    def client(self, name: str, party: str) -> Client:
        """Return the browser of an officer."""
        if (name, party) not in self.clients:
            self.clients[name, party] = stage.client(self.node(party), officer=name)
        return self.clients[name, party]

    def released(self, party: str, result: Result) -> Sent:
        """Let a second officer approve what waits, and let all of it arrive."""
        assert not isinstance(result, Inadmissible), result
        if isinstance(result, Waiting):
            bob = self.officer("bob", party)
            result = send.approve(self.node(party), bob, result.draft_id)
        assert isinstance(result, Sent), result
        self.world.pump()
        return result

    def asks(
        self, example: str = "emergency", to: Sequence[str] = ("bb",), **changed: object
    ) -> str:
        """Let aa ask bb, or others, by an example of the catalogue; return the request."""
        value: dict[str, Any] = json.loads((EXAMPLES / f"{example}.json").read_text("utf-8"))
        value |= changed
        written = request_file.from_json(value, request_file.REQUEST, example)
        attached = [
            Attachment(one, (EXAMPLES / one.path).read_bytes()) for one in written.attachments
        ]
        ann, asked = self.officer("ann", "aa"), [Addressee(one, "police") for one in to]
        channel = f"{self.world.arrangement}/live"
        done = desk.send(self.node("aa"), ann, written, attached, asked, channel=channel)
        return self.released("aa", done).matter_id

    def says(
        self,
        party: str,
        tag: str,
        matter: str,
        given: Given = MappingProxyType({}),
        **value: object,
    ) -> Sent:
        """Let an officer of a party say something, approved by a second one."""
        words = Words(
            request_file.from_json(json.loads(json.dumps(value)), request_file.ANSWER, tag)
        )
        officer = self.officer("ann", party)
        done = desk.say(self.node(party), officer, matter, tag, given, words)
        return self.released(party, done)


def made(folder: Path, parties: Sequence[str] = ("aa", "bb")) -> Scene:
    """Return a scene in which nothing was asked yet."""
    world = agreed_world(folder, "sqlite", EVENING, parties)
    for party in parties:
        for name, roles in OFFICERS.items():
            stage.have_officer(world.node(party), name, *roles)
    assert world.states["aa"].clock.at_ms >= at(EVENING)
    return Scene(world)
