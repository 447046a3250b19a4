"""`comity init`: a new home.

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.joint.arrangement.card import Agency
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_name
from comity.node import profile as profiles
from comity.node.profile import Profile
from comity.surfaces.cli.context import EXIT_OK, Program, Settings, Subparsers, add_json

_DESCRIPTION = """\
Make the home of a new node: configuration, database, the keys of its domestic log, and the
high-water file beside it.  Private keys are encrypted with a passphrase or a key that the
environment gives (COMITY_KEY, COMITY_KEY_FILE, COMITY_PASSPHRASE_FILE), or with the
passphrase in a file."""


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
        "--passphrase-file", type=Path, metavar="F", help="its first line encrypts the private keys"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(program: Program, options: argparse.Namespace) -> int:
    """Make the home; nothing is written before every argument is found good."""
    require_name("party", options.party)
    profile = profiles.require_valid(
        Profile(_names(options.name), _agencies(options.agency), options.endpoint)
    )
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
    agency = options.agency[0].partition("=")[0] if options.agency else "AGENCY"
    return "\n".join(
        (
            f"The home of {options.party} is {options.home}.",
            f"{high_water} remembers what it signs: keep it on another disk than its backups.",
            "Next:",
            f"  comity officer add --home {options.home} NAME --agency {agency}",
            f"  comity pair offer --home {options.home} --with PARTY -o offer.txt",
        )
    )


def _names(given: list[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for one in given:
        language, equals, name = one.partition("=")
        if not equals or language in names:
            raise _wrong("--name", one, "LANG=NAME, each language once, like 'en=France'")
        names[language] = name
    return names


def _agencies(given: list[str]) -> tuple[Agency, ...]:
    agencies: dict[str, dict[str, str]] = {}
    for one in given:
        agency, equals, rest = one.partition("=")
        language, colon, name = rest.partition(":")
        names = agencies.setdefault(agency, {})
        if not equals or not colon or language in names:
            raise _wrong("--agency", one, "ID=LANG:NAME, like 'doj=en:Ministry of Justice'")
        names[language] = name
    return tuple(Agency(agency, names) for agency, names in agencies.items())


def _wrong(option: str, value: str, shape: str) -> Fault:
    return Fault(
        code="surfaces.option.malformed",
        what=f"{option} cannot be {quoted(value)}.",
        fix=f"Write {shape}.",
    )
