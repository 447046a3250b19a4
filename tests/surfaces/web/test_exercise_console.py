"""The console on pages, and the one place from which every page of an exercise stops all."""

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from support import pair
from support.played import Played
from surfaces.web import stage


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Module 1 of *harbour invoice*, started."""
    with pair.closing():
        world = stage.world_of(tmp_path_factory.mktemp("console"), "fr", "sy")
        world.pump()
        made = Played(world, "harbour-invoice", "stop")
        made.start(60)
        yield made


def test_a_controller_delivers_by_a_button_and_a_player_stops_all(held: Played) -> None:
    """An item is delivered as the list says; a player has no console and stops by one press."""
    lead = stage.client(held.world.node("fr"), officer="lead")
    assert lead.get("/exercise/console/").status_code == 404
    lead.post("/exercise/enter/", {"channel": held.play_path})
    text = lead.get("/exercise/console/").content.decode()
    assert "Deliver item 1" in text
    assert text.count("STOP, real world") == 1
    assert text.index("STOP, real world") < text.index("<main")
    done = lead.post("/exercise/console/deliver/", {"number": "1"})
    assert done.headers["Location"].endswith("?said=sent")
    again = lead.post("/exercise/console/deliver/", {"number": "99"})
    assert again.status_code == 403
    chinese = lead.get("/exercise/console/", headers={"Accept-Language": "zh-Hans"})
    assert "情景时间" in chinese.content.decode()
    player = stage.client(held.world.node("sy"), officer="pat")
    player.post("/exercise/enter/", {"channel": held.play_path})
    assert player.get("/exercise/console/").status_code == 403
    assert "STOP, real world" in player.get("/injects/").content.decode()
    assert player.post("/exercise/stop/").headers["Location"] == "/exercise/stopped/"
    held.world.pump()
    assert "STOPPED" in lead.get("/exercise/console/").content.decode()


def test_tasks_are_rated_beside_what_clocks_show(held: Played) -> None:
    """One page has measures, ratings and the hot wash, and gives the report; players have none."""
    lead = stage.client(held.world.node("fr"), officer="lead")
    lead.post("/exercise/enter/", {"channel": held.play_path})
    evaluated = lead.get("/exercise/evaluate/").content.decode()
    assert "Within the target" not in evaluated
    assert evaluated.count("Not tested") + evaluated.count("Not done yet") >= 3
    assert "Hot wash" in evaluated
    rating = {"task": "ask-to-stop", "side": "fr", "rating": "P", "text_en": "Well done."}
    rated = lead.post("/exercise/evaluate/rate/", rating)
    assert rated.status_code == 302, rated.content
    paper = lead.get("/exercise/evaluate/report.docx")
    assert paper.content.startswith(b"PK")
    assert "EXERCISE" in unquote(paper.headers["Content-Disposition"])
    player = stage.client(held.world.node("sy"), officer="pat")
    player.post("/exercise/enter/", {"channel": held.play_path})
    for address in ("evaluate/", "evaluate/report.docx"):
        assert player.get(f"/exercise/{address}").status_code == 403
