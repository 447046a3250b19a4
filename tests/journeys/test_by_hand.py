"""What `comity demo --once` plays, done by hand: in Chromium, on two real nodes, in two languages.

Freedonia's officers read English and Sylvania's Chinese.  Each takes the part of their role: the
contact point takes in and routes, a case officer writes, counsel decides, a second officer
releases with a passkey, an auditor reads, who runs the node sees its health.  At the end both
nodes are compared as the demo compares them.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from journeys.by_hand import ON, Hands, House
from playwright.sync_api import Browser, expect

from comity.adapters import clock
from comity.demo import checks, scenes
from comity.demo.commands import Copies
from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.story import Play, Story, write_files
from comity.domestic.officer import role

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

DESK = (role.CASE_OFFICER, role.RELEASING)


class Cast:
    """Who takes part, and what came of it.

    Attributes:
        play: the nodes and the examples, as the demo has them.
        house: everybody, and who runs the nodes.
    """

    def __init__(self, browser: Browser, nodes: PairOfNodes) -> None:
        nodes.typed = Copies()
        story = Story(lambda _line: None)
        self.play = Play(nodes, story, clock.SystemClock().now_ms, nodes.folder / "examples")
        write_files(self.play.files, self.play.now())
        for party in nodes.sides:
            nodes.start(party)
        self.house = house = House(browser, nodes)
        self.alma, self.boris = (
            house.invite("fr", "alma", *DESK),
            house.invite("sy", "boris", *DESK),
        )
        counsel = (role.COUNSEL, role.RELEASING, role.CASE_OFFICER)
        self.anna, self.bela = (
            house.invite("fr", "anna", *counsel),
            house.invite("sy", "bela", *counsel),
        )
        self.amir = house.invite("fr", "amir", role.RELEASING)
        self.dora = house.invite("sy", "dora", role.CONTACT_POINT)
        self.audun = house.invite("fr", "audun", role.AUDITOR)

    def example(self, name: str) -> dict[str, Any]:
        """Return an example as officers wrote it."""
        found: dict[str, Any] = json.loads((self.play.files / f"{name}.json").read_text("utf-8"))
        return found

    def told(self, who: Hands, matter: str, verb: str, *given: Any) -> None:  # noqa: ANN401 -- as `say`
        """Say something, and let a second officer approve it where that is needed."""
        draft = who.say(matter, verb, *given)
        if draft:
            (self.anna if who in (self.alma, self.anna) else self.bela).approve(draft)

    def asks(self, scene: str, name: str, *, agency: str = "npc", lacks: str = "") -> str:
        """Write a request, offer it, and let a second officer let it out."""
        self.alma.write(self.example(name), agency=agency, lacks=lacks)
        self.anna.approve(self.alma.offer())
        self.play.matters[scene] = self.anna.part("requests")
        return self.play.matters[scene]


@pytest.fixture
def cast(browser: Browser, nodes: PairOfNodes) -> Iterator[Cast]:
    """Both nodes serve, and everybody has come."""
    made = Cast(browser, nodes)
    yield made
    for one in made.house.everyone:
        one.page.context.close()


def test_the_whole_demo_is_done_by_hand(cast: Cast) -> None:
    """From the first calendar to the last proof: clicked and typed, and alike on both nodes."""
    agreement(cast)
    preservation(cast)
    emergency(cast)
    stop_payment(cast)
    refusal(cast)
    condition(cast)
    crossing(cast)
    everybody_else(cast)
    checks.compare(cast.play)
    assert {line: held for line, held in cast.play.story.checks.items() if not held} == {}
    assert len(cast.play.matters) == len(scenes.SCENES) - 1
    prove(cast)
    assert {one.name: one.heard for one in cast.house.everyone if one.heard} == {}


def agreement(cast: Cast) -> None:
    """Sylvania's law, a calendar of each side, and the guideline that ships; both adopt."""
    page = cast.bela.see("/agencies/profile/")
    page.locator("input[type=file]").set_input_files(cast.play.files / "sylvania.yaml")
    page.locator("button[value=adopt]").click()
    page.wait_for_url("**/agencies/")
    year = cast.play.now().year
    countries = ((cast.alma, "AT", "Europe/Vienna"), (cast.boris, "CN", ""))
    for who, country, zone in countries:
        page = who.see("/guidelines/calendars/")
        who.put("country", country)
        who.put("zone", zone)
        who.put("first_year", str(year))
        who.put("last_year", str(year + 1))
        who.put("opens", "08:00")
        who.put("closes", "18:00")
        page.locator("main form button[type=submit]").click()
        page.locator("button[value=check]").first.click()
        page.locator("button[value=propose]").click()
        expect(page.get_by_role("status")).to_be_visible()
    text = f"/guidelines/{cast.play.nodes.arrangement}"
    page = cast.alma.see(f"{text}/guideline/propose/")
    cast.alma.put("source", "shipped")
    page.locator("button[value=propose]").click()
    expect(page.get_by_role("status")).to_be_visible()
    for name in ("calendar.fr", "calendar.sy", "guideline"):
        for who in (cast.alma, cast.boris):
            who.until(f"{text}/{name}/", "a[href$='/adopt/']").click()
            who.put("has_read", ON)
            who.page.locator("main form button[type=submit]").click()
            expect(who.page.get_by_role("status")).to_be_visible()
    for who in (cast.alma, cast.boris):
        who.until("/drafts/new/", "input[name=type]")


