"""Joint texts, agencies, partners, local log and settings in a real browser.

Two real nodes without JavaScript: one State proposes, the other adopts; a line comes back and
what waited is tried again; a log is frozen.  And every page of these rooms readable by
everybody: two languages, light and dark, three widths, axe each time.
"""

import hashlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from support import pair, readers
from support.agreed import _speaks
from support.pair import World
from support.readers import Readers
from surfaces.web import stage
from surfaces.web.agency import test_agency
from surfaces.web.guideline.test_guideline import TEXT

from comity.demo.pair_of_nodes import PairOfNodes
from comity.domestic.officer import role
from comity.joint.text import acts
from comity.node.room import local_log, nation_profile

pytestmark = pytest.mark.browser

ASKER, PEER = "fr", "sy"
OFFICER = "nora"
WAIT_MS = 30_000


def enter(browser: Browser, nodes: PairOfNodes, party: str, locale: str) -> Page:
    """Return a page of an officer who came by a link, in a browser that runs no script."""
    nodes.add_officer(party, OFFICER, role.CASE_OFFICER, role.COUNSEL)
    context = browser.new_context(java_script_enabled=False, locale=locale)
    page = context.new_page()
    link = nodes.run(party, "officer", "link", OFFICER)["link"]
    port = nodes.sides[party].port
    page.goto(re.sub(r"http://[^/]+", f"http://127.0.0.1:{port}", link))
    page.locator("main form button").click()
    page.locator(".cm-who").wait_for()
    return page


def until(page: Page, words: str) -> None:
    """Load a page again until it says something."""
    for _ in range(60):
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    expect(page.get_by_text(words).first).to_be_visible()


@pytest.mark.slow
def test_one_state_proposes_the_other_adopts_and_a_line_comes_back(
    browser: Browser, nodes: PairOfNodes
) -> None:
    """By hand on two real nodes, in English and in Chinese, without JavaScript."""
    for party in nodes.sides:
        nodes.start(party)
    ours, theirs = (
        enter(browser, nodes, party, locale) for party, locale in ((ASKER, "en"), (PEER, "zh-CN"))
    )
    _line(nodes, ours)
    theirs.get_by_role("link", name="对话", exact=True).first.click()
    until(theirs, "2027-draft-2")
    theirs.locator("h2 a").first.click()
    ours.get_by_role("link", name="Dialogue", exact=True).first.click()
    ours.locator("h2 a").first.click()
    for page, adopt, sure in ((theirs, "通过", "我已阅读"), (ours, "Adopt", "I have read")):
        page.get_by_role("link", name=adopt).first.click()
        page.get_by_label(sure).check()
        page.locator("main form button[type=submit]").click()
        expect(page.get_by_role("status")).to_be_visible()
    until(theirs, "生效中")
    until(ours, "in force")
    _freeze(ours)


def _line(nodes: PairOfNodes, ours: Page) -> None:
    """The partner's node stops; what is said waits, and is tried again once it is back."""
    nodes.stop(PEER)
    ours.get_by_role("link", name="Dialogue", exact=True).first.click()
    ours.get_by_role("link", name=re.compile("Propose a text.*Guideline")).click()
    ours.get_by_role("button", name="Propose it").click()
    expect(ours.get_by_role("status")).to_contain_text("on its way to the other parties")
    ours.get_by_role("link", name="State", exact=True).click()
    ours.get_by_role("link", name="Partners", exact=True).click()
    ours.get_by_role("link", name="Sylvania").click()
    until(ours, "node.peer.unreachable")
    nodes.start(PEER)
    ours.get_by_role("button", name="Try again now").click()
    until(ours, "Everything has arrived.")


