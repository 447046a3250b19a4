"""Bad input from outside, on the real program: peers, strangers, bundles and cards."""

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.bad_input import OURS, THEIRS, configure, delivered, failing, refused, send

from comity.demo.pair_of_nodes import PairOfNodes, State
from comity.demo.ports import free_port

pytestmark = pytest.mark.slow

YEARS_DAYS = "1500"
"""Longer than any card is valid."""


def test_a_peer_that_moved_is_the_lines_fault_until_its_address_is_set(nodes: PairOfNodes) -> None:
    """Status names the address of the card; with the new one set, what waits is delivered."""
    moved = free_port()
    send(nodes)
    nodes.start(THEIRS, "--peer-port", str(moved))
    nodes.start(OURS)
    told = failing(nodes, "node.peer.unreachable")
    nodes.stop(OURS)
    configure(
        nodes, OURS, "[peer_address]", f'[peer_address]\n{THEIRS} = "https://127.0.0.1:{moved}"'
    )
    nodes.start(OURS)

    assert told["side"] == "line"
    assert f"127.0.0.1:{nodes.sides[THEIRS].peer_port}" in told["what"]
    assert delivered(nodes)


@contextmanager
def stranger(folder: Path) -> Iterator[int]:
    """Serve a node that is paired with nobody; give the port of its peers' listener."""
    names = {"en": "Osterlich"}
    osterlich = State("os", "c", names, ("moj", names), "otto")
    with PairOfNodes(folder, (osterlich, osterlich)) as alone:
        alone._init(alone.sides["os"])
        alone.start("os")
        yield alone.sides["os"].peer_port


def test_another_certificate_is_refused_and_both_are_named(
    nodes: PairOfNodes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Where another State's node answers, nothing is sent, and two fingerprints are shown."""
    with stranger(tmp_path_factory.mktemp("stranger")) as port:
        address = f'[peer_address]\n{THEIRS} = "https://127.0.0.1:{port}"'
        configure(nodes, OURS, "[peer_address]", address)
        send(nodes)
        nodes.start(OURS)
        told = failing(nodes, "node.peer.certificate")

    assert told["side"] == "peer"
    assert f"the card of {THEIRS} says" in told["what"]


def test_a_caller_without_a_certificate_is_a_stranger(nodes: PairOfNodes) -> None:
    """Who shows no certificate of a card is told to pair, and reads nothing."""
    nodes.start(THEIRS)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    port = nodes.sides[THEIRS].peer_port
    with (
        socket.create_connection(("127.0.0.1", port), 5) as raw,
        context.wrap_socket(raw, server_hostname="anyone") as line,
    ):
        line.sendall(b"GET /start HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: line.recv(4_096), b""))

    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"surfaces.wire.stranger" in answer


def test_another_states_certificate_is_turned_away(nodes: PairOfNodes, tmp_path: Path) -> None:
    """A certificate that is on no card in force ends the handshake, and the caller knows why."""
    nodes.start(THEIRS)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", "x.key", "-out", "x.crt", "-days", "2", "-subj", "/CN=x"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(tmp_path / "x.crt", tmp_path / "x.key")
    port = nodes.sides[THEIRS].peer_port
    with (
        socket.create_connection(("127.0.0.1", port), 5) as raw,
        context.wrap_socket(raw, server_hostname="anyone") as line,
    ):
        line.sendall(b"GET /start HTTP/1.1\r\nhost: x\r\n\r\n")
        with pytest.raises(ssl.SSLError, match="ALERT_UNKNOWN_CA"):
            line.recv(1)


def test_a_bundle_that_is_stale_cut_changed_or_anothers_is_refused(nodes: PairOfNodes) -> None:
    """Carried files are checked before anything is taken, each with a message of its own."""
    folder = nodes.folder

    def export(name: str) -> Path:
        nodes.run(OURS, "carry", "export", str(folder / name))
        return folder / name

    send(nodes)
    old = export("old.bundle")
    send(nodes)
    new = export("new.bundle")
    data = new.read_bytes()
    (folder / "cut.bundle").write_bytes(data[:-200])
    at = len(data) // 2
    (folder / "changed.bundle").write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])

    def taken(name: str, party: str = THEIRS) -> str:
        return refused(lambda: nodes.run(party, "carry", "import", str(folder / name))).code

    assert taken("cut.bundle") == "exchange.carriage.cut-short"
    assert taken("changed.bundle").startswith("exchange.carriage.")
    assert taken("new.bundle", OURS) == "exchange.carriage.other-party"
    assert nodes.run(THEIRS, "carry", "import", str(new))["whole"] is True
    states = imported(nodes, old)
    assert "exchange.carriage.stale" in states


def imported(nodes: PairOfNodes, file: Path) -> str:
    """Return what the other side's import prints, whatever its exit code."""
    side = nodes.sides[THEIRS]
    words = ["carry", "import", "--home", str(side.home), str(file), "--json"]
    done = subprocess.run(
        [str(Path(sys.executable).with_name("comity")), *words],
        env=side.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in {1, 3}
    return done.stdout


def test_a_full_disk_of_the_peer_is_the_peers_fault(nodes: PairOfNodes) -> None:
    """The peer refuses before accepting; status has its code; with room again it goes on."""
    configure(nodes, THEIRS, "reserve_bytes = 67108864", f"reserve_bytes = {10**15}")
    send(nodes)
    for party in nodes.sides:
        nodes.start(party)
    told = failing(nodes, "exchange.peer.refused")
    held = [row["size"] for row in nodes.run(THEIRS, "status")["logs"] if not row["own"]]
    nodes.stop(THEIRS)
    configure(nodes, THEIRS, f"reserve_bytes = {10**15}", "reserve_bytes = 67108864")
    nodes.start(THEIRS)

    assert told["side"] == "peer"
    assert "node.store.full" in told["what"]
    assert set(held) == {0}
    assert delivered(nodes)


def test_an_expired_card_is_told_on_both_sides(nodes: PairOfNodes) -> None:
    """When its keys are no more believed, status says since when, and what to do."""
    side = nodes.sides[OURS]
    words = [sys.executable, "-m", "support.later", YEARS_DAYS]
    environment = {**side.environment, "PYTHONPATH": os.pathsep.join(sys.path)}
    ready = nodes.folder / "ready"
    serve = ["serve", "--home", str(side.home), "--port", "0", "--peer-port", "0"]
    with subprocess.Popen(
        [*words, *serve, "--ready-file", str(ready)], env=environment, stderr=subprocess.PIPE
    ) as node:
        end = time.monotonic() + 40
        while not ready.exists() and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(3)
        shown = subprocess.run(
            [*words, "status", "--home", str(side.home)],
            env=environment, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        node.kill()
        log = node.stderr.read().decode() if node.stderr else ""

    assert "[node.peer.unknown]" in shown
    assert "card 1 of fr (own side): It expired" in shown
    assert "card 1 of sy (peer side): It expired" in shown
    assert "to sy (peer side): " in shown
    assert "comity key rotate" in shown
    assert "arrangement.card.expiry" in log
