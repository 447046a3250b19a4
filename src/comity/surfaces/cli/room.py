"""`comity room list|adopt`: which rooms each arrangement has, and who has adopted them.

Floor: surfaces.
"""

import argparse
from typing import Final

from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.exchange import adopt
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

_ADOPT: Final = """\
Adopt a room in one arrangement, so that acts of it may be said there once every party has adopted
it.  What is adopted is never taken back.  Newer versions of it are adopted by the program."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser("room", help="list rooms, and adopt one with other States")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    shown = verbs.add_parser(
        "list",
        help="list the rooms of every arrangement and who has adopted them",
        description="List the rooms of every arrangement and the version each party has adopted.",
    )
    shown.set_defaults(run=run_list)
    adopted = verbs.add_parser("adopt", help="adopt a room in an arrangement", description=_ADOPT)
    adopted.add_argument("room", metavar="ROOM", help="as `comity room list` names it")
    adopted.add_argument(
        "--arrangement", metavar="ID", default="", help="needed where there are several"
    )
    add_officer(adopted)
    adopted.set_defaults(run=run_adopt)
    for verb in (shown, adopted):
        add_home(verb)
        add_json(verb)


def run_list(program: Program, options: argparse.Namespace) -> int:
    """List rooms."""
    with program.open_home(options.home) as home, home.node.store.read() as tx:
        found = adopt.lines(home.node, tx)
    rows: list[Json] = [adopt.to_json(one) for one in found]
    text = "\n".join(map(_line, found)) or "No arrangement yet: `comity pair offer`."
    program.show({"rooms": rows}, text)
    return EXIT_OK


def run_adopt(program: Program, options: argparse.Namespace) -> int:
    """Adopt a room."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = partner_steps.adopt_room(home.node, officer, options.arrangement, options.room)
        home.wake()
    if isinstance(found, Inadmissible):
        return say_no(program, options, found)
    program.show(adopt.to_json(found), _line(found))
    return EXIT_OK


def _line(one: adopt.RoomLine) -> str:
    parties = ", ".join(
        f"{party} {version}" if version else f"{party} not adopted"
        for party, version in one.adopted.items()
    )
    state = f"version {one.usable} in use" if one.usable else "not in use"
    return f"{one.arrangement[:8]}  {one.room:12} {state:18} {parties}"
