"""Pages as everybody reads them: in both languages, light and dark, at three widths.

    with readers.of(browser, enter) as people:            enter(context) signs somebody in
        assert people.flaws(f"{address}/node/") == []

A reader of each language keeps one page of one browser for all that they read; light and dark and
the widths are switched while the page is open, as a person turns a telephone.  What language
changes is words, and what a middling window changes is where they stand: whether they fit is looked
at everywhere, and what axe looks at, the tree, the colours and the size of what is pressed, in the
narrowest and the widest window for the first language, light and dark, and in the light of the
narrowest for the other.  With COMITY_READERS=all axe looks at all of it in both.

Floor: tests.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page

LANGUAGES: Final = ("en", "zh-CN")
WIDTHS: Final = (320, 768, 1280)
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES: Final = ["color-contrast", "link-in-text-block"]
"""Of those the ones that look at colours."""
ZOOMED: Final = (320, 256)
"""1280 x 1024 at 400 % (WCAG 1.4.10)."""
_LEFT: Final = "net::ERR_ABORTED"
"""What the browser says of a script that it gave up, since the reader has gone on."""


@cache
def axe() -> str:
    """Return the source of axe-core."""
    import pytest_playwright_axe  # noqa: PLC0415 -- only its copy of axe is used

    folder = Path(pytest_playwright_axe.__file__).parent / "resources"
    return (folder / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """Return what axe finds by rules or sets of them, in words, on a page that was given `axe`."""
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run({runOnly: rules, resultTypes: ['violations']})", rules
    )
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    page.locator("html").wait_for()  # a page that comes next has no element yet for a moment
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


@cache
def _crowded() -> str:
    return (Path(__file__).parent / "crowded.js").read_text(encoding="utf-8")


def crowded(page: Page) -> list[str]:
    """Return which text lies over other text or is cut off, in words."""
    return [str(one) for one in page.evaluate(_crowded())]


def listen(page: Page) -> list[str]:
    """Return a list that fills with whatever a browser complains of or asks elsewhere."""
    heard: list[str] = []
    page.on("console", lambda one: heard.append(f"{one.type}: {one.text}"))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "requestfailed",
        lambda request: (
            None
            if request.failure == _LEFT
            else heard.append(f"failed: {request.url}: {request.failure}")
        ),
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://127.0.0.1:", "http://localhost:"))
            else heard.append(f"asked elsewhere: {request.url}")
        ),
    )
    page.on("dialog", lambda dialog: heard.append(f"dialog: {dialog.message}"))
    return heard


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads in one language.

    Attributes:
        language: of their browser.
        page: the one that they keep open.
        heard: what the browser complained of.
    """

    language: str
    page: Page
    heard: list[str]

    def go(self, address: str) -> None:
        """Open a page; what the browser complained of before, and on leaving, is forgotten."""
        self.page.goto("about:blank")  # a stream of events ends here, and not within the next page
        self.heard.clear()
        self.page.goto(address)

    def flaws(self, *, but: Sequence[str] = ()) -> list[str]:
        """Return what is wrong with the page that is open, in words.

        Args:
            but: complaints of the browser with one of these in it are meant to be.
        """
        self.page.evaluate(axe())
        found = [*self._in_the_light(), *(self._in_the_dark() if len(self._looked_at) > 1 else ())]
        found += [one for one in self.heard if not any(word in one for word in but)]
        return [f"{self.page.url}, {self.language}, {one}" for one in found]

    @property
    def _looked_at(self) -> Sequence[int]:
        """The widths at which axe looks; in the dark too where they are more than one."""
        if os.environ.get("COMITY_READERS") == "all":
            return WIDTHS
        return (WIDTHS[0], WIDTHS[-1]) if self.language == LANGUAGES[0] else WIDTHS[:1]

    def _in_the_light(self) -> Iterator[str]:
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
        sizes = [(ZOOMED, overflow(self.page))]
        yield from (f"zoomed: {one}" for one in crowded(self.page))
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            if width in self._looked_at:
                yield from (f"{width}: {one}" for one in violations(self.page))
            sizes.append(((width, 800), overflow(self.page)))
            yield from (f"{width}: {one}" for one in crowded(self.page))
        yield from (f"{at}: {wide} too wide" for at, wide in sizes if wide)

    def _in_the_dark(self) -> Iterator[str]:
        """Look at colours: nothing else differs there (`tests/surfaces/web/test_style.py`)."""
        self.page.emulate_media(color_scheme="dark")
        for width in self._looked_at:
            self.page.set_viewport_size({"width": width, "height": 800})
            yield from (f"dark, {width}: {one}" for one in violations(self.page, COLOUR_RULES))


@dataclass(frozen=True, slots=True)
class Readers:
    """One for each language."""

    each: Sequence[Reader]

    def flaws(self, *addresses: str, but: Sequence[str] = ()) -> list[str]:
        """Return what is wrong with pages, in words: nothing, as it should be."""
        found: list[str] = []
        for reader, address in product(self.each, addresses):
            reader.go(address)
            found += reader.flaws(but=but)
        return found


@contextmanager
def of(browser: Browser, enter: Callable[[BrowserContext], object]) -> Iterator[Readers]:
    """Give readers of every language, in browsers that somebody is let into.

    Args:
        browser: that runs.
        enter: signs somebody in to a context, or does nothing.
    """
    contexts = [browser.new_context(locale=language) for language in LANGUAGES]
    made: list[Reader] = []
    for language, context in zip(LANGUAGES, contexts, strict=True):
        enter(context)
        page = context.new_page()
        made.append(Reader(language, page, listen(page)))
    yield Readers(made)
    for context in contexts:
        context.close()
