"""Making private keys: the second half of the seam that a PKCS#11 device can fill.

`Keys` uses keys, `KeyMaker` makes them; both are one object of a home.  Private halves never
leave it.  The root key is the exception in place, not in kind: it lies in a file of its own
that is kept offline, and is named where it is needed.

Floor: node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from comity.joint.arrangement.arrangement import PartyRoot
from comity.joint.arrangement.card import ChannelKeys
from comity.tlog.note import Signer


@dataclass(frozen=True, slots=True)
class RootKey:
    """A party's root key in one arrangement, opened.

    Attributes:
        arrangement: id of the arrangement.
        public: what the others know it by.
        signers: kinds 0x01 and 0xff, in this order.
    """

    arrangement: str
    public: PartyRoot
    signers: tuple[Signer, ...]


class KeyMaker(Protocol):
    """Makes keys and keeps their private halves, encrypted."""

    def require_open(self) -> None:
        """Return if what was given opens the private keys of this home, where there are any.

        Raises:
            Fault: `keys.secret.*`, `keys.file.*`.
        """
        ...

    def make_local(self, number: int = 1) -> None:
        """Make some keys of the local log, if those of that number are not there."""
        ...

    def make_tls(self, host: str, party: str, not_before_ms: int, not_after_ms: int) -> bytes:
        """Make a TLS key; return its self-signed certificate for that host and party, DER."""
        ...

    def certificate(self, host: str) -> bytes | None:
        """Return the newest certificate for that host, DER, or None."""
        ...

    def make_card(
        self, arrangement: str, number: int, channels: Sequence[str]
    ) -> Mapping[str, ChannelKeys]:
        """Return the public keys of a card, by channel; they are made if there are none yet.

        Raises:
            Fault: `keys.*`.
        """
        ...

    def make_root(self, file: Path, party: str, arrangement: str) -> RootKey:
        """Make a root key in a new file.

        Raises:
            Fault: `keys.root.exists`, `keys.disk`.
        """
        ...

    def open_root(self, file: Path) -> RootKey:
        """Open the root key in a file.

        Raises:
            Fault: `keys.file.missing`, `keys.secret.wrong`, `keys.file.malformed`.
        """
        ...
