"""Every rule of a refusal by rule is found in the source, however it is said there."""

import ast

import pytest

from comity.joint.request import fields
from comity.joint.request import refusals as requests
from comity.joint.text import acts
from tools.check import noes
from tools.check.source import Source, python, tree

NAMED = (
    'FORBIDDEN: Final = "custody.b"\n\n\ndef no():\n    return Inadmissible(FORBIDDEN, "a", "b")\n'
)


def rules(text: str, path: str = "src/comity/domestic/custody/decide.py") -> list[str]:
    """Return the rules of one module."""
    return [rule for rule, _ in noes.rules([Source(path, text)])]


def test_a_rule_is_read_where_it_stands_or_is_named() -> None:
    """A rule is a text, by place or by name, or a constant of the module."""
    assert rules('Inadmissible("duty.a", "b", "c")') == ["duty.a"]
    assert rules('Inadmissible(rule="duty.a", what="b", fix="c")') == ["duty.a"]
    assert rules(NAMED) == ["custody.b"]


def test_a_fault_told_as_a_no_has_no_rule_of_its_own() -> None:
    """Its code is among those of faults."""
    assert rules("Inadmissible(fault.code, fault.what, fault.fix)") == []


def test_what_is_put_together_is_told_by_the_module() -> None:
    """A module that puts rules together says which ones it can give."""
    text = 'Inadmissible(f"request.{name}", "a", "b")'
    path = "src/comity/joint/request/refusals.py"
    assert set(rules(text, path)) == requests.RULES
    with pytest.raises(noes.Unclear, match="RULES"):
        rules(text)


def test_every_no_of_the_product_has_a_rule_that_can_be_found() -> None:
    """None is put together without a list, and the rules of a room begin with its name."""
    found = dict(noes.rules(python()))
    assert {"request.answered-already", "guideline.closed-before", "legal.basis-unknown"} <= (
        found.keys()
    )
    assert all(rule == rule.lower() and "." in rule for rule in found)


def test_the_names_of_problems_are_all_that_checks_give() -> None:
    """What `check` can return stands in `PROBLEMS`, and nothing else does."""
    for module in (fields, acts):
        source = next(one for one in python() if one.module == module.__name__)
        assert returned(source) == module.PROBLEMS


def returned(source: Source) -> set[str]:
    """Return the names that the checks of a module return."""
    return {
        value.value
        for function in tree(source).body
        if isinstance(function, ast.FunctionDef) and function.name.lstrip("_").startswith("check")
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value is not None
        for value in ast.walk(node.value)
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and "-" in value.value
    }
