"""`comity commitment report`: every commitment with its dates, claims, and what the logs prove.

Floor: surfaces.
"""

import argparse

from comity.acts.verb import Table
from comity.kernel.ijson import Json
from comity.rooms.commitment import desk
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import verb
from comity.surfaces.cli.request_text import at


def add(verbs: Subparsers, table: Table) -> None:
    """Add the command beside those of the table."""
    del table
    verb(verbs, "report", "show every commitment: dates, claims, what the logs prove", _run)


def _run(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = desk.listing(home.node, officer)
    rows: list[Json] = [one.as_json() for one in found]
    program.show({"commitments": rows}, "\n".join(map(_line, found)) or "No commitments.")
    return EXIT_OK


def _line(one: desk.Told) -> str:
    first, due = ("-" if ms is None else at(ms) for ms in (one.first_ms, one.due_ms))
    claims = ", ".join(f"{party} says {status}" for party, status in one.claims.items())
    late = "LATE  " if one.is_overdue else ""
    proof = f", proved by {one.proof.kind} {one.proof.id[:8]}" if one.proof else ""
    return (
        f"{late}{one.row.matter.id[:8]}  {one.row.status}  {one.source[0]} {one.source[1]}"
        f"  first due {first}, now {due}  {claims}{proof}"
    )
