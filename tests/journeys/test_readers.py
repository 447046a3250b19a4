"""The look for crowded pages itself: what must be found is found, and nothing else."""

import pytest
from playwright.sync_api import Page
from support.readers import crowded, listen

pytestmark = pytest.mark.browser

FLAWED = {
    "over one another": '<p>One line</p><p style="margin-top:-2.2em">another</p>',
    "cut off": '<p style="overflow:hidden;width:4em;white-space:nowrap">A line that goes on</p>',
}
SOUND = {
    "two columns": '<div style="display:flex;gap:1em"><p>One</p><p>Another</p></div>',
    "tight lines": '<p style="line-height:1">One<br>another <b>and</b> a third</p>',
    "for a screen reader": (
        '<p>One</p><p style="position:absolute;top:0;width:1px;height:1px;overflow:hidden">Two</p>'
    ),
    "can be scrolled to": '<div style="overflow-x:auto;width:4em"><code>abcdefghijkl</code></div>',
    "piled": f'<p style="overflow:hidden;height:1em">e{chr(0x301) * 9}</p>',
    "folded": "<details><summary>More</summary><p>Much more</p></details>",
    "not shown": '<p>One</p><p hidden style="margin-top:-2em">Another</p>',
}


@pytest.mark.parametrize("flaw", FLAWED)
def test_what_cannot_be_read_is_found(page: Page, flaw: str) -> None:
    """Text over other text, and text that its box cuts off."""
    page.set_content(FLAWED[flaw])
    assert [one.partition(":")[0] for one in crowded(page)] == [flaw]


@pytest.mark.parametrize("arrangement", SOUND)
def test_what_can_be_read_is_left_in_peace(page: Page, arrangement: str) -> None:
    """Close together is not on top of one another."""
    page.set_content(SOUND[arrangement])
    assert crowded(page) == []


def _open_with_a_script(page: Page, reason: str) -> list[str]:
    """Open a page whose script ends so, or never comes, and go on; return what was heard."""
    heard = listen(page)
    words = "<p>Words</p><script defer src='http://127.0.0.1:9/keys.js'></script>"
    page.route("**/first", lambda route: route.fulfill(content_type="text/html", body=words))
    page.route("**/second", lambda route: route.fulfill(content_type="text/html", body="<p>On"))
    page.route("**/keys.js", lambda route: route.abort(reason) if reason else None)
    page.goto("http://127.0.0.1:9/first", wait_until="commit")
    page.get_by_text("Words").wait_for()
    page.goto("http://127.0.0.1:9/second")
    return heard


def test_a_script_that_a_reader_did_not_wait_for_is_no_complaint(page: Page) -> None:
    """Who clicks before the last script has come leaves it behind."""
    assert _open_with_a_script(page, "") == []


def test_a_script_that_cannot_be_had_is_a_complaint(page: Page) -> None:
    """The connection was refused: the page lacks what it asked for."""
    assert any(one.startswith("failed: ") for one in _open_with_a_script(page, "connectionrefused"))
