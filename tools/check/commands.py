"""Writes docs/commands.md from the parsers of the command line.

    python -m tools.check.commands

A command is a module with `add_parser` of `comity.surfaces.cli`, `comity.demo` or `comity_lab`.
The page is rendered here, not by argparse, whose layout differs between versions of Python.
"""

import argparse
import importlib
import pkgutil
from collections.abc import Iterator

import comity.demo
import comity.surfaces.cli
import comity_lab
from comity.boot.rooms import TABLES
from comity.surfaces.cli import room_command, steps
from tools.check.steps import ROOT

PAGE = ROOT / "docs" / "commands.md"
_HEAD = """\
# Commands

Written by `python -m tools.check.generated --write` from the parsers; `--help` says the same.
`./comity test` is told in [CONTRIBUTING](../CONTRIBUTING.md).

| exit code | means |
|---|---|
| 0 | done; `serve` that is told to end has done what it was told |
| 1 | a refusal by rule, or a check that did not hold, or `--wait` that waited in vain |
| 2 | the command line is wrong |
| 3 | a fault, with its code: see [errors](errors.md) |
| 70 | an error of the program itself |
| 130 | ended by a signal |

With `--json` a command prints one object on stdout and no notes; [json](json.md) tells its
shape. A refusal by rule, and whatever ends with 2, 3 or 70, is
`{"error": {"code": …, "what": …, "fix": …}}`. With `-o -` standard output is the file alone, and
what a command tells, as text or JSON, goes to stderr.
"""


def parser() -> argparse.ArgumentParser:
    """Return one parser with every command of the program."""
    root = argparse.ArgumentParser(prog="comity")
    commands = root.add_subparsers()
    for package in (comity.surfaces.cli, comity.demo, comity_lab):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            if hasattr(module, "add_parser"):
                module.add_parser(commands)
    for table in TABLES:
        if table.noun not in commands.choices:
            room_command.add(commands, table, TABLES)
    steps.add(commands.choices)
    return root


def leaves(node: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield each command that can be called, by name, and before its verbs one that has steps."""
    branches = [
        action
        for action in node._actions  # noqa: SLF001 -- argparse has no public way to walk a parser
        if isinstance(action, argparse._SubParsersAction)  # noqa: SLF001 -- as above
    ]
    if not branches or (node.epilog and " " in node.prog):
        yield node
    for branch in branches:
        for name in sorted(branch.choices):
            yield from leaves(branch.choices[name])


def render(command: argparse.ArgumentParser) -> str:
    """Return the section of one command: what it is for, and each argument."""
    lines = [f"## {command.prog}\n"]
    for text in (command.description or "", command.epilog or ""):
        lines += [_paragraph(part) for part in text.split("\n\n") if part]
    rows = [
        _row(action)
        for action in command._actions  # noqa: SLF001 -- as above
        if action.dest != "help" and not isinstance(action, argparse._SubParsersAction)  # noqa: SLF001 -- as above
    ]
    if rows:
        lines += ["| argument | meaning |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def _paragraph(text: str) -> str:
    """Return words in one line, and what is typed as it is typed."""
    if steps.shows_typing(text):
        return f"```\n{text}\n```\n"
    return f"{' '.join(text.split())}\n"


def _row(action: argparse.Action) -> str:
    metavar = action.metavar or action.dest.upper()
    if action.choices is not None:
        metavar = "{" + ",".join(map(str, action.choices)) + "}"
    if isinstance(metavar, tuple):
        metavar = " ".join(metavar)
    spelled = ", ".join(action.option_strings)
    if not spelled:
        shown = f"[{metavar}]" if action.nargs in ("?", "*") else metavar
    elif action.nargs == 0:
        shown = spelled
    else:
        shown = f"{spelled} {metavar}"
    values = {"default": action.default, "prog": "comity", "metavar": metavar}
    meaning = (action.help or "") % {**vars(action), **values}
    if action.option_strings and action.required:
        meaning += " (required)"
    return f"| `{shown}` | {' '.join(meaning.split())} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text("\n".join([_HEAD, *map(render, leaves(parser()))]), encoding="utf-8")


if __name__ == "__main__":
    main()
