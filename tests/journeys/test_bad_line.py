"""A line that breaks, holds, lies, drips or loses one direction: nodes recover by themselves."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from support import copied
from support.proxy import PORTAL, Disturbance, Proxy

from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.story import example

ASKER, ADDRESSEE = "fr", "sy"
UNREACHABLE, TIMEOUT = "node.peer.unreachable", "node.peer.timeout"
NOT_OURS = "node.peer.malformed-answer"


@dataclass
class Lines:
    """Two nodes that reach each other through a line each.

    Attributes:
        nodes: serving.
        lines: one for each direction of calls.
        sent: matters of the requests that were sent.
    """

    nodes: PairOfNodes
    lines: list[Proxy]
    sent: list[str] = field(default_factory=list)

    def disturb(self, disturbance: Disturbance, *, ends_open: bool = True) -> None:
        """Disturb both lines."""
        for line in self.lines:
            line.disturb(disturbance, ends_open=ends_open)

    def mend(self) -> None:
        """Mend both lines."""
        for line in self.lines:
            line.mend()

    def send(self) -> None:
        """Send a request."""
        file = str(example("preservation.json"))
        words = ("request", "send", file, "--as", "alice", "--to", ADDRESSEE)
        self.sent.append(str(self.nodes.run(ASKER, *words)["matter"]))

    def faults(self) -> list[dict[str, Any]]:
        """Return what the asker's status says of deliveries that fail."""
        found = self.nodes.run(ASKER, "status")["findings"]
        return [one for one in found if f"/live/1 to {ADDRESSEE}" in one["about"]]

    def is_delivered(self) -> bool:
        """Whether both hold and have signed for the same."""
        ours, theirs = (self._rows(party) for party in self.nodes.sides)
        same = [
            [(row["origin"], row["size"], row["root"]) for row in one] for one in (ours, theirs)
        ]
        return same[0] == same[1] and all(
            row["size"] == row["signed"] == row["understood"]
            and all(one["cosigned"] == row["size"] for one in row["deliveries"])
            for row in ours + theirs
        )

    def _rows(self, party: str) -> list[dict[str, Any]]:
        rows = self.nodes.run(party, "status")["logs"]
        return [row for row in rows if "/" in row["channel"]]

    def require_same(self) -> None:
        """Hold both nodes to the same matters, each of those sent once."""
        ours, theirs = (self.matters(party) for party in self.nodes.sides)
        assert ours == theirs
        assert sorted(matter for matter, _digest in ours) == sorted(self.sent)

    def matters(self, party: str) -> list[tuple[str, str]]:
        """Return the requests that a node shows, with their digests."""
        officer = self.nodes.sides[party].state.officer
        rows = self.nodes.run(party, "request", "list", "--as", officer)["requests"]
        return sorted((row["matter"], row["digest"]) for row in rows)


@pytest.fixture(scope="module")
def lines(made: PairOfNodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lines]:
    """Two serving nodes; each has the other's line for an address."""
    with ExitStack() as stack:
        nodes = stack.enter_context(copied.homes(made, tmp_path_factory.mktemp("line")))
        proxies = []
        for party, side in nodes.sides.items():
            other = next(one for one in nodes.sides if one != party)
            line = stack.enter_context(Proxy(nodes.sides[other].peer_port))
            config = side.home / "config.toml"
            address = f'[peer_address]\n{other} = "https://127.0.0.1:{line.port}"'
            config.write_text(config.read_text().replace("[peer_address]", address))
            proxies.append(line)
        for party in nodes.sides:
            nodes.start(party)
        both = Lines(nodes, proxies)
        yield both
        both.require_same()


def until(holds: Callable[[], Any], seconds: float) -> Any:  # noqa: ANN401 -- what it returns
    """Wait until something holds; return it."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it did not come in time"
        time.sleep(0.3)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("disturbance", "code"),
    [
        pytest.param(Disturbance(cut_after=0), UNREACHABLE, id="cut-at-once"),
        pytest.param(Disturbance(cut_after=300), UNREACHABLE, id="cut-in-the-handshake"),
        pytest.param(Disturbance(cut_after=4_000), UNREACHABLE, id="cut-in-a-request"),
        pytest.param(Disturbance(is_reset=True), UNREACHABLE, id="reset"),
        pytest.param(Disturbance(is_held=True), TIMEOUT, id="held"),
        pytest.param(Disturbance(portal=PORTAL), NOT_OURS, id="captive-portal"),
        pytest.param(Disturbance(loses_answers=True), TIMEOUT, id="answers-lost"),
        pytest.param(Disturbance(bytes_per_s=1), TIMEOUT, id="one-byte-a-second"),
    ],
)
def test_a_node_names_a_bad_line_and_recovers(
    lines: Lines, disturbance: Disturbance, code: str
) -> None:
    """While the line is bad, status says that it is the line; after, all is there once."""
    lines.disturb(disturbance)
    lines.send()
    # How a line that is mended while a call waits ends is the moment's chance, and a connection
    # that was there before is cut first.
    codes = {TIMEOUT, UNREACHABLE} if code == TIMEOUT else {code}

    def named() -> list[dict[str, str]]:
        return [one for one in lines.faults() if any(code in one["what"] for code in codes)]

    (fault,) = until(named, 60)
    lines.mend()
    until(lines.is_delivered, 60)

    assert (fault["side"], fault["fix"][:14]) == ("line", "Check the line")


@pytest.mark.slow
def test_a_line_that_falls_silent_in_the_middle_is_given_up(lines: Lines) -> None:
    """An open connection that carries nothing any more holds a node for half a minute only."""
    lines.disturb(Disturbance(is_held=True), ends_open=False)
    lines.send()
    (fault,) = until(lines.faults, 60)
    lines.mend()
    until(lines.is_delivered, 60)

    assert fault["side"] == "line"
    assert TIMEOUT in fault["what"]
