"""Two homes of the real program, and what is done to them with bad input.

Floor: tests.
"""

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.story import example
from comity.kernel.fault import Fault
from tools.check import codes

OURS, THEIRS = "fr", "sy"
EXPLAINED = codes.explained(codes.PAGE.read_text(encoding="utf-8"))


def send(nodes: PairOfNodes) -> None:
    """Let an officer of ours send a request."""
    file = str(example("preservation.json"))
    nodes.run(OURS, "request", "send", file, "--as", "alice", "--to", THEIRS)


def refused(act: Callable[[], object]) -> Fault:
    """Return the fault with which something ends; its code is explained and its fix a step."""
    with pytest.raises(Fault) as told:
        act()
    fault = told.value
    assert fault.code in EXPLAINED
    assert fault.what.endswith(".")
    assert fault.fix
    return fault


def not_served(
    nodes: PairOfNodes, *extra: str, environment: Mapping[str, str] | None = None
) -> str:
    """Return what `serve` says when it refuses to start."""
    with pytest.raises(Fault) as told:
        nodes.start(OURS, *extra, environment=environment)
    said = re.search(r"comity: (.+)\n +(.+)\n +\[([a-z.-]+)\]", told.value.what)
    assert said, told.value.what
    assert said[3] in EXPLAINED
    return said[0]


def cut(path: Path, size_bytes: int) -> None:
    """Cut a file short, as an interrupted copy does."""
    path.write_bytes(path.read_bytes()[:size_bytes])


def configure(nodes: PairOfNodes, party: str, line: str, instead: str) -> None:
    """Change a line of a configuration."""
    path = nodes.sides[party].home / "config.toml"
    text = path.read_text(encoding="utf-8")
    assert line in text
    path.write_text(text.replace(line, instead), encoding="utf-8")


def failing(nodes: PairOfNodes, code: str) -> dict[str, Any]:
    """Return the finding of our live log once its delivery fails with that code."""
    end = time.monotonic() + 40
    while time.monotonic() < end:
        for one in nodes.run(OURS, "status")["findings"]:
            if "/live/1 to" in one["about"] and f"[{code}]" in one["what"]:
                assert code in EXPLAINED
                found: dict[str, Any] = one
                return found
        time.sleep(0.3)
    raise AssertionError(nodes.run(OURS, "status"))


def delivered(nodes: PairOfNodes) -> bool:
    """Whether the other side has signed for our live log, once it has or after a while."""
    end = time.monotonic() + 40
    while time.monotonic() < end:
        rows = [r for r in nodes.run(OURS, "status")["logs"] if r["channel"].endswith("/live")]
        given = [d["cosigned"] == r["size"] for r in rows if r["own"] for d in r["deliveries"]]
        if given and all(given):
            return True
        time.sleep(0.3)
    return False
