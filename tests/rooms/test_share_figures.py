"""Figures of sharing: both sides compute alike; clocks by the text; the pack of experts."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.agreed import shipped
from support.threats import LATER, LETTING, Post

from comity.joint.share import acts, text, text_schema, waits
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.desk import matters

PERIOD = ("--since", "2020-01-01", "--until", "2040-01-01")
HOUR_MS = 3_600_000


@pytest.fixture
def post(tmp_path: Path) -> Post:
    """Two States that have adopted the shipped text on network protection."""
    made = Post(tmp_path)
    made.desks.agree("--shipped", name=text.NAME)
    return made


def address(number: int) -> dict[str, Any]:
    """Return the n-th address."""
    return {"type": "ipv4-addr", "spec_version": "2.1", "value": f"198.51.100.{number}",
            "id": f"ipv4-addr--00000000-0000-4000-8000-{number:012d}"}  # fmt: skip


def lines(post: Post, party: str) -> list[dict[str, Any]]:
    """Return the lines of a State, without what the other may have at another instant."""
    name = "wei" if party == "cn" else "ann"
    found: list[dict[str, Any]] = post.desks.value(party, name, "share", "figures", *PERIOD)[
        "lines"
    ]
    return found


def used(post: Post) -> str:
    """Let one share be given, taken, used, disputed, taken back and stopped; return its id."""
    share = post.give([address(n) for n in range(1, 11)], seen="2026-11-01T00:00:00Z")
    do = post.desks.do
    do("cn", "share", "take", share, "--valid", "9", "--invalid", "1", "--known", "3")
    do("cn", "share", "use", share, "--blocked", "6", "--sighted", "2")
    do("cn", "share", "dispute", share, "--reason", "our-network", "--item", "2")
    do("us", "share", "retract", share, "--reason", "false-positive", "--item", "2-3")
    do("cn", "share", "stop", share, "--told", "2", "--confirmed", "1", "--open", "1")
    do("us", "share", "none", "--category", "samples", "--from", "2026-01-01T00:00:00Z",
       "--to", "2026-02-01T00:00:00Z")  # fmt: skip
    return share


def test_both_sides_compute_the_same_each_way(post: Post) -> None:
    """By category: given, valid, unique, used, false, disputed, stopped; no score."""
    share = used(post)
    ours, theirs = lines(post, "us"), lines(post, "cn")
    assert ours == theirs
    by = {(one["category"], one["giver"]): one for one in ours}
    assert by.keys() == {(c, p) for c in ("indicators", "samples") for p in ("us", "cn")}
    one = by["indicators", "us"]
    assert {name: one[name] for name in ("shares", "objects", "valid", "invalid")} == {
        "shares": 1, "objects": 10, "valid": 9, "invalid": 1,
    }  # fmt: skip
    assert (one["weighed"], one["known"], one["unique"], one["false"]) == (9, 3, 6, 2)
    assert one["uses"] == {"blocked": 6, "sighted": 2}
    assert one["disputes"] == {"our-network/retracted": 1}
    assert (one["told"], one["confirmed"], one["open"]) == (2, 1, 1)
    legs = {name: (leg["begun"], leg["ended"]) for name, leg in one["legs"].items()}
    assert legs["take"] == legs["feedback"] == legs["our-network"] == (1, 1)
    assert legs["stop"] == (1, 0), "one consumer is open"
    assert by["samples", "us"]["none"] == 1
    assert by["indicators", "cn"]["shares"] == 0
    pack = post.desks.value("cn", "wei", "share", "pack")
    assert [(row["share"], row["open"]) for row in pack["stopping"]] == [(share, 1)]
    assert pack["disputes"] == []
    assert pack["figures"]["lines"] == ours


def test_a_giving_has_what_the_text_asks_of_its_category(post: Post) -> None:
    """Else it does not leave, and what is missing is named."""
    file = post.folder / "bundle.json"
    file.write_text(json.dumps({"type": "bundle", "objects": [address(1)]}), "utf-8")
    told = post.desks.no(
        "us", "share", "give", file, "--category", "indicators", "--mark", "TLP:GREEN",
        "--valid-until", LATER, *LETTING,
    )  # fmt: skip
    assert "share.needs-missing" in told


def stands(post: Post, party: str, share: str) -> dict[str, tuple[str, str]]:
    """Return `{clock: (who is waited for, status)}` of a share."""
    state = post.desks.states[party]
    with state.node.store.read() as tx:
        officer = tx.officer("wei" if party == "cn" else "ann")
    assert officer is not None
    shown = matters.show(state.node, officer, acts.KIND, share)
    assert shown.clocks is not None
    return {
        one.rule.name: (one.party, one.clock.status) for one in shown.clocks.timed if one.is_open
    }


def test_clocks_run_by_the_text_and_both_count_alike(post: Post) -> None:
    """To take, to correct a network of the other's within hours, to stop; overdue is shown."""
    share = post.give([address(1), address(2)], seen="2026-11-01T00:00:00Z")
    assert stands(post, "us", share).keys() == {"take"}
    do = post.desks.do
    do("cn", "share", "take", share, "--valid", "2", "--invalid", "0")
    do("cn", "share", "dispute", share, "--reason", "our-network", "--item", "1")
    for state in post.desks.states.values():
        state.clock.at_ms += 9 * HOUR_MS
    for party in ("us", "cn"):
        assert stands(post, party, share)["our-network"] == ("us", "overdue")
    do("us", "share", "retract", share, "--reason", "error", "--item", "1")
    assert stands(post, "cn", share).keys() == {"feedback", "stop"}
    board = post.desks.value("us", "ann", "share", "board")
    days: dict[str, Json] = {one["category"]: one["days"] for one in board["cadence"]}
    assert days == dict.fromkeys(("indicators", "samples", "report", "infections"), 30)


def test_the_shipped_text_reads_and_its_schema_is_published() -> None:
    """Every category and every clock; what other implementations take is what this one asks."""
    found = text.parse(shipped("guideline/protection.yaml"))
    assert {*found.terms} == {*waits.CLOCKS}
    assert {*found.categories} == {*acts.CATEGORIES}
    assert ijson.parse(shipped("protection.schema.json")) == text_schema.SCHEMA
