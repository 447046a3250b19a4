"""A peer that floods spends its own purse, and nobody else waits for it."""

import io
from collections.abc import Callable

import pytest
from support.hostile import LIAR, THIRD, VICTIM, Stage, make_stage

from comity.node.base.ports import Request
from comity.node.exchange.budget import Budget, Cost
from comity.surfaces.wire import app
from comity.tlog import wire
from comity.tlog.wire import AddCheckpoint
from comity_lab.sim.network import EXCHANGE

SMALL = Budget(
    capacity=Cost(size_bytes=60_000, entries=20, disk_bytes=60_000, processor_us=10**9),
    per_s=Cost(size_bytes=10, entries=1, disk_bytes=10, processor_us=10**6),
)


def _wire(stage: Stage) -> app.Wire:
    """The victim's listener, as if certificates were names of parties."""
    ports = app.Ports(
        party_of=lambda name: name or None,
        tell=lambda _event, _fields: None,
        heard=lambda _party: None,
        changed=lambda _party: None,
        monotonic_ms=lambda: 0,
        processor_us=lambda: 0,
        require_room=lambda _size, _hotline: None,
        budget=SMALL,
    )
    return app.Wire(stage.liar.world.node(VICTIM), EXCHANGE, ports)


def _call(wire_app: app.Wire, party: str, request: Request, channel: str = "live") -> int:
    statuses: list[str] = []
    environ = {
        app.CERTIFICATE: party,
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.input": io.BytesIO(request.body),
        "HTTP_COMITY_CHANNEL": channel,
    }
    list(wire_app(environ, lambda status, _headers: statuses.append(status)))
    return int(statuses[0].split()[0])


@pytest.mark.parametrize(
    "request_of",
    [
        lambda _s: Request("GET", "/start"),
        lambda s: Request("POST", "/add-entries", s.true.entries_body(0, s.head.size)),
        lambda _s: Request("POST", "/add-bodies", b"\0\0\x40\0" + bytes(0x4000)),
        lambda _s: Request("POST", "/add-checkpoint", b"x" * 30_000),
    ],
)
def test_a_flood_is_answered_429_and_the_others_hotline_goes_on(
    request_of: Callable[[Stage], Request],
) -> None:
    """The flooding party has spent its own purse; nobody else's is touched."""
    stage = make_stage()
    wire_app = _wire(stage)
    request = request_of(stage)
    answers = [_call(wire_app, LIAR, request) for _ in range(200)]
    assert 429 in answers
    assert set(answers[answers.index(429) :]) == {429}
    assert _call(wire_app, THIRD, Request("GET", "/start"), "hotline") == 200
    beat = Request("POST", "/add-checkpoint", _heartbeat(stage))
    assert _call(wire_app, THIRD, beat, "hotline") == 200
    assert wire_app.counts.unforeseen == 0


def _heartbeat(stage: Stage) -> bytes:
    """What the third party sends every minute on its hotline."""
    with stage.liar.world.node(THIRD).store.read() as tx:
        head = tx.newest_head(stage.origin(THIRD, "hotline"))
    assert head is not None
    return wire.render_add_checkpoint(AddCheckpoint(head.size, (), head.note))
