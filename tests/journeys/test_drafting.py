"""A request written, decided on and released in real browsers, on the pages of two nodes.

Freedonia's officers write and release; Sylvania's node gets what they let out, and nothing else.
"""

import base64
import hmac
import re
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from playwright.sync_api import Browser, BrowserContext, Page, expect
from support import readers
from support.keys import by_keys
from support.pair import World
from surfaces.web import agreed_stage, stage

from comity.node.base.context import Node
from comity.node.desk import draft_view, worksheets
from comity.node.room.release.draft_store import Waiting
from comity.rooms.request import worksheet_release
from comity.surfaces.web.account import database

pytestmark = pytest.mark.browser

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 -- of an app of codes, in a test
AUTHORITY = {"name": "Northern prosecution", "phone": "+99 1 5550 0142", "office_hours": "24/7"}
FACTS = (
    "On 17 November 2026 an employee of a hospital supplier received invoices whose bank details "
    "had been changed; two payments went to an account opened a week before."
)
LONG = "The address read the mailbox, and the changed invoices were sent through the server."


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States under the shipped guideline; Freedonia's law asks for counsel."""
    return agreed_stage.with_law(agreed_stage.world_of(tmp_path))


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """Where Freedonia's node shows its pages."""
    with stage.serving(world.node("fr")) as served:
        yield served


