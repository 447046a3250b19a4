"""The pages of partners: how each stands, try again, freeze, and pairing by a spoken code."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from support.pair import World, state_on
from surfaces.web import stage

from comity.acts.vocabulary import OURS, Vocabulary
from comity.domestic.officer import role
from comity.joint.arrangement.channel import EXERCISE, Terms
from comity.node.base import profile
from comity.node.base.context import Node
from comity.node.base.profile import Profile
from comity.node.base.rows import LOG_FROZEN, LOG_OPEN
from comity.node.exchange import channel, generation, lost_channel, pairing
from comity.node.operate.overview import page, partner

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
ROLES = (role.CASE_OFFICER, role.COUNSEL, role.AUDITOR, role.OPERATOR, role.CONTACT_POINT)


@pytest.fixture
def own(tmp_path: Path) -> World:
    """Return two States and a line that is down."""
    made = stage.world_of(tmp_path, "fr", "sy")
    made.pump()
    made.cut("fr", "sy")
    made.ask("fr")
    for _ in range(8):
        made.round()
    return made


def client(world: World, name: str = "ann", *roles: str) -> Client:
    """Return the browser of an officer of Freedonia."""
    stage.have_officer(world.node("fr"), name, *(roles or (role.CONTACT_POINT,)))
    return stage.client(world.node("fr"), officer=name)


def plain(data: bytes) -> str:
    """Return what a page says, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", data.decode()))


def test_every_role_reads_every_page_in_both_languages(world: World) -> None:
    """A troubled world: expiry, a fork, what has not arrived; nothing of any content."""
    for one in ROLES:
        browser = client(world, one, one)
        for path in (
            "/partners/",
            "/partners/sy/",
            "/partners/bo/",
            "/partners/fr/",
            "/partners/pair/",
        ):
            assert browser.get(path).status_code == 200, (one, path)
            shown = browser.get(path, headers=CHINESE).content.decode()
            assert '<html lang="zh-Hans"' in shown
            assert "Please preserve" not in shown
    assert client(world).get("/partners/zz/").status_code == 404
    said = plain(client(world).get("/partners/bo/").content)
    assert "two histories signed" in said
    assert "comity recover begin" in said


def test_what_waits_is_tried_again_at_once(own: World) -> None:
    """The page tells age, next try and last error; a press and it is sent when the line is back."""
    said = plain(client(own).get("/partners/sy/").content)
    assert "node.peer.unreachable" in said
    assert "Next try" in said
    assert "The oldest acts that wait" not in said, "they may be of another agency"
    refused = client(own, "yan", role.ANALYST).post("/partners/sy/retry/")
    assert refused.status_code == 422
    assert "The oldest acts that wait" not in plain(refused.content), "nor where it is refused"
    auditor = client(own, "eve", role.AUDITOR)
    assert "The oldest acts that wait" in plain(auditor.get("/partners/sy/").content)
    own.mend()
    answer = client(own).post("/partners/sy/retry/")
    assert answer.status_code == 303
    with own.node("fr").store.read() as tx:
        waiting = [one for one in tx.records("delivery").values() if isinstance(one, dict)]
    assert {one["next_try_ms"] for one in waiting} == {0}
    own.pump()
    assert "Everything has arrived." in plain(client(own).get("/partners/sy/").content)
    assert client(own).get("/partners/sy/retry/").status_code == 405


def test_an_auditor_tries_nothing_and_freezes_nothing(own: World) -> None:
    """They read; the use case refuses them whatever their browser sends."""
    browser = client(own, "eve", role.AUDITOR)
    assert "disabled" in browser.get("/partners/sy/").content.decode()
    refused = browser.post("/partners/sy/retry/")
    assert refused.status_code == 422
    assert "officer.role.lacking" in refused.content.decode()
    address = f"/partners/sy/logs/{own.origin('sy')}/freeze/"
    refused = browser.post(address, {"reason": "I want to.", "is_sure": "on"})
    assert refused.status_code == 422
    with own.node("fr").store.read() as tx:
        log = tx.log(own.origin("sy"))
    assert log is not None
    assert log.state == LOG_OPEN


def test_a_log_is_frozen_with_a_reason_and_thawed(own: World) -> None:
    """Who did it and why stands on the page and, hashed, in the local log."""
    origin = own.origin("sy")
    address = f"/partners/sy/logs/{origin}/freeze/"
    assert "do not arrive any more" in plain(client(own).get(address).content)
    assert client(own).post(address, {"reason": "Odd heads."}).status_code == 422
    given = {"reason": "Odd <heads>.", "is_sure": "on"}
    assert client(own).post(address, given).status_code == 303
    with own.node("fr").store.read() as tx:
        log = tx.log(origin)
        facts = [one for one in tx.records("local-fact").values() if isinstance(one, dict)]
    assert log is not None
    assert log.state == LOG_FROZEN
    assert any("Odd <heads>." in str(one.get("reason")) for one in facts)
    shown = client(own).get("/partners/sy/").content.decode()
    assert "Odd &lt;heads&gt;." in shown
    thaw = address.replace("freeze", "thaw")
    assert client(own).post(thaw, {"is_sure": "on"}).status_code == 303
    assert client(own).get("/partners/sy/logs/sy/none/live/1/freeze/").status_code == 404


