"""`comity backup`: a home as one sealed file.

Floor: surfaces.
"""

import argparse
from collections.abc import Sequence
from contextlib import suppress

from comity.kernel.fault import Fault
from comity.node.operate import backup, backup_age
from comity.node.operate.backup import Written
from comity.surfaces.cli import age_files, age_keys, progress
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
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
is refused, since its entries would open with no other.  Bodies that the disk does not give back as
they were are named, and it ends with 1: keep the backups before."""

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
        lacking = backup.require_keys(home.node)
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
        if not done.damaged:
            with suppress(Fault):  # a disk that takes nothing keeps no backup from being made
                backup_age.note(home.node)
    program.show(
        {
            "damaged": [*done.damaged],
            "file": str(options.out),
            "keys_lacking": [*lacking],
            "members": done.members,
            "size_bytes": done.size_bytes,
        },
        "\n".join(
            (
                f"{options.out} holds {done.members} files of {options.home}, {_bytes(done)}.",
                "Keep it apart from the high-water file, and try a restore into an empty folder.",
                *about_damaged(done.damaged),
                *_about_lacking(lacking),
            )
        ),
    )
    return EXIT_REFUSED if done.damaged else EXIT_OK


def about_damaged(damaged: Sequence[str]) -> tuple[str, ...]:
    """Return what to say of bodies whose bytes are not those that they are named by."""
    if not damaged:
        return ()
    names = ", ".join(f"{sha256[:16]}…" for sha256 in damaged)
    return (
        f"Damaged: {names}. The disk does not give back what was written there.",
        "An older backup may have it whole: keep those, and look with `comity fsck`.",
    )


def _about_lacking(channels: Sequence[str]) -> tuple[str, ...]:
    """Return what to say of opened channels whose keys are not in this home."""
    if not channels:
        return ()
    return (
        f"It lacks the keys of {', '.join(channels)}, which are not here: `comity doctor` says",
        "what to do.",
    )


def _bytes(done: Written) -> str:
    return f"{done.size_bytes} bytes"
