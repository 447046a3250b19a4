"""What the style alone decides: on paper, in colours of the reader's own, on narrow screens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from support import pair, readers
from surfaces.web import stage
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States, and a request that was registered."""
    with pair.closing():
        yield scene.made(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def matter(made: Scene) -> str:
    """A request."""
    found = made.asks("preservation")
    made.says("bb", "acknowledge", found, own_reference="CB-1")
    return found


@pytest.fixture(scope="module")
def address(made: Scene) -> Iterator[str]:
    """Where bb's node shows its pages."""
    with stage.serving(made.node("bb")) as served:
        yield served


@pytest.fixture(scope="module")
def page(made: Scene, browser: Browser, address: str) -> Iterator[Page]:
    """A page of bb's contact point."""
    context = stage.let_in(browser.new_context(), address, made.node("bb"), "con")
    yield context.new_page()
    context.close()


def test_on_paper_no_address_stands_after_a_link_and_nothing_over_the_text(
    page: Page, address: str, matter: str
) -> None:
    """The footer stands once, after the text, and a table is not cut at its edge."""
    page.emulate_media(media="print")
    page.goto(f"{address}/requests/{matter}/papers/print/")
    after = "each => each.map(one => getComputedStyle(one, '::after').content)"
    assert set(page.locator("a.govuk-link").evaluate_all(after)) == {"none"}
    position = page.locator(".cm-footer").evaluate("one => getComputedStyle(one).position")
    assert position == "static"
    scrolls = "each => each.map(one => getComputedStyle(one).overflowX)"
    assert set(page.locator(".cm-scroll").evaluate_all(scrolls)) <= {"visible"}
    page.emulate_media(media="screen")
