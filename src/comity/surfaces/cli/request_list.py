"""`comity request list`, `readers`, `share`, `unshare`: what an officer can read, and who can.

Floor: surfaces.
"""

import argparse
from collections.abc import Callable
from typing import Final

from comity.acts.urgencies import URGENCIES
from comity.joint.request import acts, view
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.desk import due_list, sharing
from comity.node.desk.sharing import Readers
from comity.rooms.request import filters, request_list
from comity.rooms.request.request_list import COUNT_MAX, Asked, Page, Wanted
from comity.surfaces.cli import request_list_text, request_text
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers, at_least
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_id, say_no, verb

_COUNT: Final = 50


def add(verbs: Subparsers) -> None:
    """Add them."""
    listed = verb(verbs, "list", "list the requests that you can read, what waits first", _list)
    listed.add_argument(
        "--search", default="", metavar="WORDS", help="that one act has; `begin*` for a beginning"
    )
    listed.add_argument(
        "--reference", default="", metavar="REF", help="a file number of either side, or its start"
    )
    listed.add_argument(
        "--status", action="append", default=[], choices=view.STATUSES, help="may be repeated"
    )
    listed.add_argument("--urgency", default="", choices=URGENCIES, help="how urgent")
    listed.add_argument("--asker", default="", metavar="PARTY", help="who asked")
    listed.add_argument("--holder", default="", metavar="PARTY", help="whose turn it is")
    listed.add_argument("--type", default="", metavar="TYPE", help="of request")
    listed.add_argument(
        "--direction",
        default="",
        choices=request_list.DIRECTIONS,
        help="what was asked of us, or by us",
    )
    listed.add_argument("--party", default="", metavar="PARTY", help="that asked or is asked")
    listed.add_argument("--agency", default="", metavar="AGENCY", help="of ours that reads it")
    listed.add_argument("--mine", action="store_true", help="only what you have yourself")
    listed.add_argument(
        "--clock",
        default="",
        choices=request_list.CLOCKS,
        help="by due time: all with an open clock, or what is overdue",
    )
    listed.add_argument(
        "--count",
        type=at_least(1),
        default=_COUNT,
        metavar="N",
        help=f"at most {COUNT_MAX} (%(default)s)",
    )
    listed.add_argument("--after", default="", metavar="CURSOR", help="where a page before ended")
    words = "count the requests that you can read, by status"
    verb(verbs, "count", words, _count)
    add_id(verb(verbs, "readers", "show which agencies and officers can read it", _readers))
    for name, words, change in (
        ("share", "let another agency or officer of this State read it", sharing.share),
        ("unshare", "end what `share` began", sharing.unshare),
    ):
        changed = verb(verbs, name, words, _changing(change))
        add_id(changed)
        changed.add_argument(
            "--with", dest="to", required=True, metavar="AGENCY|@OFFICER", help="of this State"
        )


_ANEW = "A channel is being read anew: its requests are listed again in a moment."


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        asked = _asked(options, home.node.party)
        filters.require_known(home.node, officer, asked.wanted)
        was_whole = request_list.is_whole(home.node)
        found = request_list.page(home.node, officer, asked)
        party = home.node.party
        dues = due_list.of_rows(home.node, [one.row for one in found.lines])
        value = request_list_text.list_json(found.lines, party, dues)
        text = request_list_text.list_text(found.lines, party, program.now_ms(), dues)
        is_whole = was_whole and request_list.is_whole(home.node)
        shown = "\n".join([*([] if is_whole else [_ANEW]), _with_more(text, found)])
        program.show({**value, "next": found.after, "is_whole": is_whole}, shown)
    return EXIT_OK


def _asked(options: argparse.Namespace, own: str) -> Asked:
    wanted = Wanted(
        frozenset(options.status),
        options.urgency,
        options.asker,
        options.holder,
        options.type,
        acts.KIND,
        party=options.party,
        agency=options.agency,
    )
    return Asked(
        request_list.directed(wanted, own, options.direction),
        options.after,
        max(1, min(options.count, COUNT_MAX)),
        options.search,
        options.reference,
        clock=options.clock,
        is_mine=options.mine,
    )


def _with_more(text: str, found: Page) -> str:
    return f"{text}\nThere is more: --after {found.after}" if found.after else text


def _count(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        was_whole = request_list.is_whole(home.node)
        found = request_list.counts(home.node, signed_in(program, home, options))
        is_whole = was_whole and request_list.is_whole(home.node)
    total = sum(found.values())
    rows = [*((status, str(count)) for status, count in found.items()), ("all", str(total))]
    shown = "\n".join([*([] if is_whole else [_ANEW]), request_text.table(rows)])
    program.show({"counts": dict(found), "all": total, "is_whole": is_whole}, shown)
    return EXIT_OK


def _readers(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        _show(program, sharing.readers(home.node, officer, options.id))
    return EXIT_OK


type _Change = Callable[..., Readers | Inadmissible]


def _changing(change: _Change) -> Callable[[Program, argparse.Namespace], int]:
    def run(program: Program, options: argparse.Namespace) -> int:
        with program.open_home(options.home) as home:
            officer: Officer = signed_in(program, home, options)
            changed = _changed(change, home, officer, options)
            if isinstance(changed, Inadmissible):
                return say_no(program, options, changed)
            _show(program, changed)
        return EXIT_OK

    return run


def _changed(
    change: _Change, home: Home, officer: Officer, options: argparse.Namespace
) -> Readers | Inadmissible:
    return change(home.node, officer, options.id, options.to)


def _show(program: Program, found: Readers) -> None:
    keys: list[Json] = [*found.keys]
    value: Json = {"matter": found.matter_id, "readers": keys, "changed": found.is_changed}
    names = [key or "the contact point" for key in found.keys]
    program.show(value, "\n".join(names))
