"""`comity exercise seat add|release|list|end`: guests without an account play one seat each.

    COMITY_EXERCISE=play-2027 comity exercise seat add bank --name 'A. Gray' \
        --on-behalf 'Bank of Freedonia' --sheet bank.pdf
    COMITY_EXERCISE=play-2027 comity exercise seat release ID       a second controller

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.acts.verb import Table
from comity.domestic.outside import session as sessions
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line
from comity.rooms.exercise import seat_sheet, seats
from comity.surfaces.cli import files
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, at_least
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no, verb
from comity.surfaces.cli.request_text import at, table


def add(verbs: Subparsers, room: Table) -> None:
    """Add the commands beside those of the table."""
    del room
    parser = verbs.add_parser("seat", help="let guests without an account play one seat each")
    what = parser.add_subparsers(dest="what", required=True, metavar="VERB")
    made = verb(what, "add", "give a seat to a guest; prints the link, once", _add)
    made.add_argument("seat", metavar="SEAT", help="as the plan and the master list name it")
    made.add_argument("--name", required=True, metavar="TEXT", help="of the guest")
    made.add_argument("--on-behalf", required=True, metavar="TEXT", help="in whose name they play")
    made.add_argument(
        "--days", type=at_least(1, sessions.DAYS_MAX), default=sessions.DAYS_DEFAULT, metavar="N",
        help="the link ends after so many days, or with the exercise (default: %(default)s)",
    )  # fmt: skip
    made.add_argument(
        "--sheet", type=Path, metavar="FILE.pdf", help="write the sheet of the seat, with a QR code"
    )
    made = verb(what, "release", "release beforehand what a seat says, as a second one", _release)
    made.add_argument("id", metavar="ID", help="as `comity exercise seat list` shows it")
    verb(what, "list", "list the links of seats, those that are over too", _list)
    made = verb(what, "end", "end a link: from the next request on it opens nothing", _end)
    made.add_argument("id", metavar="ID", help="as `comity exercise seat list` shows it")


def _add(program: Program, options: argparse.Namespace) -> int:
    sheet: Path | None = options.sheet
    if sheet is not None:
        files.require_absent(sheet)
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        made = seats.add(
            home.node, officer, options.seat, options.name, options.on_behalf, options.days
        )
        if isinstance(made, Inadmissible):
            return say_no(program, options, made)
        if sheet is not None:
            data = seat_sheet.of(home.node, options.seat, made)
            files.write(sheet, program.letter(data, made.session.since_ms))
    value: dict[str, Json] = {
        "id": made.session.id,
        "seat": options.seat,
        "link": made.secret,
        "sheet": "" if sheet is None else str(sheet),
    }
    text = f"The link of the seat {options.seat} ({made.session.id}) is shown once:\n{made.secret}"
    program.show(value, text)
    return EXIT_OK


def _release(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        done = seats.release(home.node, signed_in(program, home, options), options.id)
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    value: dict[str, Json] = {"id": done.id, "seat": done.seat, "released_by": done.released_by}
    program.show(value, f"What the seat {done.seat} says goes out at once.")
    return EXIT_OK


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = seats.listing(home.node, signed_in(program, home, options))
        now_ms = home.node.clock.now_ms()
    rows: list[Json] = [seats.as_json(*one) for one in found]
    lines = [
        (
            one.id,
            one.seat,
            one.released_by or "not yet",
            at(session.until_ms) if session.is_open(now_ms) else "ended",
            one_line(session.name),
        )
        for one, session in found
    ]
    head = ("id", "seat", "released by", "until", "name")
    program.show({"seats": rows}, table([head, *lines]) if lines else "No seats of guests.")
    return EXIT_OK


def _end(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = seats.end(home.node, signed_in(program, home, options), options.id)
    if isinstance(found, Inadmissible):
        return say_no(program, options, found)
    program.show({"id": found.id, "ended_ms": found.ended_ms}, f"{found.id} is ended.")
    return EXIT_OK
