"""A program is told by a node that serves, over a line of its own; one that hangs delays nobody."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import override

import pytest

from comity.client import Client
from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.ports import free_port

ASKER, PEER = "fr", "sy"
LATE_S = 30.0


class Program(BaseHTTPRequestHandler):
    """Keeps what it is told."""

    got: list[tuple[str, dict[str, str], bytes]]

    def do_POST(self) -> None:
        """Take one call; hang where the path says so."""
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/hangs":
            time.sleep(LATE_S)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.got.append((self.path, headers, body))
        self.send_response(204)
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    """Where a program listens."""
    Program.got = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Program)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def verified(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Verify a call as docs/api.md says."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    own = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    given = [one.removeprefix("v1,") for one in headers["webhook-signature"].split()]
    return any(hmac.compare_digest(own, one) for one in given)


@pytest.mark.slow
def test_a_program_is_told_while_another_hangs(nodes: PairOfNodes, address: str) -> None:
    """Registered and tested by command, told of an act within seconds, and it can verify that."""
    ben = ["--as", nodes.sides[PEER].state.officer]
    hung = nodes.run(PEER, "webhook", "add", f"{address}/hangs", "--kind", "act", *ben)
    made = nodes.run(PEER, "webhook", "add", f"{address}/hook", "--kind", "act", *ben)
    for party in nodes.sides:
        nodes.start(party)
    nodes.run(PEER, "webhook", "test", made["webhook"], *ben)
    nodes.run(PEER, "webhook", "test", hung["webhook"], *ben)
    value = {"type": "preservation", "urgency": "routine", "elements": {"facts": "secret words"}}
    (nodes.folder / "request.json").write_text(json.dumps(value))
    ann = ["--as", nodes.sides[ASKER].state.officer]
    sent = nodes.run(ASKER, "request", "send", "request.json", *ann, "--to", PEER, "--wait")
    began = time.monotonic()
    while len(Program.got) < 2 and time.monotonic() - began < LATE_S / 2:
        time.sleep(0.2)
    told = {json.loads(body)["type"]: (headers, body) for _, headers, body in Program.got}
    assert {"test", "act.arrived"} <= told.keys()
    headers, body = told["act.arrived"]
    assert json.loads(body)["data"]["matter"] == sent["matter"]
    assert verified(made["secret"], headers, body)
    assert not verified(hung["secret"], headers, body)
    assert b"secret words" not in body
    tries = nodes.run(PEER, "webhook", "log", made["webhook"], *ben)["tries"]
    assert {one["outcome"] for one in tries} == {"told"}
    assert nodes.run(PEER, "webhook", "end", made["webhook"], *ben)["ended_ms"]


@pytest.mark.slow
def test_a_program_that_was_away_catches_up(nodes: PairOfNodes) -> None:
    """Its webhook reached nobody, and both it and the node were ended: no act is lost."""
    ben = ["--as", nodes.sides[PEER].state.officer]
    away = f"http://127.0.0.1:{free_port()}/hook"
    hook = nodes.run(PEER, "webhook", "add", away, "--kind", "act", *ben)["webhook"]
    made = nodes.run(PEER, "token", "add", *ben, "--label", "cases", "--scope", "read")
    value = {"type": "preservation", "urgency": "routine", "elements": {"facts": "words"}}
    (nodes.folder / "request.json").write_text(json.dumps(value))
    ann = ["--as", nodes.sides[ASKER].state.officer]

    def sent() -> str:
        words = ("request", "send", "request.json", *ann, "--to", PEER, "--wait")
        return str(nodes.run(ASKER, *words)["act"])

    def caught_up(after: str, count: int) -> tuple[list[str], str]:
        began, got = time.monotonic(), list[str]()
        with Client(f"http://127.0.0.1:{nodes.sides[PEER].port}", made["token"]) as node:
            while len(got) < count and time.monotonic() - began < LATE_S:
                for acts, behind in node.acts(after):
                    got += [one["act"] for one in acts if one["kind"] == "request"]
                    after = behind
                time.sleep(0.2)
        return got, after

    for party in nodes.sides:
        nodes.start(party)
    first = [sent() for _ in range(3)]
    got, kept = caught_up("", 3)
    assert got == first
    began, tries = time.monotonic(), list[dict[str, str]]()
    while not tries and time.monotonic() - began < LATE_S:  # the node looks once a second
        tries = nodes.run(PEER, "webhook", "log", hook, *ben)["tries"]
    assert {one["outcome"] for one in tries} == {"again"}
    nodes.stop(PEER)
    nodes.start(PEER)
    later = [sent() for _ in range(2)]
    assert caught_up(kept, 2)[0] == later
