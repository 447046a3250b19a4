"""`comity review money`: what was asked, held, moved on and returned, by currency and month.

    comity review money --from 2026-01-01 --to 2027-01-01 --home DIR --as ann

Floor: surfaces.
"""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from comity.figures.figures import Period
from comity.kernel import money
from comity.rooms.request import money_figures
from comity.rooms.request.money_figures import Line
from comity.surfaces.cli import instants
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import verb


def add(verbs: Subparsers) -> None:
    """Add `money`."""
    counted = verb(verbs, "money", "show sums of stopped payments, by currency and month", _money)
    for name, what in (("from", "first day"), ("to", "day after the last")):
        counted.add_argument(
            f"--{name}",
            dest=f"{name}_day",
            required=True,
            metavar="DATE",
            help=f"{what}, of UTC, like 2026-01-01",
        )


def _money(program: Program, options: argparse.Namespace) -> int:
    period = Period(instants.day_ms(options.from_day), instants.day_ms(options.to_day))
    with program.open_home(options.home) as home:
        found = money_figures.figures(home.node, signed_in(program, home, options), period)
    value = {"lines": money_figures.to_json(found)}
    program.show(value, "\n".join(_lines(found)) or "No payment was to be stopped.")
    return EXIT_OK


def _lines(found: Iterable[Line]) -> Iterator[str]:
    for one in found:
        amounts = ", ".join(
            f"{name} {money.written(amount, one.unit)}" for name, amount in asdict(one.sums).items()
        )
        times = ", ".join(
            f"{name} {timed.minutes} min of {timed.count}" for name, timed in one.timed.items()
        )
        yield f"{one.month} {one.unit}: {one.requests} requests, {amounts}"
        yield from [f"  {times}"] if times else []
