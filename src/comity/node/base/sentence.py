"""Sentences of the node: English, with what they were made of, so that a page can say them too.

    say("{acts} acts wait since {seconds} s.", acts=3, seconds=70)
        -> "3 acts wait since 70 s.", a str that knows its template and its facts

Commands and logs are read in English; a page looks the template up in the catalogue of its
language and puts the same facts in.

Floor: node.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class Sentence(str):
    """A sentence in English.

    Attributes:
        template: with the names of the facts in braces.
        facts: `{name: value}`.
    """

    __slots__ = ("facts", "template")

    template: str
    facts: Mapping[str, object]


class Coded(str):
    """What a fault said, in English, with its code after it.

    Attributes:
        code: of the fault.
        what: it said, without the code.
    """

    __slots__ = ("code", "what")

    code: str
    what: str


def say(template: str, /, **facts: object) -> Sentence:
    """Return a sentence with its facts in it."""
    made = Sentence(template.format_map(facts))
    made.template, made.facts = template, MappingProxyType(facts) if facts else _NOTHING
    return made


def coded(code: str, what: str) -> Coded:
    """Return what a fault said: `The disk is full. [adapters.disk.full]`."""
    made = Coded(f"{what} [{code}]")
    made.code, made.what = code, what
    return made
