"""The rules of `Inadmissible` in the source: what a refusal by rule may be called.

Inadmissible("duty.task.done", …)         the rule stands there
Inadmissible(FORBIDDEN, …)                and here where `FORBIDDEN: Final = "…"` stands
Inadmissible(f"request.{name}", …)        and here in the module's own `RULES`
Inadmissible(fault.code, …)               no new rule: a fault told as a no
"""

import ast
import importlib
from collections.abc import Iterator, Sequence
from functools import cache

from tools.check.source import Source, tree

NO = "Inadmissible"
RULES = "RULES"
"""Where a module puts rules together, this is the set of all that it can give."""

_OF_ANOTHER = frozenset({"code", "rule"})
"""Attributes by which a code or rule is passed on that stands elsewhere."""


class Unclear(Exception):  # noqa: N818 -- told to a programmer
    """A rule that nobody can read off the source."""


def rules(sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Give every rule and a place where it is said.

    Raises:
        Unclear: a module puts a rule together and has no `RULES`.
    """
    for source in sources:
        if not source.is_product:
            continue
        for node in ast.walk(tree(source)):
            first = _rule(node)
            if first is None:
                continue
            place = f"{source.path}:{first.lineno}"
            yield from ((rule, place) for rule in _read(source, first, place))


def _rule(node: ast.AST) -> ast.expr | None:
    """Return what a call of `Inadmissible` gives as its rule; None of anything else."""
    if not isinstance(node, ast.Call):
        return None
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = node.func.id if isinstance(node.func, ast.Name) else name
    if name != NO:
        return None
    named = (each.value for each in node.keywords if each.arg == "rule")
    return node.args[0] if node.args else next(named, None)


def _read(source: Source, value: ast.expr, place: str) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
        return
    if isinstance(value, ast.Attribute) and value.attr in _OF_ANOTHER:
        return
    if isinstance(value, ast.Name | ast.Attribute):
        found = _constants(source).get(ast.unparse(value))
        if found is not None:
            yield found
            return
    put_together = getattr(importlib.import_module(source.module), RULES, None)
    if put_together is None:
        raise Unclear(f"{place}: say in `{RULES}` of the module what rules this can give")
    yield from put_together


@cache
def _constants(source: Source) -> dict[str, str]:
    """Return the module's own names of texts."""
    found = {}
    for node in tree(source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant):
            found[ast.unparse(node.target)] = str(node.value.value)
    return found