def code() -> str:
    """Return what an app of codes shows now (RFC 6238)."""
    counter = int(time.time() // 30).to_bytes(8, "big")  # noqa: TID251 -- allauth reads the real clock
    mac = hmac.digest(base64.b32decode(SECRET), counter, "sha1")
    offset = mac[-1] & 15
    return f"{(int.from_bytes(mac[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def page_of(browser: Browser, address: str, node: Node, name: str, **how: Any) -> Page:  # noqa: ANN401 -- of the browser
    """Return a page of an officer who has an app of codes and has not shown it yet."""
    context: BrowserContext = browser.new_context(**how)
    enter(context, address=address, node=node, name=name)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def enter(context: BrowserContext, *, address: str, node: Node, name: str) -> None:
    """Sign in an officer who has an app of codes."""
    from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415 -- needs settings

    stage.let_in(context, address, node, name)
    with database.of(stage.desk_of(node).database):
        user = get_user_model().objects.get_by_natural_key(name)
        if not apps.get_model("mfa", "Authenticator").objects.filter(user=user).exists():
            TOTP.activate(user, SECRET)


def show_code(page: Page) -> None:
    """Show again who one is, where the page asks for it."""
    page.locator("main input[name=code]").fill(code())
    page.locator("main form button[type=submit]").first.click()


def go(page: Page, name: str) -> None:
    """Go to a section of the wizard."""
    page.get_by_role("navigation", name="Sections").get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", name=name, level=2)).to_be_visible()


def fill(page: Page, prefix: str, values: dict[str, str]) -> None:
    """Type into the fields of an element."""
    for key, value in values.items():
        page.locator(f'[name="e:{prefix}:{key}"]').fill(value)


def requests_at(world: World, party: str) -> list[str]:
    """Return the ids of the requests that a node has."""
    with world.node(party).store.read() as tx:
        return [row.matter.id for row in tx.matters() if row.matter.kind == "request"]


def begin(page: Page, address: str) -> None:
    """Begin a preservation request."""
    page.goto(f"{address}/drafts/")
    page.get_by_role("main").get_by_role("link", name="New request").click()
    page.get_by_label("Preservation of data").check()
    page.get_by_label("Urgent", exact=True).check()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Preservation of data")


def write(page: Page) -> None:
    """Enter what the guideline asks, page by page."""
    page.locator("#id_own_reference").fill("JIRS-2026/01187")
    go(page, "Who asks")
    for element in ("authority", "confirmation-contact"):
        fill(page, element, AUTHORITY)
        page.locator(f'[name="e:{element}:time_zone"]').select_option("UTC+01:00")
    go(page, "The case")
    page.locator('[name="e:crime-type"]').select_option("hacking")
    page.locator('[name="e:offence:provisions:0"]').fill("Criminal Code art. 323-1")
    page.locator('[name="e:offence:maximum_penalty_years"]').fill("7")
    page.locator('[name="e:facts"]').fill(FACTS)
    go(page, "Law, purpose, confidentiality")
    page.locator('[name="e:legal-basis"]').fill("Convention on Cybercrime, articles 29 and 35")
    page.locator('[name="e:mla-intention"]').fill("A request for the data follows within 60 days.")
    go(page, "Necessity and time")
    page.locator('[name="e:necessity"]').fill("The provider keeps connection data for 30 days.")
    go(page, "In words, in both languages")
    page.locator('[name="text:en"]').fill("Please have the provider preserve these data.")
    page.locator('[name="text:en:by"]').fill("Northern prosecution")
    page.locator('[name="text:zh"]').fill("请保全下列数据。")
    page.locator('[name="text:zh:machine"]').check()


def mend(page: Page) -> None:
    """Enter what is asked for: an address that nobody has, told at once, and the right one."""
    go(page, "What is asked for")
    page.get_by_label("Traffic data").check()
    page.locator('[name="e:data:identifiers:0:kind"]').select_option("ip-address")
    page.locator('[name="e:data:identifiers:0:value"]').fill("10.0.0.1")
    expect(page.get_by_text("It is an address of a private network")).to_be_visible()
    expect(page.locator('[name="e:data:identifiers:0:value"]')).to_have_attribute(
        "aria-invalid", "true"
    )
    page.locator('[name="e:data:identifiers:0:value"]').fill("8.8.4.4")
    fill(page, "data:identifiers:0", {"port": "51212", "from": "2026-11-02 08:14"})
    page.locator('[name="e:data:identifiers:0:from:zone"]').select_option("+01:00")
    expect(page.get_by_text("It is an address of a private network")).to_have_count(0)
    page.locator('[name="e:relation-to-offence"]').fill(LONG)


def offer(page: Page) -> str:
    """Approve what the preview shows and offer it, after showing a code; return its id."""
    page.get_by_role("button", name="Approve it and offer it").click()
    show_code(page)
    page.get_by_role("button", name="Approve it and offer it").click()
    expect(page.get_by_text("1 approval missing")).to_be_visible()
    return page.url.rstrip("/").rpartition("/")[2]


def test_a_request_is_written_decided_on_and_released(
    browser: Browser, world: World, address: str
) -> None:
    """An error is found as it is typed, a tab is closed, counsel decides, a second one releases."""
    node = world.node("fr")
    page = page_of(browser, address, node, "ann")
    begin(page, address)
    write(page)
    mend(page)
    here = page.url
    page.close(run_before_unload=True)
    again = page_of(browser, address, node, "ann")
    again.goto(here)
    expect(again.locator('[name="e:relation-to-offence"]')).to_have_value(LONG)
    again.locator('[name="items:0:id"]').fill("connection-data")
    again.get_by_role("button", name="Preview").first.click()
    expect(again.get_by_role("heading", name="Who reads it")).to_be_visible()
    expect(again.get_by_text("completed or corrected before")).to_have_count(0)
    expect(again.get_by_text("2026-11-02 07:14:00 UTC")).to_be_visible()
    draft_id = offer(again)
    world.pump()
    assert requests_at(world, "sy") == []
    decide(page_of(browser, address, node, "nora"), address, draft_id)
    release(page_of(browser, address, node, "ben"), address, draft_id)
    world.pump()
    assert len(requests_at(world, "sy")) == 1


def decide(page: Page, address: str, draft_id: str) -> None:
    """Let counsel decide every question of a draft."""
    page.goto(f"{address}/release/")
    page.locator(f'a[href$="/release/{draft_id}/"]').click()
    page.get_by_role("link", name="Questions for counsel").click()
    open_ = page.locator("section.cm-question:has-text('not decided')")
    while open_.count():
        left = open_.count()
        form = open_.first
        form.get_by_label("Permitted", exact=True).check()
        if form.locator("select").count():
            form.locator("select").select_option("police-cooperation")
        form.get_by_label("Grounds").fill("Within the guideline.")
        form.get_by_role("button", name="Record the decision").click()
        expect(open_).to_have_count(left - 1)
    expect(page.get_by_text("Counsel has decided everything")).to_be_visible()


def release(page: Page, address: str, draft_id: str) -> None:
    """Let a second officer approve by the hash they read, with two clicks, after showing a code."""
    page.goto(f"{address}/release/{draft_id}/")
    expect(page.locator(".cm-hash code")).to_be_visible()
    page.get_by_role("button", name="Approve and send").click()
    show_code(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Preservation of data")
    page.locator("#step").get_by_role("button", name="Approve and send").dblclick()
    # The second click breaks off the first one's way to the next page, which is no failure.
    expect(page).not_to_have_url(re.compile(f"/release/{draft_id}"))


def test_two_tabs_lose_nothing(browser: Browser, world: World, address: str) -> None:
    """The second is told as one types; what it has is kept as another draft."""
    node = world.node("fr")
    sheet = agreed_stage.sheet_of(node)
    first = page_of(browser, address, node, "ann")
    second = first.context.new_page()
    for page in (first, second):
        page.goto(f"{address}/drafts/{sheet.id}/?section=case")
    first.locator('[name="e:facts"]').fill("Written in the first tab.")
    expect(first.locator("#progress")).to_contain_text("90 %")
    second.locator('[name="e:facts"]').fill("Written in the second tab.")
    expect(second.get_by_text("Saved in another window meanwhile")).to_be_visible()
    second.get_by_role("button", name="Keep what is here as another draft").click()
    second.wait_for_url(lambda url: sheet.id not in url)
    kept = worksheets.listing(node, agreed_stage.officer(node, "ann"))
    facts = {one.elements["facts"] for one in kept}
    assert facts == {"Written in the first tab.", "Written in the second tab."}


def test_a_request_is_drafted_offered_and_released_by_keys_alone(
    browser: Browser, world: World, address: str
) -> None:
    """Tab, Enter, Space and what is typed, for the author and for the second officer."""
    node = world.node("fr")
    sheet = agreed_stage.sheet_of(node)
    page = page_of(browser, address, node, "ann")
    page.goto(f"{address}/drafts/")
    by_keys(page, f"a[href*='{sheet.id}']")
    page.wait_for_url(f"**/drafts/{sheet.id}/**")
    by_keys(page, "[name=own_reference]", "")
    page.keyboard.press("Control+A")
    page.keyboard.type("KEYS-2026/1")
    by_keys(page, "button[value=preview]")
    page.wait_for_url("**/preview/")
    confirmed(page, "button[value=offer]")
    expect(page.get_by_text("1 approval missing")).to_be_visible()
    draft_id = page.url.rstrip("/").rpartition("/")[2]
    decide(page_of(browser, address, node, "nora"), address, draft_id)
    ben = page_of(browser, address, node, "ben")
    ben.goto(f"{address}/release/")
    by_keys(ben, f"a[href$='/release/{draft_id}/']")
    ben.wait_for_url(f"**/release/{draft_id}/")
    confirmed(ben, "button[value=approve]")
    ben.wait_for_url(lambda url: f"/release/{draft_id}" not in url)
    world.pump()
    assert len(requests_at(world, "sy")) == 1


def confirmed(page: Page, target: str) -> None:
    """Press a button by key, show a code by key where it is asked for, and press it again."""
    by_keys(page, target, "Space")
    page.wait_for_url("**/account/confirm/**")
    by_keys(page, "main input[name=code]", "")
    page.keyboard.type(code())
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/account/confirm/" not in url)
    by_keys(page, target)


def test_a_slow_press_is_not_lost_while_a_save_comes_in(
    browser: Browser, world: World, address: str
) -> None:
    """What the save says waits until the button is let go; then the press counts, once."""
    node = world.node("fr")
    sheet = agreed_stage.sheet_of(node)
    page = page_of(browser, address, node, "ann")
    page.goto(f"{address}/drafts/{sheet.id}/?section=case")
    with page.expect_response(re.compile("/check/$")):
        page.locator('[name="e:facts"]').fill("Typed before the press.")
        button = page.get_by_role("button", name="What is asked for")
        button.hover()
        page.mouse.down()
    page.wait_for_timeout(300)
    page.mouse.up()
    expect(page.get_by_role("heading", name="What is asked for", level=2)).to_be_visible()
    (kept,) = worksheets.listing(node, agreed_stage.officer(node, "ann"))
    assert kept.elements["facts"] == "Typed before the press."


def test_a_file_comes_in_ranges_and_stays_attached(
    browser: Browser, world: World, address: str, tmp_path: Path
) -> None:
    """It is hashed while it is sent, marked, and there again when the page is opened anew."""
    node = world.node("fr")
    sheet = agreed_stage.sheet_of(node)
    file = tmp_path / "flows.csv"
    file.write_bytes(b"2026-11-02T08:14:00Z,203.0.113.77,51212\n" * 300_000)
    page = page_of(browser, address, node, "ann")
    page.goto(f"{address}/drafts/{sheet.id}/?section=files")
    page.locator('[name="file0-file"]').set_input_files(file)
    expect(page.get_by_text("was checked and is kept")).to_be_visible(timeout=60_000)
    page.locator('[name="file0-exhibit"]').fill("N/1")
    page.get_by_role("button", name="Attach and save").click()
    expect(page.locator(".cm-attached__name")).to_contain_text("flows.csv")
    page.get_by_role("button", name="Preview").first.click()
    row = page.get_by_role("row").filter(has_text="flows.csv")
    expect(row).to_contain_text("N/1")
    expect(row).to_contain_text("MB")


def test_everything_works_without_javascript(browser: Browser, world: World, address: str) -> None:
    """Rows, both ways of the form, a template, the preview, the release."""
    node = world.node("fr")
    page = page_of(browser, address, node, "ann", java_script_enabled=False)
    begin(page, address)
    write(page)
    go(page, "What is asked for")
    page.get_by_role("button", name="Add an identifier").click()
    page.locator('[name="e:data:identifiers:0:kind"]').select_option("domain")
    page.locator('[name="e:data:identifiers:0:value"]').fill("not a domain")
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_text("It is no domain name.")).to_be_visible()
    page.locator('[name="e:data:identifiers:0:value"]').fill("supplier-billing.example")
    page.get_by_label("Traffic data").check()
    page.locator('[name="e:relation-to-offence"]').fill(LONG)
    page.get_by_role("button", name="Show all on one page").click()
    expect(page.locator('[name="e:facts"]')).to_have_value(FACTS)
    page.get_by_role("link", name="Keep as a template").click()
    page.get_by_label("Name of the template").fill("Mail domain")
    page.get_by_role("button", name="Keep the template").click()
    row = page.get_by_role("row").filter(has_text="Mail domain")
    row.get_by_role("button", name="Begin a request").click()
    expect(page.locator('[name="e:data:identifiers:0:value"]')).to_have_value(
        "supplier-billing.example"
    )
    page.get_by_role("button", name="Preview").first.click()
    draft_id = offer(page)
    nora = page_of(browser, address, node, "nora", java_script_enabled=False)
    decide(nora, address, draft_id)
    ben = page_of(browser, address, node, "ben", java_script_enabled=False)
    release(ben, address, draft_id)
    world.pump()
    assert len(requests_at(world, "sy")) == 1


def paths(world: World) -> dict[str, dict[str, str]]:
    """Return the addresses of pages in all their states, by who reads them."""
    node = world.node("fr")
    ann = agreed_stage.officer(node, "ann")
    wrong = agreed_stage.example()
    wrong["elements"]["data"] = {"kinds": ["all"], "identifiers": [{"kind": "ipv4", "value": "x"}]}
    sheet, bad = agreed_stage.sheet_of(node), agreed_stage.sheet_of(node, value=wrong)
    kept = []
    for name in ("preservation", "emergency"):
        one = agreed_stage.sheet_of(node, value=agreed_stage.example(name))
        done = worksheet_release.keep(node, ann, one, is_offered=True)
        assert isinstance(done, Waiting)
        kept.append(draft_view.find(node, ann, done.draft_id).draft.act.id)
    draft, urgent = kept
    return {
        "ann": {
            "list": "/drafts/",
            "new": "/drafts/new/",
            "asked": f"/drafts/{bad.id}/?section=asked&checked=1",
            "words": f"/drafts/{bad.id}/?section=words&checked=1",
            "files": f"/drafts/{bad.id}/?section=files",
            "preview": f"/drafts/{sheet.id}/preview/",
            "bad preview": f"/drafts/{bad.id}/preview/",
            "name": f"/drafts/{sheet.id}/template/",
            "drop": f"/drafts/{sheet.id}/drop/",
            "drop draft": f"/drafts/kept/{draft}/drop/",
            "own": f"/release/{draft}/",
            "absent": "/drafts/zzzz/",
        },
        "ben": {"release": "/release/", "draft": f"/release/{draft}/"},
        "nora": {"law": f"/release/law/{urgent}/", "dry run": "/release/dry-run/"},
    }


def test_everybody_can_read_each_page(browser: Browser, world: World, address: str) -> None:
    """No violation and nothing cut off: two languages, light and dark, three widths."""
    node = world.node("fr")
    for who, pages in paths(world).items():
        with readers.of(browser, partial(enter, address=address, node=node, name=who)) as people:
            found = people.flaws(*(address + path for path in pages.values()), but=("404",))
            assert found == []
