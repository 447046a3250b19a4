"""The officers' pages in a real browser: readable by everybody, quiet, and bounded.

Each page is looked at in both languages, light and dark, at three widths; axe checks it each
time for WCAG 2.0 to 2.2, A and AA.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from support import pair, readers
from support.pair import World
from support.readers import Readers, listen, overflow
from surfaces.web import stage

from comity.node.exchange import status

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three States after a bad day; only read it."""
    with pair.closing():
        yield stage.troubled(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """Where Freedonia's node shows its pages."""
    with stage.serving(world.node("fr")) as served:
        yield served


@pytest.fixture(scope="module")
def people(browser: Browser, address: str, world: World) -> Iterator[Readers]:
    """Whoever runs the node, in each language."""
    node = world.node("fr")
    with readers.of(browser, lambda one: stage.let_in(one, address, node, stage.OPERATOR)) as made:
        yield made


@pytest.fixture
def page(page: Page, address: str, world: World) -> Page:
    """A page of a signed-in officer."""
    stage.let_in(page.context, address, world.node("fr"), stage.OPERATOR)
    return page


def paths(world: World) -> dict[str, str]:
    """Return the address of each kind of page."""
    node = world.node("fr")
    with node.store.read() as tx:
        longest = max(tx.matters(), key=lambda row: len(json.dumps(row.state)))
    return {
        "overview": "/node/",
        "doctor": "/node/doctor/",
        "matters": "/node/matters/?status=submitted",
        "urgent": f"/node/matters/request/{stage.urgent_id(node)}/",
        "matter": f"/node/matters/request/{longest.matter.id}/",
        "log": f"/node/logs/{world.origin('fr')}/",
        "frozen": f"/node/logs/{world.origin('bo')}/",
        "absent": "/nowhere/",
    }


@pytest.mark.parametrize(
    "name", ["overview", "doctor", "matters", "urgent", "matter", "log", "frozen", "absent"]
)
def test_everybody_can_read_each_page(
    people: Readers, address: str, world: World, name: str
) -> None:
    """No violation and nothing cut off: two languages, light and dark, three widths."""
    but = ("404",) if name == "absent" else ()
    assert people.flaws(address + paths(world)[name], but=but) == []


def last_line(text: str) -> str:
    """Return what is seen of a text, without what only a reader aloud has before it."""
    return text.strip().split("\n")[-1].strip()


def test_a_keyboard_reaches_everything(page: Page, address: str) -> None:
    """First the way past the head, then each link and switch in the order one reads."""
    page.goto(f"{address}/node/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    expect(page.locator(":focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.goto(f"{address}/node/")
    ways = page.locator("header a:visible, header button:visible, .cm-nav a:visible")
    wanted = ["Skip to main content", *(last_line(one) for one in ways.all_inner_texts())]
    assert wanted[1] == "Freedonia comity"
    assert {"olga ▾", "State", "Node"} <= set(wanted)
    reached = []
    for _ in wanted:
        page.keyboard.press("Tab")
        reached.append(last_line(page.locator(":focus").inner_text()))
    assert reached == wanted
    page.locator(".cm-who").focus()
    page.keyboard.press("Enter")
    beneath = page.locator(".cm-menu a, .cm-menu button").all_inner_texts()
    assert {"Sign out", "English", "简体中文"} <= set(beneath)
    reached = []
    for _ in beneath:
        page.keyboard.press("Tab")
        reached.append(page.locator(":focus").inner_text())
    assert reached == beneath


def test_a_reader_chooses_a_language_without_javascript(
    browser: Browser, address: str, world: World
) -> None:
    """The switch is a plain form, and the choice stays on the next page."""
    context = browser.new_context(java_script_enabled=False, locale="en")
    stage.let_in(context, address, world.node("fr"), stage.OPERATOR)
    page = context.new_page()
    page.goto(f"{address}/node/matters/")
    page.locator(".cm-who").click()
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("事项")
    page.goto(f"{address}/node/")
    expect(page.get_by_role("heading", level=1)).to_have_text("概览")
    assert page.url.startswith(address)
    context.close()


def test_an_open_overview_renews_itself_and_keeps_its_place(
    page: Page, address: str, world: World
) -> None:
    """What is new appears without a click, the focus stays, and it can be stopped."""
    heard = listen(page)
    page.goto(f"{address}/node/")
    page.locator("#outbox").wait_for()
    summary = page.locator("summary").first
    summary.click()
    summary.focus()
    with world.node("fr").store.write() as tx:
        status.save_served(tx, {}, [("exchange.start.excused", "a new alarm")], 1)
    with page.expect_response(f"{address}/node/"):
        page.evaluate("htmx.trigger(document.getElementById('live'), 'shown')")
    expect(page.get_by_text("a new alarm")).to_be_visible()
    expect(summary).to_be_focused()
    page.get_by_role("link", name="Stop renewing").click()
    expect(page.get_by_role("link", name="Renew every 10 seconds")).to_be_visible()
    assert page.locator("[hx-get]").count() == 0
    assert heard == []


def test_a_hidden_page_asks_for_nothing(page: Page, address: str) -> None:
    """Nobody looks at a page in another tab, so the node may wake somebody."""
    page.goto(f"{address}/node/")
    page.locator("#live[hx-get]").wait_for()
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("htmx.trigger(document.getElementById('live'), 'shown')")
    page.wait_for_timeout(300)
    assert asked == []


def test_something_urgent_is_marked_as_seen_with_one_click(page: Page, tmp_path: Path) -> None:
    """The button ends the alarm; the page says so at once."""
    world = stage.world_of(tmp_path, "fr", "sy")
    world.ask("sy")
    world.pump()
    node = world.node("fr")
    with stage.serving(node) as address:
        heard = listen(page)
        stage.sign_in(page, address, node, stage.OPERATOR)
        page.goto(f"{address}/node/")
        page.get_by_role("link", name="request/").click()
        page.get_by_role("button", name="I have seen this").click()
        expect(page.get_by_role("button", name="I have seen this")).to_have_count(0)
        expect(page.get_by_role("heading", name="Time line")).to_be_visible()
        page.get_by_role("link", name="Node", exact=True).click()
        expect(page.get_by_text("Nothing needs attention.")).to_be_visible()
        assert heard == []


def test_naughty_words_stay_words(
    browser: Browser, address: str, world: World, test_data: Path
) -> None:
    """Whatever a peer calls itself or says, nothing runs and nothing breaks the page."""
    naughty = json.loads((test_data / "blns.json").read_text(encoding="utf-8"))
    alarms = [("exchange.card.refused", word) for word in naughty]
    with world.node("fr").store.write() as tx:
        status.save_served(tx, {}, alarms, 1)
    context = browser.new_context(viewport={"width": 320, "height": 800})
    stage.let_in(context, address, world.node("fr"), stage.OPERATOR)
    page = context.new_page()
    heard = listen(page)
    page.goto(f"{address}/node/")
    assert page.locator(".cm-alarms li").count() == len(naughty)
    assert overflow(page) == 0
    assert page.locator(".cm-alarms script, .cm-alarms img, .cm-alarms iframe").count() == 0
    assert heard == []
    context.close()
