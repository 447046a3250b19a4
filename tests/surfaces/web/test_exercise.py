"""Entering an exercise on the pages: a step of its own, and from then on every page says so."""

from collections.abc import Iterator

import pytest
from support import pair
from support.pair import World
from surfaces.web import agreed_stage, stage

from comity.joint.arrangement.channel import EXERCISE, Terms
from comity.node.exchange import channel
from comity.node.room.exercises import MARK

NAME = "exercise-2027"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two States with a real request, and the channel of an exercise."""
    with pair.closing():
        made = agreed_stage.world_of(tmp_path_factory.mktemp("exercise"))
        for one in made.states.values():
            channel.open_channel(one.node, one.maker, "", Terms(NAME, EXERCISE))
        made.pump()
        yield made


def test_every_page_of_an_exercise_says_so_first_and_last(world: World) -> None:
    """The mark stands in the title, at the top and at the bottom, until the officer leaves."""
    browser = stage.client(world.node("fr"), officer="ann")
    assert MARK not in browser.get("/").content.decode()
    shown = browser.get("/exercise/").content.decode()
    assert f"Enter {NAME}" in shown
    path = f"{world.arrangement}/{NAME}"
    assert browser.post("/exercise/enter/", {"channel": path}).status_code == 302
    for address in ("/", "/requests/", "/exercise/", "/plays/", "/account/"):
        text = browser.get(address).content.decode()
        assert text.count(MARK) == 3, address
        assert text.index(MARK) < text.index("<body")
    assert browser.post("/exercise/leave/").status_code == 302
    assert MARK not in browser.get("/").content.decode()


def test_what_is_no_exercise_is_not_entered(world: World) -> None:
    """A channel of real work is none, and the answer says what there is."""
    browser = stage.client(world.node("fr"), officer="ann")
    answer = browser.post("/exercise/enter/", {"channel": world.channel})
    assert answer.status_code >= 400
    assert MARK not in browser.get("/").content.decode()
