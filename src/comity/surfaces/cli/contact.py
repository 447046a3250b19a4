"""`comity contact`: publish contact points, prove those of others, and read all of them.

    comity contact publish FILE --home DIR --as ann
    comity contact prove sn --entry desk --reached-at 2027-03-01T03:10:00Z --home DIR --as ann
    comity contact sheet sn --home DIR --as ann

What is said of them is in `joint/contact/verbs.py`; here they are published, listed and shown.

Floor: surfaces.
"""

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from comity.joint.contact import view
from comity.joint.contact.verbs import TABLE
from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.kernel.printable import one_line
from comity.node.base.rows import Officer
from comity.node.room import say
from comity.node.room.act_words import Words
from comity.node.room.release import draft_store
from comity.rooms.contact import checks, desk, vcard
from comity.rooms.contact import publish as publishing
from comity.rooms.contact.desk import Book, Point
from comity.surfaces.cli import files, verb_command
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers, add_out
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_hold, add_sending, sent, verb
from comity.surfaces.cli.request_text import at


def add_parser(subparsers: Subparsers) -> None:
    """Add `contact` and its verbs."""
    what = TABLE.what["en"]
    parser = subparsers.add_parser(
        TABLE.noun, help=f"{what[0].lower()}{what[1:]}", description=f"{what}."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    published = verb(verbs, "publish", "publish the contact points of this State", _publish)
    published.add_argument("file", type=Path, metavar="FILE", help="comity-contacts/1, in YAML")
    published.add_argument(
        "--no-sheet", action="store_true", help="keep the code sheet that was published before"
    )
    _add_channel(published)
    add_hold(published)
    add_sending(published)
    verb_command.add(verbs, TABLE, partial(say.say, TABLE))
    verb(verbs, "list", "list the contact points of every State", _list)
    shown = verb(verbs, "show", "show the contact points of one State, proved or not", _show)
    sheet = verb(verbs, "sheet", "show the code sheet of one State, to print it", _sheet)
    card = verb(verbs, "vcard", "write the contact points of one State for an address book", _vcard)
    for one in (shown, sheet, card):
        one.add_argument("party", metavar="PARTY", help="whose they are")
        _add_channel(one)
    add_out(card, "where the file is written")
    card.add_argument("--lang", choices=("en", "zh"), default="en", help="(default: %(default)s)")


def _add_channel(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--channel", default="", metavar="PATH", help="where this node has several arrangements"
    )


def _publish(program: Program, options: argparse.Namespace) -> int:
    data = files.read(options.file, limits.WRITTEN_BYTES_MAX)

    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        home.node.require_room(len(data), False)  # noqa: FBT003 -- as the port says
        words = Words(key=options.key, is_held=options.hold)
        with files.naming(str(options.file), data):
            return publishing.publish(
                home.node,
                officer,
                data,
                channel=options.channel,
                has_sheet=not options.no_sheet,
                words=words,
            )

    return sent(program, options, do)


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = desk.books(home.node, signed_in(program, home, options))
        value: list[Json] = [dict(desk.as_json(one)) for one in found]
        text = "\n".join(line for one in found for line in _lines(one)) or "No contact points."
        program.show({TABLE.plural: value}, text)
    return EXIT_OK


def _show(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = desk.book(home.node, officer, options.party, options.channel)
        program.show(dict(desk.as_json(found)), "\n".join(_lines(found)))
    return EXIT_OK


def _lines(found: Book) -> Iterator[str]:
    yield f"{found.party}: {view.STATUS_WORDS[found.status]['en']}  {found.channel}"
    if found.points and not found.is_held:
        yield "  The document is not held here yet, or cannot be read."
    for one in found.points:
        yield from _point(one)


def _point(one: Point) -> Iterator[str]:
    yield f"  {one.standing.name:16} {_proof(one)}"
    for entry, words in ((one.entry, ""), (one.beside, "before, until it is proved: ")):
        if entry is None:
            continue
        spoken = one_line(entry.function.get("en") or next(iter(entry.function.values())))
        yield f"    {words}{spoken}, {entry.agency} {entry.office}".rstrip()
        there = "attended" if one.is_attended else "not attended now"
        yield f"    level {entry.level}, {', '.join(entry.languages)}, {there}, there {one.local}"
        for carrier in entry.carriers:
            written = checks.spoken_number(carrier.at) if carrier.kind == "tel" else carrier.at
            yield f"    {carrier.kind:8} {one_line(written)}"


def _proof(one: Point) -> str:
    proved, failed = one.standing.proved, one.standing.failed
    if one.standing.is_withdrawn:
        return "withdrawn"
    if failed is not None:
        return (
            f"failed {at(failed.reached_at_ms)}, {one.standing.failures} times since it was proved"
        )
    if one.is_proved and proved is not None:
        return f"proved {at(proved.reached_at_ms)} by {proved.party}"
    return "NOT PROVED in the last three months"


def _sheet(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        pairs = desk.sheet(home.node, officer, options.party, options.channel)
        value: list[Json] = [[*one] for one in pairs]
        lines = [f"{number:2}  {one[0]}  {one[1]}" for number, one in enumerate(pairs, start=1)]
        program.show({"party": options.party, "pairs": value}, "\n".join(lines))
    return EXIT_OK


def _vcard(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = desk.book(home.node, officer, options.party, options.channel)
        data = vcard.render(found, options.lang)
        files.write(options.out, data)
        program.show({"file": str(options.out), "bytes": len(data)}, f"Written: {options.out}")
    return EXIT_OK
