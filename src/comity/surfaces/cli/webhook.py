"""`comity webhook add|list|test|log|end`: programs that are told what happens.

    comity webhook add https://soc.example/hook --kind act --kind clock --home DIR --as ann
    comity webhook test ID --home DIR --as ann
    comity webhook log ID --home DIR --as ann

Floor: surfaces.
"""

import argparse
from typing import Final

from comity.domestic.webhook import kinds as known
from comity.kernel.ijson import Json
from comity.node.desk.webhooks import as_json, delivery, registry
from comity.node.desk.webhooks.registry import Hook, Try
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.files import typed
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import verb
from comity.surfaces.cli.request_text import at, table

_DESCRIPTION: Final = """\
Let a program be told what happens, by ids, times and codes alone; it fetches the rest with a token.
Each call is signed by the Standard Webhooks scheme with a secret that is shown once, and tried
again for a day.  `comity serve` makes the calls.  It is told of nothing that its officer may not
read."""

_OUTCOMES: Final = {delivery.GAVE_UP: "not again"}
"""What people read: a party is given up, a call is not."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser(
        "webhook", help="let a program be told what happens", description=_DESCRIPTION
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    add = verb(verbs, "add", "register where a program listens; prints its secret, once", _add)
    add.add_argument("url", metavar="URL", help="https; plain http for this machine alone")
    kinds = "; ".join(f"{kind}: {what}" for kind, what in known.KINDS.items())
    add.add_argument(
        "--kind",
        action="append",
        required=True,
        choices=[*known.KINDS],
        help=f"of what it is told; may be given more than once ({kinds})",
    )
    verb(verbs, "list", "list your webhooks, ended ones too", _list)
    words = "let one be told of a test, by the node that serves"
    _add_id(verb(verbs, "test", words, _test))
    words = "list the calls that were made to one, the newest first, and what came of them"
    log = verb(verbs, "log", words, _log)
    _add_id(log)
    log.add_argument("--after", default="", metavar="PLACE", help="go on after a page")
    _add_id(verb(verbs, "end", "end one: it is told nothing more", _end))


def _add_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="as `comity webhook list` shows it")


def _add(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        hook = registry.add(home.node, officer, options.url, options.kind, is_here=True)
    program.show(
        {**as_json.hook_json(hook), "secret": hook.secret},
        f"The webhook {hook.id} is told of {', '.join(hook.kinds)}.\n"
        f"Its secret is shown once; the program verifies signatures with it:\n{hook.secret}",
    )
    return EXIT_OK


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = registry.listing(home.node, signed_in(program, home, options))
    rows: list[Json] = [as_json.hook_json(one) for one in found]
    program.show({"webhooks": rows}, _text(found))
    return EXIT_OK


def _text(found: list[Hook]) -> str:
    if not found:
        return "You have no webhook."
    rows = [
        (one.id, ", ".join(one.kinds), "ended" if one.ended_ms is not None else "", one.url)
        for one in found
    ]
    return table([("WEBHOOK", "TOLD OF", "", "URL"), *rows])


def _test(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        event = registry.test(home.node, signed_in(program, home, options), options.id)
    program.show(
        {"event": event.id, "type": event.type},
        f"The test {event.id} waits for `comity serve`, which makes the call within a second.\n"
        f"What came of it: comity webhook log {options.id} --home {typed(options.home)} "
        f"--as {options.officer}",
    )
    return EXIT_OK


def _log(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found, after = registry.tries(home.node, officer, options.id, options.after)
    tries: list[Json] = [as_json.try_json(one) for one in found]
    more = f"\nThere is more: --after '{after}'" if after else ""
    program.show({"tries": tries, "next": after}, _tries_text(found) + more)
    return EXIT_OK


def _tries_text(found: list[Try]) -> str:
    if not found:
        return "No call was made yet."
    rows = [
        (
            at(one.at_ms),
            one.type,
            str(one.number),
            str(one.status or "-"),
            _OUTCOMES.get(one.outcome, one.outcome),
            at(one.next_ms) if one.next_ms is not None else one.error or "-",
            one.event,
        )
        for one in found
    ]
    return table([("WHEN", "EVENT", "TRY", "STATUS", "CAME OF IT", "NEXT", "ID"), *rows])


def _end(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        hook = registry.end(home.node, signed_in(program, home, options), options.id)
    program.show(as_json.hook_json(hook), f"The webhook {hook.id} is told nothing more.")
    return EXIT_OK
