"""`comity freeze`, `comity thaw`: stop and resume signing or mirroring one log.

Floor: surfaces.
"""

import argparse
from typing import Final

from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Log
from comity.node.operate import partner_steps
from comity.surfaces.cli.context import (
    EXIT_OK,
    Program,
    Subparsers,
    add_home,
    add_json,
    add_officer,
)
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no

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
    frozen.add_argument("--reason", default="", metavar="WORDS", help="why; it stays here")
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
        log = partner_steps.freeze(home.node, officer, options.origin, options.reason)
    return _show(program, options, log)


def run_thaw(program: Program, options: argparse.Namespace) -> int:
    """Thaw a log, or decide on a clock."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        if options.clock:
            no = partner_steps.decide_clock(home.node, officer, options.clock)
            if no is not None:
                return say_no(program, options, no)
            told = f"Signing goes on; the clock of {options.clock} is shown as far off."
            program.show({"clock": options.clock, "decided_by": officer.name}, told)
            return EXIT_OK
        log = partner_steps.thaw(home.node, officer, options.origin)
        home.wake()
    return _show(program, options, log)


def _show(program: Program, options: argparse.Namespace, log: Log | Inadmissible) -> int:
    if isinstance(log, Inadmissible):
        return say_no(program, options, log)
    program.show({"origin": log.origin, "state": log.state}, f"{log.origin} is {log.state}.")
    return EXIT_OK
