"""How an answer leaves, and what of the connection stays, over real TLS on the loopback."""

from dataclasses import replace

from surfaces.wire import stage as staging
from surfaces.wire.stage import Stage, post, serving, wait_for

from comity.node.base.context import Node
from comity.node.base.ports import Response

NAME = "0" * 64


def test_connections_of_many_channels_are_kept(stage: Stage) -> None:
    """Many at once, each of a sender of its own: no handshake is done twice."""
    callers = [stage.peers() for _ in range(40)]
    kept = [{post(one, "/add-entries", b"").status: one._kept.by_party["b"]} for one in callers]

    assert kept == [
        {post(one, "/add-entries", b"").status: one._kept.by_party["b"]} for one in callers
    ]
    assert all(one._kept.by_party["b"].sock is not None for one in callers)


def test_who_is_woken_by_an_answer_is_woken_once_it_has_left() -> None:
    """A sender that runs while its node answers would keep the peer waiting."""
    asked: list[bool] = []

    def answer(node: Node, party: str, data: bytes, *, asks: bool) -> Response:
        """Answer, and wake a channel."""
        assert (node.party, party, data) == ("b", "a", b"")
        asked.append(asks)
        assert staged.woken == [], "nobody is woken before the answer"
        return Response(200, b"kept", wakes="x/live")

    exchange = replace(staging.echoing(), add_delivery=answer)
    with serving(Stage(exchange=exchange)) as staged:
        answered = post(staged.peers(), "/add-delivery", b"", comity_answer="delivery")
        wait_for(lambda: staged.woken == ["x/live"])

    assert answered.body == b"kept"
    assert asked == [True]


def test_an_answer_is_one_record(stage: Stage) -> None:
    """Head and body leave together: who waits wakes once, and a bare head leaves too."""
    with stage.raw() as sock:
        for method, path in (("GET", "/health"), ("HEAD", f"/body/{NAME}")):
            sock.sendall(f"{method} {path} HTTP/1.1\r\nhost: b\r\n\r\n".encode())
            head, _, body = sock.recv(1 << 16).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 ")
            assert body.startswith(b"ok ") == (method == "GET")
