"""The look for crowded pages itself: what must be found is found, and nothing else."""

import pytest
from playwright.sync_api import Page
from support.readers import crowded

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
