"""The table of what peers may call.

    POST /add-checkpoint  /add-entries        tlog-mirror; the body as C2SP says
    POST /add-delivery                        bodies, head and entries of a small delivery
    POST /add-bodies                          small bodies before their entries:
                                              (uint32 size, bytes) each
    PUT  /body/<sha256>                       Content-Range: bytes <start>-<end>/<total>
    GET  HEAD /body/<sha256>                  Range: bytes=<start>-<end>; at most 16 MiB
    GET  /<origin>/checkpoint                 <origin>: SHA-256 of the origin, hex
    GET  /<origin>/tile/<L>/<N>[.p/<W>]       tlog-tiles
    GET  /<origin>/tile/entries/<N>[.p/<W>]
    GET  /start                               protocol rule 21
    POST /cards                               cards and revocations

Source: C2SP tlog-mirror, tlog-tiles; protocol rules 10, 11, 15 and 21.
Floor: surfaces.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.base.context import Node
from comity.node.base.ports import Parts, Request, Response
from comity.node.exchange import (
    blob_ranges,
    blobs,
    delivery,
    fetch,
    handshake,
    keep,
    keep_delivery,
    publish,
    start,
)
from comity.tlog import wire

type Answer = Callable[[Node, str], Response]
type AnswerBody = Callable[[Node, str, bytes], Response]


class AnswerAsked(Protocol):
    """Answers what may ask for more than every caller takes: add-delivery, and cards."""

    def __call__(self, node: Node, party: str, data: bytes, /, *, asks: bool) -> Response:
        """Return the answer."""
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """The use cases that peers reach; each may raise `Fault`.

    Attributes:
        add_checkpoint: (node, party, body).
        add_entries: (node, party, body).
        add_bodies: (node, party, body).
        add_delivery: (node, party, body), and whether a delivery is taken within the answer.
        put_range: (node, party, sha256, start, total, parts).
        head: (node, party, sha256).
        get_range: (node, party, sha256, start, end, SHA-256 of a log's origin or "").
        checkpoint: (node, party, origin_sha256).
        tile: (node, party, origin_sha256, path): hashes or a bundle of entries.
        start: (node, party).
        receive_cards: (node, party, body), and whether cards of others are taken.
    """

    add_checkpoint: AnswerBody
    add_entries: AnswerBody
    add_bodies: AnswerBody
    add_delivery: AnswerAsked
    put_range: Callable[[Node, str, str, int, int, Parts], Response]
    head: Callable[[Node, str, str], Response]
    get_range: Callable[[Node, str, str, int, int, str], Response]
    checkpoint: Callable[[Node, str, str], Response]
    tile: Callable[[Node, str, str, str], Response]
    start: Answer
    receive_cards: AnswerAsked


def real() -> Exchange:
    """Return the use cases of this package."""
    return Exchange(
        add_checkpoint=keep.add_checkpoint,
        add_entries=lambda node, party, body: keep.add_entries(node, party, io.BytesIO(body).read),
        add_bodies=blobs.add_bodies,
        add_delivery=keep_delivery.add_delivery,
        put_range=blob_ranges.put_range,
        head=blob_ranges.head,
        get_range=blob_ranges.get_range,
        checkpoint=publish.checkpoint,
        tile=publish.tile,
        start=start.answer,
        receive_cards=handshake.receive,
    )


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a known party.

    Attributes:
        node: that answers.
        party: that asks.
        request: with its decompressed body, or the parts of one that is still coming.
        found: what the path of the route matched.
    """

    node: Node
    party: str
    request: Request
    found: re.Match[str]


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table.

    Attributes:
        method: GET, HEAD, POST or PUT.
        path: the whole path.
        body_bytes_max: of a request; 0 if it has no body.
        answer: calls the use case.
        changes: whether it may keep something, so that there must be room.
        comes_in_parts: whether the use case takes the body as it comes.
        answer_bytes_max: of an answer that may be large; 0 for all others.
        wakes: whether the senders of all channels are woken after it; use cases that know which
            channel has work wake its sender themselves.
    """

    method: str
    path: re.Pattern[str]
    body_bytes_max: int
    answer: Callable[[Exchange, Call], Response]
    changes: bool = False
    comes_in_parts: bool = False
    answer_bytes_max: int = 0
    wakes: bool = False


CARDS_BYTES_MAX: Final = 8 << 20
"""Every card that a party ever had travels: a few hundred.  The answer has those of both sides, and
is no longer than a caller reads."""

_ENTRIES: Final = "tile/entries/"
"""Of the tiles the large ones."""

_RANGE = re.compile(r"bytes=(\d{1,13})-(\d{0,13})")
_CONTENT_RANGE = re.compile(r"bytes (\d{1,13})-(\d{1,13})/(\d{1,13})")


def find(method: str, path: str) -> tuple[Route, re.Match[str]]:
    """Return the row for a request.

    Raises:
        Fault: `surfaces.wire.no-such-path`, `surfaces.wire.method`.
    """
    known = False
    for route in ROUTES:
        found = route.path.fullmatch(path)
        if found and route.method == method:
            return route, found
        known = known or found is not None
    if known:
        raise Fault(
            code="surfaces.wire.method",
            what=f"The path {quoted(path)} is not there for {quoted(method)}.",
            fix="Use the method that the specification names.",
        )
    raise Fault(
        code="surfaces.wire.no-such-path",
        what=f"There is nothing at {quoted(path)}.",
        fix="Check the address; the paths stand in docs/spec.",
    )


def held_bytes(method: str, path: str, length: int | None) -> int:
    """Return how much of a request's body or of its answer is held in memory, at most.

    Args:
        method: of the request.
        path: of the request.
        length: of its body as it is used, bytes; None where that is not known before it came.
    """
    try:
        route, found = find(method, path)
    except Fault:
        return 0
    tile = found.groupdict().get("tile", _ENTRIES)
    answer_bytes = route.answer_bytes_max if tile.startswith(_ENTRIES) else 0
    if length is None:
        return route.body_bytes_max or answer_bytes
    is_read_whole = length <= route.body_bytes_max and not route.comes_in_parts
    return max(length if is_read_whole else 0, answer_bytes)


def entry_count(path: str, body: bytes) -> int:
    """Return how many entries a request says it brings, for the budget."""
    if path == "/add-delivery":
        body = delivery.entries_of(body)
    elif path != "/add-entries":
        return 0
    size = int.from_bytes(body[:2])
    bounds = body[2 + size : 18 + size]
    claimed = int.from_bytes(bounds[8:]) - int.from_bytes(bounds[:8])
    return max(min(claimed, len(body) // 2), 0)  # each entry takes two bytes or more


def _put_range(exchange: Exchange, call: Call) -> Response:
    given = call.request.headers.get("content-range", "")
    found = _CONTENT_RANGE.fullmatch(given)
    if not found:
        raise _bad_range("Content-Range", given)
    start, end, total = (int(text) for text in found.groups())
    parts = call.request.parts or Parts.of(call.request.body)
    if end + 1 - start != parts.size_bytes or end >= total or total > limits.BLOB_BYTES_MAX:
        raise _bad_range("Content-Range", given)
    return exchange.put_range(call.node, call.party, call.found["name"], start, total, parts)


def _get_range(exchange: Exchange, call: Call) -> Response:
    given = call.request.headers.get("range", "bytes=0-")
    found = _RANGE.fullmatch(given)
    if not found:
        raise _bad_range("Range", given)
    start = int(found[1])
    end = int(found[2]) + 1 if found[2] else start + limits.FETCH_RANGE_BYTES_MAX
    if end <= start:
        raise _bad_range("Range", given)
    end = min(end, start + limits.FETCH_RANGE_BYTES_MAX)
    log = call.request.headers.get(fetch.LOG, "")
    return exchange.get_range(call.node, call.party, call.found["name"], start, end, log)


def _bad_range(header: str, given: str) -> Fault:
    return Fault(
        code="surfaces.wire.range",
        what=f"The {header} {quoted(given)} does not fit the request.",
        fix="Name first and last byte as RFC 9110 section 14 does.",
    )


def _path(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


ROUTES: Final = (
    Route(
        "POST",
        _path("/add-checkpoint"),
        wire.ADD_CHECKPOINT_BYTES_MAX,
        lambda exchange, call: exchange.add_checkpoint(call.node, call.party, call.request.body),
        changes=True,
    ),
    Route(
        "POST",
        _path("/add-entries"),
        limits.REQUEST_BYTES_MAX,
        lambda exchange, call: exchange.add_entries(call.node, call.party, call.request.body),
        changes=True,
    ),
    Route(
        "POST",
        _path("/add-bodies"),
        limits.REQUEST_BYTES_MAX,
        lambda exchange, call: exchange.add_bodies(call.node, call.party, call.request.body),
        changes=True,
    ),
    Route(
        "POST",
        _path("/add-delivery"),
        limits.DELIVERY_BYTES_MAX,
        lambda exchange, call: exchange.add_delivery(
            call.node,
            call.party,
            call.request.body,
            asks=call.request.headers.get(delivery.ANSWER) == delivery.BACK,
        ),
        changes=True,
    ),
    Route(
        "PUT",
        _path("/body/(?P<name>[0-9a-f]{64})"),
        limits.FETCH_RANGE_BYTES_MAX,
        _put_range,
        changes=True,
        comes_in_parts=True,
    ),
    Route(
        "HEAD",
        _path("/body/(?P<name>[0-9a-f]{64})"),
        0,
        lambda exchange, call: exchange.head(call.node, call.party, call.found["name"]),
    ),
    Route(
        "GET",
        _path("/body/(?P<name>[0-9a-f]{64})"),
        0,
        _get_range,
        answer_bytes_max=limits.FETCH_RANGE_BYTES_MAX,
    ),
    Route(
        "GET",
        _path("/(?P<origin>[0-9a-f]{64})/checkpoint"),
        0,
        lambda exchange, call: exchange.checkpoint(call.node, call.party, call.found["origin"]),
    ),
    Route(
        "GET",
        _path("/(?P<origin>[0-9a-f]{64})/(?P<tile>tile/[0-9a-z/.]{1,80})"),
        0,
        lambda exchange, call: exchange.tile(
            call.node, call.party, call.found["origin"], call.found["tile"]
        ),
        answer_bytes_max=limits.FETCH_RANGE_BYTES_MAX,
    ),
    Route(
        "GET",
        _path("/start"),
        0,
        lambda exchange, call: exchange.start(call.node, call.party),
    ),
    Route(
        "POST",
        _path("/cards"),
        CARDS_BYTES_MAX,
        lambda exchange, call: exchange.receive_cards(
            call.node,
            call.party,
            call.request.body,
            asks=call.request.headers.get(handshake.SHOWN) == handshake.OTHERS,
        ),
        changes=True,
        wakes=True,
    ),
)