def _freeze(ours: Page) -> None:
    """A log is frozen with a reason, which its page shows."""
    ours.get_by_role("link", name="State", exact=True).click()
    ours.get_by_role("link", name="Partners", exact=True).click()
    ours.get_by_role("link", name="Sylvania").click()
    ours.locator("a[href*='/logs/sy/'][href*=hotline][href$='/freeze/']").click()
    ours.get_by_label("Why").fill("An exercise of the desk.")
    ours.get_by_label("I have read what this means.").check()
    ours.get_by_role("button", name="Freeze this log").click()
    expect(ours.get_by_text("An exercise of the desk.")).to_be_visible()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return a troubled world with a profile, a guideline in force and one proposed."""
    with pair.closing():
        made = stage.troubled(tmp_path_factory.mktemp("world"))
        node = made.node("fr")
        stage.have_officer(node, OFFICER, role.COUNSEL, role.CASE_OFFICER)
        with node.store.read() as tx:
            counsel = tx.officer(OFFICER)
        assert counsel is not None
        nation_profile.adopt(node, counsel, test_agency.text().encode(), extend=True)
        for version in (b"2027-draft-2", b"2027-draft-3"):
            data = TEXT.replace(b"2027-draft-2", version)
            sha256 = hashlib.sha256(data).hexdigest()
            node.bodies.stage(sha256, 0, data)
            assert node.bodies.commit(sha256)
            text = acts.Text(acts.document(sha256, len(data)), version.decode())
            made.say("fr", acts.proposed(_speaks(made, "fr", acts.MAIN), text))
        local_log.sign_if_due(node)
        yield made


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """Where Freedonia's node shows its pages."""
    with stage.serving(world.node("fr")) as served:
        yield served


@pytest.fixture(scope="module")
def people(browser: Browser, address: str, world: World) -> Iterator[Readers]:
    """Counsel of Freedonia, in each language."""
    node = world.node("fr")
    with readers.of(browser, lambda one: stage.let_in(one, address, node, OFFICER)) as made:
        yield made


def places(world: World) -> dict[str, str]:
    """Return the address of each kind of page."""
    main = f"/guidelines/{world.arrangement}/guideline/"
    client = stage.client(world.node("fr"), officer=OFFICER)
    shown = client.get(main).content.decode()
    version = re.findall(r'href="([^"]+/versions/[0-9a-f]{64}/)"', shown)[0]
    adopt = re.findall(r'href="([^"]+/adopt/)"', shown)[0]
    steps = client.get("/local-log/").content.decode()
    ids = re.findall(r"/proposals/([a-z0-9]{26})/adopt/", shown)
    return {
        "texts": "/guidelines/",
        "text": main,
        "version": version,
        "type": f"{version}types/preservation/",
        "difference": f"{main}difference/?old={ids[1]}&new={ids[0]}",
        "adopt": adopt,
        "propose": f"{main}propose/",
        "languages": "/guidelines/languages/",
        "calendar": "/guidelines/calendars/",
        "agencies": "/agencies/",
        "routing": "/agencies/routing/?type=preservation&crime=fraud&urgency=urgent",
        "law": "/agencies/law/",
        "profile": "/agencies/profile/",
        "partners": "/partners/",
        "partner": "/partners/sy/",
        "convicted": "/partners/bo/",
        "freeze": f"/partners/sy/logs/{world.origin('sy')}/freeze/",
        "pair": "/partners/pair/",
        "steps": "/local-log/",
        "step": re.findall(r'href="(/local-log/[0-9]+/)"', steps)[0],
        "export": "/local-log/export/",
        "settings": "/settings/",
        "tokens": "/settings/tokens/",
        "webhooks": "/settings/webhooks/",
        "mail": "/settings/mail/",
    }


NAMES = (
    "texts", "text", "version", "type", "difference", "adopt", "propose", "languages", "calendar",
    "agencies", "routing", "law", "profile", "partners", "partner", "convicted", "freeze", "pair",
    "steps", "step", "export", "settings", "tokens", "webhooks", "mail",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_everybody_can_read_each_page_of_the_offices(
    people: Readers, address: str, world: World, name: str
) -> None:
    """No violation and nothing cut off: two languages, light and dark, three widths."""
    assert people.flaws(address + places(world)[name]) == []
    assert [one.page.locator("h1").count() for one in people.each] == [1, 1]


@pytest.mark.parametrize("name", ["propose", "profile", "tokens", "webhooks", "mail"])
def test_a_bad_form_of_the_offices_is_readable_too(
    people: Readers, address: str, world: World, name: str
) -> None:
    """What is wrong stands beside its field and in a summary that has the focus."""
    fill = {"propose": "yaml", "profile": "yaml"}
    for reader in people.each:
        reader.go(address + places(world)[name])
        page = reader.page
        if name == "propose":
            page.locator("input[value=typed]").check()
        if name in fill:
            page.locator(f"textarea[name={fill[name]}]").fill("version: x\nid: [")
        page.locator("main form button[type=submit]").first.click()
        expect(page.locator(".govuk-error-summary").first).to_be_visible()
        assert reader.flaws(but=("422",)) == []
