"""Two States whose figures are reviewed: requests, some answers, and who approves what is said.

Floor: tests.
"""

import json
from pathlib import Path

from node.exchange.test_given_up import leave, rounds
from support import agreed
from support.agreed import ask, reply
from support.pair import World
from surfaces.web import agreed_stage, stage

from comity.domestic.officer import role
from comity.figures import definitions, figures
from comity.figures.figures import Period
from comity.joint.request import acts as request_acts
from comity.joint.review import acts
from comity.joint.review.acts import Taken as Named
from comity.joint.text import acts as guideline_acts
from comity.node.desk import draft_view
from comity.node.desk import officer_admin as officers
from comity.node.review import take
from comity.node.review.take import Wanted
from comity.node.room.release import send
from comity.node.room.release.draft_store import Sent, Waiting
from comity.rooms.review import say

DAY_MS = 86_400_000


def made(folder: Path) -> World:
    """Return the two States: three requests were asked, one was answered."""
    world = agreed_stage.world_of(folder)
    for party, names in {"fr": ("ann", "ben"), "sy": ("wei", "li")}.items():
        for name in names:
            stage.have_officer(world.node(party), name)
            officers.give_roles(world.node(party), name, (*role.DEFAULT, role.SECRETARIAT))
    kinds = ("preservation", "subscriber", "subscriber")
    asked = [ask(world, "fr", kind, "urgent") for kind in kinds]
    world.pump()
    for one in asked:
        reply(world, "sy", one, request_acts.ACKNOWLEDGED)
    world.advance(DAY_MS)
    reply(world, "sy", asked[0], request_acts.ANSWERED)
    until_ms = world.states["fr"].clock.at_ms + DAY_MS
    reply(
        world,
        "sy",
        asked[1],
        request_acts.CONSULTED,
        {"reason": "essential-interests", "answer_by": until_ms},
    )
    world.pump()
    return world


def page(world: World, party: str, path: str, officer: str = "ann", **headers: str) -> str:
    """Return a page that is there."""
    client = stage.client(world.node(party), officer=officer)
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, (path, answer.status_code)
    return str(answer.content.decode())


def wanted(world: World, party: str = "fr") -> Wanted:
    """Return the figures of these days."""
    now_ms = world.states[party].clock.at_ms
    period = Period(now_ms - 30 * DAY_MS, now_ms + DAY_MS)
    return Wanted("", period, period.preceding(), now_ms)


def released(world: World, party: str, name: str) -> None:
    """Let a second officer approve what waits."""
    node = world.node(party)
    officer = agreed_stage.officer(node, name)
    waiting = draft_view.listing(node, officer)
    assert waiting
    for one in waiting:
        assert isinstance(send.approve(node, officer, one.draft.act.id), Sent)


def named_otherwise(world: World, party: str = "fr") -> str:
    """Let a program that counts otherwise name a snapshot, and return its id."""
    node = world.node(party)
    officer = agreed_stage.officer(node, "ann")
    found = take.computed(node, wanted(world, party))
    told = json.loads(json.dumps(found.figures))
    told["cells"]["all/volume/asked"]["value"] = 7
    period = found.wanted.period
    taken = Named(
        period.from_ms, period.to_ms, found.now_ms, found.cut, figures.digest(told),
        str(definitions.VERSION), period.preceding().from_ms,
    )  # fmt: skip
    result = say.snapshot(node, officer, found.wanted.channel, taken, figures=told)
    assert isinstance(result, Waiting)
    return acts.matter_id(party, result.draft_id)


def three(folder: Path) -> World:
    """Return three States: one asked both others, and the third has been silent since."""
    world = stage.world_of(folder, "fr", "sy", "bo")
    world.pump()
    agreed.set_clock(world, agreed.at(agreed_stage.EVENING))
    agreed.adopt(world, guideline_acts.MAIN, agreed.shipped(agreed.MAIN))
    for party, names in {"fr": ("ann", "ben"), "sy": ("wei", "li"), "bo": ("eva", "jan")}.items():
        for name in names:
            stage.have_officer(world.node(party), name, *role.DEFAULT, role.SECRETARIAT)
    both = ask(world, "fr", "preservation", "urgent")
    world.pump()
    for party in ("sy", "bo"):
        reply(world, party, both, request_acts.ACKNOWLEDGED)
    world.pump()
    leave(world, "bo")
    ask(world, "sy", "subscriber", "urgent", to=("fr",))
    rounds(world, 4, ["sy", "fr"])
    return world
