"""`comity request draft|drafts|review-draft|edit|approve|release|drop`: before an act leaves.

    comity request draft examples/emergency.json --home DIR --as ann --to sn
    comity request review-draft DRAFT --home DIR --as ben --comment "Name the port."
    comity request edit DRAFT again.json --content HASH --home DIR --as ann
    comity request release DRAFT --home DIR --as ann
    comity request approve DRAFT --content HASH --home DIR --as ben

Floor: surfaces.
"""

import argparse
from pathlib import Path
from typing import Final

from comity.acts.record import addressed
from comity.kernel.fault import Fault
from comity.node.base.rows import Officer
from comity.node.desk import draft_view
from comity.node.desk.draft_view import Pending
from comity.node.room.act_words import Words
from comity.node.room.release import draft, draft_store, send
from comity.rooms.request import desk
from comity.surfaces.cli import request_drafts_text
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers
from comity.surfaces.cli.evidence_files import of_draft, save
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_files import attached, read_written
from comity.surfaces.cli.request_send import add_raw, add_sending, say_no, sent, verb

_CONTENT_CHARS_MIN: Final = 16
_NOTHING_READ: Final = "-"


def add(verbs: Subparsers) -> None:
    """Add every verb but `draft`, which is as `send`."""
    _add_reading(verbs)
    _add_writing(verbs)
    _add_releasing(verbs)


def _add_reading(verbs: Subparsers) -> None:
    words = "list the drafts of your agency, or show one: exactly what will cross"
    listed = verb(verbs, "drafts", words, _drafts)
    listed.add_argument("draft", nargs="?", default="", metavar="DRAFT", help="to show it whole")
    words = "read a draft as it will cross, with what still stops it; with --comment, say why"
    review = verb(verbs, "review-draft", words, _review)
    _add_draft(review)
    review.add_argument(
        "--comment", default="", metavar="TEXT", help="for colleagues; it never leaves"
    )
    for parser in (listed, review):
        parser.add_argument(
            "--save", type=Path, metavar="FOLDER", help="write its attachments into this folder"
        )
        add_raw(parser)


def _add_writing(verbs: Subparsers) -> None:
    words = "write a draft anew from a file; every approval of it is void"
    edit = verb(verbs, "edit", words, _edit)
    _add_draft(edit)
    edit.add_argument("file", type=Path, metavar="FILE", help="all that it says from now on")
    _add_content(edit, is_required=True)
    edit.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="PARTY[/AGENCY]",
        help="of a request: who is asked, if others than before; may be given more than once",
    )
    _add_draft(verb(verbs, "drop", "throw a draft away", _drop))


def _add_releasing(verbs: Subparsers) -> None:
    words = "approve a draft that another officer wrote; with the last approval it is sent"
    approve = verb(verbs, "approve", words, _approve)
    _add_draft(approve)
    words = "send a draft that has its approvals; its author approves by it"
    release = verb(verbs, "release", words, _release)
    _add_draft(release)
    release.add_argument(
        "--break-glass",
        action="store_true",
        help="in an emergency, alone: with --reason, and a review by another officer soon after",
    )
    release.add_argument(
        "--reason", default="", metavar="TEXT", help="why it cannot wait; it never leaves"
    )
    for parser in (approve, release):
        _add_content(parser, is_required=parser is approve)
        add_sending(parser)


def _add_draft(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("draft", metavar="DRAFT", help="its first characters will do")


def _add_content(parser: argparse.ArgumentParser, *, is_required: bool) -> None:
    parser.add_argument(
        "--content",
        required=is_required,
        default="",
        metavar="HASH",
        help="what you read, as `drafts DRAFT` printed it; its first 16 digits will do",
    )


def _drafts(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        if not options.draft:
            found = draft_view.listing(home.node, officer)
            program.show(request_drafts_text.list_json(found), request_drafts_text.list_text(found))
            return EXIT_OK
        _shown(program, home, options, draft_view.find(home.node, officer, options.draft))
    return EXIT_OK


def _review(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        one = draft_view.find(home.node, officer, options.draft)
        if options.comment:
            draft.comment(home.node, officer, one.draft.act.id, options.comment)
            one = draft_view.find(home.node, officer, one.draft.act.id)
        _shown(program, home, options, one)
    return EXIT_OK


def _shown(program: Program, home: Home, options: argparse.Namespace, one: Pending) -> None:
    if options.save:
        save(program, options, of_draft(home.node, one.draft.act.id, one.bodies))
    program.show(
        request_drafts_text.draft_json(one), request_drafts_text.draft_text(one, raw=options.raw)
    )


def _edit(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        one = draft_view.find(home.node, officer, options.draft)
        kind = desk.file_kind(one.draft.act.tag)
        written = read_written(options.file, kind)
        with attached(options, written) as attachments:
            home.node.require_room(sum(each.size_bytes for each in attachments), False)  # noqa: FBT003 -- as the port says
            words = Words(written, attachments)
            to = [addressed(text) for text in options.to]
            read = _read(one, options.content or _NOTHING_READ)
            return desk.edit(home.node, officer, one.draft.act.id, words, to, over=read)

    return sent(program, options, do)


def _approve(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        one = draft_view.find(home.node, officer, options.draft)
        read = _read(one, options.content or _NOTHING_READ)
        return send.approve(home.node, officer, one.draft.act.id, read)

    return sent(program, options, do)


def _read(one: Pending, given: str) -> str:
    """Return the whole hash of a draft if what an officer gives begins it; else what they give."""
    content = one.draft.content_sha256
    return content if len(given) >= _CONTENT_CHARS_MIN and content.startswith(given) else given


def _release(program: Program, options: argparse.Namespace) -> int:
    if options.reason and not options.break_glass:
        raise Fault(
            code="surfaces.option.missing",
            what="A reason is given where one officer alone releases.",
            fix="Give --break-glass with it, or leave it out.",
        )

    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        one = draft_view.find(home.node, officer, options.draft)
        read = _read(one, options.content)
        if options.break_glass:
            return send.break_glass(home.node, officer, one.draft.act.id, options.reason, read)
        return send.release(home.node, officer, one.draft.act.id, read)

    return sent(program, options, do)


def _drop(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        one = draft_view.find(home.node, officer, options.draft)
        no = draft.drop(home.node, officer, one.draft.act.id)
        if no is not None:
            return say_no(program, options, no)
        program.show({"dropped": one.draft.act.id}, f"Dropped {one.draft.act.id}.")
    return EXIT_OK
