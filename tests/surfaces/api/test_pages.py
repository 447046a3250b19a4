"""Lists that grow come page by page, each line once."""

import pytest
from support.pair import World, make_world
from surfaces.api.stage import Calls, token

from comity.domestic.officer import role
from comity.node.desk.webhooks import registry


@pytest.fixture
def calls(tmp_path_factory: pytest.TempPathFactory) -> Calls:
    """A program of an officer."""
    world: World = make_world(tmp_path_factory.mktemp("world"))
    return Calls(
        world.node("aa"), token(world.node("aa"), roles=(role.CONTACT_POINT, role.CASE_OFFICER))
    )


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
        calls.post("/cases/open", {"own_reference": f"A-{at}", "crime_type": "fraud"}).value[
            "matter"
        ]
        for at in range(5)
    ]
    assert sorted(_pages(calls, "/cases", "cases", "case")) == sorted(made)
    short = calls.get("/cases?priority=true&count=2").value
    assert short["cases"] == []
    assert short["next"]
    assert calls.get("/evidence-due?count=2").value == {"due": [], "next": ""}
    for path in ("/cases", "/evidence-due"):
        assert calls.get(f"{path}?after=NQ").value["code"] == "node.cursor.malformed"


def test_a_cursor_of_another_list_is_none(calls: Calls) -> None:
    """It would show an empty desk to who has work."""
    for at in range(5):
        made = calls.post("/desk/inquiries", {"title": f"A theft {at}"}).value["id"]
        if at % 2:
            routed = {"to": "police", "why": "It is theirs."}
            assert calls.post(f"/desk/files/{made}/route", routed).status == 200
    assert len(_pages(calls, "/desk/inbox", "inbox", "id")) == 3
    inbox = calls.get("/desk/inbox?count=1").value["next"]
    work = calls.get("/desk/work?count=1").value["next"]
    assert inbox
    assert len(calls.get(f"/desk/work?after={work}").value["work"]) == 1
    for path, others in {
        "/desk/inbox": (work, "x", "NQ", "9|000"),
        "/desk/work": (inbox, "x", "NQ", "police|"),
        "/desk/work?mine=true": (work,),
        "/clocks": (inbox, work, "x", "NQ"),
    }.items():
        for after in others:
            join = "&" if "?" in path else "?"
            found = calls.get(f"{path}{join}after={after}")
            assert found.status == 404, (path, after, found.data)
            assert found.value["code"] == "node.cursor.malformed"


def test_what_has_no_address_is_told_so(calls: Calls) -> None:
    """The root of a version too; and what has not changed has no kind, as it has no body."""
    for path in ("/api/v1/", "/api/v2/requests"):
        found = calls.client.get(path)
        assert (found.status_code, found.json()["code"]) == (404, "surfaces.call.unknown")
    tag = calls.get("/counts").headers["ETag"]
    same = calls.get("/counts", If_None_Match=tag)
    assert (same.status, same.data, same.headers.get("Content-Type")) == (304, b"", None)
