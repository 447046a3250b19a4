"""The pages of settings: tokens shown once, webhooks and notices of one's own alone."""

import re
from pathlib import Path

import pytest
from django.test import Client
from support.pair import World
from surfaces.web import agreed_stage, stage

from comity.domestic.officer import role
from comity.domestic.webhook import kinds
from comity.node.base.rows import Officer
from comity.node.desk import mail_notices, sign_in_links
from comity.node.desk.webhooks import delivery, registry
from comity.node.desk.webhooks.registry import Try
from comity.node.room import api_tokens
from comity.surfaces.cli import webhook as cli_webhook
from comity.surfaces.web.account import database

GOOD = "correct horse battery staple"
CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
PAGES = ("/settings/", "/settings/tokens/", "/settings/webhooks/", "/settings/mail/")
ROLES = (role.CASE_OFFICER, role.COUNSEL, role.AUDITOR, role.OPERATOR, role.CONTACT_POINT)


@pytest.fixture
def own(tmp_path: Path) -> World:
    """Return two States."""
    return stage.world_of(tmp_path, "fr", "sy")


def client(world: World, name: str = "ann", *roles: str) -> Client:
    """Return the browser of an officer."""
    stage.have_officer(world.node("fr"), name, *(roles or (role.CASE_OFFICER,)))
    return stage.client(world.node("fr"), officer=name)


def officer(world: World, name: str) -> Officer:
    """Return an officer's row."""
    with world.node("fr").store.read() as tx:
        found = tx.officer(name)
    assert found is not None
    return found


