"""Nodes of a play end with it, however often it is told to end."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from comity.demo.pair_of_nodes import PairOfNodes


class Slow:
    """A node that is asked to end, and meanwhile its play is told to end once more."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        self.pid = self._process.pid
        self._was_pressed = False

    def poll(self) -> int | None:
        """Return its exit code, or None while it runs."""
        return self._process.poll()

    def wait(self, timeout: float | None = None) -> int:
        """Let a second Ctrl-C come before it has ended."""
        if not self._was_pressed:
            self._was_pressed = True
            raise KeyboardInterrupt
        return self._process.wait(timeout)

    def send_signal(self, sig: int) -> None:
        """Send it a signal."""
        self._process.send_signal(sig)

    def kill(self) -> None:
        """Kill it."""
        self._process.kill()


def test_a_second_ctrl_c_leaves_no_node_behind(tmp_path: Path) -> None:
    """Who does not wait has them killed; it is heard once all have ended."""
    nodes = PairOfNodes(tmp_path)
    processes = [Slow() for _ in nodes.sides]
    for side, process in zip(nodes.sides.values(), processes, strict=True):
        side.process = process
    with pytest.raises(KeyboardInterrupt), nodes:
        pass
    ended = [process.poll() for process in processes]
    for process in processes:
        process.kill()
        process.wait()
    assert ended == [-signal.SIGTERM, -signal.SIGKILL]
