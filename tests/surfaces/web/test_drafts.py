"""Requests being written, on pages: as each role, in both languages, with and without script."""

import hashlib
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from support.pair import World
from surfaces.web import agreed_stage as stage
from surfaces.web import stage as web_stage

from comity.node.base.context import Node
from comity.node.desk import draft_view, worksheets
from comity.node.desk.worksheets import Begun, Worksheet
from comity.node.room import search_index
from comity.node.room.release import send
from comity.node.room.release.draft_store import Sent, Waiting
from comity.rooms.request import worksheet_release

NEW = {"to": ["sy"], "type": "preservation", "urgency": "urgent", "agency:sy": "police"}


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


def the_sheet(node: Node, location: str, name: str = "ann") -> Worksheet:
    """Return the worksheet that an address leads to."""
    return worksheets.find(node, stage.officer(node, name), location.split("/")[2])


def test_a_request_is_begun_by_the_guideline(desks: dict[str, Client], node: Node) -> None:
    """State, agency, type and urgency, with what justifies each; what does not fit is said."""
    page = text_of(desks["ann"].get("/drafts/new/"))
    assert "That stored data are kept as they are" in page
    assert "significant and imminent risk to the life" in page
    wrong = desks["ann"].post("/drafts/new/", {**NEW, "type": "preservation-extension",
                                                "urgency": "emergency"})  # fmt: skip
    assert wrong.status_code == 422
    assert "This type has: Urgent, Routine." in text_of(wrong)
    unsaid = desks["ann"].post("/drafts/new/", {**NEW, "urgency": ""})
    assert unsaid.status_code != 303
    begun = desks["ann"].post("/drafts/new/", NEW)
    assert begun.status_code == 303
    sheet = the_sheet(node, begun["Location"])
    assert (sheet.to, sheet.text("type")) == (("sy/police",), "preservation")


def test_what_has_one_urgency_is_not_asked_for_it(desks: dict[str, Client], node: Node) -> None:
    """An emergency disclosure is an emergency, whatever stands in a field that the page hides."""
    for urgency in ("", "routine"):
        asked = {**NEW, "type": "emergency-disclosure", "urgency": urgency}
        begun = desks["ann"].post("/drafts/new/", asked)
        assert begun.status_code == 303, text_of(begun)
        assert the_sheet(node, begun["Location"]).text("urgency") == "emergency"


def test_each_role_sees_what_it_may(desks: dict[str, Client], node: Node) -> None:
    """Who may not write begins nothing; and nobody finds a colleague's worksheet."""
    sheet = stage.sheet_of(node)
    for name in ("aud", "op"):
        answer = desks[name].post("/drafts/new/", NEW)
        assert "officer.role.lacking" in text_of(answer)
        assert worksheets.listing(node, stage.officer(node, name)) == []
    absent = "z" * 26
    for name in ("ben", "nora", "aud", "op", "jo"):
        for path in ("", "preview/", "template/", "drop/"):
            hidden = desks[name].get(f"/drafts/{sheet.id}/{path}")
            unknown = desks[name].get(f"/drafts/{absent}/{path}")
            assert hidden.status_code == unknown.status_code == 404, (name, path)
            assert text_of(hidden).replace(sheet.id, absent) == text_of(unknown)
        for path in ("", "check/", "preview/", "drop/", "use/"):
            hidden = desks[name].post(f"/drafts/{sheet.id}/{path}", {"saves": "1", "do": "keep"})
            assert hidden.status_code == 404, (name, path)
    assert worksheets.find(node, stage.officer(node, "ann"), sheet.id) == sheet


@pytest.mark.parametrize("way", ["wizard", "page"])
def test_both_ways_show_the_same_form(desks: dict[str, Client], node: Node, way: str) -> None:
    """Every element of the type stands on one of the wizard's pages, and all on the one page."""
    sheet = stage.sheet_of(node)
    address = f"/drafts/{sheet.id}/"
    desks["ann"].post(address, {"saves": "1", "do": f"as {way}", "section": ""})
    shown = text_of(desks["ann"].get(address))
    pages = re.findall(r'value="go ([a-z]+)"', shown)
    assert bool(pages) == (way == "wizard")
    for section in dict.fromkeys(pages):
        shown += text_of(desks["ann"].get(f"{address}?section={section}"))
    on = set(re.findall(r'name="on" value="([a-z-]+)"', shown))
    assert {"authority", "facts", "data", "legal-basis", "translation", "deadline"} <= on
    assert "203.0.113.77" in shown


