"""Signing in by a provider of the State: allauth's own provider, in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect
from support import identity_provider
from support.pair import state_on
from support.states import State
from surfaces.web import stage

from comity.adapters.desk_settings import DeskSettings
from comity.adapters.settings import for_node
from comity.demo.ports import free_port
from comity.node.base.rows import Provider
from comity.node.desk import officer_admin as officers

pytestmark = pytest.mark.browser

READY_S = 90


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    """Where the node and the provider are reached."""
    return free_port(), free_port()


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory, ports: tuple[int, int]) -> Iterator[str]:
    """A provider that serves."""
    desk, port = ports
    callback = f"http://localhost:{desk}/account/oidc/ministry/back/"
    folder = str(tmp_path_factory.mktemp("provider"))
    words = [sys.executable, identity_provider.__file__, folder, str(port), callback]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        assert serving.stdout.readline().strip() == "ready"
        yield f"http://localhost:{port}"
        serving.terminate()


@pytest.fixture
def fr(tmp_path: Path) -> State:
    """A State with nobody in it."""
    return state_on(tmp_path, "fr", "sqlite")


@pytest.fixture
def address(
    fr: State, ports: tuple[int, int], issuer: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Where its node serves, with the provider in its configuration."""
    from allauth.socialaccount.providers import registry  # noqa: PLC0415 -- settings, once made

    monkeypatch.setattr(registry, "loaded", False)  # it was filled by a start without a provider
    with (
        override_settings(**configured(issuer, "")),
        stage.serving(fr.node, ports[0]) as served,
    ):
        yield served.replace("127.0.0.1", "localhost")


def configured(issuer: str, claim: str) -> dict[str, object]:
    """Return the settings that follow from a provider."""
    secret = identity_provider.SECRET
    one = Provider("ministry", "Ministry", issuer, identity_provider.CLIENT, secret, claim)
    given = for_node(Path(), None, "k" * 64, desk=DeskSettings(oidc=(one,)))
    names = ("INSTALLED_APPS", "SOCIALACCOUNT_PROVIDERS", "SECURE_CSP")
    return {name: given[name] for name in names}


def go_there(page: Page, name: str) -> None:
    """Sign in at the provider, as it asks."""
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(identity_provider.PASSWORD)
    page.locator("form button[type=submit]").first.click()


def test_who_connected_a_provider_signs_in_by_it(page: Page, address: str, fr: State) -> None:
    """First they are nobody there; they connect it on their account, and then it lets them in."""
    page.goto(f"{address}/account/sign-in/")
    page.get_by_role("button", name="Sign in by Ministry").click()
    go_there(page, "ann")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in")
    stage.sign_in(page, address, fr.node, "ann")
    page.goto(f"{address}/account/")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("button", name="Disconnect")).to_be_visible()
    page.locator(".cm-who").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in by Ministry").click()
    expect(page.locator(".cm-who")).to_contain_text("ann")
    page.goto(f"{address}/account/")  # my desk would leave by itself, in the middle of what follows
    officers.end(fr.node, "ann")
    page.goto(f"{address}/account/")
    page.get_by_role("button", name="Sign in by Ministry").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This account has ended")


def test_a_provider_that_is_trusted_to_names_an_officer_and_makes_none(
    page: Page, address: str, fr: State, issuer: str
) -> None:
    """Who is an officer under that name is let in; who is none is not."""
    stage.have_officer(fr.node, "ann")
    with override_settings(**configured(issuer, "preferred_username")):
        page.goto(f"{address}/account/sign-in/")
        page.get_by_role("button", name="Sign in by Ministry").click()
        go_there(page, "ann")
        expect(page.locator(".cm-who")).to_contain_text("ann")
        page.goto("about:blank")  # my desk would leave by itself once its session is gone
        page.context.clear_cookies()
        page.goto(f"{address}/account/sign-in/")
        page.get_by_role("button", name="Sign in by Ministry").click()
        go_there(page, "eve")
        expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in")
        with fr.node.store.read() as tx:
            assert [one.name for one in tx.officers()] == ["ann"]
