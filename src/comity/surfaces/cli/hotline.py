"""`comity hotline`: reach a person of another State who may decide; how calls were answered.

    comity hotline call --ground life --level 2 --word-by 2027-03-01T00:00:00Z --home DIR --as ann
    comity hotline figures --since 2027-01-01 --until 2027-04-01 --home DIR --as ann

What is said in a call is in `joint/hotline/verbs.py`; here is what is counted of it.

Floor: surfaces.
"""

import argparse
from collections.abc import Iterator, Mapping

from comity.figures.figures import Period
from comity.joint.hotline import verbs as room
from comity.kernel.inadmissible import Inadmissible
from comity.rooms.hotline import figures
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
    verbs = room_command.add(subparsers, room.TABLE)
    counted = verb(
        verbs, "figures", "show how calls and drills were answered, State by State", _run
    )
    for name, what in (("since", "first day"), ("until", "day after the last")):
        counted.add_argument(
            f"--{name}", required=True, metavar="DATE", help=f"{what}, like 2027-01-01"
        )
    counted.add_argument("--channel", default="", metavar="PATH", help="of the hotline")


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
    for one in found.planned:
        late = "" if one.delay_ms is None else f", {one.delay_ms // _SECOND_MS} s after the draw"
        what = f"{one.kind} by {one.party}, {at(one.from_ms)}: {one.status}"
        yield f"drill {one.id[:8]}  {what}{late}"


def _each(what: str, answered: Mapping[str, Answered]) -> Iterator[str]:
    yield f"{what} answered:" if answered else f"{what}: none."
    for party, one in answered.items():
        for name, leg in one.legs.items():
            yield f"  {party}  {name:8} {_leg(leg)}"
        yield f"  {party}  misunderstandings caught {one.misunderstandings}"


def _leg(leg: Leg) -> str:
    if leg.median_ms is None or leg.longest_ms is None:
        return f"{leg.ended} of {leg.begun}, {leg.missed} too late"
    median, longest = leg.median_ms // _SECOND_MS, leg.longest_ms // _SECOND_MS
    return (
        f"{leg.ended} of {leg.begun}, {leg.missed} too late, median {median} s, longest {longest} s"
    )
