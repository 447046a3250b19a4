"""My desk and the list in a real browser: what arrives is seen and heard, keys, many at once.

Each page is checked by axe in both languages, light and dark, at three widths.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from node.desk.test_duty import Desk, done
from playwright.sync_api import Browser, BrowserContext, expect
from support import readers
from support.readers import listen
from surfaces.web import stage
from surfaces.web.duty.stage import desk_of

from comity.node.desk.duty import routing, work
from comity.node.desk.duty.routing import ByHand

pytestmark = pytest.mark.browser

PAGES = {
    "wei": ("/", "/desk/shift/", "/desk/view/", "/requests/", "/requests/?q=aa-1&status=submitted"),
    "fa": ("/",),
    "xu": ("/", "/requests/"),
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with somebody in every role and three requests, one of them late."""
    desk = desk_of(tmp_path)
    late = desk.ask().act.matter.id
    done(routing.route(desk.node, desk.wei, late, ByHand(to="mps", why="Ours.")))
    done(work.assign(desk.node, desk.wei, late, "han"))
    desk.world.advance(30 * 3_600_000)
    desk.ask("subscriber", "urgent")
    desk.ask("subscriber", "routine")
    return desk


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """Where the node of `bb` shows its pages."""
    with stage.serving(desk.node) as served:
        yield served


def opened(
    browser: Browser, address: str, desk: Desk, officer: str, **how: object
) -> BrowserContext:
    """Return a browser in which an officer is signed in."""
    context = browser.new_context(**{"locale": "en", **how})  # type: ignore[arg-type] # of Playwright
    return stage.let_in(context, address, desk.node, officer)


def test_everybody_can_read_the_desk_and_the_list(
    browser: Browser, address: str, desk: Desk
) -> None:
    """No violation and nothing cut off: two languages, light and dark, three widths."""
    for officer, paths in PAGES.items():
        enter = partial(stage.let_in, address=address, node=desk.node, officer=officer)
        with readers.of(browser, enter) as people:
            found = people.flaws(*(address + path for path in paths), but=("/events",))
            assert found == []  # a poll with nothing new has no body, which Chromium calls aborted


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_no_line_is_read_by_scrolling_sideways_on_a_telephone(
    browser: Browser, address: str, desk: Desk, locale: str
) -> None:
    """The lines of the desk and of the list stand below each other, and say what each cell is."""
    with opened(browser, address, desk, "wei", locale=locale) as context:
        page = context.new_page()
        page.set_viewport_size({"width": 360, "height": 800})
        for path in ("/", "/requests/"):
            page.goto(address + path)
            wider = page.eval_on_selector_all(
                ".cm-scroll", "all => all.map(one => one.scrollWidth - one.clientWidth)"
            )
            assert wider, path
            assert not any(wider), path
            labels = page.eval_on_selector_all(
                ".cm-stack [data-label]", "all => all.map(one => one.dataset.label)"
            )
            assert all(labels), path
            assert labels, path


def test_what_arrives_is_seen_and_heard_without_loading_the_page(
    browser: Browser, address: str, desk: Desk
) -> None:
    """The title counts it, sound says that it presses, and the focus stays where it was."""
    context = opened(browser, address, desk, "wei")
    page = context.new_page()
    heard = listen(page)
    page.goto(address)
    expect(page).to_have_title(re.compile(r"^\(3\) My desk "))
    button = page.locator("[data-sound]")
    expect(button).to_have_text("Sound is off")
    button.click()
    expect(button).to_have_text("Sound is on")
    before = int(page.locator("#desk-live").get_attribute("data-sounded") or 0)
    link = page.locator("#desk-live tbody a").first
    link.focus()
    href = link.get_attribute("href")
    asked = desk.ask()
    page.evaluate("document.dispatchEvent(new Event('comity:ask'))")
    expect(page).to_have_title(re.compile(r"^\(4\) My desk "))
    expect(page.locator(f"[data-arrival='{asked.act.matter.id}']")).to_be_visible()
    told = page.locator("[data-alert]")
    expect(told).to_contain_text("Something urgent has arrived. emergency, Action against infra")
    expect(page.locator("#desk-live")).to_have_attribute("data-sounded", str(before + 1))
    expect(page.locator(":focus")).to_have_attribute("href", str(href))
    assert heard == []
    context.close()


