"""Where a node is put together: the only reader of configuration and environment.

    configuration.py   config.toml and COMITY_*
    home.py            the layout of a home, and opening one
    network.py         cards in force -> certificates, addresses, the wire
    serve.py           listeners, pumps, ticker: one process
    care.py            steps that fail and go on; signals.py: how it hears that it shall end
    pages.py           processes beside it that make pages; handing.py: how connections go over
    application.py     what the officers' listener answers with
    replaced.py        whether its files are still those that it was started from
    upgrade.py         what an older program computed is computed anew before it serves
    served.py          what the serving process tells others of itself
    officers.py        the officers' listener
    heads.py           requests as they come there: half a one keeps no thread
    streams.py         open pages are told to ask again
    memory.py          what is freed goes back to the machine
    arrivals.py        who is woken when something urgent comes
    machine.py         what doctor asks of the machine
    program.py         what the command line runs on

Floor: boot.
"""

import os
import resource
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.acts.verb import Table
    from comity.surfaces.cli.context import Program

_INTERRUPTED: Final = 130


def main() -> int:
    """Run the command line: the entry point `comity`.

    Whoever ends a command, or closes the terminal it runs in, ends it as Ctrl-C does: it
    removes what it has begun to write.  `nohup` still keeps it running.

    A process that breaks leaves no image of its memory on a disk: private keys stand in it.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    for name in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(name) == signal.SIG_DFL:
            signal.signal(name, signal.default_int_handler)
    try:
        return _run()
    except KeyboardInterrupt:  # while it loads, which takes a second
        return _INTERRUPTED


def _run() -> int:
    import comity.demo  # noqa: PLC0415 -- what takes long is loaded where Ctrl-C is heard
    import comity.surfaces.cli  # noqa: PLC0415 -- as above
    from comity.demo import developers  # noqa: PLC0415 -- as above
    from comity.surfaces.cli import main as frame  # noqa: PLC0415 -- as above

    environment = dict(os.environ)
    return frame.main(
        sys.argv[1:],
        (comity.surfaces.cli, comity.demo, *developers.packages()),
        partial(_program, environment),
        environment,
        _tables,
    )


def _program(environment: "Mapping[str, str]", form: str) -> "Program":
    """Return what commands run on."""
    from comity.boot import program  # noqa: PLC0415 -- a command that is only asked for help needs none

    return program.make(environment, form=form)


def _tables() -> "tuple[Table, ...]":
    """Return the rooms whose commands are printed from their verbs."""
    from comity.boot.rooms import TABLES  # noqa: PLC0415 -- rooms take a while to load

    return TABLES
