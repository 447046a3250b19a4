"""Who calls, how many may at once, and what each may cost."""

import socket
import ssl
import time
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest
from surfaces.wire.stage import Stage, post, serving, wait_for

from comity.adapters import clock
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.buckets import Rate
from comity.node.base.strangers import Bounds, Strangers
from comity.node.exchange import signing_guard
from comity.node.exchange.budget import PARTY, STRANGERS
from comity.node.exchange.contacts import Contact
from comity.surfaces.wire import listener, party_quota, peer_connection
from comity.surfaces.wire.app import CERTIFICATE, TIME, Wire
from comity.surfaces.wire.party_quota import Seat
from comity.surfaces.wire.peer_connection import SHAKEN
from comity.surfaces.wire.request_heads import HttpRequest


def test_over_budget_is_told_when_to_come_back() -> None:
    """Who used up their purse gets 429 and a time; the hotline still has its reserve."""
    small = replace(
        PARTY,
        capacity=replace(PARTY.capacity, size_bytes=1_000),
        per_s=replace(PARTY.per_s, size_bytes=100),
    )
    with serving(Stage(budget=small)) as stage:
        peers = stage.peers()
        post(peers, "/add-checkpoint", b"x" * 420)  # the echo costs as much again

        refused = post(peers, "/add-checkpoint", b"")
        assert refused.status == 429
        assert int(refused.headers["retry-after"]) >= 1
        assert post(peers, "/add-checkpoint", b"", comity_channel="hotline").status == 200


def asked(app: Wire, path: str, certificate: str, **headers: str) -> str:
    """Ask the application without a line; return its status."""
    told = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    environ: dict[str, Any] = {"REQUEST_METHOD": "GET", "PATH_INFO": path, CERTIFICATE: certificate}
    given = list[str]()
    app(environ | told, lambda status, _headers: given.append(status))
    return given[0]


def test_strangers_share_a_purse_and_take_nothing_of_a_partys() -> None:
    """However many certificates they show, and without the reserve that a hotline has."""
    stage = Stage()
    (fingerprint,) = Contact("a", "", "", (stage.caller.certificate,)).fingerprints()
    few = replace(STRANGERS, capacity=replace(STRANGERS.capacity, size_bytes=400))
    stage.app._ports = replace(stage.app._ports, strangers=few, monotonic_ms=lambda: 0)
    spent = [
        asked(stage.app, "/start", f"{number:064x}", comity_channel="hotline")
        for number in range(9)
    ]
    assert spent[0].startswith("403")
    assert spent[-1].startswith("429")
    assert asked(stage.app, "/health", "").startswith("429")
    assert asked(stage.app, "/start", fingerprint).startswith("200")


@pytest.mark.parametrize("said", ["soon", "-1", "9" * 16, "\u0663", "1 ", "0x1"])
def test_a_time_that_is_none_is_no_clock(said: str) -> None:
    """Its sender is answered, and no clock of their is believed to be off."""
    stage = Stage()
    (fingerprint,) = Contact("a", "", "", (stage.caller.certificate,)).fingerprints()
    headers = {TIME.replace("-", "_"): said}
    assert asked(stage.app, "/start", fingerprint, **headers).startswith("200")
    assert stage.app._node.session.of(signing_guard.Clocks).skew_ms == {}
    right = {TIME.replace("-", "_"): str(clock.SystemClock().now_ms())}
    assert asked(stage.app, "/start", fingerprint, **right).startswith("200")
    assert stage.app._node.session.of(signing_guard.Clocks).skew_ms.keys() == {"a"}


def test_few_callers_are_unknown_at_once_and_fewer_of_one_address() -> None:
    """One address leaves room to others; who has left leaves their place."""
    server = Stage().server

    def taken(stack: ExitStack, address: str, count: int) -> list[bool]:
        return [stack.enter_context(server.unknown(address)) for _ in range(count)]

    most, of_one = listener.UNKNOWN_MAX, listener.UNKNOWN_PER_ADDRESS_MAX
    for _ in range(2):
        with ExitStack() as stack:
            assert taken(stack, "192.0.2.1", of_one + 1) == [True] * of_one + [False]
            assert taken(stack, "192.0.2.2", of_one) == [True] * (most - of_one)
            assert taken(stack, "192.0.2.3", 1) == [False]


def test_callers_who_say_nothing_keep_nobody_out() -> None:
    """More of them than there are workers; a party that was never seen gets in at once."""
    with serving(Stage()) as stage, ExitStack() as stack:
        for _ in range(listener.STRANGERS.per_address_max - 1):
            stack.enter_context(socket.create_connection(("127.0.0.1", stage.port), 20))
        began = time.monotonic()
        assert post(stage.peers(), "/add-checkpoint", b"").status == 200
        assert time.monotonic() - began < peer_connection.HANDSHAKE_S / 2


