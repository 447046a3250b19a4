"""Answers that are lies: at the start, on cosigning, to ranges, and to what is fetched.

Floor: lab.
"""

from collections.abc import Callable
from dataclasses import replace

from comity.kernel import ijson, limits
from comity.node.base.ports import Request, Response
from comity.node.exchange import blobs, delivery, logs
from comity.tlog import note, wire
from comity.tlog.wire import MirrorInfo
from comity_lab.sim.byzantine import Liar

OK = 200
FAR_S = 1 << 40


def start_malformed(liar: Liar) -> None:
    """Answer GET /start with what is no answer."""
    bodies = (
        b"", b"{", b"[]", b'{"logs":1}', b'{"logs":[1,2,3]}', b'{"logs":[{"held":-1}]}',
        b'{"logs":[{"held":1.5,"origin":"x"}]}', b"[" * 10_000, b"<html>", b"\xff" * 50,
        b'{"logs":[{"held":1,"head":5,"origin":7}]}',
    )  # fmt: skip
    liar.answers["/start"] = lambda _who, _ask, _good: Response(200, liar.chance.choice(bodies))


def start_empty(liar: Liar) -> None:
    """Say that it holds nothing and never did."""
    liar.answers["/start"] = lambda _who, _ask, _good: Response(200, b'{"logs":[]}')


def start_holds_more(liar: Liar) -> None:
    """Say that it holds more than was ever signed, and less than nothing."""

    def lie(_who: str, _ask: Request, good: Response) -> Response:
        def more(row: dict[str, object]) -> dict[str, object]:
            return {**row, "held": liar.chance.choice((-5, 0, 10**6, 1 << 52))}

        return _rows(good, more)

    liar.answers["/start"] = lie


def start_forged(liar: Liar) -> None:
    """Show heads of the victim's log that the victim never signed."""

    def lie(_who: str, _ask: Request, good: Response) -> Response:
        def forged(row: dict[str, object]) -> dict[str, object]:
            own = liar.log(liar.world.channel()).origin
            head = liar.signed(own, 10_000, liar.chance.randbytes(32))
            named = head.replace(own.encode(), str(row["origin"]).encode())
            return {**row, "head": named.decode(), "held": 10_000}

        return _rows(good, forged)

    liar.answers["/start"] = lie


def start_old(liar: Liar) -> None:
    """Show an old head of the victim's log, many times, and other parties' logs as its own."""

    def lie(_who: str, _ask: Request, good: Response) -> Response:
        def old(row: dict[str, object]) -> dict[str, object]:
            with liar.node.store.read() as tx:
                head = tx.head_at_least(str(row["origin"]), 1)
            return {**row, "head": head.note.decode() if head else "", "held": 1}

        lied = _rows(good, old)
        value = ijson.parse(lied.body)
        assert isinstance(value, dict)
        rows = value["logs"]
        assert isinstance(rows, list)
        return replace(lied, body=ijson.render({"logs": rows * 20}))

    liar.answers["/start"] = lie


def _rows(good: Response, change: Callable[[dict[str, object]], dict[str, object]]) -> Response:
    if good.status != OK:
        return good
    value = ijson.parse(good.body)
    assert isinstance(value, dict)
    rows = value["logs"]
    assert isinstance(rows, list)
    changed = [change(dict(row)) for row in rows if isinstance(row, dict)]
    return replace(good, body=ijson.render({"logs": changed}))  # type: ignore[dict-item] # still JSON


def cosign_garbage(liar: Liar) -> None:
    """Answer with lines that are no cosignature, or bring beside one what is no delivery."""
    before: list[bytes] = []

    def lie(who: str, ask: Request, good: Response) -> Response:
        if good.status != OK:
            return good
        if good.media_type == delivery.BACK_TYPE and liar.chance.random() < 0.5:  # noqa: PLR2004 -- one in two
            return _brought(liar, who, ask, good, before)
        kinds = (
            b"", b"<html>ok</html>", good.body[:-1], good.body * 40, liar.chance.randbytes(400),
            good.body.split(b"\n")[0] + b"\n", good.body.replace(b"+", b"A"),
        )  # fmt: skip
        return replace(good, body=liar.chance.choice(kinds))

    liar.answers["/add-entries"] = lie


