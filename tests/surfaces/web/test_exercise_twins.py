"""Hidden twins: what the cells do, or a whole play, shows everybody else the same bytes.

One world is looked at before and after, at one instant: what differs is what was done alone.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from support import pair
from support.pair import World
from support.played import Played
from surfaces.web import stage

from comity.joint.exercise import acts, verbs
from comity.node.room import say
from comity.node.room.release import send
from comity.node.room.release.draft_store import Waiting
from comity.rooms.exercise import console, steering

LATER_MS = 3_600_000
EVERYWHERE = (
    "/", "/requests/", "/cases/", "/calls/", "/drafts/", "/release/",
    "/reviews/", "/shares/", "/exercise/", "/exercises/", "/plays/", "/injects/", "/controls/",
    "/evaluations/", "/commitments/", "/guidelines/", "/contacts/",
)  # fmt: skip
_CHANCE = re.compile(r'(csrfmiddlewaretoken" value=|X-CSRFToken": ?)"[^"]*"')


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Module 1 of *harbour invoice*, started, with an item at a seat of the second State."""
    with pair.closing():
        world = stage.world_of(tmp_path_factory.mktemp("twins"), "fr", "sy")
        world.pump()
        made = Played(world, "harbour-invoice", "stop")
        made.start(60)
        _deliver(made, 3)
        yield made


def browsers(held: Played, where: str = "") -> dict[str, Client]:
    """Return a browser of a player on each side, in a channel or in real work."""
    found = {party: stage.client(held.world.node(party), officer="pat") for party in held.parties}
    if where:
        for one in found.values():
            one.post("/exercise/enter/", {"channel": where})
    return found


def look(world: World, eyes: dict[str, Client], at_ms: int) -> dict[str, str]:
    """Return what browsers show at an instant, `{side and address: status and page}`."""
    now_ms = {party: one.clock.at_ms for party, one in world.states.items()}
    for one in world.states.values():
        one.clock.at_ms = at_ms
    found = {}
    for party, browser in eyes.items():
        for address in EVERYWHERE:
            answer = browser.get(address)
            page = b"".join(answer) if answer.streaming else answer.content
            found[f"{party} {address}"] = f"{answer.status_code} {_CHANCE.sub('', page.decode())}"
    for party, one in world.states.items():
        one.clock.at_ms = now_ms[party]
    return found


def _deliver(held: Played, number: int) -> str:
    a = held.parties[0]
    lead = held.officer(a, "lead", held.play_path)
    return held.let_out(a, lead, steering.deliver(held.world.node(a), lead, number))


def _noted(held: Played) -> None:
    a = held.parties[0]
    row = verbs.TABLES[acts.CONTROL].verb("note")
    assert row is not None
    cells = held.officer(a, "lead", held.cells_path)
    words = say.words(row, cells, {"en": "Their bank is slow.", "zh": "对方银行较慢。"})
    spoken = say.Spoken(row, held.cells, {}, words)
    said = say.say(verbs.TABLES[acts.CONTROL], held.world.node(a), cells, spoken)
    held.let_out(a, cells, said)


def _held_back(held: Played) -> None:
    b = held.parties[1]
    cells = held.officer(b, "lead", held.cells_path)
    held.let_out(b, cells, steering.hold(held.world.node(b), cells, 5, "time"))


def _rated(held: Played) -> None:
    a = held.parties[0]
    lead = held.officer(a, "lead", held.play_path)
    given = {"task": "ask-to-stop", "side": a, "rating": "S"}
    held.let_out(
        a, lead, steering.rate(held.world.node(a), lead, given, {"en": "Soon.", "zh": "较快。"})
    )


def _not_delivered(held: Played) -> None:
    """An item waits for a second controller, who has not read it yet."""
    a = held.parties[0]
    node, lead = held.world.node(a), held.officer(a, "lead", held.play_path)
    send.set_approvals(node, 2)
    made = steering.deliver(node, lead, 1)
    send.set_approvals(node, 1)
    assert isinstance(made, Waiting), made


def _not_steered(held: Played) -> None:
    """A correction and a withdrawal wait for a second controller too."""
    a = held.parties[0]
    node, lead = held.world.node(a), held.officer(a, "lead", held.play_path)
    item = console.of(node, lead).lanes[-1].id
    send.set_approvals(node, 2)
    table = verbs.TABLES[acts.INJECT]
    told: list[tuple[str, dict[str, str]]] = [("correct", {}), ("withdraw", {"reason": "mistaken"})]
    for name, given in told:
        row = table.verb(name)
        assert row is not None
        words = say.words(
            row, lead, {"en": "Not that bank.", "zh": "并非该银行。"} if not given else {}
        )
        made = say.say(table, node, lead, say.Spoken(row, item, given, words))
        assert isinstance(made, Waiting), made
    send.set_approvals(node, 1)


@pytest.mark.parametrize("do", [_noted, _held_back, _rated])
def test_players_see_nothing_of_what_the_cells_do(
    held: Played, do: Callable[[Played], None]
) -> None:
    """A note, an item that is held, a rating: the same bytes for players."""
    at_ms = held.world.states[held.parties[0]].clock.at_ms + LATER_MS
    eyes = browsers(held, held.play_path)
    before = look(held.world, eyes, at_ms)
    assert all("EXERCISE" in page for page in before.values())
    do(held)
    held.world.pump()
    assert look(held.world, eyes, at_ms) == before


def test_what_was_not_delivered_and_a_whole_play_are_seen_by_nobody_else(held: Played) -> None:
    """An item that waits is not seen by players; what was played is not seen in real work."""
    (a, b), world = held.parties, held.world
    at_ms = world.states[a].clock.at_ms + LATER_MS
    players, real = browsers(held, held.play_path), browsers(held)
    before = look(world, players, at_ms)
    _not_delivered(held)
    assert look(world, players, at_ms) == before
    _not_steered(held)
    assert look(world, players, at_ms) == before
    before = look(world, real, at_ms)
    shown = console.of(world.node(a), held.officer(a, "lead", held.play_path))
    item, seat = shown.lanes[-1].id, {"seat": "authority-b"}
    _deliver(held, 1)
    held.say(b, held.play_path, "inject take", seat, matter=item, by="pat")
    held.say(b, held.play_path, "inject answer", {**seat, "outcome": "done"}, matter=item, by="pat")
    pat = held.officer(b, "pat", held.play_path)
    held.let_out(b, pat, steering.stop(world.node(b), pat, "real-world"))
    world.pump()
    assert look(world, real, at_ms) == before
