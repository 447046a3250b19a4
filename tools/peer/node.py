"""The peer itself: what it keeps, understands and says (docs/spec/exchange.md)."""

import secrets
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from tools.peer import body, note, said, seal, tree
from tools.peer.channel import Channel
from tools.peer.clock import now_ms
from tools.peer.history import SKEW_MS_MAX, Entry, Held, newest
from tools.peer.keys import Own as OwnKeys
from tools.peer.log import Cosigner, Mirror, Own, Refused
from tools.peer.pairing import Arrangement, read_confirmation
from tools.peer.roll import ENTERED, REVOKED, Roll, in_force
from tools.peer.store import Folder
from tools.peer.text import Malformed, b64, sha256, unb64
from tools.peer.understood import Understood


class Peer:
    """A party of one bilateral arrangement. Every method is called with `lock` held."""

    def __init__(self, path: Path) -> None:
        self.folder = Folder(path)
        kept = self.folder.get("pairing.json")
        if not kept.get("kept"):
            raise Malformed("the code was not compared yet (3.5.10)")
        self.party: str = kept["party"]
        self.arrangement: Arrangement = read_confirmation(kept["confirmation"])
        self.keys = OwnKeys(self.folder, kept["seeds"])
        others = [one for one in self.arrangement.parties if one != self.party]
        if len(others) != 1:
            raise Malformed("this peer speaks with one other party")
        parties = self.arrangement.parties
        self.rolls = {one: Roll(self.folder, self.arrangement, one) for one in parties}
        self.own, self.roll = self.rolls[self.party], self.rolls[others[0]]
        self.contexts: list[ssl.SSLContext] = []
        self.lock = threading.RLock()
        self.wake = threading.Event()
        self.compared = False
        self.skew_ms = 0
        self.turned_away = 0
        self.channels = {
            name: Channel(self.folder, self.arrangement.id, (self.party, others[0]), name)
            for name in self.own.newest.channels
        }
        self.opened: dict[tuple[str, int], Entry] = {}
        self.runs: dict[tuple[str, int], seal.Run] = {}
        self.texts: dict[tuple[str, int], list[str]] = {}

    def of_origin(self, origin: str) -> Channel:
        """The channel of a log that the other party writes and that goes on (7.4.2, 9.4.5)."""
        for channel in self.channels.values():
            if origin == channel.mirror.origin:
                return channel
            if origin in {one.origin for one in channel.own_logs}:
                raise Refused(403, "exchange.log.wrong-party", "You do not write this log.")
            if origin in {one.origin for one in channel.mirrors}:
                raise Refused(422, "exchange.log.ended", "This log has ended (9.4.5).")
            channel.offer(origin)
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
            keys = self.keys.of(self._mirror_card(channel, head), channel.name)
            return seconds, note.cosign(keys.mirror, channel.cosigns_as, head, seconds)

        return cosign

    def _mirror_card(self, channel: Channel, head: note.Head) -> int:
        """The own card whose mirror keys cosign a head (3.4.6)."""
        entries = newest(self.understood(channel).history.logs, self.party).entries
        before = entries[: channel.own.signed]
        first = self.own.entered(before)[-1][1]
        for number in range(first, len(self.own.cards) + 1):
            if self.own.may_cover(number, head.origin, head.size):
                return number
        raise Malformed("every card is revoked below this head")

    def log_card(self, channel: Channel, size: int) -> int:
        """The own card whose log keys sign a head of this size (3.4.3)."""
        entries = newest(self.understood(channel).history.logs, self.party).entries
        return in_force(self.own.entered(entries), size)

    def check_head(self, channel: Channel, text: str) -> tuple[note.Head, int]:
        """A head of the other party's log that goes on, and by which card it is."""
        log = newest(self.understood(channel).history.logs, self.roll.party)
        return self.roll.head(text, channel.name, log.entries)

    def keep_bodies(self, bodies: list[bytes]) -> None:
        """Keeps each by its hash (7.5.1)."""
        for one in bodies:
            self.folder.keep_body(sha256(one).hex(), one)

    def take_cards(self, data: bytes) -> None:
        """Takes a batch of cards and revocations (7.5.6); new certificates are trusted.

        One that is refused keeps no other away, and makes the whole an error.
        """
        problems: list[Exception] = []
        for text in body.read_batch(data):
            try:
                self._take_card(text.decode())
            except (Malformed, Refused, UnicodeDecodeError) as problem:
                problems.append(problem)
        if problems:
            raise Malformed(f"a card or revocation: {problems[0]}") from problems[0]
        if len(self.own.cards) > len(self.keys.seeds):
            raise Malformed("a newer own card is held elsewhere, and its keys are not here (3.7)")

    def _take_card(self, text: str) -> None:
        if self.roll.take(text):
            self._trust_newest()
        self.own.take(text)

    def _trust_newest(self) -> None:
        """Trust the certificate of the other side's newest card, whichever way it came."""
        for one in self.contexts:
            one.load_verify_locations(cadata=self.roll.newest.tls)

    def cosigned(self, channel: Channel, own: Own | None = None) -> int:
        """How many entries of an own log the other side signed for, with keys that count."""
        log = own or channel.own
        sizes = [
            size for number, size in log.by.items() if self.roll.may_cover(number, log.origin, size)
        ]
        return max(sizes, default=0)

    def doubted(self, channel: Channel) -> dict[str, list[int]]:
        """Entries of which every signature that is held is by keys revoked below them (3.6.3)."""
        found = {}
        mirror, own = channel.mirror, channel.own
        good = [
            size
            for size, numbers in mirror.signed_by.items()
            if any(self.roll.may_cover(number, mirror.origin, size) for number in numbers)
        ]
        for origin, counts, believed in (
            (mirror.origin, max(good, default=0), max(mirror.signed_by, default=0)),
            (own.origin, self.cosigned(channel), max(own.by.values(), default=0)),
        ):
            if counts < believed:
                found[origin] = [counts, believed]
        return found

    def understood(self, channel: Channel) -> Understood:
        """Every log of a channel as far as it is understood."""
        return Understood(
            self.rolls,
            lambda: [self._held(log) for log in channel.logs()],
            lambda log, index: self._entry(channel, log, index),
            (self.party, lambda one: self.folder.body(one) is not None),
        )

    def _held(self, log: Own | Mirror) -> Held:
        party, _, _, generation = log.origin.split("/")
        told = (log.origin, log.entries, log.leaves)
        if isinstance(log, Mirror):
            return Held(party, int(generation), *told, log.cosigned, log.signed_by)
        return Held(party, int(generation), *told, len(log.entries))

    def _entry(self, channel: Channel, log: Held, index: int) -> Entry | None:
        """An entry as it is read; None while a text that its key entry names lacks (8.2.8)."""
        at = (log.origin, index)
        if at not in self.opened:
            found = self._read(channel, log, index)
            if found is None:
                return None
            self.opened[at] = found
        kept = self.opened[at]
        return Entry(
            log.party, index, kept.kind, kept.said, kept.void, kept.foreign,
            log.origin, log.generation,
        )  # fmt: skip

    def _read(self, channel: Channel, log: Held, index: int) -> Entry | None:
        raw = log.raw[index]
        entry = Entry(log.party, index, raw[0] if raw else 0, None)
        try:
            if entry.kind == said.KEY:
                return entry if self._run(channel, log, index) else None
            at, place = seal.place_of(raw) if entry.kind in said.WORDS else (index, 0)
            if index != at + 1 + place or log.raw[at][0] != said.KEY:
                raise seal.Closed("under no key entry (2.1.11)")  # noqa: TRY301 -- as all others
            run = self._run(channel, log, at)
            if run is None:
                return None
            origin, entry.said = said.read(seal.unseal(raw, run.keys[place]), entry.kind)
            entry.foreign = "" if origin == log.origin else "origin"
        except (Malformed, seal.Closed):
            entry.void = True
        return entry

    def _run(self, channel: Channel, log: Held, index: int) -> seal.Run | None:
        """The run of a key entry, made again for the texts that it names (2.1.6)."""
        at = (log.origin, index)
        if at in self.runs:
            return self.runs[at]
        parties = self.arrangement.parties
        sealed = seal.SealedKey(log.raw[index][1:], len(parties))
        mine = self.keys.from_card(1, channel.name)
        file_key, plaintext = sealed.open(parties.index(self.party), mine)
        origin, told = said.read_key(plaintext)
        run = seal.Run(unb64(told["secret"], 32), log.origin, index)
        if origin != log.origin or run.root != sealed.root or len(told["texts"]) != len(parties):
            raise seal.Closed("a key entry of another log, or bound to other keys (2.1.9)")
        keys = []
        for party, text in zip(parties, told["texts"], strict=True):
            key = self.rolls[party].seal_key(text, channel.name)
            if key is None:
                return None
            keys.append(key)
        sealed.require_ruled(file_key, keys)
        self.texts[at], self.runs[at] = told["texts"], run
        return run

    def append(
        self, channel: Channel, kind: int, what: dict[str, Any], *, spoils: bool = False
    ) -> int:
        """Seals and appends an entry to the own log; it is signed with the next head.

        With `spoils` it is put under a key entry that is junk to the other side.
        """
        reading = self.understood(channel).reading
        own = newest(reading.logs, self.party)
        cards = []
        for party in self.arrangement.parties:
            roll, found = self.rolls[party], reading.in_cut(own, party)
            entered = roll.entered(found[0].entries) if found else [(-1, 1)]
            cards.append((roll, roll.seals_to(entered, found[1] if found else 0)))
        log = channel.own
        run = None if spoils else self._in_force(channel, own, [r.text(n) for r, n in cards])
        if run is None:
            run = self._begin_run(channel, cards, spoils=spoils)
        index = len(log.entries)
        log.add([bytes([kind]) + run.seal(said.write(log.origin, kind, what), index)])
        self.wake.set()
        return index

    def _in_force(self, channel: Channel, own: Held, texts: list[str]) -> seal.Run | None:
        """The run of the last entry of the own log, if it is for these texts and has room."""
        end = len(own.raw)
        if not end:
            return None
        last = own.raw[end - 1]
        try:
            at = end - 1 if last[0] == said.KEY else seal.place_of(last)[0]
            run = self._run(channel, own, at)
        except seal.Closed:
            return None
        is_right = run is not None and self.texts[own.origin, at] == texts
        return run if run and is_right and run.place(end) is not None else None

    def _begin_run(
        self, channel: Channel, cards: list[tuple[Roll, int]], *, spoils: bool
    ) -> seal.Run:
        log = channel.own
        run = seal.Run(secrets.token_bytes(32), log.origin, len(log.entries))
        told = {"secret": b64(run.secret), "texts": [roll.text(number) for roll, number in cards]}
        keys = [roll.cards[number - 1].channels[channel.name]["seal"] for roll, number in cards]
        place = 1 - self.arrangement.parties.index(self.party) if spoils else None
        plaintext = said.write(log.origin, said.KEY, told)
        log.add([bytes([said.KEY]) + seal.seal_key(run, plaintext, keys, place)])
        return run

    def receipts(self, channel: Channel) -> None:
        """Writes the receipts that are owed (8.3.1)."""
        now = self.understood(channel)
        if self._entered(now):
            now = self.understood(channel)
        own = newest(now.history.logs, self.party)
        owed = dict.fromkeys(log.origin for log, _ in now.owed(own))
        for log in now.history.logs:
            if log.party == self.party:
                continue
            last = now.last_receipt(own, log)
            missing = self._missing(log.entries)
            come = last is not None and set((last.said or {})["missing"]) - set(missing)
            if log.origin in owed or come:
                self._receipt(channel, log, now.covered(own, log), missing)

    def plain(self, blob: dict[str, Any]) -> bytes | None:
        """What a body says, under the key in its entry."""
        stored = self.folder.body(blob["sha256"])
        with suppress(seal.Closed):
            return None if stored is None else seal.unseal_blob(unb64(blob["key"], 32), stored)
        return None

    def _entered(self, now: Understood) -> bool:
        """Takes the texts of cards and revocations that acts enter (3.6.6); whether one is new."""
        found = False
        for log in now.history.logs:
            roll = self.rolls[log.party]
            for entry in log.entries:
                for tag, role in ((ENTERED, "card"), (REVOKED, "revocation")):
                    texts = map(self.folder.body, entry.named(role) if entry.is_act(tag) else [])
                    new = [roll.take(text.decode()) for text in texts if text]
                    found |= any(new)
                    if any(new) and tag == ENTERED and roll is self.roll:
                        self._trust_newest()
        return found

    def _receipt(self, channel: Channel, log: Held, covered: int, missing: list[str]) -> None:
        size = len(log.entries)
        made = said.receipt(log.origin, size, tree.root(log.leaves[:size]), now_ms())
        made["missing"] = missing[:256]
        is_blind = self.folder.get("blind.json", {}).get("origin") == log.origin
        self.folder.put("blind.json", {})
        made["unread"] = [
            {"index": entry.index, "leaf": log.leaves[entry.index].hex()}
            for entry in log.entries[covered:]
            if entry.void or (is_blind and entry.kind == said.ACT)
        ][:64]
        self.append(channel, said.RECEIPT, made)

    def named(self, own: Own, start: int) -> list[str]:
        """The bodies that entries of an own log name, from an index on."""
        channel = next(one for one in self.channels.values() if own in one.own_logs)
        log = self.understood(channel).history.of(own.origin)
        return [
            one["sha256"]
            for entry in log.entries[start:]
            if entry.kind == said.ACT and entry.said is not None
            for one in (*entry.said["blobs"], *entry.said["documents"])
        ]

    def _missing(self, entries: list[Entry]) -> list[str]:
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
            for log in channel.logs():
                told = {"cosigned": 0, "held": len(log.entries), "lines": "", "root": ""}
                if isinstance(log, Mirror):
                    head = log.newest_note
                else:
                    head = log.state.get("signed", "")
                    if lines := log.state.get("lines", ""):
                        size = int(log.state["cosigned"])
                        told |= {"cosigned": size, "lines": lines, "root": b64(log.head(size).root)}
                logs.append({**told, "head": head, "origin": log.origin})
        return {"logs": logs}
