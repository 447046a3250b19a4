r"""How a fault is told to a peer: an HTTP status and three lines of text.

    The body 3f… came for offset 5; 3 bytes are held.\n
    Send the body from byte 3.\n
    adapters.body.gap\n

Floor: surfaces.
"""

from typing import Final

from comity.kernel.fault import Fault
from comity.node.base.ports import Response

BY_CODE: Final = {
    "surfaces.wire.stranger": 403,
    "surfaces.wire.no-such-path": 404,
    "surfaces.wire.method": 405,
    "surfaces.wire.slow": 408,
    "surfaces.wire.length-required": 411,
    "surfaces.wire.too-large": 413,
    "surfaces.wire.encoding": 415,
    "surfaces.wire.range": 416,
    "surfaces.wire.over-budget": 429,
    "surfaces.wire.malformed": 400,
    "surfaces.wire.internal": 500,
    "adapters.body.gap": 409,
    "adapters.body.missing": 404,
    "adapters.body.name": 400,
    "adapters.disk.full": 507,
    "adapters.disk.failed": 503,
    "node.bodies.unreachable": 503,
    "exchange.clock.skewed": 503,
    "exchange.entries.none": 400,
    "exchange.head.bad-signature": 403,
    "exchange.head.old-size": 400,
    "exchange.highwater.behind": 503,
    "exchange.log.damaged": 503,
    "exchange.start.not-compared": 503,
    "tlog.tile.bad-path": 404,
    "tlog.wire.add-checkpoint": 400,
    "tlog.wire.add-entries": 400,
    "tlog.wire.package": 400,
    "tlog.wire.trailing": 400,
}
"""Codes whose status their last word does not tell; C2SP tlog-witness and tlog-mirror name some."""

BY_PROBLEM: Final = {
    "malformed": 400,
    "second-spelling": 400,
    "destroyed": 410,
    "unknown": 404,
    "missing": 404,
    "not-found": 404,
    "unknown-log": 404,
    "not-allowed": 403,
    "forbidden": 403,
    "wrong-party": 403,
    "conflict": 409,
    "behind": 409,
    "too-large": 413,
    "busy": 503,
    "frozen": 503,
    "full": 507,
    "disk-full": 507,
    "reserve": 507,
}
"""By the last word of a code."""

DEFAULT: Final = 422
"""Understood and refused: signatures that do not verify, proofs that do not hold."""

RETRY_AFTER_S: Final = {503: "5", 507: "60"}


def status_of(code: str) -> int:
    """Return the HTTP status of a fault's code."""
    return BY_CODE.get(code, BY_PROBLEM.get(code.rpartition(".")[2], DEFAULT))


_OF_THE_EXCHANGE: Final = (
    "acts.",
    "adapters.body.",
    "arrangement.",
    "exchange.",
    "kernel.",
    "surfaces.wire.",
    "tlog.",
)
"""Codes whose words are of what both sides speak about.  All others name files, machines or keys
of this State: a peer is told their code alone."""


def render(fault: Fault) -> Response:
    """Return the answer that tells a fault."""
    status = status_of(fault.code)
    if not fault.code.startswith(_OF_THE_EXCHANGE):
        fault = Fault(
            code=fault.code,
            what="This node cannot answer, for a reason of its own.",
            fix="Try again; nothing was accepted that could not be kept.",
        )
    retry = RETRY_AFTER_S.get(status)
    return Response(
        status,
        "".join(f"{_line(text)}\n" for text in (fault.what, fault.fix, fault.code)).encode(),
        headers={"retry-after": retry} if retry else {},
    )


def parse(body: bytes) -> Fault | None:
    """Read what `render` wrote, or None if it is something else."""
    lines = body.decode("utf-8", "replace").split("\n")
    if len(lines) != 4 or lines[3] or not lines[2]:  # noqa: PLR2004 -- three lines and an end
        return None
    return Fault(what=lines[0], fix=lines[1], code=lines[2])


def _line(text: str) -> str:
    return " ".join(text.split())
