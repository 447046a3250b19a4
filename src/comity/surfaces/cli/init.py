"""`comity init`: a new home.

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.node.base import profile as profiles
from comity.node.base.profile import Profile
from comity.surfaces.cli import own_options
from comity.surfaces.cli.context import EXIT_OK, Program, Settings, Subparsers, add_json
from comity.surfaces.cli.files import typed

_DESCRIPTION = """\
Make the home of a new node: configuration, database, the keys of its domestic log, and the
high-water file beside it.  Private keys are encrypted with a passphrase or a key that the
environment gives (COMITY_KEY, COMITY_KEY_FILE, COMITY_PASSPHRASE_FILE), or with the
passphrase in a file.  A passphrase has 15 characters or more; of what is not asked."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("init", help="make the home of a node", description=_DESCRIPTION)
    parser.add_argument(
        "home", type=Path, metavar="DIR", help="a folder that is empty or not there"
    )
    parser.add_argument("--party", required=True, metavar="ID", help="your State: 'fr', 'sn'")
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        required=True,
        metavar="LANG=NAME",
        help="its name in a language: 'en=France'; once for each language",
    )
    parser.add_argument(
        "--agency",
        action="append",
        default=[],
        metavar="ID=LANG:NAME",
        help="an agency that speaks for it: 'doj=en:Ministry of Justice'; repeat for more",
    )
    parser.add_argument(
        "--endpoint", default="", metavar="URL", help="where peers reach it: 'https://host:8443'"
    )
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help="its first line, of 15 characters or more, encrypts the private keys",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(program: Program, options: argparse.Namespace) -> int:
    """Make the home; nothing is written before every argument is found good.

    Raises:
        Fault: `surfaces.option.malformed` for all that are not, and those of making a home.
    """
    names, no_names = own_options.names(options.name)
    agencies, no_agencies = own_options.agencies(options.agency)
    own_options.require_none(
        [
            *own_options.party("--party", [options.party]),
            *no_names,
            *no_agencies,
            *own_options.endpoint(options.endpoint),
        ]
    )
    profile = profiles.require_valid(Profile(names, agencies, options.endpoint))
    settings = Settings(party=options.party, names=profile.names, endpoint=profile.endpoint)
    with program.create_home(options.home, settings, options.passphrase_file) as home:
        profiles.found(home.node, home.keymaker, profile)
        high_water = str(home.paths.high_water)
    program.show(
        {"home": str(options.home), "party": options.party, "high_water": high_water},
        _told(options, high_water),
    )
    return EXIT_OK


def _told(options: argparse.Namespace, high_water: str) -> str:
    agency = options.agency[0].partition("=")[0] if options.agency else "ID"
    first = (
        "It has no agency, and takes no officer before it has:",
        f"  comity nation begin --home {typed(options.home)} --agency ID=LANG:NAME",
    )
    return "\n".join(
        (
            f"The home of {options.party} is {options.home}.",
            f"{high_water} remembers what it signs: keep it on another disk than its backups.",
            *(() if options.agency else first),
            "Next:",
            f"  comity officer add --home {typed(options.home)} NAME --agency {agency}",
            f"  comity pair offer --home {typed(options.home)} --with PARTY -o offer.txt",
        )
    )
