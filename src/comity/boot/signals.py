"""How a process that serves hears that it shall end.

Floor: boot.
"""

import os
import signal


def asked_to_end() -> int:
    """Return a descriptor, open for good, from which a byte is read once we shall end.

    SIGTERM, Ctrl-C and a terminal that is closed (SIGHUP) ask for it.  The byte is written
    where the signal arrives, in any thread.  A handler in Python runs only once the main
    thread does, and may be broken into by another: a lock then waits for itself.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if name != signal.SIGHUP or signal.getsignal(name) != signal.SIG_IGN:  # as nohup has it
            signal.signal(name, lambda *_: None)
    return reading
