"""Accounts in a real browser: passkeys, codes, every page readable, and all but passkeys bare."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from playwright.sync_api import Browser, Page, expect
from support import readers
from support.pair import state_on
from support.states import State
from surfaces.web import stage
from surfaces.web.account.test_account import GOOD, totp

from comity.domestic.officer import link, role
from comity.node.desk import officer_admin as officers
from comity.node.desk import sign_in_links
from comity.surfaces.web import views
from comity.surfaces.web.account import database

pytestmark = pytest.mark.browser


@pytest.fixture
def fr(tmp_path: Path) -> State:
    """A State with nobody in it."""
    return state_on(tmp_path, "fr", "sqlite")


@pytest.fixture
def address(fr: State) -> Iterator[str]:
    """Where its node shows its pages, by a name: passkeys are bound to one."""
    with stage.serving(fr.node) as served:
        yield served.replace("127.0.0.1", "localhost")


def with_key(page: Page) -> Any:  # noqa: ANN401 -- a session of the browser's own protocol
    """Give a page a security key that answers by itself."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def complaints(page: Page) -> list[str]:
    """Return a list that fills with what a browser complains of."""
    heard: list[str] = []
    page.on("console", lambda one: heard.append(f"{one.type}: {one.text}"))
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def come_by_link(page: Page, address: str, fr: State, name: str, *roles: str) -> None:
    """Sign in by a link."""
    stage.have_officer(fr.node, name, *roles)
    stage.sign_in(page, address, fr.node, name)


def sign_out(page: Page) -> None:
    """End the session."""
    page.locator(".cm-who").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def add_passkey(page: Page, address: str) -> None:
    """Add a passkey that signs in alone."""
    page.goto(f"{address}/account/passkeys/add/")
    page.get_by_label("Name of this key").fill("blue key")
    expect(page.get_by_label("Sign in by it alone")).to_be_checked()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(page.locator(".cm-codes li")).to_have_count(10)


def test_a_passkey_signs_in_alone_and_counts_as_a_second_factor(
    page: Page, address: str, fr: State
) -> None:
    """Who may release is told to add one; then it lets them in, and confirms that it is them."""
    heard = complaints(page)
    with_key(page)
    come_by_link(page, address, fr, "ann")
    page.goto(f"{address}/account/")
    expect(page.get_by_text("neither a passkey nor a second factor")).to_be_visible()
    add_passkey(page, address)
    page.get_by_role("link", name="To your account").click()
    expect(page.get_by_text("neither a passkey nor a second factor")).to_have_count(0)
    expect(page.get_by_text("blue key").first).to_be_visible()
    sign_out(page)
    page.goto(f"{address}/settings/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{address}/settings/")
    page.goto(f"{address}/account/confirm/passkey/?next=/account/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{address}/account/")
    page.get_by_role("link", name=re.compile("^Remove")).click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("neither a passkey nor a second factor")).to_be_visible()
    assert heard == []


def test_a_key_that_does_not_answer_is_told_in_words(page: Page, address: str, fr: State) -> None:
    """Nothing is sent, and another way stays open."""
    session = with_key(page)
    come_by_link(page, address, fr, "ann")
    session.send("WebAuthn.disable")
    page.goto(f"{address}/account/passkeys/add/")
    refused = "Promise.reject(new DOMException('no', 'NotAllowedError'))"
    page.evaluate(f"() => {{ navigator.credentials.create = () => {refused} }}")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(
        "Nothing came back from the passkey. Try again, or use another way."
    )


def test_a_passkey_after_the_password(page: Page, address: str, fr: State) -> None:
    """One that does not sign in alone is asked for after the password."""
    with_key(page)
    come_by_link(page, address, fr, "ann")
    set_password(page, address)
    page.goto(f"{address}/account/passkeys/add/")
    page.get_by_label("Sign in by it alone").uncheck()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".cm-codes li")).to_have_count(10)
    sign_out(page)
    type_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".cm-who")).to_contain_text("ann")


