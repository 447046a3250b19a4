"""No module of node, adapters, surfaces or boot asks for a kind of matter by name."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from comity.boot.rooms import ROOMS

SOURCES: Final = Path(__file__).parents[2] / "src" / "comity"

FLOORS: Final = ("node", "adapters", "surfaces", "boot")


def asked(tree: ast.AST, own: frozenset[str]) -> Iterator[str]:
    """Give the rooms that a module imports, and the kinds that it names, but for its own."""
    others = ROOMS.keys() - own
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names = [f"{module}.{one.name}".split(".") for one in node.names]
            rooms = {one[2] for one in names if one[:2] == ["comity", "joint"]}
            yield from (f"imports {one}" for one in rooms & others)
        for one in [*_compared(node), *_given(node)]:
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value in others:
                yield f"names {one.value}"


def _compared(node: ast.AST) -> list[ast.expr]:
    return [node.left, *node.comparators] if isinstance(node, ast.Compare) else []


def _given(node: ast.AST) -> list[ast.expr]:
    if not isinstance(node, ast.Call):
        return []
    is_matter = isinstance(node.func, ast.Name) and node.func.id == "Matter"
    kinds = [one.value for one in node.keywords if one.arg == "kind"]
    return [*kinds, *(node.args[:1] if is_matter else [])]


@cache
def named_by(room: str) -> frozenset[str]:
    """Return the rooms that a room itself names: requests go by the guideline."""
    files = [*(SOURCES / "joint" / room).rglob("*.py"), *(SOURCES / "rooms" / room).rglob("*.py")]
    found = {one for path in files for one in asked(ast.parse(path.read_bytes()), frozenset())}
    return frozenset(one.removeprefix("imports ") for one in found) & ROOMS.keys()


def own_rooms(path: Path) -> frozenset[str]:
    """Return the rooms that a page or printer of a room may import: its own, and what it names."""
    parts = path.relative_to(SOURCES).with_suffix("").parts[1:]
    words = {one.split("_")[0].removesuffix("s") for one in parts}
    if path.parts[len(SOURCES.parts)] != "surfaces":
        return frozenset()
    return frozenset().union(*({room} | named_by(room) for room in words & ROOMS.keys()))


def by_name(floor: str) -> list[str]:
    """Return the modules of a floor that ask for a kind by name, each with what it asks."""
    found = []
    for path in sorted((SOURCES / floor).rglob("*.py")):
        what = sorted(set(asked(ast.parse(path.read_bytes()), own_rooms(path))))
        if what and path != SOURCES / "boot" / "rooms.py":
            found.append(f"{path.relative_to(SOURCES)}: {', '.join(what)}")
    return found


@pytest.mark.parametrize("floor", FLOORS)
def test_no_module_asks_for_a_kind_by_name(floor: str) -> None:
    """The node asks the room; pages and printers of a room have its name, and ask of their own."""
    found = by_name(floor)
    assert not found, "\n".join(found)


def test_a_kind_that_is_named_is_found() -> None:
    """Each of the three ways to ask for a kind by name is found, and one's own room is not."""
    source = """
from comity.joint.case import acts
from comity.joint import request
if row.matter.kind == "review": pass
Matter("guideline", "main")
Wanted(kind="case")
"""
    every = {"imports case", "imports request", "names review", "names guideline", "names case"}
    assert set(asked(ast.parse(source), frozenset())) == every
    assert set(asked(ast.parse(source), frozenset({"case"}))) == every - {
        "imports case",
        "names case",
    }