def test_a_caller_who_says_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their descriptor comes back, whatever the patience with parties that are idle."""
    monkeypatch.setattr(peer_connection, "HANDSHAKE_S", 0.2)
    with (
        serving(Stage()) as stage,
        socket.create_connection(("127.0.0.1", stage.port), 20) as silent,
    ):
        assert silent.recv(1) == b""


def test_an_address_that_opens_many_is_bound_until_a_party_calls_from_it() -> None:
    """It keeps none of another address out, and no party is bound once it has been seen."""
    bound = Strangers(Bounds(per_address_max=2, opened=Rate(capacity=3, per_s=1)))
    assert [bound.enter("192.0.2.1", 0) for _ in range(3)] == [True, True, False]
    assert bound.enter("192.0.2.2", 0)
    bound.leave("192.0.2.1")
    assert [bound.enter("192.0.2.1", at_ms) for at_ms in (0, 0, 1_000)] == [True, False, False]
    bound.know("192.0.2.1")
    assert all(bound.enter("192.0.2.1", 0) for _ in range(9))
    assert [bound.enter(f"2001:db8::{one:x}", 0) for one in range(3)] == [True, True, False]


def test_strangers_in_all_are_bound() -> None:
    """What a handshake takes to compute is bound, however many addresses call."""
    one = Rate(capacity=1, per_s=1)
    bound = Strangers(Bounds(9, Rate(9, 9), opened_in_all=one))
    assert [bound.enter(f"192.0.2.{n}", 0) for n in range(3)] == [True, False, False]


def test_a_stranger_has_no_seat_of_a_party() -> None:
    """They are answered in one of the few places of those who are unknown, and takes no other."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        serving(Stage()) as stage,
        socket.create_connection(("127.0.0.1", stage.port), 20) as plain,
        context.wrap_socket(plain) as line,
    ):
        line.sendall(b"GET /start HTTP/1.1\r\nhost: b\r\nconnection: close\r\n\r\n")

        assert line.recv(4_096).startswith(b"HTTP/1.1 403")
        assert not stage.server.turns._workers


def test_a_new_connection_of_a_party_without_places_waits_without_a_worker() -> None:
    """Its head is not read before a worker of its party is free."""
    with serving(Stage()) as stage:
        seats = [Seat("a") for _ in range(party_quota.WORKERS_PER_PARTY_MAX)]
        assert all(stage.server.turns.take(seat) for seat in seats)
        with stage.raw() as sock:
            sock.sendall(b"GET /start HTTP/1.1\r\n")
            wait_for(lambda: stage.server.turns.waiting() == 1)
            stage.server.turns.leave(seats[0])
            sock.sendall(b"host: b\r\n\r\n")
            assert sock.recv(4_096).startswith(b"HTTP/1.1 200")


def test_a_connection_that_may_not_even_wait_is_closed() -> None:
    """Nobody would ever go on with it, and its descriptor would be lost."""
    server, closed = Stage().server, list[int]()
    for _ in range(party_quota.WORKERS_PER_PARTY_MAX):
        assert server.turns.take(Seat("a"))
    for number in range(party_quota.WAITING_PER_PARTY_MAX + 1):
        close = partial(closed.append, number)
        server.process_conn(cast("Any", SimpleNamespace(seat=Seat("a"), state=SHAKEN, close=close)))

    assert closed == [party_quota.WAITING_PER_PARTY_MAX]


@pytest.mark.parametrize(
    ("headers", "is_chunked", "held"),
    [
        ({b"Content-Length": b"5"}, False, 5),
        ({b"Content-Length": b"5", b"Content-Encoding": b"gzip"}, False, None),
        ({b"Content-Length": b"5"}, True, None),
        ({b"Content-Length": b"000000000005"}, False, 5),
        ({b"Content-Length": b"0000000000005"}, False, None),
        ({b"Content-Length": b"9" * 5_000}, False, None),
        ({b"Content-Length": b"-5"}, False, None),
        ({}, False, None),
    ],
)
def test_a_length_that_says_nothing_of_the_body_counts_as_the_most(
    headers: dict[bytes, bytes], *, is_chunked: bool, held: int | None
) -> None:
    """Five bytes of gzip may become as many as a body may have."""
    head = {"method": b"POST", "path": b"/add-entries", "inheaders": headers}
    request = SimpleNamespace(**head, chunked_read=is_chunked)
    most = limits.REQUEST_BYTES_MAX if held is None else held
    assert HttpRequest.held_bytes(cast("Any", request)) == most


def test_who_speaks_another_tls_is_not_told_to_send_a_card(stage: Stage) -> None:
    """What ends the handshake for another reason than our certificate is no node of ours."""
    peers = stage.peers()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    peers._around = replace(peers._around, contexts=lambda _: [context])
    with pytest.raises(Fault) as caught:
        post(peers, "/add-checkpoint", b"")

    assert caught.value.code == "node.peer.malformed-answer"
    assert "protocol version" in caught.value.what
