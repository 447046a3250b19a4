"""`comity exercise master` and `fix-hash`: files that planners write, before anything is said.

    comity exercise master import LIST.xlsx --output list.json
    comity exercise master export list.json --output LIST.csv
    comity exercise master check LIST.xlsx --task stop-payment
    comity exercise master diff ours.json theirs.json
    comity exercise master adopt CONTROL          as `adopt-text`: what the other side proposed
    comity exercise plan take harbour-invoice --a us --b cn --output list.xlsx
    comity exercise fix-hash item.txt                 what fixes a private item, and what opens it

A list is read by the end of its name: `.xlsx`, `.csv`, or JSON: that which both sides adopt, or of
OpenAEV (a `.zip` too), CEXF and T3SF.  No node is asked but by `adopt`.

Floor: surfaces.
"""

import argparse
import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from comity.acts.verb import Table
from comity.joint.exercise import acts, master_list, scenario
from comity.joint.exercise import verbs as tables
from comity.joint.exercise.master_list import HEADINGS, Item
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.room import say
from comity.rooms.exercise import imports, scenarios, sheet
from comity.surfaces.cli import files, output, verb_command
from comity.surfaces.cli.context import EXIT_OK, EXIT_REFUSED, Program, Subparsers, add_json

_SALT_BYTES: Final = 32

type Run = Callable[[Program, argparse.Namespace], int]


def add(verbs: Subparsers, table: Table) -> None:
    """Add the commands beside those of the table."""
    del table
    master = verbs.add_parser("master", help="read, write, check and compare master lists")
    what = master.add_subparsers(dest="what", required=True, metavar="VERB")
    made = _verb(what, "import", "turn a spreadsheet into the text that both sides adopt", _import)
    _add_list(made, "list", ".xlsx, .csv, or a list of OpenAEV, CEXF or T3SF")
    _add_map(made)
    _add_output(made)
    made = _verb(what, "export", "turn a list into a spreadsheet", _export)
    _add_list(made, "list", "list: .json, .xlsx or .csv")
    _add_output(made)
    made = _verb(what, "check", "tell what is wrong with a list, line by line", _check)
    _add_list(made, "list", "list: .json, .xlsx or .csv")
    _add_map(made)
    made.add_argument(
        "--task", action="append", default=[], metavar="TASK", help="critical task of the plan"
    )
    made = _verb(what, "diff", "tell what one list changes of another", _diff)
    _add_list(made, "before", "list as it was")
    _add_list(made, "after", "list as it is proposed")
    _add_adopt(what)
    _add_plan(verbs)
    made = _verb(verbs, "fix-hash", "make the hash that fixes a private item", _fix_hash)
    made.add_argument("file", type=Path, metavar="FILE", help="what the item says")


def _add_plan(verbs: Subparsers) -> None:
    plan = verbs.add_parser("plan", help="list, show and take the scenarios that are shipped")
    what = plan.add_subparsers(dest="what", required=True, metavar="VERB")
    _verb(what, "list", "list the scenarios that are shipped", _plans)
    made = _verb(what, "show", "show a scenario: objectives, tasks, seats, rules", _plan)
    _add_scenario(made)
    made = _verb(what, "take", "make the master list of a scenario for two States", _take)
    _add_scenario(made)
    made.add_argument("--module", default="", metavar="MODULE", help="one of it; else all")
    for side in scenario.SIDES:
        made.add_argument(
            f"--{side}", required=True, metavar="PARTY", help=f"the State that plays side {side}"
        )
    _add_output(made)


def _add_adopt(verbs: Subparsers) -> None:
    """Add what is said of a list that the other side proposed, where lists are looked for."""
    cells = tables.TABLES[acts.CONTROL]
    adopts = next(row for row in cells.verbs if row.tag == acts.TEXT_ADOPTED)
    verb_command.add_one(verbs, cells, replace(adopts, name="adopt"), partial(say.say, cells))


def _verb(verbs: Subparsers, name: str, words: str, run: Run) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    add_json(parser)
    parser.set_defaults(run=run)
    return parser


def _add_list(parser: argparse.ArgumentParser, name: str, words: str) -> None:
    parser.add_argument(name, type=Path, metavar="FILE", help=words)


def _add_map(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="HEADING=COLUMN",
        help="what a column of the file is called, where it has a name of its own",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="file to write; its end says how: .json, .xlsx, .csv, or .zip for OpenAEV",
    )


def _add_scenario(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "scenario", metavar="SCENARIO", help=f"one of: {', '.join(scenarios.names())}"
    )


def _plans(program: Program, _options: argparse.Namespace) -> int:
    found = [scenarios.load(name) for name in scenarios.names()]
    rows: list[Json] = [
        {"id": one.id, "kind": one.kind, "title": dict(one.title), "summary": dict(one.summary)}
        for one in found
    ]
    lines = [f"{one.id:18} {one.title['en']} / {one.title['zh']}" for one in found]
    program.show({"scenarios": rows}, "\n".join(lines))
    return EXIT_OK