def test_what_is_shown_comes_back_unchanged(desks: dict[str, Client], node: Node) -> None:
    """Every example, shown on one page and sent back as it stands, says the same."""
    ann = stage.officer(node, "ann")
    for path in sorted(stage.EXAMPLES.glob("*.json")):
        value = stage.example(path.stem)
        if "type" not in value:
            continue
        sheet = stage.sheet_of(node, value=value)
        address = f"/drafts/{sheet.id}/"
        desks["ann"].post(address, {"saves": "1", "do": "as page"})
        page = text_of(desks["ann"].get(address))
        sent = {**stage.fields(page), "do": ["save"]}
        answer = desks["ann"].post(address, sent)
        assert answer.status_code == 303, path.stem
        after = worksheets.find(node, ann, sheet.id)
        before = spelled(value["elements"])
        assert spelled(dict(after.elements)) == before, path.stem
        assert [one["text"] for one in after.many("texts")] == [
            one["text"] for one in value["texts"]
        ]


def spelled(value: object) -> object:
    """Return a value as a form spells it: kinds by one name, instants with `+00:00` as Z."""
    if isinstance(value, dict):
        found = {name: spelled(one) for name, one in value.items()}
        if found.get("kind") in ("ipv4", "ipv6", "ip"):
            found["kind"] = "ip-address"
        return found
    return [spelled(one) for one in value] if isinstance(value, list) else value


def test_what_is_typed_is_saved_and_judged_beside_its_field(
    desks: dict[str, Client], node: Node
) -> None:
    """The script gets each element's findings, the progress, the count of saves."""
    sheet = stage.sheet_of(node)
    data = {"saves": "1", "on": ["facts", "data"], "e:facts": "See attached.",
            "e:data:identifiers:rows": "1", "e:data:identifiers:0:kind": "ip-address",
            "e:data:identifiers:0:value": "10.0.0.1", "e:data:identifiers:0:port": "x",
            "e:data:identifiers:0:from": "2026-11-02 08:14", "e:data:kinds": "traffic"}  # fmt: skip
    answer = desks["ann"].post(f"/drafts/{sheet.id}/check/", data)
    told = text_of(answer)
    assert answer.status_code == 200
    assert "<html" not in told
    for words in ("It says nothing in particular", "private network", "It is no port.",
                  "The time zone is missing.", 'value="2"'):  # fmt: skip
        assert words in told, words
    after = worksheets.find(node, stage.officer(node, "ann"), sheet.id)
    assert after.elements["facts"] == "See attached."
    assert after.elements["offence"] == sheet.elements["offence"], "it stood on no page"
    chinese = desks["ann"].post(f"/drafts/{sheet.id}/check/", {**data, "saves": "2"},
                                headers={"accept-language": "zh-CN"})  # fmt: skip
    assert "该地址属于内网或者保留地址" in text_of(chinese)


def test_a_second_window_is_told_and_loses_nothing(desks: dict[str, Client], node: Node) -> None:
    """It shows what was typed there, and keeps it as another draft, or over the first."""
    sheet = stage.sheet_of(node)
    address = f"/drafts/{sheet.id}/"
    typed = {"on": "facts", "e:facts": "Typed in the second window.", "section": "case"}
    desks["ann"].post(address, {"saves": "1", "on": "facts", "e:facts": "First.", "do": "save"})
    told = desks["ann"].post(address, {**typed, "saves": "1", "do": "save"})
    assert told.status_code == 409
    assert "Typed in the second window." in text_of(told)
    assert "another window" in text_of(desks["ann"].post(f"{address}check/", {**typed, "saves": 1}))
    assert worksheets.find(node, stage.officer(node, "ann"), sheet.id).elements["facts"] == "First."
    copied = desks["ann"].post(address, {**typed, "saves": "1", "do": "copy"})
    assert the_sheet(node, copied["Location"]).elements["facts"] == typed["e:facts"]
    over = desks["ann"].post(address, {**typed, "saves": "1", "do": "overwrite"})
    assert over.status_code == 303
    now = worksheets.find(node, stage.officer(node, "ann"), sheet.id)
    assert now.elements["facts"] == typed["e:facts"]


