"""`comity draft`: before an act of any room leaves: read, changed, approved, released, dropped.

    comity draft show DRAFT --home DIR --as ben
    comity draft comment DRAFT --text "Name the port." --home DIR --as ben
    comity draft edit DRAFT again.json --content HASH --home DIR --as ann
    comity draft release DRAFT --home DIR --as ann
    comity draft approve DRAFT --content HASH --home DIR --as ben

What is done is a row of `comity.domestic.release.verbs`.

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.acts.record import addressed
from comity.domestic.release.verbs import APPROVE, COMMENT, DROP, EDIT, RELEASE, RETURN, TABLE
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import printable
from comity.node.base.rows import Officer
from comity.node.desk import draft_steps, draft_view
from comity.node.room.act_words import Words
from comity.node.room.release import draft_store
from comity.node.room.release.draft_store import Comment, Sent, Waiting
from comity.node.room.step import Step, fit
from comity.rooms.request import desk
from comity.surfaces.cli import draft_text
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers
from comity.surfaces.cli.evidence_files import of_draft, save
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_files import attached, read_written
from comity.surfaces.cli.request_send import add_raw, add_sending, say_no, sent, verb
from comity.surfaces.cli.verb_command import add_matter, add_step


def add_parser(subparsers: Subparsers) -> None:
    """Add `draft` and its verbs."""
    parser = subparsers.add_parser(
        "draft",
        help="read, approve and release what is written before it leaves",
        description=f"{TABLE.what['en']}: read, changed, approved, released or thrown away.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verb(verbs, "list", "list the drafts of your agency", _list)
    show = verb(verbs, "show", "show a draft as it will cross, with what still stops it", _show)
    add_matter(show, TABLE)
    show.add_argument(
        "--save", type=Path, metavar="FOLDER", help="write its attachments into this folder"
    )
    add_raw(show)
    edit = add_step(verbs, TABLE, EDIT, _edit)
    edit.add_argument("file", type=Path, metavar="FILE", help="all that it says from now on")
    edit.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="PARTY[/AGENCY]",
        help="of a request: who is asked, if others than before; may be given more than once",
    )
    for row in (COMMENT, RETURN, DROP):
        add_step(verbs, TABLE, row, _take)
    for row in (APPROVE, RELEASE):
        leaf = add_step(verbs, TABLE, row, _send)
        leaf.add_argument(
            "--code", default="", metavar="CODE", help="what your app of codes shows now"
        )
        add_sending(leaf)


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = draft_view.listing(home.node, signed_in(program, home, options))
    program.show(draft_text.list_json(found), draft_text.list_text(found))
    return EXIT_OK


def _show(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        one = draft_view.find(home.node, signed_in(program, home, options), options.matter)
        if options.save:
            save(program, options, of_draft(home.node, one.draft.act.id, one.bodies))
    program.show(draft_text.draft_json(one), draft_text.draft_text(one, raw=options.raw))
    return EXIT_OK


def _edit(program: Program, options: argparse.Namespace, step: Step) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        one = draft_view.find(home.node, officer, options.matter)
        kind = desk.file_kind(one.draft.act.tag)
        written = read_written(options.file, kind)
        with attached(options, written) as attachments:
            home.node.require_room(sum(each.size_bytes for each in attachments), False)  # noqa: FBT003 -- as the port says
            words = Words(written, attachments)
            to = [addressed(text) for text in options.to]
            read = draft_steps.read(one, fit(step)["content"])
            return desk.edit(home.node, officer, one.draft.act.id, words, to, over=read)

    return sent(program, options, do)


def _send(program: Program, options: argparse.Namespace, step: Step) -> int:
    """Take a step by which a draft may go out."""

    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        done = draft_steps.take(home.node, officer, options.matter, step, options.code)
        assert isinstance(done, Sent | Waiting | Inadmissible)
        return done

    return sent(program, options, do)


def _take(program: Program, options: argparse.Namespace, step: Step) -> int:
    """Take a step by which it does not."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        done = draft_steps.take(home.node, officer, options.matter, step)
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    if isinstance(done, Comment):
        told: Json = {"officer": done.officer, "at_ms": done.at_ms}
        program.show(told, f"Said: {printable(done.text)}")
        return EXIT_OK
    assert isinstance(done, draft_steps.Gone)
    program.show({done.step: done.draft_id}, f"{done.step.capitalize()} {done.draft_id}.")
    return EXIT_OK
