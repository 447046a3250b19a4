"""A process beside `serve` that appends acts, and says on stdout what it has shown.

    sent <id>                 the append has returned
    received <size> <root>    the peer has signed for so many entries, with this root

It is started as `python -m comity_lab.chaos.sender HOME CHANNEL AGENCY PEER`, and runs until
it is killed or its standard input ends.

Floor: lab.
"""

import os
import select
import sys
import time
from pathlib import Path
from random import Random
from typing import Final

from comity.boot import home as homes
from comity.kernel.fault import Fault
from comity.node.exchange import logs
from comity_lab.bench.load import Desk

GROUP_MAX: Final = 128
AHEAD_MAX: Final = 2_000
"""It waits while the peer is behind by more: so kills fall into work, not into its end."""

PAUSE_S: Final = 0.05


def main(home: str, channel: str, agency: str, peer: str) -> None:
    """Append until standard input ends."""
    while not _is_ended():
        try:
            with homes.opened(Path(home), os.environ) as found:
                _append(Desk(found.home.node, channel, agency, peer))
        except Fault as fault:
            sys.stderr.write(f"{fault.code}: {fault.what}\n")
            time.sleep(PAUSE_S)


def _append(desk: Desk) -> None:
    chance = Random()  # noqa: S311 -- sizes of groups are no secret
    while not _is_ended():
        _tell_received(desk)
        if desk.size() - desk.cosigned() > AHEAD_MAX:
            time.sleep(PAUSE_S)
            continue
        appended = desk.append(chance.randint(1, GROUP_MAX))
        _tell("".join(f"sent {one.act.id}\n" for one in appended))


def _is_ended() -> bool:
    return bool(select.select([sys.stdin], [], [], 0)[0])


def _tell_received(desk: Desk) -> None:
    with desk.node.store.read() as tx:
        origin = logs.own_log(tx, desk.channel).origin
        newest = tx.newest_cosignature(origin, desk.peer)
        heads = tx.heads(origin, newest.size) if newest else []
    if heads:
        _tell(f"received {heads[-1].size} {heads[-1].root.hex()}\n")


def _tell(lines: str) -> None:
    """Write whole lines at once: the process may be killed after any of them."""
    os.write(sys.stdout.fileno(), lines.encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