def test_a_partner_is_given_up_with_a_reason_and_taken_back(own: World) -> None:
    """What it means is read first; the page says who did it and why, and what waits alarms not."""
    address = f"/partners/sy/in/{own.arrangement}/give-up/"
    assert address in client(own).get("/partners/sy/").content.decode()
    assert "do without their signatures" in plain(client(own).get(address).content)
    assert client(own).post(address, {"reason": "They left."}).status_code == 422
    given = {"reason": "They <left>.", "is_sure": "on"}
    assert client(own).post(address, given).status_code == 303
    shown = client(own).get("/partners/sy/").content.decode()
    assert "no longer waited for" in shown
    assert "They &lt;left&gt;." in shown
    assert (
        "\u4e0d\u518d\u7b49\u5f85"
        in client(own).get("/partners/", headers=CHINESE).content.decode()
    )
    assert [one.code for one in page.overview(own.node("fr")).notices] == []
    back = address.replace("give-up", "take-back")
    assert back in shown
    assert client(own).get(back).status_code == 200
    assert client(own).post(back, {"is_sure": "on"}).status_code == 303
    assert "no longer waited for" not in client(own).get("/partners/sy/").content.decode()
    other = address.replace(own.arrangement, "a" * 26)
    assert client(own).post(other, given).status_code == 422


def begun(folder: Path, called: str = "sy") -> tuple[Node, Node, bytes]:
    """Return two nodes of which one has offered and the other accepted, and the acceptance.

    Args:
        folder: for both.
        called: by whose names the other calls itself.
    """
    first, second = (state_on(folder, party, "sqlite") for party in ("fr", "sy"))
    for one in (first, second):
        with one.node.store.write() as tx:
            found = Profile(
                stage.NAMES[called if one is second else "fr"],
                stage.AGENCIES[one.node.party],
                "https://x.example:8443",
            )
            profile.save(tx, found)
    arrangement = pairing.new_arrangement_id(first.node)
    roots = [
        one.maker.make_root(folder / f"{one.node.party}.root", one.node.party, arrangement)
        for one in (first, second)
    ]
    offer = pairing.offer(first.node, first.maker, roots[0], ["fr", "sy"])
    accept = pairing.accept(second.node, second.maker, roots[1], offer)
    return first.node, second.node, accept


def test_a_room_is_adopted_from_the_page_of_the_partner(own: World) -> None:
    """A room that this State has not adopted has a button; then the partner is waited for."""
    weather = Vocabulary({**OURS.added, "weather": {1: ("weather.reported/1",)}})
    own.replace_node("fr", replace(own.node("fr"), vocabulary=weather))
    address = f"/partners/sy/in/{own.arrangement}/rooms/weather/adopt/"
    assert address in client(own).get("/partners/sy/").content.decode()
    assert client(own, "eve", role.AUDITOR).post(address).status_code == 422
    assert client(own).post(address.replace("weather", "storms")).status_code == 422
    own.mend()
    assert client(own).post(address).status_code == 303
    shown = client(own).get("/partners/sy/").content.decode()
    assert address not in shown
    assert "Ask the partner to adopt it" in plain(shown.encode())


def test_a_pairing_is_kept_once_the_spoken_code_agrees(tmp_path: Path) -> None:
    """Root keys stay with the command; the code is compared here, and a wrong one keeps nothing."""
    first, second, accept = begun(tmp_path)
    stage.have_officer(first, "olga", role.OPERATOR)
    stage.have_officer(second, "olga", role.OPERATOR)
    ours, theirs = (stage.client(one, officer="olga") for one in (first, second))
    assert "Our offer was made." in plain(ours.get("/partners/pair/").content)
    assert "Our acceptance was made." in plain(theirs.get("/partners/").content)
    answer = ours.post("/partners/pair/open/", {"accepts": SimpleUploadedFile("a.txt", accept)})
    assert answer.status_code == 200, plain(answer.content)
    confirm = answer.content
    shown = theirs.post(
        "/partners/pair/compare/", {"confirm": SimpleUploadedFile("c.txt", confirm)}
    )
    code = re.search(r'<strong class="cm-code">([^<]+)</strong>', shown.content.decode())
    text = re.search(r'name="text"[^>]*value="([^"]+)"', shown.content.decode())
    assert code
    assert text
    assert "(optional)" not in shown.content.decode()
    silent = theirs.post("/partners/pair/compare/", {"text": text[1], "code": ""})
    assert silent.status_code == 422
    wrong = theirs.post("/partners/pair/compare/", {"text": text[1], "code": "AAAA-AAAA"})
    assert wrong.status_code == 422
    assert "arrangement.pairing.code" in wrong.content.decode()
    assert 'value="AAAA-AAAA"' in wrong.content.decode()
    assert "No partner yet." in plain(theirs.get("/partners/").content)
    assert (
        theirs.post("/partners/pair/compare/", {"text": text[1], "code": code[1]}).status_code
        == 303
    )
    assert "Freedonia" in plain(theirs.get("/partners/").content)
    bad = SimpleUploadedFile("c.txt", b"nonsense")
    assert ours.post("/partners/pair/compare/", {"confirm": bad}).status_code == 422


