"""`comity outside admit|list|end`: those who are no officers, and what they may use.

    comity outside admit --kind link --name 'Recall desk' --on-behalf 'Bank of Sylvania' \
        --scope presence --home DIR --as ann
    comity outside end ID --home DIR --as ann

Floor: surfaces.
"""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Final

from comity.domestic.outside import session as sessions
from comity.domestic.outside.session import CERTIFICATE, LINK, Session, Terms
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line
from comity.node.desk import outside
from comity.node.desk.outside import Admitted
from comity.surfaces.cli import files
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, at_least
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no, verb
from comity.surfaces.cli.request_text import at, table

_DESCRIPTION: Final = """\
Admit guests, banks and consumers of feeds, who are no officers, to the listener that outside_port
opens.  A session has scopes, an end and a budget, and opens nothing else; officers of the agency
that admitted somebody, and the operator, list and end it."""

_KINDS: Final = (
    "link: opened once, in a browser; token: sent by a program as `Authorization: Bearer`; "
    "certificate: shown by a program in TLS"
)


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser(
        "outside", help="admit guests, who are no officers", description=_DESCRIPTION
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    admit = verb(verbs, "admit", "admit somebody; prints their link or token, once", _admit)
    admit.add_argument("--kind", required=True, choices=sessions.KINDS, help=_KINDS)
    admit.add_argument("--name", required=True, metavar="TEXT", help="of the person or program")
    admit.add_argument(
        "--on-behalf",
        required=True,
        metavar="TEXT",
        help="in whose name they act: a bank, a ministry",
    )
    admit.add_argument(
        "--scope",
        action="append",
        required=True,
        metavar="SCOPE",
        help="what they may use; may be given more than once (presence: see who they are here)",
    )
    for name, most, default, words in (
        ("days", sessions.DAYS_MAX, sessions.DAYS_DEFAULT, "the session ends after so many days"),
        ("requests", sessions.REQUESTS_MAX, sessions.REQUESTS_DEFAULT, "a minute, at most"),
        ("mebibytes", sessions.MEBIBYTES_MAX, sessions.MEBIBYTES_DEFAULT, "an hour, at most"),
    ):
        admit.add_argument(
            f"--{name}",
            type=at_least(1, most),
            default=default,
            metavar="N",
            help=f"{words} (default: %(default)s)",
        )
    admit.add_argument(
        "--certificate", type=Path, metavar="FILE", help="of the client, PEM; for that kind alone"
    )
    verb(verbs, "list", "list sessions of your agency, those that are over too", _list)
    end = verb(verbs, "end", "end a session: it opens nothing from the next request on", _end)
    end.add_argument("id", metavar="ID", help="as `comity outside list` shows it")


def _admit(program: Program, options: argparse.Namespace) -> int:
    terms = Terms(
        options.kind,
        options.name,
        options.on_behalf,
        tuple(options.scope),
        options.days,
        options.requests,
        options.mebibytes,
    )
    file: Path | None = options.certificate
    data = files.read(file, outside.CERTIFICATE_BYTES_MAX) if file else b""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        made = outside.admit(home.node, officer, terms, data)
    if isinstance(made, Inadmissible):
        return say_no(program, options, made)
    program.show({**_row(made.session), "secret": made.secret}, _said(made))
    return EXIT_OK


def _said(made: Admitted) -> str:
    one = made.session
    begin = f"The session {one.id} of {one_line(one.name)} is open until {at(one.until_ms)}.\n"
    if one.kind == LINK:
        return f"{begin}Its link is shown once, and opens once:\n{made.secret}"
    if one.kind == CERTIFICATE:
        return f"{begin}The program shows its certificate; there is no other secret."
    return f"{begin}Its token is shown once; send it as `Authorization: Bearer`:\n{made.secret}"


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = outside.listing(home.node, signed_in(program, home, options))
        now_ms = home.node.clock.now_ms()
    rows: list[Json] = [_row(one) for one in found]
    program.show({"sessions": rows}, _text(found, now_ms))
    return EXIT_OK


def _text(found: list[Session], now_ms: int) -> str:
    if not found:
        return "There is no session."
    rows = [
        (
            one.id,
            one.kind,
            one_line(one.name),
            one_line(one.on_behalf),
            ", ".join(one.scopes),
            at(one.until_ms) if one.is_open(now_ms) else "over",
        )
        for one in found
    ]
    return table([("SESSION", "KIND", "NAME", "ON BEHALF OF", "SCOPES", "UNTIL"), *rows])


def _end(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        ended = outside.end(home.node, officer, options.id)
    if isinstance(ended, Inadmissible):
        return say_no(program, options, ended)
    program.show(_row(ended), f"The session {ended.id} has ended.")
    return EXIT_OK


def _row(one: Session) -> dict[str, Json]:
    return {**asdict(one), "scopes": [*one.scopes]}
