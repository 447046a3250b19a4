"""Cases as text for people.

Floor: surfaces.
"""

from collections.abc import Iterator, Sequence

from comity.joint.case import acts, view
from comity.joint.case.state import Report
from comity.kernel.ijson import Json
from comity.kernel.printable import one_line, set_off
from comity.rooms.case import links
from comity.rooms.case.read import InCase, Line, Shown
from comity.surfaces.cli.request_text import at

_MARGIN = "    "


def list_text(found: Sequence[Line], own: str) -> str:
    """Return the lines of a list."""
    if not found:
        return "No cases. `comity case open` opens one."
    return "\n".join(_line(one, own) for one in found)


def _line(one: Line, own: str) -> str:
    holder = view.holder(one.state)
    waits = "" if not holder else "  waits for you" if holder == own else f"  waits for {holder}"
    numbers = ", ".join(one_line(given[-1]) for given in one.state.references.values())
    return (
        f"{one.row.matter.id[:8]}  {view.status(one.state):7}{view.level(one.state):9}"
        f" {one.open_count} of {one.count} requests open  {numbers}{waits}"
    )


def shown_text(shown: Shown) -> str:
    """Return one case."""
    return "\n".join(_lines(shown))


def _lines(shown: Shown) -> Iterator[str]:
    now = shown.state
    yield f"case {shown.row.matter.id}"
    yield f"  status      {view.STATUS_WORDS[view.status(now)]['en']}"
    yield f"  priority    {view.level(now)}"
    if now.crime_type:
        yield f"  crime type  {now.crime_type}"
    for party, given in now.references.items():
        yield f"  {party:10}  {one_line(given[-1])}"
    yield f"{len(shown.requests)} requests"
    for one in shown.requests:
        yield from _request(one)
    for dialogue, reports in view.history(now):
        yield f"reports for {dialogue}"
        for report in reports:
            yield from _report(shown, report)
    yield from _people(shown)
    for proposal in now.proposals:
        status = view.proposal_status(now, proposal)
        yield f"{proposal.party} proposed {proposal.level} ({proposal.reason}): {status}"


def _people(shown: Shown) -> Iterator[str]:
    for number, one in enumerate(links.people(shown.links), start=1):
        yield f"person {number}, linked by {', '.join(one.parties)}"
        for kind, text in one.identifiers:
            yield f"    {kind:16}{one_line(text)}"
    for given in shown.links:
        if given.is_disputed:
            ends = " - ".join(one_line(text) for _, text in (given.link.one, given.link.other))
            yield f"disputed: {given.party} {given.act[:8]} {given.number}: {ends}"
    if shown.unread:
        yield f"links of {shown.unread} acts cannot be read here"


def _request(one: InCase) -> Iterator[str]:
    to = ", ".join(track.party for track in one.state.tracks)
    what = f"{one.state.asker} asked {to}: {one.state.type}, {one.row.status}"
    yield f"  {one.row.matter.id[:8]}  {what}"
    for name, items in (
        ("answered", one.answered),
        ("refused", one.refused),
        ("outstanding", one.outstanding),
    ):
        if items:
            yield f"    {name:12}{', '.join(items)}"


def _report(shown: Shown, one: Report) -> Iterator[str]:
    status = view.REPORT_WORDS[view.report_status(shown.state, one)]["en"]
    yield f"  {one.id[:8]}  by {one.party}: {status}"
    for step in one.steps:
        owner = f" ({step.owner})" if step.owner else ""
        due = f", by {at(step.due_ms)}" if step.due_ms is not None else ""
        yield f"    {step.party}{owner}: {acts.NEXT_STEPS[step.next]['en']}{due}"
    for text in _texts(shown.texts.get((one.party, one.id))):
        yield f"    {text}"


def _texts(value: Json) -> Iterator[str]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            words = set_off(str(one.get("text", "")), _MARGIN)
            yield f"[{one_line(str(one.get('lang', '')))}] {words}"
