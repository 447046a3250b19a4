"""How a command that sends an act goes: sign in, do, tell, and wait if that was asked for.

Floor: surfaces.
"""

import argparse
import time
from collections.abc import Callable
from typing import Final

from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.room import matter_read
from comity.node.room.release import draft_store
from comity.surfaces.cli import request_text
from comity.surfaces.cli.context import (
    DAY_S,
    EXIT_OK,
    EXIT_REFUSED,
    Home,
    Program,
    Subparsers,
    add_home,
    add_json,
    add_officer,
    seconds,
)
from comity.surfaces.cli.officer_token import signed_in

_POLL_S: Final = 0.1
_WAIT_MAX_S: Final = 31 * DAY_S
_PROGRESS_S: Final = 2.0
_WAIT_S: Final = 120.0
_EXIT_NOT_YET: Final = EXIT_REFUSED

type Do = Callable[[Home, Officer, argparse.Namespace], draft_store.Result]


def verb(
    verbs: Subparsers, name: str, words: str, run: Callable[..., int]
) -> argparse.ArgumentParser:
    """Add one verb of `comity request`, with what every one of them has."""
    parser = verbs.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    add_home(parser)
    add_officer(parser)
    add_json(parser)
    parser.set_defaults(run=run)
    return parser


def add_raw(parser: argparse.ArgumentParser) -> None:
    """Add what shows addresses as they are; without it none can be followed by a click."""
    parser.add_argument(
        "--raw", action="store_true", help="show addresses as they are, not hxxp:// and [.]"
    )


def add_id(parser: argparse.ArgumentParser) -> None:
    """Add the request that it is about."""
    parser.add_argument(
        "id", metavar="ID", help="of the request or one of its acts; its first characters will do"
    )


def add_sending(parser: argparse.ArgumentParser) -> None:
    """Add what every verb that sends an act has."""
    parser.add_argument(
        "--key", default="", metavar="KEY", help="a command repeated with its key is sent once"
    )
    parser.add_argument(
        "--wait", action="store_true", help="wait until whom it goes to has signed for it"
    )
    parser.add_argument(
        "--wait-seconds",
        type=seconds(0, _WAIT_MAX_S),
        default=_WAIT_S,
        metavar="N",
        help="give up waiting after this long; the act stays sent (default: %(default)s)",
    )


def add_hold(parser: argparse.ArgumentParser) -> None:
    """Add `--hold`, with which an act is kept as a draft."""
    parser.add_argument(
        "--hold", action="store_true", help="keep it as a draft, which `release` sends"
    )


def sent(program: Program, options: argparse.Namespace, do: Do) -> int:
    """Carry a command out, tell what became of it, and wait if that was asked for."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        result = do(home, officer, options)
        if isinstance(result, Inadmissible):
            return say_no(program, options, result, begins="Not sent")
        if isinstance(result, draft_store.Waiting):
            program.show(request_text.waiting_json(result), request_text.waiting_text(result))
            return EXIT_OK
        home.wake()
        deliveries = _delivered(program, home, options, result)
        program.show(
            request_text.sent_json(result, deliveries), request_text.sent_text(result, deliveries)
        )
    is_late = options.wait and any(one.cosigned_at_ms is None for one in deliveries)
    return _EXIT_NOT_YET if is_late else EXIT_OK


def say_no(
    program: Program, options: argparse.Namespace, no: Inadmissible, *, begins: str = "Not done"
) -> int:
    """Tell a refusal by rule, and what did not happen."""
    if options.json:
        program.show(request_text.no_json(no), "")
    else:
        program.note(request_text.no_text(no, begins))
    return EXIT_REFUSED


def _delivered(
    program: Program, home: Home, options: argparse.Namespace, sent: draft_store.Sent
) -> list[matter_read.Delivery]:
    """Return what the other side has signed for; with `--wait`, once it has, or too late."""
    end_ms = program.now_ms() + int(options.wait_seconds * 1_000)
    told_ms = program.now_ms()
    while True:
        found = matter_read.delivery_of(home.node, sent)
        is_done = all(one.cosigned_at_ms and one.received_at_ms for one in found)
        now_ms = program.now_ms()
        if not options.wait or is_done or now_ms >= end_ms:
            return found
        if now_ms - told_ms >= _PROGRESS_S * 1_000:
            program.note(request_text.waiting_for(found, (end_ms - now_ms) // 1_000))
            told_ms = now_ms
        time.sleep(_POLL_S)
