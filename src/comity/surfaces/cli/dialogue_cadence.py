"""`comity dialogue cadence`: when sessions were planned, agreed and held, and what moved them.

    comity dialogue cadence --series ministers --home DIR --as ann

Floor: surfaces.
"""

import argparse

from comity.acts.verb import Table
from comity.joint.dialogue.cadence import Line
from comity.kernel.ijson import Json
from comity.rooms.dialogue import clocks
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import verb
from comity.surfaces.cli.request_text import at


def add(verbs: Subparsers, table: Table) -> None:
    """Add the command beside those of the table."""
    del table
    told = verb(verbs, "cadence", "show when sessions were planned, agreed and held", _run)
    told.add_argument("--series", default="", metavar="SERIES", help="of one series alone")


def _run(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = clocks.lines(home.node, officer, options.series)
    rows: list[Json] = [one.as_json() for one in found]
    program.show({"sessions": rows}, "\n".join(map(_line, found)) or "No sessions.")
    return EXIT_OK


def _line(one: Line) -> str:
    dates = (("planned", one.planned_ms), ("agreed", one.agreed_ms), ("held", one.held_ms))
    told = ", ".join(f"{name} {at(when)}" for name, when in dates if when is not None)
    slip = "" if one.slip_days is None else f", slip {one.slip_days} days"
    into = f" into {one.into}" if one.into else ""
    into += f", reported to {one.reported_to}" if one.reported_to else ""
    moved = "".join(
        f"\n    {m.party} {'postponed it' if m.to_ms is None else f'moved it to {at(m.to_ms)}'}"
        f"{f' ({m.reason})' if m.reason else ''}"
        for m in one.moved
    )
    return f"{one.series} {one.label}  {one.status}{into}  {told or 'no date'}{slip}{moved}"
