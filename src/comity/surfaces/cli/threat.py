"""`comity threat`: one file for people in danger; disclosure, preservations and a case come of it.

    comity threat threat.json --to sy --home DIR --as ann
    comity threat threat.json --to sy --worksheets --home DIR --as ann     # to go on by page

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.kernel import ijson, plain_yaml
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.room import matter_read
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.rooms.request import threat
from comity.surfaces.cli import files, request_text
from comity.surfaces.cli.context import EXIT_OK, EXIT_REFUSED, Home, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_files import FILE_BYTES_MAX
from comity.surfaces.cli.request_send import say_no, verb

_YAML = frozenset({".yaml", ".yml"})


def add_parser(subparsers: Subparsers) -> None:
    """Add `threat`."""
    words = "people in danger: disclosure, preservation at each provider, a case of priority"
    parser = verb(subparsers, "threat", words, _threat)
    parser.add_argument("file", type=Path, metavar="FILE", help="JSON or YAML: see the schema")
    parser.add_argument("--to", required=True, metavar="PARTY", help="who is asked")
    parser.add_argument(
        "--key", default="", metavar="KEY", help="a command repeated with its key is sent once"
    )
    parser.add_argument(
        "--alone", default="", metavar="REASON",
        help="send on your own authority, and why it cannot wait; it is reviewed afterwards",
    )  # fmt: skip
    parser.add_argument(
        "--worksheets", action="store_true",
        help="send nothing: keep a worksheet of each request, whatever it lacks",
    )  # fmt: skip


def _threat(program: Program, options: argparse.Namespace) -> int:
    data = files.read(options.file, FILE_BYTES_MAX)
    is_yaml = options.file.suffix in _YAML
    value = plain_yaml.parse(data).value if is_yaml else ijson.parse(data)
    given, to = threat.parse(value, options.file.name), [options.to]
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        if options.worksheets:
            kept = threat.keep(home.node, officer, given, to)
            if isinstance(kept, Inadmissible):
                return say_no(program, options, kept)
            ids: list[Json] = [one.id for one in kept]
            program.show({"worksheets": ids}, "\n".join(f"worksheet {one}" for one in ids))
            return EXIT_OK
        made = threat.begin(home.node, officer, given, to, alone=options.alone, key=options.key)
        if isinstance(made, Inadmissible):
            return say_no(program, options, made, begins="Not sent")
        home.wake()
        program.show(_json(home, made), _text(made))
    return EXIT_OK if made.case is not None else EXIT_REFUSED


def _json(home: Home, made: threat.Made) -> Json:
    return {
        "requests": [_result(home, one) for one in made.requests],
        "case": _result(home, made.case),
        "priority": _result(home, made.priority),
    }


def _result(home: Home, one: Result | None) -> Json:
    if one is None:
        return None
    if isinstance(one, Inadmissible):
        return request_text.no_json(one)
    if isinstance(one, Waiting):
        return request_text.waiting_json(one)
    return request_text.sent_json(one, matter_read.delivery_of(home.node, one))


def _text(made: threat.Made) -> str:
    names = ["disclosure", *(f"preservation {at}" for at in range(1, len(made.requests)))]
    lines = [_line(name, one) for name, one in zip(names, made.requests, strict=False)]
    lines += [_line("case", made.case), _line("priority", made.priority)]
    waits = any(isinstance(one, Waiting) for one in made.requests)
    if waits and isinstance(made.case, Sent):
        short = made.case.matter_id[:8]
        lines.append(f"What waits: `comity case group {short} --request ID` once it was sent.")
    return "\n".join([*lines, "Call them now: `comity hotline call`."])


def _line(name: str, one: Result | None) -> str:
    match one:
        case Sent():
            return f"{name:<15} sent     {one.matter_id}"
        case Waiting():
            return f"{name:<15} waits    {one.approvals_missing} approvals: draft {one.draft_id}"
        case Inadmissible():
            return f"{name:<15} not sent {one.what} {one.fix}"
        case None:
            return f"{name:<15} waits for what stands before it"
