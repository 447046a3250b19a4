"""What an officer does beside requests, over HTTP: joint texts, the duty desk, law, proofs."""

import io
import zipfile

import pytest
from support.pair import World, make_world
from surfaces.api.stage import Calls, request_of, token

from comity.domestic.officer import role

EVERY = ("contact-point", "case-officer", "counsel", "releasing")


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States."""
    return make_world(tmp_path_factory.mktemp("world"))


def officer(world: World, party: str, name: str = "ann", *roles: str) -> Calls:
    """Return a program of an officer with these roles."""
    return Calls(world.node(party), token(world.node(party), name, roles=roles or EVERY))


def test_both_sides_adopt_a_guideline(world: World) -> None:
    """Proposed, read, adopted by both; then it is in force, and a request is judged by it."""
    ours, theirs = officer(world, "aa"), officer(world, "bb")
    sent = ours.post("/texts/guideline/propose", {"shipped": True}, Idempotency_Key="g")
    assert sent.status == 201, sent.data
    assert ours.post("/texts/guideline/propose", {"shipped": True}, Idempotency_Key="g").value[
        "repeated"
    ]
    world.pump()
    (text,) = theirs.get("/texts").value["texts"]
    proposal, sha256 = text["proposals"][0]["proposal"], text["proposals"][0]["sha256"]
    for side in (theirs, ours):
        adopted = {"proposal": proposal, "sha256": sha256}
        assert side.post("/texts/guideline/adopt", adopted).status == 201
        world.pump()
    assert ours.get("/texts/guideline").value["in_force"] == sha256
    shown = ours.get("/texts/guideline/versions/current?lang=zh&type=preservation").value
    assert shown["id"] == "preservation"
    yaml = ours.get(f"/texts/guideline/versions/{sha256[:8]}/yaml").data
    assert b"preservation" in yaml
    same = ours.get(f"/texts/guideline/diff?old={sha256[:8]}&new={proposal}").value
    assert same == {"same": True, "changes": []}
    asked = {"to": ["bb"], "request": request_of(world)["request"]}
    judged = ours.post("/request-check", asked).value
    assert judged["complete"] is False
    assert judged["guideline"] == sha256
    left = theirs.post("/texts/guideline/decline", {"reason": "needs-changes"})
    assert (left.status, left.value["code"]) == (404, "node.text.proposal-unknown")


def test_what_is_wrong_in_a_text_is_told(world: World) -> None:
    """Each problem with its line, and nothing is kept."""
    ours = officer(world, "aa")
    checked = ours.post("/guideline-check", {"document": "format: x\n"}).value
    assert checked["fit"] is False
    assert checked["problems"][0]["fix"]
    assert ours.post("/guideline-check", {"shipped": True}).value["fit"] is True
    both = ours.post("/guideline-check", {"shipped": True, "document": "x: 1"})
    assert (both.status, both.value["code"]) == (400, "guideline.text.unclear")
    refused = ours.post("/texts/guideline/propose", {"document": "format: x\n"})
    assert refused.status == 422
    assert ours.post("/nation-check", {"yaml": "format: x\n"}).value["fit"] is False


def test_the_duty_desk_routes_assigns_and_hands_over(world: World) -> None:
    """From the inbox to the officer who works on it, with notes, tasks and a shift."""
    world.ask("bb")
    world.pump()
    desk = officer(world, "aa")
    ben = officer(world, "aa", "ben")
    (waits,) = desk.get("/desk/inbox").value["inbox"]
    path = f"/desk/files/{waits['id']}"
    assert desk.get(f"{path}/route").value["agency"] == ""
    no = desk.post(f"{path}/route", {})
    assert no.status == 409, no.data
    routed = desk.post(f"{path}/route", {"to": "police", "why": "It is theirs."})
    assert routed.status == 200, routed.data
    assert desk.get("/desk/inbox").value["inbox"] == []
    assert desk.post(f"{path}/assign", {"to": "ann"}).status == 200
    assert desk.post(f"{path}/take", {}).status == 200
    assert [one["id"] for one in desk.get("/desk/work?mine=true").value["work"]] == [waits["id"]]
    assert desk.post(f"{path}/note", {"text": "Called the registrar."}).status == 200
    assert desk.post(f"{path}/task", {"what": "Write it down."}).status == 200
    assert desk.post(f"{path}/task-done", {"task": 1, "result": "Written."}).status == 200
    shown = desk.get(path).value
    assert [one["text"] for one in shown["notes"]] == ["Called the registrar."]
    assert shown["tasks"][0]["done"] == "ann"
    assert desk.post(f"{path}/finish", {"result": "done"}).status == 200
    assert desk.post("/desk/shift/take", {"why": "I begin."}).status == 200
    assert desk.post("/desk/shift/give", {"to": "ben", "note": "Nothing open."}).status == 200
    shift = desk.get("/desk/shift").value
    assert (shift["officer"], shift["to"], shift["pending"]) == ("ann", "ben", 2)
    assert ben.post("/desk/shift/take", {}).value["takes"] == 2
    turns = ben.get("/desk/shift").value["turns"]
    assert [(one["number"], one["takes"]) for one in turns] == [(3, 2), (2, 0), (1, 0)]


def test_a_request_is_shared_with_another_officer(world: World) -> None:
    """They read it from then on; who may not, is told that there is none."""
    world.ask("bb")
    world.pump()
    desk, case = officer(world, "aa"), officer(world, "aa", "eve", role.ANALYST)
    matter = desk.get("/requests").value["requests"][0]["matter"]
    assert case.get(f"/requests/{matter}").status == 404
    shared = desk.post(f"/requests/{matter}/share", {"to": "@eve"}).value
    assert "@eve" in shared["readers"]
    assert case.get(f"/requests/{matter}").status == 200
    assert desk.post(f"/requests/{matter}/unshare", {"to": "@eve"}).value["changed"] is True
    assert case.get(f"/requests/{matter}").status == 404


def test_proofs_and_the_local_log_are_fetched(world: World) -> None:
    """What an auditor verifies without a node, each under its own scope and role."""
    ours, auditor = officer(world, "aa"), officer(world, "aa", "eve", role.AUDITOR)
    sent = ours.post("/requests", request_of(world)).value
    early = ours.get(f"/acts/{sent['act']}/proof")
    assert (early.status, early.value["code"]) == (409, "node.proof.not-cosigned")
    world.pump()
    assert ours.get(f"/acts/{sent['act']}/proof").data.startswith(b"c2sp.org/tlog-proof")
    assert ours.get("/policies").value["policies"][0]["policy"]
    assert ours.get(f"/requests/{sent['matter']}/letter-data").value["digest"]
    refused = ours.get("/local-log?facts=all")
    assert refused.status == 403
    unsigned = auditor.get("/local-log?facts=officer")
    assert unsigned.status in {200, 404}
    assert ours.get("/status").value["party"] == "aa"
    assert ours.get("/channels").value["channels"]
    assert b"BEGIN:VCALENDAR" in ours.get("/clocks.ics").data


def test_a_bag_is_a_zip_of_one_folder(world: World) -> None:
    """With the evidence, its custody, the proofs, and manifests over all of it."""
    ours, theirs = officer(world, "aa"), officer(world, "bb")
    matter = ours.post("/requests", request_of(world)).value["matter"]
    world.pump()
    answer = theirs.get(f"/requests/{matter}/bag?purpose=trial")
    assert answer.status == 200, answer.data
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bag:
        names = [name.removeprefix(f"{matter}/") for name in bag.namelist()]
        (evidence,) = [name for name in names if name.startswith("data/evidence/")]
        assert bag.read(f"{matter}/{evidence}") == b"hello"
        assert {"bagit.txt", "manifest-sha256.txt", "tagmanifest-sha512.txt"} <= {*names}
        assert any(name.startswith("proofs/") for name in names)
    (item,) = theirs.get(f"/requests/{matter}/custody").value["items"]
    assert [step["kind"] for step in item["chain"]] == ["exported"]
    assert theirs.get(f"/requests/{matter}/bag").status == 422
