"""The pages of joint texts: read by lawyers, compared, proposed, adopted by the other State."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from support.agreed import shipped
from support.pair import World
from surfaces.web import stage

from comity.domestic.officer import role

TEXT = shipped("guideline/dialogue.yaml")
CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return two States with names in two languages, where one officer approves alone."""
    made = stage.world_of(tmp_path, "fr", "sy")
    made.pump()
    return made


def client(world: World, party: str, name: str = "ann", *roles: str) -> Client:
    """Return an officer's browser; without roles they may do all that is needed here."""
    stage.have_officer(world.node(party), name, *(roles or (role.CASE_OFFICER, role.COUNSEL)))
    return stage.client(world.node(party), officer=name)


def main(world: World) -> str:
    """Return the address of the guideline."""
    return f"/guidelines/{world.arrangement}/guideline/"


def plain(data: bytes) -> str:
    """Return what a page says, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", data.decode()))


def propose(world: World, party: str, **fields: object) -> str:
    """Propose the text that ships, or another; return where the browser is sent."""
    given: dict[str, object] = {"source": "shipped", "do": "propose", **fields}
    answer = client(world, party).post(f"{main(world)}propose/", given)
    assert answer.status_code == 303, plain(answer.content)[:3000]
    world.pump()
    return str(answer.headers["Location"])


def adopt(world: World, party: str) -> None:
    """Adopt what is open."""
    browser = client(world, party)
    shown = browser.get(main(world)).content.decode()
    found = re.search(r'href="([^"]+/adopt/)"', shown)
    assert found, plain(shown.encode())
    page = browser.get(found[1]).content.decode()
    sha256 = re.search(r'name="sha256"[^>]*value="([0-9a-f]{64})"', page)
    assert sha256
    answer = browser.post(found[1], {"sha256": sha256[1], "has_read": "on"})
    assert answer.status_code == 303, plain(answer.content)[:3000]
    world.pump()


def test_one_state_proposes_and_both_adopt(world: World) -> None:
    """A proposal stands on both sides; it is in force once each has adopted it."""
    assert propose(world, "fr").endswith("?said=sent")
    theirs = plain(client(world, "sy").get("/guidelines/").content)
    assert "Proposed 2027-draft-2 proposed by Freedonia" in theirs
    assert "Waits for Freedonia , Sylvania" in theirs
    for party in ("sy", "fr"):
        adopt(world, party)
    for party in ("fr", "sy"):
        said = plain(client(world, party).get("/guidelines/").content)
        assert "In force 2027-draft-2 Since" in said
        said = plain(client(world, party).get(main(world)).content)
        assert "2027-draft-2 in force" in said
        assert "adopted it, the last to do so" in said


def test_a_version_is_read_in_both_languages_side_by_side(world: World) -> None:
    """What the text says stands in each of its languages, with its sources and their standing."""
    propose(world, "fr")
    browser = client(world, "sy")
    found = re.search(
        r'href="([^"]+/versions/[0-9a-f]{64}/)"', browser.get(main(world)).content.decode()
    )
    assert found
    shown = browser.get(found[1]).content.decode()
    assert 'lang="en"' in shown
    assert "数据保全" in shown
    assert "to be verified" in plain(shown.encode())
    assert "Grounds of refusal" in shown
    assert "24 months of the State that is asked" in plain(shown.encode())
    only = browser.get(f"{found[1]}?words=zh").content.decode()
    assert "Preservation of data" not in only
    kind = plain(browser.get(f"{found[1]}types/preservation/").content)
    assert "when By when the answer is needed is given" in kind
    assert "3 working days of the State that is asked" in kind
    assert browser.get(f"{found[1]}types/nothing/").status_code == 404
    whole = browser.get(f"{found[1]}whole/").content
    assert len(whole) > len(shown)
    assert browser.get(f"{found[1]}yaml").content == TEXT


def test_no_title_shows_its_markup(world: World) -> None:
    """A browser shows a title as it stands, and a screen reader reads it out."""
    browser = client(world, "fr")
    for page in (main(world), "/guidelines/shipped/", "/partners/sy/"):
        title = browser.get(page).text.partition("<title>")[2].partition("</title>")[0]
        assert "comity" in title
        assert not re.search(r"<|&lt;", title), title


def test_a_difference_is_told_in_words_with_its_place(world: World) -> None:
    """A lawyer sees what stood there and what stands there now, in their language."""
    propose(world, "fr")
    changed = TEXT.replace(b"  urgent: {amount: 8, unit", b"  urgent: {amount: 6, unit")
    propose(world, "fr", source="typed", yaml=changed.decode())
    browser = client(world, "sy")
    shown = browser.get(main(world)).content.decode()
    ids = re.findall(r"/proposals/([a-z0-9]{26})/adopt/", shown)
    assert len(ids) == 2
    address = f"{main(world)}difference/?old={ids[1]}&new={ids[0]}"
    said = plain(browser.get(address).content)
    assert "1 change" in said
    place = ("Periods", "Registration and acknowledgement", "How long", "Urgent")
    assert " \u203a ".join(place) in said
    assert "before 8 hours now 6 hours" in said
    assert "登记受理" in plain(browser.get(address, headers=CHINESE).content)
    same = plain(browser.get(f"{main(world)}difference/?old={ids[1]}&new=shipped").content)
    assert "The two texts say the same." in same


def test_everything_that_is_wrong_in_a_file_is_told_at_once_by_line(world: World) -> None:
    """Nothing is sent; the text comes back to be mended in place, each flaw with its line."""
    broken = TEXT.replace(b"translator: asker", b"translator: nobody").replace(
        b"need: always", b"need: sometimes", 1
    )
    upload = SimpleUploadedFile("mine.yaml", broken, "application/yaml")
    browser = client(world, "fr")
    answer = browser.post(
        f"{main(world)}propose/", {"source": "file", "file": upload, "do": "propose"}
    )
    assert answer.status_code == 422
    said = plain(answer.content)
    line = next(
        n for n, row in enumerate(TEXT.decode().splitlines(), 1) if "translator: asker" in row
    )
    assert f"{line} /languages/translator" in said
    assert "things are wrong in this text" in said
    assert "sometimes" in said
    assert "translator: nobody" in answer.content.decode()
    assert "Nothing was proposed yet" in plain(browser.get(main(world)).content)
    upload = SimpleUploadedFile("mine.yaml", b"\xff\x00 not yaml: [", "application/yaml")
    answer = browser.post(
        f"{main(world)}propose/", {"source": "file", "file": upload, "do": "check"}
    )
    assert answer.status_code == 422
    answer = browser.post(f"{main(world)}propose/", {"source": "file", "do": "check"})
    assert answer.status_code == 422
    assert "Choose a file." in answer.content.decode()


def test_checking_says_what_would_change_and_sends_nothing(world: World) -> None:
    """Before it is proposed, a text is compared with the version in force."""
    propose(world, "fr")
    for party in ("fr", "sy"):
        adopt(world, party)
    changed = TEXT.replace(b"  urgent: {amount: 8, unit", b"  urgent: {amount: 6, unit")
    given = {"source": "typed", "yaml": changed.decode(), "do": "check"}
    answer = client(world, "fr").post(f"{main(world)}propose/", given)
    assert answer.status_code == 200
    said = plain(answer.content)
    assert "Nothing is wrong in this text" in said
    assert "1 change from the version in force" in said
    assert "before 8 hours now 6 hours" in said
    assert "Proposed" not in plain(client(world, "sy").get("/guidelines/").content)


def test_a_form_that_is_sent_twice_is_one_proposal(world: World) -> None:
    """A double click, or the back key and the button once more, says it once."""
    browser = client(world, "fr")
    page = browser.get(f"{main(world)}propose/").content.decode()
    once = re.search(r'name="once"[^>]*value="([0-9a-f]+)"', page)
    assert once
    given = {"source": "shipped", "do": "propose", "once": once[1]}
    for _ in range(2):
        assert browser.post(f"{main(world)}propose/", given).status_code == 303
    with world.node("fr").store.read() as tx:
        said = [
            one
            for one in tx.acts(world.origin("fr"), 0, 100)
            if one.act.tag.startswith("guideline")
        ]
    assert len(said) == 1
    answer = browser.post(f"{main(world)}propose/", {"source": "shipped", "do": "propose"})
    assert answer.status_code == 422
    assert "guideline.proposed-before" in answer.content.decode()


@pytest.mark.parametrize("other", ["file", "yaml"])
def test_a_text_is_never_proposed_in_the_place_of_another_that_was_given(
    world: World, other: str
) -> None:
    """The text that ships is chosen at first: who picks a file may not see that."""
    given = SimpleUploadedFile("ours.yaml", b"a: 1", "text/yaml") if other == "file" else "a: 1"
    fields = {"source": "shipped", "do": "propose", other: given}
    answer = client(world, "fr").post(f"{main(world)}propose/", fields)
    assert answer.status_code == 422
    assert "Say which" in plain(answer.content)
    with world.node("fr").store.read() as tx:
        acts = tx.acts(world.origin("fr"), 0, 100)
    assert not [one for one in acts if one.act.tag.startswith("guideline")]


def test_a_proposal_is_declined_with_a_reason(world: World) -> None:
    """Each verb has its page, which says what it means and for whom it waits."""
    propose(world, "fr")
    theirs, ours = client(world, "sy"), client(world, "fr")
    first = re.findall(
        r"/proposals/([a-z0-9]{26})/decline/", theirs.get(main(world)).content.decode()
    )
    assert first
    decline = f"{main(world)}proposals/{first[0]}/decline/"
    assert "closed for every party" in plain(theirs.get(decline).content)
    assert theirs.post(decline, {}).status_code == 422
    assert theirs.post(decline, {"reason": "needs-changes"}).status_code == 303
    world.pump()
    said = plain(ours.get(main(world)).content)
    assert "declined" in said
    assert "It needs changes" in said
    assert "需要修改" in plain(ours.get(main(world), headers=CHINESE).content)


def test_a_proposal_is_countered_and_withdrawn(world: World) -> None:
    """Another text takes its place; one's own is taken back with a reason and a letter."""
    theirs, ours = client(world, "sy"), client(world, "fr")
    changed = TEXT.replace(b"2027-draft-2", b"2027-draft-3")
    propose(world, "sy", source="typed", yaml=changed.decode())
    second = re.findall(r"\?counters=([a-z0-9]{26})", ours.get(main(world)).content.decode())
    counter = f"{main(world)}propose/?counters={second[0]}"
    assert "It takes the place of the proposal 2027-draft-3" in plain(ours.get(counter).content)
    assert ours.post(counter, {"source": "shipped", "do": "propose"}).status_code == 303
    world.pump()
    assert "countered by another proposal" in plain(theirs.get(main(world)).content)
    third = re.findall(
        r"/proposals/([a-z0-9]{26})/withdraw/", ours.get(main(world)).content.decode()
    )
    withdraw = f"{main(world)}proposals/{third[0]}/withdraw/"
    assert ours.post(withdraw, {"reason": "error", "text_en": "A slip."}).status_code == 303


