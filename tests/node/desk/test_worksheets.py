"""Worksheets: what was entered is never lost, never shown too early, never written over unseen."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from support.agreed import agreed_world, ask, at, set_clock
from support.pair import World

from comity.domestic.officer import role
from comity.joint.arrangement.card import Agency
from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Unfit
from comity.node.base import profile
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import draft_view, uploads, worksheets
from comity.node.desk import officer_admin as officer_rows
from comity.node.desk.worksheets import Begun, Worksheet
from comity.node.room import search_index
from comity.node.room.act_words import Words
from comity.node.room.release import draft, draft_list, send
from comity.node.room.release.draft_store import Sent, Waiting
from comity.node.room.request_file import Written
from comity.rooms.request import desk, similar, worksheet_completeness, worksheet_release

EXAMPLES = Path(__file__).parents[3] / "examples"
EVENING = "2026-11-24 21:00 +0000"
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States that have adopted the shipped guideline."""
    world = agreed_world(tmp_path_factory.mktemp("world"))
    set_clock(world, at(EVENING))
    for party in ("aa", "bb"):
        with world.node(party).store.write() as tx:
            more = tuple(Agency(one, {"en": one}) for one in ("police", "justice"))
            profile.save(tx, replace(profile.load(tx), agencies=more))
    return world


@pytest.fixture
def node(made: World) -> Node:
    """The asker's node."""
    return made.node("aa")


def officer(node: Node, name: str, *roles: str, agency: str = "police") -> Officer:
    """Return an officer, added if there is none."""
    with node.store.read() as tx:
        found = tx.officer(name)
    if found is None:
        officer_rows.add(node, name, agency, roles=roles or role.DEFAULT)
        return officer(node, name)
    return found


def example(name: str = "preservation") -> dict[str, Any]:
    """Return an example without its attachments."""
    value = json.loads((EXAMPLES / f"{name}.json").read_bytes())
    return {**value, "attachments": []}


def begun(node: Node, who: Officer, **more: object) -> Worksheet:
    """Begin a worksheet from the example."""
    what = Begun(**cast("Any", {"to": ("bb",), "value": example(), **more}))
    found = worksheets.begin(node, who, what)
    assert isinstance(found, Worksheet), found
    return found


def rule_of(result: object) -> str:
    """Return the rule of a refusal by rule."""
    assert isinstance(result, Inadmissible), result
    return result.rule


def entered(sheet: Worksheet, **elements: object) -> Worksheet:
    """Return a worksheet with other values of elements."""
    value = dict(sheet.value)
    value["elements"] = {**sheet.elements, **cast("Any", elements)}
    return replace(sheet, value=value)


def test_what_was_saved_in_another_window_is_not_written_over(node: Node) -> None:
    """The second of two windows is told, and what the first has saved stands."""
    ann = officer(node, "ann")
    sheet = begun(node, ann)
    first = worksheets.save(node, ann, entered(sheet, facts="one"))
    assert isinstance(first, Worksheet)
    assert first.saves == 2

    no = worksheets.save(node, ann, entered(sheet, facts="two"))

    assert rule_of(no) == "release.saved-elsewhere"
    assert worksheets.find(node, ann, sheet.id).elements["facts"] == "one"
    assert worksheets.save(node, ann, first) == first, "what did not change is no save"
    twice = worksheets.save(node, ann, entered(sheet, facts="one"))
    assert twice == first, "a form that a double click sends twice is no other window's"


def test_a_worksheet_is_its_authors_alone(node: Node) -> None:
    """A colleague, another agency, the auditor and the operator find none; the last write none."""
    ann = officer(node, "ann")
    sheet = begun(node, ann)
    others = [
        officer(node, "ben"),
        officer(node, "jo", agency="justice"),
        officer(node, "aud", role.AUDITOR),
        officer(node, "op", role.OPERATOR),
    ]
    for other in others:
        assert {one.officer for one in worksheets.listing(node, other)} <= {other.name}
        with pytest.raises(Fault) as caught:
            worksheets.find(node, other, sheet.id)
        with pytest.raises(Fault) as absent:
            worksheets.find(node, other, "z" * 26)
        assert caught.value.code == absent.value.code == "node.worksheet.unknown"
    assert rule_of(worksheets.begin(node, others[3], Begun((), {}))) == "officer.role.lacking"
    assert rule_of(worksheets.begin(node, others[2], Begun((), {}))) == "officer.role.lacking"
    assert sheet in worksheets.listing(node, ann)


