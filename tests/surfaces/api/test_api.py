"""What programs do over HTTP: as officers do, with tokens, and told what is wrong."""

import base64
import json
import re

import pytest
from support.pair import World, make_world
from surfaces.api import shaped
from surfaces.api.stage import Answer, Calls, request_of, token

from comity.domestic.officer import role
from comity.node.desk import officer_admin as officers
from comity.node.room import api_tokens
from comity.node.room.release import send


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States."""
    return make_world(tmp_path_factory.mktemp("world"))


def test_a_request_is_sent_answered_and_read(world: World) -> None:
    """The main job, by two programs."""
    ours, theirs = (Calls(world.node(p), token(world.node(p))) for p in ("aa", "bb"))
    sent = ours.post("/requests", request_of(world))
    assert (sent.status, sent.value["sent"]) == (201, True)
    matter = sent.value["matter"]
    world.pump()
    listed = theirs.get("/requests", status="submitted").value["requests"]
    assert [line["matter"] for line in listed] == [matter]
    assert theirs.post(f"/requests/{matter}/acknowledge", {"own_reference": "B-7"}).status == 201
    answer = {"answer": {"items": {"one": "kept"}}, "files": {}}
    assert theirs.post(f"/requests/{matter}/answer", answer).status == 201
    world.pump()
    shown = ours.get(f"/requests/{matter}").value
    assert shown["status"] == "partly"
    assert shown["turns"][-1]["values"]["items"] == {"one": "kept"}
    attachment = next(
        body for body in shown["turns"][0]["bodies"] if body["role"].startswith("attachment")
    )
    body = ours.get(f"/requests/{matter}/bodies/{attachment['sha256']}")
    assert (body.data, body.headers["Content-Type"]) == (b"hello", "application/octet-stream")
    assert ours.get(f"/requests/{matter}/bodies/{'0' * 64}").status == 404


def test_an_attachment_of_some_megabytes_goes_with_the_call(world: World) -> None:
    """Up to what the page says; what is larger is told to come as an upload."""
    calls = Calls(world.node("aa"), token(world.node("aa")))
    asked = request_of(world)
    for size_bytes, status in ((6 << 20, 201), (9 << 20, 422)):
        data = base64.b64encode(bytes(size_bytes)).decode()
        sent = calls.post("/requests", {**asked, "files": {"log.txt": data}})
        assert sent.status == status, sent.data
    huge = calls.post("/requests", {**asked, "files": {"log.txt": "A" * (20 << 20)}})
    assert (huge.status, huge.value["code"]) == (413, "surfaces.call.too-large")


def test_a_repeated_call_is_one_call(world: World) -> None:
    """With a key; the same key for another call is told."""
    calls = Calls(world.node("aa"), token(world.node("aa")))
    first = calls.post("/requests", request_of(world), Idempotency_Key="k1")
    again = calls.post("/requests", request_of(world), Idempotency_Key="k1")
    assert first.value["act"] == again.value["act"]
    assert (again.value["repeated"], len(world.matters("aa"))) == (True, 1)
    other = {**request_of(world), "files": {"log.txt": "aGVsbG8h"}}
    assert (
        calls.post("/requests", other, Idempotency_Key="k1").value["code"] == "release.key-reused"
    )


def test_a_list_is_read_page_by_page(world: World) -> None:
    """Every line once, in one order, while the list grows."""
    calls = Calls(world.node("aa"), token(world.node("aa")))
    for _ in range(5):
        assert calls.post("/requests", request_of(world)).status == 201
        world.pump()
    found: list[str] = []
    after = ""
    while True:
        page = calls.get(f"/requests?count=2&after={after}").value
        found += [line["matter"] for line in page["requests"]]
        after = page["next"]
        if not after:
            break
        world.ask("aa")
    assert len(set(found)) == len(found) >= 5


def test_a_thing_that_has_not_changed_is_not_sent_again(world: World) -> None:
    """By its tag."""
    calls = Calls(world.node("aa"), token(world.node("aa")))
    matter = calls.post("/requests", request_of(world)).value["matter"]
    tag = calls.get(f"/requests/{matter}").headers["ETag"]
    assert calls.get(f"/requests/{matter}", If_None_Match=tag).status == 304
    world.pump()
    assert calls.get(f"/requests/{matter}", If_None_Match=tag).status == 200


def test_what_a_program_reads_is_still_new_to_people(world: World) -> None:
    """An urgent request keeps its alarm until somebody has looked, and the program says so."""
    ours = Calls(world.node("aa"), token(world.node("aa")))
    theirs = Calls(world.node("bb"), token(world.node("bb")))
    path = f"/requests/{ours.post('/requests', request_of(world)).value['matter']}"
    world.pump()
    for more in ("", "/evidence", "/custody", "/review", "/letter-data", "/clocks"):
        assert theirs.get(f"{path}{more}").status == 200
    assert theirs.get(path).value["opened"] is False
    reader = Calls(world.node("bb"), token(world.node("bb"), "eve", roles=(role.ANALYST,)))
    assert reader.post(f"{path}/seen", {}).status == 403
    assert theirs.post(f"{path}/seen", {}).status == 200
    assert theirs.get(path).value["opened"] is True


def test_drafts_are_read_page_by_page(world: World) -> None:
    """Each once, in the order of their ids; a cursor of another list is refused."""
    node = world.node("aa")
    send.set_approvals(node, 2)
    calls = Calls(node, token(node))
    sent = sorted(calls.post("/requests", request_of(world)).value["act"] for _ in range(3))
    first = calls.get("/drafts?count=2").value
    assert [one["draft"] for one in first["drafts"]] == sent[:2]
    rest = calls.get(f"/drafts?count=2&after={first['next']}").value
    assert ([one["draft"] for one in rest["drafts"]], rest["next"]) == (sent[2:], "")
    assert calls.get("/drafts?after=NQ").value["code"] == "node.cursor.malformed"
    assert calls.get("/drafts?page=2").status == 422


def test_what_lacks_an_approval_waits_for_another_officer(world: World) -> None:
    """They read what will cross and names its hash."""
    node = world.node("aa")
    send.set_approvals(node, 2)
    ann, ben = Calls(node, token(node)), Calls(node, token(node, "ben"))
    waits = ann.post("/requests", request_of(world))
    assert (waits.status, waits.value["approvals_missing"]) == (202, 1)
    (draft,) = ben.get("/drafts").value["drafts"]
    assert draft["texts"][0]["text"] == "Please."
    path = f"/drafts/{draft['draft']}"
    assert ben.post(f"{path}/approve", {"content": "0" * 64}).status == 409
    assert ben.get(path).value == draft
    hash_ = {"content": draft["content_sha256"]}
    assert ben.post(f"{path}/approve", hash_).status == 201
    assert ben.post(f"{path}/approve", hash_).status == 404  # repeated after a cut
    assert ben.get(f"/requests/{draft['draft']}").value["act"] == draft["draft"]
    assert ben.post(f"{path}/drop", {}).status == 404


ALONE = {"break_glass": True, "reason": "Life at risk."}


@pytest.mark.parametrize(("how", "status"), [({}, 202), (ALONE, 201)])
def test_an_officer_lets_out_what_he_has_read(
    world: World, how: dict[str, object], status: int
) -> None:
    """Not what a colleague has made of it since, who is its author then; nor in an emergency."""
    node = world.node("aa")
    ann, ben = Calls(node, token(node)), Calls(node, token(node, "ben"))
    asked = {"type": "preservation", "urgency": "emergency", "elements": {"facts": "A bomb."}}
    path = f"/drafts/{ann.post('/drafts', {'to': ['bb'], 'request': asked}).value['act']}"
    read = ann.get(path).value["content_sha256"]
    changed = {"file": {**asked, "elements": {"facts": "Another server."}}}
    assert ben.put(path, json.dumps({**changed, "content": read}).encode()).status == 202
    assert ann.post(f"{path}/release", how).status == 422
    no = ann.post(f"{path}/release", {**how, "content": read})
    assert (no.status, no.value["code"]) == (409, "release.content-changed")
    world.pump()
    assert world.matters("bb") == []
    read = ann.get(path).value["content_sha256"]
    assert ann.post(f"{path}/release", {**how, "content": read}).status == status


def test_of_two_programs_that_change_a_draft_one_is_told(world: World) -> None:
    """The later one wrote over what it had not read: it reads first, and nothing is lost."""
    node = world.node("aa")
    ann, ben = Calls(node, token(node)), Calls(node, token(node, "ben"))
    asked = {"type": "preservation", "urgency": "urgent", "elements": {"facts": "A server."}}
    path = f"/drafts/{ann.post('/drafts', {'to': ['bb'], 'request': asked}).value['act']}"

    def put(calls: Calls, facts: str, **read: str) -> Answer:
        value = {"file": {**asked, "elements": {"facts": facts}}, **read}
        return calls.put(path, json.dumps(value).encode())

    read = ann.get(path).value["content_sha256"]
    assert put(ann, "No hash.").value["problems"][0]["pointer"] == "/content"
    for _ in range(2):  # the answer may be lost
        assert put(ann, "By Ann.", content=read).status == 202
    late = put(ben, "By Ben.", content=read)
    assert (late.status, late.value["code"]) == (409, "release.content-changed")
    shown = ben.get(path).value
    assert shown["values"]["elements"]["facts"] == "By Ann."
    assert put(ben, "By both.", content=shown["content_sha256"]).status == 202


def test_a_token_opens_what_its_scopes_name(world: World) -> None:
    """And nothing once it was ended, or its officer has left."""
    node = world.node("aa")
    calls = Calls(node, token(node, scopes=("read",)))
    assert calls.get("/whoami").value["scopes"] == ["read"]
    refused = calls.post("/requests", request_of(world))
    assert (refused.status, refused.value["code"]) == (403, "officer.scope.missing")
    (kept,) = api_tokens.listing(node)
    api_tokens.end(node, kept.id)
    ended = calls.get("/whoami")
    assert (ended.status, ended.value["code"]) == (401, "officer.token.wrong")
    assert ended.headers["WWW-Authenticate"].startswith("Bearer")
    other = Calls(node, token(node, "ben"))
    officers.end(node, "ben")
    assert other.get("/whoami").status == 401
    assert Calls(node).get("/requests").value["code"] == "officer.token.missing"


def test_a_token_ends_by_itself(world: World) -> None:
    """After its days."""
    calls = Calls(world.node("aa"), token(world.node("aa")))
    until_ms = world.node("aa").clock.now_ms() + 90 * 86_400_000
    world.advance(89 * 86_400_000)
    told = calls.get("/whoami").value
    assert (told["label"], abs(told["until_ms"] - until_ms) < 60_000) == ("test", True)
    world.advance(2 * 86_400_000)
    assert calls.get("/whoami").status == 401


@pytest.mark.parametrize(
    ("value", "status", "code", "pointer"),
    [
        (b"{", 400, "kernel.json.malformed", None),
        (b'{"to":["bb"],"to":[]}', 400, "kernel.json.malformed", None),
        (b"[]", 400, "kernel.json.malformed", None),
        ({"to": []}, 422, "surfaces.call.unfit", "/to"),
        ({"to": ["bb"], "request": {}, "odd": 1}, 422, "surfaces.call.unfit", "/odd"),
        ({"to": ["bb"], "request": {"type": "X"}}, 422, "node.file.unfit", "/request"),
        (
            {
                "to": ["bb"],
                "request": {
                    "type": "preservation",
                    "urgency": "urgent",
                    "elements": {"facts": "x"},
                },
                "files": {"a": ""},
            },
            422,
            "surfaces.attachment.unfit",
            "/files/a",
        ),
        (
            {
                "to": ["zz"],
                "request": {
                    "type": "preservation",
                    "urgency": "urgent",
                    "elements": {"facts": "x"},
                },
            },
            409,
            "request.channel-missing",
            None,
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    world: World, value: object, status: int, code: str, pointer: str | None
) -> None:
    """Problem details: a code, what is wrong, what to do."""
    calls = Calls(world.node("aa"), token(world.node("aa")))
    found = calls.post("/requests", value)
    assert (found.status, found.value["code"]) == (status, code), found.data
    assert found.headers["Content-Type"] == "application/problem+json"
    assert found.value["fix"].endswith(".")
    if pointer is not None:
        assert pointer in [problem["pointer"] for problem in found.value["problems"]]


def test_a_cursor_of_nobody_is_told(world: World) -> None:
    """It is opaque, and checked."""
    calls = Calls(world.node("aa"), token(world.node("aa")))
    for cursor in ("zzz", "W10", "!!"):
        found = calls.get(f"/requests?after={cursor}")
        assert (found.status, found.value["code"]) == (404, "node.cursor.malformed")


def test_what_an_operation_does_not_know_is_refused_by_every_one(world: World) -> None:
    """A misspelt filter is no filter, and a field in the wrong place is no field."""
    calls = Calls(world.node("aa"), token(world.node("aa")))
    named = {"number": "1", "page": "1", "offset": "0", "text": "guideline", "part": "current"}
    ids = {"upload": "a" * 26, "webhook": "a" * 26, "sha256": "a" * 64, "session": "a" * 12}
    ids |= {"source": "a" * 12, "consumer": "a" * 12}
    ids |= {"participant": "a" * 12, "task": "a" * 12}
    needed = {"evidence/{sha256}": "&purpose=trial", "/bag": "&purpose=trial"}
    needed |= {"/match-budget": "&party=cn", "/compartment-trace": "&mark=ABCD"}
    needed |= {"/conviction": "&log=x", "/behind": "&cell=all/volume/asked", "/diff": _PAIR}
    tried = 0
    for path, ways in shaped.described()["paths"].items():
        words = dict.fromkeys(re.findall(r"{(\w+)}", path), "abcd")
        address = path.removeprefix("/api/v1").format(**{**words, **named, **ids})
        more = next((one for end, one in needed.items() if path.endswith(end)), "")
        for way, operation in ways.items():
            if way == "get":
                found = calls.get(f"{address}?unheard-of=1{more}")
            elif way == "delete":
                found = calls.delete(f"{address}?unheard-of=1")
            elif way == "post" and "requestBody" not in operation:
                found = calls.post(address, {"unheard-of": 1})
            else:
                continue
            told = [one["pointer"] for one in found.value["problems"]]
            assert (found.status, told) == (422, ["/unheard-of"]), (way, path, found.data)
            tried += 1
    assert tried > 60


_PAIR = "&old=current&new=current"


def test_a_call_that_asks_to_hold_in_its_address_sends_nothing(world: World) -> None:
    """What is sent cannot be taken back: `hold` stands in the body, and is read there alone."""
    calls = Calls(world.node("aa"), token(world.node("aa")))
    asked = calls.post("/requests?hold=true", request_of(world))
    assert (asked.status, asked.value["problems"][0]["pointer"]) == (422, "/hold")
    assert world.matters("aa") == []


@pytest.mark.parametrize(
    ("path", "value", "at"),
    [
        ("/uploads", {"sha256": "a" * 64, "size_bytes": True}, "/size_bytes"),
        ("/uploads", {"sha256": "a" * 64, "size_bytes": "5"}, "/size_bytes"),
        ("/desk/inquiries", {"title": "A theft", "cross_border": "yes"}, "/cross_border"),
    ],
)
def test_a_value_of_another_kind_is_none(
    world: World, path: str, value: dict[str, object], at: str
) -> None:
    """As openapi.json says: `true` is not 1, and a word is no boolean."""
    calls = Calls(world.node("aa"), token(world.node("aa")))
    found = calls.post(path, value)
    assert (found.status, found.value["problems"][0]["pointer"]) == (422, at)
    whole = b'{"sha256": "%s", "size_bytes": 5.0}' % (b"a" * 64)
    assert calls.post("/uploads", whole).value["size_bytes"] == 5


def test_a_filter_that_nobody_knows_is_told(world: World) -> None:
    """A program that mistypes a name is not told that nothing waits."""
    calls = Calls(world.node("aa"), token(world.node("aa")))
    calls.post("/requests", request_of(world))
    for name in ("asker", "holder", "party", "type", "agency"):
        told = calls.get(f"/requests?{name}=nobody")
        assert (told.status, told.value["code"]) == (400, "node.list.name-unknown"), name
        assert "'nobody'; known: " in told.value["title"]
    assert calls.get("/requests?asker=bb").value["requests"] == []
