"""What is asked before words are tabled or taken, besides what their matter says.

    words      they are in one spelling that shows all of itself; States are named by their ids

Source: docs/spec/wording.md, 8.
Floor: rooms.
"""

from typing import Final

from comity.acts.points import State
from comity.joint.wording import acts, document
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import act_blobs
from comity.node.room.release.draft_store import Draft

RULES: Final = frozenset({"wording.words-not-held"}) | {
    f"wording.{name}" for name in document.FLAWS
}
"""Every rule that `words` can give."""


def words(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask whether the words that are tabled, or taken, are held here and fit to be adopted."""
    del officer
    act = draft.act
    if act.tag == acts.TABLED:
        found = act_blobs.open_blobs(node, tx, act.blobs, draft.rows)
    elif act.tag == acts.ACCEPTED:
        found = _taken(tx, node, draft)
    else:
        return None
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


def _taken(tx: Tx, node: Node, draft: Draft) -> list[act_blobs.Opened]:
    """Return the words of the paragraphs that an act takes."""
    act = draft.act
    row = tx.matter(draft.channel, act.matter)
    now: State | None = node.rooms[acts.KIND].from_json(row.state) if row else None
    said = (one for one in now.told(acts.TABLED) if one.id == act.answers) if now else iter(())
    about = next((one for one in said if one.party != node.party), None)
    if about is None:
        return []
    wanted = {
        sha256
        for role, sha256 in about.blobs.items()
        if (paragraph := acts.paragraph_of(role)) and paragraph in (act.items or (paragraph,))
    }
    blobs = {
        blob.sha256: blob
        for one in tx.acts_of(draft.channel, act.matter)
        for blob in one.act.blobs
        if blob.sha256 in wanted
    }
    return act_blobs.open_blobs(node, tx, blobs.values())
