"""Cards in force, as the wire needs them: whom to believe, what to show, where to call.

Cards are read again when asked to (`refresh`); nothing here reads the store inside a
transaction of somebody else.

Floor: boot.
"""

import ssl
import threading
from collections.abc import MutableMapping, Sequence
from typing import Final

from comity.adapters import clock, http_peer, tls, tlscert
from comity.adapters.keyfiles import KeyFiles
from comity.adapters.tls import Chain
from comity.kernel.fault import Fault
from comity.node.base import register_records
from comity.node.base.ports import Store
from comity.node.exchange import contacts
from comity.node.exchange.contacts import Contact, Contacts
from comity.surfaces.cli.context import Settings

_DAY_MS: Final = 86_400_000
_MINUTE_MS: Final = 60_000
_NOBODYS_HOST: Final = "unpaired.invalid"


class Network:
    """What the cards in force say, for all threads of a process."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        keys: KeyFiles,
        skews: MutableMapping[str, int],
    ) -> None:
        self._store = store
        self._settings = settings
        self._keys = keys
        self._skews = skews
        self._lock = threading.Lock()
        self._contacts: Contacts | None = None
        self._read: tuple[str, int] | None = None
        self._parties: dict[str, str] = {}
        self._shown: dict[str, Sequence[ssl.SSLContext]] = {}
        self._by_certificate: dict[bytes, ssl.SSLContext] = {}

    def refresh(self) -> bool:
        """Read the cards again where one may count that did not; return whether anything changed.

        That is so once a card or revocation has come, and each minute: they begin and expire.
        """
        now_ms = clock.SystemClock().now_ms()
        with self._store.read() as tx:
            read = register_records.version(tx), now_ms // _MINUTE_MS
            if read == self._read:
                return False
            found = contacts.load(tx, self._settings.party, now_ms, self._settings.peer_address)
        with self._lock:
            self._read = read
            is_changed = found != self._contacts
            if is_changed:
                self._contacts = found
                self._parties = contacts.parties_by_fingerprint(found.peers)
                self._shown = {}
        return is_changed

    def party_of(self, fingerprint: str) -> str | None:
        """Return whose certificate a fingerprint is, or None for a stranger."""
        return self._parties.get(fingerprint)

    def partners(self) -> int:
        """Return how many parties have a card that counts now."""
        return len({*self._parties.values()})

    def surroundings(self) -> http_peer.Surroundings:
        """Return what the wire to peers needs."""
        return http_peer.Surroundings(
            contact=self._contact,
            contexts=self._contexts,
            now_ms=clock.SystemClock().now_ms,
            monotonic_ms=clock.monotonic_ms,
            skewed=self._skews.__setitem__,
        )

    def server_context(self) -> ssl.SSLContext:
        """Return what the peers' listener shows and believes now.

        A node that is not paired yet shows a certificate that nobody expects, so that it
        can say it is there.
        """
        found = self._loaded()
        chains = [chain for der in found.shown() if (chain := self._chain(der))]
        return tls.server_context(chains or [_unpaired()], found.certificates())

    def _loaded(self) -> Contacts:
        if self._contacts is None:
            self.refresh()
        assert self._contacts is not None
        return self._contacts

    def _contact(self, party: str) -> Contact:
        return self._loaded().contact(party)

    def _contexts(self, arrangement: str) -> Sequence[ssl.SSLContext]:
        found = self._loaded()
        with self._lock:
            held = self._shown.get(arrangement) if found is self._contacts else None
        if held is not None:
            return held
        ders = found.own.get(arrangement, ())
        made = [context for der in ders if (context := self._client(der))]
        if not made:
            raise Fault(
                code="boot.tls.missing",
                what="No card of this node is in force whose TLS key is here.",
                fix="Make the next card with `comity key rotate`, or restore the keys.",
            )
        with self._lock:
            if found is self._contacts:  # else our cards changed while the keys were opened
                self._shown[arrangement] = made
        return made

    def _client(self, der: bytes) -> ssl.SSLContext | None:
        if der not in self._by_certificate:
            chain = self._chain(der)
            if chain is None:
                return None
            self._by_certificate[der] = tls.client_context(chain)
        return self._by_certificate[der]

    def _chain(self, der: bytes) -> Chain | None:
        """Return certificate and key, or None where the key is not here any more."""
        try:
            held = self._keys.tls_chain(der)
            return Chain(held.file.read_bytes(), held.password, der)
        except Fault as fault:
            if fault.code != "keys.file.missing":
                raise
            return None
        except FileNotFoundError:
            return None


def _unpaired() -> Chain:
    now_ms = clock.SystemClock().now_ms()
    key = tlscert.make(_NOBODYS_HOST, now_ms - _DAY_MS, now_ms + 3_650 * _DAY_MS)
    password = b"in memory alone"
    return Chain(key.chain_pem(password), password, key.certificate)
