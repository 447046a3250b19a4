"""`comity hotline`: reach a person of another State who may decide; how calls were answered.

    comity hotline call --ground life --level 2 --word-by 2027-03-01T00:00:00Z --home DIR --as ann
    comity hotline drill list --home DIR --as ann
    comity hotline figures --since 2027-01-01 --until 2027-04-01 --home DIR --as ann

What is said in a call is in `joint/hotline/verbs.py`; here is what is listed and counted of it.

Floor: surfaces.
"""

import argparse
from collections.abc import Iterator, Mapping

from comity.figures.figures import Period
from comity.joint.hotline import verbs as room
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.rooms.hotline import drills, figures
from comity.rooms.hotline.drills import Drill
from comity.rooms.hotline.figures import Answered, Figures
from comity.rooms.hotline.legs import Leg
from comity.surfaces.cli import instants, room_command
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no, verb
from comity.surfaces.cli.request_text import at

_SECOND_MS = 1_000


def add_parser(subparsers: Subparsers) -> None:
    """Add `hotline` and its verbs."""
    groups = room_command.add(subparsers, room.TABLE)
    verb(groups["drill"], "list", "list the drills that were planned, held or missed", _drills)
    counted = verb(
        groups[""], "figures", "show how calls and drills were answered, State by State", _run
    )
    for name, what in (("since", "first day"), ("until", "day after the last")):
        counted.add_argument(
            f"--{name}", required=True, metavar="DATE", help=f"{what}, like 2027-01-01"
        )
    counted.add_argument("--channel", default="", metavar="PATH", help="of the hotline")


def _drills(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = drills.listing(home.node, signed_in(program, home, options))
    value: dict[str, Json] = {"drills": [drills.to_json(one) for one in found]}
    program.show(value, "\n".join(map(_drill, found)) or "No drill was planned.")
    return EXIT_OK


def _run(program: Program, options: argparse.Namespace) -> int:
    period = Period(instants.day_ms(options.since), instants.day_ms(options.until))
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = figures.figures(home.node, officer, period, options.channel)
    if isinstance(found, Inadmissible):
        return say_no(program, options, found)
    program.show(figures.to_json(found), "\n".join(_told(found)))
    return EXIT_OK


def _told(found: Figures) -> Iterator[str]:
    yield from _each("Calls", found.calls)
    yield from _each("Drills", found.drills)
    for what, by in (("calls", found.calls_by), ("drills", found.drills_by)):
        for group, one in by.items():
            name, _, code = group.partition("/")
            yield f"{what} of {name} {code}: {_short(one)}"
    yield from map(_drill, found.planned)
    for party, tried in found.contacts.items():
        yield f"contact points of {party}: proved {tried.proved}, failed {tried.failed}"


def _drill(one: Drill) -> str:
    late = "" if one.delay_ms is None else f", {one.delay_ms // _SECOND_MS} s after the draw"
    joined = f", joined by {', '.join(one.joined)}" if one.joined else ", not joined"
    window = f"{at(one.from_ms)} - {at(one.until_ms)}"
    return f"drill {one.id[:8]}  {one.kind} by {one.party}{joined}, {window}: {one.status}{late}"


def _each(what: str, answered: Mapping[str, Answered]) -> Iterator[str]:
    yield f"{what} answered:" if answered else f"{what}: none."
    for party, one in answered.items():
        for name, leg in one.legs.items():
            yield f"  {party}  {name:8} {_leg(leg)}"
        yield f"  {party}  misunderstandings caught {one.misunderstandings}"
        if one.missed:
            yield f"  {party}  drills missed {one.missed}"


def _short(one: Answered) -> str:
    legs = (f"{name} {_leg(leg)}" for name, leg in one.legs.items() if leg.begun)
    return "; ".join([*legs, f"misunderstandings caught {one.misunderstandings}"])


def _leg(leg: Leg) -> str:
    if leg.median_ms is None or leg.longest_ms is None:
        return f"{leg.ended} of {leg.begun}, {leg.missed} too late"
    median, longest = leg.median_ms // _SECOND_MS, leg.longest_ms // _SECOND_MS
    return (
        f"{leg.ended} of {leg.begun}, {leg.missed} too late, median {median} s, longest {longest} s"
    )
