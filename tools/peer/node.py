"""The peer itself: what it keeps, understands and says (docs/spec/exchange.md)."""

import ssl
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.peer import card as cards
from tools.peer import note, said, seal, tree
from tools.peer.clock import now_ms
from tools.peer.history import SKEW_MS_MAX, Entry, Held, History, held_back
from tools.peer.log import Cosigner, Mirror, Own, Refused
from tools.peer.pairing import Arrangement, read_confirmation
from tools.peer.roll import Entered, Roll, sealed_to
from tools.peer.store import Folder
from tools.peer.text import Malformed, b64, sha256


class Channel:
    """One channel: the own log, the mirror of the other's, and what was read of both."""

    def __init__(self, peer: "Peer", name: str) -> None:
        arrangement = peer.arrangement.id
        self.name = name
        self.keys = cards.keys_of(peer.seeds, name)
        origin = f"{peer.own.party}/{arrangement}/{name}/1"
        self.own = Own(peer.folder, f"{name}.own", origin)
        other = f"{peer.roll.party}/{arrangement}/{name}/1"
        self.mirror = Mirror(peer.folder, f"{name}.mirror", other)
        self.cosigns_as = f"{peer.own.party}/{arrangement}/{name}/mirror"
        self.cosigned_by = f"{peer.roll.party}/{arrangement}/{name}/mirror"
        self.read: dict[str, list[Entry]] = {peer.own.party: [], peer.roll.party: []}


