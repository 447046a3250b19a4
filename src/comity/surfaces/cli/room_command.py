"""The command of a room that has none of its own: its verbs, `list` and `show`.

    comity hotline call --ground life --level 2 --word-by 2027-03-01T00:00:00Z --home DIR --as ann
    comity hotline show 3f1c --home DIR --as ann

Floor: surfaces.
"""

import argparse
from collections.abc import Iterator, Sequence
from functools import partial

from comity.acts.verb import Table
from comity.clocks.due import Due
from comity.kernel.printable import one_line
from comity.node.base.rows import MatterRow
from comity.node.desk import matter_json, matters
from comity.node.room import clock_json, say
from comity.surfaces.cli import room_more, verb_command
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import verb
from comity.surfaces.cli.request_text import at

LINES_MAX = 1_000


def add(subparsers: Subparsers, table: Table, tables: Sequence[Table] = ()) -> verb_command.Groups:
    """Add the command of a room, with the verbs of those tables that are within its own.

    Returns:
        Where a room adds more of its own.
    """
    what = table.what["en"]
    parser = subparsers.add_parser(
        table.noun, help=f"{what[0].lower()}{what[1:]}", description=f"{what}."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    groups = verb_command.add(verbs, table, partial(say.say, table))
    for one in tables:
        if one.within == table.noun:
            verb_command.add(verbs, one, partial(say.say, one))
    for more in room_more.MORE.get(table.noun, ()):
        more(verbs, table)
    verb(verbs, "list", f"list the {table.plural}, what waits for you first", _list(table))
    shown = verb(verbs, "show", f"show one {table.words['en'].lower()}", _show(table))
    verb_command.add_matter(shown, table)
    return groups


def _list(table: Table) -> verb_command.Run:
    def run(program: Program, options: argparse.Namespace) -> int:
        with program.open_home(options.home) as home:
            officer = signed_in(program, home, options)
            rows, _ = matters.page(home.node, officer, table.noun, "", LINES_MAX)
            own = home.node.party
            due = matters.dues(home.node, table, rows)
            lines = (_line(row, own, due.get(row.matter.id)) for row in rows)
            text = "\n".join(lines) or f"No {table.plural}."
            program.show(matter_json.list_json(table, rows, own, due), text)
        return EXIT_OK

    return run


def _show(table: Table) -> verb_command.Run:
    def run(program: Program, options: argparse.Namespace) -> int:
        with program.open_home(options.home) as home:
            officer = signed_in(program, home, options)
            shown = matters.show(home.node, officer, table.noun, options.matter)
            text = "\n".join(_lines(table, shown))
            program.show(matter_json.shown_json(table, shown, home.node.party), text)
        return EXIT_OK

    return run


def _line(row: MatterRow, own: str, due: Due | None) -> str:
    waits = f"  waits for {'you' if row.holder == own else row.holder}" if row.holder else ""
    by = f"  {due.clock} by {at(due.by_ms)}" if due is not None and due.by_ms is not None else ""
    return f"{row.matter.id[:8]}  {row.status:12} {row.asker}{waits}{by}"


def _lines(table: Table, shown: matters.Shown) -> Iterator[str]:
    yield f"{table.noun} {shown.row.matter.id}"
    yield f"  status      {shown.line.status}"
    if shown.line.holder:
        yield f"  waits for   {shown.line.holder}"
    yield from _clocks(shown)
    for one in shown.turns:
        words = table.label(one.tag) or {"en": one.tag}
        codes = ", ".join(f"{name} {code}" for name, code in one.codes.items())
        times = ", ".join(f"{name} {at(when)}" for name, when in one.times.items())
        more = "; ".join(part for part in (codes, times) if part)
        yield f"  {one.act_id[:8]}  {one.party}: {words['en']}{f' ({more})' if more else ''}"
        for text in one.texts if isinstance(one.texts, list) else ():
            if isinstance(text, dict):
                yield f"    [{text.get('lang', '')}] {one_line(str(text.get('text', '')))}"
    for label, value in shown.own:
        yield f"  {label['en']}: {one_line(value)}"


def _clocks(shown: matters.Shown) -> Iterator[str]:
    found = shown.clocks
    if found is None:
        return
    for one in found.timed:
        due = "" if one.clock.due_at_ms is None else f", due {at(one.clock.due_at_ms)}"
        yield f"  clock {one.clock.name} of {one.party}: {one.clock.status}{due}"
    for due_next in found.dues:
        if not due_next.clock:
            yield f"  {due_next.party} may: {found.action(due_next.action)['en'].lower()}"
    for missing in found.missing:
        yield f"  {clock_json.missing_words(missing)['en']}"
