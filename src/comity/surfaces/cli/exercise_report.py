"""`comity exercise report` and `commit-actions`: what clocks show, and what follows from it.

    COMITY_EXERCISE=cells-2027 comity exercise report --actions plan.yaml --out report.pdf
    comity exercise commit-actions EXERCISE plan.yaml     each becomes a proposed commitment

Floor: surfaces.
"""

import argparse
from pathlib import Path
from typing import Any, Final

from comity.acts.verb import Table
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.room.release.draft_store import Sent
from comity.rooms.exercise import actions, report, report_docx
from comity.surfaces.cli import files
from comity.surfaces.cli.context import EXIT_OK, EXIT_REFUSED, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_sending, say_no, verb

_FILE_BYTES_MAX: Final = 1_000_000


def add(verbs: Subparsers, table: Table) -> None:
    """Add the commands beside those of the table."""
    del table
    made = verb(verbs, "report", "write the after-action report and improvement plan", _report)
    made.add_argument(
        "--actions", type=Path, metavar="FILE", help="corrective actions, YAML or JSON"
    )
    made.add_argument(
        "--out",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="file to write; its end says how: .pdf, .docx or .json; may be repeated",
    )
    made = verb(verbs, "commit-actions", "propose each corrective action as a commitment", _commit)
    made.add_argument("exercise", metavar="EXERCISE", help="id of the exercise that was agreed")
    made.add_argument("file", type=Path, metavar="FILE", help="corrective actions, YAML or JSON")
    made.add_argument("--channel", default="", metavar="CHANNEL", help="where there are several")
    add_sending(made)


def _actions(path: Path | None) -> tuple[actions.Action, ...]:
    return () if path is None else actions.parse(files.read(path, _FILE_BYTES_MAX))


def _report(program: Program, options: argparse.Namespace) -> int:
    for path in options.out:
        files.require_absent(path)
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        paper = report.of(home.node, officer, _actions(options.actions))
    for path in options.out:
        files.write(path, _rendered(program, path, paper))
    value: Any = ijson.parse(paper.data)
    written: list[Json] = [str(path) for path in options.out]
    program.show({"digest": paper.digest, "files": written, "report": value}, _text(value))
    return EXIT_OK


def _rendered(program: Program, path: Path, paper: report.Paper) -> bytes:
    if path.suffix == ".pdf":
        return program.letter(paper.data, paper.at_ms)
    if path.suffix == ".docx":
        return report_docx.to_docx(paper.data)
    if path.suffix == ".json":
        return paper.data
    raise Fault(
        code="surfaces.option.malformed",
        what=f"{quoted(path.name)} ends as no report does.",
        fix="Name a file that ends in .pdf, .docx or .json.",
    )


def _text(value: Any) -> str:  # noqa: ANN401 -- JSON
    lines = [value["titles"]["title"]["en"]]
    for one in value["objectives"]:
        lines.append(f"{one['en']} ({one['capability']})")
        for task in one["tasks"]:
            rated = " ".join(f"{each['side']}:{each['rating']}" for each in task["ratings"])
            lines.append(
                f"  {task['id']:20} {task['took']} of {task['target']}  "
                f"{task['verdict']['en']}  {rated}"
            )
    lines += [f"action {one['number']}: {one['words']['en']}" for one in value["actions"]]
    return "\n".join(lines)


def _commit(program: Program, options: argparse.Namespace) -> int:
    found = _actions(options.file)
    rows: list[Json] = []
    refused: list[Inadmissible] = []
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        for one in found:
            done = actions.commit(home.node, officer, options.exercise, one, options.channel)
            if isinstance(done, Inadmissible):
                refused.append(done)
                continue
            key = "act" if isinstance(done, Sent) else "draft"
            act_id = done.act_id if isinstance(done, Sent) else done.draft_id
            rows.append({"number": one.number, "commitment": done.matter_id, key: act_id})
        home.wake()
    if refused and not rows:
        return say_no(program, options, refused[0])
    told: list[Json] = [{"rule": one.rule, "what": one.what, "fix": one.fix} for one in refused]
    value: Json = {"commitments": rows, "refused": [*told]}
    program.show(value, f"{len(rows)} commitments proposed, {len(refused)} refused.")
    return EXIT_REFUSED if refused else EXIT_OK
