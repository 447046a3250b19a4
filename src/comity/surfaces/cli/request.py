"""`comity request`: send, show-draft, list, show, letter; drafts, approve, drop; `request_verbs`.

    comity request send examples/preservation.json --home DIR --as ann --to sn --wait

Floor: surfaces.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from comity.acts.record import Addressee
from comity.node.desk import drafting, drafts, outgoing, pending, reading, request
from comity.node.desk.files import REQUEST, parse
from comity.node.rows import Officer
from comity.surfaces.cli import (
    files,
    request_drafts,
    request_letter,
    request_text,
    request_verbs,
)
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers
from comity.surfaces.cli.request_files import FILE_BYTES_MAX, attached, save
from comity.surfaces.cli.request_send import add_id, add_sending, say_no, sent, signed_in, verb

_ACT_BYTES: Final = 256 << 10
"""Room that an act, its texts and what is computed from them may take."""

_CONTENT_CHARS_MIN: Final = 16
_NOTHING_READ: Final = "-"


def add_parser(subparsers: Subparsers) -> None:
    """Add `request` and its verbs."""
    parser = subparsers.add_parser(
        "request",
        help="ask another State, and answer what it asks",
        description="Ask another State for assistance, and answer, refuse or read what is asked.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_asking(verbs)
    _add_reading(verbs)
    request_letter.add(verbs)
    request_verbs.add(verbs)
    _add_drafts(verbs)


def _add_asking(verbs: Subparsers) -> None:
    words = "send a request that stands in a file"
    _add_ask(verb(verbs, "send", words, _asking(request.send)), "send what was shown as a draft")
    words = "show a draft for comment before the request is made"
    shown = verb(verbs, "show-draft", words, _asking(request.draft))
    _add_ask(shown, "show another version of a draft")


def _add_ask(parser: argparse.ArgumentParser, of_draft: str) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE.json", help="see examples/ and the published schema"
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
    add_sending(parser)


def _add_reading(verbs: Subparsers) -> None:
    verb(verbs, "list", "list the requests, what waits for you first", _list)
    show = verb(verbs, "show", "show one request, its time line and what it carries", _show)
    add_id(show)
    show.add_argument(
        "--save", type=Path, metavar="FOLDER", help="write its attachments into this folder"
    )


def _add_drafts(verbs: Subparsers) -> None:
    words = "list what lacks approvals, or show one draft: exactly what will cross"
    shown = verb(verbs, "drafts", words, _drafts)
    shown.add_argument("draft", nargs="?", default="", metavar="DRAFT", help="to show it whole")
    shown.add_argument(
        "--save", type=Path, metavar="FOLDER", help="write its attachments into this folder"
    )
    words = "approve a draft that another officer wrote; with the last approval it is sent"
    approve = verb(verbs, "approve", words, _approve)
    approve.add_argument(
        "--content",
        required=True,
        metavar="HASH",
        help="what you read, as `drafts DRAFT` printed it; its first 16 digits will do",
    )
    add_sending(approve)
    drop = verb(verbs, "drop", "throw a draft away", _drop)
    for parser in (approve, drop):
        parser.add_argument("draft", metavar="DRAFT", help="its first characters will do")


type _Ask = Callable[..., drafts.Result]


def _asking(ask: _Ask) -> Callable[[Program, argparse.Namespace], int]:
    """Return what runs `send` and `show-draft`: a request file that goes out."""

    def run(program: Program, options: argparse.Namespace) -> int:
        written = parse(files.read(options.file, FILE_BYTES_MAX), REQUEST, options.file.name)
        is_hotline = options.channel.rpartition("/")[2] == "hotline"

        def do(home: Home, officer: Officer, options: argparse.Namespace) -> drafts.Result:
            to = [_addressee(text) for text in options.to]
            with attached(options, written) as attachments:
                size_bytes = sum(one.size_bytes for one in attachments)
                home.require_room(_ACT_BYTES + size_bytes, is_hotline)
                return ask(
                    home.node,
                    officer,
                    written,
                    attachments,
                    to,
                    key=options.key,
                    channel=options.channel,
                    drafted=options.drafted,
                )

        return sent(program, options, do)

    return run


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        signed_in(program, home, options)
        found = reading.listing(home.node)
        program.show(
            request_text.list_json(found, home.node.party),
            request_text.list_text(found, home.node.party, program.now_ms()),
        )
    return EXIT_OK


def _show(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        shown = reading.show(home.node, officer, options.id)
        if options.save:
            carried = {said.row.act.id: said.bodies for said in shown.said.values()}
            save(program, home, options, carried)
        program.show(
            request_text.show_json(shown, home.node.party),
            request_text.show_text(shown, home.node.party),
        )
    return EXIT_OK


def _drafts(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        if not options.draft:
            found = pending.listing(home.node, officer)
            program.show(request_drafts.list_json(found), request_drafts.list_text(found))
            return EXIT_OK
        one = pending.find(home.node, officer, options.draft)
        if options.save:
            save(program, home, options, {one.draft.act.id: one.bodies})
        program.show(request_drafts.draft_json(one), request_drafts.draft_text(one))
    return EXIT_OK


def _approve(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> drafts.Result:
        one = pending.find(home.node, officer, options.draft)
        content = one.draft.content_sha256
        is_it = len(options.content) >= _CONTENT_CHARS_MIN and content.startswith(options.content)
        return outgoing.approve(
            home.node,
            officer,
            one.draft.act.id,
            content if is_it else options.content or _NOTHING_READ,
        )

    return sent(program, options, do)


def _drop(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        one = pending.find(home.node, officer, options.draft)
        no = drafting.drop(home.node, officer, one.draft.act.id)
        if no is not None:
            return say_no(program, options, no)
        program.show({"dropped": one.draft.act.id}, f"Dropped {one.draft.act.id}.")
    return EXIT_OK


def _addressee(text: str) -> Addressee:
    party, _, agency = text.partition("/")
    return Addressee(party, agency)
