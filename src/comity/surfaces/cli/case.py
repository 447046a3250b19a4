"""`comity case`: group the requests of one investigation, and agree on its status.

    comity case open --own-reference FR-2026-17 --request 3f1c --home DIR --as ann

What is said of a case is in `joint/case/verbs.py`; here it is listed and shown.

Floor: surfaces.
"""

import argparse
from functools import partial

from comity.joint.case import verbs as room
from comity.node.room import say
from comity.rooms.case import as_json, read
from comity.surfaces.cli import case_text, verb_command
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import verb


def add_parser(subparsers: Subparsers) -> None:
    """Add `case` and its verbs."""
    what = room.TABLE.what["en"]
    parser = subparsers.add_parser(
        room.TABLE.noun, help=f"{what[0].lower()}{what[1:]}", description=f"{what}."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verb_command.add(verbs, room.TABLE, partial(say.say, room.TABLE))
    listed = verb(verbs, "list", "list the cases, what waits for you first", _list)
    listed.add_argument("--priority", action="store_true", help="only those of priority")
    shown = verb(verbs, "show", "show one case: its requests, priority and reports", _show)
    verb_command.add_matter(shown, room.TABLE)


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = read.listing(home.node, officer, only_priority=options.priority)
        value = as_json.list_json(found, home.node.party)
        program.show(value, case_text.list_text(found, home.node.party))
    return EXIT_OK


def _show(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = read.show(home.node, officer, options.matter)
        program.show(as_json.shown_json(found, home.node.party), case_text.shown_text(found))
    return EXIT_OK
