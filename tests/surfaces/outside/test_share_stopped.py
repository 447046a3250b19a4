"""Who has no program confirms by a link: opened once, in their language, and over with the last."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings
from support.threats import ORIGIN, Line, Post

from comity.adapters.store import connect
from comity.kernel.inadmissible import Inadmissible
from comity.rooms.share import holders, stop_links


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Two States; whatever `requests` sends goes to the third listener of one."""
    if not settings.configured:  # pages of guests are Django's
        connect.configure(tmp_path, None, "0" * 64)
    made = Post(tmp_path)
    line = Line(made.app)
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: line)
    return made


def ask(method: str, path: str, cookie: str = "", language: str = "en") -> requests.Response:
    """Ask as a browser does, and follow nowhere."""
    headers = {"Accept": "text/html", "Accept-Language": language, "Origin": ORIGIN}
    return requests.request(
        method, f"{ORIGIN}{path}", headers={**headers, "Cookie": cookie}, allow_redirects=False,
        timeout=9,
    )  # fmt: skip


def test_a_link_confirms_what_its_consumer_fetched_and_no_more(post: Post) -> None:
    """The board then names nobody; the link is used, and what it opened is over."""
    client, other = post.admit(), post.admit()
    objects = [{"type": "ipv4-addr", "spec_version": "2.1", "value": f"198.51.100.{n}",
                "id": f"ipv4-addr--00000000-0000-4000-8000-{n:012d}"} for n in (1, 2)]  # fmt: skip
    share = post.give(objects)
    assert client.values() == other.values() == {"198.51.100.1", "198.51.100.2"}
    post.desks.do("us", "share", "retract", share, "--reason", "false-positive", "--item", "2")
    made = stop_links.make(post.node, post.officer(), client.id, 7)
    assert not isinstance(made, Inadmissible)
    path = urlsplit(made.secret).path
    assert ask("GET", path).status_code == 200
    entered = ask("POST", path)
    assert entered.headers["Location"] == "/stopped/"
    cookie = entered.headers["Set-Cookie"].partition(";")[0]
    assert ask("POST", path).status_code != 303, "it is opened once"
    for language, words in (("en", "False positive"), ("zh-CN", "误报")):
        shown = ask("GET", "/stopped/", cookie, language)
        assert (shown.status_code, words in shown.text) == (200, True)
    assert ask("POST", f"/stopped/{'a' * 26}", cookie).status_code == 404
    with post.node.store.read() as tx:
        (act,) = [one for row in tx.matters("share", "", 9)
                  for one in tx.acts_of(row.channel, row.matter)
                  if one.act.tag == "share.retracted/1"]  # fmt: skip
    done = ask("POST", f"/stopped/{act.act.id}", cookie, "zh-CN")
    assert "没有待确认的事项" in done.text
    assert ask("GET", "/stopped/", cookie).status_code == 401
    with post.node.store.read() as tx:
        found = holders.of_share(tx, share, act.act.id, 0)
        assert {one.id: one.confirmed_ms is not None for one in found} == {
            client.id: True, other.id: False,
        }  # fmt: skip
