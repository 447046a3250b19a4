"""Who comes by a pairing and may be taken for somebody else, told before the code is compared.

A node knows a State by its id alone: whose certificate stands on a card of `sn` is `sn`, in
whichever arrangement, and is shown what `sn` may read.  An id is of its owner's choosing, and so
are the names on a card; only the person who calls can say that they are the right State's.

Floor: node.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from comity.joint.arrangement import card as cards
from comity.joint.arrangement.card import Card
from comity.joint.arrangement.pairing import Pairing
from comity.node import register_records
from comity.node.context import Node
from comity.node.ports import Tx
from comity.node.sentence import Sentence, say

_SAME_LOOK: Final = str.maketrans({"0": "o", "1": "l", ".": None, "-": None})
_UNSEEN: Final = frozenset({"Cf", "Mn", "Zs"})


def told(node: Node, found: Pairing) -> list[Sentence]:
    """Return what is to be asked by voice of the parties of a pairing, one sentence each."""
    new = {party: cards.parse(text) for party, text in found.cards.items()}
    with node.store.read() as tx:
        before = _before(tx, node.party, found.arrangement.id)
    held = {**before, **{party: [card] for party, card in new.items() if party not in before}}
    said = [
        _other_certificate(party)
        for party, card in new.items()
        if party in before and card.tls not in {one.tls for one in before[party]}
    ]
    for party, card in new.items():
        if party != node.party:
            told_by_them = {one for one in new if one > party and one != node.party}
            others = sorted(held.keys() - told_by_them - {party})
            said += _alike(party, [card], {one: held[one] for one in others})
    return said


def _before(tx: Tx, own: str, but: str) -> dict[str, list[Card]]:
    """Return the cards of every other party in the arrangements that stand."""
    held: dict[str, list[Card]] = {}
    for arrangement in register_records.arrangements(tx):
        for party in arrangement.party_ids():
            if party != own and arrangement.id != but:
                of_party = register_records.cards(tx, arrangement.id, party)
                held.setdefault(party, []).extend(of_party.values())
    return held


def _other_certificate(party: str) -> Sentence:
    return say(
        "This node has a partner {party} already, whose node shows another TLS certificate. A node "
        "knows a State by its id alone: ask by voice whether it is the same State with another "
        "machine or address. If it is not, stop: it needs another id.",
        party=party,
    )


def _alike(
    party: str, shown: Iterable[Card], others: Mapping[str, Iterable[Card]]
) -> Iterator[Sentence]:
    for other, cards_of_other in others.items():
        if _look(party) == _look(other):
            yield say(
                "The id {party} looks like {other}. Ask by voice which it is, letter by letter.",
                party=party,
                other=other,
            )
        ours, theirs = _names(shown), _names(cards_of_other)
        for name in sorted(set(ours).intersection(theirs)):
            yield say(
                "{party} calls itself {name}, as {other} does. Ask by voice which State it is.",
                party=party,
                name=ours[name],
                other=other,
            )


def _look(party: str) -> str:
    return party.translate(_SAME_LOOK).replace("rn", "m").replace("vv", "w")


def _names(shown: Iterable[Card]) -> dict[str, str]:
    """Return `{what a reader sees: name}` of the names on cards, in every language."""
    return {_seen(name): name for card in shown for name in card.names.values()}


def _seen(name: str) -> str:
    """Return a name without case, width, accents, spaces and what nobody sees."""
    whole = unicodedata.normalize("NFKD", name).casefold()
    return "".join(one for one in whole if unicodedata.category(one) not in _UNSEEN)
