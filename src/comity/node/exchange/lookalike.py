"""Who comes by a pairing, or by a new card, and may be taken for somebody else.

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
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.sentence import Sentence, say

_SAME_LOOK: Final = str.maketrans({"0": "o", "1": "l", ".": None, "-": None})
_LATIN: Final = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0405\u0408\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0458\u04bb\u0501"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
    "ABEKMHOPCTXISJaeopcyxisjhdABEZHIKMNOPTYXo",
)
"""Letters of the Cyrillic and the Greek script that are drawn as those of the Latin one.

Source: UTS 39, confusables, as far as names of States can be written so."""

_UNSEEN: Final = frozenset({"Cf", "Mn", "Zs"})


def told(node: Node, found: Pairing) -> list[Sentence]:
    """Return what is to be asked before the code of a pairing is compared, one sentence each."""
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


def renamed(tx: Tx, card: Card) -> list[Sentence]:
    """Return which other party a card that came calls itself as: pages know States by name."""
    others: dict[str, list[Card]] = {}
    for arrangement in register_records.arrangements(tx):
        for party in arrangement.party_ids():
            held = register_records.cards(tx, arrangement.id, party)
            if party != card.party and held:
                others.setdefault(party, []).append(held[max(held)])
    return [
        _same_name(card.party, name, other)
        for other, cards_of_other in sorted(others.items())
        for name in _shared(_names([card]), _names(cards_of_other))
    ]


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
        for name in _shared(_names(shown), _names(cards_of_other)):
            yield _same_name(party, name, other)


def _same_name(party: str, name: str, other: str) -> Sentence:
    return say(
        "{party} calls itself {name}, as {other} does. Ask by voice which State it is.",
        party=party,
        name=name,
        other=other,
    )


def _shared(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """Return our names that a reader takes for theirs."""
    return [name for seen, name in sorted(ours.items()) if seen in theirs]


def _look(party: str) -> str:
    return party.translate(_SAME_LOOK).replace("rn", "m").replace("vv", "w")


def _names(shown: Iterable[Card]) -> dict[str, str]:
    """Return `{what a reader sees: name}` of the names on cards, in every language."""
    return {_seen(name): name for card in shown for name in card.names.values()}


def _seen(name: str) -> str:
    """Return a name without case, width, script, accents, spaces and what nobody sees."""
    whole = unicodedata.normalize("NFKD", name.translate(_LATIN)).casefold()
    return "".join(one for one in whole if unicodedata.category(one) not in _UNSEEN)
