"""The board: what was taken back and is not stopped comes first; who has it, and who may."""

from pathlib import Path
from typing import Any

import pytest
import requests
import stix2
from support.threats import ORIGIN, Client, Line, Post

from comity.kernel.fault import Fault
from comity.surfaces.cli import consumer


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Two States; whatever `requests` sends goes to the third listener of one."""
    made = Post(tmp_path)
    made.desks.modules = (*made.desks.modules, consumer)
    line = Line(made.app)
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: line)
    return made


def address(number: int) -> dict[str, Any]:
    """Return the n-th address."""
    return dict(stix2.parse(stix2.IPv4Address(value=f"198.51.100.{number}").serialize()))


def board(post: Post, party: str = "cn") -> dict[str, Any]:
    """Return the board of a State."""
    name = "wei" if party == "cn" else "ann"
    found: dict[str, Any] = post.desks.value(party, name, "share", "board")
    return found


def retract(post: Post, share: str, *items: str) -> None:
    """Take something back."""
    words = [word for item in items for word in ("--item", item)]
    post.desks.do("us", "share", "retract", share, "--reason", "false-positive", *words)
    post.refresh()


def test_who_fetched_what_was_taken_back_is_named_until_they_confirm(post: Post) -> None:
    """Fetched, told by asking again, confirmed by an officer or by itself; the rest never was."""
    first, second, idle = post.admit(), post.admit(), post.admit()
    share = post.give([address(1), address(2)])
    assert board(post)["stopping"] == []
    assert (first.values(), len(second.values())) == ({"198.51.100.1", "198.51.100.2"}, 2)
    post.desks.states["cn"].clock.at_ms += 120_000
    retract(post, share, "1")
    (row,) = board(post)["stopping"]
    assert (row["told"], row["confirmed"], row["open"], row["objects"]) == (2, 0, 2, 1)
    assert {one["consumer"] for one in row["holders"]} == {first.id, second.id}
    assert idle.id not in str(row)
    post.desks.states["cn"].clock.at_ms += 120_000
    assert first.values() == {"198.51.100.2"}, "gone from its door"
    told = {one["consumer"]: one["told"] for one in board(post)["stopping"][0]["holders"]}
    assert told == {first.id: True, second.id: False}
    assert post.desks.do("cn", "consumer", "confirm", first.id, share)["confirmed"] == 1
    stops = second.raw(f"/stops/{second.id}/").json()["stops"]
    assert [(one["share"], one["positions"]) for one in stops] == [(share, ["1"])]
    assert second.raw(f"/stops/{first.id}/").status_code == 404, "each sees its own"
    sent = {"Authorization": f"Bearer {second.token}"}
    said = second.session.post(f"{ORIGIN}/stops/{second.id}/{stops[0]['act']}", headers=sent)
    assert said.json() == {"act": stops[0]["act"], "confirmed": True}
    (row,) = board(post)["stopping"]
    assert (row["confirmed"], row["open"]) == (2, 0)
    post.desks.do("cn", "share", "stop", share, "--told", "2", "--confirmed", "2", "--open", "0",
                  "--final", "yes")  # fmt: skip
    assert board(post)["stopping"] == []
    with pytest.raises(Fault, match=r"share\.consumer\.owes-nothing"):
        post.desks.do("cn", "consumer", "confirm", first.id)


def test_the_giver_sees_who_has_not_said_that_all_stopped(post: Post) -> None:
    """It sees the other State, and never its consumers."""
    client = post.admit()
    share = post.give([address(1)])
    client.values()
    retract(post, share)
    (row,) = board(post, "us")["stopping"]
    assert (row["parties"], row["holders"], row["reason"]) == (["cn"], [], "false-positive")
    assert client.id not in str(row)


def test_what_waits_is_named_with_what_to_do(post: Post) -> None:
    """To take, then to report its use; a dispute waits for the giver; so does a cadence."""
    share = post.give([address(1)])
    assert [one["what"] for one in board(post)["waiting"]] == ["take"]
    post.desks.do("cn", "share", "take", share, "--valid", "1", "--invalid", "0")
    assert [one["what"] for one in board(post)["waiting"]] == ["use"]
    post.desks.do("cn", "share", "dispute", share, "--reason", "our-network")
    assert [one["what"] for one in board(post, "us")["waiting"]] == ["answer-dispute"]
    due = {one["category"]: one["due"] for one in board(post, "us")["cadence"]}
    assert due == {"indicators": False, "samples": True, "report": True, "infections": True}
    post.desks.do("us", "share", "none", "--category", "report", "--from", "2026-11-01T00:00:00Z",
                  "--to", "2026-12-01T00:00:00Z")  # fmt: skip
    due = {one["category"]: one["due"] for one in board(post, "us")["cadence"]}
    assert due["report"] is False


def test_why_a_consumer_has_an_object_or_not_is_said(post: Post) -> None:
    """By its reach, its power, a retraction; and a trial says what one would have."""
    near, far, watching = post.admit(), post.admit("public"), post.admit("agency", "watch")
    share = post.give([address(1), address(2)], "TLP:AMBER PAP:AMBER")
    retract(post, share, "2")

    def why(item: str) -> dict[str, str]:
        found = post.desks.value("cn", "wei", "share", "explain", share, item)["consumers"]
        return {one["consumer"]: one["why"] for one in found}

    assert why("1") == {near.id: "power", far.id: "reach", watching.id: "has"}
    assert set(why("2").values()) == {"retracted"}
    rows = post.desks.value("cn", "wei", "share", "audience", share)["rows"]
    assert {one["consumer"]: one["objects"] for one in rows} == {
        near.id: 0, far.id: 0, watching.id: 1,
    }  # fmt: skip
    trial = post.desks.value(
        "cn", "wei", "share", "dry-run", "--reach", "client", "--power", "check"
    )
    assert [(one["share"], one["objects"], one["of"]) for one in trial["rows"]] == [(share, 1, 2)]


def test_a_renewed_consumer_has_its_collection_and_another_token(post: Post) -> None:
    """The old token opens nothing from the next request on."""
    client = post.admit()
    post.give([address(1)])
    made = post.desks.do("cn", "consumer", "renew", client.id)
    assert client.raw(f"/lists/{client.id}/ipv4.txt").status_code == 401
    assert Client(client.id, made["secret"]).values() == {"198.51.100.1"}
