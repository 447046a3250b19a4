"""What `comity legal` prints: for people, and the same whole for machines.

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from comity.domestic.legal import view
from comity.domestic.legal.acts import Decided
from comity.kernel.legal_text import word
from comity.kernel.printable import printable
from comity.node.desk import legal_json
from comity.node.desk.legal import Explained, Line, Stopped
from comity.surfaces.cli.guideline_text import sources_text
from comity.surfaces.cli.request_text import at

_OPEN: Final = (view.UNDECIDED, view.STALE)


def explained_text(found: Explained, language: str) -> str:
    """Return the same in words."""
    situation = found.subject.situation
    of = " ".join(filter(None, (situation.type, situation.crime, situation.urgency)))
    lines = [f"{situation.direction}: {of}", f"profile {found.subject.profile}"]
    for line in found.lines:
        because = legal_json.because(line, situation)
        lines += ["", *_line_text(line, because, language)]
    lines += ["", found.no.what if found.no else "Nothing stands in its way."]
    if found.no:
        lines.append(found.no.fix)
    return "\n".join(lines)


def _line_text(line: Line, because: Mapping[str, str], language: str) -> list[str]:
    row, required = line.row, line.required
    roles = " or ".join(row.question.roles)
    lines = [
        f"{row.status:<10} {row.question.id}  {word(required.label, language)}",
        f"           {word(required.question, language)}",
        f"           rule law/points/{required.point.id}; decides: {roles}",
        "           asked because: "
        + ", ".join(f"{name} is {value or 'not known'}" for name, value in because.items()),
        f"           source: {sources_text(required.sources, language)}",
    ]
    if row.question.offered:
        lines.append(f"           one of: {', '.join(row.question.offered)}")
    if row.question.conditions:
        lines.append(f"           standard conditions: {', '.join(row.question.conditions)}")
    if row.decided is not None:
        lines.append(f"           {_said(row.decided)}")
    return lines


def _said(decided: Decided) -> str:
    choice = decided.choice
    facts = [choice.verdict, choice.named, choice.number, *choice.conditions, choice.note]
    told = "; ".join(printable(fact) for fact in facts if fact)
    return f"{decided.officer}, {at(decided.at_ms)}: {told}"


def decided_text(decided: Decided, left: Explained) -> str:
    """Return a decision, and what is left."""
    waits = [str(one) for one in legal_json.open_questions(left)]
    rest = f"Still open: {', '.join(waits)}." if waits else "Every question is decided."
    return f"Recorded: {decided.question}: {_said(decided)}\n{rest}"


def stopped_text(found: Sequence[Stopped]) -> str:
    """Return the same in words."""
    if not found:
        return "This profile would have stopped nothing that was sent."
    lines = [f"This profile would have stopped {len(found)} acts that were sent:"]
    for one in found:
        lines += [f"  {one.act.id}  {one.act.tag}", f"      {one.no.what} [{one.no.rule}]"]
    return "\n".join(lines)
