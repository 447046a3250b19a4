"""Who gets in, and what becomes of who does not."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from support import stores
from support.pair import state_on
from support.states import State
from surfaces.web import stage

from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.node.desk import officer_admin as officers
from comity.node.desk import sign_in_links
from comity.surfaces.web.account import database

OPEN = {
    "account_login", "account_logout", "account_inactive", "link", "mfa_authenticate",
    "mfa_login_webauthn", "openid_connect_login", "openid_connect_callback",
    "socialaccount_login_cancelled", "socialaccount_login_error", "socialaccount_signup",
    "alive", "ready", "language", "session", "static",
}  # fmt: skip
"""Addresses that need no session."""


def named(client: Client, path: str = "/account/") -> bool:
    """Return whether a page is shown to somebody."""
    return client.get(path).status_code == 200


def test_a_page_without_a_session_leads_to_sign_in_and_back(fr: State) -> None:
    """Where they wanted to go stands in `next`, and nothing of the page is shown."""
    nobody = stage.client(fr.node, officer=None)
    answer = nobody.get("/node/matters/?status=submitted")
    assert answer.status_code == 303
    where = urlsplit(answer.headers["Location"])
    assert where.path == "/account/sign-in/"
    assert parse_qs(where.query) == {"next": ["/node/matters/?status=submitted"]}
    assert answer.content == b""
    assert nobody.get("/").headers["Location"] == "/account/sign-in/"


def test_a_form_without_a_session_does_nothing_and_leads_back_to_its_page(fr: State) -> None:
    """What they come back to is a page that is read, never one that acts."""
    nobody = stage.client(fr.node, officer=None)
    form = "/node/matters/request/aaaaaaaaaaaaaaaaaaaaaaaaae/seen/"
    page = "/node/matters/request/aaaaaaaaaaaaaaaaaaaaaaaaae/"
    answer = nobody.post(form, headers={"referer": f"http://127.0.0.1{page}"})
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"next": [page]}
    for strange in ("https://attacker.example/", "javascript:alert(1)", ""):
        answer = nobody.post(form, headers={"referer": strange})
        assert answer.headers["Location"] == "/account/sign-in/"


def test_words_typed_past_the_end_of_a_session_are_given_back(fr: State) -> None:
    """To the browser that sent them with the token of its form; no key or code stands there."""
    nobody = stage.client(fr.node, officer=None)
    typed = {"text:en": "A child's <b> life", "text:zh": "一名儿童", "once": "k" * 26, "kind": "a"}
    answer = nobody.post("/requests/aaaaaaaaaaaaaaaaaaaaaaaaae/desk/note/", typed)
    shown = answer.content.decode()
    assert answer.status_code == 403
    assert answer.headers["Cache-Control"] == "no-store"
    assert "A child&#x27;s &lt;b&gt; life" in shown
    assert "一名儿童" in shown
    assert shown.count("<textarea") == 2
    assert nobody.post("/account/password/set/", {"password1": "four words of mine"}).content == b""
    strange = stage.client(fr.node, officer=None, csrf=True)
    assert "儿童" not in strange.post("/drafts/new/", typed).content.decode()


def test_a_part_of_a_page_without_a_session_moves_the_whole_page(fr: State) -> None:
    """What htmx asked is not filled with a sign-in form; the page goes there and back."""
    nobody = stage.client(fr.node, officer=None)
    asked = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1/node/matters/?after=x"}
    answer = nobody.get("/node/", headers=asked)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["HX-Redirect"] == "/account/sign-in/?next=/node/matters/%3Fafter%3Dx"


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Give every address below, with its namespace."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, f"{before}{one.namespace}:" if one.namespace else before)
        else:
            yield f"{before}{one.name}", one


def test_every_address_but_a_few_needs_a_session(fr: State) -> None:
    """A new page needs a session unless it is named here; programs have tokens of their own."""
    assert fr.node.party == "fr"
    found = dict(patterns(get_resolver()))
    without = {
        name
        for name, one in found.items()
        if not getattr(one.callback, "login_required", True) and not name.startswith("api:")
    }
    assert without == OPEN
    assert "django.contrib.auth.middleware.AuthenticationMiddleware" in settings.MIDDLEWARE


def test_open_addresses_are_open(fr: State) -> None:
    """Health, style, language and the sign-in page answer everybody."""
    nobody = stage.client(fr.node, officer=None)
    for path in ("/health", "/static/desk.css", "/account/sign-in/"):
        assert named(nobody, path)
    assert nobody.post("/language", {"language": "zh-hans"}).status_code == 302


def test_a_link_shows_a_button_and_signs_in_by_it_once(fr: State) -> None:
    """A program that looks at links uses none up; the second who presses gets nothing."""
    stage.have_officer(fr.node, "ann")
    token, _ = sign_in_links.add(fr.node, "ann")
    first, second = (stage.client(fr.node, officer=None) for _ in range(2))
    path = f"/account/link/{token}"
    for one in (first, second):
        shown = one.get(path)
        assert shown.status_code == 200
        assert "<bdi>ann</bdi>" in shown.content.decode()
        assert not named(one)
    answer = first.post(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert named(first)
    for again in (second.post(path), second.get(path)):
        assert again.status_code == 410
        assert "opens nothing" in again.content.decode()
    assert not named(second)


def test_a_link_needs_its_form(fr: State) -> None:
    """No other site can sign somebody in by posting here."""
    stage.have_officer(fr.node, "ann")
    token, _ = sign_in_links.add(fr.node, "ann")
    nobody = stage.client(fr.node, officer=None, csrf=True)
    assert nobody.post(f"/account/link/{token}").status_code == 403
    assert sign_in_links.owner(fr.node, token).name == "ann"


def test_cookies_are_of_this_node_alone_and_no_script_reads_them(fr: State) -> None:
    """Two nodes on one machine do not take each other's; none is sent along by other sites."""
    stage.have_officer(fr.node, "ann")
    client = stage.client(fr.node, officer=None)
    client.post(f"/account/link/{sign_in_links.add(fr.node, 'ann')[0]}")
    name = settings.SESSION_COOKIE_NAME
    assert name.startswith("comity_session_")
    assert name.removeprefix("comity_session_") == settings.CSRF_COOKIE_NAME[-8:]
    cookie = client.cookies[name]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert 0 < int(cookie["max-age"]) <= 12 * 3_600