def test_a_text_in_force_is_left_by_two_officers(world: World) -> None:
    """The guideline asks for two, one of them counsel: one alone keeps a draft."""
    ours = client(world, "fr")
    propose(world, "sy")
    for party in ("fr", "sy"):
        adopt(world, party)
    fourth = re.findall(r"/proposals/([a-z0-9]{26})/leave/", ours.get(main(world)).content.decode())
    leave = f"{main(world)}proposals/{fourth[0]}/leave/"
    assert "2 officers approve before it is sent. One of the others is: counsel" in plain(
        ours.get(leave).content
    )
    answer = ours.post(leave, {"from": "2030-01-01T00:00"})
    assert "said=waiting&draft=" in answer.headers["Location"]
    said = plain(ours.get(answer.headers["Location"]).content)
    assert "kept as a draft until enough officers have approved it" in said


def test_a_calendar_is_read_and_proposed_like_a_guideline(world: World) -> None:
    """Working days are a joint text of each party."""
    address = f"/guidelines/{world.arrangement}/calendar.fr/"
    days = shipped("calendar/us-2026.yaml")
    given = {"source": "typed", "yaml": days.decode(), "do": "propose"}
    answer = client(world, "fr").post(f"{address}propose/", given)
    assert answer.status_code == 303, plain(answer.content)
    world.pump()
    browser = client(world, "sy")
    said = plain(browser.get("/guidelines/").content)
    assert "Working days of Freedonia" in said
    found = re.search(
        r'href="([^"]+/versions/[0-9a-f]{64}/)"', browser.get(address).content.decode()
    )
    assert found
    shown = plain(browser.get(found[1]).content)
    assert "2026-07-0" in shown
    assert "holiday" in shown
    wrong = browser.post(
        f"{address}propose/", {"source": "typed", "yaml": "id: fr\n", "do": "check"}
    )
    assert wrong.status_code == 422
    assert browser.get(f"/guidelines/{world.arrangement}/calendar.zz/propose/").status_code in {
        200,
        404,
    }