def test_the_second_urgent_arrival_is_told_to_who_hears_the_page_like_the_first(
    browser: Browser, address: str, desk: Desk
) -> None:
    """The region is emptied first: programs that read pages aloud tell what is another text."""
    page = opened(browser, address, desk, "wei").new_page()
    page.goto(address)
    page.evaluate("""() => {
      const told = window.told = []
      const region = document.querySelector('[data-alert]')
      new MutationObserver(() => told.push(region.textContent))
        .observe(region, {subtree: true, childList: true, characterData: true})
    }""")
    for count in (1, 2):
        desk.ask()
        page.evaluate("document.dispatchEvent(new Event('comity:ask'))")
        page.wait_for_function("n => window.told.filter(one => one).length === n", arg=count)
    assert page.evaluate("window.told.at(-2)") == ""
    assert "Something urgent" in page.evaluate("window.told.at(-1)")
    page.context.close()


def test_what_is_renewed_keeps_the_focus_and_the_lines(
    browser: Browser, address: str, desk: Desk
) -> None:
    """A table that is scrolled by keys keeps the focus, and a line stays the same element.

    Where a screen reader reads is such an element: replaced each minute, it would begin anew.
    """
    page = opened(browser, address, desk, "wei").new_page()
    page.goto(address)
    ours = page.locator("[aria-labelledby='ours']")
    ours.focus()
    kept = page.locator("[aria-labelledby='ours'] tbody tr").first.element_handle()
    asked = desk.ask()
    page.evaluate("document.dispatchEvent(new Event('comity:ask'))")
    expect(page.locator(f"[data-arrival='{asked.act.matter.id}']")).to_be_visible()
    expect(ours).to_be_focused()
    assert kept.evaluate("one => one.isConnected")
    link = page.locator("[data-arrival] a").first
    link.focus()
    href = link.get_attribute("href")
    again = desk.ask("subscriber", "emergency")
    page.evaluate("document.dispatchEvent(new Event('comity:ask'))")
    expect(page.locator(f"[data-arrival='{again.act.matter.id}']")).to_be_visible()
    expect(page.locator(":focus")).to_have_attribute("href", str(href))
    page.context.close()


def test_a_desk_is_handed_over_from_one_browser_to_another(
    browser: Browser, address: str, desk: Desk
) -> None:
    """One step here, one click there, without JavaScript."""
    wei = opened(browser, address, desk, "wei", java_script_enabled=False).new_page()
    han = opened(browser, address, desk, "han", java_script_enabled=False).new_page()
    wei.goto(f"{address}/desk/shift/")
    wei.get_by_label("Why you take it").fill("I begin.")
    wei.get_by_role("button", name="Take the desk").click()
    wei.goto(f"{address}/desk/shift/")
    wei.get_by_label("Which officer").select_option("han")
    wei.get_by_label("What the next officer must know").fill("Call them at six.")
    wei.get_by_role("button", name="Hand the desk over").click()
    han.goto(address)
    expect(han.get_by_role("heading", name="wei hands you the desk")).to_be_visible()
    expect(han.get_by_text("Call them at six.")).to_be_visible()
    han.get_by_role("button", name="Take it over").click()
    expect(han.get_by_text("You have the desk.")).to_be_visible()


