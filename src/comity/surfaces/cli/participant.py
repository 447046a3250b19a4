"""`comity participant add|list|end|ask|tasks|say`: banks, platforms and providers at home.

    comity participant add --sort bank --name 'Recall desk' --on-behalf 'Bank of Freedonia' \
        --call-back '+1 555 0100' --home DIR --as ann
    comity participant ask REQUEST --participant ID --home DIR --as ann     # prints a link, once
    comity participant tasks --home DIR --as ann                            # what was answered
    comity participant say TASK --home DIR --as ann                         # to the other side

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.domestic.outside import session as sessions
from comity.domestic.outside.session import CERTIFICATE, LINK, TOKEN, Terms
from comity.domestic.participant.participant import ROLL_KINDS, SORTS
from comity.domestic.participant.task import Task
from comity.kernel import money
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line
from comity.node.base.rows import Officer
from comity.node.desk import outside, participants
from comity.node.room.release.draft_store import Result
from comity.rooms.request import participant_door, participant_tasks
from comity.rooms.request.participant_tasks import EVERY_ITEM
from comity.surfaces.cli import files
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers, at_least
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_sending, say_no, sent, verb
from comity.surfaces.cli.request_text import at, table

_DESCRIPTION: str = """\
Banks, platforms and providers at home that carry out what was asked, on the listener that
outside_port opens.  A person answers a task by a link; a program by token or certificate.  What is
answered goes to the other side once an officer says it."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser(
        "participant", help="banks, platforms and providers at home", description=_DESCRIPTION
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_add(verb(verbs, "add", "admit one that was called back", _add))
    verb(verbs, "list", "list participants of your agency, those that are over too", _list)
    end = verb(verbs, "end", "end one: it has nothing from its next request on", _end)
    end.add_argument("id", metavar="ID", help="as `comity participant list` shows it")
    ask = verb(verbs, "ask", "ask one to act on a request; prints the link of the task, once", _ask)
    ask.add_argument("matter", metavar="ID", help="of a request, or its file number")
    ask.add_argument("--participant", required=True, metavar="ID", help="who is asked")
    ask.add_argument(
        "--item", default=EVERY_ITEM, metavar="ITEM", help="of the request; all if left out"
    )
    ask.add_argument("--note", default="", metavar="TEXT", help="what it is to do, in its language")
    shown = verb(verbs, "tasks", "list tasks and their answers, what waits for you first", _tasks)
    shown.add_argument("matter", metavar="ID", nargs="?", default="", help="of one request alone")
    say = verb(verbs, "say", "say the newest answer of a task to the other side", _say)
    say.add_argument("task", metavar="TASK", help="as `comity participant tasks` shows it")
    add_sending(say)


def _add_add(add: argparse.ArgumentParser) -> None:
    sorts = "; ".join(f"{name}: {words['en']}" for name, words in SORTS.items())
    add.add_argument("--sort", required=True, choices=[*SORTS], help=sorts)
    add.add_argument("--name", required=True, metavar="TEXT", help="of the desk that answers")
    add.add_argument("--on-behalf", required=True, metavar="TEXT", help="of which bank or company")
    add.add_argument(
        "--call-back", required=True, metavar="NUMBER",
        help="published number at which you called it back before",
    )  # fmt: skip
    add.add_argument(
        "--roll", action="append", default=[], choices=[*ROLL_KINDS],
        help="kind of rolls that a platform loads; more than one may be given",
    )  # fmt: skip
    how = add.add_mutually_exclusive_group()
    how.add_argument("--program", action="store_true", help="it has a program: prints its token")
    how.add_argument("--certificate", type=Path, metavar="FILE", help="of its program, PEM")
    for name, most, default, words in (
        ("days", sessions.DAYS_MAX, sessions.DAYS_MAX, "its program is let in for so many days"),
        ("requests", sessions.REQUESTS_MAX, sessions.REQUESTS_DEFAULT, "a minute, at most"),
        ("mebibytes", sessions.MEBIBYTES_MAX, sessions.MEBIBYTES_DEFAULT, "an hour, at most"),
    ):
        add.add_argument(
            f"--{name}", type=at_least(1, most), default=default, metavar="N",
            help=f"{words} (default: %(default)s)",
        )  # fmt: skip


def _add(program: Program, options: argparse.Namespace) -> int:
    file: Path | None = options.certificate
    kind = CERTIFICATE if file else TOKEN if options.program else LINK
    terms = Terms(
        kind, options.name, options.on_behalf, (), options.days, options.requests, options.mebibytes
    )
    data = files.read(file, outside.CERTIFICATE_BYTES_MAX) if file else b""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        made = participants.add(
            home.node, officer, terms, sort=options.sort, call_back=options.call_back,
            rolls=options.roll, certificate=data,
        )  # fmt: skip
        origin = home.node.outside.origin
    if isinstance(made, Inadmissible):
        return say_no(program, options, made)
    text = f"The participant {made.one.id} is admitted at {origin}"
    text += f"\nIts token is shown once:\n{made.secret}" if made.secret else ""
    value: dict[str, Json] = {"id": made.one.id, "secret": made.secret, "address": origin}
    program.show(value, text)
    return EXIT_OK


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = participants.listing(home.node, signed_in(program, home, options))
    rows: list[Json] = [participants.as_json(one) for one in found]
    lines = [
        (one.id, one.sort, "program" if one.session else "links", one_line(one.on_behalf))
        for one in found
        if one.ended_ms is None
    ]
    text = table([("id", "sort", "answers by", "name"), *lines]) if lines else "No participants."
    program.show({"participants": rows}, text)
    return EXIT_OK


def _end(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = participants.end(home.node, signed_in(program, home, options), options.id)
    if isinstance(found, Inadmissible):
        return say_no(program, options, found)
    program.show({"id": found.id, "ended_ms": found.ended_ms}, f"{found.id} is ended.")
    return EXIT_OK


def _ask(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        made = participant_tasks.ask(
            home.node, officer, options.matter, options.participant, options.note, options.item
        )
    if isinstance(made, Inadmissible):
        return say_no(program, options, made)
    text = f"The task {made.task.id} opens once, by this link:\n{made.link}"
    program.show({"task": made.task.id, "link": made.link}, text)
    return EXIT_OK


def _tasks(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = participant_tasks.listing(home.node, officer, options.matter)
    rows: list[Json] = [participant_door.as_json(one) for one in found]
    program.show({"tasks": rows}, "\n".join(map(_line, found)) or "No tasks.")
    return EXIT_OK


def _line(one: Task) -> str:
    if not one.answers:
        read = f"read {at(one.read_ms)}" if one.read_ms else "not read yet"
        return f"{one.id}  {one.matter[:8]}  asked {at(one.asked_ms)}, {read}"
    newest = one.answers[-1]
    amount = "" if newest.amount is None else f" {money.written(newest.amount, newest.unit)}"
    told = "said" if newest.said_ms else "not said yet"
    what = f"{newest.step}{amount} {newest.reason}".strip()
    return f"{one.id}  {one.matter[:8]}  {what} at {at(newest.at_ms)}, {told}"


def _say(program: Program, options: argparse.Namespace) -> int:
    def say(home: Home, officer: Officer, options: argparse.Namespace) -> Result:
        return participant_tasks.say(home.node, officer, options.task, options.key)

    return sent(program, options, say)
