"""What crosses the wire, over real TLS on the loopback."""

import errno
import gzip
import socket
import ssl
import time
from dataclasses import replace

import pytest
from surfaces.wire import stage as staging
from surfaces.wire.stage import Stage, post, serving

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Parts, Request, Response
from comity.node.exchange.budget import Cost
from comity.node.exchange.contacts import Contact
from comity.surfaces.wire import bind, listener, peer_connection, refusals, routes

NAME = "0" * 64
BEYOND = f"bytes 0-2/{limits.BLOB_BYTES_MAX + 1}"


def test_a_party_reaches_its_use_case(stage: Stage) -> None:
    """A caller with the certificate of its card is known by it, and its body arrives whole."""
    answer = post(stage.peers(), "/add-checkpoint", b"old 0\n")

    assert answer.status == 200
    assert answer.body == b"('a', b'old 0\\n')"
    assert stage.heard[-1] == "a"
    assert abs(stage.skews[-1]) < 1_000
    assert answer.headers["comity-skew-ms"] == str(stage.skews[-1])


def test_a_kept_connection_serves_many_requests(stage: Stage) -> None:
    """The handshake is paid once, not for each request."""
    peers = stage.peers()
    bodies = [post(peers, "/add-entries", bytes([n]) * 50_000).body for n in range(5)]

    assert all(len(body) > 50_000 for body in bodies)
    assert len({id(kept) for kept in peers._kept.by_party.values()}) == 1


@pytest.mark.parametrize(
    ("method", "path", "headers", "expected"),
    [
        (
            "GET",
            f"/body/{NAME}",
            {"range": "bytes=5-9", "comity-log": NAME},
            ("a", NAME, 5, 10, NAME),
        ),
        ("GET", f"/body/{NAME}", {}, ("a", NAME, 0, limits.FETCH_RANGE_BYTES_MAX, "")),
        (
            "GET",
            f"/body/{NAME}",
            {"range": "bytes=5-99999999999"},
            ("a", NAME, 5, 5 + limits.FETCH_RANGE_BYTES_MAX, ""),
        ),
        ("GET", f"/{NAME}/checkpoint", {}, ("a", NAME)),
        ("GET", "/start", {}, ("a",)),
        ("PUT", f"/body/{NAME}", {"content-range": "bytes 3-5/9"}, ("a", NAME, 3, 9, b"xyz")),
    ],
)
def test_each_path_leads_to_one_use_case(
    stage: Stage, method: str, path: str, headers: dict[str, str], expected: tuple[object, ...]
) -> None:
    """The table of routes hands over just what the use case needs."""
    body = b"xyz" if method == "PUT" else b""
    answer = stage.peers().call("b", Request(method, path, body, headers))

    assert answer.body == repr(expected).encode()


