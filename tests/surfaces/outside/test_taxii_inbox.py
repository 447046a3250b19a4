"""What a consumer sends waits for an officer; what this State gave has a collection of its own."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
import stix2
from support.overtaken import before_a_write
from support.threats import LATER, LETTING, Client, Line, Post
from support.undone import Died, killed_between_writes, once
from taxii2client.exceptions import AccessError
from taxii2client.v21 import Collection

from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.room.release import draft_store
from comity.node.room.release import send as release
from comity.rooms.share import inbox, sources
from comity.surfaces.cli import consumer, source


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Two States; whatever `requests` sends goes to the third listener of one."""
    made = Post(tmp_path)
    made.desks.modules = (*made.desks.modules, consumer, source)
    line = Line(made.app)
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: line)
    return made


def address(number: int) -> dict[str, Any]:
    """Return the n-th address."""
    made: dict[str, Any] = json.loads(stix2.IPv4Address(value=f"198.51.100.{number}").serialize())
    return made


def values(found: Collection) -> list[str]:
    """Return the addresses of a collection."""
    return [one["value"] for one in found.get_objects().get("objects", []) if "value" in one]


def send(client: Client, *objects: dict[str, Any]) -> dict[str, Any]:
    """Send objects by the client of OASIS; return the status as it asks for it again."""
    status = client.collection("inbox").add_objects({"objects": [*objects]}, timeout=2)
    found: dict[str, Any] = client.get(f"api/status/{status.id}/").json()
    return found


def test_what_is_sent_waits_as_a_source_and_goes_by_a_giving(post: Post) -> None:
    """Checked as what is given; dropped by its sender until an officer has given it."""
    client, other = post.admit(), post.admit()
    bad = {**address(3), "value": 3}
    told = send(client, address(1), address(2), bad)
    assert (told["success_count"], told["failure_count"]) == (2, 1)
    assert told["failures"][0]["message"] == "does not fit STIX 2.1"
    assert send(client, address(1))["success_count"] == 1, "sent again it is there once"
    mine = client.collection("inbox")
    assert values(mine) == ["198.51.100.1", "198.51.100.2"]
    assert values(other.collection("inbox")) == []
    assert other.get(f"api/status/{told['id']}/").status_code == 404
    (row,) = post.desks.value("cn", "wei", "source", "list")["sources"]
    assert (row["id"], row["kind"], row["pulled_objects"]) == (client.id, "inbox", 2)
    with pytest.raises(Fault, match=r"share\.source\.no-url"):
        post.desks.do("cn", "source", "pull", client.id)
    mine.delete_object(address(2)["id"])
    made = post.desks.do(
        "cn", "share", "give", "--source", client.id, "--category", "indicators",
        "--mark", "TLP:GREEN", "--valid-until", LATER, *LETTING,
    )  # fmt: skip
    assert len(made["matter"]) == 26
    where = f"api/collections/{mine.id}/objects/{address(1)['id']}/"
    answer = client.session.delete(
        f"https://guests.example/taxii2/{where}",
        headers={"Authorization": f"Bearer {client.token}"},
    )
    assert (answer.status_code, "officer has given it" in answer.text) == (403, True)
    post.refresh()
    assert values(client.collection("national")) == ["198.51.100.1"]
    assert values(client.collection()) == []
    post.desks.do("cn", "share", "retract", made["matter"], "--reason", "error")
    assert values(client.collection("national")) == []
    (stopping,) = post.desks.value("cn", "wei", "share", "board")["stopping"]
    assert [one["consumer"] for one in stopping["holders"]] == [client.id]
    post.desks.do("cn", "source", "end", client.id)
    assert values(mine) == []


GIVING = ("--category", "indicators", "--mark", "TLP:GREEN", "--valid-until", LATER, *LETTING)


