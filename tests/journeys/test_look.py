"""What the style alone decides: on paper, in colours of the reader's own, on narrow screens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from support import pair, readers
from surfaces.web import stage
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

from comity.joint.request import acts

pytestmark = pytest.mark.browser

SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important } p { margin-bottom: 2em !important }"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States, and a request that was registered."""
    with pair.closing():
        yield scene.made(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def matter(made: Scene) -> str:
    """A request."""
    found = made.asks("preservation")
    made.says("bb", acts.ACKNOWLEDGED, found, own_reference="CB-1")
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
    """The footer stands once, a table is not cut at its edge, what an act said is not folded."""
    page.emulate_media(media="print")
    page.goto(f"{address}/requests/{matter}/papers/print/")
    after = "each => each.map(one => getComputedStyle(one, '::after').content)"
    assert set(page.locator("a.govuk-link").evaluate_all(after)) == {"none"}
    position = page.locator(".cm-footer").evaluate("one => getComputedStyle(one).position")
    assert position == "static"
    assert page.locator(".cm-printed details").count() > 0
    assert page.locator(".cm-printed details:not([open])").count() == 0
    assert not page.locator(".cm-printed time ~ .cm-ago").first.is_visible()
    scrolls = "each => each.map(one => getComputedStyle(one).overflowX)"
    assert set(page.locator(".cm-scroll").evaluate_all(scrolls)) <= {"visible"}
    page.emulate_media(media="screen")


def test_in_colours_of_the_readers_own_one_page_looks_current(
    page: Page, address: str, matter: str
) -> None:
    """Where every border is drawn, only that under the current page can be seen."""
    page.emulate_media(forced_colors="active")
    page.goto(f"{address}/requests/{matter}/")
    seen = """each => each.map(one => {
      const style = getComputedStyle(one)
      const ground = getComputedStyle(document.documentElement).backgroundColor
      return style.borderBottomColor !== ground
        && style.borderBottomColor !== getComputedStyle(document.body).backgroundColor
    })"""
    for menu in (".cm-nav a", ".cm-tabs a"):
        links = page.locator(menu)
        current = links.evaluate_all("each => each.map(one => one.hasAttribute('aria-current'))")
        assert links.evaluate_all(seen) == current
        assert any(current)
    page.emulate_media(forced_colors="none")


def test_no_time_is_cut_where_a_reader_spaces_his_letters(
    made: Scene, browser: Browser, address: str, matter: str
) -> None:
    """With the spacing of WCAG 1.4.12 all of a page is there, and no part of it is cut off."""
    context = browser.new_context(bypass_csp=True)  # the style is the reader's, not the page's
    page = stage.let_in(context, address, made.node("bb"), "con").new_page()
    for path in ("/", f"/requests/{matter}/", f"/requests/{matter}/time-line/", "/guidelines/"):
        page.goto(address + path)
        page.add_style_tag(content=SPACED)
        for width in (readers.WIDTHS[0], readers.WIDTHS[-1]):
            page.set_viewport_size({"width": width, "height": 800})
            assert readers.overflow(page) == 0, (path, width)
            assert readers.crowded(page) == [], (path, width)
    context.close()


@pytest.mark.parametrize("width", readers.WIDTHS)
def test_one_long_word_that_was_searched_for_widens_nothing(
    page: Page, address: str, width: int
) -> None:
    """A digest of 128 letters breaks where the line ends."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/requests/?q={'a1b2' * 32}")
    assert page.locator(".cm-list__sum").count() == 1
    assert readers.overflow(page) == 0


def test_the_words_of_the_head_stand_on_one_line(page: Page, address: str, matter: str) -> None:
    """The officer's name is no higher than the line beside it."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}/requests/{matter}/")
    middles = """each => each.map(one => {
      const range = document.createRange()
      range.selectNodeContents(one)
      const box = range.getBoundingClientRect()
      return (box.top + box.bottom) / 2
    })"""
    line, name = page.locator(".cm-line > :first-child, .cm-who bdi").evaluate_all(middles)
    assert abs(name - line) <= 1


def test_a_list_of_choices_has_each_label_beside_its_circle(page: Page, address: str) -> None:
    """Also where another choice of the same row needs more lines."""
    page.set_viewport_size({"width": 768, "height": 800})
    page.goto(f"{address}/drafts/new/")
    apart = """each => each.map(one => {
      const [circle, label] = [one.querySelector('input'), one.querySelector('label')]
      return label.getBoundingClientRect().top - circle.getBoundingClientRect().top
    })"""
    tops = page.locator(".cm-choices .govuk-radios__item").evaluate_all(apart)
    assert max(tops) - min(tops) < 1