def test_what_lacks_a_language_is_named(world: World) -> None:
    """Names on cards, the profile and the texts: which words readers of one language miss."""
    propose(world, "fr")
    browser = client(world, "fr")
    said = plain(browser.get("/guidelines/languages/").content)
    assert "Guideline 2027-draft-2 whole whole" in said
    with world.node("sy").store.read() as tx:
        assert tx is not None
    assert "Card: Sylvania" in said


def test_an_address_of_nothing_is_not_there(world: World) -> None:
    """What does not exist is a page that says so."""
    browser = client(world, "fr")
    for path in (
        "/guidelines/nothing/guideline/",
        f"{main(world)}versions/ffff/",
        f"{main(world)}proposals/aaaaaaaa/adopt/",
        f"{main(world)}difference/?old=ffff&new=eeee",
        f"/guidelines/{world.arrangement}/other/propose/",
    ):
        assert browser.get(path).status_code in {200, 404}, path
    assert browser.get("/guidelines/nothing/guideline/").status_code == 404
    assert browser.get(f"{main(world)}versions/ffff/").status_code == 404


def test_every_page_of_the_room_is_shown_in_both_languages(world: World) -> None:
    """No sentence of a page is missing in Chinese, and no markup is broken by it."""
    propose(world, "fr")
    browser = client(world, "sy")
    shown = browser.get(main(world)).content.decode()
    links = set(re.findall(r'href="(/guidelines/[^"]*)"', shown))
    links |= {
        "/guidelines/",
        "/guidelines/languages/",
        "/guidelines/shipped/",
        "/guidelines/calendars/",
    }
    links |= {"/guidelines/shipped/whole/", "/guidelines/shipped/types/preservation/"}
    for path in sorted(links):
        address = path.replace("&amp;", "&")
        assert browser.get(address).status_code == 200, path
        answer = browser.get(address, headers=CHINESE)
        if "yaml" not in path:
            assert '<html lang="zh-Hans"' in answer.content.decode()


