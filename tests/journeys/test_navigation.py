"""The way around: six entries on two levels, the line on every page, and content near the top."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from support import pair
from surfaces.web import stage
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

from comity.joint.request import acts

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
FIRST_WORD_MAX_PX = 120
TABS_MAX = 10
PATHS = ("/", "/requests/", "/drafts/", "/cases/", "/calls/", "/guidelines/", "/partners/")

FIRST_WORD = """() => {
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT)
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const isHidden = node.parentElement.closest("template, .govuk-visually-hidden")
    if (isHidden || !node.data.trim()) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = range.getClientRects()[0]
    if (box && box.height > 1) return box.top + window.scrollY
  }
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States, and requests of one of them."""
    with pair.closing():
        yield scene.made(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def matter(made: Scene) -> str:
    """A request that was registered, beside another one."""
    made.asks("subscriber")
    found = made.asks("preservation")
    made.says("bb", acts.ACKNOWLEDGED, found, own_reference="CB-1")
    return found


@pytest.fixture(scope="module")
def address(made: Scene, matter: str) -> Iterator[str]:
    """Where bb's node shows its pages."""
    assert matter
    with stage.serving(made.node("bb")) as served:
        yield served


def enter(
    made: Scene, browser: Browser, address: str, name: str = "con", **options: object
) -> Page:
    """Return a page of an officer."""
    context = browser.new_context(**options)  # type: ignore[arg-type] # as Playwright names them
    return stage.let_in(context, address, made.node("bb"), name).new_page()


@pytest.fixture
def page(made: Scene, browser: Browser, address: str) -> Iterator[Page]:
    """A page of bb's contact point."""
    found = enter(made, browser, address)
    yield found
    found.context.close()


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_on_a_phone_content_begins_near_the_top(
    made: Scene, browser: Browser, address: str, matter: str, language: str
) -> None:
    """The first word of each page is within 120 pixels of its top, in both languages."""
    page = enter(made, browser, address, locale=language, viewport=PHONE)
    tops = {}
    for path in (*PATHS, f"/requests/{matter}/"):
        page.goto(address + path)
        tops[path] = page.evaluate(FIRST_WORD)
    assert {path: top for path, top in tops.items() if top > FIRST_WORD_MAX_PX} == {}
    page.context.close()


def test_the_entries_are_six_and_those_of_a_room_stand_beneath_one(
    page: Page, address: str
) -> None:
    """What is open shows its pages in a second row; the first row stays one line."""
    page.set_viewport_size(DESKTOP)
    page.goto(f"{address}/requests/")
    entries = page.locator(".cm-nav > ul > li > a")
    assert entries.all_inner_texts() == [
        "Desk", "Requests", "Cases", "Cooperation", "Dialogue", "State",
    ]  # fmt: skip
    tops = "each => [...new Set(each.map(one => one.getBoundingClientRect().top))].length"
    assert entries.evaluate_all(tops) == 1
    shown = page.locator(".cm-nav > ul > li > ul > li > a:visible")
    assert shown.all_inner_texts() == ["Requests", "New request", "Drafts", "Lanes", "Release"]
    page.get_by_role("link", name="Dialogue", exact=True).first.click()
    assert {"Commitments", "Texts in the making"} <= set(shown.all_inner_texts())
    assert shown.evaluate_all(tops) == 1


def test_without_script_a_phone_opens_the_entries_and_goes(
    made: Scene, browser: Browser, address: str
) -> None:
    """The menu is the browser's own: it opens, closes and is left by a key."""
    page = enter(made, browser, address, java_script_enabled=False, viewport=PHONE)
    page.goto(f"{address}/requests/")
    link = page.get_by_role("link", name="Commitments", exact=True)
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Pages").click()
    expect(link).to_be_visible()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Commitments")
    page.get_by_role("button", name="con").click()
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("承诺")
    page.context.close()


def test_the_line_stands_on_every_page_and_says_who_is_on_duty(
    made: Scene, page: Page, address: str
) -> None:
    """State of the line and the officer who has the desk; no entry has the hotline."""
    page.set_viewport_size(DESKTOP)
    for path in PATHS:
        page.goto(address + path)
        expect(page.locator(".cm-line")).to_contain_text("no call is open")
        expect(page.locator(".cm-line")).to_contain_text("nobody has the desk")
    assert page.locator(".cm-nav").get_by_text("Hotline").count() == 0
    answer = made.client("con", "bb").post("/desk/shift/take/", {"why": "It is mine now."})
    assert answer.status_code in {302, 303}
    page.goto(f"{address}/cases/")
    expect(page.locator(".cm-line")).to_contain_text("you have the desk")
    page.locator(".cm-line").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hotline")


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_from_the_top_of_a_list_its_first_row_is_near(
    page: Page, address: str, size: ViewportSize
) -> None:
    """By the way past the head, at most ten presses of the tabulator."""
    page.set_viewport_size(size)
    page.goto(f"{address}/requests/")
    tabs = 0
    is_there = "document.activeElement.closest('tbody') !== null"
    while not page.evaluate(is_there):
        tabs += 1
        assert tabs <= TABS_MAX
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href') === '#list'"):
            page.keyboard.press("Enter")
    page.goto(f"{address}/requests/")
    page.locator("main").focus()
    tabs = 0
    while not page.evaluate(is_there):
        tabs += 1
        assert tabs <= TABS_MAX, "past the head alone"
        page.keyboard.press("Tab")
