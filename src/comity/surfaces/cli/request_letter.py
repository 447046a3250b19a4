"""`comity request letter`: an act as a formal letter, for the file and for who has no node.

    comity request letter ID -o request.pdf --home DIR --as OFFICER [--act ACT [--of PARTY]]
        [--data FILE]

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.rooms.request import letter
from comity.surfaces.cli import files
from comity.surfaces.cli.context import (
    EXIT_OK,
    Program,
    Subparsers,
    add_out,
)
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_id, verb


def add(verbs: Subparsers) -> None:
    """Add `letter`."""
    parser = verb(verbs, "letter", "write an act as a formal letter in both languages", _letter)
    add_id(parser)
    parser.add_argument("--act", default="", metavar="ACT", help="if not the request itself")
    parser.add_argument(
        "--of",
        default="",
        metavar="PARTY",
        help="the author of that act, where another State has used its id too",
    )
    add_out(parser, metavar="FILE.pdf")
    parser.add_argument(
        "--data", type=Path, metavar="FILE.json", help="write its data too; they lie in the PDF"
    )


def _letter(program: Program, options: argparse.Namespace) -> int:
    for path in filter(None, (options.out, options.data)):
        files.require_absent(path)
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = letter.of(home.node, officer, options.id, options.act, options.of)
    pdf = program.letter(found.data, found.at_ms)
    files.write(options.out, pdf, secret=True)
    if options.data:
        files.write(options.data, found.data, secret=True)
    program.show(
        {"file": str(options.out), "digest": found.digest, "bytes": len(pdf)},
        f"Wrote {options.out}: digest of the data {found.digest}.",
    )
    return EXIT_OK
