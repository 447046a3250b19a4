"""`comity calendar propose|check`: calendars as files, before both sides adopt them.

    comity calendar propose --country CN --years 2026 2027 -o cn.yaml
    comity calendar check cn.yaml

Neither needs a home.

Floor: surfaces.
"""

import argparse
import re
from pathlib import Path
from typing import Final

from comity.clocks import calendar_text
from comity.clocks import days as numbers
from comity.clocks.calendar import Calendar, OfficeHours
from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.problem import Unfit
from comity.surfaces.cli import files, output
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
    CalendarWish,
    Program,
    Subparsers,
    add_json,
    add_out,
    at_least,
)

_HOURS: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")

_PROPOSE = """\
Write a calendar of a country for people to read, correct and adopt: its holidays, the days of
weekends that are worked instead, and the offsets of its clock, each year as far as it is known.
It counts only when both sides have adopted it."""

_CHECK = """\
Read a calendar as a node would read it, and name every problem with its line.  Exits 0 if it
fits, 1 if it does not."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its two verbs."""
    parser = subparsers.add_parser(
        "calendar", help="propose and check calendars of working days; needs no node"
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    propose = verbs.add_parser(
        "propose", help="write the calendar of a country", description=_PROPOSE
    )
    propose.add_argument(
        "--country", required=True, metavar="CODE", help="ISO 3166, two capital letters, like CN"
    )
    propose.add_argument(
        "--years", required=True, nargs="+", type=at_least(1), metavar="YEAR",
        help="one year, or years that follow each other",
    )  # fmt: skip
    propose.add_argument(
        "--zone", default="", metavar="ZONE", help="IANA name, where the country has several"
    )
    propose.add_argument("--id", default="", metavar="ID", help="the country's code in lower case")
    propose.add_argument(
        "--office-hours", metavar="HH:MM-HH:MM", help="on working days; without: always open"
    )
    add_out(propose)
    add_json(propose)
    propose.set_defaults(run=_propose)
    check = verbs.add_parser("check", help="say what is wrong in a calendar", description=_CHECK)
    check.add_argument("file", type=Path, metavar="FILE", help="a calendar, in YAML or JSON")
    add_json(check)
    check.set_defaults(run=_check)


def _propose(program: Program, options: argparse.Namespace) -> int:
    files.require_absent(options.out)
    wish = CalendarWish(
        country=options.country,
        years=tuple(options.years),
        zone=options.zone,
        calendar_id=options.id,
        office=None if options.office_hours is None else _office(options.office_hours),
    )
    data = calendar_text.render(program.propose_calendar(wish))
    made = calendar_text.parse(data)
    files.write(options.out, data)
    program.show(
        {"file": str(options.out), **calendar_text.as_json(made)}, _told(options.out, made)
    )
    return EXIT_OK


def _check(program: Program, options: argparse.Namespace) -> int:
    try:
        with files.reading(options.file, limits.WRITTEN_BYTES_MAX) as data:
            found = calendar_text.parse(data, str(options.file))
    except Unfit as unfit:
        problems: list[Json] = [output.problem(one) for one in unfit.problems]
        told: dict[str, Json] = {"file": str(options.file), "fits": False, "problems": problems}
        program.show(told, unfit.what)
        return EXIT_REFUSED
    shown: dict[str, Json] = {"file": str(options.file), "fits": True}
    program.show({**shown, **calendar_text.as_json(found)}, _told(options.file, found))
    return EXIT_OK


def _office(text: str) -> OfficeHours:
    match = _HOURS.fullmatch(text)
    opens, closes = (
        (int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4]))
        if match
        else (0, 0)
    )
    if closes <= opens:
        raise Fault(
            code="surfaces.calendar.office-hours",
            what=f"The office hours {quoted(text)} are not two times of one day.",
            fix="Write them as 09:00-17:30.",
        )
    return OfficeHours(opens, closes)


def _told(path: Path, calendar: Calendar) -> str:
    told = calendar_text.as_json(calendar)
    lines = [
        f"{path}: calendar {calendar.id}, version {calendar.version}",
        (
            f"covers {told['first']} to {told['last']}: {told['holidays']} holidays, "
            f"{told['workdays']} days of weekends that are worked"
        ),
    ]
    cover = calendar.cover
    if cover.decreed_until < cover.last:
        first = numbers.render_day(cover.decreed_until + 1)
        lines.append(
            f"the decree from {first} on is not in it: clocks that go there are provisional"
        )
    if calendar.office is None:
        lines.append("no office hours: what is received counts at once")
    return "\n".join([*lines, f"sha256 {calendar.sha256}"])
