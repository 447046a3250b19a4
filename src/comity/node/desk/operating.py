"""What whoever runs the node does with its files and root key: pair, make a card, revoke one.

Each is a step of the local log, in the transaction that does it.

Floor: node.
"""

from collections.abc import Mapping

from comity.joint.arrangement.card import Card
from comity.joint.arrangement.pairing import Pairing
from comity.joint.arrangement.revocation import Revocation
from comity.node import keyring, lost_card, pairing
from comity.node.context import Node
from comity.node.desk import locallog
from comity.node.keymaker import KeyMaker, RootKey
from comity.node.ports import Tx


def pair(node: Node, confirmed: bytes, spoken: str, officer: str = "") -> Pairing:
    """Keep a pairing whose code was read over the telephone and is the same here.

    Args:
        node: ours.
        confirmed: text of the confirmation.
        spoken: the code as it was heard.
        officer: who did it, where it was done on a page.

    Raises:
        Fault: as `pairing.save`.
    """

    def note(tx: Tx, found: Pairing) -> None:
        others = " ".join(found.arrangement.others(node.party))
        facts = {"arrangement": found.arrangement.id, "party": others}
        locallog.note(tx, node, "party.paired", facts | ({"officer": officer} if officer else {}))

    return pairing.save(node, confirmed, spoken, note=note)


def make_card(node: Node, maker: KeyMaker, root: RootKey, *, new_tls: bool = False) -> Card:
    """Make the next card of this node, and enter it in each own log.

    Raises:
        Fault: as `keyring.rotate`.
    """

    def note(tx: Tx, card: Card) -> None:
        facts = {"arrangement": card.arrangement, "number": str(card.number)}
        locallog.note(tx, node, "card.made", {**facts, "address": card.endpoint})

    return keyring.rotate(node, maker, root, new_tls=new_tls, note=note)


def replace_lost_card(
    node: Node, maker: KeyMaker, root: RootKey, *, new_tls: bool = False
) -> tuple[Card, Revocation]:
    """Make the next card in place of those whose keys are gone, and revoke these.

    Raises:
        Fault: as `lost_card.replace`.
    """

    def note(tx: Tx, card: Card, made: Revocation) -> None:
        of = {"arrangement": card.arrangement}
        facts = {**of, "number": str(card.number), "address": card.endpoint}
        locallog.note(tx, node, "card.made", facts)
        for number in sorted(made.revoked):
            locallog.note(tx, node, "card.revoked", {**of, "number": str(number)})

    return lost_card.replace(node, maker, root, new_tls=new_tls, note=note)


def revoke_card(
    node: Node, root: RootKey, number: int, sizes: Mapping[str, int] | None = None
) -> Revocation:
    """Revoke the keys of one own card, and enter that in each own log.

    Raises:
        Fault: as `keyring.revoke`.
    """

    def note(tx: Tx, made: Revocation) -> None:
        facts = {"arrangement": made.arrangement, "number": str(number)}
        locallog.note(tx, node, "card.revoked", facts)

    return keyring.revoke(node, root, number, sizes, note=note)
