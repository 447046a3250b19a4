"""What the hands of officers do in a browser, on the real pages of two real nodes.

    house = House(browser, nodes)              the operators come by links and invite the others
    alma = house.invite("fr", "alma", …)       English in Freedonia, Chinese in Sylvania
    alma.say(matter, "withdraw", reason="obtained-otherwise")

Everything is clicked or typed; nothing here reaches behind the pages.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from journeys.test_account import with_key
from playwright.sync_api import Browser, Locator, Page, Request, expect

from comity.demo.pair_of_nodes import PairOfNodes
from comity.domestic.officer import role

LOCALES = {"fr": "en-GB", "sy": "zh-CN"}
LANGUAGES = {"fr": "en", "sy": "zh-Hans"}
PATIENCE_MS = 60_000
TRIES = 200
ON = "on"
_PAUSE_MS = 250
_LINK = re.compile(r"http://[^/]+(/account/link/\S+)")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z")
_CHANGED = "surfaces.request.changed"
_KINDS = {"ipv4": "ip-address"}


class Hands:
    """An officer at their browser.

    Attributes:
        name: of the officer.
        page: what they have before them.
        heard: what the browser complained of.
    """

    def __init__(self, browser: Browser, home: str, party: str, name: str) -> None:
        self.name = name
        self.heard: list[str] = []
        self._language = LANGUAGES[party]
        context = browser.new_context(base_url=home, locale=LOCALES[party])
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))
        self.page.on("request", lambda one: self._asked(one, home))

    def _asked(self, one: Request, home: str) -> None:
        if not one.url.startswith(home):
            self.heard.append(f"asked elsewhere: {one.url}")

    # -- coming in

    def come(self, link: str) -> None:
        """Sign in by a link, and find the pages in one's own language."""
        found = _LINK.search(link)
        assert found, link
        self.page.goto(found[1])
        self.page.locator("main form button").click()
        expect(self.page.locator(".cm-who")).to_contain_text(self.name)
        expect(self.page.locator("html")).to_have_attribute("lang", self._language)

    def add_passkey(self) -> None:
        """Add a passkey, by which one shows again that it is oneself."""
        with_key(self.page)
        self.page.goto("/account/passkeys/add/")
        self.page.locator("input[name=name]").fill("key")
        self.page.locator("form[data-passkey] button[type=submit]").click()
        expect(self.page.locator(".cm-codes li")).to_have_count(10)

    def confirm(self, back: str) -> None:
        """Show that it is oneself, and come back to a page."""
        self.see(f"/account/confirm/passkey/?next={back}")
        self._use_passkey()

    def _use_passkey(self) -> None:
        there = self.page.url
        self.page.locator("form[data-passkey] button[type=submit]").click()
        self.page.wait_for_url(lambda url: url != there)

    def end_session(self) -> None:
        """End the session in another tab."""
        other = self.page.context.new_page()
        other.goto("/account/")
        other.locator("form[action*='session'] button").first.click()
        other.wait_for_url("**/account/sign-in/**")
        other.close()

    def come_back(self, path: str) -> None:
        """Sign in by the passkey where a page leads to, and find the page again."""
        self.page.wait_for_url("**/account/sign-in/**")
        self._use_passkey()
        self.page.wait_for_url(f"**{path}")

    # -- reading

    def see(self, path: str) -> Page:
        """Open a page that is there."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, (self.name, path, answer.status)
        return self.page

    def refused(self, path: str) -> bool:
        """Open a page; return whether there is none."""
        answer = self.page.goto(path)
        return answer is not None and answer.status == 404

    def until(self, path: str, what: str) -> Locator:
        """Open a page again and again, until something is on it."""
        for _ in range(TRIES):
            self.page.goto(path)
            if self.page.locator(what).count():
                return self.page.locator(what).first
            self.page.wait_for_timeout(_PAUSE_MS)
        raise AssertionError(f"{self.name} waits for {what} on {path}")

    # -- writing

    def put(self, name: str, value: str | list[str]) -> None:
        """Type, choose or tick one field."""
        box = self.page.locator(f'[name="{name}"]')
        kind = box.first.evaluate("one => one.type")
        if value == ON:
            box.check()
        elif kind in ("checkbox", "radio"):
            for one in [value] if isinstance(value, str) else value:
                self.page.locator(f'[name="{name}"][value="{one}"]').check()
        elif kind == "select-one":
            box.select_option(value)
        else:
            assert isinstance(value, str)
            box.fill(value)

    def _put_value(self, name: str, value: Any) -> None:  # noqa: ANN401 -- of a file of JSON
        """Type a value of an element, as far as the form has a field for it."""
        if not isinstance(value, dict):
            self.put(name, str(value))
            return
        if self.page.locator(f'[name="{name}:rows"]').count():
            name = f"{name}:0"
        for key, part in value.items():
            at = f"{name}:{key}"
            if key == "identifiers":
                self._put_value(
                    f"{at}:0", part[0] | {"kind": _KINDS.get(part[0]["kind"], part[0]["kind"])}
                )
            elif key == "provisions":
                self.put(f"{at}:0", part[0])
            elif self.page.locator(f'[name="{at}"]').count():
                self._put_part(at, part)

    def _put_part(self, at: str, part: Any) -> None:  # noqa: ANN401 -- as above
        if isinstance(part, str) and _INSTANT.fullmatch(part):
            self.put(at, part[:-1].replace("T", " "))
            self.put(f"{at}:zone", "Z")
        elif isinstance(part, bool):
            self.put(at, ON)
        else:
            self.put(at, part if isinstance(part, list) else str(part))

    def write(self, value: dict[str, Any], *, agency: str = "", lacks: str = "") -> None:
        """Write a request as an example has it, on one page, and look at its preview."""
        page = self.see("/drafts/new/")
        if agency:
            page.locator('select[name="agency:sy"]').select_option(agency)
        self.put("type", value["type"])
        self.put("urgency", value["urgency"])
        page.locator("main form button[type=submit]").click()
        as_page = page.locator("button[value='as page']")
        if (
            as_page.or_(page.locator("button[value='as wizard']")).first.get_attribute("value")
            == "as page"
        ):
            as_page.click()
            page.locator("button[value='as wizard']").wait_for()
        self.put("own_reference", value["own_reference"])
        self.put("mark", value["mark"])
        for name, given in value["elements"].items():
            self._put_value(f"e:{name}", given)
        for item in value["items"][:1]:
            self.put("items:0:id", item if isinstance(item, str) else item["id"])
        for text in value["texts"]:
            language = text["lang"].partition("-")[0]
            self.put(f"text:{language}", text["text"])
            self.put(f"text:{language}:by", text["by"])
        if lacks:
            why = page.locator(f'[name="lack:{lacks}"]')
            why.locator("xpath=ancestor::details/summary").click()
            why.select_option("to-follow")
        page.locator("button[value=preview]").first.click()
        expect(page.locator("#audience")).to_be_visible()

    # -- letting out

    def press(self, what: str) -> None:
        """Press what needs the officer to show again that it is them, and show it if asked."""
        page = self.page
        there = page.url
        page.locator(what).click()
        page.wait_for_url(lambda url: url != there)
        if "/account/confirm/" in page.url:
            self._use_passkey()
            if page.locator(what).count():
                page.locator(what).click()
                page.wait_for_url(lambda url: url != there)

    def offer(self) -> str:
        """Approve what the preview shows and offer it; return the draft."""
        self.press("button[value=offer]")
        return self.part("release")

    def keep(self) -> str:
        """Keep what the preview shows as a draft; return it."""
        self.press("button[value=keep]")
        return self.part("release")

    def approve(self, draft: str) -> None:
        """Find a draft among what waits, read it and approve it by its hash: it is sent."""
        self.until("/release/", f"a[href$='/release/{draft}/']").click()
        expect(self.page.locator(".cm-hash code")).to_be_visible()
        self.press("button[value=approve]")

    def part(self, room: str) -> str:
        """Return the id that stands in the address after the name of a room."""
        found = re.search(rf"/{room}/([a-z2-7]{{26}})/", self.page.url)
        assert found, self.page.url
        return found[1]

    def say(
        self,
        matter: str,
        verb: str,
        fields: Mapping[str, str | list[str]] = MappingProxyType({}),
        file: Path | None = None,
    ) -> str:
        """Say something of a request by its form; return the draft that it became, or ""."""
        self.until(f"/requests/{matter}/{verb}/", "form.cm-say")
        for item in self.page.locator('[name^="extent-"][value="given"]').all():
            item.check()  # an answer claims nothing by itself
        for name, value in fields.items():
            self.put(name, value)
        if file:
            self.page.locator("input[type=file]").first.set_input_files(file)
            expect(self.page.locator("[data-state]").first).to_contain_text("SHA-256")
        for _ in range(5):
            with self.page.expect_navigation():
                self.page.locator("form.cm-say button[type=submit]").last.click()
            if f"/{matter}/{verb}/" not in self.page.url:
                return self.part("release") if "/release/" in self.page.url else ""
            # A receipt has come since the form was opened; it is looked at, and sent again.
            expect(self.page.locator(".govuk-error-summary")).to_contain_text(_CHANGED)
        raise AssertionError(self.page.url)

    def decide(self, subject: str, point: str, fields: Mapping[str, str]) -> None:
        """Decide one question that the law asks of a request or a draft, as counsel."""
        question = f"section.cm-question[id^='{point}']"
        self.until(f"/release/law/{subject}/", question)
        form = self.page.locator(question).locator("form")
        for name, value in fields.items():
            box = form.locator(f"[name$='{name}']")
            kind = box.first.evaluate("one => one.type")
            if kind in ("checkbox", "radio"):
                form.locator(f"[name$='{name}'][value='{value}']").check()
            elif kind == "select-one":
                box.select_option(value)
            else:
                box.fill(value)
        form.locator("button[type=submit]").click()
        expect(self.page.locator(question).locator(".govuk-inset-text")).to_be_visible()


class House:
    """The officers of both States.

    Attributes:
        operators: `{party: who runs the node}`.
        everyone: who works there, in the order in which they came.
    """

    def __init__(self, browser: Browser, nodes: PairOfNodes) -> None:
        self._browser = browser
        self._homes = {p: f"http://localhost:{one.port}" for p, one in nodes.sides.items()}
        self.operators: dict[str, Hands] = {}
        self.everyone: list[Hands] = []
        for party in nodes.sides:
            nodes.add_officer(party, "olga", role.OPERATOR)
            self.operators[party] = self._hands(party, "olga")
            self.operators[party].come(nodes.run(party, "officer", "link", "olga")["link"])
            self.operators[party].add_passkey()

    def _hands(self, party: str, name: str) -> Hands:
        made = Hands(self._browser, self._homes[party], party, name)
        self.everyone.append(made)
        return made

    def invite(self, party: str, name: str, *roles: str) -> Hands:
        """Let the operator invite an officer, who comes by the link that is shown."""
        operator = self.operators[party]
        operator.confirm("/account/officers/invite/")
        page = operator.see("/account/officers/invite/")
        operator.put("name", name)
        operator.put("roles", [*roles])
        page.locator("main form button[type=submit]").click()
        made = self._hands(party, name)
        made.come(page.locator("#link").inner_text().replace("\u200b", ""))
        if role.RELEASING in roles:
            made.add_passkey()
        return made
