"""What `doctor` says of what is stored: pages of the database, and records of this State.

Floor: boot.
"""

from pathlib import Path
from typing import Final

from comity.adapters.store.sqlite.base import frozen
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.finding import OWN, Finding
from comity.node.base.sentence import say
from comity.node.operate.fsck import records

LOOK_S: Final = 2
"""For the pages of the database; `comity fsck` takes the time that it needs."""
_NAMED_MAX: Final = 5


def look(node: Node) -> list[Finding]:
    """Return what is said, within some seconds."""
    return [_pages(node), _records(node)]


def _pages(node: Node) -> Finding:
    """Say whether the pages of the database hold together, as far as two seconds tell."""
    about = say("pages of the database")
    try:
        flaws = node.store.flaws(LOOK_S)
    except Fault as fault:
        flaws = [fault.what]
    if flaws is None:
        return Finding(
            about,
            is_good=None,
            side="",
            what=say("It is too large to look through in {seconds} seconds.", seconds=LOOK_S),
        )
    if not flaws:
        return Finding(about, is_good=True, side="", what=say("Each page is where it belongs."))
    return Finding(
        about,
        is_good=False,
        side=OWN,
        what=say("{count} are damaged; the first: {first}", count=len(flaws), first=flaws[0]),
        fix=say("Keep this disk as it is and restore the newest backup: `comity restore`."),
    )


def _records(node: Node) -> Finding:
    """Say whether officers, roles, tokens, releases and custody are as the local log says."""
    about = say("records of this State")
    count, wrong = records.newest(node)
    if not wrong:
        return Finding(
            about,
            is_good=True,
            side="",
            what=say("{count} are as the local log says.", count=count),
        )
    named = ", ".join(one.name for one in wrong[:_NAMED_MAX])
    return Finding(
        about,
        is_good=False,
        side=OWN,
        what=say(
            "{count} are not as the local log says, so that somebody changed the database: "
            "{names}.",
            count=len(wrong),
            names=named,
        ),
        fix=say("Keep this disk as it is; `comity fsck` names every one."),
    )


def frozen_disk(about: str, file: str) -> Finding | None:
    """Return what to say where the disk of a SQLite file takes no changes; else None."""
    if not frozen(Path(file)):
        return None
    return Finding(
        about,
        is_good=False,
        side=OWN,
        what=say("Its disk is full, or is for reading alone: it is read, and nothing is written."),
        fix=say("Free disk space, or mount the disk for writing; the node then goes on by itself."),
    )
