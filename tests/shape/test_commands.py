"""The page of commands is whole."""

import argparse

from tools.check import commands


def _parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="comity")
    nouns = root.add_subparsers()
    request = nouns.add_parser("request").add_subparsers()
    send = request.add_parser("send", description="Sends a request\n    to the other party.")
    send.add_argument("file", metavar="FILE.json", help="what a person wrote")
    send.add_argument("-o", "--out", type=str, default="here", help="where to (%(default)s)")
    send.add_argument("--as", required=True, dest="officer", metavar="OFFICER", help="who acts")
    send.add_argument("--mode", choices=["a", "b"], help="how")
    send.add_argument("--json", action="store_true", help="for machines")
    nouns.add_parser("doctor", description="Looks.")
    return root


def test_each_command_says_what_it_is_for_and_each_argument_what_it_means() -> None:
    """Nobody who asks for --help is shown a name alone."""
    mute = [
        f"{one.prog} {' '.join(action.option_strings) or action.dest}".strip()
        for one in commands.leaves(commands.parser())
        for action in one._actions
        if not action.help and not isinstance(action, argparse._SubParsersAction)
    ]
    bare = [
        one.prog
        for one in commands.leaves(commands.parser())
        if not one.description and not one.epilog
    ]
    assert not [*mute, *bare]


def test_each_command_and_argument_has_its_line() -> None:
    """What can be typed can be read about, each argument with its meaning."""
    doctor, send = map(commands.render, commands.leaves(_parser()))
    assert doctor == "## comity doctor\n\nLooks.\n"
    assert send.splitlines() == [
        "## comity request send",
        "",
        "Sends a request to the other party.",
        "",
        "| argument | meaning |",
        "|---|---|",
        "| `FILE.json` | what a person wrote |",
        "| `-o, --out OUT` | where to (here) |",
        "| `--as OFFICER` | who acts (required) |",
        "| `--mode {a,b}` | how |",
        "| `--json` | for machines |",
    ]
