"""The reserve of the disk: what of the hotline may use it, and how much of one party.

    is the reserve whole after this?   accepted, whoever sends it
    else: what the hotline's log       accepted, while its party has used less than its share
          of the sender brings

What is the hotline's the origin in the body says, not a header: bodies and cards alone have
none and never break into the reserve.  Signing anew adds nothing, so an hour without an entry
uses up no share.

The disk does not know yet of what was accepted and is still coming: that has its room too, so that
many who send at once do not fill together what none of them would fill alone.

Source: protocol rule 24; docs/spec/wire.md 7.7.3.
Floor: surfaces.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from comity.joint.arrangement.arrangement import parse_origin
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import register_records
from comity.node.exchange import delivery

_NOTHING: Final = b""
SHARE_BYTES_MIN: Final = 256 << 10
"""Of a party, however many there are: some acts of the hotline, with their bodies."""


def share(reserve_bytes: int, partners: int) -> int:
    """Return how much of the reserve one of so many partners may use.

    A State with few has a share each as if it had as many as one arrangement holds.
    """
    return max(reserve_bytes // max(limits.PARTIES_MAX, partners), SHARE_BYTES_MIN)


class Reserve:
    """Who used how much of the reserve since it was whole; of one process."""

    def __init__(
        self,
        require_room: Callable[[int, bool], None],
        share_bytes: Callable[[], int],
        is_hotline: Callable[[str], bool],
    ) -> None:
        """Begin with a reserve that nobody has used.

        Args:
            require_room: (bytes, whether from the reserve): Fault `node.store.full`.
            share_bytes: how much one party may use now.
            is_hotline: whether a channel, by its path, is for what must never wait.
        """
        self._require_room = require_room
        self._share_bytes = share_bytes
        self._is_hotline_path = is_hotline
        self._used: Counter[str] = Counter()
        self._heads: dict[bytes, bytes] = {}
        self._coming = 0
        self._lock = threading.Lock()

    @contextmanager
    def held(self, party: str, path: str, body: bytes, size_bytes: int) -> Iterator[None]:
        """Hold room on the disk for what a request of a party brings, until it is answered.

        Args:
            party: who sends it.
            path: of the request.
            body: of the request, or b"" where it comes in parts.
            size_bytes: of the body.

        Raises:
            Fault: `node.store.full`.
        """
        with self._lock:
            before = self._coming
            self._coming += size_bytes
        try:
            self._require(party, path, body, (size_bytes, before))
            yield
        finally:
            with self._lock:
                self._coming -= size_bytes

    def _require(self, party: str, path: str, body: bytes, sizes: tuple[int, int]) -> None:
        """Return if there is room for that many bytes, after those that are still coming."""
        size_bytes, together = sizes[0], sum(sizes)
        try:
            self._require_room(together, False)  # noqa: FBT003 -- as the port says
        except Fault:
            origin, size = _brought(path, body)
            if not self._is_hotline(party, origin) or not self._takes(
                party, origin, size, size_bytes
            ):
                raise
        else:
            self._forget()
            return
        self._require_room(together, True)  # noqa: FBT003 -- as the port says

    def _is_hotline(self, party: str, origin: bytes) -> bool:
        try:
            named = parse_origin(origin.decode("ascii", "replace"))
        except Fault:
            return False
        path = register_records.channel_path(named.arrangement, named.channel)
        return named.party == party and self._is_hotline_path(path)

    def _takes(self, party: str, origin: bytes, size: bytes | None, size_bytes: int) -> bool:
        """Count what a party brings, unless it adds nothing; False if its share is used up."""
        with self._lock:
            if size == _NOTHING or (size is not None and size == self._heads.get(origin)):
                return True
            if self._used[party] + size_bytes > self._share_bytes():
                return False
            self._used[party] += size_bytes
            if size is not None:
                self._heads[origin] = size
            return True

    def _forget(self) -> None:
        with self._lock:
            self._used.clear()
            self._heads.clear()


def _brought(path: str, body: bytes) -> tuple[bytes, bytes | None]:
    """Return the origin that a body names, or b"", and the size of its log if that is all.

    A head of the size that was there before takes the place of another, and a request of no
    entries brings none.
    """
    if path == "/add-checkpoint":
        origin, _, rest = body.partition(b"\n\n")[2].partition(b"\n")
        return origin, rest.partition(b"\n")[0] or None
    if path == "/add-entries":
        origin, rest = _prefixed(body)
        return origin, _NOTHING if rest[:8] == rest[8:16] else None
    if path == "/add-delivery":
        return _prefixed(delivery.entries_of(body))[0], None
    return b"", None


def _prefixed(body: bytes) -> tuple[bytes, bytes]:
    """Return what stands after its length of two bytes, and the rest."""
    end = 2 + int.from_bytes(body[:2])
    return body[2:end], body[end:]