@pytest.mark.parametrize("approvals", [1, 2])
def test_what_is_given_is_taken_wherever_the_node_is_killed(post: Post, approvals: int) -> None:
    """Else its sender drops what went to another State; nor is it taken where nothing was given."""
    release.set_approvals(post.node, approvals)
    client = post.admit()
    send(client, address(1))
    cn = post.desks.states["cn"]

    def give(node: Node) -> None:
        cn.node = node
        post.desks.run("cn", "wei", "share", "give", "--source", client.id, *GIVING)

    def stands() -> tuple[bool, bool]:
        with post.node.store.read() as tx:
            (place,) = tx.records(sources.INBOX_AT).values()
            given = tx.matters("share", "", 9) if approvals == 1 else tx.records(draft_store.DRAFT)
        assert isinstance(place, dict)
        return bool(given), bool(place["taken"])

    assert stands() == (False, False)
    for _ in killed_between_writes(cn.node, give):
        given, taken = stands()
        assert given == taken
    assert stands() == (True, True)


def test_what_left_is_told_though_its_source_was_ended_meanwhile(post: Post) -> None:
    """It cannot be called back: that there is no such source is said before it leaves, or not."""
    client = post.admit()
    send(client, address(1))
    cn, wei, store = post.desks.states["cn"], post.officer(), post.node.store
    ending = before_a_write(store, lambda: sources.end(post.node, wei, client.id))
    cn.node = replace(cn.node, store=ending)
    made = post.desks.do("cn", "share", "give", "--source", client.id, *GIVING)
    with store.read() as tx:
        assert [one.matter.id for one in tx.matters("share", "", 9)] == [made["matter"]]


@pytest.mark.parametrize("write", [2, 3])
def test_what_is_sent_while_its_source_is_ended_waits(post: Post, write: int) -> None:
    """It was told that it is taken; of what was there before the end nothing waits again."""
    client = post.admit()
    send(client, address(1), address(2))
    sending = before_a_write(
        post.node.store, lambda: send(client, address(2), address(3)), count=write
    )
    sources.end(replace(post.node, store=sending), post.officer(), client.id)
    assert values(client.collection("inbox")) == ["198.51.100.2", "198.51.100.3"]
    (row,) = post.desks.value("cn", "wei", "source", "list")["sources"]
    assert (row["ended_ms"], row["pulled_objects"]) == (None, 2)


def test_what_an_end_that_was_cut_short_left_is_dropped_by_the_next_sending(post: Post) -> None:
    """The node was killed in between: the source that begins anew has what was sent since."""
    client = post.admit()
    send(client, address(1), address(2))
    dying = before_a_write(post.node.store, once(Died), count=2)
    with pytest.raises(Died):
        sources.end(replace(post.node, store=dying), post.officer(), client.id)
    send(client, address(2))
    assert values(client.collection("inbox")) == ["198.51.100.2"]
    (row,) = post.desks.value("cn", "wei", "source", "list")["sources"]
    assert (row["ended_ms"], row["pulled_objects"]) == (None, 1)


def test_a_sighting_becomes_feedback_that_an_officer_reports(post: Post) -> None:
    """Counted once an object; of what the consumer may not have it says nothing."""
    client, far = post.admit(), post.admit("public")
    made = stix2.Indicator(
        pattern="[ipv4-addr:value = '198.51.100.1']", pattern_type="stix",
        valid_from="2026-11-01T00:00:00Z",
    )  # fmt: skip
    share = post.give([json.loads(made.serialize())], "TLP:AMBER")
    seen = [json.loads(stix2.Sighting(sighting_of_ref=made.id, count=9).serialize())]
    send(far, *seen)
    assert "sighted" not in str(
        [one["what"] for one in post.desks.value("cn", "wei", "share", "board")["waiting"]]
    )
    send(client, *seen)
    send(client, json.loads(stix2.Sighting(sighting_of_ref=made.id).serialize()))
    rows = post.desks.value("cn", "wei", "share", "board")["waiting"]
    assert [(one["what"], one["sighted"]) for one in rows] == [("take", 0), ("sighted", 1)]
    post.desks.do("cn", "share", "use", share, "--sighted", "1")
    rows = post.desks.value("cn", "wei", "share", "board")["waiting"]
    assert [one["what"] for one in rows] == ["take"]


