"""What the officers' pages use of the process that serves them.

Floor: boot.
"""

from collections.abc import Callable
from functools import partial
from importlib.metadata import version

from comity.boot import doctor, lazy_import, log, memory
from comity.node.desk import sign_in_methods
from comity.surfaces.cli.context import Home
from comity.surfaces.web.desk import Desk, Ports


def of_home(home: Home, page_seen: Callable[[], object]) -> Desk:
    """Return what the pages use of this process.

    Args:
        home: opened.
        page_seen: called when somebody has a page in front of them.
    """
    return Desk(
        home.node,
        version("comity"),
        memory.settling(page_seen),
        propose_calendar=lazy_import.calendar,
        ports=Ports(lazy_import.letter, home.node.require_room),
        described=lazy_import.described,
        doctor=lambda: doctor.look(home),
        told=log.tell,
        noted=partial(sign_in_methods.note, home.node),
    )