def test_a_template_is_used_by_its_agency_and_changed_by_its_owner(node: Node) -> None:
    """Shared, a colleague reads it and cannot change or drop it; another agency finds none."""
    ann, ben = officer(node, "ann"), officer(node, "ben")
    jo = officer(node, "jo", agency="justice")
    blank = worksheets.blank({**example(), "own_reference": "X-1", "lacks": {"data": "to-follow"}})
    assert not {"own_reference", "lacks", "attachments"} & blank.keys()
    own = begun(node, ann, value=blank, name="Server  image")
    assert own.name == "Server image"
    assert own not in worksheets.listing(node, ann)
    assert worksheets.templates(node, ben) == []

    shared = worksheets.save(node, ann, replace(own, is_shared=True))

    assert isinstance(shared, Worksheet)
    assert worksheets.templates(node, ben) == [shared]
    assert worksheets.templates(node, jo) == []
    assert rule_of(worksheets.save(node, ben, shared)) == "release.not-own"
    assert rule_of(worksheets.drop(node, ben, own.id)) == "release.not-own"
    assert isinstance(worksheets.drop(node, ann, own.id), Worksheet)
    assert worksheets.templates(node, ben) == []


def test_what_was_typed_is_judged_whatever_it_is(node: Node) -> None:
    """Half a word and a wrong number are told, counted, and keep nothing from being saved."""
    ann = officer(node, "ann")
    sheet = begun(node, ann)
    whole = worksheet_completeness.assess(node, sheet)
    assert not isinstance(whole, Inadmissible)
    assert (whole.judged.unmended, whole.progress.percent, whole.grounds) == ((), 100, ())
    assert whole.readers == ("aa", "bb")

    data = {"kinds": ["all"], "identifiers": [{"kind": "ipv4", "value": "10.0.0.1", "port": "x"}]}
    wrong = worksheets.save(node, ann, entered(sheet, data=data, facts="see attached"))
    assert isinstance(wrong, Worksheet)
    found = worksheet_completeness.assess(node, wrong)

    assert not isinstance(found, Inadmissible)
    told = {(one.at, one.rule) for one in found.of("data")}
    assert {
        ("kinds", "kinds-all"),
        ("identifiers/0/value", "address-not-public"),
        ("identifiers/0/port", "port-malformed"),
    } <= told
    assert found.of("facts")[0].kind == "vague"
    assert found.progress.needed == whole.progress.needed
    assert found.progress.done == whole.progress.done - 2
    assert [ground.code for ground in found.grounds] == ["not-in-conformity", "impossible"]


def test_a_preview_is_what_the_draft_becomes(node: Node) -> None:
    """Act, values, texts and hashes that were shown are those that an approval then binds."""
    ann = officer(node, "ann")
    data = b"log line\n" * 9_000
    sheet = begun(node, ann, **attachment(node, ann, data))
    shown = worksheet_release.preview(node, ann, sheet)
    assert not isinstance(shown, Inadmissible)

    kept = worksheet_release.keep(node, ann, sheet, is_offered=False)

    assert isinstance(kept, Waiting)
    draft = draft_view.find(node, ann, kept.draft_id)
    bare = replace(draft.draft.act, id=shown.act.id, matter=shown.act.matter, blobs=())
    assert bare == shown.act
    assert shown.bodies == draft.bound
    assert draft.json("elements") == shown.values
    assert draft.json("texts") == shown.texts
    assert [one.size_bytes for one in draft.bodies] == [*shown.sizes]
    assert sheet.id not in [one.id for one in worksheets.listing(node, ann)]
    assert uploads.listing(node, ann) == [], "the draft has a sealed copy"


