"""What whoever runs the node does with its files and root key.

Pair, make a card, enter or revoke one, restore a home, name its first agencies.

Each is a step of the local log, in the transaction that does it.

Floor: node.
"""

from collections.abc import Mapping, Sequence

from comity.clocks import instants
from comity.joint.arrangement.card import Agency, Card
from comity.joint.arrangement.pairing import Pairing
from comity.joint.arrangement.revocation import Revocation
from comity.joint.exchange import acts
from comity.node.base import profile as profiles
from comity.node.base.context import Node
from comity.node.base.keymaker import KeyMaker, RootKey
from comity.node.base.ports import Tx
from comity.node.base.profile import Profile
from comity.node.exchange import keyring, pairing
from comity.node.operate import backup, card_replacement
from comity.node.room import local_log


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
        local_log.note(tx, node, "party.paired", facts | ({"officer": officer} if officer else {}))

    return pairing.save(node, confirmed, spoken, note=note)


def make_card(node: Node, maker: KeyMaker, root: RootKey, *, new_tls: bool = False) -> Card:
    """Make the next card of this node, and enter it in each own log.

    Raises:
        Fault: as `keyring.rotate`.
    """

    def note(tx: Tx, card: Card) -> None:
        facts = {"arrangement": card.arrangement, "number": str(card.number)}
        local_log.note(tx, node, "card.made", {**facts, "address": card.endpoint})

    return keyring.rotate(node, maker, root, new_tls=new_tls, note=note)


def replace_lost_card(
    node: Node, maker: KeyMaker, root: RootKey, *, new_tls: bool = False
) -> tuple[Card, Revocation]:
    """Make the next card in place of those whose keys are gone, and revoke these.

    Raises:
        Fault: as `card_replacement.replace`.
    """

    def note(tx: Tx, card: Card, made: Revocation) -> None:
        of = {"arrangement": card.arrangement}
        facts = {**of, "number": str(card.number), "address": card.endpoint}
        local_log.note(tx, node, "card.made", facts)
        for number in sorted(made.revoked):
            local_log.note(tx, node, "card.revoked", {**of, "number": str(number)})

    return card_replacement.replace(node, maker, root, new_tls=new_tls, note=note)


def enter_pending(node: Node, arrangement: str) -> list[str]:
    """Enter in each own log the cards and revocations that it lacks; return the channels.

    Raises:
        Fault: as `keyring.enter_pending`.
    """

    def note(channel: str, tag: str, number: int, tx: Tx) -> None:
        step = "card.entered" if tag == acts.CARD_ENTERED else "card.revocation-entered"
        local_log.note(tx, node, step, {"channel": channel, "number": str(number)})

    return keyring.enter_pending(node, arrangement, note=note)


def revoke_card(
    node: Node, root: RootKey, number: int, sizes: Mapping[str, int] | None = None
) -> Revocation:
    """Revoke the keys of one own card, and enter that in each own log.

    Raises:
        Fault: as `keyring.revoke`.
    """

    def note(tx: Tx, made: Revocation) -> None:
        facts = {"arrangement": made.arrangement, "number": str(number)}
        local_log.note(tx, node, "card.revoked", facts)

    return keyring.revoke(node, root, number, sizes, note=note)


def mark_restored(node: Node, sha256: str, made_ms: int | None) -> None:
    """Note that this home came from a backup, and from which: the next step of its local log.

    What the high-water file gives back of that log comes to stand before it (`bring_back`).

    Args:
        node: of the home that was made of it.
        sha256: of the backup as a file, as `sha256sum` prints it.
        made_ms: when it was made, as it says itself; None if it does not.
    """
    facts = {"backup": sha256} | ({} if made_ms is None else {"made": instants.render(made_ms)})

    def note(tx: Tx) -> None:
        local_log.note(tx, node, "home.restored", facts)

    backup.mark_restored(node, note=note)


def begin_agencies(node: Node, agencies: Sequence[Agency]) -> Profile:
    """Name the first agencies of a home that was made without any.

    Raises:
        Fault: as `profile.begin_agencies`.
    """
    named = " ".join(agency.id for agency in agencies)

    def note(tx: Tx) -> None:
        local_log.note(tx, node, "nation.agencies-named", {"agency": named})

    return profiles.begin_agencies(node, agencies, note=note)
