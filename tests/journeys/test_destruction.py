"""What is destroyed is gone from both nodes, from their backups, and from what they serve."""

import json
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from comity.demo.pair_of_nodes import PairOfNodes
from comity.kernel.fault import Fault

ASKER, PEER = "fr", "sy"
SMALL = b"small canary " + secrets.token_hex(16).encode() + b"\n"
LARGE = b"large canary " + secrets.token_hex(16).encode() + b"\n" + bytes(200_000)
WORD = secrets.token_hex(16)
WORDS = f"canary in words {WORD}"


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


def sealed(home: Path) -> list[bytes]:
    """Return a piece of every body as it is stored: rows of the database, and files."""
    found = [path.read_bytes() for path in home.rglob("bodies/kept/*")]
    with closing(sqlite3.connect(home / "store.sqlite3")) as database:
        rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        (table,) = [name for (name,) in rows if name.endswith("_body")]
        held = database.execute(f"SELECT content FROM {table} WHERE content IS NOT NULL")  # noqa: S608 -- our own table
        found += [row for (row,) in held]
    assert found
    return [data[40:160] for data in found]


def found_by(nodes: PairOfNodes, party: str, word: str) -> list[str]:
    """Return the requests that a search for a word finds."""
    found = nodes.run(party, "request", "list", "--search", word, *officer(nodes, party))
    return [one["matter"] for one in found["requests"]]


def clocks_of(nodes: PairOfNodes, matter: str) -> dict[str, Any]:
    """Return the clocks of a request, without the instant and the cut at which they are told."""
    told = nodes.run(PEER, "clock", "why", matter, *officer(nodes, PEER))
    return {name: value for name, value in told.items() if name not in {"cut", "now_ms"}}


@pytest.mark.slow
def test_what_is_destroyed_is_nowhere_and_the_request_stands(
    nodes: PairOfNodes, tmp_path: Path
) -> None:
    """Rows, files, free pages, high-water files and later backups are rid of it, on both sides."""
    for party in nodes.sides:
        nodes.start(party)
    matter = ask(nodes)
    wait_for(nodes, PEER, matter, "held")
    assert found_by(nodes, PEER, WORD) == [matter]
    stored = sealed(nodes.sides[PEER].home)
    assert len(stored) == 3
    clocks = clocks_of(nodes, matter)
    before = nodes.run(PEER, "request", "show", matter, *officer(nodes, PEER))
    old = tmp_path / "old.backup"
    nodes.run(PEER, "backup", "-o", str(old))
    for party in (ASKER, PEER):
        names = ["--item=small.txt", "--item=large.bin", "--item=elements"]
        destroy = ["evidence", "destroy", matter, *names, "--reason", "case-ended", "--wait"]
        nodes.run(party, *destroy, *officer(nodes, party))
    for party, side in nodes.sides.items():
        wait_for(nodes, party, matter, "destroyed")
        nodes.stop(party)
        needles = [SMALL[:40], LARGE[:40], WORD.encode(), *stored]
        assert files_with(side.home, needles) == []
        assert files_with(side.home.parent, needles[3:]) == []
        _is_in_no_backup(nodes, party, tmp_path, needles)
        checked = nodes.run(party, "fsck")
        assert checked["counts"]["destroyed"] >= 3
        assert checked["clean"]
        nodes.start(party)
        assert found_by(nodes, party, WORD) == []
    assert clocks_of(nodes, matter) == clocks
    after = nodes.run(PEER, "request", "show", matter, *officer(nodes, PEER))
    assert after["status"] == before["status"]
    assert [turn["act"] for turn in after["turns"]][: len(before["turns"])] == [
        turn["act"] for turn in before["turns"]
    ]
    _brings_nothing_back(nodes, matter, old)


def _is_in_no_backup(nodes: PairOfNodes, party: str, folder: Path, needles: list[bytes]) -> None:
    """A backup from after the destruction, opened and unpacked, holds nothing of it."""
    later, unpacked = folder / f"{party}.backup", folder / f"{party}.unpacked"
    nodes.run(party, "backup", "-o", str(later))
    nodes.run(party, "restore", str(later), str(unpacked), home=False)
    assert (unpacked / "store.sqlite3").is_file()
    assert files_with(unpacked, needles) == []


def _brings_nothing_back(nodes: PairOfNodes, matter: str, old: Path) -> None:
    """A backup from before the destruction is restored: what was destroyed goes again."""
    side = nodes.sides[PEER]
    nodes.stop(PEER)
    side.home.rename(side.home.with_suffix(".lost"))
    nodes.run(PEER, "restore", str(old), str(side.home), home=False)
    nodes.start(PEER)
    wait_for(nodes, PEER, matter, "destroyed")
    nodes.stop(PEER)
    assert files_with(side.home, [SMALL[:40], LARGE[:40], WORD.encode()]) == []
    with pytest.raises(Fault):
        nodes.run(PEER, "evidence", "hand-over", matter, "--item", "small.txt", "--to", "x")