def preservation(cast: Cast) -> None:
    """Deficient, clarified, accepted, answered with a file; its arrival is seen without asking."""
    alma, boris, dora = cast.alma, cast.boris, cast.dora
    dora.page.add_init_script("window.setInterval = () => 0")  # only the stream is left to tell
    dora.see("/")
    matter = cast.asks(scenes.PRESERVATION, "preservation-deficient", agency="", lacks="data")
    arrived = dora.page.locator(f"[data-arrival='{matter}']")
    expect(arrived).to_be_visible()
    assert boris.refused(f"/requests/{matter}/"), "it is the contact point's until it is routed"
    routed(dora, matter)
    cast.told(boris, matter, "acknowledge", {"own_reference": "CB-2026-5512"})
    cast.told(boris, matter, "find-deficient")
    period = {"from": "2026-11-02T08:14:00Z", "to": "2026-11-17T16:40:00Z", "port": "51212"}
    cast.told(
        alma,
        matter,
        "clarify",
        {f"element-data:identifiers/0/{key}": value for key, value in period.items()},
    )
    cast.told(boris, matter, "accept")
    file = cast.play.files / "evidence" / "connections.csv"
    given = {"file0-exhibit": "CB-5512/1", "file0-role": "connection-data"}
    cast.told(boris, matter, "answer", {"value-subscriber": "已保全六十日。", **given}, file)
    came(alma, matter, "connections.csv")


def routed(dora: Hands, matter: str) -> None:
    """Let the contact point route a request by the rules of the profile."""
    page = dora.see(f"/requests/{matter}/desk/route/")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/at-home/")


def came(who: Hands, matter: str, name: str) -> None:
    """Wait until a file has come."""
    row = who.until(f"/requests/{matter}/evidence/", f"tr:has-text('{name}')")
    expect(row).to_contain_text("CB-55")


