"""`comity completion bash|zsh|fish`: a script that completes commands, verbs and options.

    comity completion bash > ~/.local/share/bash-completion/completions/comity
    source <(comity completion zsh)                                    in .zshrc
    comity completion fish > ~/.config/fish/completions/comity.fish

The script holds the words of this version: to complete starts no program, opens no home and
names no request, officer or party.  What a word may be is completed where it is one of a list;
else it is a file.

Floor: surfaces.
"""

import argparse
from collections.abc import Iterator, Mapping
from typing import Final

from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers

NAME: Final = "completion"
BASH, ZSH, FISH = "bash", "zsh", "fish"

_DESCRIPTION: Final = """\
Print a script by which a shell completes the commands, verbs, options and choices of this version;
after an upgrade print it anew.  It starts nothing and asks no node.

  bash   comity completion bash > ~/.local/share/bash-completion/completions/comity
  zsh    source <(comity completion zsh), in ~/.zshrc after compinit
  fish   comity completion fish > ~/.config/fish/completions/comity.fish"""

type Words = Mapping[str, tuple[str, ...]]
"""`{what stands there already: what can follow}`, as `comity request list --urgency`."""

_BASH: Final = """\
# Completion of comity for bash; `comity completion bash` prints it.
_comity() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path=comity words= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path ${COMP_WORDS[i]}" in
%(paths)s) path="$path ${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path $prev" in
%(choices)s
  esac
  if [[ -z $words ]]; then
    case $path in
%(words)s
    esac
    [[ $cur == -* || $words != -* ]] || return 0
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _comity comity ./comity
"""

_ZSH: Final = """\
# Completion of comity for zsh; `comity completion zsh` prints it.
autoload -U +X bashcompinit && bashcompinit
"""

_FISH: Final = """\
# Completion of comity for fish; `comity completion fish` prints it.
function __comity_words
  set -l typed (commandline -opc)
  set -l path comity
  for word in $typed[2..]
    switch "$path $word"
      case %(paths)s
        set path "$path $word"
    end
  end
  switch "$path $typed[-1]"
%(choices)s
  end
  switch $path
%(words)s
  end
end
complete -c comity -a '(__comity_words)'
complete -c comity -n '__comity_words | string match -qr "^[^-]"' -f
"""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        NAME,
        help="print what completes what is typed in a shell",
        description=_DESCRIPTION,
    )
    parser.add_argument("shell", choices=(BASH, ZSH, FISH), help="for which the script is")
    parser.set_defaults(run=run)


def know(root: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser]) -> None:
    """Let the command know the parser of all commands, if it is one of them."""
    if NAME in commands:
        commands[NAME].set_defaults(root=root)


def run(program: Program, options: argparse.Namespace) -> int:
    """Print a script."""
    text = script(options.shell, options.root)
    program.show({"shell": options.shell, "script": text}, text.rstrip("\n"))
    return EXIT_OK


def script(shell: str, root: argparse.ArgumentParser) -> str:
    """Return the script of a shell for the commands of a parser."""
    follow: dict[str, tuple[str, ...]] = {}
    choices: dict[str, tuple[str, ...]] = {}
    for path, parser in _all(root, root.prog):
        follow[path], chosen = _words(parser)
        choices |= {f"{path} {option}": words for option, words in chosen.items()}
    paths = sorted(follow.keys() - {root.prog})
    if shell == FISH:
        named = " ".join(f"'{path}'" for path in paths)
        return _FISH % {
            "paths": named,
            "choices": _fish(choices, "; return"),
            "words": _fish(follow),
        }
    named = "|".join(f'"{path}"' for path in paths)
    ours = _BASH % {"paths": named, "choices": _bash(choices), "words": _bash(follow)}
    return _ZSH + ours.partition("\n")[2] if shell == ZSH else ours


def _all(
    parser: argparse.ArgumentParser, path: str
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield path, parser
    for action in parser._actions:  # noqa: SLF001 -- argparse has no public way to walk a parser
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 -- as above
            for name, verb in action.choices.items():
                yield from _all(verb, f"{path} {name}")


def _words(parser: argparse.ArgumentParser) -> tuple[tuple[str, ...], Words]:
    """Return what can follow a command or verb, and what each of its options may be."""
    verbs: list[str] = []
    options: list[str] = []
    chosen: dict[str, tuple[str, ...]] = {}
    for action in parser._actions:  # noqa: SLF001 -- as above
        if action.help == argparse.SUPPRESS:
            continue
        choices = tuple(str(one) for one in action.choices or ())
        options += [one for one in action.option_strings if one.startswith("--")]
        if action.option_strings and choices:
            chosen |= dict.fromkeys(action.option_strings, choices)
        elif choices:
            verbs += choices
    return (*verbs, *options), chosen


def _bash(words: Words) -> str:
    return "\n".join(f'    "{path}") words="{" ".join(each)}" ;;' for path, each in words.items())


def _fish(words: Words, then: str = "") -> str:
    return "\n".join(
        f"    case '{path}'\n      printf '%s\\n' {' '.join(each)}{then}"
        for path, each in words.items()
    )
