"""What runs, turns or does not wrap, typed into the main pages of a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page
from support import agreed
from support.pair import World
from surfaces.web import agreed_stage, stage

from comity.node.base.context import Node

pytestmark = pytest.mark.browser

WORST = (
    '"><script>alert(1)</script>', "'><img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "</textarea></title><script>alert(1)</script>", "\u202edrawkcab\u2066 \u05d0\u0628 1",
    "W" * 60, "Z\u0351\u036b\u0343\u036a\u0302" * 20,
)  # fmt: skip
PAGES = (
    "/drafts/new/", "/drafts/{sheet}/", "/drafts/{sheet}/template/", "/drafts/{sheet}/preview/",
    "/requests/", "/requests/{matter}/", "/requests/{matter}/acknowledge/",
    "/requests/{matter}/desk/note/", "/requests/{matter}/at-home/", "/desk/shift/",
    "/settings/tokens/", "/settings/webhooks/", "/settings/mail/", "/local-log/",
    "/guidelines/calendars/", "/release/dry-run/", "/agencies/profile/", "/account/password/set/",
)  # fmt: skip
LISTEN = """
document.addEventListener('securitypolicyviolation', one => console.error(
  'policy: ' + one.violatedDirective + ' ' + one.blockedURI + ' ' + one.sample))
"""
FIELDS = "main textarea, main input:not([type]), main input[type=text], main input[type=search]"
TYPE = """([fields, words]) => document.querySelectorAll(fields).forEach((one, at) => {
  if (!one.readOnly) one.value = words[at % words.length] })"""
SEND = """() => { const one = [...document.querySelectorAll('main form')].find(
  form => form.querySelector('textarea, input:not([type=hidden])'));
  if (one) one.noValidate = true, one.requestSubmit(); return Boolean(one) }"""
SENT = "main form textarea, main form input:not([type=hidden])"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States under the shipped guideline."""
    return agreed_stage.world_of(tmp_path_factory.mktemp("world"))


def _complaint(one: ConsoleMessage) -> list[str]:
    is_one = one.type == "error" and "Failed to load resource" not in one.text
    return [one.text] if is_one else []


def heard(page: Page) -> list[str]:
    """Return a list that fills with what ran, what was stopped, and what broke."""
    found: list[str] = []

    def dismiss(one: Dialog) -> None:
        if one.type == "beforeunload":  # the page asks before a form that was begun is left
            one.accept()
            return
        found.append(f"dialog {one.message}")
        one.dismiss()

    page.on("dialog", dismiss)
    page.on("pageerror", lambda error: found.append(f"error {error}"))
    page.on("console", lambda one: found.extend(_complaint(one)))
    page.add_init_script(LISTEN)
    return found


def addresses(node: Node, world: World) -> Iterator[str]:
    """Give the main pages, of a request and of a worksheet that hold the worst already."""
    said = [{"lang": "en", "text": one, "by": one[:60], "original": True} for one in WORST]
    value = agreed_stage.example() | {"texts": said, "own_reference": WORST[0]}
    value["elements"] |= {"facts": " ".join(WORST), "case-reference": WORST[1]}
    sheet = agreed_stage.sheet_of(node, value=value)
    asked = world.ask("sy", f'[{{"lang":"en","text":"{"W" * 90}","by":"x"}}]'.encode())
    named = agreed.ask(world, "sy", "preservation", "urgent", guideline="x" * 255)
    world.pump()
    yield f"/requests/{named.act.matter.id}/clocks/"
    for one in PAGES:
        yield one.replace("{sheet}", sheet.id).replace("{matter}", asked.act.matter.id)


@pytest.mark.slow
def test_the_worst_that_is_typed_neither_runs_nor_widens_a_page(
    browser: Browser, world: World
) -> None:
    """No dialog, no error, no report of the content policy, and nothing is cut off at 320 px."""
    node = world.node("fr")
    with stage.serving(node) as address:
        context = browser.new_context(locale="en", viewport={"width": 320, "height": 800})
        page = stage.let_in(context, address, node, "ann").new_page()
        found = heard(page)
        wide = []
        for path in addresses(node, world):
            answer = page.goto(f"{address}{path}")
            assert answer is not None
            assert answer.ok, path
            wide += [f"{path} as it is"] if page.evaluate(WIDE) else []
            page.evaluate(TYPE, [FIELDS, list(WORST)])
            if page.locator(SENT).count():
                with page.expect_event("load"):
                    page.evaluate(SEND)
            wide += [f"{path} as sent"] if page.evaluate(WIDE) else []
        context.close()
    assert (found, wide) == ([], [])
