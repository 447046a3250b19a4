"""Where a party is reached, and by which certificates it is known.

A card counts while its validity holds and it is not revoked.  While two cards of a party
overlap, both certificates are good, so that a fresh one needs no hour at which all change.

Source: protocol rules 2 and 4: cards carry endpoint and TLS certificate.
Floor: node.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from comity.joint.arrangement import view
from comity.joint.arrangement.card import Card
from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.base import register_records
from comity.node.base.ports import Tx


@dataclass(frozen=True, slots=True)
class Contact:
    """What the wire needs of a party's cards in force.

    Attributes:
        party: its id.
        arrangement: in which the cards were given.
        endpoint: `https://host[:port]` of its newest card, or what this node's settings say.
        certificates: DER of the certificate of each of its cards in force, newest first.
    """

    party: str
    arrangement: str
    endpoint: str
    certificates: tuple[bytes, ...]

    def fingerprints(self) -> tuple[str, ...]:
        """Return the fingerprints of its certificates, newest first."""
        return tuple(fingerprint(der) for der in self.certificates)


@dataclass(frozen=True, slots=True)
class Contacts:
    """All parties that this node shares an arrangement with.

    Attributes:
        peers: one for each arrangement and party.
        own: `{arrangement: own certificates, newest first}`.
    """

    peers: tuple[Contact, ...]
    own: Mapping[str, tuple[bytes, ...]]

    def contact(self, party: str) -> Contact:
        """Return where a party is reached.

        Raises:
            Fault: `node.peer.unknown`.
        """
        for contact in self.peers:
            if contact.party == party:
                return contact
        raise Fault(
            code="node.peer.unknown",
            what=f"No card of {quoted(party)} is in force here.",
            fix="Ask that party for its newest card: where the last one expired it comes as a "
            "file, by `comity carry export`. Pair with one that is new: `comity pair offer`.",
        )

    def certificates(self) -> tuple[bytes, ...]:
        """Return the certificates of all peers, each once."""
        return tuple(dict.fromkeys(der for peer in self.peers for der in peer.certificates))

    def shown(self) -> tuple[bytes, ...]:
        """Return this node's own certificates, each once."""
        return tuple(dict.fromkeys(der for ders in self.own.values() for der in ders))


def load(tx: Tx, own_party: str, now_ms: int, addresses: Mapping[str, str]) -> Contacts:
    """Read the cards in force.

    Args:
        tx: a view of the store.
        own_party: this node's.
        now_ms: the time.
        addresses: `{party: endpoint}` that win over the cards'.
    """
    peers: list[Contact] = []
    own: dict[str, tuple[bytes, ...]] = {}
    for arrangement in register_records.arrangements(tx):
        for party in arrangement.party_ids():
            held = _in_force(tx, arrangement.id, party, now_ms)
            certificates = tuple(dict.fromkeys(card.tls for card in held))
            if party == own_party:
                own[arrangement.id] = certificates
            elif held:
                endpoint = addresses.get(party, held[0].endpoint)
                peers.append(Contact(party, arrangement.id, endpoint, certificates))
    return Contacts(tuple(peers), own)


def cards_of_peers(tx: Tx, own_party: str, now_ms: int) -> Iterator[tuple[str, Card]]:
    """Yield (arrangement, card) for each card of another party that is in force."""
    for arrangement in register_records.arrangements(tx):
        for party in arrangement.party_ids():
            if party != own_party:
                for card in _in_force(tx, arrangement.id, party, now_ms):
                    yield arrangement.id, card


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate's DER, hex: what two operators compare."""
    return hashlib.sha256(certificate).hexdigest()


def parties_by_fingerprint(contacts: Iterable[Contact]) -> dict[str, str]:
    """Return whose certificate each fingerprint is."""
    return {print_: contact.party for contact in contacts for print_ in contact.fingerprints()}


def _in_force(tx: Tx, arrangement_id: str, party: str, now_ms: int) -> list[Card]:
    """Return the cards that count now, newest first."""
    revoked = {
        number
        for one in register_records.revocations(tx, arrangement_id, party)
        for number in one.revoked
    }
    held = register_records.cards(tx, arrangement_id, party)
    return [
        held[number]
        for number in sorted(held, reverse=True)
        if number not in revoked
        and view.is_current(held[number], now_ms, skew_ms=limits.SKEW_MS_MAX)
    ]
