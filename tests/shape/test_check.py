"""The check counts what it ran, and a failure cannot hide."""

from pathlib import Path

from tools.check.run import _count, run
from tools.check.steps import PAGES, STEPS, Step

_REPORT = """<testsuites><testsuite>
<testcase classname="a" name="passes"/>
<testcase classname="a" name="fails"><failure message="x"/></testcase>
<testcase classname="a" name="breaks"><error message="x"/></testcase>
<testcase classname="a" name="waits"><skipped message="no browser"/></testcase>
</testsuite></testsuites>"""


def test_each_test_is_counted_once(tmp_path: Path) -> None:
    """Passed, failed, broken and skipped tests are told apart."""
    report = tmp_path / "report.xml"
    report.write_text(_REPORT)
    result = _count("tests", 1.0, 1, report)
    assert (result.passed, result.failed) == (1, 2)
    assert [(skip.name, skip.why) for skip in result.skips] == [("a.waits", "no browser")]


def test_a_run_that_ends_badly_without_a_report_has_failed(tmp_path: Path) -> None:
    """A crash of the test program is a failure, though no test says so."""
    result = _count("tests", 1.0, 3, tmp_path / "absent.xml")
    assert (result.failed, result.note) == (1, "pytest ended with 3")


def test_a_step_passes_fails_is_stopped_or_is_skipped_by_name() -> None:
    """The exit code decides; what needs something absent says what."""
    assert run(Step("good", ("-c", "pass"))).passed == 1
    assert run(Step("bad", ("-c", "raise SystemExit(2)"))).failed == 1
    assert run(Step("asks", ("-c", "input()"))).failed == 1
    assert run(Step("long", ("-c", "import time; time.sleep(9)"), seconds_max=1)).failed == 1
    skipped = run(Step("later", ("-c", "pass"), needs="no/such/file"))
    assert skipped.skips[0].why == "no/such/file does not exist"


def test_steps_have_names_of_their_own() -> None:
    """`--only` names one step."""
    assert len({step.name for step in STEPS}) == len(STEPS)


def test_what_drives_a_browser_stands_where_its_step_looks() -> None:
    """A test of pages elsewhere would be in no step at all."""
    mark = "pytest.mark." + "browser"
    files = (path for path in Path("tests").rglob("*.py") if mark in path.read_text("utf-8"))
    assert [str(one) for one in files if not str(one).startswith(PAGES)] == []
