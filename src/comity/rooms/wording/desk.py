"""A text in the making as an officer reads it, and the original of each State.

Floor: rooms.
"""

from dataclasses import dataclass

from comity.acts.points import State
from comity.joint.text import fold
from comity.joint.text import state as text_state
from comity.joint.wording import acts, document
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import joint_texts, need_to_know, parties
from comity.node.room.matter_lookup import find
from comity.node.room.parties import Known
from comity.rooms.wording import words
from comity.rooms.wording.words import Assembled, Paragraph


@dataclass(frozen=True, slots=True)
class Read:
    """A text in the making as it is read.

    Attributes:
        row: of its matter.
        state: of it.
        paragraphs: in the order of the text.
        assembled: the document that it becomes, or why there is none.
        proposal: hash of the document that is proposed for adoption, or "".
        adopted_by: parties that have adopted that.
        parties: what each State is called.
    """

    row: MatterRow
    state: State
    paragraphs: tuple[Paragraph, ...]
    assembled: Assembled | Inadmissible
    proposal: str
    adopted_by: tuple[str, ...]
    parties: Known


def read(node: Node, officer: Officer, matter_id: str) -> Read:
    """Return a text in the making with its words.

    Raises:
        Fault: those of `matter_lookup.find`.
    """
    with node.store.read() as tx:
        row, now = found(node, tx, officer, matter_id)
        paragraphs = words.of(node, tx, row, now)
        made = words.assemble(node, tx, row, now)
        proposal, adopted_by = "", tuple[str, ...]()
        if not isinstance(made, Inadmissible):
            for one in of_text(tx, row, made).proposals:
                if one.sha256 == made.sha256:
                    proposal, adopted_by = one.sha256, tuple(sorted(one.adoptions))
        return Read(row, now, paragraphs, made, proposal, adopted_by, parties.known(node, tx))


def originals(read_: Read, text: Assembled) -> dict[str, dict[str, list[tuple[str, str]]]]:
    """Return the original of each State in each language: `(part, words)` of each paragraph."""
    told: dict[str, dict[str, list[tuple[str, str]]]] = {}
    called = {one.id: one.names for one in read_.parties.values()}
    for party in read_.state.parties:
        of_party = told.setdefault(party, {})
        for language in text.text.languages:
            names = document.named(called, language)
            of_party[language] = [
                (one.part, document.original(one.words[language], party, names))
                for one in text.text.paragraphs
            ]
    return told


def found(node: Node, tx: Tx, officer: Officer, matter_id: str) -> tuple[MatterRow, State]:
    """Return the matter that an officer means, and its state.

    Raises:
        Fault: those of `matter_lookup.find`.
    """
    row = find(tx, need_to_know.reader(tx, officer), acts.KIND, matter_id)
    return row, node.rooms[acts.KIND].from_json(row.state)


def of_text(tx: Tx, row: MatterRow, made: Assembled) -> text_state.State:
    """Return what the parties have said of the joint text."""
    said = joint_texts.text_state(tx, row.channel, made.name)
    if said is not None:
        return said
    return fold.fold_all([], trust.load(tx, row.channel).arrangement.party_ids())
