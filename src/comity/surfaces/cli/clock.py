"""`comity clock`: what is due and by when, and why.

    comity clock list --home DIR --as ann --due-within 2d
    comity clock ical --home DIR --as ann -o due.ics
    comity clock why 7QK2 completion --home DIR --as ann --at 2026-10-01T09:00:00+08:00

Floor: surfaces.
"""

import argparse
import re
from typing import Final

from comity.kernel.fault import Fault, quoted
from comity.node.desk import dates, due_list
from comity.node.desk.due_list import Wanted
from comity.node.room import exercise_mark
from comity.surfaces.cli import clock_text, files, instants
from comity.surfaces.cli.context import (
    EXIT_OK,
    Program,
    Subparsers,
    add_out,
)
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_id, verb

_LANGUAGES: Final = ("en", "zh")
_LENGTH: Final = re.compile(r"([1-9][0-9]{0,5})([mhd]?)")
_LENGTHS_MS: Final = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "": 86_400_000}

_LIST: Final = """\
List the open clocks of requests by the time at which they are due, those that wait for the other
side last: whose duty it is, what is left, and what a newly adopted calendar has moved."""

_ICAL: Final = """\
Write what is due as an iCalendar file (RFC 5545), codes and ids alone.  A calendar program can
fetch the same from a running node: make a token with `comity token add --scope feed`, and give it
http://127.0.0.1:8400/feed/TOKEN.ics."""

_WHY: Final = """\
Say why the clocks of a request say what they say: every rule, day that is left out, pause and
extension with its source; what a calendar moved; and beside them how each act travelled, by whose
clock.  Both nodes give the same for the same instant once they hold the same logs."""


def add_parser(subparsers: Subparsers) -> None:
    """Add `clock` and its verbs."""
    parser = subparsers.add_parser(
        "clock", help="what is due, by when, and why", description="What is due, by when, and why."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listed = verb(verbs, "list", "list open clocks by due time", _list)
    listed.description = _LIST
    listed.add_argument(
        "--due-within", metavar="N", help="due in at most N days; 90m, 36h and 2d are taken too"
    )
    listed.add_argument("--overdue", action="store_true", help="only what is due already")
    listed.add_argument(
        "--ours", action="store_true", help="only duties of this State, not of the others"
    )
    listed.add_argument("--after", default="", metavar="PLACE", help="the next page, as told")
    asked = verb(verbs, "why", "say why clocks say what they say", _why)
    asked.description = _WHY
    add_id(asked)
    asked.add_argument("clock", nargs="?", default="", metavar="CLOCK", help="one clock, by name")
    asked.add_argument("--at", metavar="TIME", help="at this instant, with its zone; now without")
    feed = verb(verbs, "ical", "write what is due as an iCalendar file", _ical)
    feed.description = _ICAL
    add_out(feed, metavar="FILE.ics")
    feed.add_argument(
        "--ours", action="store_true", help="only duties of this State, not of the others"
    )
    for one in (listed, asked, feed):
        one.add_argument("--lang", choices=_LANGUAGES, default="en", help="of the sentences")


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        within_ms = None if options.due_within is None else _length_ms(options.due_within)
        wanted = Wanted(
            until_ms=None if within_ms is None else program.now_ms() + within_ms,
            is_overdue=options.overdue,
            party=home.node.party if options.ours else "",
            after=options.after,
        )
        page = due_list.listing(home.node, officer, wanted)
        program.show(clock_text.page_json(page), clock_text.page_text(page, options.lang))
    return EXIT_OK


def _ical(program: Program, options: argparse.Namespace) -> int:
    from comity.node.desk import ics  # noqa: PLC0415 -- the library, for this verb alone

    files.require_absent(options.out)
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        party = home.node.party if options.ours else ""
        page = due_list.listing(home.node, officer, Wanted(party=party))
        held = dates.listing(home.node, officer)
        data = ics.render(page.lines, home.node.party, page.now_ms, options.lang, dates=held)
        data = exercise_mark.of(officer, ics.MEDIA_TYPE, data)
    files.write(options.out, data)
    count = sum(line.timed.clock.due_at_ms is not None for line in page.lines) + len(held)
    program.show(
        {"file": str(options.out), "events": count, "is_whole": not page.after},
        f"{options.out}: {count} events.",
    )
    return EXIT_OK


def _why(program: Program, options: argparse.Namespace) -> int:
    at_ms = None if options.at is None else instants.read(options.at)
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = due_list.why(home.node, officer, options.id, options.clock, at_ms)
        program.show(clock_text.why_json(found), clock_text.why_text(found, options.lang))
    return EXIT_OK


def _length_ms(text: str) -> int:
    match = _LENGTH.fullmatch(text)
    if match is None:
        raise Fault(
            code="surfaces.clock.length",
            what=f"{quoted(text)} is no length of time.",
            fix="Write days, like 3, or 90m, 36h, 2d.",
        )
    return int(match[1]) * _LENGTHS_MS[match[2]]