def set_password(page: Page, address: str) -> None:
    """Set a first password."""
    page.goto(f"{address}/account/password/set/")
    page.get_by_label("New password", exact=True).fill(GOOD)
    page.get_by_label("New password once more").fill(GOOD)
    page.get_by_role("button", name="Keep this password").click()
    page.get_by_role("heading", level=1).wait_for()


def type_password(page: Page, name: str = "ann") -> None:
    """Type name and password."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(GOOD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_everything_but_passkeys_works_without_javascript(
    browser: Browser, address: str, fr: State
) -> None:
    """Link, password, app of codes, recovery codes, sessions: plain forms."""
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    come_by_link(page, address, fr, "ann")
    set_password(page, address)
    page.goto(f"{address}/account/codes/begin/")
    secret = page.locator("#totp-secret").inner_text()
    now = now_s(browser)
    page.get_by_label("Code", exact=True).fill(totp(secret, now))
    page.get_by_role("button", name="Use this app").click()
    expect(page.locator(".cm-codes li")).to_have_count(10)
    recovery = page.locator(".cm-codes li").first.inner_text()
    sign_out(page)
    type_password(page)
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".govuk-error-message").first).to_contain_text("Incorrect code")
    page.get_by_label("Code", exact=True).fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".cm-who")).to_contain_text("ann")
    page.goto(f"{address}/account/")
    expect(page.get_by_text("9 left")).to_be_visible()
    page.get_by_role("button", name=re.compile("^End the session")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    context.close()


def now_s(browser: Browser) -> float:
    """Return the time of this machine, seconds since 1970."""
    page = browser.new_page()
    found = float(page.evaluate("Date.now()")) / 1_000
    page.close()
    return found


def test_who_has_left_is_out_with_his_next_click(page: Page, address: str, fr: State) -> None:
    """They are led to the sign-in page, and their link opens nothing."""
    come_by_link(page, address, fr, "ann")
    page.goto(f"{address}/account/")
    token, _ = sign_in_links.add(fr.node, "ann")
    officers.end(fr.node, "ann")
    page.get_by_role("link", name="Dialogue", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto(f"{address}/account/link/{token}")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link opens nothing")


def test_whoever_runs_the_node_invites_an_officer_who_sets_their_own_password(
    browser: Browser, address: str, fr: State
) -> None:
    """Name, agency, roles, a link; the invited signs in by it. They end them, and they are out."""
    operator, invited = (browser.new_context(locale="en").new_page() for _ in range(2))
    with_key(operator)
    come_by_link(operator, address, fr, "olga", role.OPERATOR)
    add_passkey(operator, address)
    operator.goto(f"{address}/account/confirm/passkey/?next=/account/")
    operator.get_by_role("button", name="Use a passkey").click()
    operator.get_by_role("link", name="Officers of this node").click()
    operator.get_by_role("link", name="Invite an officer").click()
    operator.get_by_role("button", name="Invite").click()
    expect(operator.locator(".govuk-error-summary")).to_be_visible()
    operator.get_by_label("Name", exact=True).fill("amina.diop")
    operator.get_by_label("case officer").check()
    operator.get_by_label("releasing officer").check()
    operator.get_by_role("button", name="Invite").click()
    link = operator.locator("#link").inner_text()
    assert link.startswith(f"{address}/account/link/comity-link-")
    invited.goto(link)
    invited.get_by_role("button", name="Sign in").last.click()
    set_password(invited, address)
    expect(invited.locator(".cm-who")).to_contain_text("amina.diop")
    operator.goto(f"{address}/account/officers/amina.diop/")
    operator.get_by_role("button", name="The officer has left").click()
    invited.goto(f"{address}/account/")
    expect(invited.get_by_role("heading", level=1)).to_have_text("Sign in")
    for page in (operator, invited):
        page.context.close()


PAGES = {
    "account": "/account/",
    "set-password": "/account/password/set/",
    "codes": "/account/codes/begin/",
    "passkey": "/account/passkeys/add/",
    "recovery": "/account/recovery/new/",
    "officers": "/account/officers/",
    "invite": "/account/officers/invite/",
    "officer": "/account/officers/olga/",
    "account-changes": "/account/changes/",
    "confirm-passkey": "/account/confirm/passkey/",
    "remove-passkey": "/account/passkeys/{key}/remove/",
    "name-passkey": "/account/passkeys/{key}/name/",
}
OUTSIDE = {
    "sign-in": "/account/sign-in/",
    "no-link": "/account/link/comity-link-aaaa",
    "left": "/account/left/",
    "failed": "/account/providers/failed/",
}


@pytest.mark.slow
def test_everybody_can_read_each_page_of_accounts(
    browser: Browser, address: str, fr: State
) -> None:
    """No violation and nothing cut off: two languages, light and dark, three widths."""
    first = browser.new_context(locale="en")
    page = first.new_page()
    with_key(page)
    come_by_link(page, address, fr, "olga", role.OPERATOR)
    add_passkey(page, address)
    page.goto(f"{address}/account/")
    where = page.get_by_role("link", name=re.compile("^Remove")).get_attribute("href") or ""
    key = where.split("/")[-3]
    cookies: Any = first.cookies()
    paths = {name: path.format(key=key) for name, path in PAGES.items()}
    with readers.of(browser, lambda _: None) as people:
        assert (
            people.flaws(*(address + path for path in OUTSIDE.values()), but=("410", "401")) == []
        )
        for one in people.each:
            one.page.context.add_cookies(cookies)
        assert people.flaws(*(address + path for path in paths.values()), but=("410", "401")) == []
    first.close()


def wrong_states(page: Page, address: str, fr: State) -> Iterator[str]:
    """Lead a page through what goes wrong; give the name of each state that it shows."""
    page.goto(f"{address}/account/sign-in/")
    page.locator("main form button").first.click()
    yield "sign-in with errors"
    page.locator("main input[name=csrfmiddlewaretoken]").first.evaluate("one => one.value = 'x'")
    page.locator("main form button").first.click()
    yield "403"
    page.goto(link.address(address, sign_in_links.add(fr.node, "ann")[0]))
    page.locator("main form button").click()
    yield "second factor"
    page.locator("main input[name=code]").fill("1")
    page.locator("main form button").first.click()
    yield "second factor with errors"
    page.locator("main details").last.click()
    yield "what to do without it"
    page.goto(f"{address}/account/nowhere/")
    yield "404"


def knock(page: Page, address: str, fr: State) -> None:
    """Try so often to sign in that the page says to wait."""
    page.context.clear_cookies()
    page.goto(f"{address}/account/sign-in/")
    typed = {"login": "x", "password": GOOD}
    for _ in range(31):
        stage.client(fr.node, officer=None).post("/account/sign-in/", typed)
    page.locator("main input[name=login]").fill("x")
    page.locator("main input[name=password]").fill(GOOD)
    page.locator("main form button").first.click()
    status = "performance.getEntriesByType('navigation')[0].responseStatus"
    assert page.evaluate(status) == 429


@pytest.mark.slow
def test_everybody_can_read_what_goes_wrong(browser: Browser, address: str, fr: State) -> None:
    """Forms with errors, a code that is asked for, 403, 404, 429 and 500."""
    from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415 -- needs settings

    stage.have_officer(fr.node, "ann")
    with database.of(stage.desk_of(fr.node).database):
        TOTP.activate(get_user_model().objects.get_by_natural_key("ann"), "JBSWY3DPEHPK3PXP")
    meant = ("403", "404", "429")
    with readers.of(browser, lambda _: None) as people:
        for one in people.each:
            for state in wrong_states(one.page, address, fr):
                assert one.flaws(but=meant) == [], state
        for one in people.each:
            knock(one.page, address, fr)
            assert one.flaws(but=meant) == []
            one.page.set_content(views.broken(HttpRequest()).content.decode())
            assert one.flaws(but=meant) == []
