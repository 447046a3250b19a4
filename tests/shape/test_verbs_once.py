"""The tables of verbs are the only places that list the verbs of a room."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

import pytest
from support import tables

from tools.check.source import Source, python, tree

NAMES: Mapping[str, frozenset[str]] = {
    table.noun: frozenset(one.name for one in table.verbs) for table in tables.EVERY
}
EVERY = frozenset[str]().union(*NAMES.values())
QUOTED = re.compile(rf"[\"']({'|'.join(map(re.escape, sorted(EVERY)))})[\"']")
LEAST = 3
"""Of a table with fewer verbs, any two words would be half of them."""


def _listed(node: ast.AST) -> Iterator[str]:
    """Give the texts that a literal lists; what does something for each name is no list."""
    found: Sequence[ast.expr | None] = ()
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        found = [one for one, value in pairs if not isinstance(value, ast.Lambda | ast.Name)]
    elif isinstance(node, ast.Set | ast.List | ast.Tuple):
        found = [_first(one) for one in node.elts]
    for one in found:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _first(node: ast.expr) -> ast.expr:
    """Return the name of a row: the first of a pair, or of what a call is given."""
    parts = node.elts if isinstance(node, ast.Tuple) else []
    parts = node.args if isinstance(node, ast.Call) else parts
    return parts[0] if parts else node


def lists(source: Source) -> Iterator[str]:
    """Yield each literal that lists more than half of the verbs of a table."""
    if len({*QUOTED.findall(source.text)}) <= LEAST:
        return
    exported = [
        id(one.value)
        for one in tree(source).body
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "__all__"
    ]
    for node in ast.walk(tree(source)):
        named = {*_listed(node)}
        for noun, names in NAMES.items() if len(named) > LEAST else ():
            spelled = names & named
            if id(node) not in exported and len(spelled) > max(LEAST, len(names) / 2):
                yield f"{source.path}:{getattr(node, 'lineno', 0)}: {len(spelled)} of {noun}"


def test_no_list_of_verbs_stands_outside_the_tables() -> None:
    """A verb that is added to its table is everywhere: no second list is to be remembered."""
    sources = [
        one
        for one in python()
        if one.path.startswith("src/") and not one.path.endswith("/verbs.py")
    ]
    assert [line for source in sources for line in lists(source)] == []


@pytest.mark.parametrize("noun", ["case", "request", "file"])
def test_a_second_list_would_be_found(noun: str) -> None:
    """As a set, as a list of pairs, as the keys of a mapping."""
    names = sorted(NAMES[noun])
    for text in (
        f"X = {set(names)}",
        f"X = {[(one, 1) for one in names]}",
        f"X = {dict.fromkeys(names)}",
    ):
        assert [*lists(Source("src/comity/node/a.py", text))]
