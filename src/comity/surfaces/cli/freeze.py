"""`comity freeze`, `comity thaw`: stop and resume signing or mirroring one log.

Floor: surfaces.
"""

import argparse
from typing import Final

from comity.node.exchange import freeze
from comity.node.rows import Log
from comity.surfaces.cli.acting import signed_in
from comity.surfaces.cli.context import (
    EXIT_OK,
    Program,
    Subparsers,
    add_home,
    add_json,
    add_officer,
)

_FREEZE: Final = (
    "Stop one log until `comity thaw`: an own one is signed no more and takes no new act, a peer's "
    "is mirrored no more. Reading goes on, and who froze it is kept."
)
_THAW: Final = (
    "Let a log that was frozen go on; one that signed two histories is not thawed, but succeeded "
    "(`comity recover begin`). With --clock: sign although the clock of a party is far from ours."
)


def add_parser(subparsers: Subparsers) -> None:
    """Add both commands."""
    frozen = subparsers.add_parser(
        "freeze", help="stop signing or mirroring one log", description=_FREEZE
    )
    frozen.add_argument("origin", metavar="ORIGIN", help="its full name, from `comity status`")
    frozen.set_defaults(run=run_freeze)
    thawed = subparsers.add_parser(
        "thaw", help="let a frozen log go on, or decide on a clock", description=_THAW
    )
    what = thawed.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "origin", metavar="ORIGIN", nargs="?", help="the frozen log, from `comity status`"
    )
    what.add_argument(
        "--clock", metavar="PARTY", help="sign although this party's clock is far off"
    )
    thawed.set_defaults(run=run_thaw)
    for command in (frozen, thawed):
        add_home(command)
        add_officer(command)
        add_json(command)


def run_freeze(program: Program, options: argparse.Namespace) -> int:
    """Freeze a log."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        log = freeze.freeze(home.node, options.origin, officer.name)
    _show(program, log)
    return EXIT_OK


def run_thaw(program: Program, options: argparse.Namespace) -> int:
    """Thaw a log, or decide on a clock."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        if options.clock:
            freeze.decide_clock(home.node, options.clock, officer.name)
            told = f"Signing goes on; the clock of {options.clock} is shown as far off."
            program.show({"clock": options.clock, "decided_by": officer.name}, told)
            return EXIT_OK
        log = freeze.thaw(home.node, options.origin, officer.name)
        home.wake()
    _show(program, log)
    return EXIT_OK


def _show(program: Program, log: Log) -> None:
    program.show({"origin": log.origin, "state": log.state}, f"{log.origin} is {log.state}.")
