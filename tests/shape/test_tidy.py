"""The rules of the house hold, and each rule can fail."""

import pytest

from tools.check.source import Source, texts
from tools.check.tidy import RULES, Rule

_DOC = '"""A module.\n\nFloor: kernel (pure).\n"""\n'
SAMPLES = {
    "modules of at most 400 lines, 600 of one thing": ("src/comity/kernel/a.py", "x = 1\n" * 401),
    "at most 20 imports of ours": (
        "src/comity/boot/a.py",
        "".join(f"from comity.kernel.a{n} import x\n" for n in range(21)),
    ),
    "template lines of at most 160 bytes": (
        "src/comity/surfaces/web/templates/a.html",
        "<p>" + "字" * 52 + "x" * 2,
    ),
    "functions of at most 60 lines, tests 40": (
        "tests/test_a.py",
        "def test_a():\n" + "    x = 1\n" * 40,
    ),
    "no clock below the adapters": ("src/comity/node/a.py", "import time\ntime.time()\n"),
    "nothing unfinished without an issue": ("src/comity/node/a.py", "# TODO: later\n"),
    "opt-outs have reasons": ("src/comity/node/a.py", "x = 1  # noqa: S105\n"),
    "no mocks": ("tests/test_a.py", "from unittest import mock\nimport unittest.mock\n"),
    "tests say their law": ("tests/test_a.py", "def test_a(): ...\n"),
    "modules say their floor": ("src/comity/node/a.py", '"""A module."""\n'),
    "no dead module": ("src/comity/node/a.py", _DOC),
    "codes are `floor.noun.problem`": ("src/comity/node/a.py", 'Fault(code="attic.a.b")\n'),
    "codes come from their floor": ("src/comity/kernel/a.py", 'Fault(code="node.a.b")\n'),
    "a fix begins with a verb": ("src/comity/node/a.py", 'Fault(fix="The disk is full.")\n'),
    "no path of one machine": ("docs/a.md", "see /" + "home/someone/notes"),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_house_is_tidy(rule: Rule) -> None:
    """What breaks a rule is listed with the line where it stands and the mend."""
    found = list(rule.find(texts()))
    assert not found, "\n".join([f"{rule.name}: {rule.mend}", *found])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_sleeps(rule: Rule) -> None:
    """Each rule finds the sample that breaks it."""
    path, text = SAMPLES[rule.name]
    assert list(rule.find([Source(path, text)]))
