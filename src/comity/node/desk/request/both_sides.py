"""What both sides do with a request: correct, say that it was opened, attest, assess.

Floor: node.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.joint.request import quality, reply
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk.request.say import say
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result

_NO_WORDS = Words()
_UNRATED: Final[Mapping[str, str]] = MappingProxyType({})


def correct(
    node: Node,
    officer: Officer,
    matter_id: str,
    act_id: str,
    error: str,
    words: Words = _NO_WORDS,
) -> Result:
    """Name an error in an act of our own, and give what is right."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: reply.correct(now, by, act_id, error, words.element_ids),
        "correct",
        act_id,
        error,
    )


def open_act(
    node: Node, officer: Officer, matter_id: str, act_id: str, words: Words = _NO_WORDS
) -> Result:
    """Say that an act of the other side was opened, if the guideline agrees to that."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: reply.open_act(now, by, act_id),
        "open",
        act_id,
    )


def destroy(
    node: Node,
    officer: Officer,
    matter_id: str,
    reason: str,
    blobs: tuple[str, ...],
    words: Words = _NO_WORDS,
) -> Result:
    """Attest that blobs were destroyed, by their SHA-256 in hex."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: reply.destroy(now, by, reason, blobs),
        "destroy",
        reason,
        [*blobs],
    )


def assess(  # noqa: PLR0913, PLR0917 -- what an assessment says
    node: Node,
    officer: Officer,
    matter_id: str,
    ratings: Mapping[str, str],
    words: Words = _NO_WORDS,
    about_act: str = "",
    items: tuple[str, ...] = (),
) -> Result:
    """Assess what the other side said: `{criterion of the guideline: how far it is met}`."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: quality.assess(now, by, ratings, about_act, items),
        "assess",
        dict(ratings),
        about_act,
        [*items],
    )


def dispute_assessment(
    node: Node,
    officer: Officer,
    matter_id: str,
    reason: str,
    words: Words = _NO_WORDS,
    about_act: str = "",
) -> Result:
    """Dispute an assessment of the other side."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: quality.dispute_assessment(now, by, reason, about_act),
        "dispute-assessment",
        reason,
        about_act,
    )


def settle_assessment(  # noqa: PLR0913, PLR0917 -- what settles it
    node: Node,
    officer: Officer,
    matter_id: str,
    outcome: str,
    words: Words = _NO_WORDS,
    ratings: Mapping[str, str] = _UNRATED,
    about_act: str = "",
) -> Result:
    """Say what comes of an assessment of ours that was disputed."""
    return say(
        node,
        officer,
        matter_id,
        words,
        lambda now, by: quality.settle_assessment(now, by, outcome, ratings, about_act),
        "settle-assessment",
        outcome,
        dict(ratings),
        about_act,
    )
