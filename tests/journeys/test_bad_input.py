"""Bad input on the real program: what is wrong, where it is to be mended, and a code for each."""

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from comity.kernel.fault import Fault
from comity.lab.demo import example
from comity.lab.pair_of_nodes import PairOfNodes, State, free_port
from tools.check import codes

pytestmark = pytest.mark.slow

OURS, THEIRS = "fr", "sy"
EXPLAINED = codes.explained(codes.PAGE.read_text(encoding="utf-8"))
YEARS_DAYS = "1500"
"""Longer than any card is valid."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> PairOfNodes:
    """Two homes that have paired and were never served."""
    nodes = PairOfNodes(tmp_path_factory.mktemp("made"))
    nodes.set_up()
    return nodes


@pytest.fixture
def nodes(made: PairOfNodes, tmp_path: Path) -> Iterator[PairOfNodes]:
    """A copy of both homes for one test."""
    shutil.copytree(made.folder, tmp_path, dirs_exist_ok=True)
    with PairOfNodes(tmp_path) as copy:
        copy.arrangement = made.arrangement
        for party, side in copy.sides.items():
            old = made.sides[party]
            side.key, side.token, side.peer_port = old.key, old.token, old.peer_port
        yield copy


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


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("77" * 32, "keys.secret.wrong"),
        ("77", "keys.secret.malformed"),
        ("", "keys.secret.missing"),
    ],
)
def test_a_wrong_key_starts_nothing(nodes: PairOfNodes, key: str, code: str) -> None:
    """A node whose private keys do not open refuses to serve, and names what to set."""
    told = not_served(nodes, environment={"COMITY_KEY": key})

    assert f"[{code}]" in told
    assert "COMITY_KEY" in told


@pytest.mark.parametrize(
    ("name", "size_bytes", "code"),
    [
        ("config.toml", 200, "boot.config.malformed"),
        ("store.sqlite3", 20_000, "node.store.damaged"),
        ("store.sqlite3", 0, "node.profile.missing"),
        ("keys/master.age", 100, "keys.file.malformed"),
    ],
)
def test_a_truncated_file_is_named(
    nodes: PairOfNodes, name: str, size_bytes: int, code: str
) -> None:
    """A file of a home that was cut short ends the start, with a message of its own."""
    cut(nodes.sides[OURS].home / name, size_bytes)

    assert f"[{code}]" in not_served(nodes)


def test_a_lost_database_is_not_begun_anew(nodes: PairOfNodes) -> None:
    """A node without its database would begin its logs a second time; so nothing starts."""
    (nodes.sides[OURS].home / "store.sqlite3").unlink()

    assert "[node.profile.missing]" in not_served(nodes)
    assert refused(lambda: send(nodes)).code == "node.profile.missing"


def test_a_damaged_key_of_a_card_is_this_nodes_own_fault(nodes: PairOfNodes) -> None:
    """A node that cannot sign says so, and does not send its operator to the peer's."""
    (key,) = (nodes.sides[OURS].home / "keys").glob("card-*.age")
    cut(key, 500)
    for party in nodes.sides:
        nodes.start(party)
    send(nodes)
    told = failing(nodes, "keys.file.malformed")

    assert told["side"] == "own"
    assert key.name in told["what"]


@pytest.mark.parametrize("size_bytes", [None, 10])
def test_a_lost_or_truncated_high_water_file_is_told(
    nodes: PairOfNodes, size_bytes: int | None
) -> None:
    """Without the file that remembers what was signed, status and doctor say what to do."""
    send(nodes)
    for party in nodes.sides:
        nodes.start(party)
    assert delivered(nodes)
    nodes.stop(OURS)
    file = nodes.folder / "a.highwater"
    if size_bytes is None:
        file.unlink()
    else:
        cut(file, size_bytes)
    (told,) = (
        one for one in nodes.run(OURS, "status")["findings"] if one["about"] == "high-water file"
    )

    assert (told["side"], told["is_good"]) == ("own", False)
    assert "peer" in told["fix"]


@pytest.mark.parametrize("option", ["--port", "--peer-port"])
def test_a_busy_port_is_named(nodes: PairOfNodes, option: str) -> None:
    """A listener that another program has is named with its option."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = not_served(nodes, option, port)

    assert "[surfaces.port.busy]" in told
    assert port in told


def test_a_second_sender_on_one_home_is_refused(nodes: PairOfNodes) -> None:
    """One process serves a home and signs for it; another is told which one does."""
    nodes.start(OURS)
    first = nodes.sides[OURS].process
    assert first is not None
    told = not_served(nodes)
    second = nodes.sides[OURS].process
    nodes.sides[OURS].process = first
    bundle = str(nodes.folder / "bundle")
    signing = refused(lambda: nodes.run(OURS, "carry", "export", bundle))

    assert second is not first
    assert "[adapters.home.already-served]" in told
    assert f"process {first.pid}" in told
    assert signing.code == "highwater.file.locked"


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


def test_a_disk_that_fills_refuses_before_it_accepts(nodes: PairOfNodes) -> None:
    """What would break into the reserve is refused, with nothing written."""
    configure(nodes, OURS, "reserve_bytes = 67108864", f"reserve_bytes = {10**15}")
    before = nodes.run(OURS, "status")["logs"]
    told = refused(lambda: send(nodes))

    assert told.code == "node.store.full"
    assert nodes.run(OURS, "status")["logs"] == before


@pytest.mark.skipif(os.geteuid() != 0, reason="a small file system is mounted by root alone")
def test_a_full_disk_says_that_it_is_full(nodes: PairOfNodes) -> None:
    """On a file system without a free byte nothing is accepted and nothing is lost."""
    home, small = nodes.sides[OURS].home, nodes.folder / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)],
        check=False, capture_output=True,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        shutil.copytree(home, small / "a")
        shutil.copy(nodes.folder / "a.highwater", small / "a.highwater")
        nodes.sides[OURS].home = small / "a"
        fill(small / "filling")
        told = refused(lambda: send(nodes))
        (small / "filling").unlink()
        rows = nodes.run(OURS, "status")["logs"]
    finally:
        subprocess.run(["umount", str(small)], check=True)

    assert told.code == "node.store.full"
    assert [row["size"] for row in rows if row["channel"] != "local"] == [0, 0, 0, 0]


def fill(path: Path) -> None:
    """Write until the file system is full."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as filling:
        while True:
            filling.write(bytes(4_096))


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
    assert "comity key rotate" in shown
    assert "arrangement.card.expiry" in log
