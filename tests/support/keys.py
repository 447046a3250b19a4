"""Pages gone through by keys alone.

Floor: tests.
"""

from playwright.sync_api import Page, expect


def by_keys(page: Page, target: str, press: str = "Enter", most: int = 150) -> None:
    """Go on by Tab until the focus is on something, see that it shows, and press a key."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("target => document.activeElement.matches(target)", target):
            break
    focus = page.locator(":focus-visible")
    expect(focus).to_be_in_viewport()
    shown = focus.evaluate(
        "one => [getComputedStyle(one), getComputedStyle(one.parentElement)]"
        ".some((style) => style.outlineStyle !== 'none' || style.boxShadow !== 'none')"
        " || one.matches('.govuk-radios__input, .govuk-checkboxes__input')"
    )
    assert shown, f"the focus on {target} does not show"
    assert focus.evaluate("(one, target) => one.matches(target)", target), (
        f"no key reaches {target}"
    )
    if press:
        page.keyboard.press(press)
