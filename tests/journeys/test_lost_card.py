"""A machine is lost, and the newest backup is older than the last rotation of keys."""

import json
import shutil
import time
from collections.abc import Callable
from typing import Any

import pytest
from support import shapes

from comity.demo.pair_of_nodes import PairOfNodes
from tools.check import commands

OURS, THEIRS = "fr", "sy"
WAIT_S = 100
PAGE = shapes.read(shapes.PAGE.read_text(encoding="utf-8"))


def described(nodes: PairOfNodes, party: str, *words: str) -> Any:  # noqa: ANN401 -- JSON
    """Type a command, and find what it prints on the page of shapes."""
    value = nodes.run(party, *words)
    command = shapes.typed(commands.parser(), words)
    assert not shapes.problems(PAGE, command, value), command
    return value


def officer(nodes: PairOfNodes, party: str) -> list[str]:
    """Return the options of who acts."""
    return ["--as", nodes.sides[party].state.officer]


def ask(nodes: PairOfNodes, party: str, other: str, *, is_left: bool = False) -> str:
    """Send a request, and wait for the other side unless it is left; return its id."""
    value = {"type": "preservation", "urgency": "routine", "elements": {"facts": "A break-in."}}
    (nodes.folder / "request.json").write_text(json.dumps(value))
    words = ["request", "send", "request.json", *officer(nodes, party), "--to", other]
    words += [] if is_left else ["--wait"]
    return str(nodes.run(party, *words)["matter"])


def until(holds: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + WAIT_S
    while not (found := holds()) and time.monotonic() < end:
        time.sleep(0.3)
    assert found


def logs(nodes: PairOfNodes, party: str) -> dict[str, int]:
    """Return how much of each log of live a node holds."""
    rows = nodes.run(party, "status")["logs"]
    return {one["origin"]: one["size"] for one in rows if one["channel"].endswith("/live")}


def seen(nodes: PairOfNodes, party: str) -> set[str]:
    """Return the requests that an officer sees."""
    found = nodes.run(party, "request", "list", *officer(nodes, party))
    return {one["matter"] for one in found["requests"]}


def rotated_and_lost(nodes: PairOfNodes) -> set[str]:
    """Back a home up, rotate its keys, talk, lose it, restore it; return what was asked."""
    for party in nodes.sides:
        nodes.start(party)
    asked = {ask(nodes, OURS, THEIRS)}
    nodes.run(OURS, "backup", "-o", "old.backup")
    nodes.run(OURS, "key", "rotate", "--root", root(nodes))
    asked |= {ask(nodes, OURS, THEIRS), ask(nodes, THEIRS, OURS)}
    for party in nodes.sides:
        nodes.stop(party)
    home = nodes.sides[OURS].home
    shutil.rmtree(home)
    for file in home.parent.glob(f"{home.name}*high-water*"):
        file.unlink()
    nodes.run(OURS, "restore", "old.backup", str(home), home=False)
    for party in nodes.sides:
        nodes.start(party)
    return asked


def root(nodes: PairOfNodes) -> str:
    """Return the file of the root key, on its medium."""
    (file,) = nodes.folder.glob(f"a.{nodes.arrangement[:8]}*.root")
    return str(file)


@pytest.mark.slow
def test_it_comes_back_by_its_root_key_and_a_partner(nodes: PairOfNodes) -> None:
    """It says what it waits for; then it reads what was said meanwhile, and is heard again."""
    asked = rotated_and_lost(nodes)
    until(lambda: "key rotate --lost" in nodes.attempt(OURS, "doctor").out)
    made = described(nodes, OURS, "key", "rotate", "--lost", "--root", root(nodes))
    assert (made["number"], made["lost"]) == (3, [2])
    asked.add(ask(nodes, THEIRS, OURS, is_left=True))  # so that its node speaks at once
    until(lambda: logs(nodes, OURS) == logs(nodes, THEIRS))
    for name in ("live", "hotline"):
        channel, file = f"{nodes.arrangement}/{name}", f"{name}.keys"
        words = ("recover", "give-keys", channel, OURS, "-o", file)
        described(nodes, THEIRS, *words, *officer(nodes, THEIRS))
        taken = described(nodes, OURS, "recover", "take-keys", file, *officer(nodes, OURS))
        assert (taken["wrong"], taken["unheld"]) == (0, 0)
    until(lambda: seen(nodes, OURS) == asked == seen(nodes, THEIRS))
    assert ask(nodes, OURS, THEIRS) in seen(nodes, THEIRS)
    assert ask(nodes, THEIRS, OURS) in seen(nodes, OURS)
    nodes.run(OURS, "backup", "-o", "new.backup")
    for party in nodes.sides:
        nodes.stop(party)
        assert nodes.run(party, "fsck")["clean"]