def test_rows_are_added_and_taken_out_without_script(desks: dict[str, Client], node: Node) -> None:
    """A button asks for one more row, another takes one out; the rest of the value stays."""
    sheet = stage.sheet_of(node)
    address = f"/drafts/{sheet.id}/"
    base = {"saves": "1", "on": "offence", "section": "case",
            "e:offence:maximum_penalty_years": "7", "e:offence:provisions:rows": "2",
            "e:offence:provisions:0": "Art. 1", "e:offence:provisions:1": "Art. 2"}  # fmt: skip
    added = desks["ann"].post(address, {**base, "do": "add e:offence:provisions"})
    shown = text_of(desks["ann"].get(added["Location"]))
    assert 'name="e:offence:provisions:2"' in shown
    gone = {**base, "saves": "2", "do": "remove e:offence:provisions:0"}
    desks["ann"].post(address, gone)
    now = worksheets.find(node, stage.officer(node, "ann"), sheet.id)
    assert now.elements["offence"] == {"provisions": ["Art. 2"], "maximum_penalty_years": 7}


def test_a_preview_names_the_audience_and_becomes_a_draft_once(
    desks: dict[str, Client], node: Node, world: World
) -> None:
    """Who reads, what stands for ever, what is sealed; two clicks are one draft."""
    world.pump()
    before = requests_at(world)
    sheet = stage.sheet_of(node)
    address = f"/drafts/{sheet.id}/preview/"
    page = text_of(desks["ann"].get(address))
    for words in ("Sylvania", "Freedonia", "Permanent record (codes only)", "203.0.113.77",
                  "What never crosses", "original", "JIRS-2026/01187"):  # fmt: skip
        assert words in page, words
    answers = [desks["ann"].post(address, {"saves": "1", "do": "keep"}) for _ in range(2)]
    assert {one["Location"] for one in answers} == {answers[0]["Location"]}
    assert answers[0]["Location"].startswith("/release/")
    world.pump()
    draft_id = answers[0]["Location"].split("/")[2]
    assert draft_view.find(node, stage.officer(node, "ben"), draft_id).draft.act.id == draft_id
    assert requests_at(world) == before


def requests_at(world: World) -> list[str]:
    """Return the ids of the requests that Sylvania's node holds."""
    with world.node("sy").store.read() as tx:
        return [row.matter.id for row in tx.matters() if row.matter.kind == "request"]


def test_what_lacks_something_says_so_and_is_not_offered(
    desks: dict[str, Client], node: Node
) -> None:
    """The preview lists it, the button is off, and a request sent past it is refused."""
    value = stage.example()
    value["elements"].pop("facts")
    sheet = stage.sheet_of(node, value=value)
    page = text_of(desks["ann"].get(f"/drafts/{sheet.id}/preview/"))
    assert "1 thing has to be completed or corrected" in page
    assert "disabled" in page
    past = desks["ann"].post(f"/drafts/{sheet.id}/preview/", {"saves": "1", "do": "offer"})
    assert past.status_code == 422
    assert "request.incomplete" in text_of(past)


def test_a_template_is_kept_shared_edited_and_used(desks: dict[str, Client], node: Node) -> None:
    """Without touching YAML; a colleague of the agency uses it, one of another finds none."""
    sheet = stage.sheet_of(node)
    kept = desks["ann"].post(f"/drafts/{sheet.id}/template/", {"name": "Mail server",
                                                                "is_shared": "on"})  # fmt: skip
    assert kept.status_code == 303
    ann = stage.officer(node, "ann")
    one = next(one for one in worksheets.templates(node, ann) if one.name == "Mail server")
    assert "own_reference" not in one.value
    data = {"saves": "1", "part": "basics", "name": "Mail servers", "is_shared": "on",
            "type": "preservation", "urgency": "routine", "do": "save"}  # fmt: skip
    assert desks["ann"].post(f"/drafts/{one.id}/", data).status_code == 303
    assert "Mail servers" in text_of(desks["ben"].get("/drafts/templates/"))
    assert "Mail servers" not in text_of(desks["jo"].get("/drafts/templates/"))
    assert desks["jo"].post(f"/drafts/{one.id}/use/").status_code == 404
    used = desks["ben"].post(f"/drafts/{one.id}/use/")
    begun = the_sheet(node, used["Location"], "ben")
    assert (begun.text("urgency"), begun.name) == ("routine", "")
    assert begun.elements["data"] == sheet.elements["data"]


