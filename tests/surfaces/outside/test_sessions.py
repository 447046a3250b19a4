"""Guests on the third listener: by link, by token, by certificate; what ends and what is spent."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import guests, pair
from support.guests import At
from support.pair import World
from surfaces.web import stage

from comity.domestic.officer import role
from comity.domestic.outside.session import CERTIFICATE, LINK, TOKEN
from comity.node.base.rows import Officer
from comity.node.desk import outside
from comity.node.desk.outside import COOKIE
from comity.node.room import api_tokens

HTML = {"accept": "text/html,application/xhtml+xml"}
CHINESE = {**HTML, "accept-language": "zh-CN,zh;q=0.9"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two States, of which Freedonia has an officer and an operator."""
    with pair.closing():
        found = stage.world_of(tmp_path_factory.mktemp("guests"), "fr", "sy")
        stage.have_officer(found.node("fr"), "ann", role.CASE_OFFICER)
        stage.have_officer(found.node("fr"), "olga", role.OPERATOR)
        yield found


@pytest.fixture
def at(world: World, tmp_path: Path) -> Iterator[At]:
    """A listener of Freedonia's that nobody has called yet."""
    with guests.serving(world.node("fr"), tmp_path) as found:
        yield found


def officer(at: At, name: str = "ann") -> Officer:
    """Return an officer's row."""
    with at.node.store.read() as tx:
        found = tx.officer(name)
    assert found is not None
    return found


def form(at: At) -> dict[str, str]:
    """Return what a browser says of a form that came from here."""
    return {**HTML, "origin": at.origin}


def cookie_of(headers: dict[str, str]) -> str:
    """Return the cookie that a browser sends back."""
    return headers["set-cookie"].partition(";")[0]


