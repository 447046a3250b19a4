"""One of three real nodes comes back from an old backup, while the two others went on."""

import json
from collections.abc import Callable
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest

from comity.demo.commands import Copies
from comity.demo.pair_of_nodes import FREEDONIA, SYLVANIA, PairOfNodes, State

pytestmark = [pytest.mark.slow, pytest.mark.long]

KLOPSTOKIA = State(
    "kl", "c", {"en": "Klopstokia", "zh-Hans": "克国"},
    ("moi", {"en": "Interior", "zh-Hans": "内政部"}), "klara",
)  # fmt: skip
THIRD = "kl"
TRIES = 200


def by(nodes: PairOfNodes, party: str) -> list[str]:
    """Return the options of who acts."""
    return ["--as", nodes.sides[party].state.officer]


def ask(nodes: PairOfNodes, party: str, *more: str) -> str:
    """Ask all others; return the id."""
    to = [word for other in nodes.sides if other != party for word in ("--to", other)]
    words = ["request", "send", "request.json", *by(nodes, party), *to, *more]
    return str(nodes.run(party, *words)["matter"])


def acknowledge(nodes: PairOfNodes, party: str, matter: str, *more: str) -> None:
    """Acknowledge a request."""
    reference = f"{party}-{matter[:5]}"
    words = ["request", "acknowledge", matter, *by(nodes, party), "--own-reference", reference]
    nodes.run(party, *words, *more)


def digests(nodes: PairOfNodes, party: str) -> dict[str, str]:
    """Return `{request: digest}` as a node folds them."""
    listed = nodes.run(party, "request", "list", *by(nodes, party))["requests"]
    return {one["matter"]: one["digest"] for one in listed}


def logs(nodes: PairOfNodes, party: str) -> dict[str, tuple[int, int, str]]:
    """Return how much of each log of the channel a node holds, has understood, and its root."""
    shown = nodes.run(party, "status")["logs"]
    return {
        one["origin"]: (one["size"], one["understood"], one["root"])
        for one in shown
        if nodes.arrangement in one["origin"]
    }


def alike(nodes: PairOfNodes, of: Callable[[PairOfNodes, str], Any]) -> Any:  # noqa: ANN401 -- whatever it is
    """Wait until all nodes show the same; return that."""
    found: list[Any] = []
    for _ in range(TRIES):
        found = [of(nodes, party) for party in nodes.sides]
        if all(one == found[0] for one in found):
            return found[0]
    raise AssertionError(found)


@pytest.mark.parametrize("is_marked", [True, False], ids=["with its mark", "without"])
def test_the_third_has_again_what_it_said_and_what_was_said_since(
    tmp_path: Path, *, is_marked: bool
) -> None:
    """Roots and states are the same on all three, nothing is wrong in any, and nothing alarms."""
    copies = Copies()
    (tmp_path / "request.json").write_text(
        json.dumps({"type": "preservation", "urgency": "routine", "elements": {"facts": "Words."}})
    )
    states = (FREEDONIA, SYLVANIA, KLOPSTOKIA)
    with PairOfNodes(tmp_path, states, typed=copies, started=copies.start) as nodes:
        nodes.set_up()
        for party in nodes.sides:
            nodes.start(party)
        acknowledge(nodes, THIRD, ask(nodes, "fr", "--wait"), "--wait")
        nodes.run(THIRD, "backup", "-o", "old.backup")
        late = ask(nodes, THIRD, "--wait")
        for party in ("fr", "sy"):
            acknowledge(nodes, party, late, "--wait")
        before = alike(nodes, digests)
        nodes.stop(THIRD, SIGKILL)
        went_on = ask(nodes, "fr")
        home = nodes.sides[THIRD].home
        home.rename(home.with_suffix(".lost"))
        if not is_marked:
            Path(f"{home}.highwater").unlink()
        nodes.run(THIRD, "restore", "old.backup", str(home), home=False)
        nodes.start(THIRD)
        assert alike(nodes, digests).keys() >= {*before, went_on}
        acknowledge(nodes, THIRD, went_on, "--wait")
        acknowledge(nodes, "sy", ask(nodes, THIRD, "--wait"), "--wait")
        alike(nodes, digests)
        alike(nodes, logs)
        for party in nodes.sides:
            assert nodes.run(party, "fsck")["clean"], party
            told = nodes.run(party, "status")["findings"]
            assert [one for one in told if one["about"] == "alarm"] == []
