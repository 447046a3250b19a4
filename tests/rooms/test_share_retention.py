"""What the text says of marks, sizes and retention holds; what was destroyed is nowhere."""

import json
from pathlib import Path

import pytest
import requests
from rooms.test_share_figures import address
from support.threats import LATER, LETTING, Line, Post

from comity.joint.share import text
from comity.node.exchange import destroyed_blobs
from comity.node.operate import rebuild
from comity.node.room import retention
from comity.rooms.share import lists

DAY_MS = 86_400_000


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Two States that have adopted the shipped text on network protection."""
    made = Post(tmp_path)
    line = Line(made.app)
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: line)
    made.desks.agree("--shipped", name=text.NAME)
    return made


def test_a_giving_goes_no_further_than_the_text(post: Post) -> None:
    """Neither in its mark, nor by a marking later, nor in how many objects it has."""
    file = post.folder / "some.json"
    file.write_text(json.dumps([address(n) for n in range(1, 4)]), "utf-8")
    words: tuple[str | Path, ...] = ("share", "give", file, "--valid-until", LATER, *LETTING)
    seen = ("--observed-to", "2026-11-01T00:00:00Z")
    wide = ("--category", "indicators", "--mark", "TLP:CLEAR", *seen)
    assert "TLP:GREEN at the widest" in post.desks.no("us", *words, *wide)
    share = post.give([address(1)], seen="2026-11-01T00:00:00Z")
    widened = ("share", "mark", share, "--mark", "TLP:CLEAR")
    assert "at the widest" in post.desks.no("us", *widened)
    file.write_text("\n".join(f"10.0.{n >> 8}.{n & 255}" for n in range(1_001)), "utf-8")
    many = ("--category", "samples", "--mark", "TLP:AMBER")
    assert "have 1,000 objects; this one has 1,001" in post.desks.no("us", *words, *many)


def on_the_board(post: Post) -> list[tuple[str, list[str], list[str]]]:
    """Return what the board says is to be destroyed: share, roles and blobs."""
    rows = post.desks.value("cn", "wei", "share", "board")["destroying"]
    return [(one["share"], one["roles"], one["blobs"]) for one in rows]


def bundles(post: Post) -> dict[str, str]:
    """Return the SHA-256 of the bundle of each share."""
    with post.node.store.read() as tx:
        return {
            row.matter.id: one.sha256
            for row in tx.matters("share", "", 9)
            for said in tx.acts_of(row.channel, row.matter)
            for one in said.act.blobs
            if one.role == "bundle"
        }


def test_what_was_kept_too_long_is_due_and_destroyed_is_nowhere(post: Post) -> None:
    """Due by the text alone; gone from the door at once, and after a rebuild."""
    client = post.admit()
    do = post.desks.do
    share = post.give([address(1), address(2)], seen="2026-11-01T00:00:00Z")
    assert len(client.values()) == 2
    do("us", "share", "retract", share, "--reason", "law")
    kept = post.give([address(3)], seen="2026-11-01T00:00:00Z")
    assert client.values() == {"198.51.100.3"}
    blobs = bundles(post)
    destroy = ("share", "destroy", share, "--reason", "retention", "--blob", blobs[share])
    assert "not due" in post.desks.no("cn", *destroy)
    assert "no blob of this share" in post.desks.no(
        "cn", *destroy[:4], "law", "--blob", blobs[kept]
    )
    for one in post.desks.states.values():
        one.clock.at_ms += 31 * DAY_MS
    due = retention.listing(post.node, post.officer(), post.node.clock.now_ms())
    assert [(one.row.matter.id, one.due.item.role, one.due.state) for one in due] == [
        (share, "bundle", "due")
    ]
    assert retention.remind(post.node) == 1
    assert on_the_board(post) == [(share, ["bundle"], [blobs[share]])]
    client = post.admit()  # the one before is over by now
    post.refresh()
    assert client.values() == {"198.51.100.3"}
    do("cn", *destroy)
    assert on_the_board(post) == []
    do("cn", "share", "destroy", kept, "--reason", "law", "--blob", blobs[kept])
    assert client.values() == set()
    rebuild.rebuild(post.node)
    post.refresh()
    assert client.values() == set()
    with post.node.store.read() as tx:
        assert not tx.records(lists.LISTED)
        for sha256 in blobs.values():
            assert (destroyed_blobs.is_gone(tx, sha256), tx.body(sha256)) == (True, None)
