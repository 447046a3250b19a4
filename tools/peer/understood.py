"""What is read with generations known, and when it was received (8.7, 8.8, 9.4)."""

from collections.abc import Callable, Mapping

from tools.peer import said
from tools.peer.history import Entry, Held, History
from tools.peer.place import Open, Reading, left_of
from tools.peer.roll import Roll


class Understood:
    """Every log of a channel as far as it is understood, and when each act was received."""

    def __init__(
        self,
        rolls: Mapping[str, Roll],
        make_logs: Callable[[], list[Held]],
        open_entry: Open,
        reader: tuple[str, Callable[[str], bool]],
    ) -> None:
        party, has = reader
        left: dict[str, int] = {}
        while True:
            logs = make_logs()
            for log in logs:
                log.left = left.get(log.origin)
            self.reading = Reading(logs, rolls, party, open_entry, has)
            self.reading.run()
            found = {name: n for one in rolls for name, n in left_of(logs, one).items()}
            if found == left:
                break
            left = found
        self.history = History([*rolls], logs)
        for log in logs:
            for entry in log.entries:
                self._receive(log, entry)

    def _receive(self, log: Held, entry: Entry) -> None:
        if not entry.counts or entry.kind != said.ACT:
            return
        times = {
            party: self.received(log, entry, party)
            for party in self.history.places
            if party != log.party
        }
        (entry.received_ms,) = times.values()

    def received(self, log: Held, entry: Entry, party: str) -> int | None:
        """When a party received an entry (8.7.2): by its first receipt that covers it."""
        found = [
            first.effective_ms
            for one in self.history.logs
            if one.party == party
            if (first := _covering(one, log.origin, entry.index)) is not None
        ]
        return min(found, default=None)

    def owed(self, own: Held) -> list[tuple[Held, int]]:
        """The logs of others for which a receipt is owed in a log (8.3.1), and covered so far."""
        found = []
        for log in self.history.logs:
            if log.party == own.party:
                continue
            covered = self.covered(own, log)
            if any(entry.kind == said.ACT for entry in log.entries[covered:]):
                found.append((log, covered))
        return found

    def covered(self, own: Held, log: Held) -> int:
        """How much of another's log the receipts of a log cover."""
        last = self.last_receipt(own, log)
        return last.covers if last else 0

    def last_receipt(self, own: Held, log: Held) -> Entry | None:
        """The last receipt of a log for another."""
        return next((one for one in reversed(own.entries) if _is_for(one, log.origin)), None)


def _is_for(entry: Entry, of: str) -> bool:
    """Whether it is a receipt for a log, and counts."""
    return entry.kind == said.RECEIPT and entry.counts and (entry.said or {})["of"] == of


def _covering(receipts: Held, of: str, index: int) -> Entry | None:
    """The first receipt in a log that counts and covers an entry of another."""
    for_it = (one for one in receipts.entries if _is_for(one, of))
    return next((one for one in for_it if one.covers > index), None)
