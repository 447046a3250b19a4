"""`comity match`: learn which identifiers another State has too, without handing over a list.

    comity match ask --kind phone --set phones.txt --case 3f1c --home DIR --as ann
    comity match evaluate 9ab2 --set our-phones.txt --home DIR --as ben
    comity match open 9ab2 --home DIR --as ann
    comity match budget cn --kind phone --home DIR --as ann

What is said of a match is in `joint/match/verbs.py`; here is what may still be asked.

Floor: surfaces.
"""

import argparse

from comity.joint.match import canon
from comity.joint.match import verbs as room
from comity.rooms.match import read
from comity.surfaces.cli import room_command
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import verb


def add_parser(subparsers: Subparsers) -> None:
    """Add `match` and its verbs."""
    verbs = room_command.add(subparsers, room.TABLE)[""]
    left = verb(verbs, "budget", "show how much may still be asked in this month", _budget)
    left.add_argument("party", metavar="PARTY", help="the other State")
    left.add_argument("--asked-of-us", action="store_true", help="what it may still ask this State")
    left.add_argument("--kind", choices=[*canon.KINDS], default="", help="kind of identifiers")


def _budget(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        signed_in(program, home, options)
        kinds = [options.kind] if options.kind else [*canon.KINDS]
        found = read.budgets(home.node, options.party, kinds, is_asked=options.asked_of_us)
        text = "\n".join(
            f"{kind:15} {one.run:>7,} in one run, {one.epoch:>7,} in this month"
            for kind, one in found.items()
        )
        program.show(read.budgets_json(options.party, found), text)
    return EXIT_OK
