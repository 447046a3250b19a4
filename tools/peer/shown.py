"""What is read with openings and generations known, and when it was received (8.7, 8.8, 9.4)."""

import re
from collections.abc import Callable, Mapping, Sequence

from tools.peer import said
from tools.peer.history import Entry, Held, History
from tools.peer.place import Open, Reading, left_of
from tools.peer.roll import Roll

KEY = re.compile("[0-9a-f]{32}")
SHOWN = "exchange.opening-shown/1"

type Place = tuple[str, int]
type Opens = Callable[[Held, int, bytes], bool]
"""Whether a file key opens an entry of a log, and what it opens parses and names the log."""


class Openings:
    """The acts of a channel that show an opening, in the order in which they count (8.8.4)."""

    def __init__(self, history: History) -> None:
        acts = [one for one in history.acts() if one.is_act(SHOWN)]
        self.acts = sorted(acts, key=lambda one: (one.party, one.generation, one.index))

    def of(self, origin: str, index: int) -> list[Entry]:
        """Those about one entry."""
        return [
            one
            for one in self.acts
            if one.codes.get("origin") == origin and one.codes.get("index") == str(index)
        ]


def file_key(act: Entry) -> bytes:
    """The key that an opening shows; none where it is spelled otherwise (8.8.3)."""
    spelled = act.codes.get("file-key", "")
    return bytes.fromhex(spelled) if KEY.fullmatch(spelled) else b""


class Understood:
    """Every log of a channel as far as it is understood, and when each act was received."""

    def __init__(
        self,
        rolls: Mapping[str, Roll],
        make_logs: Callable[[], list[Held]],
        opener: Callable[[Mapping[Place, list[bytes]]], Open],
        opens: Opens,
        reader: tuple[str, Callable[[str], bool]],
    ) -> None:
        self.opens = opens
        party, has = reader
        left: dict[str, int] = {}
        keys: dict[Place, list[bytes]] = {}
        while True:
            logs = make_logs()
            for log in logs:
                log.left = left.get(log.origin)
            self.reading = Reading(logs, rolls, party, opener(keys), has)
            self.reading.run()
            self.history = History([*rolls], logs)
            self.openings = Openings(self.history)
            found = {name: n for one in rolls for name, n in left_of(logs, one).items()}
            more = {**keys, **self._keys(logs)}
            if (found, more) == (left, keys):
                break
            left, keys = found, more
        for log in logs:
            for entry in log.entries:
                self._receive(log, entry)

    def _keys(self, logs: Sequence[Held]) -> dict[Place, list[bytes]]:
        """The keys that are shown of entries, in the order in which they count."""
        found: dict[Place, list[bytes]] = {}
        for log in logs:
            for index in range(len(log.entries)):
                shown = [file_key(one) for one in self.openings.of(log.origin, index)]
                if any(shown):
                    found[log.origin, index] = [one for one in shown if one]
        return found

    def _receive(self, log: Held, entry: Entry) -> None:
        if not entry.counts or entry.kind != said.ACT:
            return
        times = {
            party: self.received(log, entry, party)
            for party in self.history.places
            if party != log.party
        }
        (entry.received_ms,) = times.values()

    def _receipts(self, party: str, of: str) -> list[Entry]:
        """The receipts of a party for a log, of all its generations, in their order."""
        mine = [one for one in self.history.logs if one.party == party]
        return [
            entry
            for log in sorted(mine, key=lambda one: one.generation)
            for entry in log.entries
            if _is_for(entry, of)
        ]

    def received(self, log: Held, entry: Entry, party: str) -> int | None:
        """When a party received an entry (8.7.2), also one that it had rejected (8.8)."""
        times = [
            self._received_in(one, log, entry) for one in self.history.logs if one.party == party
        ]
        return min((one for one in times if one is not None), default=None)

    def _received_in(self, receipts: Held, log: Held, entry: Entry) -> int | None:
        """When the author of a log of receipts says there that they had an entry."""
        first = _covering(receipts, log.origin, entry.index)
        if first is None:
            return None
        unread = (first.said or {})["unread"]
        if any((one["index"], one["code"]) == (entry.index, "open") for one in unread):
            found = (_covering(receipts, *place) for place in self._shows_key(log, entry))
            known = (one for one in found if one is not None)
            first = min(known, key=lambda one: one.index, default=None)
        if self._rejects_blob(entry, receipts.party):
            shows = (
                _covering(receipts, one.origin, one.index)
                for one in self._blobs_shown(entry)
                if not self._rejects_blob(one, receipts.party)
            )
            first = next((one for one in shows if one is not None), None)
        return first.effective_ms if first else None

    def _shows_key(self, log: Held, entry: Entry) -> list[Place]:
        """Where acts stand that show a key which opens an entry (8.8.4)."""
        return [
            (one.origin, one.index)
            for one in self.openings.of(log.origin, entry.index)
            if (key := file_key(one)) and self.opens(log, entry.index, key)
        ]

    def _blobs_shown(self, entry: Entry) -> list[Entry]:
        """The acts by which its author shows its blobs anew (8.8.8)."""
        return [
            one
            for one in self.openings.of(entry.origin, entry.index)
            if one.party == entry.party and one.said and one.said["blobs"]
        ]

    def shows_blobs(self, entry: Entry) -> Entry | None:
        """The first of them."""
        return next(iter(self._blobs_shown(entry)), None)

    def keys_of_blob(self, entry: Entry, sha256: str) -> list[str]:
        """The keys that are shown of a blob of an act."""
        return [
            blob["key"]
            for one in self._blobs_shown(entry)
            for blob in (one.said or {})["blobs"]
            if blob["sha256"] == sha256
        ]

    def rejected(self, origin: str, party: str) -> list[tuple[int, str]]:
        """The entries of a log that a party rejects, each with its code."""
        return [
            (told["index"], told["code"])
            for one in self._receipts(party, origin)
            for told in (one.said or {})["unread"]
        ]

    def _rejects_blob(self, act: Entry, party: str) -> bool:
        return (act.index, "blob") in self.rejected(act.origin, party)

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
