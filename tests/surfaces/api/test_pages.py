"""Lists that grow come page by page, each line once."""

import pytest
from support.pair import World, make_world
from surfaces.api.stage import Calls, token

from comity.node.desk.webhooks import registry


@pytest.fixture
def calls(tmp_path_factory: pytest.TempPathFactory) -> Calls:
    """A program of an officer."""
    world: World = make_world(tmp_path_factory.mktemp("world"))
    return Calls(world.node("aa"), token(world.node("aa")))


def _pages(calls: Calls, path: str, name: str, line: str) -> list[str]:
    """Read a list two lines at a time; return what its lines are named by."""
    found, after = list[str](), ""
    while True:
        page = calls.get(f"{path}?count=2&after={after}")
        assert page.status == 200, page.data
        assert len(page.value[name]) <= 2
        found += [one[line] for one in page.value[name]]
        after = page.value["next"]
        if not after:
            return found


def test_webhooks_come_page_by_page(calls: Calls) -> None:
    """Ended ones too; a cursor that is none is refused."""
    made = []
    for at in range(registry.OF_OFFICER_MAX + 1):
        hook = {"url": f"https://soc.example/{at}", "kinds": ["act"]}
        made.append(calls.post("/webhooks", hook).value["webhook"])
        calls.delete(f"/webhooks/{made[-1]}")
    assert sorted(_pages(calls, "/webhooks", "webhooks", "webhook")) == sorted(made)
    assert calls.get("/webhooks?after=x").value["code"] == "node.cursor.malformed"


def test_cases_come_page_by_page(calls: Calls) -> None:
    """In the order of lists; of those of priority a page may be short."""
    made = [
        calls.post("/cases", {"own_reference": f"A-{at}", "crime_type": "fraud"}).value["matter"]
        for at in range(5)
    ]
    assert sorted(_pages(calls, "/cases", "cases", "case")) == sorted(made)
    short = calls.get("/cases?priority=true&count=2").value
    assert short["cases"] == []
    assert short["next"]
    assert calls.get("/evidence-due?count=2").value == {"due": [], "next": ""}
    for path in ("/cases", "/evidence-due"):
        assert calls.get(f"{path}?after=NQ").value["code"] == "node.cursor.malformed"
