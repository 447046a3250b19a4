"""What is told of the deliveries of an own log, and the next step.

    findings(tx, row, now_ms)   one for each party that is awaited
    to_read(tx, origin, size, cosigned)
                                the hash of the first two entries of a new log that a party has
                                not accepted

Floor: node.
"""

from dataclasses import replace
from typing import Final

from comity.joint.arrangement.arrangement import GENERATION_FIRST, parse_origin
from comity.joint.exchange.acts import BEGUN_INDEX
from comity.kernel import limits
from comity.node.base.finding import LINE, OWN, PEER, Finding
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_OPEN
from comity.node.base.sentence import Sentence, coded, say
from comity.node.exchange import generation
from comity.node.exchange.status import Delivery, LogStatus, side_of
from comity.tlog.spelling import HASH_BYTES

UNRECEIVED_MS: Final = 15 * limits.HEARTBEAT_MS
"""A receipt follows what is stored at once; a node that is busy or starts anew may take longer."""

_FIXES: Final = {
    OWN: say("Correct it on this node; what waits is sent by itself afterwards."),
    PEER: say("Speak to the peer's operator; what waits is sent by itself afterwards."),
    LINE: say(
        "Check the line and the peer's address: one other than on its card stands under "
        "[peer_address] in config.toml, until its next card is here, and counts after a new start. "
        "What waits is sent by itself afterwards."
    ),
}


def findings(tx: Tx, row: LogStatus, now_ms: int) -> list[Finding]:
    """Return what is told of the deliveries of a log: none of one that stands still or ended."""
    if row.state != LOG_OPEN:
        return []
    found: list[Finding] = []
    for one in row.deliveries:
        if one.given_up_at_ms is None:
            entry = to_read(tx, row.origin, row.size, one.cosigned)
            found += _of(row, one, now_ms, entry)
            if one.unreceived_ms > UNRECEIVED_MS:
                found.append(_unreceived(row, one))
    return found


def to_read(tx: Tx, origin: str, size: int, cosigned: int) -> str:
    """Return the hash of the first two entries that is read to a party, hex; "" where none is.

    That is so while it has signed for nothing of a new generation of ours: until an officer of it
    accepts, it refuses whatever it is sent, and no operator there can do anything.
    """
    if cosigned or size <= BEGUN_INDEX or parse_origin(origin).generation == GENERATION_FIRST:
        return ""
    leaves = tx.leaves(origin, 0, 2)
    return generation.first_hash((leaves[:HASH_BYTES], leaves[HASH_BYTES:])).hex()


def _of(row: LogStatus, one: Delivery, now_ms: int, entry: str) -> list[Finding]:
    """Say how a delivery stands; that a new log waits to be accepted, where nothing else fails."""
    found = _delivery_finding(row, one, now_ms)
    if not entry:
        return [found]
    is_refused = found.side == PEER
    what = say("{party} has not accepted this new generation.", party=one.party)
    if is_refused:
        what = say(
            "{party} has not accepted this new generation: {acts} acts wait for that.",
            party=one.party,
            acts=one.acts,
        )
    fix = say(
        "Call {party} and read the hash of its first two entries to it: {entry}",
        party=one.party,
        entry=entry,
    )
    waits = replace(found, is_good=False if is_refused else None, side=PEER, what=what, fix=fix)
    return [waits] if is_refused or found.is_good else [found, waits]


def _unreceived(row: LogStatus, one: Delivery) -> Finding:
    return Finding(
        say("{origin} to {party}", origin=row.origin, party=one.party),
        is_good=False,
        side=PEER,
        what=say(
            "{party} stored {acts} acts and has not signed that it received them, the oldest since "
            "{minutes} minutes. No time to answer runs.",
            party=one.party,
            acts=one.unreceived,
            minutes=one.unreceived_ms // 60_000,
        ),
        fix=say(
            "Call {party}: its node stores and does not read. `comity proof --non-receipt` shows "
            "that to others.",
            party=one.party,
        ),
    )


def _delivery_finding(row: LogStatus, one: Delivery, now_ms: int) -> Finding:
    about = say("{origin} to {party}", origin=row.origin, party=one.party)
    if one.failures:
        side = side_of(one.last_error_code)
        next_s = max(one.next_try_ms - now_ms, 0) // 1_000
        return Finding(
            about,
            is_good=False,
            side=side,
            what=say(
                "{acts} acts wait; {failures} tries failed, the next is in {seconds} s. {error}",
                acts=one.acts,
                failures=one.failures,
                seconds=next_s,
                error=coded(one.last_error_code, one.last_error),
            ),
            fix=_fix(one, side),
        )
    if one.acts and one.oldest_ms > limits.HEARTBEAT_MS:
        return Finding(
            about,
            is_good=False,
            side=OWN,
            what=say(
                "{acts} acts wait since {seconds} s and nothing was tried.",
                acts=one.acts,
                seconds=one.oldest_ms // 1_000,
            ),
            fix=say("Start `comity serve` on this home."),
        )
    what = say("{entries} entries are signed for.", entries=one.cosigned)
    return Finding(about, is_good=True, side="", what=what)


def _fix(one: Delivery, side: str) -> Sentence:
    """Return the next step: of the error, where more is known than whose fault it is."""
    problem = ".".join(one.last_error_code.split(".")[-2:])
    if problem == "peer.unknown":
        return say(
            "Ask {party} for its next card: `comity key rotate` and `comity carry export` there, "
            "then `comity carry import` here. What waits is sent by itself afterwards.",
            party=one.party,
        )
    if problem == "peer.turned-away":
        return say(
            "Give {party} the newest card of this node as a file: `comity carry export` here, then "
            "`comity carry import` there. If it has that card, its clock is wrong. What waits is "
            "sent by itself afterwards.",
            party=one.party,
        )
    if problem == "tls.missing":
        return say(
            "Where no card is in force make the next one, `comity key rotate --root FILE`; where "
            "keys are lost bring them back. What waits is sent by itself afterwards."
        )
    return _FIXES[side]
