"""Where a party is reached, and by which certificates it is known.

Source: protocol rules 2 and 4: cards carry endpoint and TLS certificate.
Floor: node (pure).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contact:
    """What the wire needs of a party's cards in force.

    Attributes:
        party: its id.
        arrangement: in which the card was given; the caller names it to the server.
        endpoint: `https://host[:port]` of its newest card, or what this node's settings say.
        certificates: DER of the certificate of each of its cards in force, newest first;
            for as long as two overlap, both are good.
    """

    party: str
    arrangement: str
    endpoint: str
    certificates: tuple[bytes, ...]

    def fingerprints(self) -> tuple[str, ...]:
        """Return the fingerprints of its certificates, newest first."""
        return tuple(fingerprint(der) for der in self.certificates)


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate's DER, hex: what two operators compare."""
    return hashlib.sha256(certificate).hexdigest()


def parties_by_fingerprint(contacts: Iterable[Contact]) -> dict[str, str]:
    """Return whose certificate each fingerprint is."""
    return {print_: contact.party for contact in contacts for print_ in contact.fingerprints()}
