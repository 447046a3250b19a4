"""One party that keeps its requests slow, or asks for much at once, keeps no other waiting."""

import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ssl import SSLSocket
from threading import Lock, Thread
from typing import override

import pytest
from surfaces.wire import stage as staging
from surfaces.wire.stage import Stage, post, serving, wait_for

from comity.kernel import limits
from comity.node.base.context import Node
from comity.node.base.ports import Response
from comity.node.exchange.contacts import Contact
from comity.surfaces.wire import listener, party_quota, patience, peer_connection, routes
from comity.surfaces.wire.party_quota import Seat, Turns
from comity.surfaces.wire.patience import Patience

MIB = 1 << 20
NAME = "0" * 64


def _half(stage: Stage, head: bytes = b"", size: int = MIB) -> SSLSocket:
    """Return a connection of party `a` with a body that has begun to come."""
    sock = stage.raw()
    asked = b"POST /add-entries HTTP/1.1\r\nhost: b\r\ncontent-length: %d\r\n%s\r\n" % (size, head)
    sock.sendall(asked + b"xyz")
    return sock


@contextmanager
def _dripping(stage: Stage, count: int, head: bytes = b"") -> Iterator[None]:
    socks = [_half(stage, head) for _ in range(count)]
    wait_for(lambda: stage.server.turns.waiting() >= count - party_quota.WORKERS_PER_PARTY_MAX)
    try:
        yield
    finally:
        for sock in socks:
            sock.close()


def test_a_party_that_drips_keeps_no_other_waiting() -> None:
    """Twenty half-sent bodies of one party take its own places, and another is answered."""
    stage, key = Stage(), staging.fresh_key()
    stage.contacts.append(
        Contact("c", staging.ARRANGEMENT, "https://127.0.0.1:2", (key.certificate,))
    )
    stage.server.use(stage.context())
    with serving(stage), _dripping(stage, 40):
        began = time.monotonic()
        assert post(stage.peers(key), "/add-checkpoint", b"old 0\n").status == 200
        assert post(stage.peers(key), "/add-entries", bytes(MIB)).status == 200
        assert time.monotonic() - began < peer_connection.PATIENCE_S / 2


def test_the_hotline_of_who_drips_has_places_of_its_own() -> None:
    """What is slow in a party's other channels does not keep its own hotline waiting."""
    with serving(Stage()) as stage, _dripping(stage, 20):
        began = time.monotonic()
        answer = post(stage.peers(), "/add-entries", b"now", comity_channel="hotline")

        assert answer.status == 200
        assert time.monotonic() - began < peer_connection.PATIENCE_S / 2


def test_the_hotlines_places_are_bounded_too() -> None:
    """Who calls everything the hotline takes its own places of that, and leaves others theirs."""
    with serving(Stage()) as stage, _dripping(stage, 40, b"comity-channel: hotline\r\n"):
        assert post(stage.peers(), "/add-checkpoint", b"old 0\n").status == 200


