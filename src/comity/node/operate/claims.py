"""What parties contest: entries that one of them rejects, and claims that others contradict.

    code         about
    open         an entry that a party says does not open for it, or that does not open here
    blob         an entry of which, a party says, a needed blob does not open
    back-dated, ahead, false-root, time-fell     see `node.exchange.disputes`

Source: docs/spec/exchange.md 8.7.4 and 8.8; protocol rules 19 and 20.
Floor: node.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from comity.joint.arrangement.arrangement import parse_origin
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.finding import OWN, PEER, Finding
from comity.node.base.ports import Tx
from comity.node.base.sentence import Sentence, say
from comity.node.exchange import contested_entries, disputes
from comity.node.exchange.contested_entries import Contested
from comity.node.exchange.disputes import Dispute

SHOWN_MAX: Final = 64
CODES: Final = (
    "open", "blob", disputes.BACK_DATED, disputes.AHEAD, disputes.FALSE_ROOT, disputes.TIME_FELL,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claims:
    """What is contested and disputed.

    Attributes:
        contested: the first 64.
        contested_count: of all.
        disputed: the first 64.
        disputed_count: of all that were ever noted.
    """

    contested: tuple[Contested, ...]
    contested_count: int
    disputed: tuple[Dispute, ...]
    disputed_count: int


def report(node: Node, tx: Tx) -> Claims:
    """Return what is contested and disputed in every channel."""
    paths = trust.channels(tx, node.party)
    entries = [
        one for path in paths for one in contested_entries.standing(tx, trust.load(tx, path))
    ]
    count, rows = disputes.noted(tx)
    return Claims(tuple(entries[:SHOWN_MAX]), len(entries), tuple(rows[:SHOWN_MAX]), count)


def read(node: Node) -> Claims:
    """Return the same, in a read of its own."""
    with node.store.read() as tx:
        return report(node, tx)


def to_json(claims: Claims) -> dict[str, Json]:
    """Return claims for `--json`."""
    entries: list[Json] = [asdict(one) for one in claims.contested]
    times: list[Json] = [asdict(one) for one in claims.disputed]
    return {
        "contested": entries,
        "contested_count": claims.contested_count,
        "disputed": times,
        "disputed_count": claims.disputed_count,
    }


def findings(own_party: str, claims: Claims) -> list[Finding]:
    """Return what contested entries ask of somebody; a dispute asks nothing, it is known."""
    return [_contested(own_party, one) for one in claims.contested] + _disputed(claims.disputed)


def _contested(own_party: str, one: Contested) -> Finding:
    about = say("entry {index} of {origin}", index=one.index, origin=one.origin)
    author = parse_origin(one.origin).party
    is_own = author == own_party
    if one.party == own_party and one.code == "open":
        return Finding(
            about,
            is_good=False,
            side=PEER,
            what=say("It does not open here: what {party} says in it is not known.", party=author),
            fix=say(
                "Ask {party}, or another party that can open it, to run `comity recover "
                "show-opening {origin} {index}`.",
                party=author,
                origin=one.origin,
                index=one.index,
            ),
        )
    return Finding(
        about,
        is_good=False,
        side=OWN if is_own else PEER,
        what=say("{party} says that a body of it does not open; its clock waits.", party=one.party)
        if one.code == "blob"
        else say("{party} says that it does not open; its clock waits.", party=one.party),
        fix=say(
            "Run `comity recover show-opening {origin} {index}`; if that is refused, say it again "
            "in a new act.",
            origin=one.origin,
            index=one.index,
        )
        if is_own
        else _step_of_others(one, author),
    )


def _step_of_others(one: Contested, author: str) -> Sentence:
    """The step where another party rejects what a third one wrote: who can open it can show it."""
    if one.code == "blob":
        return say("Ask {party} to answer with `comity recover show-opening`.", party=author)
    return say(
        "Ask {party} to answer with `comity recover show-opening`; where it does not, run `comity "
        "recover show-opening {origin} {index}` here: it opens here.",
        party=author,
        origin=one.origin,
        index=one.index,
    )


def _disputed(rows: Sequence[Dispute]) -> list[Finding]:
    return [
        Finding(say("claim of {party}", party=one.party), is_good=None, side="", what=words(one))
        for one in rows
    ]


def words(one: Dispute) -> Sentence:
    """Return what a dispute says, in one sentence."""
    facts = asdict(one)
    match one.kind:
        case disputes.BACK_DATED:
            return say(
                "Entry {index} of {origin} claims {claim_ms} ms; entry {by_index} of {by_origin}, "
                "which it had seen, claims {by_ms} ms.",
                **facts,
            )
        case disputes.AHEAD:
            return say(
                "Entry {index} of {origin} claims {claim_ms} ms; entry {by_index} of {by_origin}, "
                "which has seen it, claims {by_ms} ms.",
                **facts,
            )
        case disputes.FALSE_ROOT:
            return say(
                "Entry {index} of {origin} signs for entries that {by_origin} never had.", **facts
            )
        case _:
            return say(
                "It cosigned more of {origin} at an earlier time; the proof is kept.", **facts
            )
