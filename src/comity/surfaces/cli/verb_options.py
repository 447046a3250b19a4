"""The options of a verb: one a field of its row, and the values that were typed.

    --reason harm-goes-on --next us=supply --due us=2027-03-01T00:00:00Z

Floor: surfaces.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from comity.acts import verb as table
from comity.acts.verb import Field, Given, Value, Verb
from comity.kernel.fault import Fault, quoted
from comity.surfaces.cli import files, instants

_METAVARS: Final = {
    table.CODE: "CODE", table.NAME: "NAME", table.REFERENCE: "NUMBER", table.ACT: "ACT",
    table.MATTER: "ID", table.ITEM: "ITEM", table.PARTY: "PARTY", table.CHANNEL: "PATH",
    table.HASH: "HASH", table.LINE: "TEXT", table.TEXT: "TEXT", table.TIME: "TIME",
    table.NUMBER: "N", table.LINES: "FILE",
}  # fmt: skip


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


def named(row: Verb, options: argparse.Namespace, values: Given) -> AbstractContextManager[object]:
    """Tell what is wrong in a file that an option names by the name of that file."""
    for field in row.asks:
        if field.kind == table.LINES and field.key in values:
            data = str(values[field.key]).encode()
            return files.naming(str(getattr(options, f"f_{field.key}")), data)
    return nullcontext()


def _value(field: Field, typed: Any) -> Value:  # noqa: ANN401 -- as argparse gives it
    if field.by:
        pairs = _pairs(field, typed)
        if field.kind == table.TIME:
            return {key: instants.read(one) for key, one in pairs.items()}
        if field.kind == table.NUMBER:
            return {key: _number(field, one) for key, one in pairs.items()}
        return pairs
    if field.many:
        return tuple(typed)
    return _READ.get(field.kind, _text)(field, typed)


def _text(_field: Field, typed: str) -> str:
    return str(typed)


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