def _plan(program: Program, options: argparse.Namespace) -> int:
    one = scenarios.load(options.scenario)
    lines = [
        f"{one.title['en']} / {one.title['zh']}",
        one.summary["en"],
        *(f"  rule       {rule['en']}" for rule in one.ground_rules),
        *(f"  seat       {seat.id}: {seat.words['en']} of side {seat.side}" for seat in one.seats),
    ]
    for objective in one.objectives:
        lines.append(f"  objective  {objective.words['en']} ({objective.capability})")
        lines += [f"    task     {task.id}: {task.words['en']}" for task in objective.tasks]
    lines.append(f"  stop word  {one.stop_word['en']} / {one.stop_word['zh']}")
    program.show(scenario.to_json(one), "\n".join(lines))
    return EXIT_OK


def _take(program: Program, options: argparse.Namespace) -> int:
    """Write the list, and show once what opens the private items of each side."""
    one = scenarios.load(options.scenario)
    secrets: list[Json] = []
    commits: dict[int, str] = {}
    for number, data in scenario.contents(one).items():
        salt, content = program.random(_SALT_BYTES).hex(), hashlib.sha256(data).hexdigest()
        commits[number] = acts.commitment(salt, content)
        secrets.append({"number": number, "salt": salt, "content": content})
    parties = {side: getattr(options, side) for side in scenario.SIDES}
    items = scenario.listed(one, options.module, parties, commits)
    text = master_list.render(items)
    files.write(options.output, _rendered(options.output, items))
    sha256 = hashlib.sha256(text).hexdigest()
    value: Json = {"items": len(items), "sha256": sha256, "private": secrets}
    program.show(value, f"{len(items)} items in {options.output}\nsha256 {sha256}")
    return EXIT_OK


def _rendered(path: Path, items: tuple[Item, ...]) -> bytes:
    if path.suffix == ".zip":
        return imports.to_openaev(items, path.stem)
    way = {".xlsx": sheet.to_xlsx, ".csv": sheet.to_csv}.get(path.suffix, master_list.render)
    return way(items)


def _read(path: Path, maps: list[str]) -> tuple[Item, ...]:
    data = files.read(path, sheet.FILE_BYTES_MAX)
    mapped = dict(map(_mapping, maps))
    if path.suffix == ".xlsx":
        return sheet.from_xlsx(data, mapped)
    if path.suffix == ".csv":
        return sheet.from_csv(data, mapped)
    return master_list.parse(data) if _is_ours(data) else imports.foreign(data)


def _is_ours(data: bytes) -> bool:
    """Return whether it is JSON of no other program, and so ours, or wrong."""
    return not data.lstrip().startswith((b"PK", b"[")) and not any(
        word in data for word in (b'"inject_flow"', b'"export_version"')
    )


def _mapping(text: str) -> tuple[str, str]:
    heading, equals, column = text.rpartition("=")
    if not equals or column not in HEADINGS:
        raise Fault(
            code="surfaces.option.malformed",
            what=f"{quoted(text)} maps no heading to a column.",
            fix=f"Write --map HEADING=COLUMN, with one of: {', '.join(HEADINGS)}.",
        )
    return heading, column


def _import(program: Program, options: argparse.Namespace) -> int:
    return _written(program, options, _read(options.list, options.map))


def _export(program: Program, options: argparse.Namespace) -> int:
    return _written(program, options, _read(options.list, []))


def _written(program: Program, options: argparse.Namespace, items: tuple[Item, ...]) -> int:
    text = master_list.render(items)
    files.write(options.output, _rendered(options.output, items))
    sha256 = hashlib.sha256(text).hexdigest()
    value: Json = {"items": len(items), "sha256": sha256, "file": str(options.output)}
    program.show(value, f"{len(items)} items in {options.output}\nsha256 {sha256}")
    return EXIT_OK


def _check(program: Program, options: argparse.Namespace) -> int:
    items = _read(options.list, options.map)
    found = master_list.check(items, options.task)
    lines = [f"{one.what} {one.fix}" for one in found] or [f"{len(items)} items, nothing wrong."]
    program.show({"problems": [output.problem(one) for one in found]}, "\n".join(lines))
    return EXIT_REFUSED if found else EXIT_OK


def _diff(program: Program, options: argparse.Namespace) -> int:
    before, after = (_read(one, []) for one in (options.before, options.after))
    changes = master_list.diff(before, after)
    rows: list[Json] = [
        {
            "number": one.number,
            "what": one.what,
            "column": one.column,
            "before": one.before,
            "after": one.after,
        }
        for one in changes
    ]
    lines = [_line(one) for one in changes] or ["Nothing differs."]
    program.show({"changes": rows}, "\n".join(lines))
    return EXIT_OK


def _line(one: master_list.Change) -> str:
    if not one.column:
        return f"{one.number}  {one.what}"
    name = HEADINGS[one.column]["en"].lower()
    return f"{one.number}  {name}: {quoted(one.before)} -> {quoted(one.after)}"


def _fix_hash(program: Program, options: argparse.Namespace) -> int:
    data = files.read(options.file, sheet.FILE_BYTES_MAX)
    salt = program.random(_SALT_BYTES).hex()
    content = hashlib.sha256(data).hexdigest()
    commit = acts.commitment(salt, content)
    value: Json = {"commit": commit, "salt": salt, "content": content}
    program.show(
        value,
        f"commit  {commit}\nsalt    {salt}\ncontent {content}\n"
        "Fix the item by `commit`; keep `salt` and the file at home until it is disclosed.",
    )
    return EXIT_OK
