"""The bench of the desk measures something however little it is asked, or says what is empty."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from random import Random
from typing import override

import pytest

from comity.kernel.fault import Fault
from comity_lab.bench import desk, desk_crowd, processes
from comity_lab.bench.desk_pages import Found, Seat
from comity_lab.bench.desk_reader import CHINESE, ENGLISH, Answer, Reader

OFFICERS = 4
LONG_S = 600.0


class Answering(Reader):
    """A browser without a line: every page comes at once."""

    @override
    def get(self, path: str, *_: object, **__: object) -> Answer:
        """Return a page."""
        return Answer(200, {"etag": "1"}, path.encode(), 1_000, 8.0)


class Broken(Reader):
    """A browser whose line is broken."""

    @override
    def get(self, path: str, *_: object, **__: object) -> Answer:
        """Fail as a line does."""
        raise ConnectionResetError(path)


def seats(kind: type[Reader]) -> list[Seat]:
    """Return some officers."""
    found = Found(("a",), ("b",), "c", "d")
    own = {ENGLISH: kind(0), CHINESE: kind(0)}
    chances = [Random(number) for number in range(OFFICERS)]  # noqa: S311 -- a test
    return [Seat(own, kind(0), found, one, "/drafts/e/") for one in chances]


@pytest.mark.parametrize("pause_s", [0.0, LONG_S])
def test_each_officer_reads_a_page_however_short_the_time(pause_s: float) -> None:
    """A pause longer than the whole time takes no page from them, and does not outlast it."""
    told: list[int] = []
    crowd = desk_crowd.at_once(seats(Answering), 0.01, pause_s, told.append)

    assert len(crowd.every) >= OFFICERS
    assert crowd.seconds < LONG_S / 10


def test_a_line_that_breaks_ends_the_bench() -> None:
    """It does not leave out an officer and tell the figures of the others."""
    with pytest.raises(ConnectionResetError):
        desk_crowd.at_once(seats(Broken), 0.01, 0.0, lambda _: None)


@pytest.mark.parametrize(("took_ms", "spent_s"), [([], 1.0), ([8.0], 0.0)])
def test_an_empty_measure_is_named_and_is_no_nought(took_ms: list[float], spent_s: float) -> None:
    """No answer, or no processor time: either is said, with the name of the measure."""
    with pytest.raises(Fault, match="'at_work'") as caught:
        desk._told("at_work", took_ms, spent_s)

    assert caught.value.code == "lab.bench.empty"


@pytest.fixture
def busy() -> Iterator[subprocess.Popen[bytes]]:
    """A process that works a millisecond for each byte it is sent."""
    program = (
        "import sys, time\n"
        "while sys.stdin.buffer.read(1):\n"
        "    until = time.process_time() + 0.001\n"
        "    while time.process_time() < until: pass\n"
        "    sys.stdout.buffer.write(b'.'); sys.stdout.buffer.flush()\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        assert process.stdin
        process.stdin.close()


def test_a_page_of_less_than_a_tick_is_counted(busy: subprocess.Popen[bytes]) -> None:
    """A millisecond of another process is seen, though a tick of the kernel is ten."""
    assert busy.stdin
    assert busy.stdout
    for _ in range(20):
        before = processes.cpu_s([busy.pid])
        busy.stdin.write(b".")
        busy.stdin.flush()
        busy.stdout.read(1)
        assert processes.cpu_s([busy.pid]) - before >= 0.001


def test_ended_children_are_counted() -> None:
    """What a node lets another process do is its own cost."""
    before, own = processes.cpu_s([os.getpid()]), time.process_time()
    subprocess.run([sys.executable, "-c", "sum(range(5_000_000))"], check=True)
    own = time.process_time() - own

    assert processes.cpu_s([os.getpid()]) - before > own + 1 / processes.TICKS_PER_S
