"""`comity restore`: a home from its sealed backup.

Floor: surfaces.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from comity.kernel.fault import Fault, quoted
from comity.node.base.context import Node
from comity.node.operate import backup
from comity.node.operate.backup import Place, Written
from comity.seal.age import Identity
from comity.seal.stream import LineSource
from comity.surfaces.cli import age_files, age_keys
from comity.surfaces.cli.age_keys import Passphrase
from comity.surfaces.cli.backup import about_damaged
from comity.surfaces.cli.context import EXIT_OK, EXIT_REFUSED, Program, Subparsers, add_json
from comity.surfaces.cli.files import typed

_DESCRIPTION = """\
Make a home from a backup, in a folder that is empty or not there.  Nothing is placed unless the
whole file opens and is as its manifest says.  The restored node compares its logs with every peer
before it signs anything, and fetches what it signed since; if one is out of reach, two officers can
excuse it (`comity recover excuse`).  What no peer took is in the high-water file of the node
before: put it where the new home looks for it, before it is served.  Officers, tokens, passkeys and
webhooks are as they were when the backup was made: what was ended or replaced since is to be so
again.  The first step of its local log from then on says which backup it came from.  The private
keys open with the passphrase or key of the day when the backup was made.  The database goes into
the PostgreSQL one that COMITY_DATABASE names, or else the backup's own config.toml, which must be
empty; where none is named, or with --sqlite, it becomes a SQLite file of the home.  So a node moves
from either to the other.  What COMITY_DATABASE and COMITY_S3 name stands in the new config.toml
from then on."""

_LEFT: Final = (
    "It signs nothing until it has compared its logs with every peer.",
    "Officers, tokens, passkeys and webhooks that were ended or replaced since the backup was",
    "made are as they were then: do that again before it is served.",
)


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
    parser.add_argument(
        "--sqlite",
        action="store_true",
        help="make the database a SQLite file of the home, also where it was in PostgreSQL",
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
    with age_files.reading(options.file) as file:
        source = backup.Digested(file)
        with program.backups.placed(options.home, options.sqlite, source.sha256) as place:
            done = _read(options.file, source, identities, place)
    with program.open_to_mend(options.home) as home:
        high_water = home.paths.high_water
        closed = _what_closes_keys(home.node)
    program.show(
        {
            "damaged": [*done.damaged],
            "home": str(options.home),
            "high_water": str(high_water),
            "keys_open": not closed,
            "members": done.members,
            "size_bytes": done.size_bytes,
        },
        "\n".join(
            (
                f"{options.home} is a home again, with {done.members} files.",
                *_about(high_water),
                "Next: comity fsck --home {0}, then comity serve --home {0}".format(
                    typed(options.home)
                ),
                *_LEFT,
                *closed,
                *about_damaged(done.damaged),
            )
        ),
    )
    return EXIT_REFUSED if done.damaged else EXIT_OK


def _about(high_water: Path) -> tuple[str, ...]:
    """Return what to do with the file that no backup has."""
    if high_water.exists():
        return ()
    return (
        f"Its high-water file would be {high_water}, which is not there. If that of the node",
        "before is left, move it to this path first, while nothing serves: it alone may have what",
        "was signed last and no peer took.",
    )


def _read(name: str, source: LineSource, identities: Sequence[Identity], place: Place) -> Written:
    try:
        return backup.read(source, identities, place)
    except Fault as fault:
        if fault.code == "seal.header.malformed":
            raise Fault(
                code=fault.code,
                what=f"The file {quoted(name)} is no backup: {fault.what}",
                fix="Name the file that `comity backup` wrote; if it is that, copy it again.",
            ) from fault
        if fault.code != "seal.header.no-match":
            raise
        raise Fault(
            code="node.backup.other-secret",
            what="This backup opens with nothing that was given.",
            fix="Give what opened the home on the day when it was made: a passphrase that "
            "`comity key passphrase` set since opens no older backup. One that was made with -r "
            "opens with a private key: -i.",
        ) from fault


def _what_closes_keys(node: Node) -> tuple[str, ...]:
    """Return what to know where the private keys do not open with what is given here."""
    try:
        backup.require_keys(node)
    except Fault as fault:
        if not fault.code.startswith("keys.secret."):
            return (fault.what,)
        return (
            "Its private keys do not open with what is given here: they need the passphrase or",
            "key that opened the home on the day when the backup was made.",
        )
    return ()
