"""The crash matrix: a sample here, all of it in a step of the check."""

import pytest

from comity_lab.sim import faults, matrix

SAMPLE = 29


def _cases() -> list[matrix.Case]:
    return [case for name in ("act", "recovery") for case in matrix.cases((name,))]


def test_every_point_is_numbered_in_every_mode() -> None:
    """A write fails in six modes, another point in three; both machines have points."""
    cases = _cases()
    assert {case.party for case in cases} == {"fr", "sn"}
    assert {case.mode for case in cases} == set(faults.MODES)
    assert {"sign.committed", "keep.cosigned", "send.cosignature-kept"} <= {c.point for c in cases}
    assert len({case.spelled for case in cases}) == len(cases)


@pytest.mark.parametrize("case", _cases()[::SAMPLE], ids=lambda case: case.spelled)
def test_a_failure_there_is_survived(case: matrix.Case) -> None:
    """After it, a restart and a while, everything holds."""
    assert matrix.run(case).error == ""


def test_the_table_marks_what_failed() -> None:
    """One that failed stands out in its cell."""
    case = _cases()[0]
    outcomes = [matrix.Outcome(case, "", frozenset()), matrix.broken(case, "it did not hold")]
    assert "1!/2" in matrix.table(outcomes)
