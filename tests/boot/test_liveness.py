"""Whoever started a node is told whether all moves that it is for."""

import http.client
import json
import signal
import socket
from pathlib import Path

import pytest
from boot.test_serve import serving
from support.states import state
from support.typed import comity

from comity.boot import liveness
from comity.boot.liveness import Liveness
from comity.node.operate import readiness


def test_what_has_not_moved_for_a_minute_is_named() -> None:
    """Each part by itself; one that moves again is silent no more."""
    now_ms = [0.0]
    moving = Liveness(lambda: now_ms[0])
    assert moving.silent() == ()
    now_ms[0] = liveness.SILENT_MS + 1
    moving.beat(liveness.TICKER)
    assert moving.silent() == (liveness.PUMPS, liveness.OFFICERS, liveness.PEERS)
    for part in liveness.PARTS:
        moving.beat(part)
    assert moving.silent() == ()


def test_what_was_said_long_ago_says_nothing(tmp_path: Path) -> None:
    """A process that hangs, or whose writer does, says nothing more: then nothing is known."""
    node = state(tmp_path, "aa").node
    now_ms = node.clock.now_ms()
    with node.store.write() as tx:
        assert readiness.still(tx, now_ms) == (readiness.ALL,)
        readiness.save(tx, now_ms, ())
        assert readiness.still(tx, now_ms + readiness.STALE_MS) == ()
        assert readiness.still(tx, now_ms + readiness.STALE_MS + 1) == (readiness.ALL,)
        readiness.save(tx, now_ms, ("pumps",))
        assert readiness.still(tx, now_ms) == ("pumps",)


def test_a_door_that_nobody_opens_does_not_move(tmp_path: Path) -> None:
    """Where nothing listens, and where what listens never answers."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        mute.settimeout(0.01)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(liveness, "KNOCK_S", 0.2)
            assert not liveness.knock(port)
            assert not liveness.knock(port, tls=True)
    assert not liveness.knock(port)
    assert not liveness.notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "gone")})
    assert not liveness.notify("READY=1", {})


def test_a_node_tells_systemd_and_whoever_asks_that_it_is_ready(tmp_path: Path) -> None:
    """It counts as started once its listeners answer; while all moves it says so."""
    home = tmp_path / "home"
    assert comity("init", str(home), "--party", "fr", "--name", "en=France").returncode == 0
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(20)
        with serving(home, NOTIFY_SOCKET=str(tmp_path / "notify")) as (process, ports):
            told = {systemd.recv(64), systemd.recv(64)}
            assert told == {b"READY=1", b"WATCHDOG=1"}
            line = http.client.HTTPConnection("127.0.0.1", ports["port"], timeout=20)
            line.request("GET", "/ready", headers={"Host": "localhost"})
            answer = line.getresponse()
            assert (answer.status, json.loads(answer.read())) == (200, {"state": "ready"})
            line.close()
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
            assert systemd.recv(64) == b"STOPPING=1"
