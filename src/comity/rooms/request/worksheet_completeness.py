"""What a worksheet lacks by the guideline in force, and how far it is.

The same check that a release asks, over what was entered so far, whatever that is.

Floor: rooms.
"""

from dataclasses import dataclass

from comity.joint.guideline import progress
from comity.joint.guideline.findings import Finding
from comity.joint.guideline.model import Coded, Guideline
from comity.joint.guideline.progress import Progress
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.desk.worksheets import Worksheet
from comity.rooms.request import completeness, guideline_binding
from comity.rooms.request.completeness import Content, Judged
from comity.rooms.request.desk import channels


@dataclass(frozen=True, slots=True)
class Assessed:
    """A worksheet as the guideline sees it.

    Attributes:
        channel: in which it will stand.
        readers: every party of that channel.
        guideline: in force there.
        judged: what it lacks.
        progress: how much of what is required is there.
        grounds: on which such a request is usually refused.
    """

    channel: str
    readers: tuple[str, ...]
    guideline: Guideline
    judged: Judged
    progress: Progress
    grounds: tuple[Coded, ...]

    def of(self, element: str) -> list[Finding]:
        """Return what is said of one element."""
        return [one for one in self.judged.findings if one.element == element]


def assess(node: Node, sheet: Worksheet) -> Assessed | Inadmissible:
    """Return what a worksheet lacks; the channel or the guideline may be what is not there."""
    with node.store.read() as tx:
        found = channels.find(tx, node, sheet.parties, sheet.text("urgency"), sheet.channel)
        if isinstance(found, Inadmissible):
            return found
        path, readers = found
        guideline = _in_force(node, tx, path)
    if isinstance(guideline, Inadmissible):
        return guideline
    judged = completeness.judge(guideline, content(sheet), node.clock.now_ms())
    type_id, urgency = sheet.text("type"), sheet.text("urgency")
    done = progress.progress(guideline, type_id, urgency, sheet.elements, judged.findings)
    open_ = [one for one in judged.findings if one.element not in judged.lacks]
    grounds = progress.grounds(guideline, type_id, open_)
    return Assessed(path, readers, guideline, judged, done, grounds)


def _in_force(node: Node, tx: Tx, path: str) -> Guideline | Inadmissible:
    found = guideline_binding.in_force(node, tx, path)
    if found is not None:
        return found
    return Inadmissible(
        "request.guideline-missing",
        "No guideline is in force with these parties, and the form comes from it.",
        "Let every party adopt one with `comity guideline adopt`; until then use `comity request "
        "send`.",
    )


def content(sheet: Worksheet) -> Content:
    """Return what is judged of a worksheet."""
    lacks = sheet.value.get("lacks")
    return Content(
        sheet.text("type"),
        sheet.text("urgency"),
        sheet.elements,
        [*sheet.many("texts")],
        [*sheet.many("attachments")],
        sheet.parties,
        {e: str(why) for e, why in lacks.items()} if isinstance(lacks, dict) else {},
        is_oral=sheet.value.get("oral") is True,
    )
