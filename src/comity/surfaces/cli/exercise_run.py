"""`comity exercise console`, `deliver-item`, `hold`, `stop-all`, `destroy`: an exercise as it runs.

    COMITY_EXERCISE=play-2027 comity exercise console
    COMITY_EXERCISE=play-2027 comity exercise deliver-item 4
    COMITY_EXERCISE=play-2027 comity exercise stop-all --reason real-world
    comity exercise destroy EXERCISE              once the window that both agreed is over

Floor: surfaces.
"""

import argparse
from collections.abc import Iterator

from comity.acts.verb import Table
from comity.joint.exercise import acts
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.room.release.draft_store import Result
from comity.node.room.step import Step
from comity.rooms.exercise import console, console_json, destruction, steering
from comity.surfaces.cli import evidence_destroy, translations, verb_command
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers, at_least
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_sending, say_no, sent, verb
from comity.surfaces.cli.request_text import at

_NUMBER_MAX = 999_999


def add(verbs: Subparsers, table: Table) -> None:
    """Add the commands beside those of the table."""
    del table
    verb(verbs, "console", "show both times, the next items and what was delivered", _console)
    made = verb(verbs, "deliver-item", "deliver an item of the master list to its seat", _deliver)
    _add_number(made)
    translations.add_texts(made, needed=False)
    add_sending(made)
    made = verb(verbs, "hold", "say that an item is not played", _hold)
    _add_number(made)
    made.add_argument(
        "--reason", choices=[*acts.SKIPPINGS], default="not-needed", help="why it is not played"
    )
    add_sending(made)
    made = verb(verbs, "stop-all", "stop the play: whoever works in the exercise may", _stop)
    made.add_argument(
        "--reason", choices=[*acts.STOPS], default="real-world", help="why the play stops"
    )
    add_sending(made)
    verb_command.add_step(verbs, destruction.TABLE, destruction.DESTROY, _destroy)


def _add_number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "number", type=at_least(1, _NUMBER_MAX), metavar="NUMBER", help="of the item"
    )


def _console(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = console.of(home.node, officer)
        program.show(console_json.to_json(found), "\n".join(_lines(found)))
    return EXIT_OK


def _lines(found: console.Console) -> Iterator[str]:
    shown = "-" if found.scenario_ms is None else at(found.scenario_ms)
    yield f"play {found.status}  x {found.times.rate}"
    yield f"  scenario  {shown}"
    yield f"  real      {at(found.now_ms)}"
    if found.stop is not None:
        yield f"  STOPPED by {found.stop.party}: {found.stop.reason}"
    for setting in found.waiting:
        yield f"  {setting.party} proposes to {setting.what}; {setting.id[:8]}"
    for one in found.upcoming:
        when = "due now" if one.holds else "waits" if one.due_ms is None else at(one.due_ms)
        yield f"  item {one.item.number:4} {when}  {one.item.side} {one.item.seat}"
    for lane in found.lanes:
        seen = "  expected action seen" if lane.is_lit else ""
        made = lane.delivery
        yield f"  {lane.id[:8]} item {made.number} {made.side} {made.seat}: {lane.status}{seen}"


def _deliver(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, _options: argparse.Namespace) -> Result:
        texts = translations.texts(options.text)
        return steering.deliver(home.node, officer, options.number, texts)

    return sent(program, options, do)


def _hold(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, _options: argparse.Namespace) -> Result:
        return steering.hold(home.node, officer, options.number, options.reason)

    return sent(program, options, do)


def _stop(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, _options: argparse.Namespace) -> Result:
        return steering.stop(home.node, officer, options.reason)

    return sent(program, options, do)


def _destroy(program: Program, options: argparse.Namespace, _step: Step) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        is_alone = evidence_destroy.is_alone(home)
        done = destruction.destroy(home.node, officer, options.matter, owns_high_water=is_alone)
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    program.show(done.to_json(), f"{done.bodies} bodies are destroyed here; the logs stay.")
    return EXIT_OK
