"""What is destroyed is gone from both nodes, from their backups, and from what they serve."""

import json
import secrets
from pathlib import Path
from typing import Any

import pytest

from comity.kernel.fault import Fault
from comity.lab.pair_of_nodes import PairOfNodes

ASKER, PEER = "fr", "sy"
SMALL = b"small canary " + secrets.token_hex(16).encode() + b"\n"
LARGE = b"large canary " + secrets.token_hex(16).encode() + b"\n" + bytes(200_000)
WORDS = f"canary in words {secrets.token_hex(16)}"


def officer(nodes: PairOfNodes, party: str) -> list[str]:
    """Return the options of who acts."""
    return ["--as", nodes.sides[party].state.officer]


def ask(nodes: PairOfNodes) -> str:
    """Send a request with two attachments and words; return its id."""
    for name, data in (("small.txt", SMALL), ("large.bin", LARGE)):
        (nodes.folder / name).write_bytes(data)
    line = {"media_type": "application/octet-stream", "mark": "TLP:AMBER"}
    value = {
        "type": "preservation",
        "urgency": "routine",
        "elements": {"facts": WORDS},
        "attachments": [{"path": name, **line} for name in ("small.txt", "large.bin")],
    }
    (nodes.folder / "request.json").write_text(json.dumps(value))
    words = ["request", "send", "request.json", *officer(nodes, ASKER), "--to", PEER, "--wait"]
    return str(nodes.run(ASKER, *words)["matter"])


def bodies(nodes: PairOfNodes, party: str, matter: str) -> list[dict[str, Any]]:
    """Return the bodies of a request as one side shows them."""
    shown = nodes.run(party, "request", "show", matter, *officer(nodes, party))
    return [body for turn in shown["turns"] for body in turn["bodies"]]


def wait_for(nodes: PairOfNodes, party: str, matter: str, state: str) -> None:
    """Wait until every body of a request is in a state."""
    found: list[dict[str, Any]] = []
    for _ in range(120):
        found = bodies(nodes, party, matter)
        if found and all(body["state"] == state for body in found):
            return
    raise AssertionError(found)


def files_with(folder: Path, needles: list[bytes]) -> list[str]:
    """Return the files under a folder that hold any of these bytes."""
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]


@pytest.mark.slow
def test_what_is_destroyed_is_nowhere_and_the_request_stands(
    nodes: PairOfNodes, tmp_path: Path
) -> None:
    """Rows, files, free pages, high-water files and later backups are rid of it, on both sides."""
    for party in nodes.sides:
        nodes.start(party)
    matter = ask(nodes)
    wait_for(nodes, PEER, matter, "held")
    stored = [path.read_bytes()[40:200] for path in nodes.sides[ASKER].home.rglob("bodies/kept/*")]
    before = nodes.run(PEER, "request", "show", matter, *officer(nodes, PEER))
    old = tmp_path / "old.backup"
    nodes.run(PEER, "backup", "-o", str(old))
    for party in (ASKER, PEER):
        names = ["small.txt", "large.bin", "elements"]
        destroy = ["evidence", "destroy", matter, *names, "--reason", "case-ended", "--wait"]
        nodes.run(party, *destroy, *officer(nodes, party))
    for party, side in nodes.sides.items():
        wait_for(nodes, party, matter, "destroyed")
        nodes.stop(party)
        needles = [SMALL[:40], LARGE[:40], WORDS.encode(), *stored]
        assert files_with(side.home, needles) == []
        assert files_with(side.home.parent, needles[3:]) == []
        later = tmp_path / f"{party}.backup"
        nodes.run(party, "backup", "-o", str(later))
        checked = nodes.run(party, "fsck")
        assert checked["counts"]["destroyed"] >= 3
        assert checked["clean"]
        nodes.start(party)
    after = nodes.run(PEER, "request", "show", matter, *officer(nodes, PEER))
    assert after["status"] == before["status"]
    assert [turn["act"] for turn in after["turns"]][: len(before["turns"])] == [
        turn["act"] for turn in before["turns"]
    ]
    _brings_nothing_back(nodes, matter, old)


def _brings_nothing_back(nodes: PairOfNodes, matter: str, old: Path) -> None:
    """A backup from before the destruction is restored: what was destroyed goes again."""
    side = nodes.sides[PEER]
    nodes.stop(PEER)
    side.home.rename(side.home.with_suffix(".lost"))
    nodes.run(PEER, "restore", str(old), str(side.home), home=False)
    nodes.start(PEER)
    wait_for(nodes, PEER, matter, "destroyed")
    nodes.stop(PEER)
    assert files_with(side.home, [SMALL[:40], LARGE[:40], WORDS.encode()]) == []
    with pytest.raises(Fault):
        nodes.run(PEER, "evidence", "hand-over", matter, "small.txt", "--to", "x")
