"""Runs one step, timed, and counts what it held."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

from tools.check.steps import ROOT, Step, command_line

NO_TESTS_SELECTED = 5  # pytest's exit code


@dataclass(frozen=True, slots=True)
class Skip:
    """A test or step that did not run, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one step.

    Attributes:
        seconds: how long it took.
        passed, failed: tests of a pytest step; otherwise one or none.
        skips: what did not run.
    """

    name: str
    seconds: float
    passed: int = 0
    failed: int = 0
    skips: Sequence[Skip] = field(default_factory=tuple)
    note: str = ""


def run(step: Step, extra: Sequence[str] = ()) -> Result:
    """Run a step and print what it says: at once for long tests, on failure for the others."""
    if not (ROOT / step.needs).exists():
        return Result(step.name, 0.0, skips=(Skip(step.name, f"{step.needs} does not exist"),))
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        output = Path(folder) / "output"
        command = command_line(step, *extra)
        if step.is_pytest:
            command += ["-q", "--randomly-seed=1", f"--junitxml={report}"]
        started = time.monotonic()
        with output.open("wb") as sink:
            is_told_at_once = step.is_pytest and not step.is_single
            code = _call(command, None if is_told_at_once else sink, step.seconds_max)
        seconds = time.monotonic() - started
        if code != 0:
            print(output.read_text(encoding="utf-8", errors="replace"), flush=True)
        if step.is_pytest:
            return _count(step.name, seconds, code, report)
    return Result(step.name, seconds, passed=int(code == 0), failed=int(code != 0))


def _call(command: Sequence[str], sink: IO[bytes] | None, seconds_max: int) -> int:
    """Run a program in a group of its own, so that stopping it stops what it started."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1"},  # a failure comes again
        stdin=subprocess.DEVNULL,
        stdout=sink,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(seconds_max)
        except subprocess.TimeoutExpired:
            print(f"stopped after {seconds_max} s: {' '.join(command)}", flush=True)
            return 1
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _count(name: str, seconds: float, code: int, report: Path) -> Result:
    """Count the tests of a JUnit report; a run that failed counts at least one failure."""
    passed = failed = 0
    skips: list[Skip] = []
    if report.exists():
        tree = ET.parse(report)  # noqa: S314 -- written a moment ago by our own pytest
        for case in tree.iter("testcase"):
            skipped = case.find("skipped")
            if skipped is not None:
                test = f"{case.get('classname')}.{case.get('name')}"
                skips.append(Skip(test, skipped.get("message") or "no reason given"))
            elif case.find("failure") is not None or case.find("error") is not None:
                failed += 1
            else:
                passed += 1
    note = ""
    if code not in {0, NO_TESTS_SELECTED} and failed == 0:
        failed, note = 1, f"pytest ended with {code}"
    return Result(name, seconds, passed, failed, tuple(skips), note)
