"""`comity dialogue pack`: what principals have before them, with a digest of each section.

    comity dialogue pack --since 2016-06-14 --out pack.pdf --home DIR --as ann

Floor: surfaces.
"""

import argparse

from comity.acts.verb import Table
from comity.node.desk import pack
from comity.surfaces.cli import files, instants
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_out
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import verb


def add(verbs: Subparsers, table: Table) -> None:
    """Add the command beside those of the table."""
    del table
    made = verb(verbs, "pack", "show what principals have before them, section by section", _run)
    made.add_argument("--channel", default="", metavar="PATH", help="of the arrangement")
    made.add_argument(
        "--since", default="", metavar="DATE", help="mark what moved since, like 2016-06-14"
    )
    add_out(made, "write it there as a PDF", is_required=False)


def _run(program: Program, options: argparse.Namespace) -> int:
    since_ms = instants.day_ms(options.since) if options.since else 0
    if options.out is not None:
        files.require_absent(options.out)
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = pack.pack(home.node, officer, options.channel, since_ms)
    value = found.as_json()
    if options.out is not None:
        files.write(options.out, program.letter(pack.paper(found), found.at_ms))
        value["file"] = str(options.out)
    lines = [f"pack {found.digest}"]
    for one in found.sections:
        count = "not for you" if one.lines is None else f"{len(one.lines)}"
        lines.append(f"{one.kind:12} {one.digest[:16]}  {one.words['en']}: {count}")
        lines += [
            f"  {'*' if line.is_moved else ' '} {line.id[:8]}  {line.status}"
            for line in one.lines or ()
        ]
    program.show(value, "\n".join(lines))
    return EXIT_OK
