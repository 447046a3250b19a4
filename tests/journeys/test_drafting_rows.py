"""Rows of a request in a real browser: where one goes on after one was added or taken out."""

import re
from pathlib import Path

import pytest
from journeys import test_drafting
from playwright.sync_api import Browser, expect
from surfaces.web import agreed_stage, stage

pytestmark = pytest.mark.browser


def test_a_row_that_was_added_or_taken_out_leaves_the_focus_there(
    browser: Browser, tmp_path: Path
) -> None:
    """Who fills in by keys or by ear goes on at the new row, and not at the top of the page."""
    node = agreed_stage.world_of(tmp_path).node("fr")
    with stage.serving(node) as address:
        page = test_drafting.page_of(browser, address, node, "ann", locale="en")
        test_drafting.begin(page, address)
        page.get_by_role("button", name="Show all on one page").click()
        page.locator('[name="e:data:identifiers:0:value"]').fill("pay.example.com")
        page.get_by_role("button", name="Add an identifier").focus()
        page.keyboard.press("Enter")
        expect(page.locator("[id='e-data-identifiers-last']")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_attribute(
            "name", re.compile("^e:data:identifiers:1:")
        )
        page.locator("button[value='remove e:data:identifiers:1']").focus()
        page.keyboard.press("Enter")
        expect(page.locator("[id='e-data-identifiers']")).to_be_focused()
        page.context.close()
