"""`comity share figures|pack`: what sharing came to, both ways, and what experts have before them.

    comity share figures --since 2027-01-01 --until 2027-04-01 --home DIR --as ann
    comity share pack --home DIR --as ann

Floor: surfaces.
"""

import argparse
from collections.abc import Iterator

from comity.acts.verb import Table
from comity.figures.figures import Period
from comity.kernel.inadmissible import Inadmissible
from comity.rooms.share import figures, figures_json, pack
from comity.rooms.share.figures import Figures, Leg, Line
from comity.rooms.share.pack import Open
from comity.surfaces.cli import instants
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no, verb
from comity.surfaces.cli.request_text import at

_SECOND_MS = 1_000


def add(verbs: Subparsers, _room: Table) -> None:
    """Add the commands beside those of the table."""
    counted = verb(verbs, "figures", "show what sharing came to, category by category", _figures)
    for name, what in (("since", "first day"), ("until", "day after the last")):
        counted.add_argument(
            f"--{name}", required=True, metavar="DATE", help=f"{what}, like 2027-01-01"
        )
    made = verb(verbs, "pack", "show what a meeting of experts has before it", _pack)
    made.add_argument(
        "--since", default="", metavar="DATE", help="first day; the last session if left out"
    )
    for one in (counted, made):
        one.add_argument("--channel", default="", metavar="PATH", help="of the arrangement")


def _figures(program: Program, options: argparse.Namespace) -> int:
    period = Period(instants.day_ms(options.since), instants.day_ms(options.until))
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = figures.figures(home.node, officer, period, options.channel)
    if isinstance(found, Inadmissible):
        return say_no(program, options, found)
    program.show(figures_json.to_json(found), "\n".join(_lines(found)) or "Nothing was shared.")
    return EXIT_OK


def _pack(program: Program, options: argparse.Namespace) -> int:
    since_ms = instants.day_ms(options.since) if options.since else None
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = pack.pack(home.node, officer, since_ms, options.channel)
    if isinstance(found, Inadmissible):
        return say_no(program, options, found)
    lines = [f"since {at(found.since_ms)}" if found.since_ms else "since the beginning"]
    lines += [*_lines(found.figures)] or ["Nothing was shared."]
    lines += [f"disputed     {_open(one)}" for one in found.disputes]
    lines += [f"NOT STOPPED  {_open(one)}" for one in found.stopping]
    program.show(pack.to_json(found), "\n".join(lines))
    return EXIT_OK


def _open(one: Open) -> str:
    said = f", says {one.said[1]} of {one.said[0]} stopped" if one.said else ""
    return (
        f"{one.share[:8]}  {one.category} of {one.giver}: {one.party}, {one.reason}, "
        f"{one.objects} objects{said}"
    )


def _lines(found: Figures) -> Iterator[str]:
    for one in found.lines:
        yield f"{one.category}  {one.giver} -> {one.taker}: {_told(one)}"
        for name, leg in one.legs.items():
            if leg.begun:
                yield f"  {name:12} {_leg(leg)}"


def _told(one: Line) -> str:
    counts = [f"{name} {one.counts[name]}" for name in figures_json.COUNTS if one.counts.get(name)]
    many = {"false": one.false, "unique": one.unique}
    counts += [f"{name} {count}" for name, count in many.items() if count]
    for what, codes in (
        ("retracted", one.retracted),
        ("used", one.uses),
        ("disputed", one.disputes),
    ):
        counts += [f"{what} {code} {count}" for code, count in codes.items()]
    none = f", none {one.none}" if one.none else ""
    return ", ".join([f"shares {one.shares}{none}", *counts])


def _leg(leg: Leg) -> str:
    counts = f"{leg.ended} of {leg.begun}, {leg.missed} too late"
    if leg.median_ms is None or leg.longest_ms is None:
        return counts
    median, longest = leg.median_ms // _SECOND_MS, leg.longest_ms // _SECOND_MS
    return f"{counts}, median {median} s, longest {longest} s"
