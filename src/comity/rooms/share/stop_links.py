"""Links by which somebody without a program confirms that they stopped what was taken back.

    record kind       key             value
    share-stop-link   <session id>    id of the consumer for which it confirms

A link is opened once, in one browser, and ends with the last thing that is confirmed.

Floor: rooms.
"""

from typing import Final

from comity.domestic.outside.session import LINK, Session, Terms
from comity.domestic.share.consumer import Consumer
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.base.scope import Scope
from comity.node.desk import outside
from comity.node.desk.outside import Admitted
from comity.rooms.share import consumers, holders

RECORD: Final = "share-stop-link"
ADDRESS: Final = "/stopped/"
SCOPE: Final = Scope(
    "stops",
    "confirm that you no longer use what was taken back",
    "确认已停止使用被撤回的信息",
    ADDRESS,
)


def make(node: Node, officer: Officer, consumer_id: str, days: int) -> Admitted | Inadmissible:
    """Make a link for a consumer; it is returned here and kept nowhere.

    Raises:
        Fault: `share.consumer.unknown`, and those of `outside.admit`.
    """
    found = {session.id: session for session, _ in consumers.listing(node, officer)}
    session = found.get(consumer_id)
    if session is None:
        raise consumers.unknown(consumer_id)
    terms = Terms(LINK, session.name, session.on_behalf, (SCOPE.name,), days)

    def confirms_for(tx: Tx, made: Session) -> None:
        tx.save_record(RECORD, made.id, consumer_id)

    return outside.admit(node, officer, terms, also=confirms_for)


def consumer_of(tx: Tx, session: Session) -> Consumer | None:
    """Return the consumer for which a session confirms, or None."""
    value = tx.record(RECORD, session.id)
    return consumers.of(tx, str(value)) if value is not None else None


def confirm(node: Node, session: Session, consumer: Consumer, act_id: str) -> bool:
    """Note that a consumer stopped what an act took back; False where it owes nothing of it.

    With the last of it the session ends.
    """
    if not holders.confirm_self(node, consumer, act_id):
        return False
    with node.store.write() as tx:
        if not holders.owed_by(node, tx, consumer):
            outside.end_with_its_work(node, tx, session.id)
    return True