def test_a_session_ends_when_it_was_to_end(fr: State) -> None:
    """By a link or by a password: nothing that is kept in it makes it longer."""
    linked = stage.client(fr.node, officer=None)
    stage.have_officer(fr.node, "ann")
    linked.post(f"/account/link/{sign_in_links.add(fr.node, 'ann')[0]}")
    secret = "correct horse battery staple"  # noqa: S105 -- of nobody
    linked.post("/account/password/set/", {"password1": secret, "password2": secret})
    typed = stage.client(fr.node, officer=None)
    typed.post("/account/sign-in/", {"login": "ann", "password": secret})
    for client in (linked, typed):
        assert named(client)
        with database.of(stage.desk_of(fr.node).database):
            session = client.session
            ends = session.get_expiry_date()
            session["kept"] = True
            session.save()
            assert client.session.get_expiry_date() == ends


def test_a_page_knows_when_its_session_ends(fr: State) -> None:
    """It says so to who reads it, and its script asks before it sends what was typed."""
    client = stage.client(fr.node, officer=None)
    assert client.get("/account/session/").json() == {"officer": ""}
    stage.have_officer(fr.node, "ann")
    client.post(f"/account/link/{sign_in_links.add(fr.node, 'ann')[0]}")
    here = client.get("/account/session/").json()
    with database.of(stage.desk_of(fr.node).database):
        ends_ms = int(client.session.get_expiry_date().timestamp() * 1_000)
    assert (here["officer"], here["ends_ms"]) == ("ann", ends_ms)
    page = client.get("/account/").text
    assert f'data-ends-ms="{ends_ms}"' in page
    assert "Your session ends:" in page


def test_who_signs_out_is_out(fr: State) -> None:
    """The session is gone, not only its cookie; a link alone signs nobody out."""
    client = stage.client(fr.node)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/account/sign-out/").status_code == 405
    assert client.post("/account/sign-out/").headers["Location"] == "/account/sign-in/"
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert not named(client)


def test_who_has_left_is_out_at_once(fr: State) -> None:
    """The very next request finds no session."""
    client = stage.client(fr.node)
    assert named(client)
    officers.end(fr.node, stage.OFFICER)
    assert not named(client)
    assert not named(client)


def test_a_role_counts_from_the_next_request(fr: State) -> None:
    """What an officer may do is read with each request, not when they signed in."""
    from comity.surfaces.web import session  # noqa: PLC0415 -- once the framework is configured

    client = stage.client(fr.node)

    def roles() -> tuple[str, ...]:
        return session.officer_of(client.get("/node/").wsgi_request).roles

    assert roles() == role.DEFAULT
    officers.give_roles(fr.node, stage.OFFICER, [role.COUNSEL])
    assert roles() == (role.COUNSEL,)


def test_nodes_of_one_process_do_not_know_each_others_sessions(tmp_path: Path) -> None:
    """A session of one is nothing to the other, though an officer of that name works there."""
    fr, sy = (state_on(tmp_path, party, "sqlite") for party in ("fr", "sy"))
    here, there = stage.client(fr.node), stage.client(sy.node)
    assert named(here)
    assert named(there)
    there.cookies[settings.SESSION_COOKIE_NAME] = here.cookies[settings.SESSION_COOKIE_NAME].value
    assert not named(there)
    assert named(here)


def test_a_secret_that_opens_no_more_is_told_with_the_next_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the key of apps of codes was lost, a page says so: it is no error of the program."""
    stores._configure()
    from comity.surfaces.web.account import adapter  # noqa: PLC0415 -- once Django is configured

    kept = adapter.Factors().encrypt("a secret")
    assert adapter.Factors().decrypt(kept) == "a secret"
    monkeypatch.setattr(adapter, "_fernet", lambda: Fernet(Fernet.generate_key()))
    with pytest.raises(Fault, match="reset-factor"):
        adapter.Factors().decrypt(kept)
