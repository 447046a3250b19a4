"""Processes beside this one that a Ctrl-C at the terminal does not reach."""

import os
import signal
from multiprocessing.connection import Connection

from comity.boot.child_processes import Context


def _survives(told: Connection) -> None:
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGHUP)
    told.send("here")


def test_a_child_outlives_ctrl_c_and_who_began_it_still_hears_it() -> None:
    """It prints nothing; the process that began it ends it, and has the mask that it had."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    context = Context()
    own, theirs = context.Pipe()
    process = context.Process(target=_survives, args=(theirs,), daemon=True)
    process.start()
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
    assert own.poll(60)
    assert own.recv() == "here"
    process.join(60)
    assert process.exitcode == 0
