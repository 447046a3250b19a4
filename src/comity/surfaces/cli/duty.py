"""`comity duty`: who is planned for duty, overrides, swaps, gaps, calendars.  Nothing crosses.

    comity duty set night --officer wei --officer li --hand-over 08:00 --hand-over 20:00
                          --zone Asia/Shanghai --first 2027-03-01 --home DIR --as ann
    comity duty now --home DIR --as ann
    comity duty swap night --shift 41 --to li --home DIR --as wei

Floor: surfaces.
"""

import argparse
from pathlib import Path
from typing import Final

from comity.acts.verb import Given
from comity.domestic.duty import plan, plan_verbs
from comity.domestic.duty.ladder import Ladder
from comity.domestic.duty.plan import Part
from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk.duty import devices, plan_steps, planning, rings
from comity.node.desk.duty.devices import Device
from comity.node.room.step import Step
from comity.surfaces.cli import files, verb_command
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_out, at_least
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no, verb
from comity.surfaces.cli.request_text import at

_DAYS: Final = 30


def add_parser(subparsers: Subparsers) -> None:
    """Add `duty` and its verbs."""
    words = "plan who is on duty, see who is now and where nobody is"
    parser = subparsers.add_parser("duty", help=words, description=f"{words.capitalize()}.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verb(verbs, "now", "show who is planned now, line by line", _now)
    _add_days(verb(verbs, "plan", "show the plan ahead, its swaps and its gaps", _plan))
    for row in plan_verbs.TABLE.verbs:
        verb_command.add_step(verbs, plan_verbs.TABLE, row, _change)
    _add_rings(verbs)
    _add_devices(verbs)
    out = verb(verbs, "ical", "write the plan ahead as an iCalendar file", _ical)
    _add_days(out)
    add_out(out, metavar="FILE.ics")
    into = verb(verbs, "import", "read a roster from an iCalendar file, over a line", _import)
    into.add_argument("line", metavar="LINE", help="its name")
    into.add_argument("file", type=Path, metavar="FILE.ics", help="the roster")
    into.add_argument("--preview", action="store_true", help="show its shifts, and change nothing")


def _add_days(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--days", type=at_least(1, 400), default=_DAYS, metavar="N",
        help="how far ahead (default: %(default)s)",
    )  # fmt: skip


def _add_rings(verbs: Subparsers) -> None:
    steps = verb(verbs, "ladder", "show whom a call rings, one after the other, or set it", _ladder)
    steps.add_argument(
        "--rung", action="append", default=[], metavar="KIND:NAME:MINUTES",
        help="like line:night:5 or officer:han:10; several, in their order",
    )  # fmt: skip
    steps.add_argument(
        "--repeats", type=at_least(0), default=0, metavar="N",
        help="how often all are rung again, before the contact point is (default: %(default)s)",
    )  # fmt: skip
    steps.add_argument(
        "--drills", type=at_least(0), metavar="N",
        help="on how many rungs drills are rung; 0: quiet; alone: the rungs stay as they are",
    )  # fmt: skip
    steps.add_argument("--drop", action="store_true", help="ring every line of duty in turn")
    ring = verb(verbs, "ring", "list who was rung for what, or give the code of one back", _ring)
    ring.add_argument(
        "ring", nargs="?", type=at_least(0), default=0, metavar="RING", help="its number"
    )
    ring.add_argument("code", nargs="?", default="", metavar="CODE", help="as the message has it")


def _add_devices(verbs: Subparsers) -> None:
    words = "list what rings you, send a test to one, or give the code of its test back"
    device = verb(verbs, "device", words, _device)
    device.add_argument("device", nargs="?", default="", metavar="DEVICE", help="its id")
    device.add_argument("code", nargs="?", default="", metavar="CODE", help="as the message has it")


def _change(program: Program, options: argparse.Namespace, step: Step) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        done = plan_steps.take(home.node, officer, options.matter, step)
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    program.show(plan.to_json(done), "Planned.")
    return EXIT_OK


def _now(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        signed_in(program, home, options)
        found = planning.now(home.node)
    lines: list[Json] = [planning.part_json(one) for one in found]
    program.show({"lines": lines}, "\n".join(map(_told, found)) or "No line of duty is set.")
    return EXIT_OK


def _plan(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        signed_in(program, home, options)
        now_ms = home.node.clock.now_ms()
        found = planning.span(home.node, now_ms, now_ms + options.days * plan.DAY_MS)
        unproved = devices.unproved(home.node)
        value: dict[str, Json] = {**planning.ahead_json(home.node, found), "unproved": [*unproved]}
        missing, waiting = planning.gaps(home.node), planning.waiting(home.node)
    asked = [
        f"Swap {number}: {one.officer} asks {one.to} to take {one.line} {one.shift}."
        for number, one in waiting
    ]
    told = [*map(_told, found), *asked, *(f"GAP  {_told(one)}" for one in missing)]
    told += [f"NO DEVICE of {name} is known to work." for name in unproved]
    program.show(value, "\n".join(told) or "No line of duty is set.")
    return EXIT_OK


def _told(one: Part) -> str:
    shift = f"{one.shift:5}" if one.shift >= 0 else "    -"
    who = f"{one.officer} ({one.by})" if one.officer else "NOBODY"
    return f"{one.line:12} {shift}  {at(one.from_ms)} - {at(one.until_ms)}  {who}"


def _ical(program: Program, options: argparse.Namespace) -> int:
    from comity.node.desk.duty import plan_ics  # noqa: PLC0415 -- the library, for this verb alone

    with program.open_home(options.home) as home:
        signed_in(program, home, options)
        now_ms = home.node.clock.now_ms()
        found = planning.span(home.node, now_ms, now_ms + options.days * plan.DAY_MS)
        data = plan_ics.render(found, home.node.party, now_ms)
    files.write(options.out, data)
    program.show({"file": str(options.out), "bytes": len(data)}, f"Written: {options.out}")
    return EXIT_OK


def _import(program: Program, options: argparse.Namespace) -> int:
    from comity.node.desk.duty import plan_ics  # noqa: PLC0415 -- the library, for this verb alone

    data = files.read(options.file, limits.WRITTEN_BYTES_MAX)
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        with files.naming(str(options.file), data):
            wanted = plan_ics.read(data, options.line, home.node.clock.now_ms())
        if wanted and not options.preview:
            done = planning.override_all(home.node, officer, wanted)
            if isinstance(done, Inadmissible):
                return say_no(program, options, done)
    shifts: list[Json] = [
        {"officer": one.officer, "from_ms": one.from_ms, "until_ms": one.until_ms} for one in wanted
    ]
    told = [f"{at(one.from_ms)} - {at(one.until_ms)}  {one.officer}" for one in wanted]
    value: dict[str, Json] = {"kept": not options.preview, "shifts": shifts}
    program.show(value, "\n".join(told) or "It has no shift to come.")
    return EXIT_OK


def _ladder(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        with home.node.store.read() as tx:
            done: Ladder | Inadmissible = rings.ladder(tx)
            before = rings.ladder_set(tx)
        if options.rung or options.drop or options.drills is not None:
            given: Given = {"rungs": tuple(options.rung), "repeats": options.repeats}
            if not options.rung and not options.drop:
                given = plan_steps.given_of(before)
            if options.drills is not None:
                given = {**given, "drills": options.drills}
            done = plan_steps.ladder(home.node, officer, Step(plan_verbs.LADDER, given))
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    told = [f"{one.minutes:4} min  {one.kind} {one.name}" for one in done.rungs]
    told.append("then the contact point")
    if done.drills is not None:
        told.append(f"a drill: on {done.drills} of them" if done.drills else "a drill: quiet")
    program.show(rings.ladder_json(done), "\n".join(told))
    return EXIT_OK


def _ring(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        if options.ring:
            done = rings.answer(home.node, options.ring, options.code)
            if isinstance(done, Inadmissible):
                return say_no(program, options, done)
            who = done.answered[-1][0]
            program.show({"ring": done.number, "officer": who}, f"Answered by {who}.")
            return EXIT_OK
        found = rings.listing(home.node, officer)
        lines: list[Json] = [rings.ring_json(home.node, one) for one in found]
    told = [
        f"{one.number:5}  {at(one.began_ms)}  {one.kind} {one.id[:8]}  {', '.join(one.officers)}"
        f"{'' if one.ended_ms is None else f'  until {at(one.ended_ms)}'}"
        for one in found
    ]
    program.show({"rings": lines}, "\n".join(told) or "Nothing has rung.")
    return EXIT_OK


def _device(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        if not options.device:
            program.show(
                devices.list_json(home.node, officer),
                "\n".join(map(_line, devices.listing(home.node, officer))) or _NO_DEVICE,
            )
            return EXIT_OK
        given = (home.node, officer, options.device)
        done = devices.prove(*given, options.code) if options.code else devices.test(*given)
        now_ms = home.node.clock.now_ms()
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    sent = "A code was sent there: give it back with `comity duty device DEVICE CODE`."
    program.show(devices.to_json(done, now_ms), "It works." if options.code else sent)
    return EXIT_OK


_NO_DEVICE: Final = "Nothing rings you: ask for mail, or run `comity webhook add --kind ring`."


def _line(one: Device) -> str:
    tested = f"tested {at(one.tested_ms)}" if one.tested_ms is not None else "never tested"
    proved = f"code back {at(one.proved_ms)}" if one.proved_ms is not None else "no code back"
    return f"{one.id}  {one.to}  {tested}, {proved}"
