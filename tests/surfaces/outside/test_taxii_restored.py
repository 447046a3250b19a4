"""Doors after a rebuild and a restore, and what a page tells of what is hidden: nothing."""

from pathlib import Path

import pytest
import requests
from support.threats import Client, Line, Post

from comity.kernel.ijson import Json
from comity.node.operate import rebuild
from comity.rooms.share import lists

KINDS = (lists.LISTED, lists.PLACE, lists.VERSION, lists.ADDED, lists.READ)


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Two States; whatever `requests` sends goes to the third listener of one."""
    made = Post(tmp_path)
    line = Line(made.app)
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: line)
    return made


def address(number: int) -> dict[str, Json]:
    """Return the n-th address."""
    return {"type": "ipv4-addr", "spec_version": "2.1", "value": f"198.51.100.{number}",
            "id": f"ipv4-addr--00000000-0000-4000-8000-{number:012d}"}  # fmt: skip


def records(post: Post) -> dict[str, dict[str, Json]]:
    """Return all that lists are made of."""
    with post.node.store.read() as tx:
        return {kind: {**tx.records(kind)} for kind in KINDS}


def put_back(post: Post, before: dict[str, dict[str, Json]]) -> None:
    """Restore lists from a backup."""
    with post.node.store.write() as tx:
        for kind in KINDS:
            for key in tx.records(kind):
                tx.drop_record(kind, key)
            for key, value in before[kind].items():
                tx.save_record(kind, key, value)


def test_a_client_that_stops_half_way_comes_back_after_a_restore(post: Post) -> None:
    """Its old cursor stays right: what was listed since the backup comes later, none is lost."""
    client = post.admit()
    post.give([address(n) for n in range(4)])
    backup = records(post)
    post.give([address(n) for n in range(4, 9)])
    page = client.objects(limit="6")
    seen = {one["value"] for one in page["objects"]}
    put_back(post, backup)
    post.desks.states["cn"].clock.at_ms += 60_000
    post.refresh()
    while page["more"]:
        page = client.objects(limit="2", next=page["next"])
        seen |= {one["value"] for one in page["objects"]}
    assert seen == {f"198.51.100.{n}" for n in range(9)}


def test_what_was_retracted_is_served_by_nothing_after_a_rebuild_or_restore(post: Post) -> None:
    """Lists of before come back with a backup, and the door still asks the share."""
    client = post.admit()
    share = post.give([address(1), address(2)])
    assert len(client.values()) == 2
    backup = records(post)
    post.desks.do("us", "share", "retract", share, "--reason", "law", "--item", "1")
    post.refresh()

    def is_gone() -> bool:
        told = client.raw(f"/misp/{client.id}/manifest.json").text
        lines = client.raw(f"/lists/{client.id}/ipv4.txt").text
        assert "198.51.100.2" in lines
        return "198.51.100.1" not in told + lines and client.values() == {"198.51.100.2"}

    assert is_gone()
    put_back(post, backup)
    assert is_gone()
    rebuild.rebuild(post.node)
    assert is_gone()
    post.refresh()
    assert is_gone()


def answers(client: Client) -> list[tuple[int, str, dict[str, str]]]:
    """Return what every page, filter and address tells: status, body and headers."""
    where = f"api/collections/{client.collection().id}"
    asked = [
        f"{where}/objects/?limit=1",
        f"{where}/objects/?match[type]=ipv4-addr",
        f"{where}/objects/?match[version]=all&added_after=2000-01-01T00:00:00Z",
        f"{where}/manifest/",
        f"{where}/objects/{address(2)['id']}/",
        f"{where}/objects/{address(2)['id']}/versions/",
        f"{where}/objects/{address(3)['id']}/",
        "api/collections/",
    ]
    found = [client.get(path) for path in asked]
    lists_of = (f"/misp/{client.id}/manifest.json", f"/lists/{client.id}/ipv4.txt")
    found += [client.raw(path) for path in lists_of]
    return [(one.status_code, one.text, dict(one.headers)) for one in found]


def test_a_hidden_object_leaves_no_trace_on_any_page(post: Post) -> None:
    """With and without it a door answers alike: pages, filters, counts, headers, `next`, 404."""
    client = post.admit("public")
    post.give([address(1), address(3)], "TLP:CLEAR")
    before = answers(client)
    share = post.give([address(2)], "TLP:AMBER")
    assert answers(client) == before
    post.desks.do("us", "share", "retract", share, "--reason", "law")
    post.refresh()
    assert answers(client) == before