def test_who_has_many_channels_is_answered_in_all() -> None:
    """More connections at once than a party has places wait for their turn, and get no error."""
    at_once: list[int] = []

    def slowly(_node: Node, _party: str, body: bytes) -> Response:
        at_once.append(sum(stage.server.turns._answers.values()))
        time.sleep(0.02)
        return Response(200, body)

    answers: list[int] = []
    opening = Lock()

    def ask(index: int) -> None:
        peers = stage.peers()
        with opening:  # few at once may shake hands
            post(peers, "/add-checkpoint", b"")
        answers.extend(
            post(peers, "/add-entries", b"%d %d" % (index, turn)).status for turn in range(5)
        )

    exchange = replace(staging.echoing(), add_entries=slowly)
    with serving(Stage(exchange=exchange)) as stage:
        threads = [Thread(target=ask, args=(index,)) for index in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

    assert answers == [200] * 120
    assert max(at_once) == party_quota.PLAIN_PER_PARTY_MAX


def test_a_request_that_waited_is_answered_whole() -> None:
    """Its head was read before its turn came, and its body after."""
    with serving(Stage()) as stage:
        slow = [_half(stage, size=6) for _ in range(party_quota.PLAIN_PER_PARTY_MAX)]
        wait_for(lambda: stage.server.turns._answers["a", False] == len(slow))
        late = _half(stage, b"connection: close\r\n", 6)
        wait_for(lambda: stage.server.turns.waiting() == 1)
        for sock in (*slow, late):
            sock.sendall(b"abc")

        assert all(b"xyzabc" in sock.recv(4_096) for sock in (*slow, late))
        assert late.recv(1) == b""
        for sock in (*slow, late):
            sock.close()


def test_a_slow_head_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A head has seconds, whatever comes of it."""
    monkeypatch.setattr(peer_connection, "HEAD_S", 0.3)
    with serving(Stage()) as stage, stage.raw() as sock:
        sock.sendall(b"GET /start HTTP/1.1\r\n")
        began = time.monotonic()

        assert sock.recv(4_096) == b""
        assert time.monotonic() - began < 4.5  # the seconds of others are five


def test_who_waits_does_not_keep_the_listener_from_ending() -> None:
    """Whoever waits is cut off at once, and who is being answered two seconds later."""
    with serving(Stage()) as stage, _dripping(stage, 20):
        began = time.monotonic()
        listener.stop(stage.server)

        assert time.monotonic() - began < 2 * listener.STOP_S + 1


def test_a_reader_that_stands_still_does_not_keep_the_listener_from_ending() -> None:
    """An answer that nobody takes ends with the listener."""

    def large(*_given: object) -> Response:
        return Response(206, bytes(16 * MIB))

    exchange = replace(staging.echoing(), get_range=large)
    with serving(Stage(exchange=exchange)) as stage, stage.raw() as sock:
        sock.sendall(b"GET /body/%s HTTP/1.1\r\nhost: b\r\n\r\n" % NAME.encode())
        sock.recv(1)
        began = time.monotonic()
        listener.stop(stage.server)

        assert time.monotonic() - began < 2 * listener.STOP_S + 1


def _asked(party: str, size_bytes: int = 0, *, is_hotline: bool = False) -> Seat:
    seat = Seat(party)
    seat.ask(size_bytes, is_hotline=is_hotline)
    return seat


def test_what_is_held_in_memory_is_bounded_for_one_party_and_for_all() -> None:
    """Large bodies wait for room; another party has some, small ones need none."""
    queue, gone = Turns(), []
    first, second, other = _asked("a", 64 * MIB), _asked("a", 3 * MIB), _asked("c", 32 * MIB)
    third = _asked("d", 3 * MIB)

    assert queue.take(first)
    assert queue.take_or_wait(second, lambda: gone.append("second"))
    assert queue.take(other)
    assert queue.take_or_wait(third, lambda: gone.append("third"))
    assert queue.take(_asked("a", party_quota.SMALL_BYTES_MAX))
    assert queue.waiting() == 2
    queue.leave(other)
    assert gone == ["third"]
    queue.leave(first)
    assert gone == ["third", "second"]
    assert queue.waiting() == 0


def test_all_plain_requests_leave_the_hotline_its_workers() -> None:
    """Many parties together hold a bounded number of workers; any hotline still gets one."""
    queue = Turns()
    parties = [f"p{party}" for party in range(8)]
    taken = [queue.take(_asked(party)) for party in parties for _ in range(party_quota.PLAIN_MAX)]

    assert sum(taken) == party_quota.PLAIN_MAX
    assert queue.take(_asked("q", is_hotline=True))
    assert not queue.take(_asked("q"))


def test_parties_that_always_ask_for_more_let_another_have_its_turn() -> None:
    """However many requests of others wait, one comes after at most as many answers as places."""
    queue, gone, held = Turns(), deque[Seat](), deque[Seat]()

    def ask(party: str) -> None:
        seat = _asked(party)
        assert queue.take_or_wait(seat, lambda: (gone if party == "e" else held).append(seat))

    for _ in range(party_quota.PLAIN_PER_PARTY_MAX + 1):
        for party in "abcd":
            ask(party)
    slow = [_asked(party) for party in "fgh"]  # each holds a place for as long as this lasts
    assert all(queue.take(seat) for seat in slow)
    ask("e")
    assert len(held) + len(slow) == party_quota.PLAIN_MAX
    for _ in range(party_quota.PLAIN_MAX):
        answered = held.popleft()
        ask(answered.party)
        queue.leave(answered)

    assert [seat.party for seat in gone] == ["e"]


def test_six_parties_that_hold_all_they_can_leave_another_a_place() -> None:
    """Their requests may drip for an hour; who asks for one thing at a time waits for none."""
    queue = Turns()
    taken = {
        party: sum(queue.take(_asked(party)) for _ in range(party_quota.PLAIN_PER_PARTY_MAX + 1))
        for party in "abcdef"
    }

    assert taken["a"] == party_quota.PLAIN_PER_PARTY_MAX
    assert min(taken.values()) == 1
    assert sum(taken.values()) < party_quota.PLAIN_MAX
    for _ in range(3):
        seat = _asked("g")
        assert queue.take(seat)
        assert not queue.take(_asked("g"))
        queue.leave(seat)


def test_who_waits_is_bounded_and_may_be_let_go() -> None:
    """A party's connections that wait are bounded; at the end none waits any more."""
    queue, gone = Turns(), []
    for _ in range(party_quota.PLAIN_PER_PARTY_MAX):
        queue.take(_asked("a"))
    waits = [
        queue.take_or_wait(_asked("a"), lambda: gone.append(1))
        for _ in range(party_quota.WAITING_PER_PARTY_MAX + 1)
    ]

    assert waits == [True] * party_quota.WAITING_PER_PARTY_MAX + [False]
    queue.end()
    assert len(gone) == party_quota.WAITING_PER_PARTY_MAX
    assert not queue.take_or_wait(_asked("a"), lambda: None)


def test_a_worker_lingers_only_where_nobody_waits() -> None:
    """A moment's wait for the next request holds no place, and gives way."""
    queue, gone = Turns(), []
    seats = [_asked("a") for _ in range(party_quota.PLAIN_PER_PARTY_MAX)]
    assert all(queue.take(seat) for seat in seats)
    assert queue.linger(seats[0])
    next_one = _asked("a")
    assert queue.take(next_one)
    assert queue.take_or_wait(_asked("a"), lambda: gone.append(1))

    assert not queue.linger(next_one)
    assert gone == [1]
    assert queue.take(seats[0])  # its next head may be read
    queue.leave(seats[0])


def test_a_party_that_sends_heads_slowly_holds_a_few_workers() -> None:
    """However many connections it has that begin to speak; who has a worker keeps it."""
    queue = Turns()
    seats = [Seat("a") for _ in range(party_quota.WORKERS_PER_PARTY_MAX)]
    assert all(queue.take(seat) for seat in seats)
    assert not queue.take(Seat("a"))
    assert queue.take(Seat("c"))

    seats[0].ask(0, is_hotline=False)
    assert queue.take(seats[0])
    queue.leave(seats[0])
    assert queue.take(Seat("a"))


def test_no_worker_lingers_while_another_connection_of_its_party_waits() -> None:
    """Whoever waits may need its place as soon as anything is given back."""
    queue = Turns()
    for _ in range(party_quota.PLAIN_PER_PARTY_MAX):
        assert queue.take(_asked("a"))
    call = _asked("a", is_hotline=True)
    assert queue.take(call)
    assert queue.take_or_wait(_asked("a"), lambda: None)

    assert not queue.linger(call)
    assert queue.waiting() == 1


def test_so_many_workers_linger_and_no_more() -> None:
    """However many parties are answered at once, workers are left for their heads."""
    queue = Turns()
    seats = [_asked(f"p{party}", is_hotline=True) for party in range(party_quota.LINGERING_MAX + 1)]
    assert all(queue.take(seat) for seat in seats)
    assert [queue.linger(seat) for seat in seats] == [True] * party_quota.LINGERING_MAX + [False]

    queue.leave(seats[0])
    later = _asked("q", is_hotline=True)
    assert queue.take(later)
    assert queue.linger(later)


@pytest.mark.parametrize(
    ("method", "path", "length", "held"),
    [
        ("POST", "/add-entries", 10 * MIB, 10 * MIB),
        ("POST", "/add-entries", None, limits.REQUEST_BYTES_MAX),
        ("POST", "/add-entries", limits.REQUEST_BYTES_MAX, limits.REQUEST_BYTES_MAX),
        ("POST", "/add-entries", limits.REQUEST_BYTES_MAX + 1, 0),
        ("PUT", f"/body/{NAME}", 16 * MIB, 0),
        ("PUT", f"/body/{NAME}", None, limits.FETCH_RANGE_BYTES_MAX),
        ("GET", f"/body/{NAME}", None, limits.FETCH_RANGE_BYTES_MAX),
        ("GET", f"/body/{NAME}", 0, limits.FETCH_RANGE_BYTES_MAX),
        ("GET", f"/{NAME}/tile/entries/000", None, limits.FETCH_RANGE_BYTES_MAX),
        ("GET", f"/{NAME}/tile/0/000", None, 0),
        ("GET", "/nothing", 5, 0),
    ],
)
def test_what_a_request_holds_is_known_by_its_head(
    method: str, path: str, length: int | None, held: int
) -> None:
    """Bodies that are read whole and large answers count; what is refused unread does not."""
    assert routes.held_bytes(method, path, length) == held


def test_patience_ends_however_much_comes() -> None:
    """Bytes buy time up to a bound that the largest body of a slow line still meets."""
    clock_ms = [0]
    given = Patience(lambda: clock_ms[0], 1)
    given.begin(20, peer_connection.REQUEST_S_MAX)
    rate = limits.REQUEST_BYTES_MAX // int(peer_connection.REQUEST_S_MAX)
    for _ in range(int(peer_connection.REQUEST_S_MAX)):
        given.earn(rate + 1)
        assert given.left_s() > 0
        clock_ms[0] += 1_000

    assert rate > patience.RATE_BYTES_PER_S_MIN  # so that this bound is the one that holds
    with pytest.raises(TimeoutError):
        given.left_s()


class _Told(socket.socket):
    """A socket that counts how often it is told for how long it may wait."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    @override
    def settimeout(self, value: float | None, /) -> None:
        self.count += 1
        super().settimeout(value)


def test_a_socket_waits_for_no_longer_than_patience_is_left() -> None:
    """However it shrinks and grows; it is told only where what it was told is far from that."""
    clock_ms = [0]
    given = Patience(lambda: clock_ms[0], 20)
    with _Told() as sock:
        for passed_ms, earned in (
            (0, 0),
            (5_000, 0),
            (0, 8_192),
            (14_000, 0),
            (500, 0),
            (0, 1 << 20),
        ):
            clock_ms[0] += passed_ms
            given.earn(earned)
            given.give(sock)
            waits_s = sock.gettimeout()
            assert waits_s is not None
            assert given.left_s() / 2 <= waits_s <= given.left_s()
        count = sock.count
        for _ in range(100):
            given.earn(100)
            given.give(sock)
        assert sock.count == count
