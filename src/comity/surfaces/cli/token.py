"""`comity token add|list|end`: tokens of programs that work in an officer's name.

    comity token add --home DIR --as ann --label import --scope read --scope draft

Floor: surfaces.
"""

import argparse
from dataclasses import asdict

from comity.domestic.officer import api_token
from comity.kernel.ijson import Json
from comity.node.room import api_tokens
from comity.node.room.api_tokens import DAYS_DEFAULT, DAYS_MAX, ApiToken
from comity.surfaces.cli.context import (
    EXIT_OK,
    Program,
    Subparsers,
    add_home,
    add_json,
    add_officer,
    at_least,
)
from comity.surfaces.cli.officer_token import signed_in

_SCOPES = "; ".join(f"{scope}: {opens}" for scope, opens in api_token.SCOPES.items())


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its three verbs."""
    parser = subparsers.add_parser(
        "token",
        help="let a program work in an officer's name",
        description="Make, list and end tokens of the HTTP interface.",
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    add = verbs.add_parser(
        "add",
        help="make a token of yours and print it, once",
        description="Make a token. It is printed once and kept only as a hash; a program gives it "
        "as `Authorization: Bearer TOKEN`.",
    )
    add.add_argument("--label", required=True, metavar="NAME", help="what it is for: 'import'")
    add.add_argument(
        "--scope",
        action="append",
        required=True,
        metavar="SCOPE",
        help=f"what it opens; may be given more than once ({_SCOPES})",
    )
    add.add_argument(
        "--days",
        type=at_least(1, DAYS_MAX),
        default=DAYS_DEFAULT,
        metavar="N",
        help="it ends by itself after so many days (default: %(default)s)",
    )
    add_officer(add)
    add.set_defaults(run=run_add)
    shown = verbs.add_parser(
        "list", help="list tokens, ended ones too", description="List the tokens of this node."
    )
    shown.set_defaults(run=run_list)
    end = verbs.add_parser(
        "end",
        help="end a token: it opens nothing any more",
        description="End a token of any officer, at once.",
    )
    end.add_argument("token", metavar="ID", help="as `comity token list` shows it")
    end.set_defaults(run=run_end)
    for verb in (add, shown, end):
        add_home(verb)
        add_json(verb)


def run_add(program: Program, options: argparse.Namespace) -> int:
    """Make a token."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        token, kept = api_tokens.add(home.node, officer, options.label, options.scope, options.days)
    program.show(
        {**_row(kept), "token": token},
        f"This token works for {officer.name} until {kept.until_day} and is shown once:\n"
        f"{token}\n"
        "A program gives it as `Authorization: Bearer TOKEN`.",
    )
    return EXIT_OK


def run_list(program: Program, options: argparse.Namespace) -> int:
    """List tokens."""
    with program.open_home(options.home) as home:
        found, now_ms = api_tokens.listing(home.node), home.node.clock.now_ms()
    rows: list[Json] = [_row(one) for one in found]
    lines = [
        f"{one.id}  {one.officer}  {one.label}  {','.join(one.scopes)}  "
        + (f"until {one.until_day}" if one.is_open(now_ms) else "ended")
        for one in found
    ]
    program.show({"tokens": rows}, "\n".join(lines) or "There is no token yet.")
    return EXIT_OK


def run_end(program: Program, options: argparse.Namespace) -> int:
    """End a token."""
    with program.open_home(options.home) as home:
        kept = api_tokens.end(home.node, options.token)
    program.show(_row(kept), f"The token {kept.id} of {kept.officer} opens nothing any more.")
    return EXIT_OK


def _row(kept: ApiToken) -> dict[str, Json]:
    return {**asdict(kept), "scopes": [*kept.scopes]}
