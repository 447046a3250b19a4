"""`comity guideline`: check, read, compare and agree on the text that says what a request contains.

    comity guideline check FILE [--request REQUEST.json [--to PARTY]]
    comity guideline show FILE [--lang zh] [--type preservation]
    comity guideline diff OLD.yaml NEW.yaml
    comity guideline list --home DIR --as NAME

With `--home` they read what the parties have said; `check` works on files alone.

Floor: surfaces.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from comity.joint.guideline import completeness, document
from comity.joint.guideline.completeness import Finding
from comity.joint.guideline.model import Guideline
from comity.joint.text.verbs import TABLE
from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.kernel.problem import counted
from comity.node.room.request_file import REQUEST
from comity.rooms.guideline import desk
from comity.surfaces.cli import files, guideline_read, output, verb_command
from comity.surfaces.cli import guideline_text as texts
from comity.surfaces.cli.context import EXIT_OK, EXIT_REFUSED, Program, Subparsers, add_json
from comity.surfaces.cli.request_files import read_written

_CHECK = """\
Say everything that is wrong in a guideline, each with its line and path; print what it
contains and its SHA-256, by which acts name it, if nothing is, and what is seldom meant.  With
--request, say what a request file lacks under it: each finding with why it matters and what to
do."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "guideline", help="agree on a guideline; check, compare and read it"
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="say what is wrong in one", description=_CHECK)
    _add_file(check)
    check.add_argument(
        "--request", type=Path, metavar="REQUEST", help="a request file to judge by it"
    )
    check.add_argument("--to", action="append", default=[], metavar="PARTY", help="who is asked")
    check.add_argument("--lang", default="en", metavar="LANG", help="of findings: en or zh (en)")
    add_json(check)
    check.set_defaults(run=run_check)
    guideline_read.add(actions)
    verb_command.add(actions, TABLE, desk.said)


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the text, in YAML or JSON")


def run_check(program: Program, options: argparse.Namespace) -> int:
    """Say what is wrong in a guideline."""
    with files.reading(options.file, limits.WRITTEN_BYTES_MAX) as data:
        problems = document.problems(data)
    if problems:
        listed: list[Json] = [output.problem(one) for one in problems]
        lines = [f"{options.file}: {counted(problems)}", *(f"  {one}" for one in problems)]
        program.show({"fit": False, "problems": listed}, "\n".join(lines))
        return EXIT_REFUSED
    guideline = document.parse(data, str(options.file))
    if options.request is not None:
        return _judge(program, options, guideline)
    warnings = document.warnings(data)
    elements, clocks = len(guideline.elements), len(guideline.clocks)
    words = (
        f"{options.file}: nothing is wrong\n"
        f"  sha256   {guideline.sha256}\n"
        f"  version  {guideline.version}\n"
        f"  {len(guideline.types)} types of request, {elements} elements, {clocks} clocks, "
        f"in {' and '.join(guideline.languages.text)}"
    )
    words += "".join(f"\n  to be looked at: {one}" for one in warnings)
    value: Json = {
        "fit": True,
        "problems": [],
        "warnings": [output.problem(one) for one in warnings],
        "sha256": guideline.sha256,
        "version": guideline.version,
        "types": [*guideline.types],
        "languages": [*guideline.languages.text],
    }
    program.show(value, words)
    return EXIT_OK


def _judge(program: Program, options: argparse.Namespace, guideline: Guideline) -> int:
    """Say what a request file lacks."""
    written = read_written(options.request, REQUEST)
    findings = completeness.check(
        guideline,
        written.type,
        written.urgency,
        written.elements,
        texts=written.texts,
        attachments=[{"role": one.role} for one in written.attachments],
        now_ms=program.now_ms(),
        to=options.to,
    )
    is_complete = not any(one.is_required for one in findings)
    value: Json = {
        "complete": is_complete,
        "guideline": guideline.sha256,
        "findings": [one.json(options.lang) for one in findings],
    }
    program.show(value, _judgement(options.request, findings, options.lang))
    return EXIT_OK if is_complete else EXIT_REFUSED


def _judgement(path: Path, findings: Sequence[Finding], language: str) -> str:
    count = sum(one.is_required for one in findings)
    noun = "thing" if count == 1 else "things"
    lines = [f"{path}: {count} {noun} to correct, {len(findings) - count} that should be there"]
    ordered = sorted(findings, key=lambda one: not one.is_required)
    return "\n".join([*lines, *(texts.finding_text(one, language) for one in ordered)])