class Peer:
    """A party of one bilateral arrangement. Every method is called with `lock` held."""

    def __init__(self, path: Path) -> None:
        self.folder = Folder(path)
        kept = self.folder.get("pairing.json")
        if not kept.get("kept"):
            raise Malformed("the code was not compared yet (3.5.10)")
        self.seeds: dict[str, str] = kept["seeds"]
        self.arrangement: Arrangement = read_confirmation(kept["confirmation"])
        self.own = self.arrangement.cards[kept["party"]]
        others = [one for one in self.arrangement.parties if one != kept["party"]]
        if len(others) != 1:
            raise Malformed("this peer speaks with one other party")
        self.roll = Roll(self.folder, self.arrangement, others[0])
        self.contexts: list[ssl.SSLContext] = []
        self.lock = threading.RLock()
        self.wake = threading.Event()
        self.compared = False
        self.skew_ms = 0
        self.channels = {name: Channel(self, name) for name in cards.CHANNELS}

    def of_origin(self, origin: str) -> Channel:
        """The channel of a log that the other party writes (7.4.2)."""
        for channel in self.channels.values():
            if origin == channel.mirror.origin:
                return channel
            if origin == channel.own.origin:
                raise Refused(403, "exchange.log.wrong-party", "You do not write this log.")
        raise Refused(404, "exchange.log.unknown", f"This node does not know {origin[:255]!r}.")

    def may_sign(self) -> None:
        """Refuses to sign before the start was compared, or while clocks differ (5.4.6, 9.1)."""
        if not self.compared:
            raise Refused(503, "exchange.start.not-compared", "Not compared since the start.")
        if abs(self.skew_ms) > SKEW_MS_MAX:
            raise Refused(503, "exchange.clock.skewed", "The clocks differ.")

    def cosigner(self, channel: Channel) -> Cosigner:
        """What cosigns heads of the other party in a channel."""

        def cosign(head: note.Head, least: int) -> tuple[int, str]:
            self.may_sign()
            seconds = max(now_ms() // 1000, least)
            lines = note.cosign(channel.keys.mirror, channel.cosigns_as, head, seconds)
            return seconds, lines

        return cosign

    def keep_bodies(self, bodies: list[bytes]) -> None:
        """Keeps each by its hash (7.5.1)."""
        for one in bodies:
            self.folder.keep_body(sha256(one).hex(), one)

    def read_log(self, channel: Channel, log: Own | Mirror, party: str, size: int) -> list[Entry]:
        """Reads the entries of a log that were not read yet (8.2)."""
        entries = channel.read[party]
        for index in range(len(entries), size):
            entries.append(self._read(channel, log, party, index))
        return entries

    def _read(self, channel: Channel, log: Own | Mirror, party: str, index: int) -> Entry:
        raw = log.entries[index]
        kind = raw[0] if raw else 0
        entry = Entry(party, index, kind, None)
        place = self.arrangement.parties.index(self.own.party)
        try:
            count = len(self.arrangement.parties)
            plaintext = seal.unseal(raw[1:], place, count, channel.keys.seal)
            origin, entry.said = said.read(plaintext, kind)
            entry.foreign = "" if origin == log.origin else "origin"
        except Malformed:
            entry.unread = "parse"
        except seal.Closed:
            entry.unread = "open"
        return entry

    def take_cards(self, texts: list[bytes]) -> None:
        """Takes the other party's cards (7.5.6), and trusts their certificates from then on."""
        for text in texts:
            if self.roll.take(text.decode()):
                for one in self.contexts:
                    one.load_verify_locations(cadata=self.roll.newest.tls)

    def entered(self, channel: Channel) -> Entered:
        """The other party's cards that count in its log, as far as it was read."""
        return self.roll.entered(channel.read[self.roll.party])

    def history(self, channel: Channel) -> History:
        """Both logs as far as they are understood, in the order of the parties."""
        size = int(channel.mirror.state.get("cosigned", 0))
        theirs = self.read_log(channel, channel.mirror, self.roll.party, size)
        signed_by = channel.mirror.state.get("signed_by", {})
        theirs = theirs[: self.roll.readable(theirs, signed_by)]
        size = held_back(theirs, channel.own.origin, len(channel.own.entries))
        theirs = theirs[:size]
        ours = self.read_log(channel, channel.own, self.own.party, len(channel.own.entries))
        logs = {
            self.roll.party: Held(
                self.roll.party, channel.mirror.origin, channel.mirror.leaves[:size], theirs
            ),
            self.own.party: Held(self.own.party, channel.own.origin, channel.own.leaves, ours),
        }
        first, second = self.arrangement.parties
        return History(logs[first], logs[second])

    def append(self, channel: Channel, kind: int, what: dict[str, Any]) -> int:
        """Seals and appends an entry to the own log; it is signed with the next head."""
        last = self._last_receipt(channel)
        number = sealed_to(self.entered(channel), last["size"] if last else 0)
        held = {self.own.party: self.own, self.roll.party: self.roll.cards[number - 1]}
        recipients = [
            held[party].channels[channel.name]["seal"] for party in self.arrangement.parties
        ]
        plaintext = said.write(channel.own.origin, kind, what)
        channel.own.add([bytes([kind]) + seal.seal(plaintext, recipients)])
        self.wake.set()
        return len(channel.own.entries) - 1

    def receipt(self, channel: Channel) -> bool:
        """Writes the receipt that is owed, if one is (8.3.1)."""
        history = self.history(channel)
        theirs = history.logs[self.roll.party].entries
        last = self._last_receipt(channel)
        covered = last["size"] if last else 0
        missing = self._missing(theirs)
        news = any(entry.kind == said.ACT for entry in theirs[covered:])
        come = last is not None and set(last["missing"]) - set(missing)
        if not news and not come:
            return False
        size = len(theirs)
        root = tree.root(channel.mirror.leaves[:size])
        made = said.receipt(channel.mirror.origin, size, root, now_ms())
        made["missing"] = missing[:256]
        made["unread"] = [
            {
                "code": entry.unread,
                "index": entry.index,
                "leaf": channel.mirror.leaves[entry.index].hex(),
            }
            for entry in theirs[covered:]
            if entry.unread
        ][:64]
        self.append(channel, said.RECEIPT, made)
        return True

    def _last_receipt(self, channel: Channel) -> dict[str, Any] | None:
        for entry in reversed(channel.read[self.own.party]):
            if entry.kind == said.RECEIPT and entry.said is not None:
                return entry.said
        return None

    def _missing(self, entries: Sequence[Entry]) -> list[str]:
        """Needed bodies that entries name and that are not here (8.3.7)."""
        named = {
            one["sha256"]
            for entry in entries
            if entry.kind == said.ACT and entry.counts and entry.said is not None
            for one in (*entry.said["blobs"], *entry.said["documents"])
            if one.get("need", "needed") == "needed"
        }
        return sorted(one for one in named if self.folder.body(one) is None)

    def start(self) -> dict[str, Any]:
        """The answer to `GET /start` (9.1.2)."""
        logs = []
        for channel in self.channels.values():
            own, mirror = channel.own, channel.mirror
            heads = mirror.state.get("heads", {})
            logs.append(
                {
                    "cosigned": 0,
                    "head": heads[max(heads, key=int)] if heads else "",
                    "held": len(mirror.entries),
                    "lines": "",
                    "origin": mirror.origin,
                    "root": "",
                }
            )
            logs.append(
                {
                    "cosigned": own.cosigned,
                    "head": own.state.get("signed", ""),
                    "held": len(own.entries),
                    "lines": own.state.get("lines", ""),
                    "origin": own.origin,
                    "root": b64(own.head(own.cosigned).root) if "lines" in own.state else "",
                }
            )
        return {"logs": logs}