def test_a_kept_filter_reaches_a_colleague(browser: Browser, address: str, desk: Desk) -> None:
    """Chosen by links, kept by name, and one click for the other."""
    wei = opened(browser, address, desk, "wei").new_page()
    wei.goto(f"{address}/requests/")
    wei.locator(".cm-facets").get_by_role("link", name="urgent").click()
    wei.get_by_label("Name of the filter").fill("Night")
    wei.get_by_label("My agency may use it too").check()
    wei.get_by_role("button", name="Keep", exact=True).click()
    han = opened(browser, address, desk, "han").new_page()
    han.goto(f"{address}/requests/")
    han.get_by_role("link", name="Night").click()
    assert "urgency=urgent" in han.url


def test_many_are_done_at_once_and_one_fails(browser: Browser, address: str, desk: Desk) -> None:
    """What would be done is said first; then one is done, and the other says why it is not."""
    page = opened(browser, address, desk, "han").new_page()
    page.goto(f"{address}/requests/?mine=on")
    page.goto(f"{address}/requests/?agency=mps")
    matter = desk.ask("subscriber", "urgent").act.matter.id
    done(routing.route(desk.node, desk.wei, matter, ByHand(to="mps", why="Ours.")))
    page.reload()
    page.get_by_label("Choose all on this page").check()
    expect(page.locator("[data-picked]")).to_have_text("2")
    page.get_by_role("button", name="Take", exact=True).click()
    expect(page.get_by_text("2 requests are chosen.")).to_be_visible()
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_text("Done with 1 request.")).to_be_visible()
    expect(page.get_by_text("not done")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Done with 1 request.")).to_be_visible()


def test_an_officer_of_another_agency_finds_nothing(
    browser: Browser, address: str, desk: Desk
) -> None:
    """Whatever address they type, a request that they may not read is one that is not there."""
    matter = desk.ask().act.matter.id
    page = opened(browser, address, desk, "xu").new_page()
    pages = ("", "time-line/", "clocks/", "at-home/", "evidence/", "papers/", "answer/")
    for path in (*pages, "desk/route/", "papers/file.pdf"):
        seen = []
        for one in (matter, "a" * 26):
            answer = page.goto(f"{address}/requests/{one}/{path}")
            assert answer is not None
            seen.append((answer.status, page.locator("main").inner_text().replace(one, "")))
        assert seen[0] == seen[1], path
        assert seen[0][0] == 404, path
    page.goto(f"{address}/requests/?q={matter}")
    expect(page.locator("tr[data-row]")).to_have_count(0)
    page.goto(address)
    expect(page.locator("[data-arrival]")).to_have_count(0)
    page.context.close()


def test_a_press_moves_nothing(browser: Browser, address: str, desk: Desk) -> None:
    """What a focus shows beside a time is shown to who comes by key: else a press would be none."""
    context = opened(browser, address, desk, "wei")
    page = context.new_page()
    for path in ("/", "/requests/"):
        page.goto(address + path)
        link = page.locator("main tbody tr a").first
        link.hover()
        before = link.bounding_box()
        page.mouse.down()
        assert link.bounding_box() == before, path
        page.mouse.move(0, 0)
        page.mouse.up()
    page.keyboard.press("j")
    row = page.locator("tr[data-row]:has(:focus)")
    expect(row.locator(".cm-there").first).to_be_visible()
    shown = row.locator(".cm-there").first.bounding_box()
    assert shown is not None
    assert shown["width"] > 1
    context.close()


def test_keys_go_everywhere_and_can_be_switched_off(
    browser: Browser, address: str, desk: Desk
) -> None:
    """None in a field or with a modifier; help says what they do; a form ends them."""
    page = opened(browser, address, desk, "wei").new_page()
    page.goto(address)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.wait_for_url(f"{address}/requests/#search")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.type("/jk?")
    expect(search).to_have_value("/jk?")
    page.goto(f"{address}/requests/")
    links = page.locator("tr[data-row] th a")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    page.goto(f"{address}/desk/view/")
    page.get_by_label("Off").check()
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Keep").click()
    page.goto(f"{address}/requests/")
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    assert links.nth(0).evaluate("one => one !== document.activeElement")
