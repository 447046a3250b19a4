"""Which modules nothing leads to."""

import ast
import re
from collections.abc import Iterator, Sequence

from tools.check.source import Source, tree

LIBRARY = ("comity.kernel", "comity.seal", "comity.tlog", "comity.acts", "comity.clocks")
"""Usable alone: what the node does not call, an auditor may."""

ENTRY = re.compile(
    r"comity(\.boot(\..*)?|\.adapters\.settings|\.surfaces\.cli\.\w+"
    r"|\.demo\.(demo|developers|rehearse)|.*\.(migrations|management|templatetags)\..*|.*\.(apps|models|__main__))"
)
"""Started by a program's name, or found by Django or by the command line."""

_DOTTED = re.compile(r"comity(?:_lab)?(?:\.\w+)+")


def imports(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of what a module imports, names of `from` included."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def dead(sources: Sequence[Source]) -> Iterator[str]:
    """Find modules of the package that no module imports or names in a string."""
    python = [source for source in sources if source.path.endswith(".py") and not source.is_test]
    named: set[str] = set()
    for source in python:
        own = {name for _, name in imports(tree(source))} | set(_strings(source))
        named |= own - {source.module}
    for source in python:
        is_kept = (
            source.path.endswith("/__init__.py")
            or source.module.startswith(LIBRARY)
            or ENTRY.fullmatch(source.module)
        )
        if source.is_product and not is_kept and source.module not in named:
            yield f"{source.path}:1: nothing imports {source.module}"


def _strings(source: Source) -> Iterator[str]:
    """Yield dotted names in strings, and the modules they may lie in."""
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for match in _DOTTED.findall(node.value):
                yield match
                yield match.rpartition(".")[0]