def test_every_page_is_chinese_for_a_chinese_reader(desks: dict[str, Client], node: Node) -> None:
    """The form, the list and the preview; the guideline's words too."""
    sheet = stage.sheet_of(node)
    for path, words in (
        ("/drafts/", "您正在起草"),
        ("/drafts/new/", "数据保全"),
        (f"/drafts/{sheet.id}/?section=asked", "需保全或者提供的数据"),
        (f"/drafts/{sheet.id}/preview/", "将跨境的内容及可查阅者"),
        ("/drafts/templates/", "模板"),
        ("/release/", "审核与签发"),
    ):
        answer = desks["ann"].get(path, headers={"accept-language": "zh-CN"})
        assert answer.status_code == 200, path
        assert words in text_of(answer), path


def test_naughty_words_stay_words(desks: dict[str, Client], node: Node) -> None:
    """Whatever is typed comes back as text, in the form and in the preview."""
    value = stage.example()
    naughty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7|add:7 }}"
    value["elements"]["facts"] = naughty * 3
    value["elements"]["authority"]["name"] = naughty
    value["texts"][0]["text"] = naughty
    sheet = stage.sheet_of(node, value=value)
    for path in ("?section=case", "?section=who", "?section=words", "preview/"):
        page = text_of(desks["ann"].get(f"/drafts/{sheet.id}/{path}"))
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_no_guideline_no_form(tmp_path: Path) -> None:
    """The page says what has to be done first."""
    world = web_stage.world_of(tmp_path, "fr", "sy")
    node = world.node("fr")
    client = web_stage.client(node)
    assert "No guideline is in force" in text_of(client.get("/drafts/new/"))
    made = worksheets.begin(node, stage.officer(node, "ann"), Begun(("sy",), stage.example()))
    assert isinstance(made, Worksheet)
    answer = client.get(f"/drafts/{made.id}/")
    assert answer.status_code == 409
    assert "request.guideline-missing" in text_of(answer)


def test_files_are_attached_marked_and_taken_out_without_script(
    desks: dict[str, Client], node: Node
) -> None:
    """A plain file field will do; two files of one name stay two; the preview has their hashes."""
    sheet = stage.sheet_of(node)
    address = f"/drafts/{sheet.id}/"
    ann = stage.officer(node, "ann")

    def send(saves: int, data: bytes, **more: str) -> Worksheet:
        file = SimpleUploadedFile("flow.csv", data, "text/csv")
        sent = {"saves": saves, "part": "files", "section": "files", "files": "1",
                "file0-file": file, "file0-mark": "TLP:RED", "file0-exhibit": "A/1",
                "do": "save", **more}  # fmt: skip
        assert desks["ann"].post(address, sent).status_code == 303
        return worksheets.find(node, ann, sheet.id)

    now = send(send(1, b"one").saves, b"two")
    assert [line["path"] for line in now.many("attachments")] == ["flow.csv", "flow (2).csv"]
    preview = text_of(desks["ann"].get(f"{address}preview/")).replace("<wbr>", "")
    assert hashlib.sha256(b"two").hexdigest() in preview
    assert "TLP:RED" in preview
    changed = {"saves": now.saves, "part": "files", "att:0:mark": "TLP:AMBER",
               "att:0:exhibit": "B/2", "do": "remove att:1"}  # fmt: skip
    desks["ann"].post(address, changed)
    (line,) = worksheets.find(node, ann, sheet.id).many("attachments")
    assert (line["mark"], line["exhibit"]) == ("TLP:AMBER", "B/2")
    wrong = {"saves": now.saves + 1, "files": "1", "file0-action": "collected", "do": "save"}
    assert desks["ann"].post(address, wrong).status_code == 422


def test_a_preview_warns_of_what_was_asked_before(desks: dict[str, Client], node: Node) -> None:
    """A request that names the same identifiers is told, with a link to it."""
    sheet, again = stage.sheet_of(node), stage.sheet_of(node)
    ann, ben = stage.officer(node, "ann"), stage.officer(node, "ben")
    kept = worksheet_release.keep(node, ann, sheet, is_offered=True)
    assert isinstance(kept, Waiting)
    assert isinstance(send.approve(node, ben, kept.draft_id), Sent)
    search_index.catch_up(node)
    page = text_of(desks["ann"].get(f"/drafts/{again.id}/preview/"))
    assert "Requests that name the same identifiers" in page
    assert f"/requests/{kept.matter_id}/" in page