def test_a_link_opens_one_session_once(at: At) -> None:
    """Looking, as a scanner of mail does, changes nothing; who enters second is told that."""
    made = guests.admit(at.node, officer(at), LINK)
    path = made.secret.removeprefix(at.origin)
    for method in ("GET", "HEAD", "GET"):
        assert at.call(path, method=method, headers=HTML).status == 200
    forged = at.call(path, method="POST", headers={**HTML, "origin": "https://evil.example"})
    assert forged.status == 403
    entered = at.call(path, method="POST", headers=form(at))
    assert entered.status == 303
    flags = entered.headers["set-cookie"]
    assert flags.startswith("__Host-comity_outside_fr=")
    assert all(one in flags for one in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
    page = at.call("/", cookie=cookie_of(entered.headers), headers=HTML)
    assert page.status == 200
    assert b"Bank of Sylvania" in page.body
    for method in ("GET", "POST"):
        again = at.call(path, method=method, headers=form(at))
        assert again.status == 410
        assert b"This link was used" in again.body
    chinese = at.call("/", cookie=cookie_of(entered.headers), headers=CHINESE).body.decode()
    assert 'lang="zh-Hans"' in chinese
    assert "您的会话" in chinese


def test_a_token_and_a_certificate_say_the_same_as_json(at: At) -> None:
    """A program learns who it is, in whose name, until when and what it may do."""
    token = guests.admit(at.node, officer(at), TOKEN)
    key = guests.key_for("client.example")
    guests.admit(at.node, officer(at), CERTIFICATE, client=key)
    at.listener.refresh()
    said = at.call("/", token=token.secret).json()
    assert said["name"] == "Recall desk"
    assert said["on_behalf"] == "Bank of Sylvania"
    assert said["scopes"] == ["presence", "echo"]
    assert said["until_ms"] == token.session.until_ms
    shown = at.call("/", client=key).json()
    assert {**shown, "session": "", "kind": ""} == {**said, "session": "", "kind": ""}
    assert (said["kind"], shown["kind"]) == (TOKEN, CERTIFICATE)
    assert at.call("/echo", method="POST", client=key, body=b"hello").body == b"Recall desk: hello"


def test_a_certificate_that_nobody_registered_is_turned_away(at: At) -> None:
    """Nor is one let in whose session has ended, on a connection that was open or on a new one."""
    key = guests.key_for("other.example")
    made = guests.admit(at.node, officer(at), CERTIFICATE, client=key)
    at.listener.refresh()
    assert at.call("/", client=key).status == 200
    outside.end(at.node, officer(at), made.session.id)
    assert at.call("/", client=key).status == 401
    with pytest.raises(OSError, match=r".*"):
        at.call("/", client=guests.key_for("stranger.example"))
    assert at.call("/").status == 401


@pytest.mark.parametrize("kind", [LINK, TOKEN])
def test_what_an_officer_ends_opens_nothing_at_the_next_request(at: At, kind: str) -> None:
    """On an open connection too: each request asks again."""
    made = guests.admit(at.node, officer(at), kind)
    token, cookie = made.secret, ""
    if kind == LINK:
        path = made.secret.removeprefix(at.origin)
        entered = at.call(path, method="POST", headers=form(at))
        token, cookie = "", cookie_of(entered.headers)
    assert at.call("/", token=token, cookie=cookie).status == 200
    outside.end(at.node, officer(at, "olga"), made.session.id)
    over = at.call("/", token=token, cookie=cookie)
    assert over.status == 401
    assert over.json()["code"] == "outside.access.wrong"


def test_a_guest_ends_their_own_session(at: At) -> None:
    """And the link does not open it again."""
    made = guests.admit(at.node, officer(at), LINK)
    path = made.secret.removeprefix(at.origin)
    cookie = cookie_of(at.call(path, method="POST", headers=form(at)).headers)
    assert at.call("/leave", method="POST", cookie=cookie, headers=HTML).status == 403
    assert at.call("/leave", method="POST", cookie=cookie, headers=form(at)).status == 200
    assert at.call("/", cookie=cookie, headers=HTML).status == 401
    assert at.call(path, headers=HTML).status in (404, 410)


def test_a_session_opens_what_its_scopes_name_and_nothing_else(at: At) -> None:
    """Another door is closed, and what is no door is not there."""
    made = guests.admit(at.node, officer(at), TOKEN, "presence")
    assert at.call("/", token=made.secret).status == 200
    closed = at.call("/echo", token=made.secret)
    assert (closed.status, closed.json()["code"]) == (403, "outside.scope.lacking")
    for path in ("/requests/", "/api/v1/whoami", "/account/login/", "/static/desk.css", "/health"):
        assert at.call(path, token=made.secret).status == 404
    assert at.call("/", method="DELETE", token=made.secret).status == 405


def test_requests_and_bytes_have_a_bound(at: At) -> None:
    """Whoever asks more is told how long to wait; others are not slowed."""
    few = guests.admit(at.node, officer(at), TOKEN, requests=3)
    answers = [at.call("/", token=few.secret) for _ in range(4)]
    assert [one.status for one in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    heavy = guests.admit(at.node, officer(at), TOKEN, mebibytes=1)
    assert at.call("/echo/large", token=heavy.secret).status == 200
    assert at.call("/", token=heavy.secret).status == 429
    other = guests.admit(at.node, officer(at), TOKEN)
    assert at.call("/", token=other.secret).status == 200
    sent = b"x" * (1 << 20)
    assert at.call("/echo", method="POST", token=other.secret, body=sent).status == 200


def test_nothing_of_officers_opens_here_nor_the_reverse(at: At) -> None:
    """An officer's cookie and token are strange here; a guest's are strange to officers."""
    browser = stage.client(at.node, officer="ann")
    officers = "; ".join(f"{name}={one.value}" for name, one in browser.cookies.items())
    assert officers
    assert at.call("/", cookie=officers, headers=HTML).status == 401
    api, _ = api_tokens.add(at.node, officer(at), "t", ("read",))
    assert at.call("/", token=api).status == 401
    made = guests.admit(at.node, officer(at), LINK)
    path = made.secret.removeprefix(at.origin)
    cookie = cookie_of(at.call(path, method="POST", headers=form(at)).headers)
    name, _, value = cookie.partition("=")
    stranger = stage.client(at.node, officer=None)
    stranger.cookies[name] = value
    assert stranger.get("/requests/").status_code in (302, 303)
    token = guests.admit(at.node, officer(at), TOKEN)
    bearer = {"Authorization": f"Bearer {token.secret}"}
    assert stranger.get("/requests/", headers=bearer).status_code in (302, 303)
    with pytest.raises(Exception, match="token"):
        api_tokens.authenticate(at.node, token.secret)


def test_each_way_in_takes_its_own_secret(at: At) -> None:
    """A link is no token, a token no cookie, and a cookie no token."""
    link, token = (guests.admit(at.node, officer(at), kind) for kind in (LINK, TOKEN))
    secret = link.secret.rpartition("/")[2]
    assert at.call("/", token=secret).status == 401
    assert at.call(f"/enter/{token.secret}", headers=HTML).status == 404
    assert at.call("/", cookie=f"__Host-comity_outside_fr={token.secret}").status == 401
    entered = at.call(f"/enter/{secret}", method="POST", headers=form(at))
    cookie = cookie_of(entered.headers).partition("=")[2]
    assert at.call("/", token=cookie).status == 401
    assert outside.authenticate(at.node, COOKIE, cookie).id == link.session.id


def test_every_answer_says_that_nothing_is_shared_kept_or_framed(at: At) -> None:
    """A door's too, and what is refused."""
    made = guests.admit(at.node, officer(at), TOKEN)
    for path, given in (("/", made.secret), ("/echo", made.secret), ("/", ""), ("/nowhere", "")):
        headers = at.call(path, token=given).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["strict-transport-security"]
        assert "set-cookie" not in headers
    broken = at.call("/echo/broken", token=made.secret)
    assert (broken.status, broken.json()["code"]) == (500, "outside.program.failed")
    assert b"of a room" not in broken.body


def test_guessing_has_an_end(at: At) -> None:
    """Wrong tries of one address are counted; after them the next learns to wait, not whether."""
    statuses = [at.call(f"/enter/comity-enter-{n:052d}", headers=HTML).status for n in range(32)]
    assert set(statuses) == {404, 429}
    assert re.fullmatch(r"(404 )+(429 )*429", " ".join(map(str, statuses)))