def emergency(cast: Cast) -> None:
    """Let out by one officer alone, registered by the contact point, reviewed by another."""
    alma, anna, dora = cast.alma, cast.anna, cast.dora
    alma.write(cast.example("emergency"))
    alma.keep()
    alma.press("a[href$='/alone/']")
    alma.put("reason", "Nobody else is on duty.")
    alma.press("main form button[type=submit]")
    matter = cast.play.matters[scenes.EMERGENCY] = alma.part("requests")
    dora.until("/", f"a[href*='{matter}']").click()
    dora.page.locator(".cm-case__buttons .govuk-button").first.click()
    dora.put("own_reference", "CB-2026-5513")
    dora.page.locator("form.cm-say button[type=submit]").click()
    dora.page.wait_for_url("**/acts/**")
    routed(dora, matter)
    cast.told(cast.boris, matter, "answer", {"value-subscriber": "u-88213907, +99 7 5550 0117"})
    anna.until("/release/", "a[href*='/release/reviews/']").click()
    anna.put("verdict", "justified")
    anna.put("note", "The duty roster had one officer that night.")
    anna.page.locator("main form button[type=submit]").click()
    anna.page.wait_for_url("**/release/")
    row = anna.page.locator("tr:has(a[href*='/release/reviews/'])")
    expect(row).to_contain_text("anna")


def stop_payment(cast: Cast) -> None:
    """Within 72 hours of the transfer; the officer's session ends while they fill the form in."""
    matter = cast.asks(scenes.STOP_PAYMENT, "stop-payment")
    boris = cast.boris
    boris.until(f"/requests/{matter}/acknowledge/", "form.cm-say")
    boris.put("own_reference", "CB-2026-5514")
    boris.end_session()
    boris.page.locator("form.cm-say button[type=submit]").click()
    boris.come_back(f"/requests/{matter}/acknowledge/")
    assert boris.page.locator("a[href$='/acknowledge/']").count() > 0, "nothing was said"
    cast.told(boris, matter, "acknowledge", {"own_reference": "CB-2026-5514"})
    cast.told(boris, matter, "accept")
    cast.told(boris, matter, "answer", {"value-freeze": "161500.00 EUR"})


def refusal(cast: Cast) -> None:
    """After a consultation, on a ground that counsel has decided; two officers press at once."""
    matter, ground = cast.asks(scenes.REFUSAL, "subscriber"), "dual-criminality"
    boris, bela = cast.boris, cast.bela
    cast.told(boris, matter, "acknowledge", {"own_reference": "CB-2026-5515"})
    boris.see(f"/requests/{matter}/refuse/")
    offered = boris.page.locator("form.cm-say [name=reason]")
    assert ground not in offered.evaluate_all("all => all.map(one => one.value)")
    by = f"{cast.play.now().year + 1}-01-07T12:00"
    why = {"reason": ground, "answer_by": by, "text": "所述行为在本国不构成犯罪。"}
    cast.told(boris, matter, "consult", why)
    cast.told(cast.alma, matter, "answer-consultation", {"reason": "maintains"})
    boris.until(f"/requests/{matter}/refuse/", f"form.cm-say [value={ground}]")
    draft = boris.say(matter, "refuse", {"reason": ground})
    bela.decide(matter, "grounds", {"verdict": "stops", "note": "No provision covers it."})
    bela.approve(draft)


def condition(cast: Cast) -> None:
    """Content after counsel and accepted conditions."""
    matter = cast.asks(scenes.CONDITION, "content")
    boris, bela = cast.boris, cast.bela
    cast.told(boris, matter, "acknowledge", {"own_reference": "CB-2026-5516"})
    draft = boris.say(matter, "accept", {"conditions": ["confidential", "no-other-use"]})
    allows = {"verdict": "allows", "note": "Within the code."}
    bela.decide(matter, "legal-basis", {**allows, "named": "procedure-code"})
    warrant = {"named": "search-warrant", "number": "SW-2026-0388"}
    bela.decide(matter, "instrument", {**allows, **warrant})
    bela.approve(draft)
    boris.see(f"/requests/{matter}/answer/")
    expect(boris.page.get_by_text("request.condition-open")).to_be_visible()
    cast.told(cast.alma, matter, "accept-condition")
    file = cast.play.files / "content" / "message.txt"
    given = {"file0-exhibit": "CB-5516/1", "file0-role": "message"}
    boris.until(f"/requests/{matter}/answer/", "form.cm-say")
    draft = boris.say(matter, "answer", {"value-messages": "一封", **given}, file)
    bela.decide(draft, "conditions", {**allows, "conditions": "no-other-use"})
    bela.approve(draft)
    came(cast.alma, matter, "message.txt")


