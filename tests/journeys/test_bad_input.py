"""Bad input on the real program: what of this machine is wrong, and a code for each."""

import contextlib
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from support.bad_input import OURS, configure, cut, delivered, not_served, refused, send

from comity.demo.pair_of_nodes import PairOfNodes

pytestmark = pytest.mark.slow


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
        ("config.toml", 10, "boot.config.malformed"),
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
    told = refused(lambda: send(nodes))

    assert told.code == "keys.file.malformed"
    assert key.name in told.what
    assert "backup" in told.fix


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

    assert second is not first
    assert "[adapters.home.already-served]" in told
    assert f"process {first.pid}" in told


def test_a_bundle_is_not_read_beside_serve(nodes: PairOfNodes) -> None:
    """Who reads one signs: the process that serves is named, before anything is read or written."""
    nodes.start(OURS)
    serving = nodes.sides[OURS].process
    assert serving is not None
    bundle = nodes.folder / "bundle"
    told = refused(lambda: nodes.run(OURS, "carry", "import", str(bundle)))

    assert told.code == "adapters.home.already-served"
    assert f"process {serving.pid}" in told.what
    assert not bundle.exists()


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