def test_what_cannot_be_taken_is_refused_whole(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into other collections, of another type, no envelope, a bomb, too many."""
    client = post.admit()
    received, mine = client.collection(), client.collection("inbox")
    with pytest.raises(AccessError):
        received.add_objects({"objects": [address(1)]})

    def sent(data: bytes, kind: str = "application/taxii+json;version=2.1") -> int:
        headers = {"Authorization": f"Bearer {client.token}", "Content-Type": kind}
        url = f"https://guests.example/taxii2/api/collections/{mine.id}/objects/"
        return client.session.post(url, data=data, headers=headers).status_code

    assert sent(b"{}", "application/json") == 415
    for data in (b"", b"[]", b"{}", b'{"objects":[]}', b'{"objects":' + b"[" * 9_000, b"\xff"):
        assert sent(data) == 422, data[:20]
    assert sent(b'{"objects":[%s1]}' % (b"1," * 1_001)) == 413
    assert sent(b" " * ((1 << 20) + 1)) == 413
    monkeypatch.setattr(inbox, "OBJECTS_MAX", 1)
    assert sent(json.dumps({"objects": [address(1), address(2)]}).encode()) == 507
    assert values(mine) == []


def everything(client: Client) -> str:
    """Return all that every door tells a consumer."""
    told = []
    for name in ("received", "national", "inbox"):
        where = f"api/collections/{client.collection(name).id}"
        told += [
            client.get(f"{where}/{rest}?limit=1000").text for rest in ("objects/", "manifest/")
        ]
    manifest = client.raw(f"/misp/{client.id}/manifest.json")
    events = [client.raw(f"/misp/{client.id}/{id_}.json").text for id_ in manifest.json()]
    kinds = ("ipv4", "domain", "url", "email", "sha256")
    lines = [client.raw(f"/lists/{client.id}/{kind}.txt").text for kind in kinds]
    hashes = client.raw(f"/misp/{client.id}/hashes.csv").text
    return "\n".join([*told, manifest.text, *events, *lines, hashes])


def test_no_canary_of_what_was_held_back_or_withheld_is_at_any_door(post: Post) -> None:
    """10,000 of them, in people that a rule holds back and in sources that are withheld."""
    client = post.admit()
    held = [
        {**address(1), "type": "email-addr", "value": f"canary{n:05d}x@people.example",
         "id": f"email-addr--00000000-0000-5000-8000-{n:012d}"}
        for n in range(5_000)
    ]  # fmt: skip
    telling = [
        {"type": "indicator", "spec_version": "2.1", "pattern_type": "stix",
         "id": f"indicator--00000000-0000-4000-8000-{n:012d}",
         "created": "2026-11-01T08:01:02.003Z", "modified": "2026-11-01T08:01:02.003Z",
         "valid_from": "2026-11-01T00:00:00Z", "labels": [f"canary{n:05d}x"],
         "pattern": f"[ipv4-addr:value = '198.51.100.{n % 200 + 2}']",
         "external_references": [{"source_name": f"canary{n + 1:05d}x", "description": "-"}]}
        for n in range(5_000, 10_000, 2)
    ]  # fmt: skip
    file = post.folder / "canaries.json"
    file.write_text(json.dumps({"objects": [address(1), *held, *telling]}), "utf-8")
    post.desks.do(
        "us", "share", "give", file, "--category", "indicators", "--mark", "TLP:GREEN",
        "--origin", "withheld", "--valid-until", LATER,
    )  # fmt: skip
    post.refresh()
    told = everything(client)
    assert "198.51.100.1" in told
    assert len(client.collection().get_objects(limit=1_000)["objects"]) == 1_000
    assert re.findall(r"canary\d{5}x", told) == []


def test_a_hidden_object_leaves_no_trace_in_any_collection(post: Post) -> None:
    """With and without what this State gave too narrowly, each collection answers alike."""
    client = post.admit("public")

    def give(number: int, mark: str) -> None:
        file = post.folder / "own.json"
        file.write_text(json.dumps({"objects": [address(number)]}), "utf-8")
        words = ("--category", "indicators", "--mark", mark, "--valid-until", LATER, *LETTING)
        post.desks.do("cn", "share", "give", file, *words)
        post.refresh()

    def answers() -> list[tuple[int, str, dict[str, str]]]:
        found = []
        for name in ("received", "national", "inbox"):
            where = f"api/collections/{client.collection(name).id}"
            for rest in ("", "objects/?limit=1", "manifest/", f"objects/{address(2)['id']}/"):
                one = client.get(f"{where}/{rest}")
                found.append((one.status_code, one.text, dict(one.headers)))
        return found

    give(1, "TLP:CLEAR")
    before = answers()
    give(2, "TLP:AMBER")
    assert answers() == before