def crossing(cast: Cast) -> None:
    """Two officers let one request out at once; then it is withdrawn while it is answered.

    Neither side takes what the other says for that while: each has frozen the other's log.
    """
    alma, anna, boris = cast.alma, cast.anna, cast.boris
    alma.write(cast.example("infrastructure"), agency="npc")
    matter = cast.play.matters[scenes.CROSSING] = at_once(alma.offer(), anna, cast.amir)
    cast.told(boris, matter, "acknowledge", {"own_reference": "CB-2026-5517"})
    alma.until(f"/requests/{matter}/", "text=CB-2026-5517")
    steer(cast, "freeze", reason="Practice: what the other side says is not taken.")
    cast.told(alma, matter, "withdraw", {"reason": "obtained-otherwise"})
    cast.told(boris, matter, "answer", {"value-block": "已停止路由。"})
    expect(alma.see(f"/requests/{matter}/").locator("main")).to_contain_text("withdrawn")
    expect(boris.see(f"/requests/{matter}/").locator("main")).to_contain_text("已答复")
    steer(cast, "thaw")
    alma.until(f"/requests/{matter}/", "main :text-is('answered')")


def steer(cast: Cast, verb: str, **fields: str) -> None:
    """Freeze or thaw the other side's log, on both nodes."""
    for who, other in ((cast.anna, "sy"), (cast.bela, "fr")):
        log = f"a[href*='/logs/{other}/'][href*='/live/'][href$='/{verb}/']"
        page = who.see(f"/partners/{other}/")
        page.locator(log).first.click()
        for name, value in fields.items():
            who.put(name, value)
        who.put("is_sure", ON)
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(f"**/partners/{other}/")


def at_once(draft: str, *pair: Hands) -> str:
    """Let two officers approve a draft in the same moment; return the one request it became."""
    for who in pair:
        who.confirm(f"/release/{draft}/")
    for who in pair:
        who.page.evaluate("document.querySelector('button[value=approve]').click()")
    for who in pair:  # who comes second finds no draft any more
        expect(who.page.locator("button[value=approve]")).to_have_count(0)
    (matter,) = {who.part("requests") for who in pair if "/requests/" in who.page.url}
    return matter


def everybody_else(cast: Cast) -> None:
    """An auditor reads and is offered nothing to say; who runs a node sees its health alone."""
    matter = cast.play.matters[scenes.REFUSAL]
    page = cast.audun.see(f"/requests/{matter}/")
    assert page.locator(".cm-verbs a, a.govuk-button").count() == 0
    assert cast.audun.see("/local-log/").locator("tbody tr, .cm-step, li").count() > 0
    for operator in cast.house.operators.values():
        assert operator.refused(f"/requests/{matter}/")
        assert operator.see("/requests/").url.endswith("/node/")


def prove(cast: Cast) -> None:
    """Download a proof and its policy, and verify them with neither node."""
    matter, page = cast.play.matters[scenes.PRESERVATION], cast.alma.page
    cast.alma.see(f"/requests/{matter}/papers/")
    page.locator("a[href*='/proof/']").first.click()
    expect(page.locator(".cm-verdict--holds")).to_be_visible()
    kept: dict[str, Path] = {}
    for name in ("proof", "policy"):
        with page.expect_download() as begun:
            page.locator(f"a[href='?as={name}']").click()
        kept[name] = cast.play.nodes.folder / name
        begun.value.save_as(kept[name])
    words = ("verify", str(kept["proof"]), "--policy", str(kept["policy"]))
    assert cast.play.nodes.run("fr", *words, home=False)["holds"] is True
