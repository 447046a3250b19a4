"""The desk's table of verbs: each row is a step that is taken, on every surface, by one name."""

import pytest
from surfaces.api import shaped

from comity.domestic.duty.verbs import TABLE
from comity.kernel.fault import Fault
from comity.node.desk.duty import steps
from comity.node.room import local_log
from comity.node.room.step import Step
from comity.surfaces.web.request.home_steps import STEPS
from tools.check import commands

NAMES = {row.name for row in TABLE.verbs}


def test_each_row_is_a_step_of_the_local_log_and_has_its_use_case() -> None:
    """Both languages, and one name a row."""
    assert {row.tag for row in TABLE.verbs} <= local_log.STEPS
    assert steps._DO.keys() == NAMES
    assert len(NAMES) == len(TABLE.verbs)
    every = [words for row in TABLE.verbs for words in (row.words, row.hint or row.words)]
    every += [field.words for row in TABLE.verbs for field in row.asks]
    assert all(one["en"] and one["zh"] != one["en"] for one in every)


def test_command_call_and_page_have_the_same_verbs() -> None:
    """By the same names: a surface cannot leave one out."""
    typed = {one.prog.removeprefix("comity desk ") for one in commands.leaves(commands.parser())}
    called = {path.rpartition("/")[2] for path in shaped.described()["paths"] if "/desk/" in path}
    shown = {one.name for one in STEPS}
    assert typed & called & shown >= NAMES


def test_what_a_verb_lacks_is_told_before_anything_is_done() -> None:
    """On every surface alike, since the node looks."""
    row = TABLE.verb("assign")
    assert row is not None
    with pytest.raises(Fault, match="Officer") as caught:
        steps.take(None, None, "", Step(row, {}))  # type: ignore[arg-type] # nothing is done
    assert caught.value.code == "node.verb.unfit"
