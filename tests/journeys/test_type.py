"""Chinese on a machine that has no type for it: the node's own, in slices, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from node.desk.test_duty import Desk
from playwright.sync_api import Browser, Page, Response, Route, expect
from support.readers import listen
from surfaces.web import stage
from surfaces.web.duty.stage import desk_of

from comity.surfaces.web import static_files

pytestmark = pytest.mark.browser

WEIGHT_MAX = 250_000


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with requests."""
    desk = desk_of(tmp_path)
    for urgency in ("urgent", "urgent", "routine"):
        desk.ask("subscriber", urgency)
    return desk


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    """A reader in Chinese to whose browser no local type is known."""
    with stage.serving(desk.node) as address:
        context = browser.new_context(locale="zh-CN", base_url=address)
        stage.let_in(context, address, desk.node, "wei")
        context.route("**/chinese.css", _without_local_type)
        yield context.new_page()
        context.close()


def _without_local_type(route: Route) -> None:
    answer = route.fetch()
    style = answer.text().replace("local(", "local-is-not-there(")
    faces = [line.partition("url(") for line in style.splitlines()]
    body = "\n".join(f"  src: url({after}" if at else before for before, at, after in faces)
    route.fulfill(response=answer, body=body)


def fetched(page: Page, path: str) -> dict[str, int]:
    """Open a page; return the size of each file of type that it asked for."""
    answers: list[Response] = []
    page.on("response", lambda one: answers.append(one))  # noqa: PLW0108 # Playwright marks what it is given
    page.goto(path)
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    return {
        one.url.rpartition("/")[2]: len(one.body())
        for one in answers
        if one.url.endswith((".woff2", ".otf"))
    }


@pytest.mark.parametrize("path", ["/", "/requests/"])
def test_a_first_page_in_chinese_stays_light(page: Page, path: str) -> None:
    """One slice, and one more where a name asks for it; no rule of the policy stops one."""
    flaws = listen(page)
    files = fetched(page, path)
    assert "00.woff2" in files
    assert len(files) <= 2
    assert all(name.endswith(".woff2") for name in files)
    weights = page.evaluate(
        "performance.getEntries().map((one) => one.transferSize ?? 0).reduce((a, b) => a + b)"
    )
    assert weights < WEIGHT_MAX
    assert flaws == []


def test_what_no_slice_has_comes_with_the_whole_font(page: Page) -> None:
    """A character of GB 2312 costs one more slice, a rarer one the font as its package has it."""
    before = fetched(page, "/")
    for text, ending in (("麤", ".otf"), ("鑫", ".woff2")):
        with page.expect_response(re.compile(re.escape(ending) + "$")) as asked:
            page.evaluate("text => document.querySelector('h1').append(text)", text)
        assert asked.value.url.rpartition("/")[2] not in before
        expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def test_every_slice_is_named_and_no_other() -> None:
    """The style names what lies there, and there is type for all that it names."""
    style = static_files.assets()["chinese.css"].data.decode()
    there = {path for path in static_files.assets() if path.endswith(".woff2")}
    assert there == {one.partition('"')[0] for one in style.split('url("')[1:]} - {
        static_files.FONT
    }
