"""`comity recover`: what to do when a log is behind, lost or stolen.

Floor: surfaces.
"""

import argparse
from typing import Final

from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.exchange import excuse, generation, pump, start
from comity.node.operate import partner_steps
from comity.surfaces.cli import recover_keys
from comity.surfaces.cli.context import (
    EXIT_OK,
    Home,
    Program,
    Subparsers,
    add_home,
    add_json,
    add_officer,
)
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no

_FETCH: Final = (
    "Compare every log with every peer, as a node does when it starts, and fetch what was signed "
    "of an own log and is not here: after an old backup or image was restored. What is damaged "
    "within a log it does not mend; `comity fsck` names what does."
)
_EXCUSE: Final = (
    "Let an own log be signed although a party that cannot be reached was not asked what it holds. "
    "Two officers must say so, each with this command. If the party holds more than this node, "
    "that is two histories: first try every other way to reach it. A witness that says it cosigned "
    "more than is here is excused likewise, as witness:NAME."
)
_BEGIN: Final = (
    "End the own log of a channel for good and begin its next generation. What peers hold of the "
    "old log stays. It prints the new log's name and the hash that every peer hears by voice "
    "before it accepts with `comity recover accept`. Where a home has lost entries of an earlier "
    "generation that count, and no party has them any more, --leave-out-missing lets all go on "
    "without them; what was said since that generation is said again, and is received then."
)
_ACCEPT: Final = (
    "Accept a peer's new generation. Acts of the log before it that its author says were lost "
    "count no longer, also where this State had signed for them: ask by voice which they are."
)


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser("recover", help="fetch a log from its mirror, or succeed it")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    fetch = verbs.add_parser(
        "fetch", help="compare with every peer and fetch what is lost here", description=_FETCH
    )
    fetch.set_defaults(act=_fetch)
    excuse = verbs.add_parser(
        "excuse", help="sign although a party is out of reach: two officers", description=_EXCUSE
    )
    excuse.add_argument("origin", metavar="ORIGIN", help="of the own log, from `comity status`")
    excuse.add_argument("party", metavar="PARTY", help="that cannot be reached, or witness:NAME")
    excuse.set_defaults(act=_excuse)
    begin = verbs.add_parser(
        "begin", help="end the own log of a channel, begin a new generation", description=_BEGIN
    )
    begin.add_argument("channel", metavar="CHANNEL", help="its path, from `comity channel list`")
    begin.add_argument("--reason", required=True, choices=generation.REASONS, help="what happened")
    begin.add_argument(
        "--leave-out-missing",
        action="store_true",
        help="leave out what counts of an earlier generation and nobody has any more, "
        "as `comity doctor` names it",
    )
    begin.set_defaults(act=_begin)
    accept = verbs.add_parser(
        "accept", help="accept a peer's new generation, compared by voice", description=_ACCEPT
    )
    accept.add_argument("origin", metavar="ORIGIN", help="of the new log, from the alarm")
    accept.add_argument(
        "--entry",
        required=True,
        metavar="HASH",
        help="the hash of its first two entries as read over the telephone, 16 digits or more",
    )
    accept.set_defaults(act=_accept)
    for verb in (fetch, excuse, begin, accept, *recover_keys.add_to(verbs)):
        verb.set_defaults(run=run)
        add_home(verb)
        add_officer(verb)
        add_json(verb)


def run(program: Program, options: argparse.Namespace) -> int:
    """Do one of the verbs in the name of an officer."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        done = options.act(home, officer, options)
        home.wake()
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    program.show(*done)
    return EXIT_OK


type _Done = tuple[Json, str] | Inadmissible


def _fetch(home: Home, officer: Officer, _options: argparse.Namespace) -> _Done:
    no = partner_steps.may_act(officer)
    if no is not None:
        return no
    node = home.node
    pump.begin(node)
    with node.store.read() as tx:
        parties = sorted({pair.party for pair in pump.pairs(tx, node.party)})
    for party in parties:
        start.run(node, party)
    with node.store.read() as tx:
        rows: list[Json] = [
            {"origin": log.origin, "size": log.size, "signed": log.signed}
            for log in tx.logs()
            if log.own
        ]
    return {"logs": rows}, f"Compared with {', '.join(parties)}; `comity status` shows the logs."


def _excuse(home: Home, officer: Officer, options: argparse.Namespace) -> _Done:
    count = partner_steps.excuse_party(home.node, officer, options.origin, options.party)
    if isinstance(count, Inadmissible):
        return count
    needed = excuse.EXCUSING_OFFICERS
    text = f"{count} of {needed} officers excuse {options.party} for {options.origin}."
    return {"officers": count, "needed": needed}, text


def _begin(home: Home, officer: Officer, options: argparse.Namespace) -> _Done:
    begun = partner_steps.begin_log(
        home.node,
        officer,
        options.channel,
        options.reason,
        leaves_missing=options.leave_out_missing,
    )
    if isinstance(begun, Inadmissible):
        return begun
    origin, entry = begun
    text = (
        f"New log: {origin}\nHash of its first two entries: {entry}\n"
        "Call each party, read this hash to it, and let it run:\n"
        f"  comity recover accept --home DIR --as OFFICER {origin} --entry {entry[:16]}"
    )
    return {"origin": origin, "entry": entry}, text


def _accept(home: Home, officer: Officer, options: argparse.Namespace) -> _Done:
    act_id = partner_steps.accept_log(home.node, officer, options.origin, options.entry)
    if isinstance(act_id, Inadmissible):
        return act_id
    text = (
        f"{options.origin} is accepted. Acts that its author says were lost count no longer, also "
        "where this State had signed for them; an alarm will say how many."
    )
    return {"act": act_id, "origin": options.origin}, text
