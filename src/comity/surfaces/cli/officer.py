"""`comity officer add|list|end`: who works on this node.

Floor: surfaces.
"""

import argparse

from comity.kernel.ijson import Json
from comity.node import officer as officers
from comity.node.rows import Officer
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_home, add_json


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its three verbs."""
    parser = subparsers.add_parser("officer", help="add, list and end officers of this node")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    add = verbs.add_parser(
        "add",
        help="add an officer and print his token, once",
        description="Add an officer. His token is printed once and kept only as a hash; he gives "
        "it in COMITY_TOKEN with --as NAME.",
    )
    add.add_argument("name", metavar="NAME", help="what he signs in with: 'amina.diop'")
    add.add_argument("--agency", required=True, metavar="ID", help="the agency he speaks for")
    add.add_argument("--office", default="", metavar="ID", help="his office within it")
    add.set_defaults(run=run_add)
    shown = verbs.add_parser(
        "list",
        help="list officers, those who left too",
        description="List the officers of this node; names are never used twice.",
    )
    shown.set_defaults(run=run_list)
    end = verbs.add_parser(
        "end",
        help="end an officer: his token opens nothing any more",
        description="Note that an officer has left. What he did stands under his name.",
    )
    end.add_argument("name", metavar="NAME", help="as `comity officer list` shows it")
    end.set_defaults(run=run_end)
    for verb in (add, shown, end):
        add_home(verb)
        add_json(verb)


def run_add(program: Program, options: argparse.Namespace) -> int:
    """Add an officer."""
    with program.open_home(options.home) as home:
        token = officers.add(home.node, options.name, options.agency, options.office)
    program.show(
        {"name": options.name, "agency": options.agency, "token": token},
        f"{options.name} may work for {options.agency}. This token is shown once:\n{token}\n"
        "He gives it in COMITY_TOKEN, or when he is asked.",
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
        + ("  ended" if officer.ended_ms is not None else "")
        for officer in found
    ]
    program.show({"officers": rows}, "\n".join(lines) or "There is no officer yet.")
    return EXIT_OK


def run_end(program: Program, options: argparse.Namespace) -> int:
    """End an officer."""
    with program.open_home(options.home) as home:
        officer = officers.end(home.node, options.name)
    program.show(_row(officer), f"{officer.name} has left; his token opens nothing any more.")
    return EXIT_OK


def _row(officer: Officer) -> Json:
    return {
        "name": officer.name,
        "agency": officer.agency,
        "office": officer.office,
        "since_ms": officer.since_ms,
        "ended_ms": officer.ended_ms,
    }
