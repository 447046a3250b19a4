"""Processes of one home find each other."""

import os
import queue
import subprocess
import sys
from pathlib import Path

import pytest

from comity.adapters import wake
from comity.adapters.alarms import StandingAlarms
from comity.kernel.fault import Fault


def test_a_datagram_is_heard_by_everyone(tmp_path: Path) -> None:
    """What sends to peers and what pages show hear when any process appended, and where."""
    deep = tmp_path / ("deep" * 40)
    deep.mkdir()
    listener = wake.Listener(deep)
    heard: list[queue.SimpleQueue[str]] = [queue.SimpleQueue(), queue.SimpleQueue()]
    for one in heard:
        listener.each(one.put)
    wake.send(deep, "x/live")
    wake.send(deep)
    for one in heard:
        assert [one.get(timeout=10), one.get(timeout=10)] == ["x/live", ""]
    listener.close()

    assert not (deep / wake.WAKE).exists()


def test_waking_nobody_is_no_error(tmp_path: Path) -> None:
    """An append on a home that nobody serves does not fail."""
    wake.send(tmp_path)
    wake.send(tmp_path / "missing")


def test_a_second_server_is_refused_by_name(tmp_path: Path) -> None:
    """A home has one sender; a second one is told which process is the first."""
    with wake.hold_lock(tmp_path):
        with pytest.raises(Fault) as caught, wake.hold_lock(tmp_path):
            pass
        assert caught.value.code == "adapters.home.already-served"
        assert str(os.getpid()) in caught.value.what
        assert wake.serving_process(tmp_path) == os.getpid()
        assert wake.serving_port(tmp_path) is None
        wake.tell_port(tmp_path, 8400)
        assert wake.serving_process(tmp_path) == os.getpid()
        assert wake.serving_port(tmp_path) == 8400
    assert wake.serving_port(tmp_path) is None
    with wake.hold_lock(tmp_path):
        pass
    assert wake.serving_process(tmp_path) is None


def test_the_lock_of_a_killed_server_is_free(tmp_path: Path) -> None:
    """A process that died without cleaning up leaves no lock behind."""
    program = (
        "import sys, os, signal; from pathlib import Path; from comity.adapters import wake\n"
        "with wake.hold_lock(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, timeout=20)

    assert (tmp_path / wake.LOCK).exists()
    with wake.hold_lock(tmp_path):
        pass


def test_an_alarm_is_told_once_until_cleared() -> None:
    """The same alarm is one line, however often it is raised; after clearing it is news again."""
    told: list[tuple[str, str]] = []
    alarms = StandingAlarms(lambda code, what: told.append((code, what)))
    for _ in range(3):
        alarms.raise_alarm("node.peer.unreachable", "B is silent")
    alarms.raise_alarm("node.peer.unreachable", "C is silent")
    assert len(told) == 2 == len(alarms.standing())

    alarms.clear("node.peer.unreachable")
    assert alarms.standing() == []
    alarms.raise_alarm("node.peer.unreachable", "B is silent")
    assert len(told) == 3