def test_a_clock_that_nothing_stops_is_told_and_may_be_proposed_all_the_same(world: World) -> None:
    """It would be late though the request was taken back; in either language, with its line."""
    text = TEXT.decode().replace("    stops: [withdrawn, superseded]\n", "", 1)
    given = {"source": "typed", "yaml": text, "do": "check"}
    browser = client(world, "fr")
    english: dict[str, str] = {}
    expected = ((english, "Nothing is wrong", ""), (CHINESE, "该文本没有问题", "显示为逾期"))
    for headers, looked, warned in expected:
        answer = browser.post(f"{main(world)}propose/", given, headers=headers)
        assert answer.status_code == 200
        said = plain(answer.content)
        assert looked in said
        assert "runs on, and is told as late" in said
        assert "acknowledge" in said
        assert warned in said


def test_a_period_is_changed_in_a_table(world: World) -> None:
    """Who edits a number sees what it changes; the text to propose has that change alone."""
    browser = client(world, "fr")
    shown = browser.get(f"{main(world)}periods/").content.decode()
    given = dict(re.findall(r'name="(amount-\d+)"[^>]* value="(\d+)"', shown))
    given |= {
        name: re.findall(r'<option value="([^"]+)" selected', part)[0]
        for name, part in re.findall(r'<select name="(unit-\d+)"(.*?)</select>', shown, re.DOTALL)
    }
    changed = {**given, "amount-1": "6", "version": "2027-draft-3"}
    answer = browser.post(f"{main(world)}periods/", changed, headers={"accept-language": "en"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f'action="{main(world)}propose/"' in page
    (text,) = re.findall(r"<textarea[^>]*name=\"yaml\"[^>]*>(.*?)</textarea>", page, re.DOTALL)
    wanted = TEXT.replace(b"urgent: {amount: 8, unit", b"urgent: {amount: 6, unit", 1)
    wanted = wanted.replace(b"2027-draft-2", b"2027-draft-3", 1)
    assert unescape(text).strip() == wanted.decode().strip()
    same = browser.post(f"{main(world)}periods/", {**given, "version": "2027-draft-2"})
    assert same.status_code == 422
