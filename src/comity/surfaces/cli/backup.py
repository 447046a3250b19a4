"""`comity backup`: a home as one sealed file.

Floor: surfaces.
"""

import argparse

from comity.node import backup
from comity.surfaces.cli import age_files, age_keys, progress
from comity.surfaces.cli.context import (
    EXIT_OK,
    Program,
    Subparsers,
    add_home,
    add_json,
    add_out,
)

_DESCRIPTION = """\
Write one sealed file with everything of a home: a consistent copy of the database, bodies,
encrypted private keys, configuration.  It may run beside `comity serve`.  It is sealed to the
recipients given, or else to what opens this home's private keys.  The high-water file stays
where it is: a backup of it would forget what was signed since.  A home that lacks a seal key
is refused, since its entries would open with no other."""

_MODE = 0o600


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "backup", help="write a sealed copy of a home", description=_DESCRIPTION
    )
    add_home(parser)
    add_out(parser)
    parser.add_argument(
        "-r",
        dest="recipient",
        action="append",
        default=[],
        metavar="RECIPIENT",
        help="a public key, as `comity age keygen` prints it; may be repeated",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(program: Program, options: argparse.Namespace) -> int:
    """Write the file."""
    recipients = [age_keys.recipient(text) for text in options.recipient]
    recipients = recipients or [program.backups.own_keys()[0]]
    with program.open_to_mend(options.home) as home:
        backup.require_keys(home.node)
        with (
            program.backups.taken(home) as members,
            age_files.writing(
                str(options.out), mode=_MODE, random=program.random, is_new=True
            ) as target,
            progress.bar(
                "Sealing", sum(m.size_bytes for m in members), quiet=options.json, in_bytes=True
            ) as advance,
        ):
            done = backup.write(members, target, recipients, program.random, advance)
    program.show(
        {"file": str(options.out), "members": done.members, "size_bytes": done.size_bytes},
        f"{options.out} holds {done.members} files of {options.home}, {done.size_bytes} bytes.\n"
        "Keep it apart from the high-water file, and try a restore into an empty folder.",
    )
    return EXIT_OK
