"""`comity request`: send, list, show, acknowledge, answer, refuse, withdraw; drafts, approve, drop.

    comity request send examples/preservation.json --home DIR --as ann --to sn --wait

Floor: surfaces.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from comity.acts.record import Addressee
from comity.joint.request import reasons
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import drafts, officers, outgoing, pending, reading, request
from comity.node.desk.files import ANSWER, REQUEST, Written, from_json, parse
from comity.node.desk.request import NOTHING, Attachment, Words
from comity.node.rows import Officer
from comity.surfaces.cli import files, request_drafts, request_text
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
    Home,
    Program,
    Subparsers,
    add_home,
    add_json,
    add_officer,
)
from comity.surfaces.cli.request_files import read_attachments, save_attachments

_POLL_S: Final = 0.1
_PROGRESS_S: Final = 2.0
_WAIT_S: Final = 120.0
_ACT_BYTES: Final = 256 << 10
"""Room that an act, its texts and what is computed from them may take."""

_FILE_BYTES_MAX: Final = 16 << 20
_TOKEN_BYTES_MAX: Final = 4_096
_CONTENT_CHARS_MIN: Final = 16
_NOTHING_READ: Final = "-"
_EXIT_NOT_YET: Final = EXIT_REFUSED

type _Do = Callable[[Home, Officer, argparse.Namespace], drafts.Result]


def add_parser(subparsers: Subparsers) -> None:
    """Add `request` and its verbs."""
    parser = subparsers.add_parser(
        "request",
        help="ask another State, and answer what it asks",
        description="Ask another State for assistance, and answer, refuse or read what is asked.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_send(verbs)
    _add_reading(verbs)
    _add_replies(verbs)
    _add_drafts(verbs)


def _add_send(verbs: Subparsers) -> None:
    send = _verb(verbs, "send", "send a request that stands in a file", _send)
    send.add_argument(
        "file", type=Path, metavar="FILE.json", help="see examples/ and the published schema"
    )
    send.add_argument(
        "--to",
        action="append",
        required=True,
        metavar="PARTY[/AGENCY]",
        help="who is asked; may be given more than once",
    )
    send.add_argument(
        "--channel", default="", metavar="PATH", help="where parties share more than one"
    )
    _add_sending(send)


def _add_reading(verbs: Subparsers) -> None:
    _verb(verbs, "list", "list the requests, what waits for you first", _list)
    show = _verb(verbs, "show", "show one request, its time line and what it carries", _show)
    _add_id(show)
    show.add_argument(
        "--save", type=Path, metavar="FOLDER", help="write its attachments into this folder"
    )


def _add_replies(verbs: Subparsers) -> None:
    acknowledge = _verb(verbs, "acknowledge", "say that you have taken it up", _acknowledge)
    _add_id(acknowledge)
    acknowledge.add_argument(
        "--own-reference", default="", metavar="NUMBER", help="your file number"
    )
    answer = _verb(verbs, "answer", "answer it, wholly or item by item", _answer)
    _add_id(answer)
    answer.add_argument("file", type=Path, metavar="FILE.json", help="see examples/answer.json")
    refuse = _verb(verbs, "refuse", "refuse it, wholly or item by item, on a ground", _refuse)
    _add_id(refuse)
    _add_reason(refuse, ", ".join(reasons.REFUSALS))
    refuse.add_argument(
        "--item", action="append", default=[], metavar="ITEM", help="refuse this item only"
    )
    withdraw = _verb(verbs, "withdraw", "take back what is still open", _withdraw)
    _add_id(withdraw)
    _add_reason(withdraw, ", ".join(reasons.WITHDRAWALS))
    for parser in (acknowledge, answer, refuse, withdraw):
        _add_sending(parser)


def _add_drafts(verbs: Subparsers) -> None:
    words = "list what lacks approvals, or show one draft: exactly what will cross"
    shown = _verb(verbs, "drafts", words, _drafts)
    shown.add_argument("draft", nargs="?", default="", metavar="DRAFT", help="to show it whole")
    shown.add_argument(
        "--save", type=Path, metavar="FOLDER", help="write its attachments into this folder"
    )
    words = "approve a draft that another officer wrote; with the last approval it is sent"
    approve = _verb(verbs, "approve", words, _approve)
    approve.add_argument(
        "--content",
        required=True,
        metavar="HASH",
        help="what you read, as `drafts DRAFT` printed it; its first 16 digits will do",
    )
    _add_sending(approve)
    drop = _verb(verbs, "drop", "throw a draft away", _drop)
    for parser in (approve, drop):
        parser.add_argument("draft", metavar="DRAFT", help="its first characters will do")


def _verb(
    verbs: Subparsers, name: str, words: str, run: Callable[..., int]
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    add_home(parser)
    add_officer(parser)
    parser.add_argument(
        "--token-file", type=Path, metavar="FILE", help="a file that holds the officer's token"
    )
    add_json(parser)
    parser.set_defaults(run=run)
    return parser


def _add_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "id", metavar="ID", help="of the request or one of its acts; its first characters will do"
    )


def _add_reason(parser: argparse.ArgumentParser, known: str) -> None:
    parser.add_argument("--reason", required=True, metavar="CODE", help=f"one of: {known}")
    parser.add_argument("--text", default="", metavar="TEXT", help="the reason in words, sealed")
    parser.add_argument("--lang", default="en", metavar="LANG", help="language of --text")


def _add_sending(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key", default="", metavar="KEY", help="a command repeated with its key is sent once"
    )
    parser.add_argument(
        "--wait", action="store_true", help="wait until the other side has signed for it"
    )
    parser.add_argument(
        "--wait-seconds",
        type=float,
        default=_WAIT_S,
        metavar="N",
        help="give up waiting after this long; the act stays sent (default: %(default)s)",
    )


def _send(program: Program, options: argparse.Namespace) -> int:
    written = parse(files.read(options.file, _FILE_BYTES_MAX), REQUEST, options.file.name)
    attachments = read_attachments(options.file, written)

    size_bytes = sum(len(one.data) for one in attachments)
    is_hotline = options.channel.rpartition("/")[2] == "hotline"

    def do(home: Home, officer: Officer, options: argparse.Namespace) -> drafts.Result:
        home.require_room(_ACT_BYTES + size_bytes, is_hotline)
        to = [_addressee(text) for text in options.to]
        return request.send(
            home.node,
            officer,
            written,
            attachments,
            to,
            key=options.key,
            channel=options.channel,
        )

    return _sent(program, options, do)


def _acknowledge(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> drafts.Result:
        written = Written(ANSWER, own_reference=options.own_reference)
        words = Words(written, key=options.key)
        return request.acknowledge(home.node, officer, options.id, words)

    return _sent(program, options, do)


def _answer(program: Program, options: argparse.Namespace) -> int:
    written = parse(files.read(options.file, _FILE_BYTES_MAX), ANSWER, options.file.name)
    attachments = read_attachments(options.file, written)

    def do(home: Home, officer: Officer, options: argparse.Namespace) -> drafts.Result:
        if attachments:  # what is small may use the reserve: its request may be a hotline's
            home.require_room(sum(len(one.data) for one in attachments), False)  # noqa: FBT003 -- as the port says
        words = Words(written, attachments, options.key)
        return request.answer(home.node, officer, options.id, words)

    return _sent(program, options, do)


def _refuse(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> drafts.Result:
        words = _reason_in_words(officer, options)
        items = tuple(options.item)
        return request.refuse(home.node, officer, options.id, options.reason, words, items)

    return _sent(program, options, do)


def _withdraw(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> drafts.Result:
        words = _reason_in_words(officer, options)
        return request.withdraw(home.node, officer, options.id, options.reason, words)

    return _sent(program, options, do)


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        _signed_in(program, home, options)
        found = reading.listing(home.node)
        program.show(
            request_text.list_json(found, home.node.party),
            request_text.list_text(found, home.node.party, program.now_ms()),
        )
    return EXIT_OK


def _show(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = _signed_in(program, home, options)
        shown = reading.show(home.node, officer, options.id)
        if options.save:
            carried = {said.row.act.id: said.bodies for said in shown.said.values()}
            for path in save_attachments(options.save, carried):
                program.note(f"Wrote {path}.")
        program.show(
            request_text.show_json(shown, home.node.party),
            request_text.show_text(shown, home.node.party),
        )
    return EXIT_OK


def _drafts(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        _signed_in(program, home, options)
        if not options.draft:
            found = pending.listing(home.node)
            program.show(request_drafts.list_json(found), request_drafts.list_text(found))
            return EXIT_OK
        one = pending.find(home.node, options.draft)
        if options.save:
            for path in save_attachments(options.save, {one.draft.act.id: one.bodies}):
                program.note(f"Wrote {path}.")
        program.show(request_drafts.draft_json(one), request_drafts.draft_text(one))
    return EXIT_OK


def _approve(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> drafts.Result:
        one = pending.find(home.node, options.draft)
        content = one.draft.content_sha256
        is_it = len(options.content) >= _CONTENT_CHARS_MIN and content.startswith(options.content)
        return outgoing.approve(
            home.node,
            officer,
            one.draft.act.id,
            content if is_it else options.content or _NOTHING_READ,
        )

    return _sent(program, options, do)


def _drop(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = _signed_in(program, home, options)
        one = pending.find(home.node, options.draft)
        no = outgoing.drop(home.node, officer, one.draft.act.id)
        if no is not None:
            return _say_no(program, options, no)
        program.show({"dropped": one.draft.act.id}, f"Dropped {one.draft.act.id}.")
    return EXIT_OK


def _sent(program: Program, options: argparse.Namespace, do: _Do) -> int:
    """Carry a command out, tell what became of it, and wait if that was asked for."""
    with program.open_home(options.home) as home:
        officer = _signed_in(program, home, options)
        result = do(home, officer, options)
        if isinstance(result, Inadmissible):
            return _say_no(program, options, result)
        if isinstance(result, drafts.Waiting):
            program.show(request_text.waiting_json(result), request_text.waiting_text(result))
            return EXIT_OK
        home.wake()
        deliveries = _delivered(program, home, options, result)
        program.show(
            request_text.sent_json(result, deliveries), request_text.sent_text(result, deliveries)
        )
    is_late = options.wait and any(one.cosigned_at_ms is None for one in deliveries)
    return _EXIT_NOT_YET if is_late else EXIT_OK


def _say_no(program: Program, options: argparse.Namespace, no: Inadmissible) -> int:
    if options.json:
        program.show(request_text.no_json(no), "")
    else:
        program.note(request_text.no_text(no))
    return EXIT_REFUSED


def _delivered(
    program: Program, home: Home, options: argparse.Namespace, sent: drafts.Sent
) -> list[reading.Delivery]:
    """Return what the other side has signed for; with `--wait`, once it has, or too late."""
    end_ms = program.now_ms() + int(options.wait_seconds * 1_000)
    told_ms = program.now_ms()
    while True:
        found = reading.delivery_of(home.node, sent)
        is_done = all(one.cosigned_at_ms and one.received_at_ms for one in found)
        now_ms = program.now_ms()
        if not options.wait or is_done or now_ms >= end_ms:
            return found
        if now_ms - told_ms >= _PROGRESS_S * 1_000:
            program.note(request_text.waiting_for(found, (end_ms - now_ms) // 1_000))
            told_ms = now_ms
        time.sleep(_POLL_S)


def _signed_in(program: Program, home: Home, options: argparse.Namespace) -> Officer:
    if options.token_file:
        token = files.read(options.token_file, _TOKEN_BYTES_MAX).decode("utf-8", "replace")
    else:
        token = program.token(options.officer)
    return officers.authenticate(home.node, options.officer, token)


def _addressee(text: str) -> Addressee:
    party, _, agency = text.partition("/")
    return Addressee(party, agency)


def _reason_in_words(officer: Officer, options: argparse.Namespace) -> Words:
    if not options.text:
        return Words(NOTHING, key=options.key)
    by = officer.office or officer.agency
    text: Json = {
        "lang": options.lang,
        "text": options.text,
        "by": by,
        "original": True,
    }
    written = from_json({"texts": [text]}, ANSWER, "--text")
    attachments: list[Attachment] = []
    return Words(written, attachments, options.key)
