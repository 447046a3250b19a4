"""Many partners of one node that answer in one process, with real keys, over real lines.

    with Crowd(home, environment, endpoint, 192) as crowd:   paired with the home, which is stopped
        crowd.call("go", 192)     so many listen and speak, all at once; seconds until each of their
                                  heads is cosigned
        crowd.call("rest")        nobody does any more: the node cannot reach them

Each partner is a whole node over memory.  They share one listener, the node's own, which knows
them apart by the certificate that a caller asks for; and threads, each of which speaks for some.

Floor: lab.
"""

import ssl
import string
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Self, override

from comity.adapters import clock, tls
from comity.boot import child_processes
from comity.boot import home as homes
from comity.node.base import channel_records, register_records
from comity.node.base.context import Node
from comity.node.exchange import pump
from comity.node.exchange.pump import Pair
from comity.surfaces.wire import listener, routes
from comity.surfaces.wire.app import Ports, StartResponse, Wire
from comity.surfaces.wire.party_quota import Seat
from comity.surfaces.wire.peer_connection import PeerConnection
from comity_lab.bench import heads
from comity_lab.bench.partners_node import Partner, paired

THREADS: Final = 12
"""That speak, of each rank of channel: a partner has one of each, so it keeps two lines open."""

ASKED: Final = "comity_asked"
"""Where a line says the name by which its caller asked for a certificate (SNI)."""

SETTLE_S: Final = 240.0
_LOOK_S: Final = 0.1
_LOOK_MS: Final = 60_000
_LETTERS: Final = string.ascii_lowercase


def names(count: int) -> list[str]:
    """Return ids of parties."""
    return [f"p{_LETTERS[at // 26]}{_LETTERS[at % 26]}" for at in range(count)]


