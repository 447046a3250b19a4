"""What is asked before words are tabled or taken, besides what their matter says.

    words      they are in one spelling that shows all of itself; States are named by their ids
    cleared    no red line is crossed, and each agency that the nation profile names has cleared it

Source: docs/spec/wording.md, 8.
Floor: rooms.
"""

from typing import Final

from comity.acts.points import State
from comity.joint.wording import acts, document, view
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import act_blobs, brief, need_to_know
from comity.node.room.matter_lookup import every
from comity.node.room.release.draft_store import Draft

RULES: Final = frozenset({"wording.words-not-held"}) | {
    f"wording.{name}" for name in document.FLAWS
}
"""Every rule that `words` can give."""


def words(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask whether the words that are tabled, or taken, are held here and fit to be adopted."""
    del officer
    act = draft.act
    if act.tag not in {acts.TABLED, acts.ACCEPTED}:
        return None
    found = _said(tx, node, draft)
    parties = trust.load(tx, draft.channel).arrangement.party_ids()
    for one in found:
        where = one.blob.role.removeprefix(acts.WORDS)
        if not one.is_whole:
            return Inadmissible(
                "wording.words-not-held",
                f"The words of {where} are not held here.",
                "Wait until they have come: `comity status` says what is on its way.",
            )
        name = document.flaw(one.data.decode(errors="replace"), parties)
        if name:
            what, fix = document.FLAWS[name]
            return Inadmissible(f"wording.{name}", f"{where}: {what}", fix)
    return None


def _said(tx: Tx, node: Node, draft: Draft) -> list[act_blobs.Opened]:
    """Return the words that a draft tables or takes."""
    if draft.act.tag == acts.TABLED:
        return act_blobs.open_blobs(node, tx, draft.act.blobs, draft.rows)
    return _taken(tx, node, draft) if draft.act.tag == acts.ACCEPTED else []


_CLEARED: Final = frozenset({acts.TABLED, acts.ACCEPTED, acts.ATTESTED})


def cleared(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask whether what is tabled, taken or attested crosses a red line, and who clears it."""
    del officer
    row = tx.matter(draft.channel, draft.act.matter)
    if row is None or draft.act.tag not in _CLEARED:
        return None
    said: dict[str, dict[str, str]] = {}
    for one in _said(tx, node, draft):
        paragraph, _, language = one.blob.role.removeprefix(acts.WORDS).rpartition(".")
        said.setdefault(paragraph, {})[language] = one.data.decode(errors="replace")
    name = view.name(node.rooms[acts.KIND].from_json(row.state))
    return brief.stopped(tx, draft, (row.channel, row.matter), name, said)


def document_cleared(tx: Tx, node: Node, draft: Draft) -> Inadmissible | None:
    """Ask whether the document of a text that is proposed or adopted is cleared."""
    name = draft.act.matter.id
    for row in every(tx, need_to_know.every(tx), acts.KIND):
        if view.name(node.rooms[acts.KIND].from_json(row.state)) == name:
            no = brief.stopped(tx, draft, (row.channel, row.matter), name, {})
            if no is not None:
                return no
    return None


def _taken(tx: Tx, node: Node, draft: Draft) -> list[act_blobs.Opened]:
    """Return the words of the paragraphs that an act takes."""
    act = draft.act
    row = tx.matter(draft.channel, act.matter)
    now: State | None = node.rooms[acts.KIND].from_json(row.state) if row else None
    if now is None:
        return []
    said = (one for one in now.told(acts.TABLED, acts.ACCEPTED) if one.id == act.answers)
    about = next((one for one in said if one.party != node.party), None)
    if about is None:
        return []
    given = now.given(about)
    words = [
        view.words_of(now, point, given[point])
        for point in act.items or given
        if acts.is_paragraph(point) and point in given
    ]
    wanted = {sha256 for one in words if one is not None for sha256 in one[1].values()}
    blobs = {
        blob.sha256: blob
        for one in tx.acts_of(draft.channel, act.matter)
        for blob in one.act.blobs
        if blob.sha256 in wanted
    }
    return act_blobs.open_blobs(node, tx, blobs.values())
