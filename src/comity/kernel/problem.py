"""What is wrong in a text that a person wrote: every problem at once, each with its place.

    Problem("/types/0/id", "Preservation", "…", "Spell it so.", line=12)

Floor: kernel (pure).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import override

from comity.kernel.fault import Fault, quoted


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a text.

    Attributes:
        pointer: where, an RFC 6901 pointer; "" for the whole.
        value: what stands there, cut at 80 characters.
        what: what is wrong.
        fix: what to do.
        line: of the text, from 1; 0 where it has no lines.
        rule: stable name of what was broken, by which it is told in other languages; "" where
            only a program reads it.
    """

    pointer: str
    value: str
    what: str
    fix: str
    line: int = 0
    rule: str = ""

    @override
    def __str__(self) -> str:
        where = f"line {self.line}, {self.pointer or '/'}" if self.line else self.pointer or "/"
        return f"{where}: {self.what} {self.fix}"


class Unfit(Fault):
    """A text that does not fit what is published of its kind.

    Attributes:
        problems: every one of them.
    """

    def __init__(self, code: str, name: str, problems: Sequence[Problem]) -> None:
        count = len(problems)
        noun = "problem" if count == 1 else "problems"
        lines = [f"{quoted(name)} has {count} {noun}:", *(f"  {problem}" for problem in problems)]
        super().__init__(
            code=code,
            what="\n".join(lines),
            fix="Correct them and give it again; nothing was done.",
        )
        self.problems = tuple(problems)


def pointer_of(path: Sequence[str | int]) -> str:
    """Return the RFC 6901 pointer of a path of keys and places."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
