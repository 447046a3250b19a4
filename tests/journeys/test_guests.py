"""Guests in Chromium, on a node that is served as an operator serves it.

By a link that opens once, by a token, by a client certificate; in both languages, light and dark,
in the narrowest window and the widest.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from boot.test_serve import serving
from playwright.sync_api import Browser, BrowserContext, Page, expect
from support import guests, readers
from support.readers import Reader, listen
from support.typed import comity

from comity.demo.ports import free_port

pytestmark = pytest.mark.browser

ON_BEHALF = "Bank of Sylvania"


@dataclass(frozen=True)
class Node:
    """A home that is served, and its officer's token."""

    home: Path
    token: str
    origin: str

    def command(self, *words: str) -> dict[str, str]:
        """Type a command of the room as the officer; return what it printed."""
        done = comity(
            "outside", *words, "--home", self.home, "--as", "ann", "--json",
            COMITY_TOKEN=self.token,
        )  # fmt: skip
        assert done.returncode == 0, done
        found: dict[str, str] = json.loads(done.stdout)
        return found

    def admit(self, kind: str, *more: str) -> dict[str, str]:
        """Admit somebody."""
        words = ("--kind", kind, "--name", "Recall desk", "--on-behalf", ON_BEHALF)
        return self.command("admit", *words, "--scope", "presence", *more)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that serves guests, by its configuration."""
    folder = tmp_path_factory.mktemp("guests")
    home, port = folder / "home", free_port()
    made = comity("init", home, "--party", "fr", "--name", "en=Freedonia", "--name",
                  "zh-Hans=弗里多尼亚", "--agency", "police=en:Federal Police")  # fmt: skip
    assert made.returncode == 0, made
    added = comity("officer", "add", "--home", home, "ann", "--agency", "police", "--json")
    certificate, key = guests.write(guests.key_for("localhost"), folder, "server")
    config = (home / "config.toml").read_text()
    for name, value in (
        ("port", port), ("origin", f"https://localhost:{port}"),
        ("certificate", certificate), ("key", key),
    ):  # fmt: skip
        unset = f"outside_{name} = 0\n" if name == "port" else f'outside_{name} = ""\n'
        assert unset in config
        config = config.replace(unset, f"outside_{name} = {json.dumps(value)}\n")
    (home / "config.toml").write_text(config)
    token = json.loads(added.stdout)["token"]
    with serving(home) as (_, ready):
        assert ready["outside_port"] == port
        yield Node(home, token, f"https://localhost:{port}")


@contextmanager
def reader(browser: Browser, language: str, **more: object) -> Iterator[Reader]:
    """Give somebody who reads in one language."""
    context: BrowserContext = browser.new_context(
        locale=language,
        ignore_https_errors=True,
        **more,  # type: ignore[arg-type] # as given
    )
    page = context.new_page()
    yield Reader(language, page, listen(page))
    context.close()


def flaws(one: Reader, *but: str) -> list[str]:
    """Return what is wrong with the page that is open."""
    return one.flaws(but=("asked elsewhere: https://localhost", *but))


def heading(page: Page) -> str:
    """Return what the page is about."""
    expect(page.locator("h1")).to_have_count(1)
    return page.locator("h1").inner_text()


@pytest.mark.parametrize("language", readers.LANGUAGES)
def test_a_link_opens_once_in_one_browser(browser: Browser, node: Node, language: str) -> None:
    """Each page is readable by everybody; the second browser is told that the link was used."""
    link = node.admit("link")["secret"]
    is_english = language == "en"
    with reader(browser, language) as first, reader(browser, language) as second:
        for one in (first, second):
            one.page.goto(link)
            assert heading(one.page) == ("You are invited" if is_english else "您已受邀")
            assert ON_BEHALF in one.page.locator("main").inner_text()
        assert flaws(first) == []
        first.page.get_by_role("button").press("Enter")
        first.page.wait_for_url(f"{node.origin}/")
        assert heading(first.page) == ("Your session" if is_english else "您的会话")
        assert flaws(first) == []
        second.page.get_by_role("button").click()
        assert heading(second.page) == ("This link was used" if is_english else "此链接已被使用")
        assert flaws(second, "410") == []
        second.page.goto(f"{node.origin}/")
        assert heading(second.page) == ("You are not signed in" if is_english else "您尚未登录")
        assert flaws(second, "401", "410") == []
        first.page.reload()
        first.page.get_by_role("button").click()
        assert first.page.url == f"{node.origin}/leave"
        assert flaws(first) == []
        first.page.goto(f"{node.origin}/")
        assert heading(first.page) == ("You are not signed in" if is_english else "您尚未登录")


def test_a_token_and_a_certificate_show_the_same_page(
    browser: Browser, node: Node, tmp_path: Path
) -> None:
    """Who one is, in whose name, and what one may do; until an officer ends it."""
    token = node.admit("token")
    with reader(browser, "en") as one:
        one.page.set_extra_http_headers({"Authorization": f"Bearer {token['secret']}"})
        one.page.goto(f"{node.origin}/")
        assert heading(one.page) == "Your session"
        assert ON_BEHALF in one.page.locator("main").inner_text()
        assert one.page.get_by_role("button").count() == 0
        assert node.command("end", token["id"])["id"] == token["id"]
        one.page.reload()
        assert heading(one.page) == "This session is over"
    certificate, key = guests.write(guests.key_for("client.example"), tmp_path, "client")
    node.admit("certificate", "--certificate", certificate)
    shown = {"origin": node.origin, "certPath": certificate, "keyPath": key}
    for _ in range(10):
        with reader(browser, "en", client_certificates=[shown]) as one:
            one.page.goto(f"{node.origin}/")
            if heading(one.page) == "Your session":
                assert ON_BEHALF in one.page.locator("main").inner_text()
                return
    pytest.fail("the certificate is not let in")


def test_doctor_says_how_the_listener_is(node: Node) -> None:
    """Its port and its certificate, by the name of their host."""
    done: subprocess.CompletedProcess[str] = comity("doctor", "--home", node.home, "--json")
    found = {one["about"]: one for one in json.loads(done.stdout)["findings"]}
    assert found["guests' port"]["is_good"] is True, found
    assert found["certificate for guests"]["is_good"] is True, found
