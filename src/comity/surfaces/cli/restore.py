"""`comity restore`: a home from its sealed backup.

Floor: surfaces.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from comity.kernel.fault import Fault
from comity.node import backup
from comity.node.backup import Place, Written
from comity.seal.age import Identity
from comity.seal.stream import LineSource
from comity.surfaces.cli import age_files, age_keys
from comity.surfaces.cli.age_keys import Passphrase
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_json

_DESCRIPTION = """\
Make a home from a backup, in a folder that is empty or not there.  Nothing is placed unless
the whole file opens and is as its manifest says.  The restored node compares its logs with
every peer before it signs anything, and fetches what it signed since; if one is out of reach,
two officers can excuse it (`comity recover excuse`).  Officers, tokens, passkeys and webhooks are
as they were when the backup was made: what was ended or replaced since is to be so again.  A
backup of PostgreSQL goes into the database that COMITY_DATABASE names, or else its own
config.toml; it must be empty.  What COMITY_DATABASE and COMITY_S3 name stands in the new
config.toml from then on.  The private keys open with the passphrase or key of the day when the
backup was made."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "restore", help="make a home from a backup", description=_DESCRIPTION
    )
    parser.add_argument("file", metavar="FILE", help="as `comity backup` wrote it")
    parser.add_argument("home", type=Path, metavar="DIR", help="empty, or not there")
    parser.add_argument(
        "-i",
        dest="identity",
        action="append",
        default=[],
        metavar="IDENTITY",
        help="a file with the private key; else what opens the home's keys; may be repeated",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(program: Program, options: argparse.Namespace) -> int:
    """Place everything, then open it once."""
    identities = (
        age_keys.identities(options.identity, age_files.read_keys, Passphrase(None))
        if options.identity
        else [program.backups.own_keys()[1]]
    )
    with (
        age_files.reading(options.file) as source,
        program.backups.placed(options.home) as place,
    ):
        done = _read(source, identities, place)
    closed = _what_closes_keys(program, options.home)
    program.show(
        {
            "home": str(options.home),
            "members": done.members,
            "size_bytes": done.size_bytes,
            "keys_open": not closed,
        },
        f"{options.home} is a home again, with {done.members} files.\n"
        f"Next: comity fsck --home {options.home}, then comity serve --home {options.home}\n"
        "It signs nothing until it has compared its logs with every peer.\n"
        "Officers, tokens, passkeys and webhooks that were ended or replaced since the backup was\n"
        "made are as they were then: do that again before it is served." + closed,
    )
    return EXIT_OK


def _read(source: LineSource, identities: Sequence[Identity], place: Place) -> Written:
    try:
        return backup.read(source, identities, place)
    except Fault as fault:
        if fault.code != "seal.header.no-match":
            raise
        raise Fault(
            code="node.backup.other-secret",
            what="This backup opens with nothing that was given.",
            fix="Give what opened the home on the day when it was made: a passphrase that "
            "`comity key passphrase` set since opens no older backup. One that was made with -r "
            "opens with a private key: -i.",
        ) from fault


def _what_closes_keys(program: Program, home: Path) -> str:
    """Return what to know where the private keys do not open with what is given here, or ""."""
    try:
        with program.open_to_mend(home) as opened:
            backup.require_keys(opened.node)
    except Fault as fault:
        if not fault.code.startswith("keys.secret."):
            return f"\n{fault.what}"
        return (
            "\nIts private keys do not open with what is given here: they need the passphrase or\n"
            "key that opened the home on the day when the backup was made."
        )
    return ""
