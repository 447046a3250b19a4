"""The codes of faults and the rules of noes, and the page that explains them, docs/errors.md.

    python -m tools.check.codes            says whether the page is whole
    python -m tools.check.codes --write    writes it anew; explanations are kept

The first column is generated; the second is written by hand, one line a code.  How the rules
are found: `tools.check.noes`.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.check import noes
from tools.check.source import Source, python, tree
from tools.check.steps import ROOT

PAGE = ROOT / "docs" / "errors.md"
FLOORS = (
    ("kernel",),
    ("seal", "tlog"),
    ("acts", "clocks", "facts", "shape", "stance"),
    ("figures",),
    ("joint", "domestic"),
    ("node",),
    ("rooms",),
    ("adapters", "surfaces", "client"),
    ("boot", "demo"),
    ("lab",),
)
ROOMS = frozenset(
    package.parent.name
    for floor in ("joint", "domestic")
    for package in (ROOT / "src" / "comity" / floor).glob("*/__init__.py")
)
"""A room's codes may begin with its name instead of its floor's."""

PARTS = ("highwater", "keys")
"""What a node reaches through a port: every adapter of it raises the same codes."""

FILE_SUFFIXES = frozenset({"css", "html", "js", "json", "md", "po", "svg", "toml", "txt", "xml"})
UNEXPLAINED = "(not yet explained)"
CODE = re.compile(r"(?P<floor>[a-z]+)\.(?P<noun>[a-z0-9-]+)\.(?P<problem>[a-z0-9-]+)")
_ROW = re.compile(r"\| `(?P<code>[^`]+)` \| (?P<why>.*) \|")

_HEAD = """\
# Errors

Every error that comity reports says what is wrong, what to do next, and a code that never
changes its meaning. The code of a fault begins with the floor that found the problem, from the
bottom up, or with its room. What is refused by rule, which tells an officer what may not be said or
done now, has a rule in place of a code: its room, and why it is refused. What every room refuses
alike has the rule `shape.…`, or `facts.…` in rooms whose matters are facts.

Codes and rules are collected from the source (`python -m tools.check.codes --write`); the
explanations are written by hand.
"""


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a code is raised."""

    code: str
    source: Source
    line: int


def height(floor: str) -> int:
    """Return how high a floor, room or part lies, 0 for kernel; -1 if there is no such floor."""
    if floor in ROOMS:
        floor = "joint"
    if floor in PARTS:
        floor = "node"
    return next((index for index, names in enumerate(FLOORS) if floor in names), -1)


def is_code(text: str) -> bool:
    """Return whether the text is spelled as a code of a floor, room or part."""
    match = CODE.fullmatch(text)
    return (
        match is not None and height(match["floor"]) >= 0 and match["problem"] not in FILE_SUFFIXES
    )


def uses(sources: Sequence[Source]) -> Iterator[Use]:
    """Find every constant that is spelled as a code of a floor, room or part."""
    for source in sources:
        if not source.is_product:
            continue
        for node in ast.walk(tree(source)):
            if not isinstance(node, ast.Constant):
                continue
            if isinstance(node.value, str) and is_code(node.value):
                yield Use(node.value, source, node.lineno)


def every(sources: Sequence[Source]) -> dict[str, str]:
    """Return every code of a fault and every rule of a refusal by rule, with a place of each."""
    found = {use.code: f"{use.source.path}:{use.line}" for use in uses(sources)}
    return found | dict(noes.rules(sources))


def explained(text: str) -> dict[str, str]:
    """Read the page: code to explanation."""
    return {row["code"]: row["why"] for row in _ROW.finditer(text)}


def render(codes: Sequence[str], why: dict[str, str]) -> str:
    """Write the page."""
    lines = [_HEAD]
    sections = [floor for names in FLOORS for floor in names]
    for floor in sections[:9] + sorted(ROOMS) + sections[9:10] + sorted(PARTS) + sections[10:]:
        own = sorted(code for code in set(codes) if code.startswith(f"{floor}."))
        if own:
            lines += [f"## {floor}\n", "| code | what has happened |", "|---|---|"]
            lines += [f"| `{code}` | {why.get(code, UNEXPLAINED)} |" for code in own]
            lines.append("")
    return "\n".join(lines)


def current() -> tuple[str, str]:
    """Return the page as it stands and as it should stand."""
    stands = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    return stands, render(list(every(python())), explained(stands))


def main() -> int:
    """Write or compare the page."""
    stands, should = current()
    if "--write" in sys.argv[1:]:
        PAGE.write_text(should, encoding="utf-8")
        stands = should
    for code, why in explained(stands).items():
        if why == UNEXPLAINED:
            print(f"docs/errors.md: explain `{code}`")
    return int(stands != should or UNEXPLAINED in stands)


if __name__ == "__main__":
    raise SystemExit(main())
