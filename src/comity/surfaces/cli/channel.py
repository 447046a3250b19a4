"""`comity channel list|open|end|rotate|give-up|take-back`: which channels there are, and for what.

Floor: surfaces.
"""

import argparse
from typing import Final

from comity.joint.arrangement.verbs import END, OPEN, ROTATE, TABLE
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.exchange import channel_list
from comity.node.exchange.channel_list import Listed
from comity.node.operate import partner_steps
from comity.node.room.step import Step
from comity.surfaces.cli.context import (
    EXIT_OK,
    Program,
    Subparsers,
    add_home,
    add_json,
    add_officer,
)
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no
from comity.surfaces.cli.verb_command import add_step

_GIVE_UP: Final = """\
Let nothing at this node wait for a party that is gone for good, or to which this State talks no
more: it is not called, it alarms nobody, what it has not signed for can be destroyed, and packs of
figures do without its signatures.  What both sides compute, and what was proven, stays as it is;
what it sends is still kept and signed for (`comity freeze` ends that, log by log).  The local log
has who decided it, when, why, and how much the party had signed for.  Before: let it sign for what
waits, if it can be reached at all, and take `comity proof` of what will be needed."""

_TAKE_BACK: Final = """\
Take back that a party was given up: it is called again, and gets all that it missed, but bodies
that were destroyed since."""

_LEFT_OUT: Final = (
    "left out: that party lost the keys of this channel, and its act for it; nothing is said there."
    " Agree on another name, and let each party run `comity channel open` with it."
)


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser("channel", help="list channels, or open one for a purpose")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    shown = verbs.add_parser(
        "list",
        help="list channels, their parties and logs",
        description="List the channels of every arrangement: name, path and parties.",
    )
    shown.set_defaults(run=run_list)
    every = [shown, *_add_given_up(verbs)]
    for verb in every:
        add_home(verb)
        add_json(verb)
    for row, take in ((OPEN, _open), (END, _end), (ROTATE, _rotate)):
        add_step(verbs, TABLE, row, take)


def _add_given_up(verbs: Subparsers) -> list[argparse.ArgumentParser]:
    """Add what is done about a party that is waited for."""
    gone = verbs.add_parser(
        "give-up", help="let nothing wait for a party that is gone for good", description=_GIVE_UP
    )
    gone.add_argument("--reason", required=True, metavar="WORDS", help="why; it stays here")
    gone.set_defaults(run=run_give_up)
    back = verbs.add_parser(
        "take-back", help="wait again for a party that was given up", description=_TAKE_BACK
    )
    back.set_defaults(run=run_take_back)
    for verb in (gone, back):
        verb.add_argument("party", metavar="PARTY", help="as `comity channel list` names it")
        verb.add_argument(
            "--arrangement", metavar="ID", default="", help="needed where there are several with it"
        )
        add_officer(verb)
    return [gone, back]


def run_list(program: Program, options: argparse.Namespace) -> int:
    """List channels."""
    with program.open_home(options.home) as home, home.node.store.read() as tx:
        found = channel_list.listed(tx, home.node.party)
    lines = [
        f"{one.terms.name:12} {one.path}  {_state(one)}  "
        + ", ".join(_named(one, party) for party in one.parties)
        for one in found
    ]
    if any(one.left_out for one in found):
        lines.append(_LEFT_OUT)
    rows: list[Json] = [channel_list.to_json(one) for one in found]
    program.show({"channels": rows}, "\n".join(lines) or "No channel yet: `comity pair offer`.")
    return EXIT_OK


def _open(program: Program, options: argparse.Namespace, step: Step) -> int:
    """Offer this node's keys for a channel."""
    name = options.matter
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        waiting = partner_steps.open_channel(home.node, officer, home.keymaker, name, step)
        home.wake()
    if isinstance(waiting, Inadmissible):
        return say_no(program, options, waiting)
    text = (
        f"{name} opens when {', '.join(waiting)} opens it too." if waiting else f"{name} is open."
    ) + "\nMake a backup now: none before has the private keys of this channel."
    program.show({"name": name, "waiting_for": [*waiting]}, text)
    return EXIT_OK


def _end(program: Program, options: argparse.Namespace, step: Step) -> int:
    """End a channel."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        path = partner_steps.end_channel(home.node, officer, options.matter, step)
        home.wake()
    if isinstance(path, Inadmissible):
        return say_no(program, options, path)
    row: dict[str, Json] = {"channel": path, "reason": str(step.given["reason"])}
    program.show(row, f"{path} has ended: nothing more is said in it.")
    return EXIT_OK


def _rotate(program: Program, options: argparse.Namespace, step: Step) -> int:
    """Replace this node's keys for a channel."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        name, maker = options.matter, home.keymaker
        done = partner_steps.rotate_channel(home.node, officer, maker, name, step)
        home.wake()
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    path, number = done
    text = (
        f"Set {number} of this node's keys counts in {path} from its entry on.\n"
        "Make a backup now: none before has these private keys."
    )
    row: dict[str, Json] = {"channel": path, "number": number}
    program.show(row, text)
    return EXIT_OK


def _state(one: Listed) -> str:
    served = f", {one.terms.matter.kind} {one.terms.matter.id}" if one.terms.matter else ""
    told = {
        channel_list.WAITING: f"waits for {', '.join(one.waiting_for)}",
        channel_list.ENDED: f"ended by {one.ended_by}: {one.reason}",
    }.get(one.state, "open")
    return f"[{one.terms.purpose}{served}] {told}"


def _named(one: Listed, party: str) -> str:
    marks = (("given up", one.given_up), ("left out", one.left_out))
    told = ", ".join(mark for mark, parties in marks if party in parties)
    return f"{party} ({told})" if told else party


def run_give_up(program: Program, options: argparse.Namespace) -> int:
    """Let nothing wait for a party."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = partner_steps.give_up(
            home.node, officer, options.party, options.reason, options.arrangement
        )
        home.wake()
    if isinstance(found, Inadmissible):
        return say_no(program, options, found)
    row: dict[str, Json] = {
        "party": found.party,
        "arrangement": found.arrangement,
        "officer": found.officer,
        "at_ms": found.at_ms,
        "signed": {**found.signed},
        "held": {**found.held},
    }
    text = (
        f"{found.party} is given up in {found.arrangement}: nothing here waits for it.\n"
        f"It stood at: {found.place}.\n"
        f"To take it back: comity channel take-back --home DIR --as OFFICER {found.party}"
    )
    program.show(row, text)
    return EXIT_OK


def run_take_back(program: Program, options: argparse.Namespace) -> int:
    """Wait for a party again."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        done = partner_steps.take_back(home.node, officer, options.party, options.arrangement)
        home.wake()
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    text = f"{options.party} is waited for." if done else f"{options.party} was not given up."
    program.show({"party": options.party, "was_given_up": done}, text)
    return EXIT_OK
