"""`comity request check` and `review`: what a request lacks by the guideline.

    comity request check draft.json --home DIR --as ann --to sn      before it is sent
    comity request review ID --home DIR --as ben                     after it was received

Floor: surfaces.
"""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Final

from comity.joint.request.reasons import LACKINGS
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.room.request_file import REQUEST, Written
from comity.rooms.request import completeness, completeness_json, draft_check
from comity.rooms.request.completeness import Judged
from comity.surfaces.cli import guideline_text as texts
from comity.surfaces.cli.context import EXIT_OK, EXIT_REFUSED, Home, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_files import read_written
from comity.surfaces.cli.request_send import add_id, say_no, verb

_UNJUDGED: Final = (
    "No guideline is in force between these parties: the request is bound to none, judged by none."
)


def add(verbs: Subparsers) -> None:
    """Add the two verbs."""
    check = verb(verbs, "check", "say what a request file lacks by the guideline in force", _check)
    check.add_argument("file", type=Path, metavar="FILE", help="the request file")
    check.add_argument(
        "--to", action="append", required=True, metavar="PARTY[/AGENCY]", help="who is asked"
    )
    check.add_argument(
        "--channel", default="", metavar="PATH", help="where parties share more than one"
    )
    add_lacks(check)
    words = "say what a request that came lacks, by the guideline that it names"
    review = verb(verbs, "review", words, _review)
    add_id(review)
    for parser in (check, review):
        parser.add_argument("--lang", default="en", metavar="LANG", help="of findings (en)")


def add_lacks(parser: argparse.ArgumentParser) -> None:
    """Add what the asker leaves out, and why."""
    known = ", ".join(LACKINGS)
    parser.add_argument(
        "--lacks", action="append", default=[], metavar="ELEMENT=CODE",
        help=f"send it although this is missing or unusual, and say why; one of: {known}",
    )  # fmt: skip


def with_lacks(written: Written, options: argparse.Namespace) -> Written:
    """Return a request file with what was said of it on the command line.

    Raises:
        Fault: `surfaces.lack.malformed`.
    """
    lacks = dict(written.lacks)
    for text in options.lacks:
        element, _, code = text.partition("=")
        if not element or code not in LACKINGS:
            raise Fault(
                code="surfaces.lack.malformed",
                what=f"{quoted(text)} does not say which element is left out, and why.",
                fix=f"Write ELEMENT=CODE with one of: {', '.join(LACKINGS)}.",
            )
        lacks[element] = code
    return replace(written, lacks=lacks)


def note_unjudged(
    program: Program, home: Home, options: argparse.Namespace, written: Written
) -> None:
    """Say so if a request is about to be sent that no guideline judges."""
    if draft_check.in_force(home.node, written, _parties(options), options.channel) is None:
        program.note(_UNJUDGED)


def _parties(options: argparse.Namespace) -> list[str]:
    return [text.partition("/")[0] for text in options.to]


def _check(program: Program, options: argparse.Namespace) -> int:
    written = with_lacks(read_written(options.file, REQUEST), options)
    with program.open_home(options.home) as home:
        signed_in(program, home, options)
        judged = draft_check.check(home.node, written, _parties(options), options.channel)
        if isinstance(judged, Inadmissible):
            return say_no(program, options, judged)
        if judged is None:
            program.show({"guideline": None, "complete": None, "findings": []}, _UNJUDGED)
            return EXIT_OK
    program.show(
        completeness_json.judged_json(judged, options.lang),
        _told(str(options.file), judged, options.lang),
    )
    return EXIT_REFUSED if judged.unmended else EXIT_OK


def _review(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        reviewed = completeness.review(home.node, officer, options.id)
    matter_id, judged = reviewed.shown.row.matter.id, reviewed.judged
    if judged is None:
        value: Json = {"request": matter_id, "guideline": None, "complete": None, "findings": []}
        program.show(value, f"{matter_id}: it names no guideline that is known here.")
        return EXIT_OK
    found = completeness_json.by_element(judged.findings)
    told = _told(matter_id, judged, options.lang)
    if found:
        command = " ".join(f"--finding {element}={kind}" for element, kind in found.items())
        told += f"\nTo tell the asker: comity request find-deficient {matter_id[:8]} {command}"
    suggested: dict[str, Json] = {**found}
    shown = {
        "request": matter_id,
        "suggested": suggested,
        **completeness_json.judged_json(judged, options.lang),
    }
    program.show(shown, told)
    return EXIT_REFUSED if found else EXIT_OK


def _told(what: str, judged: Judged, language: str) -> str:
    must = sum(one.is_required for one in judged.findings)
    noun = "thing" if must == 1 else "things"
    more = len(judged.findings) - must
    version = judged.guideline.version
    lines = [f"{what}: by {version}: {must} {noun} to complete, {more} that should be there"]
    ordered = sorted(judged.findings, key=lambda one: not one.is_required)
    lines += [texts.finding_text(one, language) for one in ordered]
    for element, code in judged.lacks.items():
        reason = LACKINGS.get(code)
        lines.append(f"the asker on {element}: {reason.en if reason else code}")
    if judged.waits:
        lines.append("an emergency told orally: what is missing follows with its confirmation")
    return "\n".join(lines)
