"""What an officer does with a text that is settled: propose its document, adopt it.

Floor: rooms.
"""

from comity.acts.record import Office
from comity.joint.text import acts as text_acts
from comity.joint.text import decide
from comity.joint.text.acts import Saying, Text
from comity.joint.wording import document
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import joint_document, officers
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result
from comity.node.room.release.submit import out
from comity.rooms.wording import desk, words
from comity.rooms.wording.words import Assembled


def propose(node: Node, officer: Officer, matter_id: str, said: Words) -> Result:
    """Propose the document of a text for adoption.

    Raises:
        Fault: those of `matter_lookup.find` and of `append`.
    """
    with node.store.read() as tx:
        row, now = desk.found(node, tx, officer, matter_id)
        made = words.assemble(node, tx, row, now)
        if isinstance(made, Inadmissible):
            return made
        no = officers.may_not_say(tx, node.rooms, officer, row.channel, text_acts.KIND)
        if no is not None:
            return no
        stand = desk.of_text(tx, row, made)
    joint_document.hold(node, made.sha256, made.data)
    told = Text(text_acts.document(made.sha256, len(made.data), document.MEDIA_TYPE))
    act = decide.propose(stand, _saying(node, officer, made), node.party, told, "")
    return out(node, officer, row.channel, act, said, ["propose", made.name, made.sha256])


def adopt(node: Node, officer: Officer, matter_id: str, said: Words) -> Result:
    """Adopt the document of a text that is proposed: that one and no other.

    Raises:
        Fault: those of `matter_lookup.find` and of `append`.
    """
    with node.store.read() as tx:
        row, now = desk.found(node, tx, officer, matter_id)
        made = words.assemble(node, tx, row, now)
        if isinstance(made, Inadmissible):
            return made
        stand = desk.of_text(tx, row, made)
    meant = [one for one in stand.proposals if one.sha256 == made.sha256]
    if not meant:
        return Inadmissible(
            "wording.not-proposed",
            f"The text {made.sha256[:16]}… of {made.name} is not proposed yet.",
            "Propose it with `comity wording propose`; then each State adopts it.",
        )
    act = decide.adopt(stand, _saying(node, officer, made), node.party, meant[-1].id, made.sha256)
    return out(node, officer, row.channel, act, said, ["adopt", made.name, made.sha256])


def _saying(node: Node, officer: Officer, made: Assembled) -> Saying:
    return Saying(node.act_id(), Office(officer.agency, officer.office), made.name)
