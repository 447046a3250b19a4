"""`comity key passphrase`: what opens the private keys of a home, changed.

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.kernel.ijson import Json
from comity.surfaces.cli.context import (
    EXIT_OK,
    NewSecret,
    Program,
    Subparsers,
    add_home,
    add_json,
)

_DESCRIPTION = """\
Seal the private keys of a home to another passphrase, or to a key, while nothing serves it.
The one until now is read as for every command (COMITY_PASSPHRASE_FILE and the others), the new
one from a file, from COMITY_NEW_PASSPHRASE_FILE, COMITY_NEW_KEY_FILE, COMITY_NEW_KEY or
COMITY_NEW_PASSPHRASE, or both from the terminal.  A new passphrase has 15 characters or more; the
same one again is sealed with the cost of today.  Root keys are sealed anew with --root, now or
later by the same command.  Killed at any moment it leaves keys that one of the two opens; the
same command again does the rest.  Backups that were made before, and what is restored from them,
open with the one of their day.  The keys themselves stay as they are."""


def add_to(verbs: Subparsers) -> None:
    """Add the verb."""
    verb = verbs.add_parser(
        "passphrase", help="change what opens the private keys of a home", description=_DESCRIPTION
    )
    add_home(verb)
    new = verb.add_mutually_exclusive_group()
    new.add_argument(
        "--new-passphrase-file", type=Path, metavar="FILE", help="its first line is the new one"
    )
    new.add_argument(
        "--new-key-file", type=Path, metavar="FILE", help="64 hexadecimal digits: a key instead"
    )
    verb.add_argument(
        "--root",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="a root key that is sealed anew as well; repeat for more",
    )
    add_json(verb)
    verb.set_defaults(run=_run)


def _run(program: Program, options: argparse.Namespace) -> int:
    wish = NewSecret(options.new_passphrase_file, options.new_key_file, tuple(options.root))
    written: list[Json] = [str(file) for file in program.change_secret(options.home, wish)]
    program.show(
        {"written": written},
        "\n".join(
            (
                *(f"Sealed anew: {file}" for file in written),
                *([] if written else ["All of it opens with the new one already."]),
                "Give the new one to whatever starts the node, its backups and other commands:",
                "units of systemd, timers, scripts. Nothing of this home opens with the old one.",
                "Keep the old one as long as there are: backups made before today, homes restored",
                "from them, and root keys that were not named here (--root, the same command).",
                "If somebody else knows it and has had such files, they have the keys themselves:",
                "rotate and revoke them (comity key rotate), with --new-tls and --local as well.",
            )
        ),
    )
    return EXIT_OK
