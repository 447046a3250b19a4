"""What a shell completes: the words of the parser, in the shells themselves."""

import argparse
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import comity_lab
from comity import demo
from comity.surfaces import cli
from comity.surfaces.cli import completion, main

_CASES = (
    (("req",), ("request",)),
    (("request", "li"), ("list",)),
    (("request", "list", "--urgency", ""), ("emergency", "urgent", "routine")),
    (("request", "list", "--ur"), ("--urgency",)),
    (("completion", "z"), ("zsh",)),
    (("--v",), ("--version",)),
    (("sim", "--see"), ("--seeds", "--seed")),
)
"""(what is typed, what is offered)."""


_ASK = '. {}; COMP_WORDS=(comity "$@"); COMP_CWORD=$#; _comity; echo "${{COMPREPLY[@]}}"'


def _needs(shell: str) -> str:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not installed")
    return found


def _script(shell: str, folder: Path) -> Path:
    root = main.parser([cli, demo, comity_lab], completion.NAME)
    file = folder / f"comity.{shell}"
    file.write_text(completion.script(shell, root), "utf-8")
    return file


def _run(*words: str, at: Path) -> list[str]:
    done = subprocess.run(words, cwd=at, capture_output=True, text=True, timeout=60, check=True)
    assert not done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(("typed", "offered"), _CASES)
def test_bash_completes_commands_options_and_choices(
    tmp_path: Path, typed: Sequence[str], offered: Sequence[str]
) -> None:
    """The script starts nothing: it has all the words."""
    script = _script("bash", tmp_path)
    found = _run(_needs("bash"), "-c", _ASK.format(script), "bash", *typed, at=tmp_path)
    assert found == [*offered]


def test_bash_leaves_files_to_itself(tmp_path: Path) -> None:
    """Where a file is typed, and after an option whose value is free."""
    script = _script("bash", tmp_path)
    for typed in (("request", "send", ""), ("request", "list", "--home", "")):
        assert _run(_needs("bash"), "-c", _ASK.format(script), "bash", *typed, at=tmp_path) == []
    assert "complete -o default " in script.read_text("utf-8")


@pytest.mark.parametrize(("typed", "offered"), _CASES)
def test_fish_completes_the_same(
    tmp_path: Path, typed: Sequence[str], offered: Sequence[str]
) -> None:
    """No name of a file stands among commands."""
    (tmp_path / "requests").mkdir()
    ask = f"source {_script('fish', tmp_path)}; complete -C 'comity {' '.join(typed)}'"
    assert set(_run(_needs("fish"), "--no-config", "-c", ask, at=tmp_path)) == set(offered)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_read_its_script(tmp_path: Path, shell: str) -> None:
    """Whole, without a word about it."""
    assert _run(_needs(shell), "-n", str(_script(shell, tmp_path)), at=tmp_path) == []


def test_each_command_and_option_is_in_the_script() -> None:
    """And no word that a shell would read as more than a word."""
    root = main.parser([cli, demo, comity_lab], completion.NAME)
    script = completion.script("bash", root)
    assert root.parse_args([completion.NAME, "bash"]).root is root
    for path, leaf in _leaves(root, "comity"):
        (line,) = (one for one in script.splitlines() if one.startswith(f'    "{path}") words='))
        for action in leaf._actions:
            named = [one for one in action.option_strings if one.startswith("--")]
            assert action.help == argparse.SUPPRESS or all(f"{one}" in line for one in named)
        words = line.partition('words="')[2].removesuffix('" ;;')
        assert not set(words) & set("$`\\'\"|&<>*?(){}[]!#~;")


def test_the_version_is_said_without_any_command() -> None:
    """All of them take a second to load."""
    root = main.parser([cli, demo, comity_lab], main.VERSION)
    (branch,) = (one for one in root._actions if isinstance(one, argparse._SubParsersAction))
    assert not branch.choices
    with pytest.raises(SystemExit) as ended:
        root.parse_args([main.VERSION])
    assert ended.value.code == 0


def _leaves(
    parser: argparse.ArgumentParser, path: str
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    below = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if not below:
        yield path, parser
    for action in below:
        for name, each in action.choices.items():
            yield from _leaves(each, f"{path} {name}")