def test_tiles_keep_their_paths(stage: Stage) -> None:
    """Tiles of hashes and bundles of entries are asked for by the paths of tlog-tiles."""
    peers = stage.peers()

    for path in ("tile/0/x001/234", "tile/entries/000.p/5"):
        answer = peers.call("b", Request("GET", f"/{NAME}/{path}"))
        assert answer.body == repr(("a", NAME, path)).encode()


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "code"),
    [
        ("GET", "/nothing", {}, 404, "surfaces.wire.no-such-path"),
        ("GET", "/add-entries", {}, 405, "surfaces.wire.method"),
        ("GET", f"/body/{NAME}", {"range": "bytes=9-5"}, 416, "surfaces.wire.range"),
        ("GET", f"/body/{NAME}", {"range": "items=1-2"}, 416, "surfaces.wire.range"),
        ("GET", f"/body/{NAME}", {"range": "bytes=9-8"}, 416, "surfaces.wire.range"),
        ("PUT", f"/body/{NAME}", {}, 416, "surfaces.wire.range"),
        ("PUT", f"/body/{NAME}", {"content-range": "bytes 0-9/10"}, 416, "surfaces.wire.range"),
        ("PUT", f"/body/{NAME}", {"content-range": "bytes 3-5/5"}, 416, "surfaces.wire.range"),
        ("PUT", f"/body/{NAME}", {"content-range": BEYOND}, 416, "surfaces.wire.range"),
        ("POST", "/cards", {"content-encoding": "br"}, 415, "surfaces.wire.encoding"),
        ("POST", "/cards", {"content-encoding": "gzip"}, 400, "surfaces.wire.malformed"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(
    stage: Stage, method: str, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    """Each wrong request has a status, what is wrong, what to do, and a code."""
    body = b"xyz" if method in {"PUT", "POST"} else b""
    answer = stage.peers().call("b", Request(method, path, body, headers))
    fault = refusals.parse(answer.body)

    assert (answer.status, fault and fault.code) == (status, code)


def test_gzip_is_accepted(stage: Stage) -> None:
    """A compressed body reaches the use case decompressed."""
    packed = gzip.compress(b"old 0\n")

    answer = post(stage.peers(), "/add-checkpoint", packed, content_encoding="gzip")
    assert answer.body == b"('a', b'old 0\\n')"


def test_a_gzip_bomb_is_refused(stage: Stage) -> None:
    """A body that would inflate beyond the limit is refused before it fills the memory."""
    bomb = gzip.compress(bytes(200 << 20), compresslevel=1)

    answer = post(stage.peers(), "/add-entries", bomb, content_encoding="gzip")
    assert answer.status == 413


def test_a_body_beyond_the_limit_is_refused_unread(stage: Stage) -> None:
    """What is announced as too large is refused before it is sent."""
    with stage.raw() as sock:
        sock.sendall(
            b"POST /add-entries HTTP/1.1\r\nHost: b\r\nContent-Length: 999999999\r\n"
            b"Connection: close\r\n\r\n"
        )
        answer = _until(sock, b"surfaces.wire.too-large\n")
        assert b" 413 " in answer.split(b"\r\n")[0]


def test_a_chunked_body_has_the_same_limit(stage: Stage) -> None:
    """A body without a length is read up to the limit of its path and no further."""
    with stage.raw() as sock:
        sock.sendall(b"POST /cards HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n")
        sock.sendall(b"4\r\nwhol\r\n1\r\ne\r\n0\r\n\r\n")
        assert b"whole" in _until(sock, b"whole")
    with stage.raw() as sock:
        sock.sendall(b"POST /cards HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n")
        sock.sendall(b"7fffffff\r\n")
        assert b" 413 " in sock.recv(4_096).split(b"\r\n")[0]


def test_a_caller_without_a_certificate_may_ask_for_health_alone(stage: Stage) -> None:
    """They learn that the node lives and what time it has; for the rest they are told to pair."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    peers = staging.peers_of(_contact(stage), stage.caller, skewed=stage.skews.append)
    peers._around = replace(peers._around, contexts=lambda _: [context])
    stage.callers.append(peers)

    health = peers.call("b", Request("GET", "/health"))
    refused = peers.call("b", Request("GET", "/start"))
    fault = refusals.parse(refused.body)

    assert health.body.startswith(b"ok ")
    assert refused.status == 403
    assert fault is not None
    assert "Pair" in fault.fix


def test_a_strangers_certificate_is_turned_away(stage: Stage) -> None:
    """Who shows a certificate that is on no card is told to send their card."""
    with pytest.raises(Fault) as caught:
        post(stage.peers(staging.fresh_key()), "/add-checkpoint", b"")

    assert caught.value.code == "node.peer.turned-away"
    assert "newest card" in caught.value.fix
    assert "comity carry export" in caught.value.fix


def test_another_certificate_than_the_cards_is_refused(stage: Stage) -> None:
    """Where somebody else answers, nothing is sent, and both fingerprints are named."""
    expected = staging.fresh_key()
    with pytest.raises(Fault) as caught:
        post(stage.peers(expected=expected), "/add-checkpoint", b"secret")

    assert caught.value.code == "node.peer.certificate"
    for key in (expected, stage.key):
        assert Contact("b", "", "", (key.certificate,)).fingerprints()[0] in caught.value.what


def test_a_new_card_counts_without_a_restart() -> None:
    """A party with a fresh certificate is turned away before its card comes and let in after."""
    renewed = staging.fresh_key()
    with serving(Stage()) as stage:
        with pytest.raises(Fault):
            post(stage.peers(renewed), "/add-checkpoint", b"")
        old = stage.contacts.pop()
        stage.contacts.append(replace(old, certificates=(renewed.certificate, *old.certificates)))
        stage.server.use(stage.context())

        assert post(stage.peers(renewed), "/add-checkpoint", b"").status == 200
        assert post(stage.peers(), "/add-checkpoint", b"").status == 200


def test_a_renewed_certificate_is_shown_to_who_knows_it() -> None:
    """While two cards count, each caller is shown the certificate that their card of us names."""
    renewed = staging.fresh_key()
    with serving(Stage()) as stage:
        old, stage.key = stage.key, renewed
        stage.older.append(old)
        stage.server.use(stage.context())

        for expected in (old, renewed):
            assert post(stage.peers(expected=expected), "/add-checkpoint", b"").status == 200


def test_an_older_certificate_opens_where_the_newer_is_not_known(stage: Stage) -> None:
    """A peer that has not seen our new card yet is shown the one before."""
    peers = stage.peers(staging.fresh_key(), stage.caller)

    assert post(peers, "/add-checkpoint", b"").status == 200


def test_a_card_that_ends_ends_its_connections() -> None:
    """A connection that was opened under a card gets no answer after the card is out of force."""
    with serving(Stage()) as stage:
        peers = stage.peers()
        assert post(peers, "/add-checkpoint", b"").status == 200
        stage.contacts.clear()

        assert post(peers, "/add-checkpoint", b"").status == 403


def test_what_nobody_foresaw_is_counted_and_not_told() -> None:
    """An error of our own is answered 500; the log says where it was, and nothing of content."""

    def fail(_node: Node, _party: str, body: bytes) -> Response:
        raise ZeroDivisionError(body)

    with serving(Stage(exchange=replace(staging.echoing(), add_entries=fail))) as stage:
        peers = stage.peers()
        answer = post(peers, "/add-entries", b"secret words")

        assert answer.status == 500
        assert stage.app.counts.unforeseen == 1
        assert "ZeroDivisionError" in stage.told[-1]
        assert "secret" not in f"{stage.told} {answer.body!r}"
        assert post(peers, "/add-checkpoint", b"").status == 200


def test_a_range_is_taken_while_it_comes() -> None:
    """What came of a range before its line broke has reached the use case."""
    came: list[bytes] = []

    def put_range(*given: object) -> Response:
        parts = given[-1]
        assert isinstance(parts, Parts)
        came.extend(bytes(part) for part in parts.each())
        return Response(202)

    with serving(Stage(exchange=replace(staging.echoing(), put_range=put_range))) as stage:
        with stage.raw() as sock:
            size = 4 << 20
            head = f"PUT /body/{NAME} HTTP/1.1\r\nHost: b\r\nContent-Length: {size}\r\n"
            sock.sendall(f"{head}Content-Range: bytes 0-{size - 1}/{size}\r\n\r\n".encode())
            sock.sendall(bytes(size // 2 + 5))
            staging.wait_for(lambda: len(came) == 2)
        staging.wait_for(lambda: stage.app.counts.answers["a", 400] == 1)

    assert set(map(len, came[:2])) == {1 << 20}


def test_a_body_in_parts_arrives_whole_over_a_line_that_was_closed() -> None:
    """Parts are read again from the first on where a kept connection had to be opened anew."""
    parts = Parts(300_000, lambda: (bytes([n]) * 100_000 for n in range(3)))
    headers = {"content-range": "bytes 0-299999/300000"}
    asked = Request("PUT", f"/body/{NAME}", headers=headers, parts=parts)
    with serving(Stage()) as stage:
        peers = stage.peers()
        first = peers.call("b", asked)
        (kept,) = peers._kept.by_party.values()
        kept.sock.shutdown(socket.SHUT_RDWR)
        again = peers.call("b", asked)

    assert first.body == again.body == repr(("a", NAME, 0, 300_000, asked.whole().body)).encode()


def test_a_slow_body_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller who drips is cut off while others are served."""
    monkeypatch.setattr(peer_connection, "PATIENCE_S", 0.5)
    with serving(Stage()) as stage, stage.raw() as sock:
        began = time.monotonic()
        sock.sendall(b"POST /cards HTTP/1.1\r\nHost: b\r\nContent-Length: 100\r\n\r\n")
        for _ in range(40):
            try:
                sock.sendall(b"x")
            except OSError:
                break
            time.sleep(0.1)
            if stage.app.counts.answers["a", 408]:
                break

        assert stage.app.counts.answers["a", 408] == 1
        assert time.monotonic() - began < 10  # a body has twenty seconds elsewhere


def test_silent_callers_do_not_keep_parties_waiting() -> None:
    """Many connections that never shake hands take a few places; a party is answered at once."""
    with serving(Stage()) as stage:
        peers = stage.peers()
        post(peers, "/add-checkpoint", b"")
        silent = [socket.create_connection(("127.0.0.1", stage.port)) for _ in range(30)]
        began = time.monotonic()

        assert post(peers, "/add-checkpoint", b"").status == 200
        assert time.monotonic() - began < peer_connection.HANDSHAKE_S
        for sock in silent:
            sock.close()


def test_a_busy_port_is_named(stage: Stage) -> None:
    """A port that another program holds is named, with the option that chooses another."""
    around = listener.Surroundings(lambda _: None, lambda *_: None, lambda: 0)
    second = listener.PeerServer(("127.0.0.1", stage.port), stage.app, stage.context(), around)
    with pytest.raises(Fault) as caught:
        bind.bind(second, bind.PEERS)

    assert caught.value.code == "surfaces.port.busy"
    assert str(stage.port) in caught.value.what
    assert "--peer-port" in caught.value.fix


@pytest.mark.parametrize(
    ("host", "error", "hint"),
    [
        ("192.0.2.1", errno.EADDRNOTAVAIL, "peer_host"),
        ("no-such-host.invalid", socket.EAI_NONAME, "peer_host"),
        ("127.0.0.1", errno.EACCES, "CAP_NET_BIND_SERVICE"),
    ],
)
def test_an_address_that_is_none_is_not_a_busy_port(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, host: str, error: int, hint: str
) -> None:
    """No other program is to be looked for where the host is wrong, or the port a low one."""

    def refused(*_: object) -> None:
        raise (socket.gaierror if error < 0 else OSError)(error, "refused")

    around = listener.Surroundings(lambda _: None, lambda *_: None, lambda: 0)
    other = listener.PeerServer((host, 0), stage.app, stage.context(), around)
    monkeypatch.setattr(bind, "_try", refused)
    with pytest.raises(Fault, match=host) as caught:
        bind.bind(other, bind.PEERS)

    assert caught.value.code == "surfaces.address.unusable"
    assert hint in caught.value.fix


def test_changes_wake_the_sender(stage: Stage) -> None:
    """New cards wake every sender; entries wake their own channel's, and reading wakes none."""
    before = stage.changes
    post(stage.peers(), "/cards", b"")
    post(stage.peers(), "/add-entries", b"")
    stage.peers().call("b", Request("GET", "/start"))

    assert stage.changes == before + 1


def test_entries_are_counted_against_the_purse() -> None:
    """The number of entries that a body says it brings is charged, never more than it can hold."""
    origin = b"a/x/live/1"
    head = len(origin).to_bytes(2) + origin
    honest = head + (10).to_bytes(8) + (30).to_bytes(8) + bytes(200)
    liar = head + (0).to_bytes(8) + (2**60).to_bytes(8) + bytes(200)

    assert routes.entry_count("/add-entries", honest) == 20
    assert routes.entry_count("/add-entries", liar) == len(liar) // 2
    assert Cost() == replace(Cost(), entries=routes.entry_count("/start", honest))


def _contact(stage: Stage) -> Contact:
    return Contact(
        "b", staging.ARRANGEMENT, f"https://127.0.0.1:{stage.port}", (stage.key.certificate,)
    )


def _until(sock: ssl.SSLSocket, wanted: bytes) -> bytes:
    data = b""
    while wanted not in data:
        piece = sock.recv(4_096)
        if not piece:
            break
        data += piece
    return data
