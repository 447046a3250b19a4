"""`comity proof`: an act as a file that anybody can verify offline.

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.kernel.fault import Fault
from comity.node import proof
from comity.surfaces.cli import files
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_home, add_json

_DESCRIPTION = """\
Write a C2SP tlog-proof of an act of this node or of a peer: that its sealed entry stands in
its author's log, under a head that the author signed and every other party has cosigned as
durably stored.  The sealed entry travels in the file.  With --disclose its file key and the
bodies that it names go with it: whoever has the file then reads the act and what it says.
Verify it with `comity verify`, with tools/verify, or with any tool for C2SP tlog-proof."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "proof", help="prove offline what was said and stored", description=_DESCRIPTION
    )
    add_home(parser)
    parser.add_argument(
        "act",
        nargs="?",
        metavar="ACT_ID",
        help="as `comity request show` prints it; or any entry, as 'ORIGIN#INDEX'",
    )
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        required=True,
        metavar="FILE.tlog-proof",
        help="the file to write; it must not be there yet",
    )
    parser.add_argument(
        "--disclose", action="store_true", help="add the entry's file key and its bodies"
    )
    parser.add_argument(
        "--conviction",
        metavar="ORIGIN",
        help="instead of an act: the evidence that this log signed two histories",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(program: Program, options: argparse.Namespace) -> int:
    """Write one file."""
    if (options.act is None) == (options.conviction is None):
        raise Fault(
            code="surfaces.cli.proof-of-what",
            what="A proof is of one act, or of one convicted log.",
            fix="Give either an act's id or --conviction ORIGIN.",
        )
    files.require_absent(options.out)
    with program.open_home(options.home) as home:
        if options.conviction is not None:
            data = proof.conviction(home.node, options.conviction)
            files.write(options.out, data)
            program.show(
                {"file": str(options.out), "log": options.conviction},
                f"{options.out} convicts {options.conviction}.",
            )
            return EXIT_OK
        made = proof.make(home.node, options.act, disclose=options.disclose)
    files.write(options.out, made.proof)
    program.show(
        {
            "file": str(options.out),
            "log": made.origin,
            "index": made.index,
            "size": made.size,
            "disclosed": options.disclose,
            "left_out": list(made.left_out),
            "facts": {name: [salt, value] for name, (salt, value) in made.facts.items()},
        },
        "\n".join(_told(options, made)),
    )
    return EXIT_OK


def _told(options: argparse.Namespace, made: proof.Made) -> list[str]:
    lines = [
        (
            f"{options.out} proves entry {made.index} of {made.origin} "
            f"under its head of {made.size} entries."
        ),
    ]
    if made.facts:
        lines.append(
            "Its hashes are SHA-256 of a salt (hex) and a value; these are told beside it:"
        )
        lines += [f"  {name}: {salt} {value}" for name, (salt, value) in made.facts.items()]
    elif options.disclose:
        lines.append("It discloses the act: whoever has the file can read it.")
    lines += [f"Too large or not held, named by hash alone: {sha256}" for sha256 in made.left_out]
    lines.append(
        f"To verify it elsewhere: comity policy --home {options.home} --log {made.origin} "
        f"--size {made.size} > policy.txt"
    )
    return lines
