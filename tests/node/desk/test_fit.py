"""A joint text that cannot be read is read once, and told with so many problems as a page bears."""

import pytest
from support import hostile_texts

from comity.joint.guideline import acts, document
from comity.kernel.fault import Fault
from comity.kernel.problem import LISTED_MAX, Unfit
from comity.node.desk.guideline import fit


def test_that_a_text_cannot_be_read_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A partner proposes one with thousands of problems: only the first look pays for them."""
    value = hostile_texts.plain("guideline/dialogue.yaml")
    value["crimes"] = [{} for _ in range(200)]
    data = hostile_texts.spelled(value)
    with pytest.raises(Unfit) as first:
        fit.read(acts.MAIN, data)
    assert len(first.value.problems) == LISTED_MAX + 1

    monkeypatch.setattr(document, "parse", lambda *_: pytest.fail("it is read again"))
    with pytest.raises(Unfit) as again:
        fit.read(acts.MAIN, bytes(bytearray(data)))
    assert again.value.what == first.value.what


def test_no_other_text_is_read() -> None:
    """By what its name says that it is, and by nothing else."""
    with pytest.raises(Fault) as found:
        fit.read("poem", b"{}")
    assert found.value.code == "node.text.name-unknown"
