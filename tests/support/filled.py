"""A verb filled in as little as it takes, in the way of each surface: for worlds that try all.

    form(row, keys={"party": ("aa", "bb")})   what a page is sent
    words(row)                                what is typed after the name of the command
    body(row)                                 what a call is sent

Floor: tests.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from comity.acts import verb as table
from comity.acts.verb import Field, Verb

PARTIES: Final[Mapping[str, Sequence[str]]] = {"party": ("aa", "bb")}
_VALUES: Final[Mapping[str, str]] = {
    table.CODE: "some", table.NAME: "police", table.REFERENCE: "B-8", table.ACT: "",
    table.MATTER: "z" * 26, table.ITEM: "one", table.PARTY: "aa", table.HASH: "0" * 64,
    table.TEXT: "So.", table.TIME: "2027-01-01T00:00", table.NUMBER: "1", table.FLAG: "1",
    table.LINES: "email;a@b.example;handle;a:b",
}  # fmt: skip


def value(field: Field) -> str:
    """Return the first value that a field may have."""
    return next(iter(field.known), _VALUES.get(field.kind, ""))


def _needed(row: Verb) -> Iterator[Field]:
    return (one for one in row.asks if one.needed and not one.default)


def form(
    row: Verb,
    keys: Mapping[str, Sequence[str]] = PARTIES,
    languages: Sequence[str] = ("en", "zh"),
    **given: str,
) -> dict[str, str]:
    """Return what a form is sent; `given` is sent as it is."""
    sent = {
        f"{one.key}_{key}" if key else one.key: value(one)
        for one in _needed(row)
        for key in (keys.get(one.by, ("facts",)) if one.by else ("",))
    }
    texts = {f"text_{lang}": f"In words: {lang}." for lang in languages if row.needs_texts}
    return {**sent, **texts, **given}


def words(row: Verb, keys: Mapping[str, Sequence[str]] = PARTIES, lines: str = "") -> list[str]:
    """Return what is typed; `lines` is the path of a file of them."""
    return [
        word
        for one in _needed(row)
        for key in (keys.get(one.by, ("facts",)) if one.by else ("",))
        for typed in (lines if one.kind == table.LINES else _typed(one),)
        for word in (f"--{one.name}", f"{key}={typed}" if key else typed)
    ] + [w for lang in ("en", "zh") if row.needs_texts for w in ("--text", f"{lang}=In words.")]


def _typed(field: Field) -> str:
    return f"{value(field)}:00Z" if field.kind == table.TIME else value(field)


def body(row: Verb, keys: Mapping[str, Sequence[str]] = PARTIES) -> dict[str, Any]:
    """Return what a call is sent."""
    sent: dict[str, Any] = {}
    for one in _needed(row):
        each: Any = int(value(one)) if one.kind == table.NUMBER else value(one)
        each = 1_800_000_000_000 if one.kind == table.TIME else each
        sent[one.key] = each
        if one.by:
            sent[one.key] = dict.fromkeys(keys[one.by], each)
        elif one.many:
            sent[one.key] = [each]
    texts = {"texts": dict.fromkeys(("en", "zh"), "In words.")} if row.needs_texts else {}
    return {**sent, **texts}
