"""`comity officer add|list|role|renew-token|link|reset-factor|end`: who works on this node.

Floor: surfaces.
"""

import argparse
import re
from typing import Final

from comity.domestic.officer import link as texts
from comity.domestic.officer import role
from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin as officers
from comity.node.desk import sign_in_links, sign_in_methods
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_home, add_json

_ORIGIN: Final = re.compile(r"https?://([A-Za-z0-9.\-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?")


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser("officer", help="add, list and end officers of this node")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    add = verbs.add_parser(
        "add",
        help="add an officer and print their token, once",
        description="Add an officer. The token is printed once and kept only as a hash; they give "
        "it in COMITY_TOKEN with --as NAME.",
    )
    add.add_argument("name", metavar="NAME", help="what they sign in with: 'amina.diop'")
    add.add_argument("--agency", required=True, metavar="ID", help="the agency they speak for")
    add.add_argument("--office", default="", metavar="ID", help="their office within it")
    _add_roles(add, f"a role of theirs; repeat for more; {' and '.join(role.DEFAULT)} if none")
    add.set_defaults(run=run_add)
    shown = verbs.add_parser(
        "list",
        help="list officers, those who left too",
        description="List the officers of this node; names are never used twice.",
    )
    shown.set_defaults(run=run_list)
    changed = verbs.add_parser(
        "role",
        help="give an officer other roles",
        description="Give an officer these roles and no others, from now on.\n\n"
        + "\n".join(f"  {code:<14} {what}" for code, what in role.ROLES.items()),
    )
    changed.add_argument("name", metavar="NAME", help="as `comity officer list` shows it")
    _add_roles(changed, "a role that they have from now on; repeat for more")
    changed.set_defaults(run=run_role)
    renewed = verbs.add_parser(
        "renew-token",
        help="give an officer who lost their token a new one, printed once",
        description="Give an officer a new token, for one that was lost or seen by others. It is "
        "printed once and kept only as a hash; from then on the one before opens nothing. First "
        "make sure that it is them. Their sessions in a browser, second factor and the tokens of "
        "their programs stay: `comity officer reset-factor` ends those. They are told of it, "
        "and the local log has it.",
    )
    renewed.add_argument("name", metavar="NAME", help="as `comity officer list` shows it")
    renewed.set_defaults(run=run_renew)
    link, reset = _add_ways_in(verbs)
    end = verbs.add_parser(
        "end",
        help="end an officer: their token opens nothing any more",
        description="Note that an officer has left. What they did stands under their name.",
    )
    end.add_argument("name", metavar="NAME", help="as `comity officer list` shows it")
    end.set_defaults(run=run_end)
    for verb in (add, shown, changed, renewed, link, reset, end):
        add_home(verb)
        add_json(verb)


def _add_ways_in(verbs: Subparsers) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """Add what lets an officer in: a link, and a reset of what they lost."""
    link = verbs.add_parser(
        "link",
        help="print a link by which an officer signs in, once",
        description=f"Print a link that signs an officer in to the pages of this node. It works "
        f"once, within {texts.MINUTES} minutes, and nothing of it is kept but its hash. Give it to "
        "the officer alone.",
    )
    link.add_argument(
        "name", nargs="+", metavar="NAME", help="as `comity officer list` shows it; a link for each"
    )
    link.add_argument(
        "--origin",
        type=_origin,
        default="",
        metavar="URL",
        help="where their browser reaches the pages (default: officers_origin in config.toml, or "
        "http://localhost and the port on which `comity serve` runs, else the one there)",
    )
    link.set_defaults(run=run_link)
    reset = verbs.add_parser(
        "reset-factor",
        help="let an officer who lost their second factor in again",
        description="Forget the password, passkeys, app of codes and recovery codes of an officer, "
        "end their sessions and the tokens of their programs, and print a link, as `comity "
        "officer link` does. First make sure that it is them. They add a factor anew before they "
        "releases anything; they are told that it was done, and the local log has it.",
    )
    reset.add_argument("name", metavar="NAME", help="as `comity officer list` shows it")
    reset.add_argument(
        "--origin", type=_origin, default="", metavar="URL", help="as `comity officer link` has it"
    )
    reset.set_defaults(run=run_reset)
    return link, reset


