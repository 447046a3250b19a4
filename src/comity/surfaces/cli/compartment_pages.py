"""`comity compartment files`, `page` and `trace`: what a compartment holds, page by page.

    comity compartment files 3f1c --home DIR --as ann
    comity compartment page 3f1c 9f86d081 2 --output page-2.png --home DIR --as ann
    comity compartment trace ABCD-EFGH --home DIR --as ann

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.acts.verb import Table
from comity.joint.compartment import acts
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line
from comity.rooms.compartment import openings
from comity.surfaces.cli import files, verb_command
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no, verb
from comity.surfaces.cli.request_text import at


def add(verbs: Subparsers, table: Table) -> None:
    """Add the commands beside those of the table."""
    words = "list the files that were given under its terms"
    verb_command.add_matter(verb(verbs, "files", words, _files), table)
    words = "open a page of a file as a picture with the mark of its reader"
    page = verb(verbs, "page", words, _page)
    verb_command.add_matter(page, table)
    page.add_argument("file", metavar="SHA256", help="of `files`; a prefix is enough")
    page.add_argument("page", type=int, metavar="PAGE", help="from 1")
    page.add_argument("--output", "-o", type=Path, required=True, metavar="FILE", help="a PNG")
    traced = verb(verbs, "trace", "tell who opened a page that was found, by its mark", _trace)
    traced.add_argument("mark", metavar="MARK", help="eight letters and digits: ABCD-EFGH")


def _files(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        row, found = openings.files(home.node, officer, options.matter)
    lines = (f"{one.body.blob.sha256[:12]}  {one.row.party}  {one_line(one.name)}" for one in found)
    text = "\n".join(lines) or "No file was given under its terms."
    program.show(openings.files_json(row, found), text)
    return EXIT_OK


def _page(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        done = openings.open_page(home.node, officer, options.matter, options.file, options.page)
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    files.write(options.output, done)
    program.show({"file": str(options.output)}, f"Wrote {options.output}.")
    return EXIT_OK


def _trace(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = openings.trace(home.node, signed_in(program, home, options), options.mark)
    text = (
        f"{found.mark}: opened by {found.officer} of {found.agency} "
        f"({acts.CAPACITIES[found.capacity]['en']}), {at(found.at_ms)}\n"
        f"  compartment {found.matter}\n  file        {found.file}"
    )
    program.show(openings.trace_json(found), text)
    return EXIT_OK
