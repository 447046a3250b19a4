"""What is wrong in a text that a person wrote: every problem at once, each with its place.

    Problem("/types/0/id", "Preservation", "…", "Spell it so.", line=12, column=5)
    Malformed("kernel.json.malformed", "it is empty", "Write an object.", Place(1, 1))

Floor: kernel (pure).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, override

from comity.kernel.fault import Fault, path_quoted

LISTED_MAX: Final = 100
"""Of problems that are told: what another State proposed may have a hundred thousand."""
MORE: Final = "text.more"
"""Rule of what says that there are more."""
LARGE: Final = "text.large"
"""Rule of what says that not every part of a large text was looked at."""


class Place(NamedTuple):
    """Where something stands in a text.

    Attributes:
        line: from 1.
        column: in characters of that line, from 1.
    """

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a text.

    Attributes:
        pointer: where, an RFC 6901 pointer; "" for the whole.
        value: what stands there, cut at 80 characters.
        what: what is wrong.
        fix: what to do.
        line: of the text, from 1; 0 where it has no lines.
        column: in that line, in characters from 1; 0 where it has no lines.
        rule: stable name of what was broken, by which it is told in other languages; "" where
            only a program reads it.
    """

    pointer: str
    value: str
    what: str
    fix: str
    line: int = 0
    column: int = 0
    rule: str = ""

    @override
    def __str__(self) -> str:
        where = f"line {self.line}, column {self.column}, " if self.line else ""
        return f"{where}{self.pointer or '/'}: {self.what} {self.fix}"


class Unfit(Fault):
    """A text that does not fit what is published of its kind.

    Attributes:
        name: of the text.
        problems: as `listed` gives them.
    """

    def __init__(self, code: str, name: str, problems: Sequence[Problem]) -> None:
        problems = listed(problems)
        lines = [f"{path_quoted(name)} has {counted(problems)}:"]
        lines += [f"  {problem}" for problem in problems]
        super().__init__(
            code=code,
            what="\n".join(lines),
            fix="Correct them and give it again; nothing was done.",
        )
        self.name = name
        self.problems = problems


def listed(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the first problems, and after them one that says how many more there are."""
    if len(problems) <= LISTED_MAX or _is_cut(problems):
        return tuple(problems)
    more = len(problems) - LISTED_MAX
    what, fix = f"{more} more problems are not listed.", "Correct these first, and check it again."
    return (*problems[:LISTED_MAX], Problem("", "", what, fix, rule=MORE))


def counted(problems: Sequence[Problem]) -> str:
    """Return how many problems there are, of what `listed` gave."""
    if _is_cut(problems):
        return f"more than {LISTED_MAX} problems"
    return "1 problem" if len(problems) == 1 else f"{len(problems)} problems"


def _is_cut(problems: Sequence[Problem]) -> bool:
    return len(problems) == LISTED_MAX + 1 and problems[-1].rule == MORE


class Malformed(Fault):
    """A text that cannot be read on from one place.

    Attributes:
        why: what is wrong there.
        place: where.
        name: of the file, or "".
    """

    def __init__(self, code: str, why: str, mend: str, place: Place, name: str = "") -> None:
        subject = path_quoted(name) if name else "This text"
        super().__init__(
            code=code,
            what=f"{subject} cannot be read: line {place.line}, column {place.column}: {why}.",
            fix=f"{mend} Then give it again.",
        )
        self.why = why
        self.place = place
        self.name = name
        self._mend = mend

    def named(self, name: str, shown: str) -> "Malformed":
        """Return the same, told of a file.

        Args:
            name: of the file.
            shown: its line, with a mark under the place.
        """
        told = Malformed(self.code, self.why, self._mend, self.place, name)
        told.what = f"{told.what}\n{shown}"
        return told


def placed(problem: Problem, places: Mapping[str, Place]) -> Problem:
    """Return a problem with its place, or that of the nearest part above it.

    Args:
        problem: without a place.
        places: `{pointer: place}` of the parts of its text.
    """
    pointer = problem.pointer
    while pointer and pointer not in places:
        pointer = pointer.rpartition("/")[0]
    place = places.get(pointer, Place(1, 1))
    return replace(problem, line=place.line, column=place.column)


def place_of(text: str, at: int) -> Place:
    """Return the place of a character of a text."""
    return Place(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def place_of_byte(data: bytes, at: int) -> Place:
    """Return the place of a byte of a text in UTF-8, all before it being whole characters."""
    before = data[:at].decode("utf-8", "replace")
    return place_of(before, len(before))


def pointer_of(path: Sequence[str | int]) -> str:
    """Return the RFC 6901 pointer of a path of keys and places."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
