"""Calling the other node: cards, the start, and the own log (wire 7.4, fault 9.1)."""

import sys
import traceback
from collections.abc import Callable
from functools import partial

from tools.peer import body, note, tree
from tools.peer.call import Answer, Line, Unreachable
from tools.peer.channel import Channel
from tools.peer.clock import now_ms
from tools.peer.history import newest
from tools.peer.log import Own, Refused
from tools.peer.node import Peer
from tools.peer.text import Malformed, read

HEARTBEAT_MS = 60_000
OK, ACCEPTED, CONFLICT = 200, 202, 409
DELIVERY_MAX = 2_097_152
CONFLICTS_MAX = 8  # of one head: a mirror that names another size each time is left for now


def tell(what: str) -> None:
    """One line for who runs the peer."""
    print(what, file=sys.stderr, flush=True)


class Sender:
    """What brings the own log to the other side, and learns what the other side holds of it."""

    def __init__(self, peer: Peer, line: Line) -> None:
        self.peer, self.line = peer, line
        self.taken: dict[str, int] = {}
        self.beaten_ms: dict[str, int] = {}
        self.told = 0

    def round(self) -> None:
        """Compares if that was not done, writes what is owed, and sends what is due."""
        if not self.peer.compared:
            self._tried(self.compare)
        if not self.peer.compared:
            return
        with self.peer.lock:
            for channel in self.peer.channels.values():
                self._tried(partial(self.peer.receipts, channel))
            is_told = self.told == len(self.peer.own.every())
        if not is_told:
            self._tried(self.cards)
        for channel in self.peer.channels.values():
            self._tried(partial(self.send, channel))

    def _tried(self, do: Callable[[], None]) -> None:
        """Does it, or says why not: the next round tries again."""
        try:
            do()
        except (Unreachable, Malformed, Refused) as problem:
            tell(f"not done: {problem}")
        except Exception:  # noqa: BLE001 -- an answer that no clause gives: it ends no later round
            tell(f"not done, and this peer is at fault: {traceback.format_exc()}")

    def _ask(self, method: str, path: str, data: bytes = b"") -> Answer:
        answer = self.line.ask(method, path, data)
        self.peer.skew_ms = answer.skew_ms
        return answer

    def cards(self) -> None:
        """Cards and revocations both ways (7.5.6)."""
        with self.peer.lock:
            own = self.peer.own.every()
        answer = self._ask("POST", "/cards", body.write_batch([one.encode() for one in own]))
        if answer.status != OK:
            raise Malformed(f"cards: {answer.refusal()}")
        with self.peer.lock:
            self.told = len(own)
            self.peer.take_cards(answer.body)

    def compare(self) -> None:
        """Cards both ways, then the start (7.5.6, 9.1.1)."""
        self.cards()
        answer = self._ask("GET", "/start")
        if answer.status != OK:
            raise Malformed(f"start: {answer.refusal()}")
        with self.peer.lock:
            shown = {one["origin"]: one for one in read(answer.body.decode())["logs"]}
            for channel in self.peer.channels.values():
                self._compared(channel, shown)
            self.peer.compared = True

    def _compared(self, channel: Channel, shown: dict[str, dict[str, object]]) -> None:
        """What the other side holds of the own logs; more than is here stops all (9.1.4)."""
        for origin in shown:
            before, _, _ = origin.rpartition("/")
            known = {one.origin for one in channel.own_logs}
            if before == channel.own.origin.rpartition("/")[0] and origin not in known:
                raise Malformed("the other side shows a later log of ours: recover it (9.1.9)")
        told = shown.get(channel.own.origin)
        self.taken[channel.own.origin] = 0
        if told is None or not told["head"]:
            return
        head = self._own_head(channel, str(told["head"]))
        channel.shown = head
        held = len(channel.own.entries)
        if head.size > held or channel.own.head(head.size) != head:
            raise Malformed(f"{head.origin}: {head.size} entries were signed, {held} are here")
        self.taken[channel.own.origin] = head.size

    def _own_head(self, channel: Channel, text: str) -> note.Head:
        """A head that own keys signed (9.1.3)."""
        for card in self.peer.own.cards:
            try:
                return note.check_log(text, card.log(channel.name))
            except Malformed:
                continue
        raise Malformed("a head of the own log that no own key signed proves nothing (9.1.3)")

    def send(self, channel: Channel) -> None:
        """Signs and sends the head, where entries or a heartbeat are due (5.5.1)."""
        with self.peer.lock:
            own, cosigned = channel.own, self.peer.cosigned(channel)
            size = self._next_size(channel)
            quiet = now_ms() - self.beaten_ms.get(own.origin, 0) < HEARTBEAT_MS
            if quiet and size == cosigned:
                return
            card = self.peer.log_card(channel, size)
            if not self.peer.own.may_cover(card, own.origin, size):
                return
            keys = self.peer.keys.of(card, channel.name).log
            signed = own.sign(keys, size, now_ms() // 1000)
            bodies = self._bodies(own, cosigned)
        answer = self._deliver(own, (signed, size, cosigned), bodies)
        if answer.status != OK:
            raise Malformed(f"{own.origin}: {answer.refusal()}")
        self.beaten_ms[own.origin] = now_ms()
        with self.peer.lock:
            lines, head = answer.body.decode(), note.read_head(note.split(signed)[0])
            theirs = newest(self.peer.understood(channel).history.logs, self.peer.roll.party)
            found = self.peer.roll.cosignature(lines, head, channel.name, theirs.entries)
            own.take(signed, lines, *found)
            self.peer.wake.set()
        tell(f"cosigned: {own.origin} {size}")

    def _next_size(self, channel: Channel) -> int:
        """The size of the next head: old keys sign none over the card that ends them (3.4.4)."""
        own, roll = channel.own, self.peer.own
        log = newest(self.peer.understood(channel).history.logs, self.peer.party)
        for index, number in roll.entered(log.entries):
            size = index + 1
            if size > own.signed and roll.may_cover(number - 1, own.origin, size):
                return size
        return len(own.entries)

    def _bodies(self, own: Own, cosigned: int) -> list[bytes]:
        """The bodies that entries name which the other side has not cosigned (7.5.2)."""
        found = [self.peer.folder.body(one) for one in self.peer.named(own, cosigned)]
        return [one for one in found if one is not None]

    def _growth(self, own: Own, signed: str, size: int) -> body.Growth:
        old = self.taken[own.origin]
        leaves = own.leaves[:size]
        proof = tree.prove(leaves, 0, old) if old else []
        return body.Growth(old, proof, signed)

    def _deliver(self, own: Own, of: tuple[str, int, int], bodies: list[bytes]) -> Answer:
        """In one delivery what adds entries, in two requests a heartbeat (7.4.13, 7.4.16)."""
        signed, size, start = of
        self.taken.setdefault(own.origin, 0)
        upload = body.write_upload(own.origin, start, own.entries[:size])
        if size > start:
            whole = body.write_delivery(bodies, self._growth(own, signed, size), upload)
            if len(whole) <= DELIVERY_MAX:
                answer = self._ask("POST", "/add-delivery", whole)
                if answer.status == OK:
                    self.taken[own.origin] = size
                    return answer
        if bodies:
            self._ask("POST", "/add-bodies", body.write_batch(bodies))
        answer = self._grow(own, signed, size)
        return self._upload(own, size, start) if answer.status == OK else answer

    def _grow(self, own: Own, signed: str, size: int) -> Answer:
        """Sends the head, from the size that a 409 names (7.4.5), a few times."""
        for _ in range(CONFLICTS_MAX):
            growth = self._growth(own, signed, size)
            answer = self._ask("POST", "/add-checkpoint", growth.write())
            if answer.status == OK:
                self.taken[own.origin] = size
            told = int(answer.body) if answer.status == CONFLICT else growth.old
            if told == growth.old or told > size:
                return answer
            self.taken[own.origin] = told
        raise Malformed(f"{own.origin}: a mirror that names another size each time")

    def _upload(self, own: Own, size: int, start: int) -> Answer:
        """Sends entries, from where a 202 or 409 says, as long as that goes on (7.4.9)."""
        backwards = 0
        while backwards < CONFLICTS_MAX:
            data = body.write_upload(own.origin, start, own.entries[:size])
            answer = self._ask("POST", "/add-entries", data)
            told = start
            if answer.status in {ACCEPTED, CONFLICT}:
                told = int(answer.body.split(b"\n")[1])
            if told == start or told > size:
                return answer
            backwards += told < start
            start = told
        raise Malformed(f"{own.origin}: a mirror that asks for the same entries each time")
