"""Passwords, codes, recovery codes, sessions and throttling, as a browser without JavaScript."""

import base64
import hmac
import re
import time
from dataclasses import replace
from http import HTTPStatus

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client
from support.states import State
from surfaces.web import agreed_stage, stage

from comity.adapters.alarms import StandingAlarms
from comity.domestic.officer import role
from comity.node.base import profile
from comity.node.desk import account_changes, sign_in_links
from comity.node.desk import officer_admin as officers
from comity.surfaces.web.account import database

GOOD = "correct horse battery staple"
OTHER = "seven purple lamps hum quietly"


def totp(secret: str, at_s: float) -> str:
    """Return the code of an app (RFC 6238): SHA-1, six digits, half a minute."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, int(at_s // 30).to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 15
    return f"{(int.from_bytes(mac[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def body(client: Client, path: str) -> str:
    """Return a page that is there."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("Location"))
    return answer.content.decode()


def let_in_by_link(fr: State, name: str = "ann", *roles: str) -> Client:
    """Return the client of an officer who came by a link."""
    stage.have_officer(fr.node, name, *roles)
    client = stage.client(fr.node, officer=None)
    assert client.post(f"/account/link/{sign_in_links.add(fr.node, name)[0]}").status_code == 302
    return client


def with_password(fr: State, name: str = "ann", *roles: str) -> Client:
    """Return the client of an officer who came by a link and set a password."""
    client = let_in_by_link(fr, name, *roles)
    answer = client.post("/account/password/set/", {"password1": GOOD, "password2": GOOD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def sign_in(fr: State, password: str = GOOD, name: str = "ann", **more: str) -> Client:
    """Return the client of somebody who typed a name and a password."""
    client = stage.client(fr.node, officer=None)
    client.post("/account/sign-in/", {"login": name, "password": password, **more})
    return client


def is_in(client: Client) -> bool:
    """Return whether somebody is signed in."""
    return client.get("/account/").status_code == 200


def add_app(client: Client) -> str:
    """Add an app of codes; return its secret."""
    shown = body(client, "/account/codes/begin/")
    found = re.search(r'id="totp-secret">([^/]*)</code>'.replace("[^/]", "."), shown)
    assert found
    secret = found[1].replace("<wbr>", "")
    answer = client.post("/account/codes/begin/", {"code": totp(secret, time.time())})  # noqa: TID251 -- allauth reads the real clock
    assert answer.status_code == 302, answer.content.decode()
    return secret


def proven(fr: State, name: str, shown_ms: int | None = None) -> Client:
    """Return the client of an officer who showed their second factor, now or at an instant."""
    from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415 -- needs settings

    client = stage.client(fr.node, officer=name)
    with database.of(stage.desk_of(fr.node).database):
        user = get_user_model().objects.get_by_natural_key(name)
        TOTP.activate(user, "JBSWY3DPEHPK3PXP")
        agreed_stage.show(client, fr.node, user.pk, shown_ms)
    return client


def facts(fr: State) -> list[dict[str, str]]:
    """Return the facts of each step of the local log."""
    with fr.node.store.read() as tx:
        rows = [one for one in tx.records("local-fact").values() if isinstance(one, dict)]
    return [{name: str(one["value"]) for name, one in row.items()} for row in rows]  # type: ignore[index,call-overload] # JSON


def steps(fr: State) -> list[tuple[str, ...]]:
    """Return who signed in and by what, and what changed in that."""
    return [
        (one["officer"], one.get("by") or one["what"])
        for one in facts(fr)
        if ("by" in one or "what" in one) and "tries" not in one
    ]


def test_who_came_by_a_link_sets_a_password_and_signs_in_by_it(fr: State) -> None:
    """The page of the account says that there is no way back yet; then there is one."""
    client = let_in_by_link(fr, "ann", role.CASE_OFFICER)
    assert "neither a password nor a passkey" in body(client, "/account/")
    client.post("/account/password/set/", {"password1": GOOD, "password2": GOOD})
    assert "neither a password nor a passkey" not in body(client, "/account/")
    assert is_in(sign_in(fr))
    assert not is_in(sign_in(fr, OTHER))
    assert not is_in(sign_in(fr, name="nobody"))
    assert steps(fr) == [("ann", "link"), ("ann", "password-set"), ("ann", "password")]


def test_a_lost_session_leads_back_to_its_page(fr: State) -> None:
    """Whoever signs in again stands where they were."""
    with_password(fr)
    client = stage.client(fr.node, officer=None)
    where = client.get("/node/matters/?status=submitted").headers["Location"]
    shown = body(client, where)
    assert 'name="next" value="/node/matters/?status=submitted"' in shown
    typed = {"login": "ann", "password": GOOD, "next": "/node/matters/?status=submitted"}
    answer = client.post("/account/sign-in/", typed)
    assert answer.headers["Location"] == "/node/matters/?status=submitted"
    away = {**typed, "next": "https://attacker.example/"}
    other = stage.client(fr.node, officer=None)
    assert other.post("/account/sign-in/", away).headers["Location"] == "/"


@pytest.mark.parametrize(
    "password",
    [
        "short but odd!",
        "password1234567",
        "passwordpassword",
        "qwertyuiopasdfgh",
        "aaaaaaaaaaaaaaaaaa",
        "20241125202411252024",
        "ann ann ann ann ann",
        "police police 2026",
        "comity comity comity",
    ],
)
def test_what_is_guessed_soon_is_no_password(fr: State, password: str) -> None:
    """Short ones, leaked ones, keys in a row, repeats, dates, and what everybody here knows."""
    client = let_in_by_link(fr)
    answer = client.post("/account/password/set/", {"password1": password, "password2": password})
    assert answer.status_code == 200
    assert "govuk-error-summary" in answer.content.decode()
    assert "Set<span" in body(client, "/account/")


def test_another_password_ends_every_other_session(fr: State) -> None:
    """Who changed it stays; whoever signed in by the old one is out."""
    here = with_password(fr)
    there = sign_in(fr)
    assert is_in(there)
    typed = {"oldpassword": GOOD, "password1": OTHER, "password2": OTHER}
    assert here.post("/account/password/change/", typed).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert not is_in(sign_in(fr))
    assert is_in(sign_in(fr, OTHER))


def test_setting_a_password_brings_nobody_back_who_left_meanwhile(fr: State) -> None:
    """Django writes its own columns of the row and no others."""
    client = let_in_by_link(fr)

    desk = stage.desk_of(fr.node)
    with database.of(desk.database):
        user = get_user_model().objects.get_by_natural_key("ann")
        officers.give_roles(fr.node, "ann", [role.COUNSEL])
        officers.end(fr.node, "ann")
        user.set_password(GOOD)
        user.save()
    with fr.node.store.read() as tx:
        officer = tx.officer("ann")
    assert officer is not None
    assert officer.ended_ms is not None
    assert officer.roles == (role.COUNSEL,)
    assert not is_in(client)
    assert not is_in(sign_in(fr))


def test_an_app_of_codes_is_asked_for_after_the_password(fr: State) -> None:
    """The password alone lets nobody in any more; a code does, once; its secret is not in clear."""
    client = with_password(fr)
    secret = add_app(client)
    shown = body(client, "/account/recovery/")
    codes = re.findall(r"<li>\s*<code>(\d+)</code>\s*</li>", shown)
    assert len(codes) == 10
    assert all(len(code) == 12 for code in codes)
    assert not re.findall(r"<li><code>", body(client, "/account/recovery/")), "shown once"
    half = sign_in(fr)
    assert not is_in(half)
    assert "Second factor" in body(half, "/account/factors/show/")
    assert half.post("/account/factors/show/", {"code": "000000"}).status_code == 200
    assert not is_in(half)
    now = time.time()  # noqa: TID251 -- as above
    assert half.post("/account/factors/show/", {"code": totp(secret, now)}).status_code == 302
    assert is_in(half)
    again = sign_in(fr)
    again.post("/account/factors/show/", {"code": totp(secret, now)})
    assert not is_in(again), "a code is used once"
    again.post("/account/factors/show/", {"code": codes[0]})
    assert is_in(again)
    third = sign_in(fr)
    third.post("/account/factors/show/", {"code": codes[0]})
    assert not is_in(third), "a recovery code is used once"
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 -- as above

    with database.of(stage.desk_of(fr.node).database):
        kept = repr([one.data for one in Authenticator.objects.all()])
    assert secret not in kept


def later(fr: State, seconds: int) -> None:
    """Let what is remembered for a while be older by so much."""
    alias = stage.desk_of(fr.node).database
    with connections[alias].cursor() as cursor:
        aged = "UPDATE store_cached SET expires = datetime(expires, %s)"
        cursor.execute(aged, [f"-{seconds} seconds"])


def test_a_code_is_used_once_for_as_long_as_clocks_may_differ(fr: State) -> None:
    """Whoever read it over a shoulder does not sign in by it half a minute later, nor confirms."""
    secret = add_app(with_password(fr))
    ahead = totp(secret, time.time() + 30)  # noqa: TID251 -- allauth reads the real clock
    client = sign_in(fr)
    client.post("/account/factors/show/", {"code": ahead})
    assert is_in(client)
    later(fr, 31)
    again = sign_in(fr)
    again.post("/account/factors/show/", {"code": ahead})
    assert not is_in(again)
    assert client.post("/account/confirm/code/", {"code": ahead}).status_code == 200
    at_s = time.time()  # noqa: TID251 -- as above
    now = next(one for s in (0, 30) if (one := totp(secret, at_s + s)) != ahead)
    assert client.post("/account/confirm/code/", {"code": now}).status_code == 302
    later(fr, 31)
    assert client.post("/account/confirm/code/", {"code": now}).status_code == 200


def test_a_link_does_not_stand_in_for_a_second_factor(fr: State) -> None:
    """Whoever makes links cannot sign in as somebody who has one."""
    add_app(with_password(fr))
    client = stage.client(fr.node, officer=None)
    answer = client.post(f"/account/link/{sign_in_links.add(fr.node, 'ann')[0]}")
    assert answer.headers["Location"] == "/account/factors/show/"
    assert not is_in(client)


def test_a_lost_factor_is_reset_by_whoever_runs_the_node_and_not_in_silence(fr: State) -> None:
    """All by which they signed in is gone; a new link lets in, and asks for a factor."""
    client = with_password(fr)
    add_app(client)
    accounts = apps.get_model("socialaccount", "SocialAccount")
    with database.of(stage.desk_of(fr.node).database):
        accounts.objects.create(user_id=client.session["_auth_user_id"], provider="a", uid="1")
    old = sign_in_links.add(fr.node, "ann")[0]
    half = sign_in(fr)
    assert "I lost my second factor" in body(half, "/account/factors/show/")
    olga = proven(fr, stage.OPERATOR)
    assert "/account/officers/ann/reset/" in body(olga, "/account/officers/ann/")
    shown = olga.post("/account/officers/ann/reset/").content.decode()
    found = re.search(r"comity-link-\w+", shown.replace("<wbr>", ""))
    assert found
    assert not is_in(client), "the session that was open ends"
    assert not is_in(sign_in(fr)), "the password opens nothing"
    with database.of(stage.desk_of(fr.node).database):
        assert not accounts.objects.exists(), "nor does an account of a provider"
    assert stage.client(fr.node, officer=None).get(f"/account/link/{old}").status_code == 410
    anew = stage.client(fr.node, officer=None)
    anew.post(f"/account/link/{found[0]}")
    assert is_in(anew)
    account = body(anew, "/account/")
    assert "Add one: until then nothing is released by you" in account
    assert "How you sign in was reset" in account
    assert "<bdi>olga</bdi>" in account
    assert "About my account" in body(anew, "/")
    assert olga.post("/account/officers/nobody/reset/").status_code == 404
    assert client.post("/account/officers/olga/reset/").status_code in {303, 404}


def test_an_auditor_agrees_before_an_operator_lets_anybody_read(fr: State) -> None:
    """The link of a new officer is shown once an auditor agreed; every page tells them of it."""
    stage.have_officer(fr.node, "aude", role.AUDITOR)
    olga, aude = proven(fr, stage.OPERATOR), proven(fr, "aude")
    neu = {"name": "neu", "agency": "police", "roles": "analyst"}
    answer = olga.post("/account/officers/invite/", neu)
    assert answer.headers["Location"] == "/account/changes/"
    asked = account_changes.listing(fr.node)[0]
    assert "It waits for an auditor" in body(olga, "/account/changes/")
    assert olga.post(f"/account/changes/{asked.id}/agree/").status_code == 404
    assert "One change waits for your word" in body(aude, "/account/")
    assert aude.post(f"/account/changes/{asked.id}/make/").status_code == 404
    assert aude.post(f"/account/changes/{asked.id}/agree/").status_code == 303
    assert "waits for your word" not in body(aude, "/account/")
    shown = olga.post(f"/account/changes/{asked.id}/make/").content.decode()
    assert re.search(r"comity-link-\w+", shown.replace("<wbr>", ""))
    assert "<bdi>neu</bdi>" in body(olga, "/account/officers/")
    told = olga.post("/account/officers/neu/", {"roles": ["analyst", "case-officer"]})
    assert told.headers["Location"] == "/account/changes/"
    wider = account_changes.listing(fr.node)[0]
    aude.post(f"/account/changes/{wider.id}/decline/")
    assert "Nothing waits" in body(olga, "/account/changes/")
    assert stage.client(fr.node).get("/account/changes/").status_code == 404


def test_who_has_no_second_factor_changes_no_account(fr: State) -> None:
    """They are told to add one; who showed theirs long ago shows it again first."""
    stage.have_officer(fr.node, "ann")
    olga = stage.client(fr.node, officer=stage.OPERATOR)
    for path in ("ann/", "ann/link/", "ann/reset/", "ann/end/", "invite/"):
        answer = olga.post(f"/account/officers/{path}", {"roles": "analyst"})
        assert answer.status_code == 403
        assert "Add a second factor first" in answer.content.decode()
    fr.clock.at_ms += 3_600_000
    olga = proven(fr, stage.OPERATOR, shown_ms=fr.clock.at_ms - 3_600_000)
    answer = olga.post("/account/officers/ann/link/")
    assert answer.headers["Location"].startswith("/account/")
    with fr.node.store.read() as tx:
        assert not tx.records(sign_in_links.RECORD)


def test_what_one_person_did_alone_is_told_on_every_page_of_an_auditor(fr: State) -> None:
    """On a node without an auditor the link is shown at once; the first auditor reads how often."""
    olga = proven(fr, stage.OPERATOR)
    neu = {"name": "aude", "agency": "police", "roles": "auditor"}
    shown = olga.post("/account/officers/invite/", neu).content.decode()
    assert re.search(r"comity-link-\w+", shown.replace("<wbr>", ""))
    aude = stage.client(fr.node, officer="aude")
    for path in ("/account/", "/account/changes/"):
        assert "One change was made by one person alone" in body(aude, path), path


def test_sessions_are_listed_and_ended(fr: State) -> None:
    """Each with its browser; one, all others, and only one's own."""
    here = with_password(fr)
    there, third, stranger = sign_in(fr), sign_in(fr), with_password(fr, "bob")
    shown = body(here, "/account/")
    found = [int(one) for one in re.findall(r'/account/sessions/(\d+)/end/"', shown)]
    assert len(found) == 3
    assert shown.count("this one") == 1
    time = r'<td [^>]*>\s*<time datetime="[^"]+" class="cm-when">[^<]+ UTC'
    assert len(re.findall(time, shown)) == 5
    assert stranger.post(f"/account/sessions/{found[0]}/end/").status_code == 404
    newest = max(found)
    assert here.post(f"/account/sessions/{newest}/end/").status_code == 303
    assert [is_in(one) for one in (here, there, third)] == [True, True, False]
    assert here.post("/account/sessions/end/").status_code == 303
    assert [is_in(one) for one in (here, there)] == [True, False]
    own = re.findall(r'/account/sessions/(\d+)/end/"', body(here, "/account/"))
    answer = here.post(f"/account/sessions/{own[0]}/end/")
    assert answer.headers["Location"] == "/account/sign-in/"
    assert not is_in(here)
    assert is_in(stranger)


def test_who_guesses_is_slowed_down_and_a_restart_does_not_help_him(fr: State) -> None:
    """Five wrong passwords, and the right one opens nothing for some minutes, on any process."""
    from django.core.cache import caches  # noqa: PLC0415 -- once the framework is configured

    with_password(fr)
    for _ in range(5):
        assert not is_in(sign_in(fr, OTHER))
    assert not is_in(sign_in(fr))
    shown = stage.client(fr.node, officer=None).post(
        "/account/sign-in/", {"login": "ann", "password": GOOD}
    )
    assert "Too many failed login attempts" in shown.content.decode()
    for cache in caches.all(initialized_only=True):
        cache.close()
    assert not is_in(sign_in(fr))
    with_password(fr, "bob")
    assert is_in(sign_in(fr, name="bob"))


def test_a_stranger_who_guesses_does_not_lock_the_officer_out(fr: State) -> None:
    """Who signed in from a browser before gets in there, by the right password alone."""
    with_password(fr)
    mine = sign_in(fr)
    assert is_in(mine)
    mine.post("/account/sign-out/")
    for _ in range(6):
        assert not is_in(sign_in(fr, OTHER))
    assert not is_in(sign_in(fr))
    mine.post("/account/sign-in/", {"login": "ann", "password": OTHER})
    assert not is_in(mine)
    mine.post("/account/sign-in/", {"login": "ann", "password": GOOD})
    assert is_in(mine)


def test_a_browser_is_known_for_its_own_officer_alone(fr: State) -> None:
    """What it keeps for one name opens no count of another."""
    with_password(fr)
    with_password(fr, "bob")
    hers = sign_in(fr)
    hers.post("/account/sign-out/")
    for _ in range(5):
        sign_in(fr, OTHER, name="bob")
    hers.post("/account/sign-in/", {"login": "bob", "password": GOOD})
    assert not is_in(hers)


def test_who_guesses_is_told_and_fills_no_log(fr: State) -> None:
    """The first wrong try of a name in a day is a step, the fifth, the 25th, which rings too."""
    with_password(fr)
    for number in range(30):
        strange = stage.client(fr.node, officer=None)
        typed = {"login": "ann", "password": OTHER}
        strange.post("/account/sign-in/", typed, REMOTE_ADDR=f"192.0.2.{number}")
    told = [one for one in facts(fr) if "tries" in one]
    assert sorted(one["tries"] for one in told) == ["1", "25", "5"]
    assert {one["officer"] for one in told} == {"ann"}
    assert isinstance(fr.node.alarms, StandingAlarms)
    (what,) = [text for code, text in fr.node.alarms.standing() if "sign-ins" in code]
    assert "25 wrong tries" in what


def test_who_knocks_without_end_is_told_to_wait(fr: State) -> None:
    """Many tries from one address, whatever the name, are answered 429."""
    with_password(fr)
    client = stage.client(fr.node, officer=None)
    typed = [{"login": f"x{number}", "password": OTHER} for number in range(31)]
    answers = [client.post("/account/sign-in/", one) for one in typed]
    assert answers[-1].status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "Too many tries" in answers[-1].content.decode()
    assert not is_in(client)


def test_a_wrong_code_is_slowed_down_too(fr: State) -> None:
    """Six digits would be found in a day, if one might try them all."""
    secret = add_app(with_password(fr))
    half = sign_in(fr)
    for number in range(5):
        half.post("/account/factors/show/", {"code": f"{number:06d}"})
    half.post("/account/factors/show/", {"code": totp(secret, time.time())})  # noqa: TID251 -- as above
    assert not is_in(half)


def test_adding_a_factor_asks_again_who_it_is_after_some_minutes(fr: State) -> None:
    """Who left their desk open gives nobody a factor; they are asked, and come back."""
    client = with_password(fr)
    fr.clock.at_ms += 299_999
    assert client.get("/account/codes/begin/").status_code == 200
    fr.clock.at_ms += 1
    answer = client.get("/account/codes/begin/")
    where = answer.headers["Location"]
    assert where == "/account/confirm/password/?next=/account/codes/begin/"
    assert "Confirm that it is you" in body(client, where)
    typed = {"password": GOOD, "next": "/account/codes/begin/"}
    done = client.post("/account/confirm/password/", typed)
    assert done.headers["Location"] == "/account/codes/begin/"
    add_app(client)


def test_a_first_password_asks_for_the_factor_that_there_is(fr: State) -> None:
    """Else who found a desk open would set one, show by it who they are, and add a factor."""
    client = let_in_by_link(fr)
    secret = add_app(client)
    fr.clock.at_ms += 300_000
    first = {"password1": GOOD, "password2": GOOD}
    answer = client.post("/account/password/set/", first)
    assert answer.headers["Location"].startswith("/account/confirm/code/")
    assert sign_in(fr).get("/account/factors/show/").status_code == 302, "there is none yet"
    assert client.get("/account/passkeys/add/").status_code == 303
    now = totp(secret, time.time())  # noqa: TID251 -- allauth reads the real clock
    assert client.post("/account/confirm/code/", {"code": now}).status_code == 302
    assert client.post("/account/password/set/", first).status_code == 302
    assert "Second factor" in body(sign_in(fr), "/account/factors/show/")


def test_nobody_signs_up(fr: State) -> None:
    """There is no page for it: officers are invited."""
    client = stage.client(fr.node, officer=None)
    for path in ("/account/signup/", "/account/sign-up/", "/account/password/reset/"):
        assert client.get(path).status_code == 404
    assert settings.ACCOUNT_SIGNUP_FIELDS  # allauth wants to be told; no address leads there


def test_officers_are_listed_with_the_name_of_their_agency_in_the_readers_words(fr: State) -> None:
    """No code of an agency, and roles beside each other as their language puts them."""
    named = stage.AGENCIES["fr"]
    with fr.node.store.write() as tx:
        profile.save(tx, replace(profile.load(tx), agencies=named))
    stage.have_officer(fr.node, "ann", role.CONTACT_POINT, role.CASE_OFFICER)
    olga = stage.client(fr.node, officer=stage.OPERATOR)
    for path in ("/account/officers/", "/account/officers/ann/", "/account/"):
        page = olga.get(path, headers={"accept-language": "zh-CN"}).content.decode()
        assert '<bdi lang="zh-Hans">联邦警察联络点</bdi>' in page, path
        assert "<bdi>police</bdi>" not in page, path
    listed = olga.get("/account/officers/", headers={"accept-language": "zh-CN"}).content.decode()
    assert "值班人员、承办人员" in listed or "承办人员、值班人员" in listed
