"""Two real nodes speak at once, and nothing is broken: nothing alarms, nobody is refused."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from support import speaker

from comity.client import Client
from comity.demo import commands
from comity.demo.pair_of_nodes import PairOfNodes, told
from comity.kernel.fault import Fault
from comity_lab.chaos import verdict
from comity_lab.chaos.storm import Shown

SPEAK_S = float(os.environ.get("COMITY_SPEAK_S", "4"))
PASSING = ("An officer froze it", "exchange.cosignature.bad", "exchange.head.bad-signature")
"""What may be seen for a moment: of a log that an officer froze, and of a card that is new."""
EVENTS = frozenset({"serve.ready", "serve.stopping", "pages.ready", "store.slow", "wire.handshake"})
"""What a node tells of itself where nothing is wrong; a slow disk of the machine is no fault."""


@pytest.mark.long
def test_both_sides_speak_at_once_and_nothing_is_wrong(nodes: PairOfNodes) -> None:
    """No alarm, no error and no refused call; and afterwards both hold the same.

    Every thread and process of a node is at work beside the others: one by one and in groups,
    in both channels, bodies small and large, while commands and a program look, a card is
    replaced and revoked, and a log is frozen and thawed.
    """
    for party in nodes.sides:
        nodes.start(party)
    until_heard(nodes)
    known = {party: len(lines(nodes, party)) for party in nodes.sides}
    with ExitStack() as held:
        speak = {party: held.enter_context(speaking(nodes, party)) for party in nodes.sides}
        failed = look_meanwhile(nodes)
        said = {party: ended(started) for party, started in speak.items()}
    verdict.wait_until_quiet(nodes)
    assert [one for one in failed if not any(text in one for text in PASSING)] == []
    for party in nodes.sides:
        nodes.stop(party)
        wrong = [one for one in lines(nodes, party)[known[party] :] if one["event"] not in EVENTS]
        assert wrong == [], party
    shown = {party: Shown(sent=ids) for party, ids in said.items()}
    assert min(len(one.sent) for one in shown.values()) > 0
    first, second = (verdict.read(side, shown) for side in nodes.sides.values())
    wrong_claims = [one for one, held in verdict.judge(shown, first, second).items() if not held]
    assert wrong_claims == []
    nodes.typed = commands.anew  # of a long log it is done by processes of its own
    assert {party: problems(nodes, party) for party in nodes.sides} == {"fr": [], "sy": []}


def problems(nodes: PairOfNodes, party: str) -> object:
    """Return what `fsck` finds wrong in a home."""
    return told(nodes.attempt(party, "fsck")).get("problems")


def until_heard(nodes: PairOfNodes) -> None:
    """Return once each has signed for the other's logs: who starts first finds nobody."""
    end, lines = time.monotonic() + verdict.QUIET_S, []
    while time.monotonic() < end:
        logs = [nodes.run(party, "status")["logs"] for party in nodes.sides]
        lines = [one for rows in logs for row in rows for one in row["deliveries"]]
        if lines and all(one["cosigned_at_ms"] and not one["failures"] for one in lines):
            return
    raise AssertionError(lines)


@contextmanager
def speaking(nodes: PairOfNodes, party: str) -> Iterator[subprocess.Popen[str]]:
    """Start who speaks for a side, beside its `serve`."""
    side = nodes.sides[party]
    peer = next(other for other in nodes.sides if other != party)
    words = [sys.executable, speaker.__file__, str(side.home)]
    words += [side.state.agency[0], peer]
    words += [f"{nodes.arrangement}/{name}" for name in ("live", "hotline")]
    with subprocess.Popen(
        words,
        env=side.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        yield started


def ended(started: subprocess.Popen[str]) -> list[str]:
    """End who speaks; return the ids of what was said."""
    out, err = started.communicate()
    faults = Counter(line.partition(":")[0] for line in err.splitlines())
    assert set(faults) <= {"exchange.log.not-open"}, err  # while it is frozen
    return [line.split()[1] for line in out.splitlines()]


def look_meanwhile(nodes: PairOfNodes) -> list[str]:
    """Do what people and programs do beside; return which lines between the nodes failed."""
    failed: list[str] = []
    (root,) = nodes.folder.glob(f"a.{nodes.arrangement[:8]}*.root")
    by = ("--as", nodes.sides["sy"].state.officer)
    origin = f"sy/{nodes.arrangement}/live/1"
    steps = [
        ("fr", "key", "rotate", "--root", str(root)),
        ("fr", "key", "revoke", "1", "--root", str(root)),
        ("sy", "freeze", origin, "--reason", "A drill.", *by),
        ("sy", "thaw", origin, *by),
    ]
    end = time.monotonic() + SPEAK_S
    address = f"http://127.0.0.1:{nodes.sides['sy'].port}"
    with Client(address, token(nodes, "sy")) as client:
        while steps or time.monotonic() < end:
            if steps and time.monotonic() > end - len(steps) * SPEAK_S / 6:
                party, *words = steps.pop(0)
                nodes.run(party, *words)
            failed += look(nodes, client)
    return failed


def look(nodes: PairOfNodes, client: Client) -> list[str]:
    """Look at both nodes once, as people and a program do; return what fails."""
    client.get("/requests")
    client.get("/status")
    for party in nodes.sides:
        nodes.attempt(party, "doctor")
    return [one for party in nodes.sides for one in failures(nodes, party)]


def token(nodes: PairOfNodes, party: str) -> str:
    """Make a token of a program that reads."""
    scopes = [word for scope in ("read", "status") for word in ("--scope", scope)]
    officer = nodes.sides[party].state.officer
    made = nodes.run(party, "token", "add", "--as", officer, "--label", "looks", *scopes)
    return str(made["token"])


def failures(nodes: PairOfNodes, party: str) -> list[str]:
    """Return what a node says of lines that fail now, and of what it finds wrong."""
    try:
        found = nodes.run(party, "status")
    except Fault as fault:
        return [str(fault)]
    wrong = [
        f"{one['about']}: {one['what']}" for one in found["findings"] if one["is_good"] is False
    ]
    lines = [
        f"{row['origin']}: {one['last_error_code']} {one['last_error']}"
        for row in found["logs"]
        for one in row["deliveries"]
        if one["failures"]
    ]
    return [*lines, *wrong]


def lines(nodes: PairOfNodes, party: str) -> list[dict[str, object]]:
    """Return what a node has written to its log."""
    text = (nodes.folder / f"{nodes.sides[party].state.folder}.log").read_text()
    return [json.loads(line) for line in text.splitlines()]
