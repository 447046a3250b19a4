"""What parties claim and others contradict: see `node.exchange.disputes`.

Source: docs/spec/exchange.md 8.7.4 and 8.8.2; protocol rule 19.
Floor: node.
"""

from dataclasses import asdict, dataclass
from typing import Final

from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.finding import Finding
from comity.node.base.ports import Tx
from comity.node.base.sentence import Sentence, say
from comity.node.exchange import disputes
from comity.node.exchange.disputes import Dispute

SHOWN_MAX: Final = 64
CODES: Final = (
    disputes.BACK_DATED, disputes.AHEAD, disputes.FALSE_ROOT, disputes.FALSE_VOID,
    disputes.TIME_FELL,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claims:
    """What is disputed.

    Attributes:
        disputed: the first 64.
        disputed_count: of all that were ever noted.
    """

    disputed: tuple[Dispute, ...]
    disputed_count: int


def report(tx: Tx) -> Claims:
    """Return what is disputed in every channel."""
    count, rows = disputes.noted(tx)
    return Claims(tuple(rows[:SHOWN_MAX]), count)


def read(node: Node) -> Claims:
    """Return the same, in a read of its own."""
    with node.store.read() as tx:
        return report(tx)


def to_json(claims: Claims) -> dict[str, Json]:
    """Return claims for `--json`."""
    times: list[Json] = [asdict(one) for one in claims.disputed]
    return {"disputed": times, "disputed_count": claims.disputed_count}


def findings(claims: Claims) -> list[Finding]:
    """Return what is disputed; it asks nothing, it is known."""
    return [
        Finding(say("claim of {party}", party=one.party), is_good=None, side="", what=words(one))
        for one in claims.disputed
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
        case disputes.FALSE_VOID:
            return say(
                "Entry {index} of {origin} calls entry {by_index} of {by_origin} void, which it "
                "is not.",
                **facts,
            )
        case _:
            return say(
                "It cosigned more of {origin} at an earlier time; the proof is kept.", **facts
            )
