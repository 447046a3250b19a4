"""Calling the other node: cards, the start, and the own log (wire 7.4, fault 9.1)."""

import sys
from collections.abc import Callable
from functools import partial

from tools.peer import body, note, said, tree
from tools.peer.call import Answer, Line, Unreachable
from tools.peer.clock import now_ms
from tools.peer.log import Refused
from tools.peer.node import Channel, Peer
from tools.peer.text import Malformed, read

HEARTBEAT_MS = 60_000
OK, ACCEPTED, CONFLICT = 200, 202, 409
DELIVERY_MAX = 2_097_152


def tell(what: str) -> None:
    """One line for who runs the peer."""
    print(what, file=sys.stderr, flush=True)


class Sender:
    """What brings the own log to the other side, and learns what the other side holds of it."""

    def __init__(self, peer: Peer, line: Line) -> None:
        self.peer, self.line = peer, line
        self.taken: dict[str, int] = {}
        self.beaten_ms: dict[str, int] = {}

    def round(self) -> None:
        """Compares if that was not done, writes what is owed, and sends what is due."""
        if not self.peer.compared:
            self._tried(self.compare)
        if not self.peer.compared:
            return
        with self.peer.lock:
            for channel in self.peer.channels.values():
                self.peer.receipt(channel)
        for channel in self.peer.channels.values():
            self._tried(partial(self.send, channel))

    def _tried(self, do: Callable[[], None]) -> None:
        """Does it, or says why not: the next round tries again."""
        try:
            do()
        except (Unreachable, Malformed, Refused) as problem:
            tell(f"not done: {problem}")

    def _ask(self, method: str, path: str, data: bytes = b"") -> Answer:
        answer = self.line.ask(method, path, data)
        self.peer.skew_ms = answer.skew_ms
        return answer

    def compare(self) -> None:
        """Cards both ways, then the start (7.5.6, 9.1.1)."""
        own = self.peer.arrangement.texts[self.peer.own.party]
        cards = self._ask("POST", "/cards", body.write_batch([own.encode()]))
        if cards.status != OK:
            raise Malformed(f"cards: {cards.refusal()}")
        with self.peer.lock:
            self.peer.take_cards(body.read_batch(cards.body))
        answer = self._ask("GET", "/start")
        if answer.status != OK:
            raise Malformed(f"start: {answer.refusal()}")
        with self.peer.lock:
            shown = {one["origin"]: one for one in read(answer.body.decode())["logs"]}
            for channel in self.peer.channels.values():
                self._compared(channel, shown.get(channel.own.origin))
            self.peer.compared = True

    def _compared(self, channel: Channel, shown: dict[str, object] | None) -> None:
        """What the other side holds of the own log; more than is here stops all (9.1.4)."""
        self.taken[channel.name] = 0
        if shown is None or not shown["head"]:
            return
        head = note.check_log(str(shown["head"]), channel.keys.log.public)
        if head.size > len(channel.own.entries) or channel.own.head(head.size) != head:
            raise Malformed("the other side holds another log of ours: recover it first (9.1.4)")
        self.taken[channel.name] = head.size

    def send(self, channel: Channel) -> None:
        """Signs and sends the head, where entries or a heartbeat are due (5.5.1)."""
        with self.peer.lock:
            size = len(channel.own.entries)
            quiet = now_ms() - self.beaten_ms.get(channel.name, 0) < HEARTBEAT_MS
            if quiet and size == channel.own.cosigned:
                return
            signed = channel.own.sign(channel.keys.log, now_ms() // 1000)
            bodies = self._bodies(channel)
        answer = self._deliver(channel, signed, size, bodies)
        if answer.status != OK:
            raise Malformed(f"{channel.own.origin}: {answer.refusal()}")
        self.beaten_ms[channel.name] = now_ms()
        with self.peer.lock:
            channel.own.take(signed, answer.body.decode(), partial(self._time, channel))
        tell(f"cosigned: {channel.own.origin} {size}")

    def _time(self, channel: Channel, lines: str, head: note.Head) -> int:
        """The time of a cosignature of the other side."""
        return self.peer.roll.cosignature(lines, head, channel.name, channel.cosigned_by)

    def _bodies(self, channel: Channel) -> list[bytes]:
        """The bodies that entries name which the other side has not cosigned (7.5.2)."""
        size = len(channel.own.entries)
        entries = self.peer.read_log(channel, channel.own, self.peer.own.party, size)
        found = [
            self.peer.folder.body(one["sha256"])
            for entry in entries[channel.own.cosigned :]
            if entry.kind == said.ACT and entry.said is not None
            for one in (*entry.said["blobs"], *entry.said["documents"])
        ]
        return [one for one in found if one is not None]

    def _growth(self, channel: Channel, signed: str, size: int) -> body.Growth:
        old = self.taken[channel.name]
        leaves = channel.own.leaves[:size]
        proof = tree.prove(leaves, 0, old) if old else []
        return body.Growth(old, proof, signed)

    def _deliver(self, channel: Channel, signed: str, size: int, bodies: list[bytes]) -> Answer:
        """In one delivery what adds entries, in two requests a heartbeat (7.4.13, 7.4.16)."""
        start = channel.own.cosigned
        upload = body.write_upload(channel.own.origin, start, channel.own.entries[:size])
        if size > start:
            whole = body.write_delivery(bodies, self._growth(channel, signed, size), upload)
            if len(whole) <= DELIVERY_MAX:
                answer = self._ask("POST", "/add-delivery", whole)
                if answer.status == OK:
                    self.taken[channel.name] = size
                    return answer
        if bodies:
            self._ask("POST", "/add-bodies", body.write_batch(bodies))
        answer = self._grow(channel, signed, size)
        return self._upload(channel, size, start) if answer.status == OK else answer

    def _grow(self, channel: Channel, signed: str, size: int) -> Answer:
        """Sends the head, from the size that a 409 names (7.4.5)."""
        while True:
            growth = self._growth(channel, signed, size)
            answer = self._ask("POST", "/add-checkpoint", growth.write())
            if answer.status == OK:
                self.taken[channel.name] = size
            told = int(answer.body) if answer.status == CONFLICT else growth.old
            if told == growth.old or told > size:
                return answer
            self.taken[channel.name] = told

    def _upload(self, channel: Channel, size: int, start: int) -> Answer:
        """Sends entries, from where a 202 or 409 says, as long as that goes on (7.4.9)."""
        while True:
            data = body.write_upload(channel.own.origin, start, channel.own.entries[:size])
            answer = self._ask("POST", "/add-entries", data)
            told = start
            if answer.status in {ACCEPTED, CONFLICT}:
                told = int(answer.body.split(b"\n")[1])
            if told == start or told > size:
                return answer
            start = told
