"""Review and release, on pages: four eyes on one hash, counsel first, nothing unreleased leaves."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from support.agreed import ask
from support.pair import World
from surfaces.web import agreed_stage as stage
from surfaces.web import stage as web_stage

from comity.domestic.release import review
from comity.joint.request import acts
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rooms import with_pages
from comity.node.desk import draft_view, worksheets
from comity.node.desk.draft_view import Pending
from comity.node.desk.worksheets import Worksheet
from comity.node.room.act_words import Words
from comity.node.room.release import emergency_review
from comity.node.room.release.draft_store import Waiting
from comity.node.room.request_file import Written
from comity.rooms.request import desk, worksheet_release
from comity.surfaces.web import nav
from comity.surfaces.web.account import database
from comity.surfaces.web.release import law

REASON = {"do": "return", "text": "Name the port, and why the mailbox matters."}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States under the shipped guideline."""
    return stage.world_of(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def node(world: World) -> Node:
    """The asker's node."""
    return world.node("fr")


@pytest.fixture(scope="module")
def desks(node: Node) -> dict[str, Client]:
    """A client for each officer."""
    return stage.clients(node)


def text_of(answer: object) -> str:
    """Return a page."""
    content: bytes = answer.content  # type: ignore[attr-defined] # of Django's client
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", content.decode())


def offered(node: Node, name: str = "preservation") -> Pending:
    """Return a draft that ann has offered."""
    sheet = stage.sheet_of(node, value=stage.example(name))
    kept = worksheet_release.keep(node, stage.officer(node, "ann"), sheet, is_offered=True)
    assert isinstance(kept, Waiting), kept
    return draft_view.find(node, stage.officer(node, "ann"), kept.draft_id)


def at(one: Pending) -> str:
    """Return the address of a draft's page."""
    return f"/release/{one.draft.act.id}/"


def test_two_officers_release_by_the_hash_that_was_read(
    desks: dict[str, Client], node: Node, world: World
) -> None:
    """The author cannot be the second; another hash is refused; the right one is sent, once."""
    one = offered(node)
    read = one.draft.content_sha256
    assert at(one) in text_of(desks["ben"].get("/release/"))
    page = text_of(desks["ben"].get(at(one)))
    assert read in page.replace("<wbr>", "")
    assert "Approve and send" in page
    assert "Approve and send" not in text_of(desks["ann"].get(at(one)))
    own = desks["ann"].post(at(one), {"do": "approve", "content": read})
    assert "release.approved-before" in text_of(own)
    other = desks["ben"].post(at(one), {"do": "approve", "content": "0" * 64})
    assert other.status_code == 422
    assert "release.content-changed" in text_of(other)
    answers = [desks["ben"].post(at(one), {"do": "approve", "content": read}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    world.pump()
    with world.node("sy").store.read() as tx:
        rows = [row for row in tx.matters() if row.matter.kind == "request"]
        assert [row.matter.id for row in rows].count(one.draft.act.matter.id) == 1


def test_what_is_approved_is_shown_next_whatever_it_is(
    desks: dict[str, Client], node: Node
) -> None:
    """Of a case too, and each room says where: no press leads to a page that is not there."""
    opening = {"own_reference": "C-2026/77"}
    before = {one.draft.act.id for one in draft_view.listing(node, stage.officer(node, "ben"))}
    assert desks["ann"].post("/cases/open/", opening).status_code == 303
    waiting = draft_view.listing(node, stage.officer(node, "ben"))
    (one,) = [each for each in waiting if each.draft.act.id not in before]
    read = {"do": "approve", "content": one.draft.content_sha256}
    answer = desks["ben"].post(at(one), read)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/cases/")
    assert desks["ben"].get(answer["Location"]).status_code == 200
    for room in with_pages(node.rooms, is_exercise=True):
        assert "/abc/" in nav.matter_address(room, "path/live", "abc"), room.kind


def test_a_draft_that_has_left_leads_to_what_it_has_become(
    desks: dict[str, Client], node: Node
) -> None:
    """For who may read that; what somebody writes of it is not thrown away; others find nothing."""
    one = offered(node)
    read = {"do": "approve", "content": one.draft.content_sha256}
    became = desks["ben"].post(at(one), read).headers["Location"]
    for name in ("ann", "ben"):
        late = desks[name].get(at(one))
        assert (late.status_code, late.headers["Location"]) == (303, became)
    assert desks["ben"].post(at(one), REASON).status_code == 404
    for hidden in (
        desks["jo"].get(at(one)),
        desks["op"].get(at(one)),
        desks["jo"].post(at(one), read),
    ):
        assert hidden.status_code == 404


def test_whoever_lets_out_shows_first_who_they_are(node: Node) -> None:
    """Without a second factor they cannot; with one shown long ago they are asked again."""
    one = offered(node)
    read = {"do": "approve", "content": one.draft.content_sha256}
    late = stage.proven(node, "ben")
    with database.of(web_stage.desk_of(node).database):
        stage.show(late, node, int(late.session["_auth_user_id"]), at_ms=1)
    asked = late.post(at(one), read, headers={"referer": f"http://127.0.0.1{at(one)}"})
    assert asked.status_code == 303
    assert asked["Location"].startswith("/account/")
    assert at(one).rstrip("/") in asked["Location"].replace("%2F", "/")
    assert draft_view.find(node, stage.officer(node, "ben"), one.draft.act.id).approvers == ("ann",)
    web_stage.have_officer(node, "eve")
    unsent = late.get(f"{at(one)}?unsent=1")
    press = text_of(unsent).partition("<main")[2].partition("<h1")[0]
    assert "Nothing has been sent yet" in press
    assert re.search(r'form="step" name="do" value="approve"', press)
    assert "unsent=1" in asked["Location"].replace("%3D", "=")
    without = web_stage.client(node, officer="eve").post(at(one), read)
    assert without.status_code == 422
    assert "officer.factor.missing" in text_of(without)
    glass = f"{at(offered(node, 'emergency'))}alone/"
    told = text_of(web_stage.client(node, officer="eve").get(glass)).partition("factor.missing")[2]
    assert 'href="/account/"' in told.partition("</div>")[0], "where one is added"


def test_a_draft_is_sent_back_changed_and_shown_with_its_differences(
    desks: dict[str, Client], node: Node
) -> None:
    """With the reason; the change voids the approval and says so; the next reader sees what."""
    one = offered(node)
    assert desks["ben"].post(at(one), {"do": "return", "text": " "}).status_code == 422
    assert desks["ben"].post(at(one), REASON).status_code == 303
    page = text_of(desks["ann"].get(at(one)))
    assert "sent back" in page
    assert REASON["text"] in page
    changed = desks["ann"].post(f"/drafts/kept/{one.draft.act.id}/change/")
    sheet = worksheets.find(node, stage.officer(node, "ann"), changed["Location"].split("/")[2])
    facts = f"{sheet.elements['facts']} The source port is 51212."
    typed = {"saves": "1", "on": "facts", "e:facts": facts, "do": "preview"}
    assert desks["ann"].post(f"/drafts/{sheet.id}/", typed).status_code == 303
    preview = text_of(desks["ann"].get(f"/drafts/{sheet.id}/preview/"))
    assert "Every approval of it is void" in preview
    kept = desks["ann"].post(f"/drafts/{sheet.id}/preview/", {"saves": "2", "do": "offer"})
    assert kept["Location"] == at(one)
    page = text_of(desks["ben"].get(at(one)))
    assert "What is different since it was approved" in page
    assert "/elements/facts" in page
    assert "The source port is 51212." in page


def test_an_edit_that_is_open_says_what_it_voids(desks: dict[str, Client], node: Node) -> None:
    """Before anything is kept; and once another changed the draft, that it will be refused."""
    one = offered(node)
    begun = desks["ben"].post(f"/drafts/kept/{one.draft.act.id}/change/")
    page = text_of(desks["ben"].get(begun["Location"]))
    assert "makes every approval void" in page
    mine = worksheet_release.of_draft(node, stage.officer(node, "ann"), one.draft.act.id)
    assert isinstance(mine, Worksheet)
    value = {**mine.value, "own_reference": "JIRS-2"}
    mine = worksheets.save(node, stage.officer(node, "ann"), replace(mine, value=value))
    assert isinstance(mine, Worksheet)
    worksheet_release.keep(node, stage.officer(node, "ann"), mine, is_offered=False)
    assert "Somebody else has changed that draft" in text_of(desks["ben"].get(begun["Location"]))


def test_an_auditor_reads_a_draft_and_approves_nothing(
    desks: dict[str, Client], node: Node
) -> None:
    """They read everything; what they press is refused, and the draft stands as it stood."""
    one = offered(node)
    assert desks["aud"].get(at(one)).status_code == 200
    asked = {"do": "approve", "content": one.draft.content_sha256}
    assert desks["aud"].post(at(one), asked).status_code in {403, 422}
    desks["aud"].post(f"/drafts/kept/{one.draft.act.id}/drop/")
    assert draft_view.find(node, stage.officer(node, "ben"), one.draft.act.id) == one


def test_who_may_not_see_a_draft_finds_none(desks: dict[str, Client], node: Node) -> None:
    """Another agency and the operator get the page of what does not exist."""
    one = offered(node)
    absent = "z" * 26
    for name in ("jo", "op"):
        for path in ("", "alone/"):
            hidden = desks[name].get(f"{at(one)}{path}")
            unknown = desks[name].get(f"/release/{absent}/{path}")
            assert hidden.status_code == unknown.status_code == 404, (name, path)
            mine, their = text_of(hidden), text_of(unknown)
            assert mine.replace(one.draft.act.id, absent) == their
        for data in ({"do": "approve", "content": one.draft.content_sha256}, REASON):
            assert desks[name].post(at(one), data).status_code == 404
        for path in ("change", "drop"):
            answer = desks[name].post(f"/drafts/kept/{one.draft.act.id}/{path}/")
            assert answer.status_code == 404
        assert one.draft.act.id not in text_of(desks[name].get("/release/"))
        assert one.draft.act.id not in text_of(desks[name].get("/drafts/"))
    assert draft_view.find(node, stage.officer(node, "ben"), one.draft.act.id) == one


def section(desk: Client, name: str, **headers: str) -> str:
    """Return one part of an officer's desk, or "" where they have none."""
    page = text_of(desk.get("/", **headers))  # type: ignore[arg-type] # the WSGI environment
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


def test_a_desk_shows_what_is_being_written(desks: dict[str, Client], node: Node) -> None:
    """The more urgent first; with what it lacks and when it was saved; on nobody else's desk."""
    stage.sheet_of(node)
    empty: dict[str, Json] = {"type": "preservation", "urgency": "urgent"}
    begun = stage.sheet_of(node, value={**empty, "own_reference": "JIRS-77"})
    shown = section(desks["ann"], "sheets")
    assert f'href="/drafts/{begun.id}/"' in shown
    assert "JIRS-77" in shown
    assert "things are lacking" in shown
    assert "Saved less than a minute ago" in shown
    assert "Only you see these" in shown
    assert "JIRS-77" in section(desks["ann"], "sheets", HTTP_ACCEPT_LANGUAGE="zh-Hans")
    for name in ("ben", "nora", "aud", "jo"):
        assert begun.id not in text_of(desks[name].get("/"))
    worksheets.drop(node, stage.officer(node, "ann"), begun.id)
    assert "JIRS-77" not in section(desks["ann"], "sheets")


def test_a_desk_shows_the_drafts_whose_next_step_is_ones_own(
    desks: dict[str, Client], node: Node
) -> None:
    """As the list of drafts says it, in words; what was sent back is told to its author."""
    one = offered(node, "emergency")
    waits = section(desks["ben"], "approvals")
    assert f'href="{at(one)}"' in waits
    assert "Request: Emergency disclosure" in waits
    assert "1 more approval" in waits
    assert "asked" not in waits
    chinese = section(desks["ben"], "approvals", HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert "紧急披露</a>" in chinese
    page = text_of(desks["ben"].get("/"))
    assert page.index('id="approvals"') < page.index('id="ours"')
    assert re.search(r'cm-figure--bad" href="#approvals"', page)
    assert at(one) not in section(desks["ann"], "approvals")
    assert "1 more approval" in section(desks["ann"], "drafts")

    desks["ben"].post(at(one), {**REASON, "content": one.draft.content_sha256})
    assert at(one) not in section(desks["ben"], "approvals")
    assert "its author; ben sent it back" in section(desks["ann"], "drafts")


def test_one_officer_alone_gives_a_reason_that_another_reviews(
    desks: dict[str, Client], node: Node
) -> None:
    """In an emergency only, with a sealed reason; they cannot review it themselves."""
    calm = offered(node)
    assert "alone/" not in text_of(desks["ben"].get(at(calm)))
    one = offered(node, "emergency")
    assert f"{at(one)}alone/" in text_of(desks["ann"].get(at(one)))
    read = {"content": one.draft.content_sha256}
    assert desks["ann"].post(f"{at(one)}alone/", {**read, "reason": ""}).status_code == 422
    sent = desks["ann"].post(f"{at(one)}alone/", {**read, "reason": "The child has hours."})
    assert sent.status_code == 303
    address = f"/release/reviews/{one.draft.act.id}/"
    assert f'href="{address}"' in section(desks["ben"], "reviews")
    assert address in text_of(desks["ben"].get("/release/"))
    own = desks["ann"].post(address, {"verdict": "justified", "note": "Yes."})
    assert "release.review-own" in text_of(own)
    assert "The child has hours." in text_of(desks["ben"].get(address))
    assert desks["ben"].post(address, {"verdict": "justified", "note": "Yes."}).status_code == 303
    (found,) = emergency_review.listing(node, stage.officer(node, "ben"))
    assert (found.status, found.review.reviewer) == (review.REVIEWED, "ben")
    assert desks["jo"].get(address).status_code == 404


def test_counsel_decides_each_question_before_it_leaves(tmp_path: Path) -> None:
    """The page names rule and field; only counsel decides; then the second approval sends it."""
    world = stage.with_law(stage.world_of(tmp_path))
    node = world.node("fr")
    desks = stage.clients(node)
    one = offered(node)
    asks = f"/release/law/{one.draft.act.id}/"
    assert "legal.undecided" in text_of(desks["ben"].get(at(one)))
    page = text_of(desks["nora"].get(asks))
    assert "law/points/legal-basis" in page
    assert "direction = outgoing" in page or "type = preservation" in page
    named = {"question": "legal-basis", "verdict": "allows", "named": "police-cooperation"}
    assert "officer.role.lacking" in text_of(desks["ben"].get(asks))
    assert desks["ben"].post(asks, named).status_code == 422
    (of,) = {*re.findall(r'name="content"[^>]* value="([^"]+)"', page)}
    assert of == one.draft.content_sha256
    other = desks["nora"].post(asks, {**named, "content": "0" * 64})
    assert other.status_code == 422
    assert "release.content-changed" in text_of(other)
    for question in re.findall(r'name="question"[^>]* value="([^"]+)"', page):
        data = {**named, "question": question, "note": "Within the guideline.", "content": of}
        assert desks["nora"].post(asks, data).status_code == 303, question
    page = text_of(desks["nora"].get(asks))
    assert "Counsel has decided everything" in page
    assert "<bdi>police-cooperation</bdi>" not in page, "it has a name"
    read = {"do": "approve", "content": one.draft.content_sha256}
    assert desks["ben"].post(at(one), read).status_code == 303
    assert asks.split("/")[3] not in text_of(desks["ben"].get("/release/"))
    tried = text_of(desks["nora"].post("/release/dry-run/", {"text": stage.profile_text()}))
    assert "It would have stopped" in tried
    bad = desks["nora"].post("/release/dry-run/", {"text": "format: x"})
    assert bad.status_code == 422


def test_counsel_chooses_conditions_by_their_words() -> None:
    """In their language; one that no list has stays as the profile spells it."""
    with translation.override("zh-hans"):
        assert [law.condition(one) for one in ("confidential", "odd")] == ["予以保密", "odd"]
    assert law.condition("confidential") == "It is kept confidential"


def test_any_kind_of_draft_is_shown(desks: dict[str, Client], world: World) -> None:
    """A registration that was drafted, and an answer with items and words."""
    asked = ask(world, "sy", "preservation", "urgent")
    world.pump()
    node, ann = world.node("fr"), stage.officer(world.node("fr"), "ann")
    said = Written(
        "answer",
        own_reference="CB-1",
        texts=({"lang": "zh-Hans", "text": "已经登记。", "by": "CB", "original": True},),
    )
    kept = desk.say(node, ann, asked.act.id, acts.ACKNOWLEDGED, words=Words(said, is_held=True))
    assert isinstance(kept, Waiting), kept
    page = text_of(desks["ann"].get(f"/release/{kept.draft_id}/"))
    for words in ("Registration", "已经登记。", "CB-1", "original"):
        assert words in page, words
    told = desks["ann"].post(f"/drafts/kept/{kept.draft_id}/change/")
    assert "release.not-a-request" in text_of(told)
