"""A command that a document, a message or a page shows is one that can be typed."""

import argparse
import ast
import re
from collections.abc import Iterator, Mapping

import pytest

from tools.check import commands
from tools.check.source import Source, python, texts, tree

type Command = tuple[str, ...]

_BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")
_SAID = re.compile(r"`(?:\./)?(comity [^`]+)`|“(comity [^”]+)”|(?m:^  (comity [a-z].*)$)")
_IN_PAGES = re.compile(r"<code[^>]*>(comity [^<{]+)</code>")
_OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
_ENTRY = re.compile(r"^(?:\$ |\s*|.*/bin/)(?:\./)?(comity [a-z].*)")
_ASIDE = re.compile(r"\$+\([^)]*\)|[#|>].*")
"""What the shell takes for itself."""

_UNNAMED = ("…", "(?:")
"""A word that the program puts in, or looks for."""

_OF_THE_SCRIPT = ("test",)
"""`./comity test` is done by the script beside README."""

_PAST = ("docs/commands.md", "docs/adr/", "CHANGELOG.md")
"""Written from the parsers, or of a time that is over."""


def _table(node: argparse.ArgumentParser, path: Command = ()) -> dict[Command, set[str] | None]:
    """Return the options of each command, and None of a noun that takes a verb."""
    branches = [
        action for action in node._actions if isinstance(action, argparse._SubParsersAction)
    ]
    options = {word for action in node._actions for word in action.option_strings}
    found: dict[Command, set[str] | None] = {path: None if branches else options}
    for branch in branches:
        for name, one in branch.choices.items():
            found |= _table(one, (*path, name))
    return found


TABLE = _table(commands.parser())


def wrong(shown: str, table: Mapping[Command, set[str] | None] = TABLE) -> str:
    """Return what is wrong with a command as it is shown, or ""."""
    words = _ASIDE.sub("", shown).split()[1:]
    path: Command = ()
    for word in words:
        if (*path, word) not in table:
            break
        path = (*path, word)
    options = table[path]
    if words[0] in _OF_THE_SCRIPT or words[0].startswith(_UNNAMED):
        return ""
    if options is None:
        return f"`{shown}` is no whole command"
    strange = set(_OPTION.findall(" ".join(words[len(path) :]))) - options
    return f"`{shown}` has no {', '.join(sorted(strange))}" if strange else ""


def _of_page(source: Source) -> Iterator[str]:
    blocks = _BLOCK.findall(source.text)
    for line in (line for block in blocks for line in block.splitlines()):
        found = _ENTRY.search(line)
        if found:
            yield found[1]
    for inline in _INLINE.findall(_BLOCK.sub("", source.text)):
        words = inline.removeprefix("./").split()
        if words[:1] == ["comity"] and len(words) > 1:
            yield " ".join(words)
        elif len(words) > 1 and tuple(words[:2]) in TABLE:
            yield " ".join(["comity", *words])


def _strings(source: Source) -> Iterator[str]:
    """Yield what a module says, and not what it says of itself."""
    whole = tree(source)
    own = {
        id(node.value)
        for node in ast.walk(whole)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(whole):
        if isinstance(node, ast.JoinedStr):
            own |= {id(part) for part in node.values}
            parts = [
                str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
            ]
            yield "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in own:
            yield node.value


def _shown() -> Iterator[tuple[str, str]]:
    for source in texts():
        if source.path.endswith(".md") and not source.path.startswith(_PAST):
            yield from ((source.path, shown) for shown in _of_page(source))
        elif source.path.endswith(".html"):
            yield from ((source.path, shown) for shown in _IN_PAGES.findall(source.text))
    for source in python():
        if source.is_product:
            said = (found for text in _strings(source) for found in _SAID.findall(text))
            yield from ((source.path, next(filter(None, found))) for found in said)


def test_each_command_that_is_shown_can_be_typed() -> None:
    """Nobody is sent to a command that is half of one, or given an option that it does not have."""
    found = list(_shown())
    assert len(found) > 300
    bad = sorted({f"{path}: {why}" for path, shown in found if (why := wrong(shown))})
    assert not bad, "\n".join(bad)


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        ("comity recover", "is no whole command"),
        ("comity recover fech --home DIR", "is no whole command"),
        ("comity request send FILE --too fr", "has no --too"),
        ("comity request send FILE --home DIR --to fr", ""),
    ],
)
def test_what_cannot_be_typed_is_found(shown: str, why: str) -> None:
    """The check does not sleep."""
    assert why in wrong(shown)
    assert bool(why) == bool(wrong(shown))
