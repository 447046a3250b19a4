"""Cases in the browser: opened, given a priority, reported on by both sides."""

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from support import pair
from support.agreed import ask
from support.pair import World
from surfaces.web import agreed_stage, stage
from surfaces.web.review.scene import page, released

from comity.domestic.officer import role
from comity.rooms.case import as_json, read

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two States, and a case with one request in it."""
    with pair.closing():
        made = agreed_stage.world_of(tmp_path_factory.mktemp("case"))
        stage.have_officer(made.node("sy"), "li", *role.DEFAULT)
        asked = ask(made, "fr", "preservation", "urgent")
        made.pump()
        opening = {"own_reference": "FR-2026-7", "requests": asked.act.matter.id}
        say(made, "fr", "ann", "/cases/open/", opening)
        yield made


def say(world: World, party: str, officer: str, address: str, given: dict[str, str]) -> None:
    """Post a form, let a second officer release it, and let it cross."""
    answer = stage.client(world.node(party), officer=officer).post(address, given)
    assert answer.status_code == 303, answer.content.decode()
    if "waiting" in answer.headers["Location"]:
        released(world, party, "ben" if party == "fr" else "li")
    world.pump()


def test_both_sides_agree_on_a_case_its_priority_and_its_report(world: World) -> None:
    """Every step by a form of a page; what stands there is the same on both nodes."""
    listed = page(world, "fr", "/cases/")
    found = re.search(r'href="(/cases/[a-z2-7]{26}/)"', listed)
    assert found is not None
    assert "FR-2026-7" in listed
    case = found[1]
    say(world, "sy", "wei", f"{case}reference/", {"own_reference": "SY-88"})
    wanted = {"level": "priority", "reason": "harm-goes-on"}
    say(world, "fr", "ann", f"{case}propose-priority/", wanted)
    say(world, "sy", "wei", f"{case}agree-priority/", {})
    report = {"dialogue": "2026-12", "text_en": "The data are kept.", "text_zh": "数据已保全。"}
    for party, step in (("fr", "send-request"), ("sy", "answer")):
        report |= {f"next_{party}": step, f"owner_{party}": "police"}
    say(world, "fr", "ann", f"{case}report/", report)
    say(world, "sy", "wei", f"{case}agree-report/", {})
    for party, officer in (("fr", "ann"), ("sy", "wei")):
        shown = page(world, party, case, officer)
        for words in ("SY-88", "Priority", "2026-12", "agreed by both sides", "数据已保全"):
            assert words in shown, (party, words)
        assert not re.search(r"<bdi>(fr|sy)</bdi>", shown), "a State has a name"
        assert "FR-2026-7" in page(world, party, "/cases/?priority=on", officer)


def test_what_is_wrong_stands_beside_its_field(world: World) -> None:
    """A report without its Chinese text says so, and nothing that was entered is lost."""
    case = re.search(r'href="(/cases/[a-z2-7]{26}/)"', page(world, "fr", "/cases/"))
    assert case is not None
    client = stage.client(world.node("fr"), officer="ann")
    answer = client.post(f"{case[1]}report/", {"text_en": "Only this.", "dialogue": "2026-12"})
    assert answer.status_code == 422
    assert "Only this." in answer.content.decode()


def test_the_pages_are_whole_in_chinese(world: World) -> None:
    """Words of the room and of the page."""
    shown = page(world, "fr", "/cases/", **CHINESE)
    assert "案件" in shown
    assert "Open a case" not in shown


def test_who_agrees_agrees_to_the_report_that_he_was_shown(world: World) -> None:
    """Another one that comes while they read is not agreed to by their press on the button."""
    found = re.search(r'href="(/cases/[a-z2-7]{26}/)"', page(world, "fr", "/cases/"))
    assert found is not None
    case = found[1]
    report = {"text_en": "What they read.", "text_zh": "其所阅读。"}
    for party in ("fr", "sy"):
        report |= {f"next_{party}": "meet", f"owner_{party}": "police"}
    say(world, "fr", "ann", f"{case}report/", report | {"dialogue": "read"})
    link = re.search(rf'href="({case}agree-report/[^"]*)"', page(world, "sy", case, "wei"))
    assert link is not None
    later = {"dialogue": "unread", "text_en": "What they do not.", "text_zh": "其未阅读。"}
    say(world, "fr", "ann", f"{case}report/", report | later)

    form = page(world, "sy", link[1], "wei")
    assert "What they read." in form
    assert "What they do not." not in form
    about = re.search(r'name="about"[^>]*value="([a-z2-7]{26})"', form)
    assert about is not None
    say(world, "sy", "wei", link[1], {"about": about[1]})

    found_now = {one["dialogue"]: one["status"] for one in reports(world, "sy", case)}
    assert (found_now["read"], found_now["unread"]) == ("agreed", "proposed")


def reports(world: World, party: str, case: str) -> list[dict[str, Any]]:
    """Return the reports of a case, as an officer reads them."""
    node = world.node(party)
    officer = agreed_stage.officer(node, "wei" if party == "sy" else "ann")
    shown = read.show(node, officer, case.strip("/").rpartition("/")[2])
    return cast(
        "list[dict[str, Any]]", cast("Any", as_json.shown_json(shown, node.party))["reports"]
    )