def attachment(node: Node, who: Officer, data: bytes) -> Mapping[str, object]:
    """Return a value with one uploaded file, and where its bytes are."""
    upload = uploads.begin(node, who, hashlib.sha256(data).hexdigest(), len(data))
    uploads.add(node, who, upload.id, 0, len(data), io.BytesIO(data))
    line = {"path": "a.log", "media_type": "text/plain", "mark": "TLP:RED", "exhibit": "A/1"}
    return {
        "value": {**example(), "attachments": [line]},
        "sources": {"a.log": f"upload:{upload.id}"},
    }


def test_an_attached_upload_stays_as_long_as_its_worksheet(made: World, node: Node) -> None:
    """It is not swept after its day while a worksheet names it; dropped, it goes."""
    ann = officer(node, "ann")
    sheet = begun(node, ann, **attachment(node, ann, b"evidence"))
    made.advance(2 * DAY_MS)

    assert uploads.sweep(node) == 0
    worksheets.drop(node, ann, sheet.id)
    assert uploads.sweep(node) == 1


def test_two_clicks_make_one_draft(node: Node) -> None:
    """The second finds what the first has done, though the worksheet is gone."""
    ann = officer(node, "ann")
    sheet = begun(node, ann)
    first = worksheet_release.keep(node, ann, sheet, is_offered=True)
    again = worksheet_release.keep(node, ann, sheet, is_offered=True)

    assert isinstance(first, Waiting)
    assert isinstance(again, Waiting)
    assert again.draft_id == first.draft_id
    found = worksheet_release.became(node, ann, sheet.id, sheet.saves)
    assert isinstance(found, Waiting)
    assert found.draft_id == first.draft_id
    assert worksheet_release.became(node, officer(node, "ben"), sheet.id, sheet.saves) is None
    assert worksheet_release.became(node, ann, sheet.id, sheet.saves + 1) is None


def test_what_another_window_saves_while_a_worksheet_leaves_is_not_lost(node: Node) -> None:
    """Evidence is sealed for minutes: what was typed until then stands where it was typed."""
    ann = officer(node, "ann")
    sheet = begun(node, ann, **attachment(node, ann, b"evidence"))
    saved: list[Worksheet | Inadmissible] = []

    def meanwhile(point: str) -> None:
        if point == "release.sealed":
            saved.append(worksheets.save(node, ann, entered(sheet, facts="typed meanwhile")))

    left = worksheet_release.keep(replace(node, step=meanwhile), ann, sheet, is_offered=False)
    assert isinstance(left, Waiting)
    assert [worksheets.find(node, ann, sheet.id)] == saved
    worksheet_release.preview(node, ann, worksheets.find(node, ann, sheet.id))  # with its files
    assert isinstance(worksheet_release.became(node, ann, sheet.id, sheet.saves), Waiting)
    worksheets.drop(node, ann, sheet.id)
    for source in sheet.sources.values():
        uploads.forget(node, ann, source.removeprefix(worksheets.FROM_UPLOAD))


def test_what_lacks_something_is_kept_and_not_offered(node: Node) -> None:
    """A draft for colleagues may lack things; one that asks for approval may not."""
    ann = officer(node, "ann")
    sheet = worksheets.save(node, ann, entered(begun(node, ann), facts=""))
    assert isinstance(sheet, Worksheet)
    no = worksheet_release.keep(node, ann, sheet, is_offered=True)
    assert rule_of(no) == "request.incomplete"
    assert worksheets.find(node, ann, sheet.id) == sheet
    assert isinstance(worksheet_release.keep(node, ann, sheet, is_offered=False), Waiting)
    with pytest.raises(Unfit):
        worksheet_release.written_of(replace(sheet, value={**sheet.value, "items": ["No Id"]}))


