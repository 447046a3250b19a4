"""`comity consumer add|networks|confirm|link|renew|list|end`: programs at home that fetch shares.

    comity consumer add --name 'Hospital firewall' --on-behalf 'Hospital of Freedonia' \
        --reach client --power act --network 198.51.100.0/24 --home DIR --as ann
    comity consumer end ID --home DIR --as ann

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.domestic.outside import session as sessions
from comity.domestic.outside.session import CERTIFICATE, TOKEN, Terms
from comity.domestic.share.consumer import POWERS, REACHES
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line
from comity.node.desk import outside
from comity.rooms.share import consumers, holders, stop_links
from comity.surfaces.cli import files
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, at_least
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no, verb
from comity.surfaces.cli.request_text import at, table

_DESCRIPTION: str = """\
Programs that fetch what is shared: by TAXII 2.1 on the listener that outside_port opens.  Each has
a collection of its own, with what its reach and power allow; infected addresses of its networks
alone."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser(
        "consumer", help="let programs fetch what is shared", description=_DESCRIPTION
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    add = verb(verbs, "add", "let a program fetch; prints its token, once", _add)
    add.add_argument("--name", required=True, metavar="TEXT", help="of the program")
    add.add_argument("--on-behalf", required=True, metavar="TEXT", help="in whose name it fetches")
    add.add_argument("--reach", required=True, choices=[*REACHES], help=_choices(REACHES))
    add.add_argument("--power", required=True, choices=[*POWERS], help=_choices(POWERS))
    _add_networks(add)
    for name, most, default, words in (
        ("days", sessions.DAYS_MAX, sessions.DAYS_MAX, "it ends after so many days"),
        ("requests", sessions.REQUESTS_MAX, sessions.REQUESTS_DEFAULT, "a minute, at most"),
        ("mebibytes", sessions.MEBIBYTES_MAX, sessions.MEBIBYTES_DEFAULT, "an hour, at most"),
    ):
        add.add_argument(
            f"--{name}",
            type=at_least(1, most),
            default=default,
            metavar="N",
            help=f"{words} (default: %(default)s)",
        )
    add.add_argument(
        "--certificate", type=Path, metavar="FILE", help="of the client, PEM; instead of a token"
    )
    networks = verb(verbs, "networks", "give a consumer other networks", _networks)
    networks.add_argument("id", metavar="ID", help="as `comity consumer list` shows it")
    _add_networks(networks)
    renew = verb(verbs, "renew", "give a consumer another token; prints it, once", _renew)
    renew.add_argument("id", metavar="ID", help="as `comity consumer list` shows it")
    renew.add_argument(
        "--days", type=at_least(1, sessions.DAYS_MAX), default=sessions.DAYS_MAX, metavar="N",
        help="it ends after so many days (default: %(default)s)",
    )  # fmt: skip
    confirm = verb(verbs, "confirm", "note that a consumer stopped what was taken back", _confirm)
    confirm.add_argument("id", metavar="ID", help="as `comity consumer list` shows it")
    confirm.add_argument(
        "act", metavar="ACT", nargs="?", default="",
        help="a retraction or narrowing, or its share; all that it owes if left out",
    )  # fmt: skip
    link = verb(verbs, "link", "make a link by which somebody without a program confirms", _link)
    link.add_argument("id", metavar="ID", help="as `comity consumer list` shows it")
    link.add_argument(
        "--days", type=at_least(1, sessions.DAYS_MAX), default=sessions.DAYS_DEFAULT, metavar="N",
        help="it ends after so many days (default: %(default)s)",
    )  # fmt: skip
    verb(verbs, "list", "list consumers of your agency, those that are over too", _list)
    end = verb(verbs, "end", "end a consumer: it has nothing from its next request on", _end)
    end.add_argument("id", metavar="ID", help="as `comity consumer list` shows it")


def _choices(known: object) -> str:
    assert hasattr(known, "items")
    return "; ".join(f"{name}: {words['en']}" for name, words in known.items())


def _add_networks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--network",
        action="append",
        default=[],
        metavar="NET",
        help="of which it has infected addresses: CIDR, AS64500 or a domain; more than one may be "
        "given",
    )


def _add(program: Program, options: argparse.Namespace) -> int:
    kind = CERTIFICATE if options.certificate else TOKEN
    terms = Terms(
        kind,
        options.name,
        options.on_behalf,
        (),
        options.days,
        options.requests,
        options.mebibytes,
    )
    file: Path | None = options.certificate
    data = files.read(file, outside.CERTIFICATE_BYTES_MAX) if file else b""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        made = consumers.add(
            home.node,
            officer,
            terms,
            reach=options.reach,
            power=options.power,
            networks=options.network,
            certificate=data,
        )
        origin = home.node.outside.origin
    if isinstance(made, Inadmissible):
        return say_no(program, options, made)
    address = f"{origin}/taxii2/"
    text = f"The consumer {made.session.id} fetches from {address}\n"
    text += "It shows its certificate." if file else f"Its token is shown once:\n{made.secret}"
    value: dict[str, Json] = {
        "id": made.session.id, "secret": made.secret, "address": address,
    }  # fmt: skip
    program.show(value, text)
    return EXIT_OK


def _networks(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = consumers.set_networks(home.node, officer, options.id, options.network)
    networks: list[Json] = [*found.networks]
    program.show({"id": found.id, "networks": networks}, ", ".join(found.networks) or "None.")
    return EXIT_OK


def _renew(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        made = consumers.renew(home.node, officer, options.id, options.days)
    if isinstance(made, Inadmissible):
        return say_no(program, options, made)
    value: dict[str, Json] = {"id": made.session.id, "secret": made.secret}
    program.show(value, f"Its new token is shown once:\n{made.secret}")
    return EXIT_OK


def _confirm(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        done = holders.confirm(home.node, officer, options.id, options.act)
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    program.show({"id": options.id, "confirmed": done}, f"{options.id} has confirmed {done}.")
    return EXIT_OK


def _link(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        made = stop_links.make(home.node, officer, options.id, options.days)
    if isinstance(made, Inadmissible):
        return say_no(program, options, made)
    value: dict[str, Json] = {"id": options.id, "session": made.session.id, "link": made.secret}
    program.show(value, f"It is opened once; it is shown once:\n{made.secret}")
    return EXIT_OK


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = consumers.listing(home.node, signed_in(program, home, options))
        now_ms = home.node.clock.now_ms()
    rows: list[Json] = [consumers.as_json(*one) for one in found]
    lines = [
        (one.id, one.reach, one.power, at(session.until_ms), one_line(one.name))
        for session, one in found
        if session.is_open(now_ms)
    ]
    text = table([("id", "reach", "power", "until", "name"), *lines]) if lines else "No consumers."
    program.show({"consumers": rows}, text)
    return EXIT_OK


def _end(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = consumers.end(home.node, officer, options.id)
    if isinstance(found, Inadmissible):
        return say_no(program, options, found)
    program.show({"id": found.id, "ended_ms": found.ended_ms}, f"{found.id} is ended.")
    return EXIT_OK