class Crowd:
    """The process, as seen from the one that measures."""

    def __init__(self, home: Path, environment: Mapping[str, str], port: int, count: int) -> None:
        context = child_processes.Context()
        self._line, far = context.Pipe()
        task = (far, home, dict(environment), port, count)
        self._process = context.Process(target=_work, args=task, daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self._line.recv()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._line.send(("end", 0))
        self._process.join(10)
        self._process.kill()

    def call(self, task: str, value: float = 0) -> Any:  # noqa: ANN401 -- what the task answers
        """Let it do a task."""
        self._line.send((task, value))
        return self._line.recv()


def _work(
    line: "Connection[object, object]",
    folder: Path,
    environment: Mapping[str, str],
    port: int,
    count: int,
) -> None:
    with homes.opened(folder, environment) as found:
        keys = folder.parent / f"partners-of-{folder.name}"
        partners = [paired(found.home, keys, name, port) for name in names(count)]
    crowd = _Partners(partners, port)
    tasks: dict[str, Callable[[float], object]] = {
        "go": crowd.go,
        "rest": crowd.rest,
        "first": crowd.first,
    }
    line.send("paired")
    while True:
        asked = line.recv()
        assert isinstance(asked, tuple)
        if asked[0] not in tasks:
            return
        line.send(tasks[asked[0]](asked[1]))


class _Connection(PeerConnection):
    """A line to the partner whose certificate was asked for; each has seats of their own."""

    @override
    def shake(self) -> bool:
        if not super().shake():
            return False
        asked = str(getattr(self.socket, ASKED, ""))
        self.ssl_env[ASKED] = asked
        self.seat = Seat(asked)
        return True


class _Listener(listener.PeerServer):
    """The peers' listener; each partner would have one of its own, with room for its lines."""

    ConnectionClass = _Connection
    watched_max = 16_384

    @property
    @override
    def can_add_keepalive_connection(self) -> bool:
        return bool(self.ready)


class _Speaker:
    """A thread that does the rounds of some pairs, each when it is due."""

    def __init__(self, turns: Sequence[tuple[Node, Pair]], stop: threading.Event) -> None:
        self._due_ms = {(node.party, pair): 0 for node, pair in turns}
        self._nodes = {node.party: node for node, _pair in turns}
        self._news = threading.Condition()
        self._stop = stop
        self.thread = threading.Thread(target=self._run, daemon=True)

    def wake(self, party: str) -> None:
        """Let what a partner has be due now."""
        with self._news:
            for key in self._due_ms:
                if key[0] == party:
                    self._due_ms[key] = 0
            self._news.notify()

    def _run(self) -> None:
        while self._due_ms and not self._stop.is_set():
            with self._news:
                key = min(self._due_ms, key=self._due_ms.__getitem__)
                wait_ms = self._due_ms[key] - clock.monotonic_ms()
                if wait_ms > 0:
                    self._news.wait(min(wait_ms, _LOOK_MS) / 1_000)
                    continue
                self._due_ms[key] = clock.monotonic_ms() + _LOOK_MS
            node = self._nodes[key[0]]
            due_ms = pump.next_round_ms(node, key[1], node.clock.now_ms())
            with self._news:
                self._due_ms[key] = min(self._due_ms[key], clock.monotonic_ms() + due_ms)


class _Partners:
    """What the process does for all of them."""

    def __init__(self, partners: list[Partner], port: int) -> None:
        self._partners = partners
        self._awake: list[Partner] = []
        self._stop = threading.Event()
        self._speakers: list[_Speaker] = []
        self._at = {
            tls.server_name(der): at for at, one in enumerate(partners) for der in one.shows
        }
        for one in partners:
            one.bell.heard = partial(self._wake, one.node.party)
        self._wires = [Wire(one.node, routes.real(), self._ports(one)) for one in partners]
        around = listener.Surroundings(lambda _print: None, lambda *_: None, clock.monotonic_ms)
        server = _Listener(("127.0.0.1", port), self._answer, self._context(), around)
        server.prepare()
        threading.Thread(target=server.serve, daemon=True).start()

    def go(self, count: float) -> float:
        """Let so many listen and speak; return seconds until all their heads are cosigned."""
        began_s, before = clock.SystemClock().now_ms() / 1_000, len(self._awake)
        self._awake = self._partners[: int(count)]
        turns: defaultdict[tuple[int, int], list[tuple[Node, Pair]]] = defaultdict(list)
        for at, one in enumerate(self._awake[before:]):
            with one.node.store.read() as tx:
                for pair in pump.pairs(tx, one.node.party):
                    rank = channel_records.rank(tx, pair.channel)
                    turns[rank, at % THREADS].append((one.node, pair))
        for speaker in (begun := [_Speaker(some, self._stop) for some in turns.values()]):
            speaker.thread.start()
        self._speakers += begun
        while not all(heads.are_cosigned(one.node, began_s) for one in self._awake[before:]):
            if clock.SystemClock().now_ms() / 1_000 - began_s > SETTLE_S:
                break
            time.sleep(_LOOK_S)
        return clock.SystemClock().now_ms() / 1_000 - began_s

    def rest(self, _value: float = 0) -> float:
        """Let nobody listen or speak."""
        self._awake = []
        self._stop.set()
        for speaker in self._speakers:
            speaker.thread.join(60)
        self._speakers, self._stop = [], threading.Event()
        for one in self._partners:
            one.peers.close()
        return 0

    def first(self, _value: float = 0) -> str:
        """Return the arrangement of the first of them."""
        with self._partners[0].node.store.read() as tx:
            return register_records.arrangements(tx)[0].id

    def _ports(self, one: Partner) -> Ports:
        return Ports(
            party_of=one.network.party_of,
            tell=lambda *_: None,
            heard=lambda _party: None,
            changed=one.bell.ring,
            monotonic_ms=clock.monotonic_ms,
            processor_us=clock.processor_us,
            require_room=lambda _size, _hotline: None,
        )

    def _wake(self, party: str) -> None:
        for speaker in self._speakers:
            speaker.wake(party)

    def _answer(self, environ: Mapping[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Answer as the partner whom the caller asked for, if they are awake."""
        at = self._at.get(str(environ.get(ASKED, "")), len(self._awake))
        if at >= len(self._awake):
            start("503 Service Unavailable", [("content-length", "0")])
            return []
        return self._wires[at](environ, start)

    def _context(self) -> ssl.SSLContext:
        """Return what shows to each caller the certificate of the partner that they ask for."""
        contexts = {
            tls.server_name(der): one.network.server_context()
            for one in self._partners
            for der in one.shows
        }
        first = next(iter(contexts.values()))

        def choose(sock: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            setattr(sock, ASKED, name or "")
            sock.context = contexts.get(name or "", first)

        first.sni_callback = choose
        return first