def test_a_partner_that_calls_itself_as_another_is_warned_of(tmp_path: Path) -> None:
    """Beside the code that is to be compared by voice, in both languages."""
    first, _, accept = begun(tmp_path, called="fr")
    stage.have_officer(first, "olga", role.OPERATOR)
    browser = stage.client(first, officer="olga")
    given = {"accepts": SimpleUploadedFile("a.txt", accept)}
    confirm = browser.post("/partners/pair/open/", given).content
    for headers, words in (({}, "sy calls itself Freedonia, as fr does."), (CHINESE, "sy 自称")):
        file = SimpleUploadedFile("c.txt", confirm)
        shown = browser.post("/partners/pair/compare/", {"confirm": file}, headers=headers)
        assert words in plain(shown.content)


def test_only_the_operator_pairs(tmp_path: Path) -> None:
    """Another officer reads how it goes; the use case refuses them whatever they send."""
    first, _, accept = begun(tmp_path)
    stage.have_officer(first, "ann", role.CASE_OFFICER)
    browser = stage.client(first, officer="ann")
    assert "You can read how it goes." in plain(browser.get("/partners/pair/").content)
    given = {"accepts": SimpleUploadedFile("a.txt", accept)}
    assert browser.post("/partners/pair/open/", given).status_code == 422


def test_a_channel_that_a_partner_shows_by_lost_keys_is_marked(own: World) -> None:
    """On the page of each party, in both languages; other channels are not."""
    path = own.channel
    with own.node("fr").store.write() as tx:
        tx.save_record(lost_channel.FORGOTTEN, f"{path}|sy", True)  # noqa: FBT003 -- a JSON value
    browser = client(own, "ann", role.OPERATOR)
    for party in ("fr", "sy"):
        shown = browser.get(f"/partners/{party}/").content
        marked = [one for one in partner.partner(own.node("fr"), party).logs if one.left_out]
        assert plain(shown).count("has this channel no more") == len(marked) > 0
        chinese = browser.get(f"/partners/{party}/", headers=CHINESE).content
        assert "已无此通道" in plain(chinese)


def test_the_hash_of_a_new_log_stands_where_its_delivery_is_shown(own: World) -> None:
    """On the overview, and on the page of the partner who has to hear it."""
    own.mend()
    own.pump()
    _, entry = generation.begin(own.node("fr"), own.channel, "lost")
    for _ in range(8):
        own.round()
    browser = client(own, "ann", role.OPERATOR)
    for path in ("/node/", "/partners/sy/"):
        shown = browser.get(path).content.decode().replace("<wbr>", "")
        assert entry in shown
    assert "waits until Sylvania accepts it" in plain(browser.get("/node/").content)


def test_channels_are_listed_and_one_that_was_opened_is_ended(tmp_path: Path) -> None:
    """What each is for, in both languages; every party reads its end, and there is no way back."""
    world = stage.world_of(tmp_path, "fr", "sy")
    world.pump()
    for one in world.states.values():
        channel.open_channel(one.node, one.maker, "", Terms("drill-7", EXERCISE))
        world.pump()
    browser, listing = client(world), "/partners/channels/"
    assert "drill-7 open Purpose Exercise Parties" in plain(browser.get(listing).content)
    assert "演练" in browser.get(listing, headers=CHINESE).content.decode()
    address = f"{listing}{world.arrangement}"
    assert browser.get(listing).content.decode().count(f"{address}/drill-7/end/") == 1
    assert f"{address}/live/end/" not in browser.get(listing).content.decode()
    assert "There is no way back" in plain(browser.get(f"{address}/drill-7/end/").content)
    assert browser.post(f"{address}/drill-7/end/", {}).status_code == 422
    assert browser.post(f"{address}/live/end/", {"reason": "done"}).status_code == 422
    assert browser.post(f"{address}/drill-7/end/", {"reason": "done"}).status_code == 303
    world.pump()
    stage.have_officer(world.node("sy"), "wei", role.AUDITOR)
    theirs = stage.client(world.node("sy"), officer="wei")
    assert "What it was for is done" in plain(theirs.get(listing).content)
    assert "drill-7 ended" in plain(theirs.get(listing).content)
    assert theirs.post(f"{address}/live/end/", {"reason": "done"}).status_code == 422
    assert browser.get(f"{address}/nothing/end/").status_code == 404
