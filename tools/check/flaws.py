"""The rules of what is wrong in a text that a person wrote, each with its line: `Problem.rule`.

    problem(path, name, what, fix, rule="guideline.clock-undefined")

A text has one fault with one code, and any number of problems; each has a rule by which it is
told in another language than the node's own.
"""

import ast
from collections.abc import Iterator, Sequence

from comity.kernel import fit, problem
from tools.check.source import Source, tree

PROGRAMS = "src/comity/surfaces/api/"
"""What is wrong in a call is told to a program alone."""

_HOMES = frozenset({"comity.kernel.problem", "comity.kernel.legal_text"})
_MADE_BY = frozenset({"Problem", "problem"})


def rules(sources: Sequence[Source]) -> dict[str, str]:
    """Return every rule of a problem and a place where it is made."""
    found = dict.fromkeys(fit.RULES, "src/comity/kernel/fit.py")
    found |= dict.fromkeys((problem.MORE, problem.LARGE), "src/comity/kernel/problem.py")
    for source, call in calls(sources):
        constants = _constants(source)
        value = next((each.value for each in call.keywords if each.arg == "rule"), None)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found[value.value] = f"{source.path}:{call.lineno}"
        elif isinstance(value, ast.Name) and value.id in constants:
            found[constants[value.id]] = f"{source.path}:{call.lineno}"
    return found


def calls(sources: Sequence[Source]) -> Iterator[tuple[Source, ast.Call]]:
    """Give every place where a problem of a text is made."""
    for source in sources:
        if not source.is_product or source.path.startswith(PROGRAMS) or not _speaks(source):
            continue
        for node in ast.walk(tree(source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in _MADE_BY:
                yield source, node


def _speaks(source: Source) -> bool:
    """Return whether a module means the problems of a text, and no other."""
    return any(
        isinstance(node, ast.ImportFrom) and node.module in _HOMES for node in tree(source).body
    )


def _constants(source: Source) -> dict[str, str]:
    return {
        node.target.id: str(node.value.value)
        for node in tree(source).body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
    }