def plain(data: bytes) -> str:
    """Return what a page says, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", data.decode()))


def test_every_role_has_settings_in_both_languages(world: World) -> None:
    """What counts, with the line of the configuration that changes it."""
    for one in ROLES:
        for path in PAGES:
            for headers in ({}, CHINESE):
                assert client(world, one, one).get(path, headers=headers).status_code == 200
    assert "approvals = 1" in plain(client(world).get("/settings/").content)


def test_a_token_is_shown_once_and_ended(own: World) -> None:
    """It works from then on; the page never shows it again; another officer cannot end it."""
    given = {"label": "import", "scopes": ["read", "feed"], "days": "30"}
    shown = client(own).post("/settings/tokens/", given).content.decode()
    token = re.search(r"comity-api-[a-z2-7]+", shown)
    assert token
    assert f"/feed/{token[0]}.ics" in shown
    node = own.node("fr")
    assert api_tokens.authenticate(node, token[0])[0].name == "ann"
    again = client(own).get("/settings/tokens/").content.decode()
    assert token[0] not in again
    (kept,) = api_tokens.listing(node)
    assert "ends soon" not in again
    own.advance(20 * 86_400_000)
    assert "ends soon" in client(own).get("/settings/tokens/").content.decode()
    assert client(own, "bob").post(f"/settings/tokens/{kept.id}/end/").status_code == 404
    assert client(own).post(f"/settings/tokens/{kept.id}/end/").status_code == 303
    assert api_tokens.listing(node)[0].ended_ms is not None
    for wrong in ({"label": "A b", "scopes": ["read"], "days": "30"}, {"label": "x", "days": "0"}):
        assert client(own).post("/settings/tokens/", wrong).status_code == 422


def test_whoever_makes_a_token_shows_who_they_are(own: World) -> None:
    """It works without their session; one that releases takes the second factor of a release."""
    node = own.node("fr")
    reads = {"label": "import", "scopes": ["read"], "days": "30"}
    releases = {**reads, "scopes": ["read", "release"]}
    stage.have_officer(node, "ann")
    browser = stage.client(node, officer=None)
    browser.post(f"/account/link/{sign_in_links.add(node, 'ann')[0]}")
    secret = {"password1": GOOD, "password2": GOOD}
    assert browser.post("/account/password/set/", secret).status_code == 302
    without = browser.post("/settings/tokens/", releases)
    assert without.status_code == 422
    assert "officer.factor.missing" in without.content.decode()
    own.advance(300_000)
    page = {"referer": "http://127.0.0.1/settings/tokens/"}
    asked = browser.post("/settings/tokens/", reads, headers=page)
    assert asked.headers["Location"] == (
        "/account/confirm/password/?next=/settings/tokens/%3Funsent%3D1"
    )
    assert api_tokens.listing(node) == []
    shown = {"password": GOOD, "next": "/settings/tokens/"}
    assert browser.post("/account/confirm/password/", shown).status_code == 302
    assert browser.post("/settings/tokens/", reads).status_code == 200
    proven = agreed_stage.proven(node, "ann")
    assert proven.post("/settings/tokens/", releases).status_code == 200
    with database.of(stage.desk_of(node).database):
        agreed_stage.show(proven, node, int(proven.session["_auth_user_id"]), at_ms=1)
    late = proven.post("/settings/tokens/", releases, headers=page)
    assert late.headers["Location"] == "/account/confirm/code/?next=/settings/tokens/%3Funsent%3D1"
    made = sorted(one.scopes for one in api_tokens.listing(node))
    assert made == [("read",), ("read", "release")]


def test_a_call_that_is_made_no_more_is_not_said_to_be_given_up(own: World) -> None:
    """That is said of a party, in another place; a call is not tried again."""
    node, ann = own.node("fr"), client(own)
    ann.post("/settings/webhooks/", {"url": "https://program.example/hook", "kinds": ["act"]})
    (hook,) = registry.listing(node, officer(own, "ann"))
    with node.store.write() as tx:
        registry.note_try(tx, hook.id, Try("e", "act.arrived", 9, 1, 1, 500, delivery.GAVE_UP))
    address = f"/settings/webhooks/{hook.id}/"
    said = [plain(ann.get(address, headers=headers).content) for headers in ({}, CHINESE)]
    assert "not tried again" in said[0]
    assert "不再重试" in said[1]
    typed = cli_webhook._tries_text(registry.tries(node, officer(own, "ann"), hook.id)[0])
    assert "not again" in typed
    assert not any("given" in one or "放弃" in one for one in (*said, typed))


def test_a_webhook_is_added_tested_and_ended(own: World) -> None:
    """Its secret is shown once; the test waits for the serving process; others do not see it."""
    given = {"url": "https://program.example/hook", "kinds": ["act", "clock"]}
    shown = client(own).post("/settings/webhooks/", given).content.decode()
    assert "whsec_" in shown
    assert "whsec_" not in client(own).get("/settings/webhooks/").content.decode()
    (hook,) = registry.listing(own.node("fr"), officer(own, "ann"))
    address = f"/settings/webhooks/{hook.id}/"
    assert client(own).get(address).status_code == 200
    assert client(own, "bob").get(address).status_code == 404
    assert client(own).post(f"{address}test/").status_code == 303
    with own.node("fr").store.read() as tx:
        assert len(registry.waiting(tx, hook.id, 9)) == 1
    assert client(own, "bob").post(f"{address}end/").status_code == 404
    assert client(own).post(f"{address}end/").status_code == 303
    for url in ("http://elsewhere.example/", "javascript:alert(1)", "mailto:x@y.example"):
        refused = client(own).post("/settings/webhooks/", {"url": url, "kinds": ["act"]})
        assert refused.status_code == 422
        assert "node.webhook.url" in refused.content.decode()


def test_notices_by_mail_are_asked_for_moved_and_ended(own: World) -> None:
    """One mailbox an officer; the page shows all that is ever sent."""
    said = plain(client(own).get("/settings/mail/").content)
    assert "Something urgent waits for you at http://127.0.0.1" in said
    for address in ("ann@police.example", "ann@moj.example"):
        given = {"address": address, "language": "zh-Hans", "do": "ask"}
        assert client(own).post("/settings/mail/", given).status_code == 303
    node, ann = own.node("fr"), officer(own, "ann")
    now = mail_notices.of(node, ann)
    assert now is not None
    assert now.url == "mailto:ann@moj.example?lang=zh-Hans"
    assert now.kinds == (kinds.ACT, kinds.CLOCK, kinds.RING)
    assert sum(one.ended_ms is None for one in registry.listing(node, ann)) == 1
    wrong = {"address": "ann", "language": "en", "do": "ask"}
    assert client(own).post("/settings/mail/", wrong).status_code == 422
    assert client(own).post("/settings/mail/", {"do": "end"}).status_code == 303
    assert mail_notices.of(node, ann) is None
