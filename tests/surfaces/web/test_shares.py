"""Shares by hand: what would leave is seen first; what was taken back is first on the board."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import pair
from support.pair import World
from surfaces.web import agreed_stage, stage
from surfaces.web.review.scene import page, released

from comity.domestic.officer import role
from comity.node.base.context import Node

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
GIVING = {
    "text": "198.51.100[.]7\n198.51.100[.]8\np@a.example\nhello",
    "category": "indicators",
    "mark": "TLP:GREEN",
    "valid_until": "2029-03-01T00:00",
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two States that have the room."""
    with pair.closing():
        made = agreed_stage.world_of(tmp_path)
        stage.have_officer(made.node("sy"), "li", *role.DEFAULT)
        yield made


def post(world: World, party: str, officer: str, address: str, given: dict[str, str]) -> None:
    """Post a form, let a second officer release it, and let it cross."""
    answer = stage.client(world.node(party), officer=officer).post(address, given)
    assert answer.status_code == 303, answer.content.decode()
    if "waiting" in answer.headers["Location"]:
        released(world, party, "ben" if party == "fr" else "li")
    world.pump()


def share_of(node: Node) -> str:
    """Return the id of the one share."""
    with node.store.read() as tx:
        (row,) = tx.matters("share", "", 9)
    return row.matter.id


def test_a_share_by_hand_from_giving_to_the_red_board(world: World) -> None:
    """Seen before it leaves; defanged where it is shown; named in red once it is taken back."""
    browser = stage.client(world.node("fr"), officer="ann")
    looked = browser.post("/shares/give/", {**GIVING, "look": "on"}).content.decode()
    for words in (
        "2 objects would leave",
        "it tells of a person",
        "hello",
        "the registered community",
    ):
        assert words in looked, words
    assert (
        "将提供 2 个对象"
        in browser.post("/shares/give/", {**GIVING, "look": "on"}, headers=CHINESE).content.decode()
    )
    post(world, "fr", "ann", "/shares/give/", GIVING)
    share = share_of(world.node("sy"))
    shown = page(world, "sy", f"/shares/{share}/", "wei")
    assert "198[.]51[.]100[.]7" in shown
    assert "198.51.100.7" not in shown
    assert "Say what you took" in page(world, "sy", "/shares/", "wei")
    post(world, "fr", "ann", f"/shares/{share}/retract/", {"reason": "false-positive"})
    board = page(world, "sy", "/shares/", "wei")
    assert re.search(r"cm-card--bad.*Taken back and not stopped.*False positive", board, re.DOTALL)
    assert "Has not said that all have stopped" in page(world, "fr", "/shares/", "ann")
    assert "retracted" in page(world, "sy", f"/shares/{share}/", "wei")
    for party, officer in (("fr", "ann"), ("sy", "wei")):
        figures = page(world, party, "/shares/figures/?from=2020-01-01&to=2040-01-01", officer)
        assert "Objects given" in figures
        assert "Taken back: False positive" in figures
        assert "/shares/" + share in page(world, party, "/shares/pack/", officer)
    browser = stage.client(world.node("sy"), officer="wei")
    assert "专家会议材料" in browser.get("/shares/pack/", headers=CHINESE).content.decode()
