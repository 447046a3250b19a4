"""The officers' pages as a browser on this machine gets them."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from support.pair import World, state_on
from surfaces.web import stage

from comity.domestic.officer import role
from comity.node.exchange import status
from comity.surfaces.web import static_files, words

PAGES = (
    "/node/",
    "/node/doctor/",
    "/node/matters/",
    "/node/matters/?status=submitted",
    "/node/matters/?status=answered",
)
CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9"}


def pages(world: World) -> list[str]:
    """Return the address of each kind of page."""
    urgent = stage.urgent_id(world.node("fr"))
    logs = [f"/node/logs/{world.origin(party)}/" for party in ("fr", "bo")]
    return [*PAGES, f"/node/matters/request/{urgent}/", *logs]


def text(client: Client, path: str, **headers: str) -> str:
    """Return a page that is there."""
    answer = client.get(path, **headers)  # type: ignore[arg-type] # the WSGI environment
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_every_page_is_shown_in_both_languages(world: World) -> None:
    """English and Chinese, as the browser asks; each says its language."""
    client = stage.client(world.node("fr"), officer=stage.OPERATOR)
    for path in pages(world):
        assert '<html lang="en"' in text(client, path)
        assert '<html lang="zh-Hans"' in text(client, path, **CHINESE)
    assert "西尔瓦尼亚" in text(client, "/node/", **CHINESE)
    with translation.override("zh-hans"):
        assert str(words.error("exchange.log.forked")) in text(client, "/node/", **CHINESE)
    assert "Sylvania" in text(client, "/node/")


def test_an_overview_with_alarms_does_not_say_that_nothing_needs_attention(tmp_path: Path) -> None:
    """It said so in green, right above them."""
    world = stage.world_of(tmp_path, "fr", "sy")
    world.pump()
    node = world.node("fr")
    client = stage.client(node, officer=stage.OPERATOR)
    calm = "Nothing needs attention."
    assert calm in text(client, "/node/")
    with node.store.write() as tx:
        status.save_served(tx, {}, [("duty.unrouted", "One."), ("evidence.due", "Two.")], 1)
    assert calm not in text(client, "/node/")
    assert "2 alarms stand" in text(client, "/node/")
    assert "尚有 2 项警报" in text(client, "/node/", **CHINESE)


def test_the_overview_says_what_is_wrong_and_on_which_side(world: World) -> None:
    """Each trouble of the stage stands there with its side and the next step."""
    shown = re.sub(
        r"<[^>]+>|\s+", " ", text(stage.client(world.node("fr"), officer=stage.OPERATOR), "/node/")
    )
    shown = re.sub(r" +", " ", shown)
    assert "our side Something urgent from Sylvania has not been opened" in shown
    assert "their side A log of Borduria signed two histories" in shown
    assert "the line What we said has not arrived at Sylvania" in shown
    assert "node.peer.unreachable" in shown
    assert "2 entries behind" in shown
    assert "-402.0 s over 5 minutes" in shown
    assert "exchange.log.forked" in shown
    assert "Borduria claims a time before one that it had seen" in shown


def test_the_pages_of_the_node_are_its_operators_and_the_auditors(world: World) -> None:
    """They name every matter, of whichever agency: to an officer of one they do not exist."""
    node = world.node("fr")
    stage.have_officer(node, "ada", role.AUDITOR)
    for path in pages(world):
        assert stage.client(node, officer="ada").get(path).status_code == 200, path
        assert stage.client(node, officer="ann").get(path).status_code == 404, path
    seen = f"/node/matters/request/{stage.urgent_id(node)}/seen/"
    for name in ("ada", "ann"):
        assert stage.client(node, officer=name).post(seen).status_code == 404
    with node.store.read() as tx:
        assert not all(row.opened for row in tx.matters()), "an alarm goes on"


def test_nothing_of_any_body_is_shown(world: World) -> None:
    """An operator sees no narrative, no file number and no key of a blob."""
    node = world.node("fr")
    with node.store.read() as tx:
        rows = [tx.acts_of(row.channel, row.matter) for row in tx.matters()]
    acts = [one.act for found in rows for one in found]
    secrets = {blob.key.hex() for act in acts for blob in act.blobs}
    secrets |= {act.codes["own-reference"] for act in acts if "own-reference" in act.codes}
    client = stage.client(node, officer=stage.OPERATOR)
    shown = "".join(text(client, path) for path in pages(world))
    assert secrets
    assert not [secret for secret in secrets if secret in shown]
    assert "Please preserve" not in shown


def test_every_answer_is_private_and_runs_nothing_of_others(world: World) -> None:
    """The policy of each page allows only what this node serves, and nobody keeps a copy."""
    client = stage.client(world.node("fr"), officer=stage.OPERATOR)
    for path in [*pages(world), "/nowhere/", "/health"]:
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"


def test_no_page_holds_script_or_style_or_an_address_elsewhere(world: World) -> None:
    """Markup is only markup: what moves or colours it comes from files of this node."""
    client = stage.client(world.node("fr"), officer=stage.OPERATOR)
    for path in pages(world):
        shown = text(client, path)
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", shown)
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', shown)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "trace"])
def test_pages_are_read_only(world: World, method: str) -> None:
    """What is shown cannot be changed by its address."""
    client = stage.client(world.node("fr"), officer=stage.OPERATOR)
    for path in [*pages(world), "/health", "/static/desk.css"]:
        assert getattr(client, method)(path).status_code == 405
    assert client.head("/node/").status_code == 200


def test_only_a_browser_on_this_machine_is_answered(world: World) -> None:
    """A name that a stranger made point here shows nothing."""
    client = stage.client(world.node("fr"), officer=stage.OPERATOR)
    for host in ("127.0.0.1:8400", "localhost", "[::1]:8400"):
        assert client.get("/node/", headers={"host": host}).status_code == 200
    answer = client.get("/node/", headers={"host": "attacker.example"})
    assert answer.status_code == 400
    assert b"Freedonia" not in answer.content


def test_a_chosen_language_stays_and_needs_its_form(world: World) -> None:
    """The switch is a form with a token; without one nothing changes."""
    client = stage.client(world.node("fr"), officer=stage.OPERATOR, csrf=True)
    shown = text(client, "/node/matters/")
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown)
    assert found
    choice = {"language": "zh-hans", "next": "/node/matters/"}
    refused = client.post("/language", choice)
    assert refused.status_code == 403
    assert "too old" in refused.content.decode()
    done = client.post("/language", {**choice, "csrfmiddlewaretoken": found[1]})
    assert (done.status_code, done.headers["Location"]) == (302, "/node/matters/")
    assert '<html lang="zh-Hans"' in text(client, "/node/matters/")
    away = {**choice, "next": "https://attacker.example/", "csrfmiddlewaretoken": found[1]}
    assert client.post("/language", away).headers["Location"] == "/"


def test_something_urgent_is_marked_as_seen_by_a_button_alone(tmp_path: Path) -> None:
    """Looking does not end its alarm; saying so does, once, and the local log has a step."""
    world = stage.world_of(tmp_path, "fr", "sy")
    world.ask("sy")
    world.pump()
    node = world.node("fr")
    path = f"/node/matters/request/{stage.urgent_id(node)}/"
    client = stage.client(node, officer=stage.OPERATOR)
    for _ in range(2):
        assert "I have seen this" in text(client, path)
    for _ in range(2):
        assert client.post(f"{path}seen/").status_code == 303
    assert "I have seen this" not in text(client, path)
    assert (
        stage.client(node, officer=stage.OPERATOR, csrf=True).post(f"{path}seen/").status_code
        == 403
    )
    with node.store.read() as tx:
        assert all(row.opened for row in tx.matters())
        facts = tx.records("local-fact").values()
    steps = [one for one in facts if isinstance(one, dict) and "matter" in one]
    assert len(steps) == 1


def test_a_page_in_front_of_somebody_is_known(world: World) -> None:
    """Each page tells that it is open; health, files and refused posts do not."""
    seen: list[str] = []
    client = stage.client(world.node("fr"), seen, officer=stage.OPERATOR)
    for path in pages(world):
        client.get(path)
    assert len(seen) == len(pages(world))
    for path in ("/health", "/static/desk.css", "/nowhere/"):
        client.get(path)
    assert len(seen) == len(pages(world))


def test_what_is_not_there_is_said_in_words(world: World) -> None:
    """An unknown page, matter or log is a page with a way back."""
    client = stage.client(world.node("fr"), officer=stage.OPERATOR)
    absent = "a" * 25 + "e"
    for path in (
        "/nowhere/",
        f"/node/matters/request/{absent}/",
        f"/node/logs/fr/{absent}/live/1/",
    ):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "There is no such page" in answer.content.decode()


def test_a_node_without_peers_says_what_to_do(tmp_path: Path) -> None:
    """Empty states teach the next step."""
    shown = text(
        stage.client(state_on(tmp_path, "fr", "sqlite").node, officer=stage.OPERATOR), "/node/"
    )
    assert "comity pair offer" in shown
    assert "comity request send" in shown
    assert "No log yet" in shown


def test_health_is_for_machines(world: World) -> None:
    """A supervisor gets a word and nothing of the node."""
    answer = stage.client(world.node("fr"), officer=stage.OPERATOR).get("/health")
    assert json.loads(answer.content) == {"state": "ok"}


def test_files_come_from_a_table_and_no_path_leads_out(world: World) -> None:
    """Style and script are served with their types; anything else is not there."""
    client = stage.client(world.node("fr"), officer=stage.OPERATOR)
    css = client.get("/static/desk.css")
    assert css.headers["Content-Type"] == "text/css; charset=utf-8"
    again = client.get("/static/desk.css", headers={"if-none-match": css.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for path in ("../views.py", "%2e%2e/views.py", "..%2fviews.py", "/etc/passwd", "vendor", ""):
        assert client.get(f"/static/{path}").status_code == 404


def test_a_browser_asks_for_no_file_twice(world: World) -> None:
    """An address changes with the bytes, so what it leads to is kept; and it comes packed."""
    client = stage.client(world.node("fr"), officer=stage.OPERATOR)
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', text(client, "/node/"))
    assert len(named) > 3
    for address in named:
        plain, packed = (
            client.get(address),
            client.get(address, headers={"accept-encoding": "gzip"}),
        )
        assert "immutable" in plain.headers["Cache-Control"]
        assert gzip.decompress(packed.content) == plain.content
        assert packed.headers["ETag"] != plain.headers["ETag"]
        old = client.get(address.replace(static_files.release(), "0" * 12))
        assert (old.content, old.headers["Cache-Control"]) == (plain.content, "no-cache")
        tag = {"if-none-match": plain.headers["ETag"]}
        assert "no-store" not in client.get(address, headers=tag).headers.get("Cache-Control", "")


def test_vendored_files_are_what_their_sums_say() -> None:
    """Nobody changed what others wrote; each has its licence beside it."""
    folder = static_files.FOLDER / "vendor"
    sums = (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    named = {line[66:]: line[:64] for line in sums}
    files = {one.relative_to(folder).as_posix() for one in folder.glob("*/*")}
    assert set(named) == files
    for name, expected in named.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected
    assert {one.parent.name for one in folder.glob("*/LICENSE")} == {
        "govuk-frontend",
        "htmx",
        "noto-sans-sc",
    }