def test_a_draft_is_changed_by_a_worksheet_and_its_approval_is_void(node: Node) -> None:
    """Its bytes come along; who approved sees what is new; and two who change it do not clash."""
    ann, ben = officer(node, "ann"), officer(node, "ben")
    made = worksheet_release.keep(
        node, ann, begun(node, ann, **attachment(node, ann, b"x" * 70_000)), is_offered=True
    )
    assert isinstance(made, Waiting)
    mine = worksheet_release.of_draft(node, ann, made.draft_id)
    their = worksheet_release.of_draft(node, ben, made.draft_id)
    assert isinstance(mine, Worksheet)
    assert isinstance(their, Worksheet)
    assert worksheet_release.of_draft(node, ann, made.draft_id) == mine
    before = draft_view.find(node, ann, made.draft_id)

    changed = entered(mine, facts=str(mine.elements["facts"]) + " The log has come.")
    kept = worksheets.save(node, ann, changed)
    assert isinstance(kept, Worksheet)
    after = worksheet_release.keep(node, ann, kept, is_offered=True)

    assert isinstance(after, Waiting)
    now = draft_view.find(node, ben, made.draft_id)
    assert now.approvers == ("ann",)
    assert now.draft.content_sha256 != before.draft.content_sha256
    assert now.bound[-1] == before.bound[-1], "the same attachment"
    assert now.earlier is not None
    assert now.earlier.approvers == ("ann",)
    changes = now.earlier.changes(now.draft, now.bodies)
    assert [one.pointer for one in changes] == ["/elements/facts"]
    no = worksheet_release.keep(node, ben, their, is_offered=False)
    assert rule_of(no) == "release.content-changed"
    sent = send.approve(node, ben, made.draft_id, now.draft.content_sha256)
    assert isinstance(sent, Sent)


def test_what_is_sent_back_is_its_authors_again(node: Node) -> None:
    """With the reason; nobody approves it until they offer it again; they cannot themselves."""
    ann, ben = officer(node, "ann"), officer(node, "ben")
    made = worksheet_release.keep(node, ann, begun(node, ann), is_offered=True)
    assert isinstance(made, Waiting)

    def line(who: Officer) -> draft_list.Line:
        lines = {one.draft_id: one for one in draft_list.page(node, who).lines}
        return lines[made.draft_id]

    assert (line(ben).turn, line(ben).is_mine, line(ann).is_mine) == ("approver", True, False)
    assert rule_of(draft.send_back(node, ann, made.draft_id, "no")) == "release.own-draft"
    assert draft.send_back(node, ben, made.draft_id, "Name the port.") is None

    now = draft_view.find(node, ann, made.draft_id)
    assert (now.approvers, now.draft.state.returned_by) == ((), "ben")
    assert [one.text for one in now.comments] == ["Name the port."]
    assert (line(ann).turn, line(ann).is_mine, line(ann).returned_by) == ("author", True, "ben")
    assert rule_of(send.approve(node, ben, made.draft_id)) == "release.not-offered"
    assert rule_of(draft.send_back(node, ben, made.draft_id, "x")) == "release.not-offered"
    assert isinstance(send.release(node, ann, made.draft_id), Waiting)
    assert draft_view.find(node, ann, made.draft_id).draft.state.returned_by == ""


def test_only_what_asks_is_changed_by_a_worksheet(made: World) -> None:
    """A draft that registers a request is written where the request is shown."""
    asked = ask(made, "aa", "preservation", "urgent")
    made.pump()
    node = made.node("bb")
    wei = officer(node, "wei")
    words = Words(Written("answer", own_reference="CB-1"), is_held=True)
    kept = desk.say(node, wei, asked.act.id, acts.ACKNOWLEDGED, words=words)
    assert isinstance(kept, Waiting)
    no = worksheet_release.of_draft(node, wei, kept.draft_id)
    assert rule_of(no) == "release.not-a-request"


def test_what_was_asked_before_is_found_by_its_identifiers(node: Node) -> None:
    """A request that names the same address is told to who may read it, and to nobody else."""
    ann, jo = officer(node, "ann"), officer(node, "jo", agency="justice")
    data = {"kinds": ["traffic"], "identifiers": [{"kind": "domain", "value": "twice.example.org"}]}
    sheet = entered(begun(node, ann), data=data)
    assert similar.listing(node, ann, sheet) == []
    kept = worksheet_release.keep(node, ann, sheet, is_offered=True)
    assert isinstance(kept, Waiting), kept
    assert isinstance(send.approve(node, officer(node, "ben"), kept.draft_id), Sent)
    search_index.catch_up(node)

    assert [row.matter.id for row in similar.listing(node, ann, sheet)] == [kept.matter_id]
    assert similar.listing(node, jo, sheet) == []
    assert similar.listing(node, ann, entered(sheet, data={"identifiers": "x"})) == []
