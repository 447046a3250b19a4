"""A call that is repeated with its key is one call, whatever it makes."""

from collections.abc import Mapping
from typing import Any

import pytest
from support.pair import World, make_world
from surfaces.api import shaped
from surfaces.api.stage import Calls, request_of, token

EVERY = ("contact-point", "case-officer", "counsel", "releasing")

ONCE_ANYHOW: Mapping[str, str] = {
    "see_request": "seen is seen",
    "approve_draft": "it names the content: of two the second finds no draft",
    "release_draft": "the same",
    "return_draft": "what was sent back is not offered any more",
    "drop_draft": "what was thrown away is gone",
    "review_release": "a release is reviewed once",
    "check_request": "nothing is kept",
    "read_recall": "nothing is kept",
    "check_guideline": "nothing is kept",
    "check_nation": "nothing is kept",
    "dry_run_legal": "nothing is kept",
    "sort_hashes": "nothing is kept",
    "check_share": "nothing is kept",
    "dry_run_share": "nothing is kept",
    "confirm_consumer": "what is confirmed is confirmed",
    "link_consumer": "its link is told once: who was cut asks for another",
    "renew_consumer": "its token is told once: who was cut asks for another",
    "add_source": "whoever was cut sees it in the list",
    "pull_source": "what was read is read once",
    "end_source": "what is over is over",
    "add_consumer": "its token is told once: who was cut ends it in the list",
    "add_participant": "its token is told once: who was cut ends it in the list",
    "end_participant": "what is over is over",
    "ask_participant": "its link is told once: who was cut asks again, and the first is unused",
    "give_roll": "what is let out is let out",
    "network_consumer": "the networks are what they were set to",
    "end_consumer": "what is over is over",
    "destroy_exercise": "what is destroyed is destroyed",
    "share_request": "who reads it reads it",
    "unshare_request": "the same",
    "route_all_files": "what was routed waits no more",
    "adopt_nation": "what is in force is not adopted again",
    "admit_outside": "its secret is told once: who was cut ends the session in the list",
    "end_outside": "what is over is over",
    "answer_duty_ring": "whoever presses twice has answered",
    "set_line": "a line that is set again alike is planned alike",
    "override_line": "whoever stands in twice stands in",
    "take_line": "a shift that is taken is not taken again",
    "swap_line": "a swap that waits is not asked again",
    "agree_line": "a swap that was agreed to waits no more",
    "undo_line": "a swap that was undone is open no more",
    "import_duty_roster": "a roster that is read again is planned alike",
    "test_duty_device": "a second test is a second test, and the first code counts no more",
    "prove_duty_device": "a code that came back is known, whoever gives it again is told so",
    "test_webhook": "a second test is a second test, and tells nothing",
}
"""What is called twice and done once, or may be done twice, and why."""


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States, and a request that came."""
    world = make_world(tmp_path_factory.mktemp("world"))
    world.ask("bb")
    world.pump()
    return world


@pytest.fixture
def desk(world: World) -> Calls:
    """Return a program of an officer who does everything."""
    return Calls(world.node("aa"), token(world.node("aa"), roles=EVERY))


def twice(desk: Calls, path: str, value: object, other: object) -> dict[str, Any]:
    """Call twice with one key, then for something else; return what both calls were told."""
    first, again = (desk.post(path, value, Idempotency_Key=path) for _ in range(2))
    assert first.status in {200, 201}, first.data
    assert again.status == first.status, again.data
    assert {**again.value, "repeated": False} == {**first.value, "repeated": False}
    strange = desk.post(path, other, Idempotency_Key=path)
    assert (strange.status, strange.value["code"]) == (409, "release.key-reused")
    return again.value


def test_a_step_of_a_file_is_taken_once(desk: Calls) -> None:
    """Though others came behind it; the answer is that of the first call, with `repeated`."""
    (waits,) = desk.get("/desk/inbox").value["inbox"]
    path = f"/desk/files/{waits['id']}"
    noted = twice(desk, f"{path}/note", {"text": "Called."}, {"text": "Called again."})
    assert noted["repeated"] is True
    first = desk.post(f"{path}/task", {"what": "Ask."}, Idempotency_Key="t").value
    assert desk.post(f"{path}/task", {"what": "Write."}).value["tasks"] == 2
    again = desk.post(f"{path}/task", {"what": "Ask."}, Idempotency_Key="t").value
    assert again == {**first, "repeated": True}
    assert again["tasks"] == 1, "the number of the task that this key has made"
    asked, no = ({"task": 1, "result": words} for words in ("Asked.", "No."))
    twice(desk, f"{path}/task-done", asked, no)
    shown = desk.get(path).value
    assert [one["text"] for one in shown["notes"]] == ["Called."]
    assert len(shown["tasks"]) == 2


def test_an_inquiry_is_begun_once(desk: Calls) -> None:
    """A second one would be a second investigation."""
    begun = twice(desk, "/desk/inquiries", {"title": "A theft"}, {"title": "Another"})
    waits = desk.get("/desk/inbox").value["inbox"]
    assert [one["title"] for one in waits if one["id"] == begun["id"]] == ["A theft"]
    assert len(waits) == 2


def test_a_shift_an_upload_and_a_webhook_are_begun_once(desk: Calls) -> None:
    """Who was cut before they read the secret of their webhook is told it again."""
    twice(desk, "/desk/shift/take", {"why": "I begin."}, {"why": "I do."})
    sha256 = "a" * 64
    twice(
        desk, "/uploads", {"sha256": sha256, "size_bytes": 5}, {"sha256": sha256, "size_bytes": 6}
    )
    hook = {"url": "https://soc.example/hook", "kinds": ["act"]}
    assert twice(desk, "/webhooks", hook, {**hook, "kinds": ["desk"]})["secret"]
    assert len(desk.get("/uploads").value["uploads"]) == 1
    assert len(desk.get("/webhooks").value["webhooks"]) == 1


def test_a_comment_and_a_handing_over_are_noted_once(world: World, desk: Calls) -> None:
    """A chain of custody that says it twice says that there were two copies."""
    draft = desk.post("/drafts", request_of(world)).value["act"]
    twice(desk, f"/drafts/{draft}/comment", {"text": "Name the port."}, {"text": "No."})
    assert len(desk.get(f"/drafts/{draft}").value["comments"]) == 1
    sent = desk.post("/requests", request_of(world)).value["matter"]
    (item,) = desk.get(f"/requests/{sent}/evidence").value["items"]
    evidence = f"/requests/{sent}/evidence/{item['blob']}"
    assert desk.get(f"{evidence}?purpose=trial").data == b"hello"
    given = {"item": item["blob"], "to": "district court", "purpose": "trial"}
    twice(desk, f"/evidence/{sent}/hand-over", given, {**given, "to": "a bank"})
    (chain,) = desk.get(f"/requests/{sent}/custody").value["items"]
    assert [step["kind"] for step in chain["chain"]] == ["copied", "handed-over"]


def test_one_key_is_one_call_whatever_it_makes(world: World, desk: Calls) -> None:
    """Of acts and of all else."""
    assert desk.post("/requests", request_of(world), Idempotency_Key="k").status == 201
    inquiry = {"title": "A theft"}
    other = desk.post("/desk/inquiries", inquiry, Idempotency_Key="k")
    assert (other.status, other.value["code"]) == (409, "release.key-reused")
    assert desk.post("/desk/inquiries", inquiry, Idempotency_Key="i").status == 200
    other = desk.post("/requests", request_of(world), Idempotency_Key="i")
    assert (other.status, other.value["code"]) == (409, "release.key-reused")


def test_every_call_takes_a_key_or_needs_none() -> None:
    """A new one is named here, with why it may be called twice."""
    keyless = {
        operation["operationId"]
        for ways in shaped.described()["paths"].values()
        for method, operation in ways.items()
        if method == "post"
        and not any(one["name"] == "Idempotency-Key" for one in operation["parameters"])
    }
    assert keyless == {*ONCE_ANYHOW}
