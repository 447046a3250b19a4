"""`comity request`: send, draft, show-draft, list, show, letter; the rest stands in `request_*`.

    comity request send examples/preservation.json --home DIR --as ann --to sn --wait

Floor: surfaces.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from comity.acts.record import addressed
from comity.joint.request.verbs import TABLE
from comity.node.base import channel_records
from comity.node.base.rows import Officer
from comity.node.desk import due_list
from comity.node.room import custody
from comity.node.room.release import draft_store
from comity.node.room.request_file import REQUEST
from comity.rooms.request import desk, reading
from comity.surfaces.cli import (
    request_completeness,
    request_letter,
    request_list,
    request_recall,
    request_text,
    request_void_acts,
    verb_command,
)
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers
from comity.surfaces.cli.evidence_files import of_items, save
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_files import attached, read_written
from comity.surfaces.cli.request_send import add_hold, add_id, add_raw, add_sending, sent, verb

_ACT_BYTES: Final = 256 << 10
"""Room that an act, its texts and what is computed from them may take."""


def add_parser(subparsers: Subparsers) -> None:
    """Add `request` and its verbs."""
    parser = subparsers.add_parser(
        "request",
        help="ask another State, and answer what it asks",
        description="Ask another State for assistance, and answer, refuse or read what is asked.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_asking(verbs)
    request_completeness.add(verbs)
    _add_reading(verbs)
    request_letter.add(verbs)
    request_recall.add(verbs)
    verb_command.add(verbs, TABLE, desk.do)


def _add_asking(verbs: Subparsers) -> None:
    words = "send a request that stands in a file"
    _add_ask(verb(verbs, "send", words, _asking(desk.send)), "send what was shown as a draft")
    words = "keep a request as a draft: nothing is shown to other States"
    kept = verb(verbs, "draft", words, _asking(desk.send))
    _add_ask(kept, "draft what was shown as a draft")
    kept.set_defaults(hold=True)
    words = "show a draft to whom it will go for comment, before the request is made"
    shown = verb(verbs, "show-draft", words, _asking(desk.draft))
    _add_ask(shown, "show another version of a draft")
    add_hold(shown)


def _add_ask(parser: argparse.ArgumentParser, of_draft: str) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="JSON or YAML: see examples/ and the schema"
    )
    parser.add_argument(
        "--to",
        action="append",
        required=True,
        metavar="PARTY[/AGENCY]",
        help="who is asked; may be given more than once",
    )
    parser.add_argument(
        "--channel", default="", metavar="PATH", help="where parties share more than one"
    )
    parser.add_argument("--drafted", default="", metavar="ID", help=of_draft)
    request_completeness.add_lacks(parser)
    add_sending(parser)


def _add_reading(verbs: Subparsers) -> None:
    request_list.add(verbs)
    show = verb(verbs, "show", "show one request, its time line and what it carries", _show)
    add_id(show)
    show.add_argument(
        "--save", type=Path, metavar="FOLDER", help="write its attachments into this folder"
    )
    show.add_argument("--purpose", default="", metavar="TEXT", help="why, for the chain of custody")
    add_raw(show)


type _Ask = Callable[..., draft_store.Result]


def _asking(ask: _Ask) -> Callable[[Program, argparse.Namespace], int]:
    """Return what runs `send` and `show-draft`: a request file that goes out."""

    def run(program: Program, options: argparse.Namespace) -> int:
        written = request_completeness.with_lacks(read_written(options.file, REQUEST), options)

        def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
            to = [addressed(text) for text in options.to]
            request_completeness.note_unjudged(program, home, options, written)
            with attached(options, written) as attachments:
                size_bytes = sum(one.size_bytes for one in attachments)
                with home.node.store.read() as tx:
                    is_hotline = channel_records.is_hotline(tx, options.channel)
                home.node.require_room(_ACT_BYTES + size_bytes, is_hotline)
                return ask(
                    home.node,
                    officer,
                    written,
                    attachments,
                    to,
                    key=options.key,
                    channel=options.channel,
                    drafted=options.drafted,
                    is_held=getattr(options, "hold", False),
                )

        return sent(program, options, do)

    return run


def _show(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        shown = reading.show(home.node, officer, options.id)
        if options.save:
            items = custody.items(home.node, shown)
            why = custody.Why(options.purpose)
            save(program, options, of_items(home.node, officer, items, why))
        (found,) = due_list.of_rows(home.node, [shown.row]).values()
        whole = request_text.show_text(shown, home.node.party, found, raw=options.raw)
        program.show(
            {
                **request_text.show_json(shown, home.node.party, found),
                "disowned": request_void_acts.to_json(shown),
                "fullness": shown.fullness.to_json(),
            },
            "\n".join([whole, *request_void_acts.lines(shown, raw=options.raw)]),
        )
    return EXIT_OK
