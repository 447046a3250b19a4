"""Sending one act alone by hand, and what its answer brings (docs/spec/wire.md 7.4.13 to 7.4.19).

    asked = world.ask("aa")
    line = push(world)                        # signed, sent; what went and came is kept
    assert is_receipted(world, asked)

Floor: tests.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from comity.node.base.context import Node
from comity.node.base.ports import Request, Response
from comity.node.base.rows import Head, Log
from comity.node.exchange import delivery, outbox, send, sign
from comity.node.exchange.append import Appended
from support.pair import World

type Change = Callable[[Request, Response], Response]


class Line:
    """Passes requests on, and may change what comes back."""

    def __init__(self, node: Node, change: Change) -> None:
        self.sent: list[Request] = []
        self.came: list[Response] = []
        self._peers = node.peers
        self._change = change

    def call(self, party: str, request: Request) -> Response:
        """Carry a request."""
        self.sent.append(request)
        self.came.append(self._change(request, self._peers.call(party, request)))
        return self.came[-1]


def as_it_is(_request: Request, answer: Response) -> Response:
    """Change nothing."""
    return answer


def push(world: World, change: Change = as_it_is, party: str = "aa", to: str = "bb") -> Line:
    """Sign what a party said, and send it."""
    node = world.node(party)
    sign.sign_head(node, world.origin(party))
    line = Line(node, change)
    send.push(replace(node, peers=line), world.origin(party), to)
    return line


def signed(world: World) -> tuple[Head, bytes]:
    """Sign what `aa` said; return the head, and the delivery of it."""
    sign.sign_head(world.node("aa"), world.origin("aa"))
    with world.node("aa").store.read() as tx:
        box = outbox.load(tx, world.origin("aa"), "bb")
        assert box.head is not None
        body = delivery.make(tx, box.head, box.cosigned, box.cosigned)
    assert body is not None
    return box.head, body


def sign_without_mark(world: World, party: str) -> None:
    """Sign what a party said, and end between the commit of the head and its mark."""
    node = world.node(party)

    def stop(name: str) -> None:
        """End after the commit."""
        if name == "sign.committed":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        sign.sign_head(replace(node, step=stop), world.origin(party))


def log_of(world: World, at: str, of: str) -> Log:
    """Return a party's log as another holds it."""
    with world.node(at).store.read() as tx:
        log = tx.log(world.origin(of))
    assert log is not None
    return log


def is_receipted(world: World, asked: Appended, at: str = "aa", by: str = "bb") -> bool:
    """Whether a party understood another's receipt of an act."""
    with world.node(at).store.read() as tx:
        return tx.first_receipt(world.origin(by), asked.origin, asked.index + 1) is not None


def cosigned(world: World, of: str, by: str) -> int:
    """Return how many entries of a party's log another signed for, as the party knows."""
    with world.node(of).store.read() as tx:
        newest = tx.newest_cosignature(world.origin(of), by)
    return newest.size if newest else 0