def _add_roles(parser: argparse.ArgumentParser, told: str) -> None:
    parser.add_argument("--role", action="append", default=[], metavar="ROLE", help=told)


def run_add(program: Program, options: argparse.Namespace) -> int:
    """Add an officer."""
    with program.open_home(options.home) as home:
        roles = role.require_roles(options.role or role.DEFAULT)
        token = officers.add(home.node, options.name, options.agency, options.office, roles)
    program.show(
        {"name": options.name, "agency": options.agency, "roles": [*roles], "token": token},
        f"{options.name} may work for {options.agency}. This token is shown once:\n{token}\n"
        "They give it in COMITY_TOKEN, or when they are asked.",
    )
    return EXIT_OK


def run_list(program: Program, options: argparse.Namespace) -> int:
    """List officers."""
    with program.open_home(options.home) as home:
        found = officers.everyone(home.node)
    rows: list[Json] = [_row(officer) for officer in found]
    lines = [
        f"{officer.name}  {officer.agency}"
        + (f"  {officer.office}" if officer.office else "")
        + f"  {', '.join(officer.roles)}"
        + ("  ended" if officer.ended_ms is not None else "")
        for officer in found
    ]
    program.show({"officers": rows}, "\n".join(lines) or "There is no officer yet.")
    return EXIT_OK


def run_role(program: Program, options: argparse.Namespace) -> int:
    """Give an officer other roles."""
    with program.open_home(options.home) as home:
        officer = officers.give_roles(home.node, options.name, options.role)
    program.show(_row(officer), f"{officer.name} is {' and '.join(officer.roles)} from now on.")
    return EXIT_OK


def run_renew(program: Program, options: argparse.Namespace) -> int:
    """Give an officer a new token."""
    with program.open_home(options.home) as home:
        token = officers.renew_token(home.node, options.name)
    program.show(
        {"name": options.name, "token": token},
        f"{options.name} has a new token, which is shown once:\n{token}\n"
        "The one before no longer works. They give this one in COMITY_TOKEN, or when they are "
        "asked.",
    )
    return EXIT_OK


def run_link(program: Program, options: argparse.Namespace) -> int:
    """Make a link by which an officer signs in."""
    names: list[str] = [options.name] if isinstance(options.name, str) else options.name
    with program.open_home(options.home) as home:
        made = [(name, *sign_in_links.add(home.node, name)) for name in names]
        origin = options.origin or home.settings.address_at(
            home.serving_port() or home.settings.port
        )
    links: list[dict[str, Json]] = [
        {"name": name, "link": texts.address(origin, token), "until_ms": until_ms}
        for name, token, until_ms in made
    ]
    told = (
        f"{one['name']} signs in by this link, once, within {texts.MINUTES} minutes:\n{one['link']}"
        for one in links
    )
    program.show({**links[0], "links": [*links]}, "\n".join(told))
    return EXIT_OK


def run_reset(program: Program, options: argparse.Namespace) -> int:
    """Forget how an officer signs in, and make a link for them."""
    with program.open_home(options.home) as home:
        sign_in_methods.reset(home.node, options.name)
    return run_link(program, options)


def run_end(program: Program, options: argparse.Namespace) -> int:
    """End an officer."""
    with program.open_home(options.home) as home:
        officer = officers.end(home.node, options.name)
    program.show(_row(officer), f"{officer.name} has left; their token opens nothing any more.")
    return EXIT_OK


def _row(officer: Officer) -> Json:
    return {
        "name": officer.name,
        "agency": officer.agency,
        "office": officer.office,
        "since_ms": officer.since_ms,
        "ended_ms": officer.ended_ms,
        "roles": [*officer.roles],
    }


def _origin(text: str) -> str:
    if text and not _ORIGIN.fullmatch(text):  # the default is passed through here too
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no origin, like https://desk.example")
    return text
