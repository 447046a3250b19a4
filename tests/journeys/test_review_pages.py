"""The pages of the review and of cases, readable by everybody."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from support import pair, readers, spoken
from support.pair import World
from support.readers import Readers
from surfaces.web import agreed_stage, stage
from surfaces.web.review import scene

from comity.joint.case import verbs as case
from comity.kernel.inadmissible import Inadmissible
from comity.node.room.release.draft_store import Waiting
from comity.rooms.case import read
from comity.rooms.review import agree

pytestmark = pytest.mark.browser

OFFICER = "ann"
NAMES = (
    "figures", "behind", "annex", "money", "snapshots", "snapshot", "since",
    "cases", "open", "case", "report", "threat",
)  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Figures with a snapshot in which both sides differ, and a case."""
    with pair.closing():
        made = scene.made(tmp_path_factory.mktemp("review"))
        snapshot_id = scene.named_otherwise(made)
        scene.released(made, "fr", "ben")
        made.pump()
        theirs = made.node("sy")
        agree.answer(theirs, agreed_stage.officer(theirs, "wei"), snapshot_id)
        scene.released(made, "sy", "li")
        made.pump()
        ours = made.node("fr")
        opened = spoken.say(
            case.TABLE, ours, agreed_stage.officer(ours, OFFICER), "open", own_reference="FR-7"
        )
        if isinstance(opened, Waiting):
            scene.released(made, "fr", "ben")
        yield made


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """Where Freedonia's node shows its pages."""
    with stage.serving(world.node("fr")) as served:
        yield served


@pytest.fixture(scope="module")
def people(browser: Browser, address: str, world: World) -> Iterator[Readers]:
    """A case officer of Freedonia, in each language."""
    node = world.node("fr")
    with readers.of(browser, lambda one: stage.let_in(one, address, node, OFFICER)) as made:
        yield made


def places(world: World) -> dict[str, str]:
    """Return the address of each kind of page."""
    node = world.node("fr")
    officer = agreed_stage.officer(node, OFFICER)
    case = read.listing(node, officer)[0].row.matter.id
    snapshots = agree.listing(node, officer)
    assert not isinstance(snapshots, Inadmissible)
    return {
        "figures": "/reviews/",
        "behind": "/reviews/behind/?cell=all/volume/asked",
        "annex": "/reviews/annex/",
        "money": "/reviews/money/?from=2020-01-01&to=2040-01-01",
        "snapshots": "/reviews/snapshots/",
        "snapshot": f"/reviews/snapshots/{snapshots[0].row.matter.id}/",
        "since": f"/reviews/snapshots/{snapshots[0].row.matter.id}/since/",
        "cases": "/cases/",
        "open": "/cases/open/",
        "case": f"/cases/{case}/",
        "report": f"/cases/{case}/report/",
        "threat": "/lanes/threat/",
    }


@pytest.mark.parametrize("name", NAMES)
def test_everybody_can_read_each_page_of_the_review(
    people: Readers, address: str, world: World, name: str
) -> None:
    """No violation and nothing cut off: two languages, light and dark, three widths."""
    assert people.flaws(address + places(world)[name]) == []


def test_one_press_on_a_bar_leads_to_its_requests(people: Readers, address: str) -> None:
    """The whole slot of a bar is pressed, however low the bar is."""
    reader = next(one for one in people.each if one.language == "en")
    reader.go(f"{address}/reviews/")
    page = reader.page
    page.locator(".rv-plot__column").first.click()
    page.wait_for_url("**/reviews/behind/**")
    assert page.locator("h1").inner_text() == "Elapsed time, open ones counted"
