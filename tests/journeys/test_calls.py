"""A call by keys alone: from the bar that rings on any page to a summary that both have agreed to.

Sylvania's officer has no mouse and, on a telephone of 360 pixels, presses the tabulator, arrows,
letters and the key of entry; once in English and once in Chinese.  Freedonia calls by its forms.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from support import pair, readers
from support.pair import World
from surfaces.web import agreed_stage, stage
from surfaces.web.review.scene import page as shown
from surfaces.web.test_rooms import CALL, say

from comity.domestic.officer import role

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 360, "height": 740}
TABS_MAX = 120
WORDS = {"en": "It is blocked; evidence follows.", "zh-CN": "已封堵，证据随后提供。"}  # noqa: RUF001 -- Chinese punctuation


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two States under the guideline, with two officers each."""
    with pair.closing():
        made = agreed_stage.world_of(tmp_path_factory.mktemp("world"))
        stage.have_officer(made.node("sy"), "li", *role.DEFAULT)
        yield made


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """Where Sylvania's node shows its pages."""
    with stage.serving(world.node("sy")) as served:
        yield served


def reach(page: Page, wanted: Locator) -> Locator:
    """Press the tabulator until something has the focus; it is seen to have it."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            assert wanted.evaluate(
                "one => getComputedStyle(one).outlineStyle !== 'none' "
                "|| getComputedStyle(one).boxShadow !== 'none'"
            )
            return wanted
    raise AssertionError(f"no key reaches {wanted}")


def press(page: Page, wanted: Locator) -> None:
    """Reach something and press it, by keys."""
    reach(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose(page: Page, name: str, value: str) -> None:
    """Reach a list, or a group of buttons, and choose from it by the arrows."""
    reach(page, page.locator(f"[name={name}]").first)
    page.keyboard.press("Space")
    chosen = page.locator(f"select[name={name}], input[name={name}]:checked")
    for _ in range(20):
        if chosen.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} is not in {name}")


def offered(page: Page, verb: str) -> Locator:
    """Return what leads to the form of a verb."""
    return page.locator(f".gl-links a[href*='/{verb}/']")


def submit(page: Page) -> Locator:
    """Return the button of a form."""
    return page.locator("main form.cm-form button").last


def sound(page: Page) -> None:
    """Nothing on a page is closed to anybody: axe finds nothing, and nothing is cut off."""
    page.evaluate(readers.axe())
    assert readers.violations(page) == []
    wide = page.evaluate("""() => [...document.querySelectorAll("main *")].filter(one =>
        one.getBoundingClientRect().right > innerWidth).map(one => one.outerHTML.slice(0, 160))""")
    assert (readers.overflow(page), wide) == (0, [])


def heard(page: Page, world: World, address: str) -> None:
    """Let a call come while a desk is open: it is shown and heard, and nobody loads the page."""
    page.goto(address)
    live = page.locator("#desk-live")
    page.locator("[data-sound]").click()
    expect(live).to_have_attribute("data-sounded", "1")
    say(world, "fr", "ann", "/calls/call/", CALL)
    page.evaluate("document.dispatchEvent(new Event('comity:ask'))")
    expect(live.locator(".cm-ringing button")).to_be_visible()
    expect(live).to_have_attribute("data-sounded", re.compile("[2-9]"))
    sound(page)


def rung(page: Page, address: str, language: str) -> str:
    """Pick up what rings on any page, by one press; return the address of the call."""
    page.goto(f"{address}/contacts/")
    ringing = page.locator(".cm-ringing")
    expect(ringing).to_contain_text("NOT A DRILL" if language == "en" else "非演练")
    sound(page)
    press(page, ringing.locator("button").first)
    found = re.search(r"/calls/[a-z2-7]{26}/", page.url)
    assert found is not None
    return found[0]


def carried(page: Page, call: str) -> None:
    """Note that they telephone, by keys."""
    page.goto(call)
    press(page, offered(page, "carry"))
    sound(page)
    choose(page, "carrier", "tel")
    choose(page, "outcome", "reached")
    reach(page, page.locator("[name=began]"))
    page.keyboard.type("2026-11-24T20:00")
    press(page, submit(page))


def agreed(page: Page, call: str, language: str) -> None:
    """Read the summary in one's own language and agree to it, by keys."""
    page.goto(call)
    expect(page.locator("main")).to_contain_text(WORDS[language])
    press(page, offered(page, "agree"))
    choose(page, "scope", "within")
    press(page, submit(page))


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_call_is_picked_up_taken_carried_and_agreed_to_by_keys(
    browser: Browser, world: World, address: str, language: str
) -> None:
    """A desk that is open hears it; any page, one press; then take it, telephone, and agree."""
    context = browser.new_context(locale=language, viewport=PHONE)
    page = stage.let_in(context, address, world.node("sy"), "wei").new_page()
    heard(page, world, address)
    call = rung(page, address, language)
    world.pump()
    page.goto(address + call)
    sound(page)
    press(page, page.locator("form[action$='/take/'] button"))
    world.pump()
    carried(page, address + call)
    world.pump()
    summary = {"outcome": "resolved", "text_en": WORDS["en"], "text_zh": WORDS["zh-CN"]}
    say(world, "fr", "ann", f"{call}sum-up/", summary)
    agreed(page, address + call, language)
    world.pump()
    assert "closed" in shown(world, "fr", call, "ann")
    page.goto(address + call)
    expect(page.locator("main")).to_contain_text("closed" if language == "en" else "已结束")
    expect(page.locator(".cm-ringing")).to_have_count(0)
    sound(page)
    for beside in ("/calls/drills/", "/desk/devices/"):
        page.goto(address + beside)
        sound(page)
    context.close()