def cosign_early(liar: Liar) -> None:
    """Cosign what it never stored: its node keeps nothing, its hand signs."""

    def lie(_who: str, ask: Request, _good: Response) -> Response:
        return _cosigned(liar, ask, liar.node.clock.now_ms() // 1000)

    liar.answers["!/add-entries"] = lie


def cosign_times(liar: Liar) -> None:
    """Cosign with times that fall while sizes rise, and with times far ahead."""

    def lie(_who: str, ask: Request, good: Response) -> Response:
        if good.status != OK:
            return good
        return _cosigned(liar, ask, liar.chance.choice((1, 1_000, FAR_S, (1 << 63) - 1)))

    liar.answers["/add-entries"] = lie


def _brought(liar: Liar, who: str, ask: Request, good: Response, before: list[bytes]) -> Response:
    """Bring within an answer what is no delivery, or none of its own log, or an old one."""
    lines, back = delivery.read_answer(good)
    before.append(back or b"")
    told, theirs = liar.chance.choice(before), liar.world.origin(who).encode()
    own = liar.log(liar.world.channel()).origin.encode()
    kinds = (
        b"", b"\0" * 12, liar.chance.randbytes(400), told, told[: len(told) // 2], ask.body,
        told + b"more", told.replace(own, theirs), told[:-90] + liar.chance.randbytes(90),
    )  # fmt: skip
    parts = liar.chance.choice(
        ((lines, liar.chance.choice(kinds)),) * 9 + ((lines,), (lines, b"", b""), ())
    )
    body = blobs.render_batch([part[: limits.ROW_BLOB_BYTES_MAX] for part in parts])
    return replace(good, body=body)


def cosign_late(liar: Liar) -> None:
    """Store everything and never cosign: 202 for ever, or one error after another."""

    def lie(_who: str, ask: Request, good: Response) -> Response:
        header = wire.read_header(wire.Body(_reader(ask.body)))
        info = wire.render_mirror_info(MirrorInfo(header.end, header.start))
        zero = wire.render_mirror_info(MirrorInfo(header.end, 0))
        many = wire.render_mirror_info(MirrorInfo(1 << 60, 1 << 60))
        return liar.chance.choice(
            (Response(202, info), Response(202, zero), Response(409, many), Response(503, b"later"),
             Response(409, zero), replace(good, status=204), Response(202, b"\xff"))
        )  # fmt: skip

    liar.answers["/add-entries"] = lie


def head_sizes(liar: Liar) -> None:
    """Answer add-checkpoint with sizes that are none, or that it cannot have."""

    def lie(_who: str, _ask: Request, _good: Response) -> Response:
        sizes = (b"0\n", b"1\n", b"9223372036854775807\n", b"", b"x", b"-1\n", b"9" * 400 + b"\n")
        return Response(409, liar.chance.choice(sizes), wire.SIZE_TYPE)

    liar.answers["/add-checkpoint"] = lie


def refuse_all(liar: Liar) -> None:
    """Refuse everything, with texts that hurt who shows them."""

    def lie(_who: str, _ask: Request, _good: Response) -> Response:
        text = "\x1b[2J\x00\u202e no\nfix\x07\n" + "x" * 500 + "\n"
        return Response(liar.chance.choice((400, 403, 404, 422, 429, 500, 507, 999)), text.encode())

    for path in ("/add-checkpoint", "/add-entries", "/cards", "/add-bodies", "/start"):
        liar.answers[path] = lie


def tiles(liar: Liar) -> None:
    """Answer what is fetched from its mirror with other hashes and other entries."""

    def lie(_who: str, _ask: Request, good: Response) -> Response:
        kinds = (b"", good.body[::-1], liar.chance.randbytes(64), good.body * 3, good.body[:-1])
        return replace(good, status=200, body=liar.chance.choice(kinds))

    liar.answers["tile"] = lie
    liar.answers["checkpoint"] = lie


def ranges(liar: Liar) -> None:
    """Take ranges of a large body and never come to an end."""

    def lie(_who: str, ask: Request, _good: Response) -> Response:
        if ask.method == "HEAD":
            staged = liar.chance.choice(("0", "9" * 5_000, "\u0663", "-4", "9223372036854775807"))
            return Response(404, headers={"comity-staged-bytes": staged})
        return Response(liar.chance.choice((202, 409)), liar.chance.choice((b"0\n", b"5\n", b"x")))

    liar.answers["/body"] = lie


def cards_answer(liar: Liar) -> None:
    """Answer the handshake with what is no batch of cards."""

    def lie(_who: str, _ask: Request, good: Response) -> Response:
        kinds = (b"\0", b"\xff" * 9, b"\0\0\0\0" * 9, good.body[:-3], b"<html>", good.body * 2)
        return replace(good, body=liar.chance.choice(kinds))

    liar.answers["/cards"] = lie


def wrong_clock(liar: Liar) -> None:
    """Let its clock be off by hours, both ways."""
    skew_ms = liar.chance.choice((-86_400_000, -400_000, 400_000, 86_400_000))
    liar.world.machines[liar.party].clock.skew_ms = skew_ms


def _reader(data: bytes) -> Callable[[int], bytes]:
    at = 0

    def read(count: int) -> bytes:
        nonlocal at
        piece = data[at : at + count]
        at += len(piece)
        return piece

    return read


def _cosigned(liar: Liar, ask: Request, at_s: int) -> Response:
    """Cosign the newest head of the log that a request of add-entries is for."""
    header = wire.read_header(wire.Body(_reader(ask.body)))
    with liar.node.store.read() as tx:
        log = logs.require_log(tx, header.origin)
        heads = tx.heads(header.origin, header.end)
    if not heads:
        return Response(404)
    name = liar.trust(log.channel).arrangement.mirror_name(
        liar.party, log.channel.rpartition("/")[2]
    )
    signers = liar.node.keys.mirror_signers(name, log.channel, 1)
    signed = note.sign(note.parse(heads[-1].note).body, signers, at_s=at_s)
    return Response(200, note.render_signatures(signed.signatures))


STRATEGIES = {
    "start-malformed": start_malformed,
    "start-empty": start_empty,
    "start-holds-more": start_holds_more,
    "start-forged-head": start_forged,
    "start-old-head": start_old,
    "cosign-garbage": cosign_garbage,
    "cosign-early": cosign_early,
    "cosign-times": cosign_times,
    "cosign-late": cosign_late,
    "head-sizes": head_sizes,
    "refuse-all": refuse_all,
    "false-tiles": tiles,
    "false-ranges": ranges,
    "false-cards": cards_answer,
    "wrong-clock": wrong_clock,
}
