"""Work on a stream in a thread of its own."""

import hashlib
import subprocess
import sys

import pytest

from comity.node.base.background import WAITING_MAX, Background

INTERRUPTED = """
import random, signal, threading, time
from comity.node.base.background import Background
threading.excepthook = lambda _: None
signal.signal(signal.SIGALRM, signal.default_int_handler)
chance = random.Random(1)
def work():
    with Background(len) as one, Background(len) as other:
        while True:
            one.write(b"a")
            other.write(b"b")
for _ in range(400):
    try:
        signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.0005, 0.004))
        work()
    except KeyboardInterrupt:
        pass
"""


def test_ctrl_c_at_any_instant_ends_it() -> None:
    """Nobody waits for ever for a thread that a signal kept from being woken."""
    try:
        subprocess.run(
            [sys.executable, "-c", INTERRUPTED], check=True, timeout=60, capture_output=True
        )
    except subprocess.TimeoutExpired:
        pytest.fail("it hangs")


def test_all_is_done_in_order_and_what_went_wrong_is_raised() -> None:
    """However much is written at once; a fault is raised to who writes, or at the end."""
    digest = hashlib.sha256()
    with Background(digest.update) as hashing:
        for at in range(20 * WAITING_MAX):
            hashing.write(bytes([at]))
    assert digest.digest() == hashlib.sha256(bytes(range(20 * WAITING_MAX))).digest()

    failing = Background(_fail)
    failing.write(b"a")
    with pytest.raises(ValueError, match="the disk is full"):
        failing.close()


def _fail(_: bytes | bytearray) -> None:
    message = "the disk is full"
    raise ValueError(message)
