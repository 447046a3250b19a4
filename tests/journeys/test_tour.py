"""The desk as a newcomer sees it: the demo, one link, and the main pages in both languages.

Pictures of them stand in docs/tour.  They are made anew with

    COMITY_TOUR=docs/tour pytest tests/journeys/test_tour.py

with the whole history of the demo.  Otherwise they go to a folder of the test, with a little of it,
and those that are kept are only looked for.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from support.readers import overflow

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

ROOT = Path(__file__).resolve().parents[2]
COMITY = str(Path(sys.executable).with_name("comity"))
UNTIL_S = 1_800.0 if "COMITY_TOUR" in os.environ else 600.0
HISTORY = "1200" if "COMITY_TOUR" in os.environ else "60"
WINDOW = {"width": 1280, "height": 800}
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
_LINK = re.compile(r"(\w+) +(\w+) +(http://localhost:\d+)(/account/link/\S+)")
_REQUEST = re.compile(r"/requests/[a-z2-7]{26}/")


class Demo:
    """A demo that goes on running.

    Attributes:
        links: `{officer: (address of their node, path of their link)}`.
    """

    def __init__(self, folder: Path) -> None:
        self._said = folder / "said"
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [COMITY, "demo", "--history", HISTORY, "--keep", str(folder / "homes")],
                stdout=said,
                stderr=said,
            )
        try:
            self.links = self._wait()
        except BaseException:
            self.end()  # else it serves on, beside every test that follows
            raise

    def _wait(self) -> dict[str, tuple[str, str]]:
        until = time.monotonic() + UNTIL_S
        while time.monotonic() < until and self._process.poll() is None:
            text = self._said.read_text(encoding="utf-8")
            if "Ctrl-C ends it" in text:
                return {name: (home, path) for _, name, home, path in _LINK.findall(text)}
            time.sleep(0.5)
        raise AssertionError(self._said.read_text(encoding="utf-8"))

    def end(self) -> None:
        """End it as a person does."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(60)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Two real nodes after a busy hour."""
    made = Demo(tmp_path_factory.mktemp("tour"))
    yield made
    made.end()


@pytest.fixture(scope="module")
def bohdan(demo: Demo, browser: Browser) -> Iterator[BrowserContext]:
    """A browser in which an officer of Sylvania has used their link."""
    address, link = demo.links["bohdan"]
    context = browser.new_context(base_url=address, viewport=WINDOW)  # type: ignore[arg-type] # a plain dict
    page = context.new_page()
    page.goto(link)
    page.locator("main").get_by_role("button").first.click()
    expect(page.locator(".cm-who")).to_contain_text("bohdan")
    page.close()
    yield context
    context.close()


@pytest.fixture(scope="module")
def pages(bohdan: BrowserContext) -> dict[str, str]:
    """Where each picture is taken."""
    page = bohdan.new_page()
    page.goto("/requests/?urgency=urgent")
    found = _REQUEST.search(page.content())
    assert found is not None
    page.close()
    return {
        "desk": "/",
        "requests": "/requests/",
        "request": found[0],
        "time-line": f"{found[0]}time-line/",
        "new-request": "/drafts/new/",
        "guidelines": "/guidelines/",
        "review": "/reviews/#charts",
    }


NAMES = ("desk", "requests", "request", "time-line", "new-request", "guidelines", "review")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_each_main_page_has_its_picture(
    bohdan: BrowserContext, pages: dict[str, str], name: str, language: str, tmp_path: Path
) -> None:
    """A newcomer gets there by one link; nothing is cut off, and the tour has the picture."""
    page = bohdan.new_page()
    page.set_extra_http_headers({"Accept-Language": LANGUAGES[language]})
    answer = page.goto(pages[name])
    assert answer is not None
    assert answer.status == 200
    expect(page.locator("html")).to_have_attribute("lang", {"en": "en", "zh": "zh-Hans"}[language])
    assert overflow(page) == 0
    folder = Path(os.environ.get("COMITY_TOUR", tmp_path))
    page.screenshot(path=folder / f"{name}-{language}.png")
    assert (ROOT / "docs" / "tour" / f"{name}-{language}.png").stat().st_size > 10_000
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_of_the_list_is_seen_whole(bohdan: BrowserContext, language: str) -> None:
    """Nobody scrolls to the side for the last column on a screen of 1280 pixels."""
    page = bohdan.new_page()
    page.set_extra_http_headers({"Accept-Language": LANGUAGES[language]})
    page.goto("/requests/")
    table = page.get_by_role("region", name=re.compile("Requests|请求"))
    assert table.evaluate("region => region.scrollWidth - region.clientWidth") == 0
    page.close()
