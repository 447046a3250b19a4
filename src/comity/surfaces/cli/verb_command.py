"""The commands of a table of verbs: each row with its options, its help, and what it does.

    comity case propose-priority CASE --reason harm-goes-on --home DIR --as ann
    comity case report CASE --dialogue 2027-03 --next us=supply --due us=2027-03-01T00:00:00Z
                       --text "Two are open." --text zh=两项请求尚未办结。

Floor: surfaces.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from comity.acts import verb as table
from comity.acts.verb import Field, Given, Table, Value, Verb
from comity.kernel.fault import Fault, quoted
from comity.node.base.rows import Officer
from comity.node.room import say
from comity.node.room.act_words import Words
from comity.node.room.release import draft_store
from comity.node.room.request_file import ANSWER, MARK_DEFAULT
from comity.surfaces.cli import files, instants, request_files, translations
from comity.surfaces.cli.context import Home, Program, Subparsers
from comity.surfaces.cli.request_send import add_hold, add_sending, sent, verb

_MARK = "mark"

type Run = Callable[[Program, argparse.Namespace], int]
"""Runs a command and returns its exit code."""

_METAVARS = {
    table.CODE: "CODE", table.NAME: "NAME", table.REFERENCE: "NUMBER", table.ACT: "ACT",
    table.MATTER: "ID", table.ITEM: "ITEM", table.PARTY: "PARTY", table.CHANNEL: "PATH",
    table.HASH: "HASH", table.TEXT: "TEXT", table.TIME: "TIME", table.NUMBER: "N",
    table.LINES: "FILE",
}  # fmt: skip


def add(verbs: Subparsers, room: Table, do: say.Do) -> None:
    """Add the command of every row."""
    for row in room.typed:
        add_one(verbs, room, row, do)


def add_one(verbs: Subparsers, room: Table, row: Verb, do: say.Do) -> argparse.ArgumentParser:
    """Add the command of one row."""

    def run(program: Program, options: argparse.Namespace) -> int:
        _require_once(options)
        written = request_files.read_written(options.file, ANSWER) if _has_file(options) else None

        def said(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
            if written is None:
                return told(home, officer, typed(row, officer, options))
            with request_files.attached(options, written) as attachments:
                if attachments:  # what is small may use the reserve: it may be a hotline's
                    size_bytes = sum(one.size_bytes for one in attachments)
                    home.node.require_room(size_bytes, False)  # noqa: FBT003 -- as the port says
                return told(home, officer, Words(written, attachments, options.key, options.hold))

        def told(home: Home, officer: Officer, words: Words) -> draft_store.Result:
            matter_id = "" if row.opens else options.matter
            return do(home.node, officer, say.Spoken(row, matter_id, given(row, options), words))

        return sent(program, options, said)

    words = row.summary
    parser = verb(verbs, row.name, f"{words[0].lower()}{words[1:]}", run)
    if not row.opens:
        add_matter(parser, room)
    for field in row.asks:
        add_field(parser, field)
    _add_words(parser, row)
    add_hold(parser)
    add_sending(parser)
    return parser


def _add_words(parser: argparse.ArgumentParser, row: Verb) -> None:
    if row.file:
        parser.add_argument(
            "file",
            type=Path,
            nargs="?" if row.file == table.MAY else None,
            metavar="FILE",
            help="JSON or YAML: see examples/answer.json",
        )
    if row.has_texts and row.file != table.MUST:
        translations.add_texts(parser, needed=row.needs_texts)
        if any(one.name == _MARK for one in row.fields):
            return  # its words have the mark of what it says
        parser.add_argument(
            f"--{_MARK}",
            default=MARK_DEFAULT,
            metavar="MARK",
            help="handling mark of --text (default: %(default)s)",
        )


def add_matter(parser: argparse.ArgumentParser, room: Table) -> None:
    """Add the matter that it is about."""
    parser.add_argument(
        "matter",
        metavar=(room.matter or room.noun).upper(),
        help="its id or a file number; a prefix is enough",
    )


def typed(row: Verb, officer: Officer, options: argparse.Namespace) -> Words:
    """Return the words that were typed."""
    typed = translations.texts(options.text) if row.has_texts else {}
    mark = getattr(options, _MARK, "") or getattr(options, f"f_{_MARK}", "") or MARK_DEFAULT
    return say.words(row, officer, typed, key=options.key, is_held=options.hold, mark=mark)


def _has_file(options: argparse.Namespace) -> bool:
    return getattr(options, "file", None) is not None


def _require_once(options: argparse.Namespace) -> None:
    """Return if words are typed or in the file, and not both.

    Raises:
        Fault: `surfaces.option.text-twice`.
    """
    if _has_file(options) and getattr(options, "text", None):
        raise Fault(
            code="surfaces.option.text-twice",
            what="The words are in the file, and --text gives them again.",
            fix="Write them in the file, in each language, or leave the file out.",
        )


def add_field(parser: argparse.ArgumentParser, field: Field) -> None:
    """Add the option of one field."""
    words = field.words["en"].lower()
    help_ = f"{words}: {field.hint['en']}" if field.hint else words
    help_ = f"{help_}; one of: {', '.join(field.known)}" if field.known else help_
    help_ = f"{help_}; - for standard input" if field.kind == table.LINES else help_
    help_ = f"{help_}; like 2027-03-01T00:00:00Z" if field.kind == table.TIME else help_
    more: dict[str, Any] = {"dest": f"f_{field.key}", "help": help_}
    if field.kind == table.FLAG:
        parser.add_argument(f"--{field.name}", action="store_true", **more)
        return
    metavar = _METAVARS[field.kind]
    more["required"] = field.needed and not field.default
    if field.by:
        more |= {"action": "append", "default": []}
        metavar = f"{field.by.upper()}={metavar}"
    elif field.many:
        more |= {"action": "append", "default": []}
    else:
        more["default"] = field.default
    if field.known and not field.by:
        more["choices"] = [*field.known]
    if field.default:
        more["help"] = f"{help_} (default: %(default)s)"
    parser.add_argument(f"--{field.name}", metavar=metavar, **more)


def given(row: Verb, options: argparse.Namespace) -> Given:
    """Return the values that were typed.

    Raises:
        Fault: `surfaces.option.malformed`, `surfaces.cli.instant`.
    """
    typed = [(field, getattr(options, f"f_{field.key}")) for field in row.asks]
    return {field.key: _value(field, value) for field, value in typed if value not in ("", [])}


def _value(field: Field, typed: Any) -> Value:  # noqa: ANN401 -- as argparse gives it
    if field.by:
        pairs = _pairs(field, typed)
        if field.kind == table.TIME:
            return {key: instants.read(one) for key, one in pairs.items()}
        return pairs
    if field.many:
        return tuple(typed)
    return _READ.get(field.kind, _text)(field, typed)


def _text(_field: Field, typed: str) -> str:
    return str(typed)


def _number(field: Field, typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal()):
        raise Fault(
            code="surfaces.option.malformed",
            what=f"{quoted(typed)} is not a whole number.",
            fix=f"Give --{field.name} in digits.",
        )
    return int(typed)


_READ: Final[Mapping[str, Callable[[Field, Any], Value]]] = MappingProxyType(
    {
        table.LINES: lambda _field, typed: files.read_lines(Path(typed), table.LINES_CHARS_MAX),
        table.TIME: lambda _field, typed: instants.read(typed),
        table.NUMBER: _number,
        table.FLAG: lambda _field, typed: int(typed),
    }
)


def _pairs(field: Field, typed: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in typed:
        key, equals, value = one.partition("=")
        if not equals or not key or key in found:
            raise Fault(
                code="surfaces.option.malformed",
                what=f"{quoted(one)} is not a {field.by} with a value, given once.",
                fix=f"Write --{field.name} {field.by.upper()}={_METAVARS[field.kind]}.",
            )
        found[key] = value
    return found
